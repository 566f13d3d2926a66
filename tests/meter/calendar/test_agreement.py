"""Our answer to "which tier?" against the virtual meter's own clock, which is written apart from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldpro.meter.calendar import (
    Action,
    Calendar,
    Daylight,
    Limits,
    RecurringEntry,
    Season,
    SingleDate,
    TierSwitch,
    Timeline,
    change_set,
    elements,
    monthly,
    periodic,
    season_begins,
    special_day,
    tier_at,
    weekly,
    yearly,
)
from fieldpro.simulator import calendar as simulated
from fieldpro.simulator.tables import clock as simulated_tables

FIRST, LAST = date(2026, 1, 1), date(2030, 12, 31)
EPOCH = datetime(1970, 1, 1)


def simulated_answers(calendar: simulated.Calendar, first: date, last: date) -> tuple[Any, Any, Any]:
    """Every quarter hour that passes: what the meter's clock shows, whether daylight saving is on, the tier."""
    begin, end = ((day - EPOCH.date()).days for day in (first, last))
    standard = np.arange(begin * 86_400.0, end * 86_400.0 + 86_400, 900)
    local = calendar.local(standard)
    inside = local < (end + 1) * 86_400
    standard, local = standard[inside], local[inside]
    instants, tiers = calendar.tier_changes(begin - 14, end + 1)
    known = np.searchsorted(instants, standard, side="right") - 1
    return local.astype("datetime64[s]"), calendar.dst(standard), np.where(known < 0, 0, tiers[np.maximum(known, 0)])


def differing(ours: Calendar, theirs: simulated.Calendar, first: date, last: date) -> list[str]:
    shown, dst, tiers = simulated_answers(theirs, first, last)
    found = Timeline(ours, first, last).at(shown, repeated=dst == 0)
    return [f"{shown[i]}: ours {found[i]}, the meter's {tiers[i]}" for i in np.flatnonzero(found != tiers)[:5]]


def test_every_quarter_hour_of_five_years_has_the_tier_of_the_meters_own_calendar(centron: Any) -> None:
    theirs = centron.meter.device.body.life.calendar
    assert not differing(centron.calendar(), theirs, FIRST, LAST)
    shown, _, tiers = simulated_answers(theirs, FIRST, LAST)
    assert len(shown) == 5 * 365 * 96 + 96  # with the 29th of February
    assert set(tiers.tolist()) == {0, 1, 2, 3}


def test_the_clock_changes_when_the_meters_does(centron: Any) -> None:
    theirs = centron.meter.device.body.life.calendar
    begin, end = ((day - EPOCH.date()).days * 86_400.0 for day in (FIRST, LAST))
    ours = [(change.on, change.to) for change in Timeline(centron.calendar(), FIRST, LAST).dst_changes]
    expected = [(on, EPOCH + timedelta(seconds=theirs.local_at(at))) for at, on in theirs.dst_changes(begin, end)]
    assert [each for each in ours if each[1].year >= FIRST.year] == expected
    assert len(expected) == 10


def test_seasons_and_special_days_are_the_meters(centron: Any) -> None:
    theirs = centron.meter.device.body.life.calendar
    begin, end = ((day - EPOCH.date()).days for day in (FIRST, LAST))
    line = Timeline(centron.calendar(), FIRST, LAST)
    assert line.season.tolist() == theirs.seasons(begin, end).tolist()
    assert line.special.tolist() == theirs.specials(begin, end).tolist()


def ask_the_meter(wall: Any, moment: datetime) -> tuple[datetime, bool, int]:
    """Table 55 at a real time: what the clock shows, whether daylight saving is on, the tier."""
    wall.now = moment
    bank = wall.meter.device.bank
    values = bank.layout(55).decode(bank.read(55)).values
    return values["CLOCK_CALENDAR"], bool(values["TIME_DATE_QUAL"]["DST_FLAG"]), int(values["STATUS"]["CURR_TIER"])


def disagreements(wall: Any, moments: list[datetime]) -> list[str]:
    calendar, asked = wall.calendar(), [ask_the_meter(wall, moment) for moment in moments]
    shown = np.array([clock for clock, _, _ in asked], dtype="datetime64[s]")
    repeated = np.array([not dst for _, dst, _ in asked])
    first, last = (each.astype("datetime64[D]").item() for each in (shown.min(), shown.max()))
    found = Timeline(calendar, first, last).at(shown, repeated=repeated)
    return [
        f"{clock}: ours {tier}, table 55 {told}"
        for (clock, _, told), tier in zip(asked, found, strict=True)
        if tier != told
    ]


@pytest.mark.parametrize("name", ["centron", "residential"])
def test_table_55_of_the_meter_says_the_same_around_everything_that_happens(
    wall: Callable[[str], Any], name: str
) -> None:
    """A quarter hour each: four days of a month, the days of both clock changes, and every special day of a year."""
    meter = wall(name)
    days = [date(2026, month, day) for month in range(3, 13) for day in (1, 14)]
    days += [change.at.date() for change in Timeline(meter.calendar(), date(2026, 3, 2), LAST).dst_changes][-4:]
    moments = [
        datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minute)
        for day in sorted({*days, date(2026, 7, 4), date(2026, 11, 26), date(2026, 12, 25)})
        if day > date(2026, 3, 1)
        for minute in range(0, 1440, 45)
    ]
    assert not disagreements(meter, moments)


@pytest.mark.soak
@pytest.mark.parametrize("name", ["centron", "residential"])
@pytest.mark.parametrize("year", [2026, 2027, 2028, 2029, 2030])
def test_table_55_of_the_meter_says_the_same_every_quarter_hour(
    wall: Callable[[str], Any], name: str, year: int
) -> None:
    begin = datetime(year, 3 if year == 2026 else 1, 2, tzinfo=UTC)
    count = (datetime(year + 1, 1, 1, tzinfo=UTC) - begin) // timedelta(minutes=15)
    assert not disagreements(wall(name), [begin + timedelta(minutes=15 * nth) for nth in range(count)])


# --- calendars that nobody would write

ACTIONS = st.builds(
    Action,
    st.sampled_from([0, 1, 2, 3, 4, 19, 20]),
    st.booleans(),
    st.booleans(),
)
RDATES = st.one_of(
    st.builds(
        lambda month, day, offset, weekday: yearly(month, day, offset=offset, weekday=weekday),
        st.integers(1, 12),
        st.integers(1, 31),
        st.integers(0, 15),
        st.integers(0, 6),
    ),
    st.builds(
        lambda day, offset, weekday: monthly(day, offset=offset, weekday=weekday),
        st.integers(1, 31),
        st.integers(0, 15),
        st.integers(0, 6),
    ),
    st.builds(weekly, st.integers(0, 6)),
    st.builds(periodic, st.integers(1, 63), st.integers(0, 62)),
)
SEASONS = st.builds(
    lambda saturday, sunday, weekday, specials: Season.of(
        saturday=saturday, sunday=sunday, weekday=weekday, specials=specials
    ),
    st.integers(0, 3),
    st.integers(0, 3),
    st.integers(0, 3),
    st.tuples(st.integers(0, 3), st.integers(0, 3)),
)
SWITCHES = st.builds(
    TierSwitch,
    st.integers(0, 3),
    st.integers(0, 1439).map(lambda minute: minute - minute % 15 if minute % 2 else minute),
    st.integers(0, 3),
)
LIMITS = Limits(2, 2, 20, 30, 60, 4, separate_weekdays=False, counts_can_change=True)


def one_a_minute(switches: list[TierSwitch]) -> tuple[TierSwitch, ...]:
    """Of several at one minute of one schedule only one: which of them holds is nobody's business."""
    kept = {(switch.schedule, switch.minute): switch for switch in switches}
    midnights = [TierSwitch(schedule, 0, schedule) for schedule in range(4)]
    return tuple({(switch.schedule, switch.minute): switch for switch in [*midnights, *kept.values()]}.values())


CALENDARS = st.builds(
    lambda seasons, switches, recurring, singles, daylight: Calendar(
        seasons=tuple(seasons),
        switches=one_a_minute(switches),
        recurring=(
            RecurringEntry(yearly(3, 1), season_begins(0)),
            *(RecurringEntry(when, action) for when, action in recurring),
            RecurringEntry(yearly(3, 8, offset=2), Action(1)),
            RecurringEntry(yearly(11, 1, offset=2), Action(2)),
        ),
        singles=tuple(SingleDate(day, action) for day, action in singles),
        daylight=daylight,
        limits=LIMITS,
    ),
    st.lists(SEASONS, min_size=2, max_size=2),
    st.lists(SWITCHES, max_size=24),
    st.lists(st.tuples(RDATES, ACTIONS.filter(lambda action: action.code not in (1, 2))), max_size=8),
    st.lists(
        st.tuples(
            st.dates(date(2026, 1, 1), date(2031, 1, 1)), ACTIONS.map(lambda a: a if a.code > 2 else special_day(1))
        ),
        max_size=4,
    ),
    st.builds(Daylight, st.sampled_from([0, 60, 120, 150, 180]), st.sampled_from([30, 60, 120])),
)


@settings(max_examples=25, deadline=None)
@given(CALENDARS)
def test_any_calendar_means_the_same_to_the_meter(calendar: Calendar) -> None:
    values = elements(calendar)
    theirs = simulated_tables.read_calendar(
        {name: values[f"TIME_OFFSET_TBL.{name}"] for name in ("DST_TIME_EFF", "DST_TIME_AMT")},
        {
            name: values.get(f"CALENDAR_TBL.{name}", [])
            for name in ("NON_RECURR_DATES", "RECURR_DATES", "TIER_SWITCHES", "DAILY_SCHEDULE_ID_MATRIX")
        },
    )
    assert theirs is not None
    assert not differing(calendar, theirs, date(2027, 2, 1), date(2029, 1, 31))


@given(CALENDARS, st.datetimes(datetime(2026, 1, 1), datetime(2030, 12, 31)), st.booleans())
@settings(max_examples=60, deadline=None)
def test_one_question_is_answered_as_all_of_them(calendar: Calendar, moment: datetime, second: bool) -> None:
    moment = moment.replace(second=0, microsecond=0)
    answer = tier_at(calendar, moment, second=second)
    line = Timeline(calendar, moment.date() - timedelta(30), moment.date() + timedelta(30))
    shown = np.array([moment], dtype="datetime64[s]")
    assert answer.tier == int(line.at(shown, repeated=np.array([second]))[0])
    assert answer.schedule == int(line.schedule[30])
    if answer.since is not None:
        at = [switch for switch in calendar.of_schedule(answer.schedule) if switch.minute == answer.since]
        assert at[-1].tier == answer.tier


def test_a_calendar_written_to_the_meter_is_the_one_that_its_clock_follows(centron: Any) -> None:
    tables = centron.tables()
    calendar = centron.calendar()
    other = Calendar(
        seasons=(Season.of(saturday=0, sunday=0, weekday=1, specials=(0,)),) * 2,
        switches=(TierSwitch(0, 0, 3), TierSwitch(1, 0, 0), TierSwitch(1, 9 * 60 + 15, 2), TierSwitch(1, 15 * 60, 1)),
        recurring=calendar.recurring,
        singles=calendar.singles,
        daylight=calendar.daylight,
        limits=calendar.limits,
    )
    for number, image in change_set(tables, other).images.items():
        centron.meter.device.bank.write(number, image.after)
    assert centron.calendar() == other
    theirs = centron.meter.device.body.life.calendar
    assert not differing(other, theirs, date(2026, 3, 3), date(2026, 12, 31))
    clock, _, tier = ask_the_meter(centron, datetime(2026, 3, 4, 16, tzinfo=UTC))  # Wednesday 10:00 central
    assert clock.hour == 10
    assert tier == 2
