"""Dates and times in every format, by hand and by round trip."""

import copy
import pickle
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldpro.c12.codec import Formats, fixed_codec
from fieldpro.c12.times import RecurringDate, Time
from fieldpro.c12.values import Odd, OddDecimal, OddFloat, OddInt, OddText, Strange, encode_value, note_of

MOMENT = datetime(2026, 3, 1, 0, 30, 15)
# 2026-03-01 is day 20513 since 1970: 29538750 minutes (0x01C2B9BE) or 1772325015 seconds (0x69A38897) at 00:30:15.


@pytest.mark.parametrize(
    ("kind", "tm_format", "big", "raw", "value"),
    [
        ("LTIME_DATE", 1, False, "26 03 01 00 30 15", MOMENT),
        ("LTIME_DATE", 2, False, "1A 03 01 00 1E 0F", MOMENT),
        ("LTIME_DATE", 3, False, "BE B9 C2 01 0F", MOMENT),
        ("LTIME_DATE", 3, True, "01 C2 B9 BE 0F", MOMENT),
        ("LTIME_DATE", 4, True, "69 A3 88 97", MOMENT),
        ("STIME_DATE", 1, False, "26 03 01 00 30", MOMENT.replace(second=0)),
        ("STIME_DATE", 2, True, "1A 03 01 00 1E", MOMENT.replace(second=0)),
        ("STIME_DATE", 3, True, "01 C2 B9 BE", MOMENT.replace(second=0)),
        ("STIME_DATE", 4, False, "97 88 A3 69", MOMENT),
        ("TIME", 1, False, "13 05 59", time(13, 5, 59)),
        ("TIME", 2, False, "0D 05 3B", time(13, 5, 59)),
        ("TIME", 3, True, "00 00 B8 37", time(13, 5, 59)),
        ("TIME", 4, False, "37 B8 00 00", time(13, 5, 59)),
        ("LTIME_DATE", 2, False, "63 0C 1F 17 3B 3B", datetime(1999, 12, 31, 23, 59, 59)),
        ("LTIME_DATE", 0, False, "", None),
    ],
)
def test_times_in_every_format(kind: str, tm_format: int, big: bool, raw: str, value: object) -> None:
    made = fixed_codec(kind, Formats(big=big, tm_format=tm_format))
    assert made.decode(bytes.fromhex(raw)) == value
    assert made.encode(value) == bytes.fromhex(raw)
    assert made.name == kind


def test_a_clock_sample_of_a_ge_meter() -> None:
    made = fixed_codec("LTIME_DATE", Formats(tm_format=2))
    assert made.decode(bytes.fromhex("0D 01 05 01 17 0F")) == datetime(2013, 1, 5, 1, 23, 15)


@pytest.mark.parametrize(
    ("kind", "tm_format", "raw", "note"),
    [
        ("LTIME_DATE", 1, "00 00 00 00 00 00", "not set"),
        ("LTIME_DATE", 1, "26 1A 01 00 00 00", "not BCD"),
        ("LTIME_DATE", 2, "1A 0D 01 00 00 00", "no such time"),
        ("LTIME_DATE", 2, "1A 02 1E 00 00 00", "no such time"),
        ("LTIME_DATE", 2, "64 02 01 00 00 00", "no such time"),
        ("LTIME_DATE", 3, "BE B9 C2 01 3C", "no such time"),
        ("STIME_DATE", 3, "FF FF FF FF", "no such time"),
        ("TIME", 2, "18 00 00", "no such time"),
        ("TIME", 4, "80 51 01 00", "no such time"),
    ],
)
def test_a_strange_time_is_a_note_and_keeps_its_bytes(kind: str, tm_format: int, raw: str, note: str) -> None:
    made = fixed_codec(kind, Formats(tm_format=tm_format))
    value = made.decode(bytes.fromhex(raw))
    assert isinstance(value, Odd)
    assert note_of(value) == note
    assert encode_value(made, value) == bytes.fromhex(raw)


@pytest.mark.parametrize(
    ("kind", "tm_format", "value"),
    [
        ("LTIME_DATE", 0, MOMENT),
        ("LTIME_DATE", 2, "2026"),
        ("LTIME_DATE", 2, MOMENT.replace(tzinfo=UTC)),
        ("LTIME_DATE", 2, MOMENT.replace(microsecond=1)),
        ("LTIME_DATE", 2, datetime(2090, 1, 1)),
        ("LTIME_DATE", 3, datetime(1969, 12, 31)),
        ("LTIME_DATE", 4, datetime(2106, 2, 8)),
        ("STIME_DATE", 2, MOMENT),
        ("TIME", 2, MOMENT),
        ("DATE", 2, MOMENT),
        ("DATE", 2, date(1989, 1, 1)),
        ("RDATE", 2, 0x10000),
        ("RDATE", 2, "every day"),
    ],
)
def test_times_that_do_not_fit_are_refused(kind: str, tm_format: int, value: object) -> None:
    with pytest.raises(ValueError, match=r"\w+ \w+"):
        fixed_codec(kind, Formats(tm_format=tm_format)).encode(value)


def test_a_date_is_16_bits() -> None:
    # 2026-03-01: year 26, month 3 << 7, day 1 << 11 = 0x0800 + 0x0180 + 0x1A
    for big, raw in ((True, "09 9A"), (False, "9A 09")):
        made = fixed_codec("DATE", Formats(big=big))
        assert made.decode(bytes.fromhex(raw)) == date(2026, 3, 1)
        assert made.encode(date(2026, 3, 1)) == bytes.fromhex(raw)
    assert note_of(made.decode(b"\0\0")) == "not set"
    assert note_of(made.decode(b"\x64\x08")) == "no such date"
    assert note_of(made.decode(b"\x1a\x08")) == "no such date"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "unassigned"),
        (25 << 11 | 12, "25 December"),
        (1 << 11 | 1 << 8 | 2 << 4 | 5, "1 May, the 1st such weekday on or after (Monday)"),
        (4 << 11 | 14 << 4 | 7, "4 July, Sunday moves to Monday, Saturday to Friday"),
        (15 << 11 | 13, "15 of every month"),
        (3 << 8 | 14, "every Wednesday"),
        (5 << 10 | 10 << 4 | 15, "every 10 days, from day 5"),
    ],
)
def test_a_recurring_date_in_words(number: int, words: str) -> None:
    made = fixed_codec("RDATE", Formats(big=True))
    value = made.decode(number.to_bytes(2, "big"))
    assert str(value) == words
    assert made.encode(value) == made.encode(number) == number.to_bytes(2, "big")


@given(
    st.sampled_from(["LTIME_DATE", "STIME_DATE"]),
    st.integers(1, 4),
    st.booleans(),
    st.datetimes(datetime(1990, 1, 1), datetime(2089, 12, 31)),
)
def test_every_time_comes_back(kind: str, tm_format: int, big: bool, moment: datetime) -> None:
    made = fixed_codec(kind, Formats(big=big, tm_format=tm_format))
    moment = moment.replace(microsecond=0)
    if kind == "STIME_DATE" and tm_format != 4:
        moment = moment.replace(second=0)
    assert made.decode(made.encode(moment)) == moment


@given(st.integers(0, 0xFFFF), st.booleans())
def test_every_date_comes_back(number: int, big: bool) -> None:
    for kind in ("DATE", "RDATE"):
        made = fixed_codec(kind, Formats(big=big))
        raw = number.to_bytes(2, "big")
        assert encode_value(made, made.decode(raw)) == raw
    assert str(RecurringDate(number))


@pytest.mark.parametrize(
    "value",
    [
        Odd(b"ab", "note"),
        OddInt(0, b"ab", "note"),
        OddFloat(1.5, b"ab", "note"),
        OddDecimal(Decimal("1.5"), b"ab", "note"),
        OddText("x", b"ab", "note"),
    ],
)
def test_strange_values_can_be_copied_and_pickled(value: Strange) -> None:
    for twin in (copy.deepcopy(value), pickle.loads(pickle.dumps(value))):
        assert twin == value
        assert (twin.raw, twin.note) == (b"ab", "note")


def test_a_time_of_day_has_a_size_in_every_format() -> None:
    assert [Time("TIME", tm_format, False).size for tm_format in range(5)] == [0, 3, 3, 4, 4]
