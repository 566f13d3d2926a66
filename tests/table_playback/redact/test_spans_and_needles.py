"""Runs of bytes, and values looked for in every form."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from table_playback.redact.needles import Needles
from table_playback.redact.spans import differing, joined, moved, window, without

spans = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), max_size=6)


def members(runs: Iterable[tuple[int, int]]) -> set[int]:
    return {at for start, length in runs for at in range(start, start + length)}


@given(spans, spans, st.integers(0, 60), st.integers(0, 30))
def test_runs_are_sets_of_bytes(one: list[tuple[int, int]], other: list[tuple[int, int]], at: int, size: int) -> None:
    first, second = joined(one), joined(other)
    assert members(first) == members(one)
    assert all(a + n < b for (a, n), (b, _) in pairwise(first))
    assert members(without(first, second)) == members(one) - members(other)
    assert members(moved(window(first, at, size), at)) == members(one) & set(range(at, at + size))


def test_where_two_strings_differ() -> None:
    assert differing(b"abcdef", b"aXXdeX") == ((1, 2), (5, 1))


@pytest.mark.parametrize(
    ("value", "data", "found"),
    [
        ("FP-61873204", b"..FP-61873204..", ((2, 11),)),
        ("FP-61873204", b"..fp-61873204..", ((2, 11),)),
        (b"\x01\x02\x03\x04\x05", b"\0\1\2\3\4\5\6", ((1, 5),)),
        ("0000000061873204", b"\x99\x61\x87\x32\x04\x99", ((1, 4),)),
        ("61873204", b"\x96\x18\x73\x20\x49", ((0, 5),)),
        ("FP-61873204", b"FP-61873205", ()),
        ("abc", b"abcabc", ()),
        ("0000000000", b"\0\0\0\0\0\0\0\0", ()),
        (b"Springfield Power   ", b"Springfield Power", ((0, 17),)),
    ],
)
def test_a_value_is_found_as_bytes_as_text_and_in_digits(value: str | bytes, data: bytes, found: object) -> None:
    assert Needles([value]).spans(data) == found


@pytest.mark.parametrize(
    ("value", "text", "hidden"),
    [
        ("FP-61873204", "meter fp-61873204 in the lab", "meter *********** in the lab"),
        ("0000000061873204", "no. 61873204", "no. ********"),
        (b"\xde\xad\xbe\xef", "key DE AD BE EF, deadbeef", "key ***********, ********"),
        ("FP-61873204", "nothing of it", "nothing of it"),
    ],
)
def test_a_value_is_hidden_in_a_text(value: str | bytes, text: str, hidden: str) -> None:
    assert Needles([value]).hide(text) == hidden


def test_no_value_hides_nothing() -> None:
    needles = Needles()
    assert not needles
    assert needles.spans(b"abc") == ()
    assert needles.hide("abc") == "abc"
