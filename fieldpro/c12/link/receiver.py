"""From bytes to packets and acknowledgements, whatever the wire does to them.

A line is read in one of two moods.

*Clean*: the next byte is ACK, NAK or the start of a packet, which ends where its length says. Bytes inside it are
data, also when they look like 06, 15 or EE.

*Noise*: something else came, or a packet whose CRC is wrong. Now nobody can tell what a byte means, so all is kept
until the line has been quiet for a while. Half duplex helps: after a packet the sender is silent until it has been
answered, so only what *ends* a burst can be a packet. A packet with more behind it was data of a damaged one and is
never taken. A burst that began as a packet for us and went wrong is `Damaged`, and its sender must send it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from fieldpro.c12.crc import crc_bytes
from fieldpro.c12.link.packet import (
    ACK,
    FORMAT_MASK,
    HEADER_SIZE,
    MAX_DATA,
    MAX_PACKET_SIZE,
    NAK,
    OVERHEAD,
    START,
    Packet,
    is_coherent,
)
from fieldpro.c12.link.timing import Timing

_MOST_NOISE = 2 * MAX_PACKET_SIZE
_LONGEST_GLITCH = OVERHEAD - 1  # noise before an acknowledgement that cannot have been a packet


@dataclass(frozen=True, slots=True)
class GoodPacket:
    packet: Packet
    raw: bytes


@dataclass(frozen=True, slots=True)
class Signal:
    """An ACK or NAK byte."""

    byte: int


@dataclass(frozen=True, slots=True)
class Damaged:
    """A packet for us with a wrong CRC, or cut off."""

    raw: bytes


@dataclass(frozen=True, slots=True)
class Noise:
    """`may_be_packet`: long enough to have been a packet for us that lost its head."""

    raw: bytes
    may_be_packet: bool = False


Arrival: TypeAlias = GoodPacket | Signal | Damaged | Noise


class Receiver:
    """Memory is bounded by two packets of the largest size.

    identity, data_format: None takes packets of any. crc_mask: what stands in a recording for a CRC that was hidden.
    """

    def __init__(
        self, *, identity: int | None, data_format: int | None, timing: Timing, crc_mask: bytes | None = None
    ) -> None:
        self.timing = timing
        self._crc_mask = crc_mask
        self._identity = identity
        self._format = data_format
        self._buffer = bytearray()
        self._noisy = False
        self.noisy_since: float | None = None
        self.deadline: float | None = None  # when the bytes at hand are given up

    def feed(self, data: bytes, now: float) -> list[Arrival]:
        """Take what has arrived; never more than a constant time for each byte."""
        arrivals = self.settle(now) if self._noisy else []
        self._buffer += data
        arrivals.extend(self._parse(now))
        if not self._buffer:
            self.deadline = None
        elif data:
            self.deadline = now + (self.timing.quiet_s if self._noisy else self.timing.inter_character_s)
        return arrivals

    def settle(self, now: float) -> list[Arrival]:
        """Give up on bytes whose time is over. Does nothing before `deadline`."""
        if self.deadline is None or now < self.deadline:
            return []
        return self.flush()

    def flush(self) -> list[Arrival]:
        """Decide now what the bytes at hand were."""
        burst = bytes(self._buffer)
        self.clear()
        return list(self._conclude(burst)) if burst else []

    @property
    def is_idle(self) -> bool:
        return not self._buffer

    @property
    def is_noisy(self) -> bool:
        """The bytes at hand are read as noise, until the line is quiet."""
        return self._noisy

    def clear(self) -> None:
        self._buffer.clear()
        self._noisy = False
        self.noisy_since = None
        self.deadline = None

    def distrust(self, now: float) -> None:
        """What comes next is the rest of something damaged: read it as noise."""
        self._noisy = True
        self.noisy_since = now

    def _parse(self, now: float) -> Iterator[Arrival]:
        buffer = self._buffer
        while buffer and not self._noisy:
            if buffer[0] in (ACK, NAK):
                yield Signal(buffer[0])
                del buffer[0]
                continue
            if not self._can_be_packet(buffer):
                self.distrust(now)
                break
            size = _packet_size(buffer)
            if size is None or len(buffer) < size:
                return
            raw = bytes(buffer[:size])
            if not self._crc_holds(raw):
                self.distrust(now)
                break
            del buffer[:size]
            yield self._accept(raw)
        if self._noisy and len(buffer) > _MOST_NOISE:
            yield Noise(bytes(buffer[:-MAX_PACKET_SIZE]))
            del buffer[:-MAX_PACKET_SIZE]

    def _can_be_packet(self, head: bytes | bytearray) -> bool:
        """As far as its header has come, this is a packet, for us or for somebody else."""
        if head[0] != START:
            return False
        if len(head) > 3 and not is_coherent(head[2], head[3]):
            return False
        if len(head) > 2 and self._format is not None and head[2] & FORMAT_MASK != self._format:
            return False
        return len(head) < HEADER_SIZE or int.from_bytes(head[4:6], "big") <= MAX_DATA

    def _crc_holds(self, raw: bytes) -> bool:
        return raw[-2:] in (crc_bytes(raw[:-2]), self._crc_mask)

    def _is_for_us(self, head: bytes) -> bool:
        return len(head) > 1 and (self._identity is None or head[1] == self._identity)

    def _accept(self, raw: bytes) -> Arrival:
        if not self._is_for_us(raw):
            return Noise(raw)
        return GoodPacket(Packet(raw[1], raw[2], raw[3], raw[HEADER_SIZE:-2]), raw)

    def _conclude(self, burst: bytes) -> Iterator[Arrival]:
        began_as_packet = self._can_be_packet(burst)
        if began_as_packet and self._is_for_us(burst):
            yield Damaged(burst)
            return
        start = self._packet_at_end(burst)
        if start is not None:
            yield Noise(burst[:start])
            yield self._accept(burst[start:])
        elif burst[-1] in (ACK, NAK) and 1 < len(burst) <= _LONGEST_GLITCH + 1:
            yield Noise(burst[:-1])
            yield Signal(burst[-1])
        else:
            yield Noise(burst, may_be_packet=len(burst) >= OVERHEAD and not began_as_packet)

    def _packet_at_end(self, burst: bytes) -> int | None:
        start = burst.find(START, 1)
        while start >= 0:
            head = burst[start : start + HEADER_SIZE]
            if self._can_be_packet(head) and _packet_size(head) == len(burst) - start:
                raw = burst[start:]
                if self._crc_holds(raw):
                    return start
            start = burst.find(START, start + 1)
        return None


def _packet_size(head: bytes | bytearray) -> int | None:
    if len(head) < HEADER_SIZE:
        return None
    return int.from_bytes(head[4:6], "big") + OVERHEAD
