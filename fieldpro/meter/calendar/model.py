"""A time-of-use calendar as a person edits it (ANSI C12.19 tables 51, 53 and 54).

    seasons     which day schedule each day of the week and each special day has
    switches    what a day schedule does: at a minute of the local day a tier begins
    singles     dates that come once; recurring: dates that come again (RDATE)
    daylight    when and by how much the clock changes on the days that say so

A date has one action: daylight saving on or off, a season that begins, a special day; and beside it, or alone, a demand
reset and a self-read at the day's first moment. Days of the week are counted from Sunday, 0, as C12.19 does.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from fieldpro.c12.times import RecurringDate

DAY_MIN = 1440
WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
SUNDAY, SATURDAY = 0, 6
WORKING_DAYS = range(1, 6)

# ACTION of a calendar entry, CALENDAR_CTRL
NOTHING, DST_ON, DST_OFF, FIRST_SEASON, FIRST_SPECIAL, LAST_ACTION = 0, 1, 2, 3, 19, 31


@dataclass(frozen=True, slots=True)
class Action:
    """What happens on a date. `code` as C12.19 counts it: 0 none, 1 DST on, 2 DST off, 3+n season, 19+n special day."""

    code: int = NOTHING
    demand_reset: bool = False
    self_read: bool = False

    @property
    def season(self) -> int | None:
        return self.code - FIRST_SEASON if FIRST_SEASON <= self.code < FIRST_SPECIAL else None

    @property
    def special(self) -> int | None:
        return self.code - FIRST_SPECIAL if FIRST_SPECIAL <= self.code <= LAST_ACTION else None

    def __str__(self) -> str:
        parts = []
        if self.code == DST_ON:
            parts.append("daylight saving begins")
        elif self.code == DST_OFF:
            parts.append("daylight saving ends")
        elif self.season is not None:
            parts.append(f"season {self.season} begins")
        elif self.special is not None:
            parts.append(f"special day {self.special}")
        if self.demand_reset:
            parts.append("demand reset")
        if self.self_read:
            parts.append("self-read")
        return ", ".join(parts) or "nothing"


def season_begins(season: int) -> Action:
    return Action(FIRST_SEASON + season)


def special_day(special: int) -> Action:
    return Action(FIRST_SPECIAL + special)


@dataclass(frozen=True, slots=True)
class SingleDate:
    day: date
    action: Action


@dataclass(frozen=True, slots=True)
class RecurringEntry:
    when: RecurringDate
    action: Action


@dataclass(frozen=True, slots=True)
class TierSwitch:
    """At `minute` of the local day, on days of `schedule`, `tier` (0 is A) begins.

    summations, demands: for which registers; both count alike where the meter does not keep the two apart.
    """

    schedule: int
    minute: int
    tier: int
    summations: bool = True
    demands: bool = True


@dataclass(frozen=True, slots=True)
class Season:
    """One row of the matrix. weekdays: (7,) the day schedule of Sunday to Saturday; specials: that of each special
    day."""

    weekdays: tuple[int, ...]
    specials: tuple[int, ...] = ()

    @classmethod
    def of(cls, *, saturday: int, sunday: int, weekday: int, specials: tuple[int, ...] = ()) -> Season:
        """As a meter without a schedule for each day of the week has it."""
        return cls((sunday, *(weekday for _ in WORKING_DAYS), saturday), specials)

    @property
    def is_one_for_working_days(self) -> bool:
        return len({self.weekdays[day] for day in WORKING_DAYS}) == 1


@dataclass(frozen=True, slots=True)
class Daylight:
    """The clock goes forward and back at `minute` of the local day by `amount_min`. zone_min: the offset from UTC in
    standard time; None where the meter does not hold it."""

    minute: int = 120
    amount_min: int = 60
    zone_min: int | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """How much calendar the meter holds (table 51), and what it wants of it. The defaults limit nothing."""

    seasons: int = 15
    specials: int = 13
    singles: int = 255
    recurring: int = 255
    switches: int = 65535
    tiers: int = 8
    size: int = 0  # CALENDAR_TBL_SIZE in bytes; 0: not told
    separate_weekdays: bool = True
    separate_demands: bool = False
    sort_dates: bool = False
    sort_switches: bool = False
    automatic_dst: bool = True
    counts_can_change: bool = False  # table 51 can be written: the counts above are those of table 50


@dataclass(frozen=True)
class Calendar:
    """Everything together. Immutable; `dataclasses.replace` makes another one."""

    seasons: tuple[Season, ...] = ()
    switches: tuple[TierSwitch, ...] = ()
    recurring: tuple[RecurringEntry, ...] = ()
    singles: tuple[SingleDate, ...] = ()
    daylight: Daylight = Daylight()
    limits: Limits = field(default=Limits())

    @property
    def is_empty(self) -> bool:
        """Whether it has no time of use at all: no schedules to go by."""
        return not self.seasons or not self.switches

    @property
    def schedules(self) -> tuple[int, ...]:
        """The numbers of the day schedules that any season uses or any switch belongs to."""
        used = {number for season in self.seasons for number in (*season.weekdays, *season.specials)}
        return tuple(sorted(used | {switch.schedule for switch in self.switches}))

    def of_schedule(self, schedule: int, *, demands: bool = False) -> tuple[TierSwitch, ...]:
        """A day schedule's switches in the order of the day; of two at the same minute the later in the table last."""
        apart = self.limits.separate_demands
        wanted = [
            switch
            for switch in self.switches
            if switch.schedule == schedule and (not apart or (switch.demands if demands else switch.summations))
        ]
        return tuple(sorted(wanted, key=lambda switch: switch.minute))

    def in_order(self) -> Calendar:
        """The same with its switches by schedule and time, and its single dates by date, as some meters want them."""
        return replace(
            self,
            switches=tuple(sorted(self.switches, key=lambda switch: (switch.schedule, switch.minute))),
            singles=tuple(sorted(self.singles, key=lambda single: single.day)),
        )


def tier_name(tier: int) -> str:
    """ "A" for tier 0."""
    return chr(ord("A") + tier)


def clock_text(minute: int) -> str:
    """ "14:30" for minute 870 of the day."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def day_text(day: date) -> str:
    """ "Saturday 4 July 2026"."""
    return f"{WEEKDAYS[weekday(day)]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def weekday(day: date) -> int:
    """0 Sunday .. 6 Saturday."""
    return day.isoweekday() % 7


MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
