"""The same conversation over wires of every kind: the right data or a clear error, never wrong data, never for ever."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

import pytest

from fieldpro.c12.link import Endpoint, Event, LinkFailed, LinkSettings, LinkState, MessageReceived, Repeated

REASONS = {"silent", "naks", "noise", "echo", "sequence"}


def request(number: int) -> bytes:
    return bytes([0x30]) + number.to_bytes(2, "big")


def reply(message: bytes) -> bytes:
    """Full of bytes that look like signals and starts of packets, and different for every request."""
    number = int.from_bytes(message[1:], "big")
    size = (number * 37) % 300
    return b"\0" + bytes(random.Random(number).choice(b"\x06\x15\xee\x00\x20\x51") for _ in range(size))


@dataclass
class Visit:
    """A client asks `count` times; a meter answers."""

    wire: Any
    count: int
    until: float = 5000.0
    answers: list[bytes] = field(default_factory=list)
    asked: list[bytes] = field(default_factory=list)
    repeats: int = 0
    failures: list[LinkFailed] = field(default_factory=list)

    def run(self) -> None:
        client = self.wire.left
        for number in range(self.count):
            client.send(request(number), self.wire.now)
            before = len(self.answers)
            self.wire.run(until=self.until, on_left=self.client, on_right=self.meter)
            if len(self.answers) == before:
                return

    def client(self, event: Event) -> bool:
        self.repeats += isinstance(event, Repeated)
        if isinstance(event, LinkFailed):
            self.failures.append(event)
        elif isinstance(event, MessageReceived):
            self.answers.append(event.data)
        return isinstance(event, MessageReceived | LinkFailed)

    def meter(self, event: Event) -> bool:
        self.repeats += isinstance(event, Repeated)
        if isinstance(event, MessageReceived):
            self.asked.append(event.data)
            self.wire.right.send(reply(event.data), self.wire.now)
        return False

    def check(self) -> None:
        """What was answered is right, and in order; nothing was asked twice; what is missing has a reason."""
        assert self.answers == [reply(request(number)) for number in range(len(self.answers))]
        assert self.asked == [request(number) for number in range(len(self.asked))]
        if len(self.answers) < self.count:
            assert self.failures, "it stopped without a word"
            assert self.failures[0].reason in REASONS
            assert self.wire.left.state is LinkState.ERROR


def ends(**settings: Any) -> dict[str, Endpoint]:
    left, right = Endpoint(LinkSettings(**settings)), Endpoint()
    left.apply(64, 16)
    right.apply(64, 16)
    return {"left": left, "right": right}


@pytest.mark.parametrize("chunk", [1, 2, 7, 1 << 20])
def test_a_clean_wire_in_pieces_of_any_size(bad_wire: Any, chunk: int) -> None:
    visit = Visit(bad_wire(**ends(), chunk=chunk), 60)
    visit.run()
    visit.check()
    assert len(visit.answers) == 60
    assert visit.repeats == 0


@pytest.mark.parametrize("delay_s", [0.5, 0.99])
def test_a_slow_wire(bad_wire: Any, delay_s: float) -> None:
    visit = Visit(bad_wire(**ends(), delay_s=delay_s), 20)
    visit.run()
    visit.check()
    assert len(visit.answers) == 20


def test_a_wire_that_delivers_in_fits_and_starts(bad_wire: Any) -> None:
    visit = Visit(bad_wire(**ends(), jitter_s=0.02, chunk=3, seed=5), 40)
    visit.run()
    visit.check()
    assert len(visit.answers) == 40


def test_a_wire_slower_than_the_limits_fails_clearly(bad_wire: Any) -> None:
    visit = Visit(bad_wire(**ends(), delay_s=9.0), 3)
    visit.run()
    visit.check()
    assert visit.failures


def test_a_probe_that_echoes(bad_wire: Any) -> None:
    for chunk in (1, 5, 1 << 20):
        visit = Visit(bad_wire(**ends(echo=True), echo=True, chunk=chunk), 30)
        visit.run()
        visit.check()
        assert len(visit.answers) == 30


def test_a_probe_that_echoes_unexpectedly(bad_wire: Any) -> None:
    visit = Visit(bad_wire(**ends(), echo=True), 30)
    visit.run()
    assert [failure.reason for failure in visit.failures] == ["echo"]
    assert visit.answers == []


@pytest.mark.parametrize(("lost", "damaged"), [(0.002, 0.0), (0.0, 0.002), (0.001, 0.001)])
def test_a_poor_wire_is_got_over(bad_wire: Any, lost: float, damaged: float) -> None:
    """About one packet in ten is spoiled: nearly every exchange gets through by retries."""
    done = 0
    for seed in range(20):
        visit = Visit(bad_wire(**ends(), lost=lost, damaged=damaged, seed=seed, chunk=1 + seed % 9), 20)
        visit.run()
        visit.check()
        done += len(visit.answers)
    assert done > 300, f"{done} of 400"


@pytest.mark.parametrize(("lost", "damaged"), [(0.2, 0.0), (0.0, 0.2), (0.1, 0.1), (0.02, 0.02)])
def test_a_wire_that_spoils_bytes_by_the_dozen_never_gives_wrong_data(
    bad_wire: Any, lost: float, damaged: float
) -> None:
    for seed in range(40):
        visit = Visit(bad_wire(**ends(), lost=lost, damaged=damaged, seed=seed, chunk=1 + seed % 9), 10)
        visit.run()
        visit.check()


def test_echo_and_noise_together(bad_wire: Any) -> None:
    done = 0
    for seed in range(40):
        visit = Visit(bad_wire(**ends(echo=True), echo=True, lost=0.001, damaged=0.001, seed=seed, chunk=4), 10)
        visit.run()
        visit.check()
        done += len(visit.answers)
    assert done > 100, f"{done} of 400"


@pytest.mark.soak
def test_a_thousand_visits_over_bad_wires(bad_wire: Any) -> None:
    for seed in range(1000):
        spoiled = random.Random(seed).choice([0.001, 0.005, 0.02, 0.1, 0.2])
        visit = Visit(bad_wire(**ends(), lost=spoiled / 2, damaged=spoiled / 2, seed=seed, chunk=1 + seed % 9), 20)
        visit.run()
        visit.check()
