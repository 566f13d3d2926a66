"""Recurring dates against the wall calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldpro.c12.times import RecurringDate
from fieldpro.meter.calendar import days_of, monthly, periodic, weekly, yearly

MONDAY, TUESDAY, THURSDAY, SUNDAY = 1, 2, 4, 0
HOLIDAYS = [
    ("Labor Day", yearly(9, 1, offset=2, weekday=MONDAY), date(2026, 9, 7)),
    ("Thanksgiving", yearly(11, 1, offset=5, weekday=THURSDAY), date(2026, 11, 26)),
    ("Memorial Day", yearly(5, 1, offset=6, weekday=MONDAY), date(2026, 5, 25)),
    ("Memorial Day on the 31st", yearly(5, 1, offset=6, weekday=MONDAY), date(2021, 5, 31)),
    ("daylight saving begins", yearly(3, 8, offset=2, weekday=SUNDAY), date(2026, 3, 8)),
    ("daylight saving ends", yearly(11, 1, offset=2, weekday=SUNDAY), date(2026, 11, 1)),
    ("second Tuesday", yearly(6, 1, offset=3, weekday=TUESDAY), date(2026, 6, 9)),
    ("third Monday", yearly(1, 1, offset=4, weekday=MONDAY), date(2026, 1, 19)),
    ("the Monday before a Monday", yearly(11, 2, offset=1, weekday=MONDAY), date(2026, 10, 26)),
    ("the Sunday before", yearly(11, 2, offset=1, weekday=SUNDAY), date(2026, 11, 1)),
    ("Sunday moves to Monday", yearly(7, 4, offset=8), date(2027, 7, 5)),
    ("Sunday moves to Friday", yearly(7, 4, offset=9), date(2027, 7, 2)),
    ("Saturday moves to Monday", yearly(7, 4, offset=10), date(2026, 7, 6)),
    ("Saturday moves to Friday", yearly(7, 4, offset=11), date(2026, 7, 3)),
    ("the weekend moves to Monday", yearly(7, 4, offset=12), date(2026, 7, 6)),
    ("the weekend moves to Friday", yearly(7, 4, offset=13), date(2027, 7, 2)),
    ("to the nearest working day, over New Year", yearly(1, 1, offset=14), date(2027, 12, 31)),
    ("the day after only", yearly(12, 25, offset=15), date(2026, 12, 26)),
    ("a common day is not moved", yearly(7, 4, offset=12), date(2028, 7, 4)),
]


@pytest.mark.parametrize(("name", "when", "day"), HOLIDAYS, ids=[name for name, _, _ in HOLIDAYS])
def test_a_holiday_falls_on_its_day(name: str, when: RecurringDate, day: date) -> None:
    assert list(days_of(when, day - timedelta(60), day + timedelta(60))) == [day]
    assert list(days_of(when, day, day)) == [day]
    assert not list(days_of(when, day + timedelta(1), day + timedelta(60)))


def test_this_day_and_the_next_are_two_days() -> None:
    found = list(days_of(yearly(12, 31, offset=7), date(2026, 12, 1), date(2027, 1, 31)))
    assert found == [date(2026, 12, 31), date(2027, 1, 1)]


def test_every_month_leaves_out_months_that_are_too_short() -> None:
    found = list(days_of(monthly(31), date(2026, 1, 1), date(2026, 12, 31)))
    assert [day.month for day in found] == [1, 3, 5, 7, 8, 10, 12]


def test_the_29th_of_february_comes_every_four_years() -> None:
    found = list(days_of(yearly(2, 29), date(2024, 1, 1), date(2032, 12, 31)))
    assert found == [date(2024, 2, 29), date(2028, 2, 29), date(2032, 2, 29)]


def test_a_period_counts_days_from_1970() -> None:
    found = list(days_of(periodic(14, 0), date(2026, 1, 1), date(2026, 1, 31)))  # 1461 fortnights after 1970-01-01
    assert found == [date(2026, 1, 1), date(2026, 1, 15), date(2026, 1, 29)]
    assert list(days_of(periodic(14, 3), date(2026, 1, 1), date(2026, 1, 10))) == [date(2026, 1, 4)]


def test_what_is_not_set_never_falls() -> None:
    for when in (RecurringDate(0), periodic(0, 3), RecurringDate(14 | 7 << 8), yearly(4, 31)):
        assert not list(days_of(when, date(2020, 1, 1), date(2030, 1, 1)))


@given(st.integers(0, 6), st.dates(date(2000, 1, 1), date(2060, 1, 1)), st.integers(0, 100))
def test_every_week_is_every_seventh_day(weekday: int, first: date, length: int) -> None:
    found = list(days_of(weekly(weekday), first, first + timedelta(length)))
    expected = [first + timedelta(n) for n in range(length + 1) if (first + timedelta(n)).isoweekday() % 7 == weekday]
    assert found == expected


@given(st.integers(0, 0xFFFF), st.dates(date(2000, 1, 1), date(2060, 1, 1)))
def test_any_16_bits_are_a_date_or_none_and_a_part_of_a_span_has_its_part_of_the_days(number: int, first: date) -> None:
    when, middle, last = RecurringDate(number), first + timedelta(200), first + timedelta(400)
    whole = sorted(days_of(when, first, last))
    assert whole == sorted([*days_of(when, first, middle), *days_of(when, middle + timedelta(1), last)])
