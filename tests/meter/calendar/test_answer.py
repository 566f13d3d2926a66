"""Which tier at 2026-07-04 14:30, and why?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from fieldpro.errors import TableUnresolved, UsageError
from fieldpro.meter.calendar import (
    STATE_TABLES,
    Arc,
    Calendar,
    Season,
    SingleDate,
    TierSwitch,
    change_set,
    dials,
    disagreements,
    elements,
    our_answer,
    read_calendar,
    read_state,
    special_day,
    tier_at,
    year_map,
)
from fieldpro.meter.changes import State, edit
from fieldpro.meter.programs import Program, Target, check


def test_independence_day_is_a_special_day_and_says_so(centron: Any) -> None:
    answer = tier_at(centron.calendar(), datetime(2026, 7, 4, 14, 30))
    assert (answer.tier_name, answer.season, answer.special, answer.schedule) == ("A", 0, 0, 2)
    assert answer.steps == (
        "Saturday 4 July 2026, 14:30 by the meter's clock, daylight saving applied.",
        "Season 0: it began on Monday 1 June 2026 (recurring date 3: 1 June).",
        "Special day 0, whatever weekday it is (recurring date 8: 4 July, Sunday moves to Monday).",
        "In season 0 special day 0 has day schedule 2.",
        "Day schedule 2 switches to tier A at 00:00.",
        "There is no other switch on this day.",
    )


def test_two_days_later_it_is_on_peak_until_four(centron: Any) -> None:
    answer = tier_at(centron.calendar(), datetime(2026, 7, 6, 14, 30))
    assert (answer.tier_name, answer.day_type, answer.since, answer.until) == ("C", "a working day", 13 * 60, 16 * 60)
    assert answer.steps[2] == "A common Monday: no date of the calendar makes it a special day."
    assert answer.steps[-2:] == (
        "Day schedule 0 switches to tier C at 13:00.",
        "The next switch is to tier D at 16:00.",
    )


def test_a_time_that_spring_leaves_out_is_said_to_be_none(centron: Any) -> None:
    answer = tier_at(centron.calendar(), datetime(2026, 3, 8, 2, 30))
    assert not answer.exists
    assert "The clock never shows this: on this day it goes from 02:00 to 03:00." in answer.steps


def test_an_hour_that_comes_twice_has_two_answers(centron: Any) -> None:
    calendar = Calendar(
        seasons=(Season.of(saturday=0, sunday=0, weekday=0),),
        switches=(TierSwitch(0, 0, 0), TierSwitch(0, 90, 1)),
        recurring=tuple(entry for entry in centron.calendar().recurring if entry.action.code in (1, 2)),
    )
    first, second = (tier_at(calendar, datetime(2026, 11, 1, 1, 45), second=second) for second in (False, True))
    assert (first.tier_name, first.daylight, first.since) == ("A", True, 0)
    assert (second.tier_name, second.daylight, second.since) == ("B", False, 90)
    assert any("This is the first time" in step for step in first.steps)


def test_a_day_that_does_not_begin_at_midnight_goes_on_with_the_day_before() -> None:
    calendar = Calendar(
        seasons=(Season((0, 0, 0, 1, 0, 0, 0)),),  # Wednesdays apart
        switches=(TierSwitch(0, 360, 0), TierSwitch(0, 1200, 2), TierSwitch(1, 720, 1)),
    )
    answer = tier_at(calendar, datetime(2026, 7, 8, 5, 0))  # a Wednesday
    assert (answer.tier_name, answer.since, answer.until) == ("C", None, 720)
    assert "Nothing has switched on this day yet: tier C goes on from the day before." in answer.steps


def test_tiers_of_demands_may_go_their_own_way() -> None:
    calendar = Calendar(
        seasons=(Season.of(saturday=0, sunday=0, weekday=0),),
        switches=(TierSwitch(0, 0, 0), TierSwitch(0, 600, 1, demands=False), TierSwitch(0, 720, 2, summations=False)),
    )
    apart = replace(calendar, limits=replace(calendar.limits, separate_demands=True))
    noon = datetime(2026, 7, 8, 12, 0)
    assert [tier_at(apart, noon, demands=demands).tier for demands in (False, True)] == [1, 2]
    assert tier_at(calendar, noon).tier == 2


def test_a_meter_without_time_of_use_says_that_it_has_one_tier(wall: Any) -> None:
    answer = tier_at(wall("residential").calendar(), datetime(2026, 7, 4, 14, 30))
    assert answer.tier == 0
    assert answer.steps[-1] == "The calendar has no day schedules or no tier switches: there is one tier only."


# --- pictures


def test_the_year_has_its_days_its_gap_and_its_tiers(centron: Any) -> None:
    found = year_map(centron.calendar(), 2026)
    assert found.tiers.shape == (365, 96)
    spring = (date(2026, 3, 8) - date(2026, 1, 1)).days
    assert found.tiers[spring, 8:12].tolist() == [-1] * 4
    assert (found.tiers == -1).sum() == 4
    assert found.tiers[found.days.index(date(2026, 7, 6)), 14 * 4 + 2] == 2
    assert sum(found.hours().values()) == 365 * 24 - 1
    assert [change.on for change in found.dst_changes] == [True, False]
    leap = year_map(centron.calendar(), 2028)
    assert len(leap.days) == 366


def test_a_dial_for_each_kind_of_day(centron: Any) -> None:
    found = {(dial.season, dial.title): dial for dial in dials(centron.calendar())}
    assert list(found) == [
        (0, "Sunday"),
        (0, "Monday to Friday"),
        (0, "Saturday"),
        (0, "Special day 0"),
        (1, "Saturday and Sunday"),
        (1, "Monday to Friday"),
        (1, "Special day 0"),
    ]
    assert found[0, "Saturday"].arcs == (Arc(0, 540, 0), Arc(540, 1260, 1), Arc(1260, 1440, 0))
    for dial in found.values():
        assert dial.arcs[0].start == 0
        assert dial.arcs[-1].end == 1440
        assert all(one.end == two.start for one, two in zip(dial.arcs, dial.arcs[1:], strict=False))


# --- tables


@pytest.mark.parametrize("name", ["centron", "residential"])
def test_what_was_read_and_not_touched_changes_nothing(wall: Any, name: str) -> None:
    tables = wall(name).tables()
    found = change_set(tables, read_calendar(tables))
    assert not found
    assert found.counts.different == 0
    assert found.counts.same > 0


def test_one_switch_moved_is_one_change_of_one_element(centron: Any) -> None:
    tables, calendar = centron.tables(), centron.calendar()
    moved = replace(calendar.switches[2], minute=12 * 60)
    found = change_set(tables, replace(calendar, switches=(*calendar.switches[:2], moved, *calendar.switches[3:])))
    assert [change.path for change in found.different] == ["CALENDAR_TBL.TIER_SWITCHES[2].TIER_SWITCH.SWITCH_HOUR"]
    assert {change.state for change in found.changes} == {State.SAME, State.DIFFERENT}


def test_what_is_not_used_any_more_is_marked_unused(centron: Any) -> None:
    tables, calendar = centron.tables(), centron.calendar()
    smaller = replace(calendar, recurring=calendar.recurring[:-1], singles=(), switches=calendar.switches[:-1])
    for number, image in change_set(tables, smaller).images.items():
        centron.meter.device.bank.write(number, image.after)
    assert centron.calendar() == smaller
    assert len(centron.held(54)) == len(tables.get(54) or b"")


def test_more_dates_than_there_is_room_for_make_room_where_the_meter_can(centron: Any) -> None:
    tables, calendar = centron.tables(), centron.calendar()
    singles = tuple(SingleDate(date(2027, month, 2), special_day(0)) for month in range(1, 13))
    grown = change_set(tables, replace(calendar, singles=singles))
    assert "ACT_TIME_TOU_TBL.NBR_NON_RECURR_DATES" in {change.path for change in grown.different}
    assert grown.tables.index(51) < grown.tables.index(54)
    with pytest.raises(UsageError) as caught:
        change_set(tables, replace(calendar, singles=singles * 3))
    assert caught.value.expected == "at most 20"


def test_a_calendar_is_a_piece_of_a_program(centron: Any) -> None:
    values = elements(centron.calendar())
    program = Program("tou", 1, Target(overlays=("fieldpro-virtual",)), values)
    assert not [str(each) for each in check(program, tables=centron.tables())]
    assert not edit(centron.tables(), values)


def test_without_its_tables_there_is_no_calendar(centron: Any) -> None:
    tables = centron.tables()
    bare = type(tables)(tables.dictionary, raw={0: tables.get(0) or b""})
    with pytest.raises(TableUnresolved):
        read_calendar(bare)


# --- what the meter says of now


def state_at(wall: Any, moment: datetime) -> Any:
    wall.now = moment
    bank, tables = wall.meter.device.bank, wall.tables()
    for number in STATE_TABLES:
        if bank.has(number):
            tables.put(number, bank.read(number))
    return read_state(tables)


@pytest.mark.parametrize("name", ["centron", "residential"])
@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 7, 4, 19, 30, tzinfo=UTC),
        datetime(2026, 7, 6, 19, 30, tzinfo=UTC),
        datetime(2026, 11, 1, 6, 45, tzinfo=UTC),  # 1:45 for the first time
        datetime(2026, 11, 1, 7, 45, tzinfo=UTC),  # and for the second
    ],
)
def test_the_meter_and_its_calendar_say_the_same_of_now(wall: Any, name: str, moment: datetime) -> None:
    meter = wall(name)
    state = state_at(meter, moment)
    assert disagreements(meter.calendar(), state) == ()
    assert our_answer(meter.calendar(), state).moment == state.moment


def test_the_time_left_in_a_tier_is_that_to_the_next_switch(wall: Any) -> None:
    meter = wall("centron")
    state = state_at(meter, datetime(2026, 7, 6, 19, 30, tzinfo=UTC))  # 14:30, 7 s fast
    answer = our_answer(meter.calendar(), state)
    assert answer.until == 16 * 60
    assert state.tier_left_min in (89, 90)


def test_a_meter_that_says_otherwise_is_told_of_in_words(wall: Any) -> None:
    meter = wall("centron")
    state = replace(state_at(meter, datetime(2026, 7, 6, 19, 30, tzinfo=UTC)), tier=0, special=3)
    assert disagreements(meter.calendar(), state) == (
        "tier: the meter says A, its calendar C",
        "special day: the meter says 3, its calendar none",
    )
