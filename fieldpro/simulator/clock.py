"""The meter's clock: real time, a zone, an error, and the times it was set.

Two time lines are used everywhere in the simulator, both in seconds since 1970-01-01 00:00:

    real      UTC, what the world lives by; the load model and the incidents are on it
    standard  what the meter's clock shows without daylight saving; intervals, blocks and schedules are on it

`ClockLine` maps one to the other. A clock set forward skips standard time, a clock set back repeats some: an interval
closes when its end is reached for the first time, so a setting back makes one long interval and none twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from fieldpro.simulator.noise import Floats

Now = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Step:
    """The clock was set at real time `at`: forward (positive) or back by `delta_s`."""

    at: float
    delta_s: float


def running_clock(*, start: float | None = None, speed: float = 1.0, base: Now = time.time) -> Now:
    """Real time for a virtual meter: from `start` (now when None) on, `speed` times as fast as `base`."""
    if start is None and speed == 1.0:
        return base
    origin = base()
    first = origin if start is None else start
    return lambda: first + (base() - origin) * speed


class ClockLine:
    """Real to standard and back. Immutable: a setting makes a new one."""

    def __init__(self, *, zone_s: int, error_s: float = 0.0, steps: Sequence[Step] = ()) -> None:
        self.zone_s = zone_s
        self.error_s = error_s
        self.steps = tuple(sorted(steps, key=lambda step: step.at))
        self._starts = np.array([step.at for step in self.steps])
        self._offsets = zone_s + error_s + np.concatenate([[0.0], np.cumsum([step.delta_s for step in self.steps])])
        self._marks, self._reals = self._first_passages()

    def with_step(self, step: Step) -> ClockLine:
        return ClockLine(zone_s=self.zone_s, error_s=self.error_s, steps=(*self.steps, step))

    def restarted(self, at: float) -> ClockLine:
        """The clock as it runs at real time `at`, with nothing ever shown before."""
        offset = self.standard_at(at) - at
        later = [step for step in self.steps if step.at > at]
        return ClockLine(zone_s=self.zone_s, error_s=offset - self.zone_s, steps=later)

    def standard(self, real: Floats) -> Floats:
        """What the clock shows at these real times."""
        shown: Floats = real + self._offsets[np.searchsorted(self._starts, real, side="right")]
        return shown

    def standard_at(self, real: float) -> float:
        return float(self.standard(np.array([real]))[0])

    def latest_standard_at(self, real: float) -> float:
        """The furthest the clock has ever shown by then: intervals up to here have closed."""
        shown = self.standard_at(real)
        for index, start in enumerate(self._starts):
            if start <= real:
                shown = max(shown, float(start + self._offsets[index]))
        return shown

    def real(self, standard: Floats) -> Floats:
        """The real times at which the clock showed these for the first time, to the millisecond."""
        reached: Floats = np.round(np.interp(standard, self._marks, self._reals), 3)
        return reached

    def real_at(self, standard: float) -> float:
        return float(self.real(np.array([standard]))[0])

    def _first_passages(self) -> tuple[Floats, Floats]:
        """Knots of the inverse: standard time against the real time it was first reached."""
        far = 1e11
        edges = [-far, *self._starts.tolist(), far]
        marks, reals = [edges[0] + float(self._offsets[0])], [edges[0]]
        highest = marks[0]
        for start, end, offset in zip(edges, edges[1:], self._offsets.tolist(), strict=False):
            if start + offset > highest:  # set forward: what was skipped is reached at once
                marks.append(start + offset)
                reals.append(start)
            elif start + offset < highest < end + offset:  # set back: the clock has to catch up first
                marks.append(highest + 1e-6)
                reals.append(highest - offset)
            if end + offset > highest:
                highest = end + offset
                marks.append(highest)
                reals.append(end)
        return np.array(marks), np.array(reals)
