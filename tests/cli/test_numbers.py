"""Table numbers as a person writes them."""

from __future__ import annotations

import pytest

from fieldpro.cli.numbers import parse_tables
from fieldpro.errors import UsageError


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("0", (0,)),
        ("0,1,23", (0, 1, 23)),
        (" 1 , 0 ", (1, 0)),
        ("20-23", (20, 21, 22, 23)),
        ("ST5,mt3", (5, 2051)),
        ("MT 0-2", (2048, 2049, 2050)),
        ("5,5-6,5", (5, 6)),
        ("2047,mt2047", (2047, 4095)),
    ],
)
def test_lists_ranges_and_makers_tables_are_understood(text: str, numbers: tuple[int, ...]) -> None:
    assert parse_tables(text) == numbers


@pytest.mark.parametrize("text", ["", ",", "1,", "x", "-1", "3-1", "2048", "mt2048", "1.5", "1-2-3", "0x10", "1;2"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_tables(text)
