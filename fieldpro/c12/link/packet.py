"""The packet of the data link (ANSI C12.18 packet layer; the same in C12.21 and on a C12.22 local port).

    +----+----------+---------+----------+------------+-------------+---------------------+
    | EE | identity | control | sequence | length (2) | data        | CRC (2), low first  |
    +----+----------+---------+----------+------------+-------------+---------------------+
      0       1          2         3         4 .. 5     6 .. 5+n      over bytes 0 .. 5+n

    control   | multi-packet | first | toggle | transparent | ack type (2) | data format (2) |
                    b7          b6      b5         b4            b3 b2           b1 b0

The sequence is the number of packets still to come in this message: it counts down to 0. Data format 0 is a C12.18 or
C12.21 service, 1 is C12.22.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag
from typing import Self

from fieldpro.c12.crc import crc_bytes
from fieldpro.errors import MessageError

START = 0xEE
ACK = 0x06
NAK = 0x15
HEADER_SIZE = 6
OVERHEAD = 8  # bytes of a packet that are not data
MAX_PACKET_SIZE = 8192
MAX_DATA = MAX_PACKET_SIZE - OVERHEAD
FORMAT_MASK = 0x03


class PacketControl(IntFlag):
    """The control byte without its data format."""

    MULTI = 0x80
    FIRST = 0x40
    TOGGLE = 0x20
    TRANSPARENT = 0x10


@dataclass(frozen=True, slots=True)
class Packet:
    identity: int
    control: int
    sequence: int
    data: bytes

    @property
    def is_multi(self) -> bool:
        return bool(self.control & PacketControl.MULTI)

    @property
    def is_first(self) -> bool:
        """It begins a message: it is the first of several, or the only one."""
        return not self.is_multi or bool(self.control & PacketControl.FIRST)

    @property
    def toggle(self) -> bool:
        return bool(self.control & PacketControl.TOGGLE)

    def encode(self) -> bytes:
        """Raises `MessageError` for a field out of its range or control bits that contradict each other."""
        for offset, value in ((1, self.identity), (2, self.control), (3, self.sequence)):
            if not 0 <= value <= 0xFF:
                raise MessageError("packet", offset, "a byte, 0 to 255", str(value))
        if len(self.data) > MAX_DATA:
            raise MessageError("packet", 4, f"at most {MAX_DATA} bytes of data", f"{len(self.data)} bytes")
        if not is_coherent(self.control, self.sequence):
            raise MessageError("packet", 2, _COHERENT, f"control {self.control:02X}, sequence {self.sequence}")
        head = bytes([START, self.identity, self.control, self.sequence]) + len(self.data).to_bytes(2, "big")
        body = head + self.data
        return body + crc_bytes(body)

    @classmethod
    def decode(cls, raw: bytes) -> Self:
        """One whole packet, no more and no less. Raises `MessageError` for anything else."""
        if len(raw) < OVERHEAD:
            raise MessageError("packet", len(raw), f"at least {OVERHEAD} bytes", f"{len(raw)} bytes")
        if raw[0] != START:
            raise MessageError("packet", 0, f"start byte {START:02X}", f"{raw[0]:02X}")
        if not is_coherent(raw[2], raw[3]):
            raise MessageError("packet", 2, _COHERENT, f"control {raw[2]:02X}, sequence {raw[3]}")
        length = int.from_bytes(raw[4:6], "big")
        if length > MAX_DATA or length + OVERHEAD != len(raw):
            raise MessageError("packet", 4, f"a length of {len(raw) - OVERHEAD} bytes", f"{length} bytes")
        crc = crc_bytes(raw[:-2])
        if raw[-2:] != crc:
            raise MessageError("packet", len(raw) - 2, f"CRC {crc.hex()}", raw[-2:].hex())
        return cls(raw[1], raw[2], raw[3], bytes(raw[HEADER_SIZE:-2]))


_COHERENT = "a sequence of 0 and no first-packet bit unless the packet is one of several"


def is_coherent(control: int, sequence: int) -> bool:
    """A packet that is not one of several is not the first of them either, and none is to come after it."""
    return bool(control & PacketControl.MULTI) or not (control & PacketControl.FIRST or sequence)
