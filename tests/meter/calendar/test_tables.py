"""Table 54 of meters that are not virtual: a schedule for each weekday, tiers of demands apart, any bytes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldpro.c12.dictionary import Tables
from fieldpro.c12.values import Odd
from fieldpro.dictionaries import load_dictionary
from fieldpro.errors import TableError
from fieldpro.meter.calendar import (
    Action,
    Calendar,
    RecurringEntry,
    Season,
    SingleDate,
    TierSwitch,
    change_set,
    check,
    periodic,
    read_calendar,
    season_begins,
    special_day,
    yearly,
)

GENERAL = (0, 1, 11)
NUMBERS = {"NBR_NON_RECURR_DATES": 3, "NBR_RECURR_DATES": 5, "NBR_TIER_SWITCHES": 6, "CALENDAR_TBL_SIZE": 62}


@pytest.fixture
def separate(hand_made_raw: dict[int, bytes]) -> Tables:
    """A meter with a schedule for each day of the week, whose calendar is empty yet and can be written."""
    tables = Tables(load_dictionary(), raw={number: hand_made_raw[number] for number in (*GENERAL, 51, 53)})
    general = dict(tables.decode(0).values)
    general["STD_TBLS_USED"] = (0, 1, 11, 51, 53, 54)
    general["STD_TBLS_WRITE"] = (53, 54)
    tables.put(0, tables.encode(0, general))
    limits = dict(tables.decode(51).values) | NUMBERS
    limits["CALENDAR_BFLD"] = {"NBR_SEASONS": 2, "NBR_SPECIAL_SCHED": 1}
    flags = {"SEPARATE_WEEKDAYS_FLAG": True, "SEPARATE_SUM_DEMANDS_FLAG": True}
    limits["TIME_FUNC_FLAG2_BFLD"] = dict(limits["TIME_FUNC_FLAG2_BFLD"]) | flags
    tables.put(51, tables.encode(51, limits))
    tables.put(54, bytes(tables.layout(54).size))
    return tables


def written(tables: Tables, calendar: Calendar) -> Tables:
    """The meter with the changes in it."""
    after = Tables(tables.dictionary, raw={number: tables.get(number) or b"" for number in tables.numbers})
    for number, image in change_set(tables, calendar).images.items():
        after.put(number, image.after)
    return after


def test_an_empty_calendar_reads_as_one_without_dates(separate: Tables) -> None:
    calendar = read_calendar(separate)
    assert calendar.recurring == ()
    assert calendar.singles == ()
    assert calendar.switches == (TierSwitch(0, 0, 0, summations=False, demands=False),)
    assert len(separate.get(54) or b"") == 3 * 3 + 5 * 3 + 6 * 3 + 2 * 8
    assert calendar.limits.separate_weekdays
    assert calendar.limits.separate_demands
    assert not calendar.limits.counts_can_change


def test_a_schedule_for_each_weekday_and_tiers_apart_are_written_and_read(separate: Tables) -> None:
    calendar = replace(
        read_calendar(separate),
        seasons=(Season((1, 0, 0, 1, 0, 0, 1), (1,)), Season((0, 1, 0, 1, 0, 1, 0), (0,))),
        switches=(
            TierSwitch(0, 0, 0),
            TierSwitch(0, 630, 1, demands=False),
            TierSwitch(0, 645, 2, summations=False),
            TierSwitch(1, 0, 3),
        ),
        recurring=(
            RecurringEntry(yearly(6, 1, offset=6, weekday=1), season_begins(0)),
            RecurringEntry(periodic(63, 62), Action(0, demand_reset=True, self_read=True)),
            RecurringEntry(yearly(10, 1), season_begins(1)),
        ),
        singles=(SingleDate(date(2027, 2, 28), special_day(0)),),
    )
    assert not check(calendar, since=date(2026, 1, 1))
    assert read_calendar(written(separate, calendar)) == calendar
    sunday = written(separate, calendar).decode(54).get("DAILY_SCHEDULE_ID_MATRIX[0].WEDNESDAY_SCHEDULE")
    assert sunday == 1


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(min_size=58, max_size=58))
def test_any_bytes_are_a_calendar_that_is_written_as_it_was_read_or_a_date_that_is_none(
    separate: Tables, data: bytes
) -> None:
    tables = Tables(separate.dictionary, raw={number: separate.get(number) or b"" for number in separate.numbers})
    tables.put(54, data)
    dates = [entry["NON_RECURR_DATE"] for entry in tables.decode(54).values["NON_RECURR_DATES"]]
    if any(isinstance(day, Odd) and any(day.raw) for day in dates):
        with pytest.raises(TableError, match="no such date"):
            read_calendar(tables)
        return
    calendar = read_calendar(tables)
    check(calendar, since=date(2026, 1, 1))
    if all(switch.minute < 1440 for switch in calendar.switches):
        assert read_calendar(written(tables, calendar)) == calendar


def test_the_hour_and_minute_of_a_switch_lie_where_the_profile_says(separate: Tables) -> None:
    """Some meters have the hour in the low bits: the same calendar, other bytes."""
    swapped = Tables(
        separate.dictionary,
        settings={"TIER_SWITCH_BITS": 1},
        raw={number: separate.get(number) or b"" for number in separate.numbers},
    )
    calendar: Any = replace(
        read_calendar(separate),
        seasons=(Season((0,) * 7, (0,)), Season((0,) * 7, (0,))),
        switches=(TierSwitch(0, 0, 0), TierSwitch(0, 13 * 60 + 45, 2)),
    )
    images = [change_set(tables, calendar).images[54].after for tables in (separate, swapped)]
    start = 3 * 3 + 5 * 3 + 3  # the second switch
    plain, other = (int.from_bytes(image[start : start + 2], "little") for image in images)
    assert plain == 2 | 1 << 3 | 1 << 4 | 45 << 5 | 13 << 11
    assert other == 2 | 1 << 3 | 1 << 4 | 13 << 5 | 45 << 10
