"""What a calendar looks like: a year as days by quarter hours, and a clock dial for each day type."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from fieldpro.meter.calendar.model import DAY_MIN, SATURDAY, SUNDAY, WEEKDAYS, Calendar
from fieldpro.meter.calendar.timeline import DstChange, Timeline

QUARTERS = 96
NOT_THERE = -1


@dataclass(frozen=True, eq=False)
class YearMap:
    """tiers: (days, 96) the tier of each quarter hour that the meter's clock shows; -1 where it leaves it out.

    seasons, specials: (days,) as `Timeline` has them. dst_changes: of this year; quarters that come twice are those
    of the second time.
    """

    year: int
    days: tuple[date, ...]
    tiers: NDArray[np.int8]
    seasons: NDArray[np.int64]
    specials: NDArray[np.int64]
    dst_changes: tuple[DstChange, ...]

    def hours(self) -> dict[int, float]:
        """Hours of the year by tier, by the clock's face."""
        tiers, counts = np.unique(self.tiers[self.tiers != NOT_THERE], return_counts=True)
        return {int(tier): count / 4 for tier, count in zip(tiers, counts.tolist(), strict=True)}


def year_map(calendar: Calendar, year: int, *, demands: bool = False) -> YearMap:
    """A year of the calendar. Each quarter hour shows the tier at its beginning."""
    line = Timeline(calendar, date(year, 1, 1), date(year, 12, 31), demands=demands)
    tiers = line.tiers[:, :: DAY_MIN // QUARTERS].copy()
    changes = tuple(change for change in line.dst_changes if change.at.year == year)
    for change in changes:
        if change.on and change.at.date() == change.to.date():
            row = (change.at.date() - line.first).days
            quarters = np.arange(QUARTERS) * 15
            since, until = (moment.hour * 60 + moment.minute for moment in (change.at, change.to))
            tiers[row, (quarters >= since) & (quarters < until)] = NOT_THERE
    return YearMap(year, line.days, tiers, line.season, line.special, changes)


@dataclass(frozen=True, slots=True)
class Arc:
    """From minute `start` to minute `end` of the day; tier is None where that of the day before goes on."""

    start: int
    end: int
    tier: int | None


@dataclass(frozen=True, slots=True)
class Dial:
    """One day type of a season, as a face of 24 hours. weekdays: those that it is for, none for a special day."""

    season: int
    title: str
    schedule: int
    arcs: tuple[Arc, ...]
    weekdays: tuple[int, ...] = ()
    special: int | None = None


def dials(calendar: Calendar, *, demands: bool = False) -> tuple[Dial, ...]:
    """A dial for each day type of each season: days of the week that share a schedule are one."""
    return tuple(
        dial for number, _ in enumerate(calendar.seasons) for dial in _of_season(calendar, number, demands=demands)
    )


def _of_season(calendar: Calendar, number: int, *, demands: bool) -> Iterator[Dial]:
    season = calendar.seasons[number]
    for schedule in dict.fromkeys(season.weekdays):
        days = tuple(day for day, of_day in enumerate(season.weekdays) if of_day == schedule)
        yield Dial(number, days_title(days), schedule, arcs(calendar, schedule, demands=demands), days)
    for special, schedule in enumerate(season.specials):
        title = f"Special day {special}"
        yield Dial(number, title, schedule, arcs(calendar, schedule, demands=demands), special=special)


def arcs(calendar: Calendar, schedule: int, *, demands: bool = False) -> tuple[Arc, ...]:
    """A day schedule as stretches of one tier."""
    found: list[Arc] = []
    tier: int | None = None
    start = 0
    for switch in calendar.of_schedule(schedule, demands=demands):
        if switch.tier != tier:
            if switch.minute > start:
                found.append(Arc(start, switch.minute, tier))
            tier, start = switch.tier, switch.minute
    return (*found, Arc(start, DAY_MIN, tier))


def days_title(days: tuple[int, ...]) -> str:
    """ "Every day", "Monday to Friday", "Sunday and Saturday", or the days by name."""
    if len(days) == len(WEEKDAYS):
        return "Every day"
    if days == (SUNDAY, SATURDAY):
        return "Saturday and Sunday"
    if len(days) > 2 and days == tuple(range(days[0], days[-1] + 1)):
        return f"{WEEKDAYS[days[0]]} to {WEEKDAYS[days[-1]]}"
    return ", ".join(WEEKDAYS[day] for day in days)
