"""A calendar laid out over days: season, special day, schedule of each, and the tier of every minute.

    line = Timeline(calendar, date(2026, 1, 1), date(2026, 12, 31))
    line.season[i], line.special[i], line.schedule[i]       of day i
    line.tiers                                              (days, 1440) by the meter's clock

What ANSI C12.19 leaves open, as it is done here:
* a season lasts until another one begins; before the first one ever, season 0 holds
* of two actions of one kind on one day the one with the higher code holds
* a day schedule that does not begin at midnight goes on with the tier of the day before
* a time that the change to daylight saving leaves out is reached when the clock has jumped; of a time that comes
  twice, when it ends, the second one counts
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fieldpro.meter.calendar.model import DAY_MIN, DST_OFF, DST_ON, Action, Calendar, weekday
from fieldpro.meter.calendar.recurrence import days_of

Numbers: TypeAlias = NDArray[np.int64]
Tiers: TypeAlias = NDArray[np.int8]
Moments: TypeAlias = NDArray[np.datetime64]

HISTORY = date(2000, 1, 1)  # from here on everything is played through, to know what held on the first day
COMMON_DAY = -1
UNDECIDED = -1
LOOK_BACK = 14  # days before the first, for a schedule that does not begin at midnight
TIER_A = np.int8(0)  # where nothing ever switched


@dataclass(frozen=True, slots=True)
class Due:
    """One action on one day, and the entry it comes from: ("recurring", 3) or ("single", 0)."""

    day: date
    action: Action
    entry: tuple[str, int]


@dataclass(frozen=True, slots=True)
class DstChange:
    """The clock changes on a day when it shows `at`: forward to `to` (on) or back to `to` (off)."""

    at: datetime
    to: datetime
    on: bool


class Timeline:
    """The days `first` to `last`, both included. demands: the tiers of demands, where they are kept apart."""

    def __init__(self, calendar: Calendar, first: date, last: date, *, demands: bool = False) -> None:
        self.calendar = calendar
        self.first = first
        self.last = last
        self.demands = demands
        self._start = first - timedelta(LOOK_BACK)
        self._count = (last - self._start).days + 1

    @cached_property
    def dues(self) -> tuple[Due, ...]:
        """Everything since 2000 (or the first day) up to the last day, in order."""
        since = min(HISTORY, self._start)
        found = [
            Due(day, entry.action, ("recurring", index))
            for index, entry in enumerate(self.calendar.recurring)
            for day in days_of(entry.when, since, self.last)
        ]
        found += [
            Due(single.day, single.action, ("single", index))
            for index, single in enumerate(self.calendar.singles)
            if since <= single.day <= self.last
        ]
        return tuple(sorted(found, key=lambda due: (due.day, due.action.code)))

    @cached_property
    def dst_changes(self) -> tuple[DstChange, ...]:
        """Every change of the clock up to the last day; an action that changes nothing is none."""
        rule = self.calendar.daylight
        step, on, changes = timedelta(minutes=rule.amount_min), False, []
        for due in self.dues:
            if due.action.code in (DST_ON, DST_OFF) and on != (due.action.code == DST_ON):
                on = not on
                at = datetime.combine(due.day, datetime.min.time()) + timedelta(minutes=rule.minute)
                changes.append(DstChange(at, at + step if on else at - step, on))
        return tuple(changes)

    def season_entry(self, day: date) -> Due | None:
        """What began the season that holds on a day."""
        return next((due for due in reversed(self.dues) if due.day <= day and due.action.season is not None), None)

    def special_entry(self, day: date) -> Due | None:
        """What makes a day a special one."""
        return next((due for due in reversed(self.dues) if due.day == day and due.action.special is not None), None)

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(self.first + timedelta(index) for index in range((self.last - self.first).days + 1))

    @property
    def season(self) -> Numbers:
        """(days,)"""
        return self._seasons[LOOK_BACK:]

    @property
    def special(self) -> Numbers:
        """(days,) the number of the special day, -1 on a common day."""
        return self._specials[LOOK_BACK:]

    @property
    def schedule(self) -> Numbers:
        """(days,) the day schedule, -1 where the calendar has none."""
        return self._schedules[LOOK_BACK:]

    @property
    def tiers(self) -> Tiers:
        """(days, 1440) the tier at every minute that the meter's clock shows; see the module for clock changes."""
        return self._tiers[LOOK_BACK:]

    def at(self, moments: Moments, *, repeated: NDArray[np.bool_] | None = None) -> Tiers:
        """(n,) the tier when the meter's clock shows these moments, which are within the days.

        repeated: True where the clock shows a time for the second time, after it was set back; where it is left out
        such times count as the second one.
        """
        minutes = (moments.astype("datetime64[m]") - np.datetime64(self._start, "m")).astype(np.int64)
        if repeated is not None:
            for change in self.dst_changes:
                if not change.on:
                    since, until = (
                        (np.datetime64(moment, "m") - np.datetime64(self._start, "m")).astype(np.int64)
                        for moment in (change.to, change.at)
                    )
                    first_pass = (minutes >= since) & (minutes < until) & ~repeated
                    minutes = np.where(first_pass, since - 1, minutes)
        found: Tiers = self._tiers.reshape(-1)[minutes]
        return found

    # --- inside: as above, from LOOK_BACK days before the first

    @cached_property
    def _seasons(self) -> Numbers:
        season = np.zeros(self._count, dtype=np.int64)
        for due in self.dues:
            if due.action.season is not None:
                season[max((due.day - self._start).days, 0) :] = due.action.season
        return season

    @cached_property
    def _specials(self) -> Numbers:
        special = np.full(self._count, COMMON_DAY, dtype=np.int64)
        for due in self.dues:
            if due.action.special is not None and due.day >= self._start:
                special[(due.day - self._start).days] = due.action.special
        return special

    @cached_property
    def _schedules(self) -> Numbers:
        matrix, width = _matrix(self.calendar)
        if not len(matrix):
            return np.full(self._count, UNDECIDED, dtype=np.int64)
        week = (weekday(self._start) + np.arange(self._count)) % 7
        is_known = (self._specials >= 0) & (self._specials < width)
        column = np.where(is_known, self._specials + 7, week)
        row = np.minimum(self._seasons, len(matrix) - 1)
        found: Numbers = np.where(self._seasons < len(matrix), matrix[row, column], UNDECIDED)
        return found

    @cached_property
    def _tiers(self) -> Tiers:
        tiers = np.full((self._count, DAY_MIN), UNDECIDED, dtype=np.int8)
        for schedule in np.unique(self._schedules):
            tiers[self._schedules == schedule] = _day(self.calendar, int(schedule), demands=self.demands)
        flat = tiers.reshape(-1)
        decided = np.where(flat == UNDECIDED, 0, np.arange(len(flat)))
        carried = flat[np.maximum.accumulate(decided)]
        result: Tiers = np.where(carried == UNDECIDED, TIER_A, carried).reshape(tiers.shape)
        return result


def _matrix(calendar: Calendar) -> tuple[Numbers, int]:
    """(seasons, 7 + special days) day schedules, and how many special days; a season that lacks some has none."""
    width = max((len(season.specials) for season in calendar.seasons), default=0)
    rows: list[Any] = [
        (*season.weekdays, *season.specials, *([UNDECIDED] * (width - len(season.specials))))
        for season in calendar.seasons
    ]
    return np.array(rows, dtype=np.int64).reshape(len(rows), 7 + width), width


def _day(calendar: Calendar, schedule: int, *, demands: bool) -> Tiers:
    """(1440,) a day schedule's tiers, -1 before its first switch."""
    tiers: Tiers = np.full(DAY_MIN, UNDECIDED, dtype=np.int8)
    for switch in calendar.of_schedule(schedule, demands=demands):
        tiers[switch.minute :] = switch.tier
    return tiers
