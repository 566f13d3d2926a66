"""What is wrong with a calendar, as it is typed: each complaint with the entry it is about.

    for complaint in check(calendar):
        complaint.place, complaint.text, complaint.name         "tier switch 4", "overlaps ...", "switches[3]"

Errors stand in the way of a write; warnings are what a meter would take, but nobody is likely to mean: a day schedule
that does not say what holds from midnight on (a gap), two dates that make the same day special in two ways.
"""

from __future__ import annotations

import calendar as months
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from fieldpro.meter.calendar.model import (
    DAY_MIN,
    DST_OFF,
    DST_ON,
    LAST_ACTION,
    MONTHS,
    WEEKDAYS,
    Action,
    Calendar,
    RecurringEntry,
    clock_text,
    day_text,
    tier_name,
)
from fieldpro.meter.calendar.recurrence import (
    MONTHLY,
    OFFSETS_WITH_WEEKDAY,
    PERIODIC,
    UNASSIGNED,
    WEEKLY,
)
from fieldpro.meter.calendar.tables import room, size_of
from fieldpro.meter.calendar.timeline import Due, Timeline
from fieldpro.meter.editors.complaint import Complaint, Weight

MOST_TIERS, LAST_SCHEDULE = 8, 255
FIRST_YEAR, LAST_YEAR = 2000, 2069  # what two digits of a year tell apart
YEARS_AHEAD = 5  # how far collisions are looked for
LONGEST_AMOUNT_MIN = 255
_LEAP_YEAR = 2028


def check(calendar: Calendar, *, since: date | None = None) -> tuple[Complaint, ...]:
    """Everything that is wrong, in the order of the tables. since: collisions of dates are looked for from here on,
    for five years; from today where it is left out."""
    return (
        *_room(calendar),
        *_singles(calendar),
        *_recurring(calendar),
        *_switches(calendar),
        *_day_schedules(calendar),
        *_seasons(calendar),
        *_daylight(calendar),
        *_collisions(calendar, since or date.today()),
    )


def _warn(place: str, text: str, name: str = "") -> Complaint:
    return Complaint(place, text, name, Weight.WARNING)


def _room(calendar: Calendar) -> Iterator[Complaint]:
    for title, count, most in room(calendar):
        if count > most:
            yield Complaint(title, f"{count} are too many: the meter holds {most}", title)
    size, limit = size_of(calendar), calendar.limits.size
    if limit and size > limit:
        yield Complaint("calendar", f"{size} bytes are too many: the meter has room for {limit}", "size")


# --- dates


def _singles(calendar: Calendar) -> Iterator[Complaint]:
    before: date | None = None
    for index, single in enumerate(calendar.singles):
        place, name = f"single date {index + 1}", f"singles[{index}]"
        if not FIRST_YEAR <= single.day.year <= LAST_YEAR:
            yield Complaint(place, f"the year must be from {FIRST_YEAR} to {LAST_YEAR}", name)
        yield from _action(calendar, single.action, place, name)
        if calendar.limits.sort_dates and before is not None and single.day < before:
            yield Complaint(place, f"out of order: it is before {day_text(before)}, and this meter wants order", name)
        before = single.day


def _recurring(calendar: Calendar) -> Iterator[Complaint]:
    for index, entry in enumerate(calendar.recurring):
        place, name = f"recurring date {index + 1}", f"recurring[{index}]"
        wrong = _rdate(entry)
        if wrong:
            yield Complaint(place, wrong, name)
        yield from _action(calendar, entry.action, place, name)


def _rdate(entry: RecurringEntry) -> str:
    when = entry.when
    if when.month == UNASSIGNED:
        return "no date is chosen"
    if when.month == WEEKLY:
        return "" if when.weekday < len(WEEKDAYS) else "no such day of the week"
    if when.month == PERIODIC:
        return "" if when.period else "a period of at least one day is wanted"
    if when.offset in OFFSETS_WITH_WEEKDAY and when.weekday >= len(WEEKDAYS):
        return "no such day of the week"
    longest = 31 if when.month == MONTHLY else months.monthrange(_LEAP_YEAR, when.month)[1]
    if not 1 <= when.day <= longest:
        month = "a month" if when.month == MONTHLY else MONTHS[when.month - 1]
        return f"{month} has days 1 to {longest}, not {when.day}"
    return ""


def _action(calendar: Calendar, action: Action, place: str, name: str) -> Iterator[Complaint]:
    if not 0 <= action.code <= LAST_ACTION:
        yield Complaint(place, "no such action", name)
    elif action.season is not None and action.season >= len(calendar.seasons):
        yield Complaint(place, f"season {action.season} is not described: it has no day schedules", name)
    elif action.special is not None and calendar.seasons:
        lacking = [
            str(number) for number, season in enumerate(calendar.seasons) if action.special >= len(season.specials)
        ]
        if lacking:
            where = f"season {', '.join(lacking)}"
            yield Complaint(place, f"special day {action.special} has no day schedule in {where}", name)
    if action == Action():
        yield _warn(place, "nothing happens on this date", name)


# --- days


def _switches(calendar: Calendar) -> Iterator[Complaint]:
    limits = calendar.limits
    seen: dict[tuple[int, int, str], tuple[int, int]] = {}
    before = (-1, -1)
    for index, switch in enumerate(calendar.switches):
        place, name = f"tier switch {index + 1}", f"switches[{index}]"
        if not 0 <= switch.minute < DAY_MIN:
            yield Complaint(place, "the time must be from 00:00 to 23:59", name)
        if not 0 <= switch.schedule <= LAST_SCHEDULE:
            yield Complaint(place, f"day schedules are numbered 0 to {LAST_SCHEDULE}", name)
        if not 0 <= switch.tier < MOST_TIERS:
            yield Complaint(place, f"tiers are {tier_name(0)} to {tier_name(MOST_TIERS - 1)}", name)
        elif switch.tier >= limits.tiers:
            last = f"{tier_name(0)} to {tier_name(limits.tiers - 1)}" if limits.tiers else "no tiers"
            yield Complaint(place, f"the meter keeps registers for {last}, not for {tier_name(switch.tier)}", name)
        if limits.separate_demands and not (switch.summations or switch.demands):
            yield _warn(place, "it switches neither summations nor demands", name)
        for register in _registers(calendar, switch.summations, switch.demands):
            key = (switch.schedule, switch.minute, register)
            if key in seen:
                other, tier = seen[key]
                same = "the same" if tier == switch.tier else f"tier {tier_name(tier)}"
                text = f"overlaps tier switch {other + 1}: at {clock_text(switch.minute)} of day schedule "
                text += f"{switch.schedule} that one switches to {same}"
                yield Complaint(place, text, name, Weight.WARNING if tier == switch.tier else Weight.ERROR)
                break
            seen[key] = (index, switch.tier)
        here = (switch.schedule, switch.minute)
        if limits.sort_switches and here < before:
            yield Complaint(place, "out of order: this meter wants them by day schedule, then by time", name)
        before = here


def _registers(calendar: Calendar, summations: bool, demands: bool) -> Iterable[str]:
    if not calendar.limits.separate_demands:
        return ("both",)
    return [name for name, wanted in (("summations", summations), ("demands", demands)) if wanted]


def _day_schedules(calendar: Calendar) -> Iterator[Complaint]:
    used = {number for season in calendar.seasons for number in (*season.weekdays, *season.specials)}
    for schedule in calendar.schedules:
        place, name = f"day schedule {schedule}", f"schedules[{schedule}]"
        if schedule not in used and calendar.seasons:
            yield _warn(place, "no season uses it", name)
        for demands in (False, True) if calendar.limits.separate_demands else (False,):
            switches = calendar.of_schedule(schedule, demands=demands)
            if schedule in used and switches and switches[0].minute > 0:
                until = clock_text(switches[0].minute)
                what = " of demands" if demands else ""
                text = f"a gap: nothing says which tier{what} holds from 00:00 to {until}; that of the day before does"
                yield _warn(place, text, name)


def _seasons(calendar: Calendar) -> Iterator[Complaint]:
    known = {switch.schedule for switch in calendar.switches}
    begun = {action.season for action in _actions(calendar)}
    if calendar.switches and not calendar.seasons:
        yield Complaint("seasons", "none is described: no day has a day schedule", "seasons")
    for number, season in enumerate(calendar.seasons):
        place, name = f"season {number}", f"seasons[{number}]"
        kinds = [*zip(WEEKDAYS, season.weekdays, strict=False)]
        kinds += [(f"special day {special}", schedule) for special, schedule in enumerate(season.specials)]
        if len(season.weekdays) != len(WEEKDAYS):
            yield Complaint(place, "a day schedule is wanted for each day of the week", name)
        for kind, schedule in kinds:
            if schedule not in known:
                yield Complaint(place, f"{kind} has day schedule {schedule}, which has no tier switches", name)
        if not calendar.limits.separate_weekdays and not season.is_one_for_working_days:
            yield Complaint(place, "this meter has one day schedule for Monday to Friday, not one for each", name)
        if len(calendar.seasons) > 1 and number not in begun:
            yield _warn(place, "no date begins it", name)


def _actions(calendar: Calendar) -> list[Action]:
    return [entry.action for entry in calendar.recurring] + [single.action for single in calendar.singles]


# --- the clock


def _daylight(calendar: Calendar) -> Iterator[Complaint]:
    on, off = (any(action.code == code for action in _actions(calendar)) for code in (DST_ON, DST_OFF))
    place, name, rule = "daylight saving", "daylight", calendar.daylight
    if not 0 <= rule.minute < DAY_MIN:
        yield Complaint(place, "the time must be from 00:00 to 23:59", name)
    if not 0 <= rule.amount_min <= LONGEST_AMOUNT_MIN:
        yield Complaint(place, f"the clock changes by 0 to {LONGEST_AMOUNT_MIN} minutes", name)
    if on != off:
        text = "begins and never ends" if on else "ends and never begins"
        yield Complaint(place, f"it {text}: a date for the other change is missing", name)
    if (on or off) and not rule.amount_min:
        yield Complaint(place, "the calendar has dates for it, but the clock changes by 0 minutes", name)
    if (on or off) and not calendar.limits.automatic_dst:
        yield _warn(place, "this meter does not change its clock by itself: the dates do nothing", name)


def _collisions(calendar: Calendar, since: date) -> Iterator[Complaint]:
    """Days for which two entries say different things; the first such day of each pair."""
    line = Timeline(calendar, since, date(since.year + YEARS_AHEAD, 12, 31))
    by_day: dict[date, list[Due]] = defaultdict(list)
    for due in line.dues:
        if due.day >= since:
            by_day[due.day].append(due)
    told: set[tuple[tuple[str, int], tuple[str, int]]] = set()
    for day, dues in sorted(by_day.items()):
        for index, one in enumerate(dues):
            for two in dues[index + 1 :]:
                kind = _kind(one.action)
                if not kind or kind != _kind(two.action) or one.action.code == two.action.code:
                    continue
                first, second = sorted((one, two), key=lambda due: due.entry)
                if (first.entry, second.entry) in told:
                    continue
                told.add((first.entry, second.entry))
                place, name = _entry(second)
                text = f"overlaps {_entry(first)[0]} on {day_text(day)}: {first.action} and {second.action}"
                yield Complaint(place, text, name, Weight.WARNING if kind == "special" else Weight.ERROR)


def _kind(action: Action) -> str:
    if action.code in (DST_ON, DST_OFF):
        return "dst"
    if action.season is not None:
        return "season"
    return "special" if action.special is not None else ""


def _entry(due: Due) -> tuple[str, str]:
    """(place, name) of the entry an action comes from."""
    kind, index = due.entry
    list_name = "singles" if kind == "single" else "recurring"
    return f"{kind} date {index + 1}", f"{list_name}[{index}]"
