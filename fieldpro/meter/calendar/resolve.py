"""Which tier holds at a moment, and why.

    answer = tier_at(calendar, datetime(2026, 7, 4, 14, 30))
    answer.tier, answer.season, answer.special, answer.schedule
    answer.steps        ("Saturday 4 July 2026, 14:30 by the meter's clock, daylight saving applied", ...)

Moments are what the meter's clock shows, without a zone. In the hour that comes twice, when daylight saving ends,
`second` says which one is meant (see `fieldpro.meter.calendar.timeline`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from fieldpro.meter.calendar.model import (
    WEEKDAYS,
    WORKING_DAYS,
    Calendar,
    TierSwitch,
    clock_text,
    day_text,
    tier_name,
    weekday,
)
from fieldpro.meter.calendar.timeline import COMMON_DAY, UNDECIDED, DstChange, Timeline


@dataclass(frozen=True, slots=True)
class Answer:
    """The tier at a moment. special: None on a common day. schedule: None where the calendar has none for the day.

    since, until: minutes of the day between which the day schedule keeps this tier; since is None where the tier comes
    from the day before, until None where it holds to the end of the day.
    """

    moment: datetime
    tier: int
    season: int
    special: int | None
    day_type: str
    schedule: int | None
    daylight: bool
    since: int | None
    until: int | None
    steps: tuple[str, ...]
    exists: bool = True  # False for a moment that the clock leaves out

    @property
    def tier_name(self) -> str:
        return tier_name(self.tier)


def tier_at(calendar: Calendar, moment: datetime, *, second: bool = False, demands: bool = False) -> Answer:
    """The answer and its reasons. demands: the tier of demands, where the meter keeps them apart."""
    return _Question(calendar, moment, second, demands).answer()


@dataclass
class _Question:
    calendar: Calendar
    moment: datetime
    second: bool
    demands: bool

    def __post_init__(self) -> None:
        self.day = self.moment.date()
        self.minute = self.moment.hour * 60 + self.moment.minute
        self.line = Timeline(self.calendar, self.day, self.day, demands=self.demands)
        self.season = int(self.line.season[0])
        special = int(self.line.special[0])
        self.special = None if special == COMMON_DAY else special
        schedule = int(self.line.schedule[0])
        self.schedule = None if schedule == UNDECIDED else schedule

    def answer(self) -> Answer:
        shown = np.array([self.moment], dtype="datetime64[s]")
        tier = int(self.line.at(shown, repeated=np.array([self.second]))[0])
        repeats = self._change(lambda change: not change.on and change.to <= self.moment < change.at)
        skipped = self._change(lambda change: change.on and change.at <= self.moment < change.to)
        effective = self.minute
        if repeats is not None and not self.second:
            effective = repeats.to.hour * 60 + repeats.to.minute - 1
        since, until = self._switches_around(effective)
        return Answer(
            self.moment,
            tier,
            self.season,
            self.special,
            day_type(self.day, self.special, self.calendar),
            self.schedule,
            self._daylight(),
            since,
            until,
            tuple(self._steps(tier, since, until, repeats, skipped)),
            skipped is None,
        )

    def _steps(
        self, tier: int, since: int | None, until: int | None, repeats: DstChange | None, skipped: DstChange | None
    ) -> Iterator[str]:
        applied = "daylight saving applied" if self._daylight() else "standard time"
        yield f"{day_text(self.day)}, {self.moment:%H:%M} by the meter's clock, {applied}."
        if skipped is not None:
            yield f"The clock never shows this: on this day it goes from {skipped.at:%H:%M} to {skipped.to:%H:%M}."
        if repeats is not None:
            which = "second" if self.second else "first"
            yield (
                f"The clock shows this twice: at {repeats.at:%H:%M} it goes back to {repeats.to:%H:%M}. "
                f"This is the {which} time; switches in between count the second time."
            )
        if self.calendar.is_empty:
            yield "The calendar has no day schedules or no tier switches: there is one tier only."
            return
        yield self._season_step()
        yield self._special_step()
        yield self._schedule_step()
        if self.schedule is None or since is None:
            yield f"Nothing has switched on this day yet: tier {tier_name(tier)} goes on from the day before."
        else:
            yield f"Day schedule {self.schedule} switches to tier {tier_name(tier)} at {clock_text(since)}."
        if self.schedule is not None:
            yield self._following(until)

    def _season_step(self) -> str:
        entry = self.line.season_entry(self.day)
        if entry is None:
            return "Season 0: no date of the calendar has begun another one."
        return f"Season {self.season}: it began on {day_text(entry.day)} ({entry_text(self.calendar, entry.entry)})."

    def _special_step(self) -> str:
        entry = self.line.special_entry(self.day)
        name = WEEKDAYS[weekday(self.day)]
        if entry is None:
            return f"A common {name}: no date of the calendar makes it a special day."
        return f"Special day {self.special}, whatever weekday it is ({entry_text(self.calendar, entry.entry)})."

    def _schedule_step(self) -> str:
        kind = day_type(self.day, self.special, self.calendar)
        if self.schedule is None:
            return f"The calendar has no day schedules for season {self.season}."
        return f"In season {self.season} {kind} has day schedule {self.schedule}."

    def _following(self, until: int | None) -> str:
        if until is None:
            return "There is no other switch on this day."
        tier = next(switch.tier for switch in reversed(self._of_day()) if switch.minute == until)
        return f"The next switch is to tier {tier_name(tier)} at {clock_text(until)}."

    def _of_day(self) -> tuple[TierSwitch, ...]:
        return () if self.schedule is None else self.calendar.of_schedule(self.schedule, demands=self.demands)

    def _switches_around(self, minute: int) -> tuple[int | None, int | None]:
        """The switch that made the tier at a minute, and the next one to another tier."""
        done = [switch for switch in self._of_day() if switch.minute <= minute]
        if not done:
            to_come = [switch.minute for switch in self._of_day() if switch.minute > minute]
            return None, min(to_come, default=None)
        since = done[-1]
        to_come = [switch.minute for switch in self._of_day() if switch.minute > minute and switch.tier != since.tier]
        return since.minute, min(to_come, default=None)

    def _daylight(self) -> bool:
        on = False
        for change in self.line.dst_changes:
            if change.on and change.at <= self.moment:
                on = True
            elif not change.on and (change.at if not self.second else change.to) <= self.moment:
                on = False
        return on

    def _change(self, fits: Callable[[DstChange], bool]) -> DstChange | None:
        near = (change for change in self.line.dst_changes if abs(change.at - self.moment) < timedelta(days=1))
        return next((change for change in near if fits(change)), None)


def day_type(day: date, special: int | None, calendar: Calendar) -> str:
    """The kind of day that the matrix of seasons tells apart: "Saturday", "a working day", "special day 0"."""
    if special is not None:
        return f"special day {special}"
    number = weekday(day)
    if number in WORKING_DAYS and not calendar.limits.separate_weekdays:
        return "a working day"
    return WEEKDAYS[number]


def entry_text(calendar: Calendar, entry: tuple[str, int]) -> str:
    """ "recurring date 3: 1 June" """
    kind, index = entry
    if kind == "single":
        return f"single date {index + 1}: {day_text(calendar.singles[index].day)}"
    return f"recurring date {index + 1}: {calendar.recurring[index].when}"
