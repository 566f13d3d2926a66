"""A calendar out of a meter's tables and back: ANSI C12.19 table 54 with 53 (daylight saving) and 51 (how much).

    calendar = read_calendar(tables)
    elements(calendar)                  by path, for a program
    change_set(tables, calendar)        against what the meter holds

The arrays of table 54 are as long as table 51 says. What a calendar does not use of them is filled: recurring dates
with "unassigned", single dates with zeros ("not set"), tier switches and seasons with the last one once more, which
changes nothing. Reading leaves such fillings out again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any, TypeVar

from fieldpro.c12.dictionary.tables import Tables
from fieldpro.c12.times import RecurringDate
from fieldpro.c12.values import Odd
from fieldpro.errors import FieldProError, TableError, UsageError
from fieldpro.meter.calendar.model import (
    SATURDAY,
    SUNDAY,
    WEEKDAYS,
    Action,
    Calendar,
    Daylight,
    Limits,
    RecurringEntry,
    Season,
    SingleDate,
    TierSwitch,
)
from fieldpro.meter.calendar.recurrence import UNASSIGNED
from fieldpro.meter.changes import ChangeSet, edit, writable

DIMENSIONS, ACTUAL, OFFSETS, CALENDAR, REGISTERS = 50, 51, 53, 54, 21
NAME, OFFSETS_NAME, LIMITS_NAME = "CALENDAR_TBL", "TIME_OFFSET_TBL", "ACT_TIME_TOU_TBL"
TABLES = frozenset({0, 1, 20, REGISTERS, DIMENSIONS, ACTUAL, OFFSETS, CALENDAR})  # what is to be read for it
NOT_SET = "raw:00 00"
WORKING_DAY = 3  # any of Monday to Friday
ENTRY_BYTES = 3  # a date, a recurring date or a tier switch with what belongs to it

T = TypeVar("T")


def read_calendar(tables: Tables) -> Calendar:
    """The calendar of a meter. Raises `TableUnresolved` where tables lack, `TableError` where they cannot be."""
    values = tables.decode(CALENDAR).values
    limits = read_limits(tables)
    switches = [_switch(entry) for entry in values["TIER_SWITCHES"]]
    seasons = [_season(row) for row in values["DAILY_SCHEDULE_ID_MATRIX"]]
    return Calendar(
        seasons=tuple(seasons),
        switches=tuple(_without_fill(switches)),
        recurring=tuple(
            RecurringEntry(entry["RECURR_DATE"], _action(entry["CALENDAR_ACTION"]))
            for entry in values["RECURR_DATES"]
            if entry["RECURR_DATE"].month != UNASSIGNED
        ),
        singles=tuple(
            _single(entry, index)
            for index, entry in enumerate(values["NON_RECURR_DATES"])
            if not isinstance(entry["NON_RECURR_DATE"], Odd) or any(entry["NON_RECURR_DATE"].raw)
        ),
        daylight=read_daylight(tables),
        limits=limits,
    )


def read_limits(tables: Tables) -> Limits:
    """How much calendar the meter holds: what table 51 says, or table 50 where table 51 can be written."""
    actual = _limits(tables, ACTUAL if tables.get(ACTUAL) is not None else DIMENSIONS)
    can_change = ACTUAL in writable(tables) and tables.get(DIMENSIONS) is not None
    counts = _limits(tables, DIMENSIONS) if can_change else actual
    flags1, flags2 = actual["TIME_FUNC_FLAG1_BFLD"], actual["TIME_FUNC_FLAG2_BFLD"]
    return Limits(
        seasons=counts["CALENDAR_BFLD"]["NBR_SEASONS"],
        specials=counts["CALENDAR_BFLD"]["NBR_SPECIAL_SCHED"],
        singles=counts["NBR_NON_RECURR_DATES"],
        recurring=counts["NBR_RECURR_DATES"],
        switches=counts["NBR_TIER_SWITCHES"],
        tiers=_tiers(tables),
        size=counts["CALENDAR_TBL_SIZE"],
        separate_weekdays=bool(flags2["SEPARATE_WEEKDAYS_FLAG"]),
        separate_demands=bool(flags2["SEPARATE_SUM_DEMANDS_FLAG"]),
        sort_dates=bool(flags1["SORT_DATES_FLAG"]),
        sort_switches=bool(flags2["SORT_TIER_SWITCHES_FLAG"]),
        automatic_dst=bool(flags2["CAP_DST_AUTO_FLAG"]),
        counts_can_change=can_change,
    )


def read_daylight(tables: Tables) -> Daylight:
    """When and by how much the clock changes (table 53); the usual where the meter does not tell."""
    if tables.get(OFFSETS) is None:
        return Daylight()
    values = tables.decode(OFFSETS).values
    effective = values["DST_TIME_EFF"]
    if isinstance(effective, Odd):
        raise TableError(OFFSETS_NAME, "DST_TIME_EFF", 0, "a time of day", effective.note)
    zone = values.get("TIME_ZONE_OFFSET")
    minute = effective.hour * 60 + effective.minute
    return Daylight(minute, int(values["DST_TIME_AMT"]), None if zone is None else int(zone))


def elements(calendar: Calendar, *, held: Mapping[str, int] | None = None) -> dict[str, Any]:
    """The wanted values by element path, for a program or a change set. Raises `UsageError` for more than the meter
    holds. held: the counts of table 51 as they are; where they can change they grow, and never shrink."""
    limits = calendar.limits
    for title, number, most in room(calendar):
        if number > most:
            raise UsageError(title, f"at most {most}", str(number))
    counts = _counts_of(limits)
    wanted: dict[str, Any] = {}
    if limits.counts_can_change:
        counts = {name: max(number, (held or {}).get(name, 0)) for name, number in _counts(calendar).items()}
        wanted |= {f"{LIMITS_NAME}.{name}": number for name, number in counts.items()}
        wanted[f"{LIMITS_NAME}.CALENDAR_TBL_SIZE"] = _size(counts, limits)
    wanted[f"{NAME}.NON_RECURR_DATES"] = _filled(
        [_single_values(single) for single in calendar.singles],
        counts["NBR_NON_RECURR_DATES"],
        {"NON_RECURR_DATE": NOT_SET, "CALENDAR_ACTION": _action_values(Action())},
    )
    wanted[f"{NAME}.RECURR_DATES"] = _filled(
        [{"RECURR_DATE": entry.when, "CALENDAR_ACTION": _action_values(entry.action)} for entry in calendar.recurring],
        counts["NBR_RECURR_DATES"],
        {"RECURR_DATE": RecurringDate(UNASSIGNED), "CALENDAR_ACTION": _action_values(Action())},
    )
    switches = [_switch_values(switch) for switch in calendar.switches]
    filling = switches[-1] if switches else _switch_values(TierSwitch(0, 0, 0))
    wanted[f"{NAME}.TIER_SWITCHES"] = _filled(switches, counts["NBR_TIER_SWITCHES"], filling)
    rows = [_season_values(season, calendar.limits, counts["NBR_SPECIAL_SCHED"]) for season in calendar.seasons]
    if rows:
        wanted[f"{NAME}.DAILY_SCHEDULE_ID_MATRIX"] = _filled(rows, counts["NBR_SEASONS"], rows[-1])
    wanted = {path: value for path, value in wanted.items() if not isinstance(value, list) or value}
    rule = calendar.daylight
    wanted[f"{OFFSETS_NAME}.DST_TIME_EFF"] = time(rule.minute // 60, rule.minute % 60)
    wanted[f"{OFFSETS_NAME}.DST_TIME_AMT"] = rule.amount_min
    if rule.zone_min is not None:
        wanted[f"{OFFSETS_NAME}.TIME_ZONE_OFFSET"] = rule.zone_min
    return wanted


def change_set(tables: Tables, calendar: Calendar) -> ChangeSet:
    """The calendar against what the meter holds. Raises `UsageError` for more than it holds."""
    wanted = elements(calendar, held=_held(tables))
    if tables.get(OFFSETS) is None:
        wanted = {path: value for path, value in wanted.items() if not path.startswith(OFFSETS_NAME)}
    return edit(tables, wanted)


def size_of(calendar: Calendar) -> int:
    """The bytes that table 54 takes with just these entries."""
    return _size(_counts(calendar), calendar.limits)


# --- reading


def _limits(tables: Tables, number: int) -> Mapping[str, Any]:
    values: Mapping[str, Any] = tables.decode(number).values
    return values


def _tiers(tables: Tables) -> int:
    """The tiers that registers are kept for; all eight where that is not known."""
    for number in (REGISTERS, REGISTERS - 1):
        if tables.get(number) is not None:
            try:
                return int(tables.decode(number).values["NBR_TIERS"])
            except FieldProError:
                break
    return Limits().tiers


def _action(values: Mapping[str, Any]) -> Action:
    return Action(int(values["CALENDAR_CTRL"]), bool(values["DEMAND_RESET_FLAG"]), bool(values["SELF_READ_FLAG"]))


def _single(entry: Mapping[str, Any], index: int) -> SingleDate:
    day = entry["NON_RECURR_DATE"]
    if isinstance(day, Odd):
        raise TableError(NAME, f"NON_RECURR_DATES[{index}].NON_RECURR_DATE", 0, "a date", day.note)
    return SingleDate(day, _action(entry["CALENDAR_ACTION"]))


def _switch(entry: Mapping[str, Any]) -> TierSwitch:
    bits = entry["TIER_SWITCH"]
    return TierSwitch(
        int(entry["DAY_SCH_NUM"]),
        int(bits["SWITCH_HOUR"]) * 60 + int(bits["SWITCH_MIN"]),
        int(bits["NEW_TIER"]),
        bool(bits["SUMMATION_SWITCH_FLAG"]),
        bool(bits["DEMANDS_SWITCH_FLAG"]),
    )


def _season(row: Mapping[str, Any]) -> Season:
    specials = tuple(int(number) for number in row["SPECIAL_SCHEDULE"])
    if "WEEKDAY_SCHEDULE" in row:
        return Season.of(
            saturday=int(row["SATURDAY_SCHEDULE"]),
            sunday=int(row["SUNDAY_SCHEDULE"]),
            weekday=int(row["WEEKDAY_SCHEDULE"]),
            specials=specials,
        )
    return Season(tuple(int(row[f"{name.upper()}_SCHEDULE"]) for name in WEEKDAYS), specials)


def _without_fill(switches: Sequence[TierSwitch]) -> Sequence[TierSwitch]:
    """Without repetitions of the last entry at the end."""
    count = len(switches)
    while count > 1 and switches[count - 1] == switches[count - 2]:
        count -= 1
    return switches[:count]


# --- writing


def _counts(calendar: Calendar) -> dict[str, int]:
    """The counts of table 51 that are just enough."""
    return {
        "NBR_SEASONS": len(calendar.seasons),
        "NBR_SPECIAL_SCHED": max((len(season.specials) for season in calendar.seasons), default=0),
        "NBR_NON_RECURR_DATES": len(calendar.singles),
        "NBR_RECURR_DATES": len(calendar.recurring),
        "NBR_TIER_SWITCHES": len(calendar.switches),
    }


def _counts_of(limits: Limits) -> dict[str, int]:
    return {
        "NBR_SEASONS": limits.seasons,
        "NBR_SPECIAL_SCHED": limits.specials,
        "NBR_NON_RECURR_DATES": limits.singles,
        "NBR_RECURR_DATES": limits.recurring,
        "NBR_TIER_SWITCHES": limits.switches,
    }


def _held(tables: Tables) -> dict[str, int]:
    """The counts that shape table 54 as it is."""
    values = _limits(tables, ACTUAL if tables.get(ACTUAL) is not None else DIMENSIONS)
    flat = {**values, **values["CALENDAR_BFLD"]}
    return {name: int(flat[name]) for name in _counts_of(Limits())}


def _size(counts: Mapping[str, int], limits: Limits) -> int:
    entries = counts["NBR_NON_RECURR_DATES"] + counts["NBR_RECURR_DATES"] + counts["NBR_TIER_SWITCHES"]
    days = len(WEEKDAYS) if limits.separate_weekdays else 3
    return entries * ENTRY_BYTES + counts["NBR_SEASONS"] * (days + counts["NBR_SPECIAL_SCHED"])


def room(calendar: Calendar) -> list[tuple[str, int, int]]:
    """(what, how many there are, how many the meter holds)"""
    limits, counts = calendar.limits, _counts(calendar)
    return [  # in the order of table 54
        ("single dates", counts["NBR_NON_RECURR_DATES"], limits.singles),
        ("recurring dates", counts["NBR_RECURR_DATES"], limits.recurring),
        ("tier switches", counts["NBR_TIER_SWITCHES"], limits.switches),
        ("seasons", counts["NBR_SEASONS"], limits.seasons),
        ("special days", counts["NBR_SPECIAL_SCHED"], limits.specials),
    ]


def _filled(entries: list[T], count: int, filling: T) -> list[T]:
    return entries + [filling] * (count - len(entries))


def _action_values(action: Action) -> dict[str, Any]:
    return {
        "CALENDAR_CTRL": action.code,
        "DEMAND_RESET_FLAG": action.demand_reset,
        "SELF_READ_FLAG": action.self_read,
    }


def _single_values(single: SingleDate) -> dict[str, Any]:
    return {"NON_RECURR_DATE": single.day, "CALENDAR_ACTION": _action_values(single.action)}


def _switch_values(switch: TierSwitch) -> dict[str, Any]:
    bits = {
        "NEW_TIER": switch.tier,
        "SUMMATION_SWITCH_FLAG": switch.summations,
        "DEMANDS_SWITCH_FLAG": switch.demands,
        "SWITCH_MIN": switch.minute % 60,
        "SWITCH_HOUR": switch.minute // 60,
    }
    return {"TIER_SWITCH": bits, "DAY_SCH_NUM": switch.schedule}


def _season_values(season: Season, limits: Limits, specials: int) -> dict[str, Any]:
    if limits.separate_weekdays:
        row: dict[str, Any] = {
            f"{name.upper()}_SCHEDULE": schedule for name, schedule in zip(WEEKDAYS, season.weekdays, strict=True)
        }
    else:
        row = {
            "SATURDAY_SCHEDULE": season.weekdays[SATURDAY],
            "SUNDAY_SCHEDULE": season.weekdays[SUNDAY],
            "WEEKDAY_SCHEDULE": season.weekdays[WORKING_DAY],
        }
    own = list(season.specials)
    row["SPECIAL_SCHEDULE"] = _filled(own, specials, own[-1] if own else season.weekdays[SUNDAY])
    return row
