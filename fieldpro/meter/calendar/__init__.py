"""Time of use: the calendar of ANSI C12.19 tables 50 to 56 as a model to edit, check, look at and ask.

calendar = read_calendar(view.tables)
check(calendar)                                  complaints, each with its place
tier_at(calendar, datetime(2026, 7, 4, 14, 30))  which tier, and why
year_map(calendar, 2026) ; dials(calendar)       for the picture
change_set(view.tables, calendar)                the road to a write
"""

from fieldpro.meter.calendar.check import check
from fieldpro.meter.calendar.model import (
    Action,
    Calendar,
    Daylight,
    Limits,
    RecurringEntry,
    Season,
    SingleDate,
    TierSwitch,
    clock_text,
    season_begins,
    special_day,
    tier_name,
)
from fieldpro.meter.calendar.present import STATE_TABLES, TierState, disagreements, our_answer, read_state
from fieldpro.meter.calendar.preview import Arc, Dial, YearMap, arcs, dials, year_map
from fieldpro.meter.calendar.recurrence import days_of, monthly, periodic, weekly, yearly
from fieldpro.meter.calendar.resolve import Answer, day_type, tier_at
from fieldpro.meter.calendar.tables import TABLES, change_set, elements, read_calendar, read_limits
from fieldpro.meter.calendar.timeline import DstChange, Due, Timeline

__all__ = [
    "STATE_TABLES",
    "TABLES",
    "Action",
    "Answer",
    "Arc",
    "Calendar",
    "Daylight",
    "Dial",
    "DstChange",
    "Due",
    "Limits",
    "RecurringEntry",
    "Season",
    "SingleDate",
    "TierState",
    "TierSwitch",
    "Timeline",
    "YearMap",
    "arcs",
    "change_set",
    "check",
    "clock_text",
    "day_type",
    "days_of",
    "dials",
    "disagreements",
    "elements",
    "monthly",
    "our_answer",
    "periodic",
    "read_calendar",
    "read_limits",
    "read_state",
    "season_begins",
    "special_day",
    "tier_at",
    "tier_name",
    "weekly",
    "year_map",
    "yearly",
]
