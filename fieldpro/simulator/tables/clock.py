"""Decade 5, time and time of use (ANSI C12.19 tables 50 to 56)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Any

import numpy as np

from fieldpro.c12.times import RecurringDate
from fieldpro.c12.values import Odd
from fieldpro.simulator.calendar import Action, Calendar, Recurrence, day_number, switches, weekday
from fieldpro.simulator.tables.moment import Moment, Values

_EPOCH = date(1970, 1, 1)
_NO_SPECIAL = 15  # SPECIAL_SCHD_ACTIVE on a common day
_NEVER = 255
_LONGEST_TIER_MIN = 0xFFFF
_ENTRY_BYTES = 3  # a date or a tier switch of ST54


def _current(moment: Moment) -> Calendar:
    """The calendar as it was last written, even if it takes hold tomorrow."""
    return moment.life.calendar


_MOST: Mapping[str, int] = {"NBR_NON_RECURR_DATES": 20, "NBR_RECURR_DATES": 30, "NBR_TIER_SWITCHES": 60}
_MOST_SEASONS, _MOST_SPECIALS = 8, 4


def dimensions(moment: Moment) -> Values:
    """ST50: what ST51 may be set to."""
    told = limits(moment)
    seasons = max(told["CALENDAR_BFLD"]["NBR_SEASONS"], _MOST_SEASONS)
    specials = max(told["CALENDAR_BFLD"]["NBR_SPECIAL_SCHED"], _MOST_SPECIALS)
    counts = {name: max(told[name], most) for name, most in _MOST.items()}
    size = sum(counts.values()) * _ENTRY_BYTES + seasons * (3 + specials)
    calendar = {"NBR_SEASONS": seasons, "NBR_SPECIAL_SCHED": specials}
    return told | counts | {"CALENDAR_BFLD": calendar, "CALENDAR_TBL_SIZE": size}


def limits(moment: Moment) -> Values:
    """ST51 as described."""
    calendar = _current(moment)
    specials = max((len(row) - 3 for row in calendar.day_schedules), default=0)
    entries = len(calendar.one_off) + len(calendar.recurring) + len(calendar.switches)
    return {
        "TIME_FUNC_FLAG1_BFLD": {
            "TOU_SELF_READ_FLAG": any(entry.action.self_read for entry in calendar.recurring),
            "SEASON_SELF_READ_FLAG": False,
            "SEASON_DEMAND_RESET_FLAG": False,
            "SEASON_CHNG_ARMED_FLAG": False,
            "SORT_DATES_FLAG": False,
            "ANCHOR_DATE_FLAG": False,
        },
        "TIME_FUNC_FLAG2_BFLD": {
            "CAP_DST_AUTO_FLAG": moment.description.clock.dst,
            "SEPARATE_WEEKDAYS_FLAG": False,
            "SEPARATE_SUM_DEMANDS_FLAG": False,
            "SORT_TIER_SWITCHES_FLAG": True,
            "CAP_TM_ZN_OFFSET_FLAG": moment.description.clock.zone_told,
        },
        "CALENDAR_BFLD": {"NBR_SEASONS": len(calendar.day_schedules), "NBR_SPECIAL_SCHED": specials},
        "NBR_NON_RECURR_DATES": len(calendar.one_off),
        "NBR_RECURR_DATES": len(calendar.recurring),
        "NBR_TIER_SWITCHES": len(calendar.switches),
        "CALENDAR_TBL_SIZE": entries * _ENTRY_BYTES + len(calendar.day_schedules) * (3 + specials),
    }


def _qualifier(moment: Moment) -> Values:
    supported = moment.description.clock.dst
    now = moment.life.calendar.dst_at(moment.standard)
    return {
        "DAY_OF_WEEK": weekday(int(moment.local // 86_400)),
        "DST_FLAG": now,
        "GMT_FLAG": False,
        "TM_ZN_APPLIED_FLAG": True,
        "DST_APPLIED_FLAG": supported,
        "DST_SUPPORTED_FLAG": supported,
    }


def clock(moment: Moment) -> Values:
    """ST52."""
    return {"CLOCK_CALENDAR": moment.long_time(moment.local), "TIME_DATE_QUAL": _qualifier(moment)}


def offsets(moment: Moment) -> Values:
    """ST53."""
    calendar = _current(moment)
    values: Values = {
        "DST_TIME_EFF": time(calendar.dst_minute // 60, calendar.dst_minute % 60),
        "DST_TIME_AMT": calendar.dst_amount_s // 60,
    }
    if moment.description.clock.zone_told:
        values["TIME_ZONE_OFFSET"] = moment.description.clock.zone_minutes
    return values


def _action(action: Action) -> Values:
    return {
        "CALENDAR_CTRL": action.code,
        "DEMAND_RESET_FLAG": action.demand_reset,
        "SELF_READ_FLAG": action.self_read,
    }


def _rdate(entry: Recurrence) -> RecurringDate:
    if entry.month == 15:
        return RecurringDate(entry.month | entry.period << 4 | entry.delta << 10)
    return RecurringDate(entry.month | entry.offset << 4 | entry.weekday << 8 | entry.day << 11)


def calendar_values(moment: Moment) -> Values:
    """ST54."""
    calendar = _current(moment)
    return {
        "NON_RECURR_DATES": [
            {"NON_RECURR_DATE": _EPOCH + timedelta(day), "CALENDAR_ACTION": _action(action)}
            for day, action in calendar.one_off
        ],
        "RECURR_DATES": [
            {"RECURR_DATE": _rdate(entry), "CALENDAR_ACTION": _action(entry.action)} for entry in calendar.recurring
        ],
        "TIER_SWITCHES": [
            {
                "TIER_SWITCH": {
                    "NEW_TIER": switch.tier,
                    "SUMMATION_SWITCH_FLAG": True,
                    "DEMANDS_SWITCH_FLAG": True,
                    "SWITCH_MIN": switch.minute % 60,
                    "SWITCH_HOUR": switch.minute // 60,
                },
                "DAY_SCH_NUM": switch.schedule,
            }
            for switch in calendar.switches
        ],
        "DAILY_SCHEDULE_ID_MATRIX": [
            {
                "SATURDAY_SCHEDULE": row[0],
                "SUNDAY_SCHEDULE": row[1],
                "WEEKDAY_SCHEDULE": row[2],
                "SPECIAL_SCHEDULE": list(row[3:]),
            }
            for row in calendar.day_schedules
        ],
    }


def clock_state(moment: Moment) -> Values:
    """ST55."""
    day = int(moment.local // 86_400)
    special = int(moment.life.calendar.specials(day, day)[0])
    _, tiers = moment.life.tier_changes(moment.now)
    return {
        **clock(moment),
        "STATUS": {
            "CURR_TIER": int(tiers[-1]),
            "TIER_DRIVE": 0,
            "SPECIAL_SCHD_ACTIVE": _NO_SPECIAL if special < 0 else special,
            "SEASON": int(moment.life.calendar.seasons(day, day)[0]),
        },
    }


def time_remaining(moment: Moment) -> Values:
    """ST56: minutes to the next tier switch, days to the next self-read."""
    life, day = moment.life, int(moment.standard // 86_400)
    instants, _ = life.calendar.tier_changes(day, day + 8)
    ahead = instants[instants > moment.standard]
    minutes = int(np.ceil((ahead[0] - moment.standard) / 60)) if len(ahead) else _LONGEST_TIER_MIN
    if life.daily_self_read:
        days = 1
    else:
        due = [at for at, action in life.calendar.midnights(day, day + 62) if action.self_read and at > moment.standard]
        days = int(np.ceil((due[0] - moment.standard) / 86_400)) if due else _NEVER
    return {"TIER_TIME_REMAIN": min(minutes, _LONGEST_TIER_MIN), "SELF_READ_DAYS_REMAIN": min(days, _NEVER)}


# --- what the tables say, read back -----------------------------------------------------------------------------


def read_calendar(offset_values: Mapping[str, Any], values: Mapping[str, Any]) -> Calendar | None:
    """The calendar that ST53 and ST54 describe; None when they hold a date or time that is none. A single date of
    zeros is an entry that is not used."""
    effective = offset_values["DST_TIME_EFF"]
    single = [entry for entry in values["NON_RECURR_DATES"] if not _is_unused(entry["NON_RECURR_DATE"])]
    dates = [entry["NON_RECURR_DATE"] for entry in single]
    if isinstance(effective, Odd) or any(isinstance(day, Odd) for day in dates):
        return None
    rows = [
        (
            int(entry["DAY_SCH_NUM"]),
            int(entry["TIER_SWITCH"]["SWITCH_HOUR"]) * 60 + int(entry["TIER_SWITCH"]["SWITCH_MIN"]),
            int(entry["TIER_SWITCH"]["NEW_TIER"]),
        )
        for entry in values["TIER_SWITCHES"]
    ]
    return Calendar(
        recurring=tuple(
            _recurrence(entry["RECURR_DATE"], _read_action(entry["CALENDAR_ACTION"]))
            for entry in values["RECURR_DATES"]
        ),
        one_off=tuple(
            (day_number(entry["NON_RECURR_DATE"]), _read_action(entry["CALENDAR_ACTION"])) for entry in single
        ),
        switches=switches(rows),
        day_schedules=tuple(
            (
                row["SATURDAY_SCHEDULE"],
                row["SUNDAY_SCHEDULE"],
                row["WEEKDAY_SCHEDULE"],
                *row["SPECIAL_SCHEDULE"],
            )
            for row in values["DAILY_SCHEDULE_ID_MATRIX"]
        ),
        dst_minute=effective.hour * 60 + effective.minute,
        dst_amount_s=int(offset_values["DST_TIME_AMT"]) * 60,
    )


def _is_unused(value: Any) -> bool:
    return isinstance(value, Odd) and not any(value.raw)


def _read_action(values: Mapping[str, Any]) -> Action:
    return Action(int(values["CALENDAR_CTRL"]), bool(values["DEMAND_RESET_FLAG"]), bool(values["SELF_READ_FLAG"]))


def _recurrence(rdate: RecurringDate, action: Action) -> Recurrence:
    if rdate.month == 15:
        return Recurrence(action, month=15, period=rdate.period, delta=rdate.delta)
    return Recurrence(action, month=rdate.month, day=rdate.day, offset=rdate.offset, weekday=rdate.weekday)
