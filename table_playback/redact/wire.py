"""The raw packets of a tape after its steps were redacted: the same bytes changed, CRCs made anew.

A packet follows its step: what changed in a message of the step changes in its packets, in their retries and echoes.
A packet that cannot be laid beside its message, damaged or torn off, is masked whole where the message changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from fieldpro.c12.crc import crc_bytes
from fieldpro.c12.link.packet import HEADER_SIZE, Packet
from fieldpro.errors import MessageError
from table_playback.redact.spans import differing
from table_playback.tape.model import FROM_METER, TO_METER, WirePacket

STAR = b"*"
NO_CRC = b"**"
_HARMLESS = 3  # bytes of a damaged packet that can be no data
_CRC = 2


@dataclass(frozen=True, slots=True)
class Change:
    """A message of a step before and after; equal length."""

    before: bytes
    after: bytes

    @property
    def is_one(self) -> bool:
        return self.before != self.after


Changes = Mapping[int, tuple[Change, Change]]
"""By step: what became of its request and of its reply."""


@dataclass
class _Message:
    """How far one direction of a step has come."""

    change: Change
    left: int = 0
    at: int = 0
    known: bool = False
    last: bytes = b""
    last_at: int = 0
    sent: set[bytes] = field(default_factory=set)

    def place(self, packet: Packet, raw: bytes) -> int | None:
        """Where the data of a packet lies in the message; None when nobody knows."""
        if raw == self.last:
            return self.last_at
        if packet.is_first:
            self.at, self.left, self.known = 0, packet.sequence, True
        elif not self.known or packet.sequence != self.left - 1:
            self.known = False
            return None
        else:
            self.left = packet.sequence
        self.last, self.last_at = raw, self.at
        self.at += len(packet.data)
        return self.last_at


def redacted_wire(wire: Iterable[WirePacket], changes: Changes, hide: Callable[[bytes], bytes]) -> Iterator[WirePacket]:
    """Every packet again. `hide`: takes out values that stand where they were not looked for."""
    step = 0
    lanes: dict[str, _Message] = {}
    sent: set[bytes] = set()
    for packet in wire:
        if packet.step != step:
            step, sent = packet.step, set()
            request, reply = changes.get(step, (None, None))
            lanes = {TO_METER: _Message(request), FROM_METER: _Message(reply)} if request and reply else {}
        raw = packet.data
        if lanes and len(raw) > 1:
            echo = packet.direction == FROM_METER and raw in sent
            if packet.direction == TO_METER:
                sent.add(raw)
            raw = _follow(raw, lanes[TO_METER if echo else packet.direction], any_change=_any(lanes))
        raw = _with_crc(packet.data, raw, hide(raw))
        yield packet if raw == packet.data else replace(packet, data=raw)


def _any(lanes: Mapping[str, _Message]) -> bool:
    return any(lane.change.is_one for lane in lanes.values())


def _follow(raw: bytes, lane: _Message, *, any_change: bool) -> bytes:
    packet = _decoded(raw)
    if packet is None:
        return raw[:_HARMLESS] + STAR * (len(raw) - _HARMLESS) if any_change else raw
    start = lane.place(packet, raw)
    if not lane.change.is_one:
        return raw
    data = packet.data
    before = b"" if start is None else lane.change.before[start : start + len(data)]
    if len(before) != len(data) or any(b not in (a, STAR[0]) for a, b in zip(before, data, strict=True)):
        return raw[:HEADER_SIZE] + STAR * (len(raw) - HEADER_SIZE)
    assert start is not None
    after = lane.change.after[start : start + len(data)]
    out = bytearray(data)
    for at, length in differing(before, after):
        for place in range(at, at + length):
            if data[place] == before[place]:  # what the wire hides already stays so
                out[place] = after[place]
    return raw[:HEADER_SIZE] + bytes(out) + raw[-_CRC:]


def _with_crc(original: bytes, before: bytes, after: bytes) -> bytes:
    """A packet that was whole stays so; one whose CRC is hidden keeps it hidden."""
    if after == original or _decoded(original) is None or original[-_CRC:] == NO_CRC or before[-_CRC:] == NO_CRC:
        return after
    return after[:-_CRC] + crc_bytes(after[:-_CRC])


def _decoded(raw: bytes) -> Packet | None:
    if len(raw) > HEADER_SIZE + _CRC and raw[-_CRC:] == NO_CRC:
        raw = raw[:-_CRC] + crc_bytes(raw[:-_CRC])
    try:
        return Packet.decode(raw)
    except MessageError:
        return None
