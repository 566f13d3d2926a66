"""Repeatable noise: pure functions of (seed, stream, index), whole arrays at a time.

SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014) used as a counter-based
generator: no state, so that the value of any interval can be had without making those before it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_GAMMA = 0x9E3779B97F4A7C15
_MASK = 0xFFFFFFFFFFFFFFFF


def _mix(value: NDArray[np.uint64]) -> NDArray[np.uint64]:
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


def uniform(seed: int, stream: int, index: Integers) -> Floats:
    """Numbers in [0, 1), one for each index; `stream` keeps the uses of one seed apart."""
    key = (seed * 0xD1342543DE82EF95 + (stream + 1) * 0xAF251AF3B0F025B5) & _MASK
    state = index.astype(np.uint64) * np.uint64(_GAMMA) + np.uint64(key)
    mixed: Floats = (_mix(state) >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return mixed


def one(seed: int, stream: int, index: int) -> float:
    """One number in [0, 1)."""
    return float(uniform(seed, stream, np.array([index], dtype=np.int64))[0])


def smooth(seed: int, stream: int, index: Integers, *, period: int) -> Floats:
    """Numbers in [0, 1) that wander: fresh at every multiple of `period`, a soft curve between."""
    if not len(index):
        return np.zeros(0)
    first, last = int(index.min()) // period, int(index.max()) // period + 2
    knots = uniform(seed, stream, np.arange(first, last + 1, dtype=np.int64))
    cell = index // period
    place = (index - cell * period) / period
    place = place * place * (3.0 - 2.0 * place)
    left = knots[cell - first]
    return left + (knots[cell - first + 1] - left) * place
