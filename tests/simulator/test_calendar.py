"""Table 54 at work, against dates from the wall calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise

import numpy as np
import pytest

from fieldpro.simulator import describe
from fieldpro.simulator.calendar import Action, Calendar, Recurrence, day_number, weekday
from fieldpro.simulator.specs import starting_calendar

NOTHING = Action(0)


def seconds(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def dates(entry: Recurrence, first: date, last: date) -> list[date]:
    start = day_number(date(1970, 1, 1))
    return [date.fromordinal(day - start + 719_163) for day in entry.days(day_number(first), day_number(last))]


def test_the_day_of_the_week() -> None:
    assert weekday(day_number(date(2026, 11, 24))) == 2  # a Tuesday


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        (Recurrence(NOTHING, month=11, day=22, offset=2, weekday=4), date(2026, 11, 26)),  # Thanksgiving
        (Recurrence(NOTHING, month=9, day=1, offset=2, weekday=1), date(2026, 9, 7)),  # Labor Day
        (Recurrence(NOTHING, month=5, day=25, offset=2, weekday=1), date(2026, 5, 25)),  # Memorial Day
        (Recurrence(NOTHING, month=5, day=1, offset=6, weekday=1), date(2026, 5, 25)),  # the last Monday of May
        (Recurrence(NOTHING, month=1, day=1, offset=4, weekday=1), date(2026, 1, 19)),  # the third Monday
        (Recurrence(NOTHING, month=3, day=8, offset=2, weekday=0), date(2026, 3, 8)),  # daylight saving begins
        (Recurrence(NOTHING, month=11, day=1, offset=2, weekday=0), date(2026, 11, 1)),  # and ends
        (Recurrence(NOTHING, month=7, day=4, offset=14), date(2026, 7, 3)),  # a Saturday moves to Friday
        (Recurrence(NOTHING, month=7, day=5, offset=8), date(2026, 7, 6)),  # a Sunday moves to Monday
        (Recurrence(NOTHING, month=7, day=5, offset=9), date(2026, 7, 3)),
        (Recurrence(NOTHING, month=7, day=4, offset=10), date(2026, 7, 6)),
        (Recurrence(NOTHING, month=11, day=26, offset=15), date(2026, 11, 27)),
        (Recurrence(NOTHING, month=11, day=26, offset=1, weekday=4), date(2026, 11, 19)),
    ],
)
def test_a_recurring_date_falls_where_the_wall_calendar_has_it(entry: Recurrence, found: date) -> None:
    assert dates(entry, date(2026, 1, 1), date(2026, 12, 31)) == [found]


def test_dates_recur_monthly_weekly_and_periodically() -> None:
    first, last = date(2026, 1, 30), date(2026, 3, 31)
    assert dates(Recurrence(NOTHING, month=13, day=31), first, last) == [date(2026, 1, 31), date(2026, 3, 31)]
    assert len(dates(Recurrence(NOTHING, month=14, weekday=0), first, last)) == 9
    every_ten = dates(Recurrence(NOTHING, month=15, period=10, delta=3), first, last)
    assert {(b - a).days for a, b in pairwise(every_ten)} == {10}
    assert dates(Recurrence(NOTHING, month=7, day=4, offset=7), date(2026, 7, 1), date(2026, 7, 9)) == [
        date(2026, 7, 4),
        date(2026, 7, 5),
    ]
    assert dates(Recurrence(NOTHING, month=0, day=4), first, last) == []


@pytest.fixture
def calendar() -> Calendar:
    return starting_calendar(describe.load("centron"))


@pytest.mark.parametrize(
    ("standard", "local"),
    [
        ("2026-03-08T01:59:59", "2026-03-08T01:59:59"),
        ("2026-03-08T02:00:00", "2026-03-08T03:00:00"),
        ("2026-07-01T12:00:00", "2026-07-01T13:00:00"),
        ("2026-11-01T00:59:59", "2026-11-01T01:59:59"),
        ("2026-11-01T01:00:00", "2026-11-01T01:00:00"),
    ],
)
def test_daylight_saving_moves_the_clock_at_two(calendar: Calendar, standard: str, local: str) -> None:
    assert calendar.local_at(seconds(standard)) == seconds(local)
    back = calendar.from_local(np.array([seconds(local)]))[0]
    assert calendar.local_at(back) == seconds(local)


def tier_at(calendar: Calendar, local: str) -> int:
    standard = calendar.from_local(np.array([seconds(local)]))[0]
    day = int(standard // 86_400)
    instants, tiers = calendar.tier_changes(day - 3, day + 1)
    return int(tiers[np.searchsorted(instants, standard, side="right") - 1])


@pytest.mark.parametrize(
    ("local", "tier"),
    [
        ("2026-07-15T06:59", 0),  # a summer Wednesday
        ("2026-07-15T07:00", 1),
        ("2026-07-15T17:00", 3),
        ("2026-07-15T23:00", 0),
        ("2026-07-18T10:00", 1),  # Saturday
        ("2026-07-19T17:00", 0),  # Sunday
        ("2026-01-14T17:30", 2),  # a winter Wednesday
        ("2026-11-26T17:30", 0),  # Thanksgiving
        ("2026-11-03T17:30", 0),  # dated once
        ("2026-11-04T17:30", 2),
    ],
)
def test_the_tier_follows_season_day_and_hour(calendar: Calendar, local: str, tier: int) -> None:
    assert tier_at(calendar, local) == tier


def test_before_the_first_season_of_a_year_the_last_one_of_the_year_before_holds(calendar: Calendar) -> None:
    day = day_number(date(2026, 2, 1))
    assert calendar.seasons(day, day)[0] == 1
    assert calendar.seasons(day_number(date(2026, 5, 31)), day_number(date(2026, 6, 1))).tolist() == [1, 0]


def test_a_new_calendar_leaves_the_past_as_it_was(calendar: Calendar) -> None:
    since = day_number(date(2026, 7, 16))
    flat = Calendar(switches=calendar.switches[:1], day_schedules=((0, 0, 0),), before=calendar, since=since)
    assert tier_at(flat, "2026-07-15T17:00") == 3
    assert tier_at(flat, "2026-07-16T17:00") == 0
    assert flat.dst_at(seconds("2026-07-15T12:00"))


def test_a_date_that_is_moved_over_new_year_is_found_from_either_side() -> None:
    first_of_january = Recurrence(NOTHING, month=1, day=1, offset=14)  # a Saturday in 2028
    assert dates(first_of_january, date(2027, 12, 1), date(2027, 12, 31)) == [date(2027, 12, 31)]
    assert dates(first_of_january, date(2028, 1, 1), date(2028, 1, 31)) == []
    day_after = Recurrence(NOTHING, month=12, day=31, offset=15)
    assert dates(day_after, date(2027, 1, 1), date(2027, 1, 1)) == [date(2027, 1, 1)]


def test_a_time_that_spring_leaves_out_is_the_moment_of_the_change(calendar: Calendar) -> None:
    left_out = np.array([seconds(f"2026-03-08T02:{minute:02d}") for minute in (0, 30, 59)])
    assert calendar.from_local(left_out).tolist() == [seconds("2026-03-08T02:00")] * 3
    around = np.array([seconds("2026-03-08T01:59"), seconds("2026-03-08T03:00")])
    assert calendar.from_local(around).tolist() == [seconds("2026-03-08T01:59"), seconds("2026-03-08T02:00")]
