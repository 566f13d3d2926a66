"""CRC-16/X-25 against values that others computed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldpro.c12.crc import crc16, crc_bytes


def bit_by_bit(data: bytes) -> int:
    """The definition, one bit at a time: reflected polynomial 8408, start FFFF, inverted at the end."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x8408 if crc & 1 else 0)
    return crc ^ 0xFFFF


def test_the_check_value_of_the_catalogue() -> None:
    assert crc16(b"123456789") == 0x906E
    assert crc_bytes(b"123456789") == bytes.fromhex("6E 90")


@pytest.mark.parametrize(
    ("packet", "crc"),
    [("EE0000000001 20", "13 10"), ("EE0000000005 0000010000", "C6 B5"), ("EE0020000003 300001", "D6 6E")],
)
def test_packets_of_real_meters(packet: str, crc: str) -> None:
    assert crc_bytes(bytes.fromhex(packet)) == bytes.fromhex(crc)


@given(st.binary(max_size=300))
def test_it_is_what_the_definition_says(data: bytes) -> None:
    assert crc16(data) == bit_by_bit(data)
    assert crc16(bytearray(data)) == bit_by_bit(data)
    assert crc_bytes(data) == bit_by_bit(data).to_bytes(2, "little")
