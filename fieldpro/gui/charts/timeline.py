"""The time axis of a load profile: the meter's own clock, made monotonic across a change of daylight saving time.

A meter that keeps local time jumps an hour twice a year: in spring 03:00 follows 01:59, in autumn an hour happens
twice. Drawn on that clock, a curve would show a hole and a loop. So a chart runs on x = clock - offset, where the
offset is 3600 s while daylight saving is in effect; only the words on the axis are clock time again. A fold, no gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

HOUR_S = 3600.0
DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Fold:
    """A change of daylight saving time: where it stands on x, and whether summer time begins there."""

    x: float
    begins: bool


@dataclass(frozen=True, slots=True, eq=False)
class TimeLine:
    """The way from x to the clock and back.

    starts: (k,) x from which each of `offsets` (k,), in seconds, holds; the first holds before its start too.
    """

    starts: NDArray[np.float64]
    offsets: NDArray[np.float64]
    folds: tuple[Fold, ...] = ()

    def clock(self, x: float) -> float:
        """The meter's clock at x, as epoch seconds of a naive time; at a fold itself, the time that ends there."""
        index = int(np.searchsorted(self.starts, x, side="left")) - 1
        return x + float(self.offsets[max(index, 0)])

    def x(self, clock: float) -> float:
        """x of a clock time; the first one of an hour that happens twice."""
        last = len(self.starts) - 1
        for index, offset in enumerate(self.offsets):
            candidate = clock - float(offset)
            if index == last or candidate < self.starts[index + 1]:
                return max(candidate, float(self.starts[index])) if index else candidate
        return clock

    def moment(self, x: float) -> datetime:
        """The meter's clock at x, as a naive datetime."""
        return datetime.fromtimestamp(self.clock(x), UTC).replace(tzinfo=None)


PLAIN = TimeLine(np.zeros(1), np.zeros(1))


def time_line(
    end_times: NDArray[np.datetime64], dst: NDArray[np.bool_], interval_s: int
) -> tuple[NDArray[np.float64], TimeLine]:
    """x of each interval's end (n,), and the time line they stand on.

    A meter on standard or GMT time may still set the DST flag: only where the clock itself jumps with the flag does
    the offset come off.
    """
    clock = end_times.astype("datetime64[s]").astype(np.int64).astype(np.float64)
    if not len(clock):
        return clock, PLAIN
    changes = np.flatnonzero(dst[1:] != dst[:-1]) + 1
    shifted = clock - HOUR_S * dst
    if not _clock_follows(clock, shifted, changes, interval_s):
        return clock, PLAIN
    bounds = np.concatenate(([0], changes))
    starts = shifted[bounds] - interval_s
    offsets = np.where(dst[bounds], HOUR_S, 0.0)
    folds = tuple(Fold(float(shifted[index] - interval_s), bool(dst[index])) for index in changes)
    return shifted, TimeLine(starts, offsets, folds)


def _clock_follows(
    clock: NDArray[np.float64], shifted: NDArray[np.float64], changes: NDArray[np.intp], interval_s: int
) -> bool:
    if not len(changes):
        return False
    by_clock = np.abs(clock[changes] - clock[changes - 1] - interval_s).sum()
    by_shift = np.abs(shifted[changes] - shifted[changes - 1] - interval_s).sum()
    return bool(by_shift < by_clock)
