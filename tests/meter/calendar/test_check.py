"""A calendar is checked as it is typed: every complaint has its place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from fieldpro.c12.times import RecurringDate
from fieldpro.meter.calendar import (
    Action,
    Calendar,
    Daylight,
    Limits,
    RecurringEntry,
    Season,
    SingleDate,
    TierSwitch,
    check,
    season_begins,
    special_day,
    weekly,
    yearly,
)

SINCE = date(2026, 1, 1)
SUMMER = RecurringEntry(yearly(6, 1), season_begins(0))
WINTER = RecurringEntry(yearly(10, 1), season_begins(1))
FOURTH = RecurringEntry(yearly(7, 4, offset=8), special_day(0))
GOOD = Calendar(
    seasons=(
        Season.of(saturday=1, sunday=1, weekday=0, specials=(1,)),
        Season.of(saturday=1, sunday=1, weekday=1, specials=(1,)),
    ),
    switches=(TierSwitch(0, 0, 0), TierSwitch(0, 600, 1), TierSwitch(0, 1200, 0), TierSwitch(1, 0, 0)),
    recurring=(SUMMER, WINTER, FOURTH),
    limits=Limits(*(2, 1, 2, 6, 8, 4), size=50, separate_weekdays=False, sort_dates=True, sort_switches=True),
)


def complaints(**changes: Any) -> list[tuple[str, str, bool]]:
    return [(each.name, each.text, each.is_error) for each in check(replace(GOOD, **changes), since=SINCE)]


def test_nothing_is_wrong_with_a_good_calendar() -> None:
    assert not complaints()


def test_nothing_is_wrong_with_the_one_the_meter_came_with(centron: Any) -> None:
    assert not [str(each) for each in check(centron.calendar(), since=SINCE)]


def switches(*more: TierSwitch) -> tuple[TierSwitch, ...]:
    return tuple(sorted((*GOOD.switches, *more), key=lambda switch: (switch.schedule, switch.minute)))


def recurring(*more: RecurringEntry) -> tuple[RecurringEntry, ...]:
    return (*GOOD.recurring, *more)


WRONG: dict[str, tuple[dict[str, Any], str, str, bool]] = {
    "a gap at the beginning of a day": (
        {"switches": (TierSwitch(0, 360, 1), *GOOD.switches[3:])},
        "schedules[0]",
        "a gap: nothing says which tier holds from 00:00 to 06:00; that of the day before does",
        False,
    ),
    "two switches at one time": (
        {"switches": switches(TierSwitch(0, 600, 2))},
        "switches[2]",
        "overlaps tier switch 2: at 10:00 of day schedule 0 that one switches to tier B",
        True,
    ),
    "the same switch twice": (
        {"switches": switches(TierSwitch(0, 600, 1))},
        "switches[2]",
        "overlaps tier switch 2: at 10:00 of day schedule 0 that one switches to the same",
        False,
    ),
    "switches out of order": (
        {"switches": (*GOOD.switches[1:3], GOOD.switches[0], GOOD.switches[3])},
        "switches[2]",
        "out of order: this meter wants them by day schedule, then by time",
        True,
    ),
    "a tier without registers": (
        {"switches": switches(TierSwitch(1, 720, 5))},
        "switches[4]",
        "the meter keeps registers for A to D, not for F",
        True,
    ),
    "a time that is none": (
        {"switches": switches(TierSwitch(1, 1440, 1))},
        "switches[4]",
        "the time must be from 00:00 to 23:59",
        True,
    ),
    "a day schedule that does nothing": (
        {"seasons": (replace(GOOD.seasons[0], specials=(7,)), GOOD.seasons[1])},
        "seasons[0]",
        "special day 0 has day schedule 7, which has no tier switches",
        True,
    ),
    "a day schedule that nobody uses": (
        {"switches": switches(TierSwitch(2, 0, 0))},
        "schedules[2]",
        "no season uses it",
        False,
    ),
    "a season that is not described": (
        {"recurring": recurring(RecurringEntry(yearly(3, 1), season_begins(2)))},
        "recurring[3]",
        "season 2 is not described: it has no day schedules",
        True,
    ),
    "a season that never begins": ({"recurring": (SUMMER, FOURTH)}, "seasons[1]", "no date begins it", False),
    "a special day without a schedule": (
        {"recurring": recurring(RecurringEntry(yearly(1, 1), special_day(1)))},
        "recurring[3]",
        "special day 1 has no day schedule in season 0, 1",
        True,
    ),
    "a day that no year has": (
        {"recurring": recurring(RecurringEntry(yearly(4, 31), special_day(0)))},
        "recurring[3]",
        "April has days 1 to 30, not 31",
        True,
    ),
    "a date that is not chosen": (
        {"recurring": recurring(RecurringEntry(RecurringDate(0), special_day(0)))},
        "recurring[3]",
        "no date is chosen",
        True,
    ),
    "a weekday that is none": (
        {"recurring": recurring(RecurringEntry(weekly(7), special_day(0)))},
        "recurring[3]",
        "no such day of the week",
        True,
    ),
    "a date on which nothing happens": (
        {"recurring": recurring(RecurringEntry(yearly(1, 1), Action()))},
        "recurring[3]",
        "nothing happens on this date",
        False,
    ),
    "too many dates": (
        {"recurring": recurring(*(RecurringEntry(yearly(1, day), special_day(0)) for day in range(1, 5)))},
        "recurring dates",
        "7 are too many: the meter holds 6",
        True,
    ),
    "more bytes than there are": (
        {"limits": replace(GOOD.limits, size=24)},
        "size",
        "29 bytes are too many: the meter has room for 24",
        True,
    ),
    "single dates out of order": (
        {"singles": (SingleDate(date(2027, 5, 1), special_day(0)), SingleDate(date(2026, 5, 1), special_day(0)))},
        "singles[1]",
        "out of order: it is before Saturday 1 May 2027, and this meter wants order",
        True,
    ),
    "a year that two digits cannot say": (
        {"singles": (SingleDate(date(2077, 5, 1), special_day(0)),)},
        "singles[0]",
        "the year must be from 2000 to 2069",
        True,
    ),
    "two seasons on one day": (
        {"singles": (SingleDate(date(2027, 6, 1), season_begins(1)),)},
        "singles[0]",
        "overlaps recurring date 1 on Tuesday 1 June 2027: season 0 begins and season 1 begins",
        True,
    ),
    "daylight saving that never ends": (
        {"recurring": recurring(RecurringEntry(yearly(3, 8, offset=2), Action(1)))},
        "daylight",
        "it begins and never ends: a date for the other change is missing",
        True,
    ),
    "a clock change of nothing": (
        {
            "recurring": recurring(
                RecurringEntry(yearly(3, 8, offset=2), Action(1)), RecurringEntry(yearly(11, 1, offset=2), Action(2))
            ),
            "daylight": Daylight(amount_min=0),
        },
        "daylight",
        "the calendar has dates for it, but the clock changes by 0 minutes",
        True,
    ),
    "a schedule for each working day where the meter has one for all": (
        {"seasons": (Season((1, 0, 0, 1, 0, 0, 1), (1,)), GOOD.seasons[1])},
        "seasons[0]",
        "this meter has one day schedule for Monday to Friday, not one for each",
        True,
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_said_where_it_is(what: str) -> None:
    changes, name, text, is_error = WRONG[what]
    assert complaints(**changes) == [(name, text, is_error)]


def test_special_days_that_meet_are_a_warning() -> None:
    calendar = replace(
        GOOD,
        seasons=tuple(replace(season, specials=(1, 0)) for season in GOOD.seasons),
        limits=replace(GOOD.limits, specials=2),
        singles=(SingleDate(date(2028, 7, 4), special_day(1)),),
    )
    found = check(calendar, since=SINCE)
    assert [(each.name, each.is_error) for each in found] == [("singles[0]", False)]
    assert found[0].place == "single date 1"
    assert found[0].text == "overlaps recurring date 3 on Tuesday 4 July 2028: special day 0 and special day 1"


def test_summations_and_demands_kept_apart_may_switch_at_one_time() -> None:
    calendar = replace(
        GOOD,
        limits=replace(GOOD.limits, separate_demands=True, size=0),
        switches=switches(TierSwitch(0, 600, 2, summations=False)),
    )
    split = replace(
        calendar,
        switches=tuple(
            replace(each, demands=False) if each.minute == 600 and each.tier == 1 else each
            for each in calendar.switches
        ),
    )
    assert [each.name for each in check(calendar, since=SINCE)] == ["switches[2]"]
    assert not check(split, since=SINCE)
