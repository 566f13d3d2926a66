"""Energy since the meter was installed, at any moment: the load model summed up, less what was not metered.

Nothing is counted while the power is off, nor, in test mode, into the billing registers. Every register and every
interval is a difference of `pulses` at two moments, so they agree to the pulse by construction.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from fieldpro.simulator.incidents import Period, merged
from fieldpro.simulator.load import SLOT_S, Flow, LoadShape, energies
from fieldpro.simulator.noise import Floats, Integers

_CHUNK_SLOTS = 4_096


class LoadSum:
    """The running sum of the load since `origin` (real time, a whole slot); grows as later times are asked for."""

    def __init__(self, shape: LoadShape, seed: int, origin: int) -> None:
        self.shape, self.seed, self.origin = shape, seed, origin
        self._sums = np.zeros((1, len(Flow)))
        self._growing = threading.Lock()

    def at(self, real: Floats) -> Floats:
        """(n, len(Flow)) Wh, varh and VAh from the origin to each real time; straight within a slot, 0 before it."""
        place = np.maximum((real - self.origin) / SLOT_S, 0.0)
        slot = place.astype(np.int64)
        sums = self._reaching(int(slot.max()) + 2) if len(slot) else self._sums
        left = sums[slot]
        result: Floats = left + (sums[slot + 1] - left) * (place - slot)[:, None]
        return result

    def _reaching(self, wanted: int) -> Floats:
        """The sums, made up to so many slots; several meters, each with its thread, may ask at once."""
        with self._growing:
            have = len(self._sums)
            if wanted > have:
                self._grow(have, wanted)
            return self._sums

    def _grow(self, have: int, wanted: int) -> None:
        count = max(wanted - have, 288) if have == 1 else max(wanted - have, _CHUNK_SLOTS)
        slots = np.arange(have - 1, have - 1 + count, dtype=np.int64) + self.origin // SLOT_S
        made = np.concatenate([self._sums[-1:], energies(self.shape, self.seed, slots)])
        self._sums = np.concatenate([self._sums, np.cumsum(made, axis=0)[1:]])


@lru_cache(maxsize=8)
def shared_sum(shape: LoadShape, seed: int, origin: int) -> LoadSum:
    """One sum for all meters of the same customer: it is a pure function, and the costliest thing here."""
    return LoadSum(shape, seed, origin)


class Energy:
    """Pulses of every flow at any moment. `weights`: watt-hours (var-hours ...) of one pulse, one for each flow."""

    def __init__(self, load: LoadSum, weights: Sequence[float], idle: Sequence[Period] = ()) -> None:
        self.load = load
        self.weights = np.array(weights)
        self._idle = merged(list(idle))
        self._starts = np.array([period.start for period in self._idle])
        self._ends = np.array([period.end for period in self._idle])
        finished = np.isfinite(self._ends)
        lost = np.zeros((len(self._idle) + 1, len(Flow)))
        if len(self._idle):
            gone = load.at(self._ends[finished]) - load.at(self._starts[finished])
            lost[1 : len(gone) + 1] = np.cumsum(gone, axis=0)
            lost[len(gone) + 1 :] = lost[len(gone)]
        self._lost = lost

    def watt_hours(self, real: Floats) -> Floats:
        """(n, len(Flow)) metered since the origin."""
        if not len(self._idle):
            return self.load.at(real)
        begun = np.searchsorted(self._starts, real, side="right")
        before = np.maximum(begun - 1, 0)
        inside = (begun > 0) & (real < self._ends[before])
        counted = np.where(inside, self._starts[before], real)
        result: Floats = self.load.at(counted) - self._lost[begun - inside]
        return result

    def pulses(self, real: Floats) -> Integers:
        """(n, len(Flow)) whole pulses since the origin."""
        whole: Integers = np.floor(self.watt_hours(real) / self.weights + 1e-7).astype(np.int64)
        return whole


def seconds_within(periods: Sequence[Period], edges: Floats) -> Floats:
    """(n-1,) seconds of each span between two edges (ascending) that lie in the periods (disjoint, in order)."""
    if not periods:
        return np.zeros(max(len(edges) - 1, 0))
    starts = np.array([period.start for period in periods])
    ends = np.array([period.end for period in periods])
    lengths = np.concatenate([[0.0], np.cumsum(np.where(np.isfinite(ends), ends - starts, 0.0))])
    begun = np.searchsorted(starts, edges, side="right")
    before = np.maximum(begun - 1, 0)
    inside = (begun > 0) & (edges < ends[before])
    passed = lengths[begun - inside] + np.where(inside, edges - starts[before], 0.0)
    spans: Floats = np.diff(passed)
    return spans
