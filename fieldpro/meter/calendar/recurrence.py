"""When a recurring date of C12.19 (RDATE, see `fieldpro.c12.times`) falls.

    months 1 to 12: every year; 13: every month; 14: every week; 15: every so many days

A yearly or monthly one is a day that an offset code may move. Read here, where the standard's words leave it open:
the weekday before (1) is never the day itself; the last weekday of the month (6) is in the month of the day, and where
that has none on or after it, the next one; a day that a month does not have is left out in that month; days of a
period are counted from 1970-01-01, for the anchor date of a period is not in table 54.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from fieldpro.c12.times import RecurringDate
from fieldpro.meter.calendar.model import SATURDAY, SUNDAY, weekday

UNASSIGNED, MONTHLY, WEEKLY, PERIODIC = 0, 13, 14, 15
AS_IT_IS, WEEKDAY_BEFORE, FIRST_ON_OR_AFTER, FOURTH_ON_OR_AFTER, LAST_OF_MONTH = 0, 1, 2, 5, 6
AND_THE_NEXT, THE_DAY_AFTER = 7, 15
OFFSETS_WITH_WEEKDAY = range(WEEKDAY_BEFORE, LAST_OF_MONTH + 1)

# Offset codes that move a day off the weekend: weekday it falls on -> days it moves by.
MOVES: Mapping[int, Mapping[int, int]] = {
    8: {SUNDAY: 1},
    9: {SUNDAY: -2},
    10: {SATURDAY: 2},
    11: {SATURDAY: -1},
    12: {SATURDAY: 2, SUNDAY: 1},
    13: {SATURDAY: -1, SUNDAY: -2},
    14: {SUNDAY: 1, SATURDAY: -1},
}

_ZERO = date(1970, 1, 1)
_DAY = timedelta(days=1)
_FURTHEST = timedelta(days=38)  # how far an offset can move a day, and a month more


def yearly(month: int, day: int, *, offset: int = AS_IT_IS, weekday: int = SUNDAY) -> RecurringDate:
    """Every year on a day of a month, moved by an offset code."""
    return RecurringDate(month | offset << 4 | weekday << 8 | day << 11)


def monthly(day: int, *, offset: int = AS_IT_IS, weekday: int = SUNDAY) -> RecurringDate:
    return yearly(MONTHLY, day, offset=offset, weekday=weekday)


def weekly(weekday: int) -> RecurringDate:
    return RecurringDate(WEEKLY | weekday << 8)


def periodic(period: int, delta: int) -> RecurringDate:
    """Every `period` (1 to 63) days; `delta` (0 to 63) days after 1970-01-01 is one of them."""
    return RecurringDate(PERIODIC | period << 4 | delta << 10)


def days_of(when: RecurringDate, first: date, last: date) -> Iterator[date]:
    """The days from `first` to `last`, both included, on which it falls; not always in order."""
    for day in _days(when, first, last):
        if first <= day <= last:
            yield day


def _days(when: RecurringDate, first: date, last: date) -> Iterator[date]:
    if when.month == WEEKLY:
        if when.weekday < 7:
            yield from _every(first + timedelta((when.weekday - weekday(first)) % 7), 7, last)
    elif when.month == PERIODIC:
        if when.period:
            yield from _every(first + timedelta((when.delta - (first - _ZERO).days) % when.period), when.period, last)
    elif when.month != UNASSIGNED:
        for year, month in _months(first - _FURTHEST, last + _FURTHEST):
            if when.month in (MONTHLY, month):
                yield from _of_month(when, year, month)


def _every(day: date, step: int, last: date) -> Iterator[date]:
    while day <= last:
        yield day
        day += timedelta(step)


def _months(first: date, last: date) -> Iterator[tuple[int, int]]:
    for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        yield number // 12, number % 12 + 1


def _of_month(when: RecurringDate, year: int, month: int) -> Iterator[date]:
    try:
        base = date(year, month, when.day)
    except ValueError:
        return
    offset, today = when.offset, weekday(base)
    until = timedelta((when.weekday - today) % 7)
    if offset == WEEKDAY_BEFORE:
        yield base - timedelta((today - when.weekday - 1) % 7 + 1)
    elif FIRST_ON_OR_AFTER <= offset <= FOURTH_ON_OR_AFTER:
        yield base + until + timedelta(7 * (offset - FIRST_ON_OR_AFTER))
    elif offset == LAST_OF_MONTH:
        found = base + until
        while (found + 7 * _DAY).month == month:
            found += 7 * _DAY
        yield found
    elif offset == AND_THE_NEXT:
        yield base
        yield base + _DAY
    elif offset == THE_DAY_AFTER:
        yield base + _DAY
    else:
        yield base + timedelta(MOVES.get(offset, {}).get(today, 0))
