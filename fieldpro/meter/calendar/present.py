"""What the meter itself says of now: its clock with tier, season and special day (ANSI C12.19 tables 55 and 56).

state = read_state(tables)
disagreements(calendar, state)      where our answer for the meter's own time is another one, in words
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fieldpro.c12.dictionary.tables import Tables
from fieldpro.c12.values import Odd
from fieldpro.errors import TableError
from fieldpro.meter.calendar.model import Calendar, tier_name
from fieldpro.meter.calendar.resolve import Answer, tier_at

STATE, REMAINING = 55, 56
STATE_TABLES = frozenset({0, 1, 51, STATE, REMAINING})  # what is to be read for it, beside the calendar's own
NO_SPECIAL_DAY = 15  # SPECIAL_SCHD_ACTIVE on a common day


@dataclass(frozen=True, slots=True)
class TierState:
    """As the meter's clock shows `moment`. special: None on a common day.

    tier_left_min: until the tier changes; self_read_left_days: until the next self-read; None where it does not tell.
    """

    moment: datetime
    daylight: bool
    tier: int
    season: int
    special: int | None
    tier_left_min: int | None = None
    self_read_left_days: int | None = None


def read_state(tables: Tables) -> TierState:
    """Raises `TableUnresolved` where table 55 was not read, `TableError` where its time is none."""
    values = tables.decode(STATE).values
    moment, status = values["CLOCK_CALENDAR"], values["STATUS"]
    if isinstance(moment, Odd):
        raise TableError("CLOCK_STATE_TBL", "CLOCK_CALENDAR", 0, "a date and time", moment.note)
    special = int(status["SPECIAL_SCHD_ACTIVE"])
    left = tables.decode(REMAINING).values if tables.get(REMAINING) is not None else {}
    return TierState(
        moment,
        bool(values["TIME_DATE_QUAL"]["DST_FLAG"]),
        int(status["CURR_TIER"]),
        int(status["SEASON"]),
        None if special == NO_SPECIAL_DAY else special,
        int(left["TIER_TIME_REMAIN"]) if left else None,
        int(left["SELF_READ_DAYS_REMAIN"]) if left else None,
    )


def our_answer(calendar: Calendar, state: TierState) -> Answer:
    """Ours for the time that the meter shows; in the hour that comes twice, its daylight saving flag says which."""
    return tier_at(calendar, state.moment, second=not state.daylight)


def disagreements(calendar: Calendar, state: TierState) -> tuple[str, ...]:
    """What the meter says otherwise than its calendar, read by us; empty when both agree.

    A meter in which a new calendar waits for midnight, or that was set to a tier by hand, disagrees rightly.
    """
    ours = our_answer(calendar, state)
    told = [
        ("tier", tier_name(state.tier), ours.tier_name),
        ("season", str(state.season), str(ours.season)),
        ("special day", _special(state.special), _special(ours.special)),
        ("daylight saving", _on(state.daylight), _on(ours.daylight)),
    ]
    return tuple(f"{what}: the meter says {its}, its calendar {our}" for what, its, our in told if its != our)


def _special(number: int | None) -> str:
    return "none" if number is None else str(number)


def _on(value: bool) -> str:
    return "on" if value else "off"
