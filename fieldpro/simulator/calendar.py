"""The calendar of ANSI C12.19 table 54, at work: daylight saving, seasons, special days, tiers, midnights.

Dates recur by RDATE (month, offset rule, weekday, day); days are counted since 1970-01-01, Sunday is weekday 0.
All instants returned are in standard time (see `fieldpro.simulator.clock`), worked out from the local times the table
gives.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from fieldpro.simulator.noise import Floats, Integers

DAY_S = 86_400
_EPOCH = date(1970, 1, 1)
_MONTHLY, _WEEKLY, _PERIODIC = 13, 14, 15


def day_number(day: date) -> int:
    return (day - _EPOCH).days


def weekday(day: int) -> int:
    """0 Sunday .. 6 Saturday."""
    return (day + 4) % 7


@dataclass(frozen=True, slots=True)
class Action:
    """The ACTION of a calendar entry: code 0 none, 1 DST on, 2 DST off, 3+n season n, 19+n special schedule n."""

    code: int
    demand_reset: bool = False
    self_read: bool = False

    @property
    def season(self) -> int | None:
        return self.code - 3 if 3 <= self.code <= 18 else None

    @property
    def special(self) -> int | None:
        return self.code - 19 if 19 <= self.code <= 31 else None


@dataclass(frozen=True, slots=True)
class Recurrence:
    """An RDATE. `month` 1-12 yearly, 13 monthly, 14 weekly, 15 every `period` days from day `delta`."""

    action: Action
    month: int
    day: int = 0
    offset: int = 0
    weekday: int = 0
    period: int = 0
    delta: int = 0

    def days(self, first: int, last: int) -> Iterator[int]:
        """The day numbers from `first` to `last` on which it falls."""
        for day in self._days(first, last):
            if first <= day <= last:
                yield day

    def _days(self, first: int, last: int) -> Iterator[int]:
        if self.month == _WEEKLY:
            start = first + (self.weekday - weekday(first)) % 7
            yield from range(start, last + 1, 7)
        elif self.month == _PERIODIC:
            if self.period:
                yield from range(first + (self.delta - first) % self.period, last + 1, self.period)
        elif self.month:
            reach = 31  # days an offset rule can move a date: over New Year too
            for year in range((_EPOCH + timedelta(first - reach)).year, (_EPOCH + timedelta(last + reach)).year + 1):
                for month in range(1, 13) if self.month == _MONTHLY else (self.month,):
                    if (base := _valid(year, month, self.day)) is not None:
                        yield from _shifted(base, self.offset, self.weekday)


def _valid(year: int, month: int, day: int) -> int | None:
    try:
        return day_number(date(year, month, day))
    except ValueError:
        return None


def _shifted(base: int, offset: int, wanted: int) -> Iterator[int]:
    """RDATE's offset rules, C12.19 clause on RDATE."""
    today = weekday(base)
    saturday, sunday = today == 6, today == 0
    ahead = base + (wanted - today) % 7
    if offset == 1:
        yield base - ((today - wanted) % 7 or 7)
    elif 2 <= offset <= 5:
        yield ahead + 7 * (offset - 2)
    elif offset == 6:
        month = (_EPOCH + timedelta(base)).month
        while (_EPOCH + timedelta(ahead + 7)).month == month:
            ahead += 7
        yield ahead
    elif offset == 7:
        yield from (base, base + 1)
    elif offset == 15:
        yield base + 1
    else:
        to_monday = (sunday and offset in (8, 12, 14)) or (saturday and offset in (10, 12))
        to_friday = (sunday and offset in (9, 13)) or (saturday and offset in (11, 13, 14))
        if to_monday:
            yield base + (1 if sunday else 2)
        elif to_friday:
            yield base - (2 if sunday else 1)
        else:
            yield base


@dataclass(frozen=True, slots=True)
class TierSwitch:
    """At `minute` of the local day, on days of `schedule`, `tier` (0 = A) begins."""

    schedule: int
    minute: int
    tier: int


@dataclass(frozen=True)
class Calendar:
    """A whole ST54 with ST53. `day_schedules[season]`: schedule of Saturday, Sunday, weekday, special 0, 1 ..."""

    recurring: tuple[Recurrence, ...] = ()
    one_off: tuple[tuple[int, Action], ...] = ()  # day number, action
    switches: tuple[TierSwitch, ...] = ()
    day_schedules: tuple[tuple[int, ...], ...] = ()
    dst_minute: int = 120
    dst_amount_s: int = 3_600
    before: Calendar | None = None  # the one that held until the day `since`
    since: int = 0

    def dues(self, first: int, last: int) -> list[tuple[int, Action]]:
        """Everything dated between two day numbers, in order."""
        if self.before is not None and first < self.since:
            earlier = self.before.dues(first, min(last, self.since - 1))
            return earlier + (self.dues(self.since, last) if last >= self.since else [])
        found = [(day, entry.action) for entry in self.recurring for day in entry.days(first, last)]
        found += [(day, action) for day, action in self.one_off if first <= day <= last]
        return sorted(found, key=lambda due: (due[0], due[1].code))

    @cached_property
    def _dst(self) -> tuple[Floats, Integers]:
        """The changes from 2000 to 2099, in standard time, and the state after each."""
        dues = self.dues(day_number(date(2000, 1, 1)), day_number(date(2099, 12, 31)))
        changes = [
            (day * DAY_S + self.dst_minute * 60 - (self.dst_amount_s if action.code == 2 else 0), int(action.code == 1))
            for day, action in dues
            if action.code in (1, 2)
        ]
        return np.array([at for at, _ in changes], dtype=float), np.array([0, *(state for _, state in changes)])

    def dst(self, standard: Floats) -> Integers:
        """1 where daylight saving is in effect."""
        instants, states = self._dst
        applied: Integers = states[np.searchsorted(instants, standard, side="right")]
        return applied

    def dst_at(self, standard: float) -> bool:
        return bool(self.dst(np.array([standard]))[0])

    def dst_changes(self, first: float, last: float) -> list[tuple[float, bool]]:
        """(standard time, on) of each change in a span."""
        instants, states = self._dst
        inside = (instants > first) & (instants <= last)
        return list(zip(instants[inside].tolist(), (states[1:][inside] == 1).tolist(), strict=True))

    def local(self, standard: Floats) -> Floats:
        shown: Floats = standard + self.dst_amount_s * self.dst(standard)
        return shown

    def local_at(self, standard: float) -> float:
        return standard + (self.dst_amount_s if self.dst_at(standard) else 0)

    def from_local(self, local: Floats) -> Floats:
        """Local to standard; of the hour that comes twice in autumn the one after the change. A time that the change
        in spring leaves out is the moment of the change."""
        instants, _ = self._dst
        shifted = local - self.dst_amount_s * self.dst(local)
        is_left_out = self.dst(local) > self.dst(shifted)
        change = instants[np.searchsorted(instants, local, side="right") - 1] if len(instants) else local
        standard: Floats = np.where(is_left_out, change, shifted)
        return standard

    def seasons(self, first: int, last: int) -> Integers:
        """(last-first+1,) the season of each day; before the first entry, that of the year's last."""
        season = np.zeros(last - first + 1, dtype=np.int64)
        for day, action in self.dues(first - 366, last):
            if action.season is not None:
                season[max(day - first, 0) :] = action.season
        return season

    def specials(self, first: int, last: int) -> Integers:
        """(last-first+1,) the special schedule of each day, -1 on a common day."""
        special = np.full(last - first + 1, -1, dtype=np.int64)
        for day, action in self.dues(first, last):
            if action.special is not None:
                special[day - first] = action.special
        return special

    def tier_changes(self, first: int, last: int) -> tuple[Floats, Integers]:
        """Every tier switch of the days `first`..`last`: (n,) standard times in order, (n,) tiers from then on."""
        if self.before is not None and first < self.since:
            earlier = self.before.tier_changes(first, min(last, self.since - 1))
            if last < self.since:
                return earlier
            later = self.tier_changes(self.since, last)
            return np.concatenate([earlier[0], later[0]]), np.concatenate([earlier[1], later[1]])
        if not self.switches or not self.day_schedules:
            return np.array([first * DAY_S], dtype=float), np.zeros(1, dtype=np.int64)
        days = np.arange(first, last + 1)
        week = (days + 4) % 7
        column = np.where(week == 6, 0, np.where(week == 0, 1, 2))
        special = self.specials(first, last)
        column = np.where(special >= 0, special + 3, column)
        table = np.array(self.day_schedules, dtype=np.int64)
        schedule = table[self.seasons(first, last) % len(table), np.minimum(column, table.shape[1] - 1)]
        at: list[Floats] = []
        tier: list[Integers] = []
        for switch in self.switches:
            matching = days[schedule == switch.schedule]
            at.append(matching * float(DAY_S) + switch.minute * 60)
            tier.append(np.full(len(matching), switch.tier, dtype=np.int64))
        if not any(map(len, at)):
            return np.array([first * DAY_S], dtype=float), np.zeros(1, dtype=np.int64)
        instants, tiers = self.from_local(np.concatenate(at)), np.concatenate(tier)
        order = np.argsort(instants, kind="stable")
        return instants[order], tiers[order]

    def midnights(self, first: int, last: int) -> list[tuple[float, Action]]:
        """(standard time, action) of everything due at local midnight."""
        dues = self.dues(first, last)
        instants = self.from_local(np.array([day * float(DAY_S) for day, _ in dues]))
        return [(float(at), action) for at, (_, action) in zip(instants, dues, strict=True)]


def switches(rows: Sequence[tuple[int, int, int]]) -> tuple[TierSwitch, ...]:
    """From (schedule, minute, tier) rows, in the order the table wants them: by schedule, then by time."""
    return tuple(TierSwitch(*row) for row in sorted(rows))
