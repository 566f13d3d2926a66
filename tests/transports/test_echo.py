"""Our own bytes are taken out of what a probe hears, as far as it can be told."""

from __future__ import annotations

import pytest

from fieldpro.transports.clock import SystemClock
from fieldpro.transports.echo import EchoStripper
from fieldpro.transports.memory import pipe
from fieldpro.transports.probed import ProbedPort, find_probed
from fieldpro.transports.probes import ProbeProfile
from fieldpro.transports.tap import Tap

IDENTIFY = bytes.fromhex("EE 00 00 00 00 01 20 13 10")
ANSWER = bytes.fromhex("06 EE 00 00 00 00 05 00 00 01 00 00 C6 B5")


@pytest.mark.parametrize("step", [1, 2, 5, 100])
def test_an_echo_is_found_and_taken_out(step: int) -> None:
    stripper = EchoStripper()
    stripper.sent(IDENTIFY)
    heard = IDENTIFY + ANSWER
    rest = b"".join(stripper.received(heard[start : start + step]) for start in range(0, len(heard), step))
    assert (rest, stripper.echoes) == (ANSWER, True)
    stripper.sent(b"\x06")
    assert stripper.received(b"\x06\x15") == b"\x15"


@pytest.mark.parametrize("step", [1, 2, 5, 100])
def test_a_probe_without_echo_is_left_alone(step: int) -> None:
    stripper = EchoStripper()
    stripper.sent(IDENTIFY)
    assert b"".join(stripper.received(ANSWER[start : start + step]) for start in range(0, 14, step)) == ANSWER
    stripper.settle()
    assert stripper.echoes is False
    stripper.sent(IDENTIFY)
    assert stripper.received(IDENTIFY) == IDENTIFY


def test_a_lost_and_a_wrong_byte_of_the_echo_do_not_eat_the_answer() -> None:
    stripper = EchoStripper(True)
    stripper.sent(IDENTIFY)
    assert stripper.received(IDENTIFY[:3] + IDENTIFY[4:6] + b"\xff" + IDENTIFY[7:8] + ANSWER) == ANSWER
    assert stripper.damaged


def test_an_echo_that_never_comes_is_forgotten() -> None:
    class Clock(SystemClock):
        now = 0.0

        def monotonic(self) -> float:
            return self.now

    clock = Clock()
    ours, meter = pipe("p")
    port = ProbedPort(ours, probe=ProbeProfile(name="e", title="e", echo=True), clock=clock)
    port.write(IDENTIFY)
    clock.now = 5.0
    meter.write(ANSWER)
    assert port.read(0.0) == ANSWER
    assert port.damaged_echo == len(IDENTIFY)


def test_the_probe_is_found_below_a_tap() -> None:
    ours, _ = pipe("p")
    port = ProbedPort(ours)
    assert find_probed(Tap(port, lambda record: None)) is port
    assert find_probed(ours) is None
