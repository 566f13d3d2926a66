"""Negotiate, 60 to 6B (ANSI C12.18; without baud codes ANSI C12.21): packet size, packets in a message, baud rate.

    6n | packet size (2) | packets (1) | baud code (1) x n    ->  00 | packet size (2) | packets (1) | baud code (1)

The packet size counts the whole packet, its 8 bytes of overhead too. What the reply says holds once it has been
acknowledged. A C12.21 device may leave the baud code out of its reply.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from fieldpro.c12.psem.message import Reader, Reply, Request
from fieldpro.errors import MessageError

EXTERNAL = 0  # baud code 00: the rate is set by other means

# ANSI C12.18, Negotiate service: the position is the baud code.
BAUD_RATES = (EXTERNAL, 300, 600, 1200, 2400, 4800, 9600, 14400, 19200, 28800, 57600)
_CODE_OF = {baud: code for code, baud in enumerate(BAUD_RATES)}
MAX_BAUDS = 11


def _check(message: str, packet_size: int, packet_count: int, bauds: tuple[int, ...]) -> None:
    if not 0 <= packet_size <= 0xFFFF or not 0 <= packet_count <= 0xFF:
        expected = "packet size 0 to 65535 and 0 to 255 packets"
        raise MessageError(message, 1, expected, f"{packet_size} and {packet_count}")
    if len(bauds) > MAX_BAUDS or any(baud not in _CODE_OF for baud in bauds):
        rates = ", ".join(map(str, BAUD_RATES))
        raise MessageError(message, 4, f"at most {MAX_BAUDS} baud rates of {rates}", repr(bauds))


@dataclass(frozen=True, slots=True)
class NegotiateReply(Reply):
    """What the device has chosen. `baud` 0 is a rate set by other means, None a reply without one."""

    packet_size: int
    packet_count: int
    baud: int | None = None

    def __post_init__(self) -> None:
        _check("Negotiate reply", self.packet_size, self.packet_count, () if self.baud is None else (self.baud,))

    def encode_results(self) -> bytes:
        baud = b"" if self.baud is None else bytes([_CODE_OF[self.baud]])
        return self.packet_size.to_bytes(2, "big") + bytes([self.packet_count]) + baud

    @classmethod
    def read(cls, reader: Reader) -> Self:
        packet_size = reader.number(2, "packet size")
        packet_count = reader.number(1, "number of packets")
        if not reader.left:
            return cls(packet_size, packet_count)
        code = reader.number(1, "baud code")
        if code >= len(BAUD_RATES):
            raise reader.wrong(f"a baud code, 00 to {len(BAUD_RATES) - 1:02X}", f"{code:02X}", at=reader.offset - 1)
        return cls(packet_size, packet_count, BAUD_RATES[code])

    @property
    def summary(self) -> str:
        baud = f", {self.baud} baud" if self.baud else ""
        return f"ok, {self.packet_size} bytes, {self.packet_count} packets{baud}"


@dataclass(frozen=True, slots=True)
class Negotiate(Request[NegotiateReply]):
    """What the client can do at most; `bauds` are rates, best first."""

    title = "Negotiate"
    codes = range(0x60, 0x60 + MAX_BAUDS + 1)
    reply = NegotiateReply

    packet_size: int
    packet_count: int
    bauds: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        _check("Negotiate request", self.packet_size, self.packet_count, self.bauds)

    def encode(self) -> bytes:
        head = bytes([0x60 + len(self.bauds)]) + self.packet_size.to_bytes(2, "big") + bytes([self.packet_count])
        return head + bytes(_CODE_OF[baud] for baud in self.bauds)

    @classmethod
    def read(cls, code: int, reader: Reader) -> Self:
        """Baud codes that this program does not know are left out: a device cannot choose them."""
        packet_size = reader.number(2, "packet size")
        packet_count = reader.number(1, "number of packets")
        codes = reader.take(code - 0x60, "baud codes")
        return cls(packet_size, packet_count, tuple(BAUD_RATES[code] for code in codes if code < len(BAUD_RATES)))

    @property
    def subject(self) -> str:
        bauds = f", {' or '.join(map(str, self.bauds))} baud" if self.bauds else ""
        return f"{self.packet_size} bytes, {self.packet_count} packets{bauds}"
