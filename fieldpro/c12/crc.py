"""CRC of a packet: CRC-16/X-25 (ISO/IEC 13239 HDLC, ANSI C12.18 packet layer).

Polynomial 1021 with the bits of every byte reversed (8408), start value FFFF, result inverted, sent low byte first.
Python has the unreversed polynomial in C (`binascii.crc_hqx`): reversing the bits of the bytes going in, by
`bytes.translate`, and of the two bytes coming out, gives ours at the speed of C (8 kB in some 20 microseconds).
"""

from __future__ import annotations

from binascii import crc_hqx

_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_REVERSED_AND_INVERTED = bytes(byte ^ 0xFF for byte in _REVERSED)


def crc16(data: bytes | bytearray) -> int:
    """The CRC as a number: 906E for "123456789"."""
    return int.from_bytes(crc_bytes(data), "little")


def crc_bytes(data: bytes | bytearray) -> bytes:
    """The CRC as it is sent, low byte first: 6E 90 for "123456789"."""
    return crc_hqx(data.translate(_REVERSED), 0xFFFF).to_bytes(2, "big").translate(_REVERSED_AND_INVERTED)
