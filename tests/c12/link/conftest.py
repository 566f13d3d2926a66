"""A playbook for one end of the link, and a bad wire between two ends. Time is a number; nothing sleeps."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import zip_longest

import pytest

from fieldpro.c12.link import (
    Endpoint,
    Event,
    Garbage,
    LinkFailed,
    MessageDelivered,
    MessageReceived,
    PacketSent,
    Refused,
    Repeated,
)

# Packets that others made (GE I210+c capture, a published list, termineter's packet builder).
FRAMES = {
    "IDENT": "EE0000000001201310",
    "IDENT-REPLY": "EE00000000050000010000C6B5",
    "NEGOTIATE-T": "EE0020000005610100010681D2",
    "LOGON": "EE000000000D50000030303030202020202020" + "7635",
    "SECURITY": "EE0000000015" + "51" + "20" * 20 + "5928",
    "READ-0": "EE0000000003300000DC1C",
    "READ-1": "EE0000000003300001550D",
    "READ-1-T": "EE0020000003300001D66E",
    "TABLE-1": "EE000000002400002047452020493231302B6320200109020033383031383032322020202020202020E69BC6",
    "OK": "EE0000000001001131",
    "OK-T": "EE0020000001008051",
    "IAR-T": "EE0020000001052D06",
    "OFFSET-READ": "EE00000000083F004000049301 25CD72".replace(" ", ""),
    "WRITE-7": "EE000000000A4000070004 09002A01CC E4C4".replace(" ", ""),
    "TABLE-8": "EE00000000080000 0409002A00CD C07B".replace(" ", ""),
    "WAIT-1": "EE0000000002700168FF",
    "WAIT-120": "EE000000000270782E11",
    "LOGOFF": "EE0000000001528640",
    "TERMINATE": "EE0000000001219A01",
    "NEGOTIATE-512": "EE0000000005610200010675 00".replace(" ", ""),
    "LOGON-TERM": "EE000000000D5000025445524D202020202020BDA8",
    "SECURITY-0": "EE0000000015" + "51" + "30" * 20 + "D62A",
    "OFFSET-READ-3": "EE00000000083F000300000000054A50",
    "ACK": "06",
    "NAK": "15",
}
_NAMES = {raw.lower(): name for name, raw in FRAMES.items()}


@pytest.fixture(scope="session")
def frames() -> dict[str, bytes]:
    return {name: bytes.fromhex(raw) for name, raw in FRAMES.items()}


@pytest.fixture
def crc_of() -> Callable[[str], str]:
    """The CRC of a packet, bit by bit, as the standard draws it: hex in, hex out, low byte first."""

    def crc_of(raw: str) -> str:
        crc = 0xFFFF
        for byte in bytes.fromhex(raw):
            crc ^= byte
            for _ in range(8):
                crc = (crc >> 1) ^ (0x8408 if crc & 1 else 0)
        return (crc ^ 0xFFFF).to_bytes(2, "little").hex()

    return crc_of


class Playbook:
    """Plays a script to an endpoint and compares line by line.

    `-- send HEX`  we send a message          `<< FRAME ...`  the endpoint must put this on the wire
    `>> FRAME ...` these bytes reach it       `!! WORDS`      it must tell of this
    `.. SECONDS`   time passes, `tick` is called at every deadline
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.now = 0.0

    def __call__(self, script: str) -> None:
        expected = [" ".join(line.split()) for line in script.splitlines() if line.strip()]
        actual: list[str] = []
        for line in expected:
            sign, _, rest = line.partition(" ")
            if sign == "--":
                actual += [line, *self._done(self.endpoint.send(bytes.fromhex(rest.removeprefix("send")), self.now))]
            elif sign == ">>":
                data = b"".join(bytes.fromhex(FRAMES.get(word, word)) for word in rest.split())
                actual += [line, *self._done(self.endpoint.receive(data, self.now))]
            elif sign == "..":
                actual += [line, *self._wait(round(self.now + float(rest), 6))]
        if actual != expected:
            raise AssertionError(_side_by_side(expected, actual))

    def _wait(self, until: float) -> list[str]:
        lines: list[str] = []
        while (deadline := self.endpoint.deadline) is not None and deadline <= until:
            self.now = max(self.now, deadline)
            events = self.endpoint.tick(self.now)
            assert events or self.endpoint.deadline != deadline, "a deadline at which nothing happens"
            lines += self._done(events)
        self.now = until
        return lines

    def _done(self, events: list[Event]) -> list[str]:
        lines = [f"!! {words}".rstrip() for event in events if (words := _words(event))]
        outgoing = self.endpoint.outgoing()
        if outgoing:
            lines.append("<< " + " ".join(_split(outgoing)))
        return lines


def _words(event: Event) -> str:
    match event:
        case MessageReceived(data):
            return f"message {data.hex()}"
        case MessageDelivered():
            return "delivered"
        case Refused():
            return "refused"
        case Repeated():
            return "repeated"
        case Garbage(data, refused):
            return f"{'damaged' if refused else 'garbage'} {_NAMES.get(data.hex(), data.hex())}"
        case LinkFailed(reason, attempts):
            return f"failed {reason} {attempts}"
        case PacketSent(_, attempt) if attempt > 1:
            return f"attempt {attempt}"
    return ""


def _split(data: bytes) -> list[str]:
    """Acknowledgements and packets by their names."""
    words: list[str] = []
    while data:
        size = 8 + int.from_bytes(data[4:6], "big") if data[0] == 0xEE else 1
        piece, data = data[:size].hex(), data[size:]
        words.append(_NAMES.get(piece, piece))
    return words


def _side_by_side(expected: list[str], actual: list[str]) -> str:
    rows = ["the conversation differs (expected | happened)"]
    for left, right in zip_longest(expected, actual, fillvalue=""):
        rows.append(f"{' ' if left == right else '≠'} {left:<60} | {right}")
    return "\n".join(rows)


@pytest.fixture
def playbook() -> Callable[[Endpoint], Playbook]:
    return Playbook


@dataclass
class BadWire:
    """Carries bytes between two ends with loss, damage, delay and chopping; time jumps from event to event."""

    left: Endpoint
    right: Endpoint
    seed: int = 0
    lost: float = 0.0  # share of bytes
    damaged: float = 0.0
    delay_s: float = 0.001
    jitter_s: float = 0.0
    chunk: int = 1 << 30
    echo: bool = False  # the left end hears itself
    now: float = 0.0
    in_flight: list[tuple[float, int, Endpoint, bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.count = 0

    def run(self, *, until: float, on_left: Callable[[Event], bool], on_right: Callable[[Event], bool]) -> None:
        """Until a callback returns True, nothing is left to happen or the time is over."""
        while self.now <= until:
            self._collect()
            times = [arrival[0] for arrival in self.in_flight]
            times += [deadline for end in (self.left, self.right) if (deadline := end.deadline) is not None]
            if not times:
                return
            self.now = max(self.now, min(times))
            for end, events in self._due():
                for event in events:
                    if (on_left if end is self.left else on_right)(event):
                        self._collect()
                        return

    def _due(self) -> list[tuple[Endpoint, list[Event]]]:
        done: list[tuple[Endpoint, list[Event]]] = []
        arrived = sorted(arrival for arrival in self.in_flight if arrival[0] <= self.now)
        self.in_flight = [arrival for arrival in self.in_flight if arrival[0] > self.now]
        done += [(end, end.receive(data, self.now)) for _, _, end, data in arrived]
        done += [(end, end.tick(self.now)) for end in (self.left, self.right)]
        return done

    def _collect(self) -> None:
        for end, other in ((self.left, self.right), (self.right, self.left)):
            data = end.outgoing()
            if data and self.echo and end is self.left:
                self._carry(data, self.left, 0.0)
            self._carry(data, other, self.delay_s)

    def _carry(self, data: bytes, to: Endpoint, delay_s: float) -> None:
        data = self._spoil(data)
        at = self.now + delay_s
        for start in range(0, len(data), self.chunk):
            at += self.random.random() * self.jitter_s
            self.count += 1
            self.in_flight.append((at, self.count, to, data[start : start + self.chunk]))

    def _spoil(self, data: bytes) -> bytes:
        if not (self.lost or self.damaged):
            return data
        spoiled = bytearray()
        for byte in data:
            luck = self.random.random()
            if luck < self.lost:
                continue
            spoiled.append(byte ^ self.random.randrange(1, 256) if luck < self.lost + self.damaged else byte)
        return bytes(spoiled)


@pytest.fixture
def bad_wire() -> type[BadWire]:
    return BadWire
