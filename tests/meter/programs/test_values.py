"""Values of files and of codecs: there and back, words for numbers, bytes as they are."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldpro.c12.codec import Formats, fixed_codec, sized_codec
from fieldpro.c12.times import RecurringDate
from fieldpro.c12.values import encode_value
from fieldpro.meter.programs.values import canonical, for_codec, for_file, number_of, recurring_date, recurring_text
from fieldpro.secret import Secret

TYPES = [
    "UINT8",
    "INT16",
    "UINT32",
    "FLOAT32",
    "FLOAT64",
    "NI_FMAT1",
    "DATE",
    "RDATE",
    "TIME",
    "LTIME_DATE",
    "STIME_DATE",
]
SIZED = ["STRING", "BCD", "BINARY", "SET"]


@given(st.data(), st.sampled_from(TYPES), st.integers(0, 13), st.integers(1, 4), st.booleans())
def test_whatever_a_meter_holds_comes_back_from_the_file_as_the_same_bytes(
    data: st.DataObject, name: str, ni_format: int, tm_format: int, big: bool
) -> None:
    codec = fixed_codec(name, Formats(big=big, tm_format=tm_format, ni_format1=ni_format))
    _comes_back(codec, data.draw(st.binary(min_size=codec.size, max_size=codec.size)))


@given(st.data(), st.sampled_from(SIZED), st.integers(1, 12), st.sampled_from([1, 2, 3]))
def test_so_do_texts_digits_bytes_and_sets(data: st.DataObject, name: str, size: int, characters: int) -> None:
    codec = sized_codec(name, size, Formats(char_format=characters))
    _comes_back(codec, data.draw(st.binary(min_size=size, max_size=size)))


def _comes_back(codec: Any, raw: bytes) -> None:
    value = codec.decode(raw)
    try:
        again = encode_value(codec, for_codec(for_file(value), codec, {}))
    except ValueError:
        assert getattr(value, "note", ""), "only what is strange may not be sayable"
        return
    assert codec.decode(again) == value or value != value


@given(st.integers(0, 0xFFFF))
def test_a_recurring_date_is_said_by_its_parts(number: int) -> None:
    assert recurring_date(recurring_text(RecurringDate(number))).number == number


@pytest.mark.parametrize(
    "text", ["", "day=4", "month=16", "month=7 day=32", "month=7 month=8", "month=7 moon=1", "month"]
)
def test_what_is_no_recurring_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="month=7"):
        recurring_date(text)


def test_a_word_of_the_dictionary_stands_for_its_number() -> None:
    words = {0: "pulses", 1: "engineering units", 2: "twice", 3: "twice"}
    assert number_of("Engineering Units", words) == 1
    assert number_of("12", {}) == 12
    assert number_of("1.5", {}) == Decimal("1.5")
    with pytest.raises(ValueError, match="'pulses'"):
        number_of("bananas", words)
    with pytest.raises(ValueError, match="one of"):
        number_of("twice", words)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("DATE", "2026-07-04", date(2026, 7, 4)),
        ("TIME", " 14:30 ", time(14, 30)),
        ("LTIME_DATE", "2026-07-04 14:30:05", datetime(2026, 7, 4, 14, 30, 5)),
        ("UINT8", "12", 12),
        ("UINT8", "yes", 1),
        ("FLOAT64", "1.5", 1.5),
        ("RDATE", "month=14 weekday=3", RecurringDate(14 | 3 << 8)),
    ],
)
def test_what_a_person_types_becomes_the_element_s_value(name: str, text: str, value: object) -> None:
    assert for_codec(text, fixed_codec(name, Formats(tm_format=3)), {}) == value


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [("DATE", "yesterday", "2026-07-04"), ("TIME", "25:00", "14:30"), ("UINT8", "x", "a number")],
)
def test_what_cannot_be_typed_there_is_refused_in_words(name: str, text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        for_codec(text, fixed_codec(name, Formats(tm_format=3)), {})


def test_a_set_is_typed_as_its_members() -> None:
    codec = sized_codec("SET", 10, Formats())
    assert for_codec("1, 3,60", codec, {}) == [1, 3, 60]
    assert for_codec("none", codec, {}) == []
    with pytest.raises(ValueError, match="numbers such as"):
        for_codec("a, b", codec, {})


def test_a_short_secret_is_filled_up_with_blanks_and_leaves_no_trace_in_a_hash() -> None:
    codec = sized_codec("BINARY", 6, Formats())
    assert for_codec(Secret(b"abc"), codec, {}) == b"abc   "
    assert "abc" not in repr(canonical(Secret(b"abc")))
