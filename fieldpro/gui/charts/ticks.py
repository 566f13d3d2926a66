"""Where the marks of an axis stand: round values, and the starts of hours, days and months on the meter's clock."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

from fieldpro.gui.charts.timeline import DAY_S, HOUR_S, TimeLine

MINUTE_S = 60.0
_STEPS_S = (
    MINUTE_S,
    5 * MINUTE_S,
    15 * MINUTE_S,
    30 * MINUTE_S,
    HOUR_S,
    3 * HOUR_S,
    6 * HOUR_S,
    12 * HOUR_S,
    DAY_S,
    2 * DAY_S,
    7 * DAY_S,
    14 * DAY_S,
)
_MONTHS = (1, 2, 3, 6, 12, 24, 60)


def round_step(rough: float) -> float:
    """The least of 1, 2, 5 times a power of ten that is not under `rough`."""
    if rough <= 0 or not math.isfinite(rough):
        return 1.0
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= rough * 0.999999)


def value_ticks(low: float, high: float, count: int) -> tuple[list[float], float]:
    """About `count` round values in low..high, two at least, and the step between them."""
    if not high > low:
        return [], 1.0
    wanted = max(count, 2)
    while True:
        step = round_step((high - low) / wanted)
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if last > first:
            return [index * step for index in range(first, last + 1)], step
        wanted *= 2


def decimals(step: float) -> int:
    """Decimals that tell two marks apart that stand `step` apart."""
    return max(0, -math.floor(math.log10(step) + 1e-9)) if step > 0 else 0


def time_ticks(line: TimeLine, left: float, right: float, count: int) -> tuple[list[float], float]:
    """x of about `count` marks on round clock times, and the step between them in seconds (30 days: months)."""
    rough = (right - left) / max(count, 1)
    start, stop = line.clock(left), line.clock(right)
    for step in _STEPS_S:
        if step >= rough:
            return [x for x in (line.x(at) for at in _even(start, stop, step)) if left <= x <= right], step
    months = next((number for number in _MONTHS if number * 30 * DAY_S >= rough), _MONTHS[-1])
    return [x for x in (line.x(at) for at in _months(start, stop, months)) if left <= x <= right], months * 30 * DAY_S


def _even(start: float, stop: float, step: float) -> list[float]:
    """Multiples of `step`; of weeks, Mondays (1970-01-01 was a Thursday)."""
    shift = 4 * DAY_S if step >= 7 * DAY_S else 0.0
    first, last = math.ceil((start - shift) / step), math.floor((stop - shift) / step)
    return [index * step + shift for index in range(first, last + 1)]


def _months(start: float, stop: float, step: int) -> list[float]:
    at = datetime.fromtimestamp(start, UTC)
    month = at.year * 12 + at.month - 1
    month += -month % step
    found: list[float] = []
    while True:
        clock = datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC).timestamp()
        if clock > stop:
            return found
        if clock >= start:
            found.append(clock)
        month += step


def time_label(line: TimeLine, x: float, step: float) -> str:
    """The words at a mark: the date where a day begins, the time of day elsewhere."""
    at = line.moment(x) + timedelta(milliseconds=1)
    if step >= 28 * DAY_S:
        return f"{at:%b %Y}"
    if step >= DAY_S:
        return f"{at.day} {at:%b}"
    if at.hour == 0 and at.minute == 0:
        return f"{at:%a} {at.day} {at:%b}"
    return f"{at:%H:%M}"
