"""A calendar in hand while it is edited: each change makes another one, and those before can be had again. No Qt here.

    draft = CalendarDraft(calendar)
    draft.put("switches", 3, switch) ; draft.add("recurring", entry) ; draft.remove("singles", 0) ; draft.undo()
    outlook = look_ahead(draft.calendar, 2026)      complaints, the year, the dials: for a lane, it takes a while

The parts are called as `fieldpro.meter.calendar.Calendar` calls them, and as its complaints name them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from fieldpro.c12.times import RecurringDate
from fieldpro.gui.models.tiers import NOWHERE, Arc, YearTiers, tier_letter
from fieldpro.gui.words import tr
from fieldpro.meter.calendar.check import check
from fieldpro.meter.calendar.model import (
    DST_OFF,
    DST_ON,
    FIRST_SEASON,
    FIRST_SPECIAL,
    MONTHS,
    NOTHING,
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
    clock_text,
)
from fieldpro.meter.calendar.preview import days_title, dials, year_map
from fieldpro.meter.editors.complaint import Complaint

MOST_UNDO = 200
_NAME = re.compile(r"(\w+)\[(\d+)\]")

OFFSET_WORDS = (
    "on the day itself",
    "on the chosen weekday before it",
    "on the 1st chosen weekday on or after it",
    "on the 2nd chosen weekday on or after it",
    "on the 3rd chosen weekday on or after it",
    "on the 4th chosen weekday on or after it",
    "on the last chosen weekday of the month",
    "on the day and the next",
    "a Sunday moves to Monday",
    "a Sunday moves to Friday",
    "a Saturday moves to Monday",
    "a Saturday moves to Friday",
    "a Saturday or Sunday moves to Monday",
    "a Saturday or Sunday moves to Friday",
    "a Sunday moves to Monday, a Saturday to Friday",
    "on the day after it",
)
"""The offset codes of RDATE (C12.19), in the order of their numbers."""


class CalendarDraft:
    """See the module. `saved` is what the meter or the program holds."""

    def __init__(self, calendar: Calendar) -> None:
        self.saved = calendar
        self._versions = [calendar]

    @property
    def calendar(self) -> Calendar:
        return self._versions[-1]

    @property
    def is_changed(self) -> bool:
        return self.calendar != self.saved

    @property
    def can_undo(self) -> bool:
        return len(self._versions) > 1

    def set(self, calendar: Calendar) -> bool:
        """False when it is the same. A meter that wants its entries in order gets them so."""
        calendar = _arranged(calendar)
        if calendar == self.calendar:
            return False
        self._versions = [*self._versions[-MOST_UNDO:], calendar]
        return True

    def undo(self) -> None:
        if self.can_undo:
            self._versions.pop()

    # --- entries: part is singles, recurring, switches or seasons

    def put(self, part: str, index: int, entry: Any) -> bool:
        entries = list(getattr(self.calendar, part))
        entries[index] = entry
        return self.set(self._with(part, entries))

    def add(self, part: str, entry: Any) -> int:
        """Its index."""
        entries = (*getattr(self.calendar, part), entry)
        self.set(self._with(part, entries))
        return self.index_of(part, entry)

    def index_of(self, part: str, entry: Any) -> int:
        """Where an entry stands, the last of equal ones; -1 when it is not there."""
        entries = getattr(self.calendar, part)
        return next((n for n in range(len(entries) - 1, -1, -1) if entries[n] == entry), -1)

    def remove(self, part: str, index: int) -> None:
        entries = list(getattr(self.calendar, part))
        del entries[index]
        self.set(self._with(part, entries))

    def _with(self, part: str, entries: Iterable[Any]) -> Calendar:
        changes: dict[str, Any] = {part: tuple(entries)}
        return replace(self.calendar, **changes)

    def set_daylight(self, daylight: Daylight) -> bool:
        return self.set(replace(self.calendar, daylight=daylight))

    def set_day(self, season: int, day: int, schedule: int) -> bool:
        """The day schedule of a weekday (0 Sunday to 6), or of a special day (7 and on), in a season. A meter that
        has one for Monday to Friday gets it for all five."""
        row = self.calendar.seasons[season]
        if day > SATURDAY:
            specials = list(row.specials)
            specials[day - 7] = schedule
            return self.put("seasons", season, replace(row, specials=tuple(specials)))
        weekdays = list(row.weekdays)
        working = not self.calendar.limits.separate_weekdays and SUNDAY < day < SATURDAY
        for each in range(1, 6) if working else (day,):
            weekdays[each] = schedule
        return self.put("seasons", season, replace(row, weekdays=tuple(weekdays)))

    def add_season(self) -> int:
        """Like the one before."""
        seasons = self.calendar.seasons
        return self.add("seasons", seasons[-1] if seasons else Season((0,) * 7))

    def add_special(self) -> None:
        """One more special day in every season, with Sunday's schedule to begin with."""
        seasons = tuple(
            replace(season, specials=(*season.specials, season.weekdays[SUNDAY])) for season in self.calendar.seasons
        )
        self.set(replace(self.calendar, seasons=seasons))

    def remove_special(self) -> None:
        """The last one, in every season."""
        seasons = tuple(replace(season, specials=season.specials[:-1]) for season in self.calendar.seasons)
        self.set(replace(self.calendar, seasons=seasons))

    def new_schedule(self) -> int:
        """A day schedule that begins with tier A at midnight; its number."""
        taken = set(self.calendar.schedules)
        number = next(number for number in range(256) if number not in taken)
        self.add("switches", TierSwitch(number, 0, 0))
        return number


def _arranged(calendar: Calendar) -> Calendar:
    limits, ordered = calendar.limits, calendar.in_order()
    return replace(
        calendar,
        switches=ordered.switches if limits.sort_switches else calendar.switches,
        singles=ordered.singles if limits.sort_dates else calendar.singles,
    )


def blank() -> Calendar:
    """One season, one day schedule, one tier: what a new calendar begins with."""
    return Calendar(seasons=(Season((0,) * 7),), switches=(TierSwitch(0, 0, 0),), limits=Limits())


# --- words --------------------------------------------------------------------------------------------------------


def schedule_use(calendar: Calendar, schedule: int) -> str:
    """Who has a day schedule: "Monday to Friday; season 1: special day 0". "" when nobody has."""
    uses: dict[str, list[str]] = {}
    for number, season in enumerate(calendar.seasons):
        days = tuple(day for day, of_day in enumerate(season.weekdays) if of_day == schedule)
        words = [days_title(days)] if days else []
        words += [tr("special day {number}", number=n) for n, of in enumerate(season.specials) if of == schedule]
        if words:
            uses.setdefault(", ".join(words), []).append(str(number))
    if len(calendar.seasons) == 1:
        return "; ".join(uses)
    return "; ".join(tr("season {seasons}: {days}", seasons=", ".join(n), days=words) for words, n in uses.items())


def schedule_title(calendar: Calendar, schedule: int) -> str:
    use = schedule_use(calendar, schedule)
    return tr("Schedule {number}", number=schedule) + (f": {use}" if use else "")


def schedule_tiers(calendar: Calendar, schedule: int) -> str:
    """What a day schedule does, in a line: "00:00 A, 07:00 B, 22:00 A"."""
    switches = calendar.of_schedule(schedule)
    return ", ".join(f"{clock_text(each.minute)} {tier_letter(each.tier)}" for each in switches) or tr("no switches")


def action_choices(calendar: Calendar) -> list[tuple[int, str]]:
    """(code, words) of what can happen on a date, as far as seasons and special days are there."""
    specials = max((len(season.specials) for season in calendar.seasons), default=0)
    return [
        (NOTHING, tr("nothing")),
        (DST_ON, tr("daylight saving begins")),
        (DST_OFF, tr("daylight saving ends")),
        *((FIRST_SEASON + n, tr("season {number} begins", number=n)) for n in range(len(calendar.seasons))),
        *((FIRST_SPECIAL + n, tr("special day {number}", number=n)) for n in range(specials)),
    ]


def recurring_words(when: RecurringDate) -> str:
    text = str(when)
    return text[:1].upper() + text[1:]


def months() -> tuple[str, ...]:
    return MONTHS


def weekdays() -> tuple[str, ...]:
    return WEEKDAYS


def new_entry(part: str, calendar: Calendar, *, schedule: int = 0, today: date | None = None) -> Any:
    """What an added entry begins as: something whole, near what is there already."""
    match part:
        case "switches":
            of_day = calendar.of_schedule(schedule)
            minute = min(of_day[-1].minute + 60, 23 * 60) if of_day else 0
            return TierSwitch(schedule, minute, of_day[-1].tier if of_day else 0)
        case "recurring":
            return RecurringEntry(RecurringDate(1 | 1 << 11), Action(FIRST_SPECIAL))
        case "singles":
            return SingleDate(today or date.today(), Action(FIRST_SPECIAL))
    raise ValueError(part)


# --- looking ahead ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DialFace:
    """A dial as it is painted. `schedule` is the day schedule that it shows."""

    title: str
    schedule: int
    arcs: tuple[Arc, ...]


@dataclass(frozen=True)
class Outlook:
    """What a calendar comes to: the complaints, a year of tiers, a dial for each day type."""

    complaints: tuple[Complaint, ...]
    year: YearTiers
    dials: tuple[DialFace, ...]

    @property
    def errors(self) -> tuple[Complaint, ...]:
        return tuple(complaint for complaint in self.complaints if complaint.is_error)

    def about(self, part: str, index: int) -> tuple[Complaint, ...]:
        """The complaints of one entry."""
        return tuple(each for each in self.complaints if each.name == f"{part}[{index}]")


def look_ahead(calendar: Calendar, year: int, *, demands: bool = False) -> Outlook:
    """All of it; takes tens of milliseconds, so it belongs into a lane."""
    complaints = check(calendar, since=date(year, 1, 1))
    drawn = year_map(calendar, year, demands=demands)
    # -1, a quarter hour that the clock leaves out, becomes 255
    rows = np.where(drawn.tiers < 0, NOWHERE, drawn.tiers).astype(np.uint8)
    faces = _faces(calendar, demands=demands)
    return Outlook(tuple(complaints), YearTiers(date(year, 1, 1), tuple(row.tobytes() for row in rows)), faces)


def _faces(calendar: Calendar, *, demands: bool) -> tuple[DialFace, ...]:
    many = len(calendar.seasons) > 1
    faces = []
    for dial in dials(calendar, demands=demands):
        arcs = tuple(Arc(arc.start, arc.end, -1 if arc.tier is None else arc.tier) for arc in dial.arcs)
        title = tr("Season {number}: {days}", number=dial.season, days=dial.title) if many else dial.title
        faces.append(DialFace(title, dial.schedule, arcs))
    return tuple(faces)


def place_of(complaint: Complaint) -> tuple[str, int]:
    """(part, index) of what a complaint is about; index -1 where it is about the part as a whole."""
    match = _NAME.fullmatch(complaint.name)
    if match is not None:
        return match[1], int(match[2])
    parts = {
        "single dates": "singles",
        "recurring dates": "recurring",
        "tier switches": "switches",
        "special days": "seasons",
        "seasons": "seasons",
        "daylight": "daylight",
    }
    return parts.get(complaint.name, ""), -1


def worst(complaints: Iterable[Complaint]) -> str:
    """The tone of some complaints: bad, warn, or "" when there are none."""
    tones = {"bad" if complaint.is_error else "warn" for complaint in complaints}
    return "bad" if "bad" in tones else "warn" if tones else ""
