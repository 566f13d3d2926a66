"""The bad-wire suite: one conversation over every kind of transport and every kind of wire.

Whatever the wire does, the conversation ends with the right data or with a clear error, in bounded time. Time is
simulated; the bytes are real and pass through a memory pipe, a pty and a TCP connection.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import pytest

from fieldpro.errors import FieldProError, LinkError, MessageError, ProtocolError, ServiceRefused
from fieldpro.session import MeterSession, read_table
from fieldpro.session.conversation import Conversation

LIMIT_S = 1800.0  # of simulated time: a lossy wire costs retries, pauses and reconnects, but it ends
CLEAR_ERRORS = (LinkError, ServiceRefused, MessageError, ProtocolError)
SEEDS = range(12)


def bytewise(data: bytes, rng: random.Random) -> list[tuple[float, bytes]]:
    return [(0.001, bytes([byte])) for byte in data]


def losing(share: float) -> Any:
    return lambda data, rng: [(0.0, bytes(byte for byte in data if rng.random() >= share))]


def corrupting(share: float) -> Any:
    def fault(data: bytes, rng: random.Random) -> list[tuple[float, bytes]]:
        return [(0.0, bytes(rng.randrange(256) if rng.random() < share else byte for byte in data))]

    return fault


def delayed(data: bytes, rng: random.Random) -> list[tuple[float, bytes]]:
    middle = rng.randrange(len(data) + 1)
    return [(rng.uniform(0.0, 0.5), data[:middle]), (rng.uniform(0.0, 0.45), data[middle:])]


def late(data: bytes, rng: random.Random) -> list[tuple[float, bytes]]:
    """Sometimes later than the other end waits: answers come twice, and after it was asked again."""
    return [(2.5 if rng.random() < 0.03 else 0.0, data)]


def doubling(data: bytes, rng: random.Random) -> list[tuple[float, bytes]]:
    return [(0.0, data), (0.01, data)] if rng.random() < 0.3 else [(0.0, data)]


@dataclass(frozen=True)
class Weather:
    name: str
    wire: dict[str, Any]
    must_succeed: bool = True


WEATHERS = [
    Weather("clean", {}),
    Weather("clean and paced like a UART", {"paced": True}),
    Weather("one byte at a time", {"to_meter": bytewise, "to_client": bytewise}),
    Weather("delays", {"to_meter": delayed, "to_client": delayed}),
    Weather("an echoing probe", {"echo": True}),
    Weather("an echoing probe, one byte at a time", {"echo": True, "to_client": bytewise}),
    Weather("an echoing probe and damage", {"echo": True, "to_client": corrupting(0.002)}, False),
    Weather("late answers", {"to_client": late, "to_meter": late}, False),
    Weather("everything doubled now and then", {"to_client": doubling, "to_meter": doubling}, False),
    Weather("one byte in a thousand lost", {"to_meter": losing(0.001), "to_client": losing(0.001)}, False),
    Weather("one byte in a thousand wrong", {"to_meter": corrupting(0.001), "to_client": corrupting(0.001)}, False),
    Weather("a fifth lost", {"to_meter": losing(0.2), "to_client": losing(0.2)}, False),
    Weather("a fifth wrong", {"to_meter": corrupting(0.2), "to_client": corrupting(0.2)}, False),
    Weather("a fifth wrong on the way back", {"to_client": corrupting(0.2)}, False),
    Weather("a fifth lost on the way to the meter", {"to_meter": losing(0.2)}, False),
]


def visit(lab: Any) -> Conversation[dict[int, bytes | int]]:
    """A small table, one of several packets, a large one in pieces, and one that is refused."""
    found: dict[int, bytes | int] = {}
    for number, size in ((lab.SMALL, None), (lab.MIDDLE, None), (lab.LARGE, 20_000), (lab.SECRET, None)):
        try:
            found[number] = yield from read_table(number, size)
        except ServiceRefused as error:
            found[number] = error.response
    return found


def expected(lab: Any) -> dict[int, bytes | int]:
    return {**lab.TABLES, lab.SECRET: 3}


def attempt(lab: Any, clock: Any, ends: Any, meter: Any, wire: dict[str, Any], seed: int) -> FieldProError | None:
    """The error the visit ended with, or None when it brought everything. Wrong data fails the test here."""
    started = clock.now
    line = lab.SimWire(meter, ends, clock, seed=seed, **wire)
    try:
        with MeterSession(line, clock=clock) as session:
            found = session.run(visit(lab))
    except CLEAR_ERRORS as error:
        return error
    finally:
        assert clock.now - started < LIMIT_S
    wanted = expected(lab)
    assert set(found) == set(wanted)
    for number, value in found.items():
        # A refusal that is not the meter's would be wrong data too: no code but its own may be told.
        assert value == wanted[number], f"table {number} is wrong"
    return None


@pytest.mark.parametrize("weather", WEATHERS, ids=lambda weather: weather.name)
def test_the_right_data_or_a_clear_error(weather: Weather, lab: Any, clock: Any, ends: Any) -> None:
    outcomes = []
    for seed in SEEDS if ends[0].name == "memory" else list(SEEDS)[:3]:
        ends[0].discard_input()
        outcomes.append(attempt(lab, clock, ends, lab.ScriptedMeter(), weather.wire, seed))
    if weather.must_succeed:
        assert outcomes == [None] * len(outcomes)


@pytest.mark.parametrize("share", [0.0005, 0.001])
def test_a_line_with_some_noise_is_read_to_the_end_more_often_than_not(
    share: float, lab: Any, clock: Any, memory_ends: Any
) -> None:
    wire = {"to_meter": corrupting(share), "to_client": corrupting(share)}
    outcomes = [attempt(lab, clock, memory_ends, lab.ScriptedMeter(), wire, seed) for seed in range(20)]
    assert outcomes.count(None) > 10, outcomes


@pytest.mark.parametrize("count", [1, 3])
def test_a_meter_that_refuses_the_first_frames_is_read(count: int, lab: Any, clock: Any, ends: Any) -> None:
    meter = _refusing(lab, count)
    assert attempt(lab, clock, ends, meter, {}, 0) is None


def test_a_meter_that_refuses_every_frame_is_given_up(lab: Any, clock: Any, ends: Any) -> None:
    error = attempt(lab, clock, ends, _refusing(lab, 10**9), {}, 0)
    assert isinstance(error, LinkError)
    assert error.reason == "naks"


@pytest.mark.parametrize("after", [0, 1, 2, 3, 5, 8])
def test_a_meter_that_falls_silent_for_good_ends_in_an_error(after: int, lab: Any, clock: Any, ends: Any) -> None:
    error = attempt(lab, clock, ends, lab.ScriptedMeter(silent_after=after), {}, 0)
    assert isinstance(error, LinkError)
    assert error.reason == "silent"


@pytest.mark.parametrize("after", [3, 5, 8])
def test_a_meter_that_falls_silent_once_is_read_to_the_end(after: int, lab: Any, clock: Any, ends: Any) -> None:
    assert attempt(lab, clock, ends, lab.ScriptedMeter(silent_after=after, silent_for=1), {}, 0) is None


def _refusing(lab: Any, count: int) -> Any:
    """A meter that answers the first `count` writes with NAK and does not look at them."""
    meter = lab.ScriptedMeter()
    receive, outgoing = meter.receive, meter.outgoing
    left, due = [count], [False]

    def refuse(data: bytes, now: float) -> None:
        if left[0]:
            left[0] -= 1
            due[0] = True
        else:
            receive(data, now)

    def answer() -> bytes:
        if due[0]:
            due[0] = False
            return b"\x15"
        return bytes(outgoing())

    meter.receive, meter.outgoing = refuse, answer
    return meter
