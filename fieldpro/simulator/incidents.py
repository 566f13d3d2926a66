"""What happened to the meter before today: power failures, settings of the clock, test mode. Pure in (seed, month).

Incidents are drawn for each month of 30 days since 1970, so that two runs of one seed tell the same past whatever
their present is. What comes after the start of a run does not happen by itself: somebody is at the meter.
"""

from __future__ import annotations

from dataclasses import dataclass

from fieldpro.simulator import noise
from fieldpro.simulator.clock import Step

_MONTH_S = 30 * 86_400


@dataclass(frozen=True, slots=True)
class Period:
    """From one real time to another; `end` is infinite while it lasts."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Past:
    """All incidents in a span of real time, in order."""

    outages: tuple[Period, ...] = ()
    tests: tuple[Period, ...] = ()
    steps: tuple[Step, ...] = ()


def past(seed: int, first: float, last: float) -> Past:
    """The incidents that began after `first` and were over an hour before `last`, real times."""
    outages: list[Period] = []
    tests: list[Period] = []
    steps: list[Step] = []
    for month in range(int(first // _MONTH_S), int(last // _MONTH_S) + 1):
        outages += _outages(seed, month)
        tests += _tests(seed, month)
        pair = _clock_pair(seed, month)
        if (
            pair and first < pair[0].at and pair[1].at < last - 3600
        ):  # a wrong setting that nobody put right is left out
            steps += pair

    def over(periods: list[Period]) -> tuple[Period, ...]:
        return merged([period for period in periods if period.start > first and period.end < last - 3600])

    return Past(over(outages), over(tests), tuple(sorted(steps, key=lambda step: step.at)))


def merged(periods: list[Period]) -> tuple[Period, ...]:
    """The same spans in order, none touching another."""
    result: list[Period] = []
    for period in sorted(periods, key=lambda period: period.start):
        if result and period.start <= result[-1].end:
            result[-1] = Period(result[-1].start, max(result[-1].end, period.end))
        else:
            result.append(period)
    return tuple(result)


def _outages(seed: int, month: int) -> list[Period]:
    """None to two a month: blinks, minutes of switching, and storms of hours."""
    found = []
    for nth in range(int(noise.one(seed, 40, month) * 3)):
        key = month * 4 + nth
        start = month * _MONTH_S + round(noise.one(seed, 41, key) * _MONTH_S)
        kind, size = noise.one(seed, 42, key), noise.one(seed, 43, key)
        shortest, longest = (4, 25) if kind < 0.35 else (90, 2_400) if kind < 0.75 else (3_600, 32_000)
        found.append(Period(start, start + round(shortest + size * (longest - shortest))))
    return found


def _clock_pair(seed: int, month: int) -> tuple[Step, Step] | None:
    """Every third month the clock is set wrong, and put right some days later; now and then by most of an hour."""
    if month % 3 != int(noise.one(seed, 50, 0) * 3):
        return None
    size = noise.one(seed, 51, month)
    delta = 2_700 if size > 0.6 else round(60 + 400 * size)
    direction = 1 if noise.one(seed, 52, month) < 0.6 else -1
    at = month * _MONTH_S + 36_000 + int(noise.one(seed, 53, month) * 12) * 86_400 + int(size * 977)
    later = at + (2 + int(size * 5)) * 86_400 + 4_321
    return Step(at, direction * delta), Step(later, -direction * delta)


def _tests(seed: int, month: int) -> list[Period]:
    """Twice a year a technician puts the meter into test mode for half an hour."""
    if month % 6 != int(noise.one(seed, 60, 0) * 6):
        return []
    start = (
        month * _MONTH_S
        + int(noise.one(seed, 61, month) * 28) * 86_400
        + 54_000
        + int(noise.one(seed, 62, month) * 7_000)
    )
    return [Period(start, start + 1_500 + round(1_500 * noise.one(seed, 63, month)))]
