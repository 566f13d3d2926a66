"""The bound that the link's figures are held against, checked by hand-counted bytes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def bound() -> Any:
    sys.path.insert(0, str(HERE))
    try:
        import least_time
    finally:
        sys.path.remove(str(HERE))
    return least_time


def test_one_packet_is_counted_byte_by_byte(bound: Any) -> None:
    # request EE 00 00 00 00 03 30 00 01 crc crc, ACK; reply EE .. (6) 00 00 20 (32 bytes) checksum crc crc, ACK
    assert bound.least_bytes(32, 64, 1) == 11 + 1 + 6 + 3 + 32 + 1 + 2 + 1


def test_a_message_of_several_packets_pays_for_each(bound: Any) -> None:
    # 120 bytes and 4 around them in packets of 56: three packets
    assert bound.least_bytes(120, 64, 255) == 12 + 124 + 3 * 9


def test_what_no_message_holds_takes_several_requests(bound: Any) -> None:
    # 52 bytes fit one packet of 64; 104 take two requests
    assert bound.least_bytes(104, 64, 1) == 2 * bound.least_bytes(52, 64, 1)
    assert bound.least_bytes(70_000, 1024, 255) > bound.least_bytes(65_535, 1024, 255) + 70_000 - 65_535


def test_a_byte_takes_ten_bits(bound: Any) -> None:
    time_s = bound.least_time_s(40_000, packet_size=1024, packet_count=255, baud=9600)
    assert time_s == pytest.approx(bound.least_bytes(40_000, 1024, 255) / 960)
