"""Texts of an identity, whatever a meter puts into them."""

from __future__ import annotations

from typing import Any

import pytest

from fieldpro.c12.values import odd
from fieldpro.meter.identity import text


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("  GE  ", "GE"),
        ("AB\0\0", "AB"),
        (b"ITRN", "ITRN"),
        (b"GE\0 ", "GE"),
        (b"\x0d\x04\x01\x02", "0D 04 01 02"),
        (odd(b"\xff\xfe", "not text"), "FF FE"),
        (b"", ""),
        (None, ""),
        (42, "42"),
    ],
)
def test_a_text_is_stripped_and_bytes_that_are_none_are_shown_in_hex(value: Any, shown: str) -> None:
    assert text(value) == shown
