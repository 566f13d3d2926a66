"""A curve cut to the screen without losing a peak.

A year at 15 minutes is 35,040 points for a thousand pixels. Each pixel shows the least and the greatest of its
points. pyqtgraph's own 'peak' downsampling takes `max()` of a bin, so one missing interval hides every peak beside it,
drops what is left over after the last whole bin, and moves its bins as the view moves, so that a curve shimmers while
it is dragged. Here bins stand at fixed indices, missing points are passed over, and nothing is left over.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def bin_size(points: int, pixels: int) -> int:
    """How many points share a pixel: a power of two, so that bins stay where they are over many zoom steps."""
    size = 1
    while points > 2 * max(pixels, 1) * size:
        size *= 2
    return size


def visible(x: NDArray[np.float64], left: float, right: float) -> tuple[int, int]:
    """The indices [start, stop) that cover left..right, with one point more on each side."""
    start = int(np.searchsorted(x, left, side="left")) - 1
    stop = int(np.searchsorted(x, right, side="right")) + 1
    return max(start, 0), min(stop, len(x))


def peaks(
    x: NDArray[np.float64], y: NDArray[np.float64], start: int, stop: int, size: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Two points a bin, its least and its greatest value, for the bins that cover [start, stop). NaN only where a
    bin holds no value at all."""
    first = start - start % size
    last = min(len(x), stop + -stop % size)
    if last <= first:
        return np.empty(0), np.empty(0)
    edges = np.arange(0, last - first, size)
    part = y[first:last]
    out_x = np.repeat(x[first:last][np.minimum(edges + size // 2, last - first - 1)], 2)
    out_y = np.empty(2 * len(edges))
    low, high = np.fmin.reduceat(part, edges), np.fmax.reduceat(part, edges)
    rising = np.arange(len(edges)) % 2 == 0
    out_y[0::2] = np.where(rising, low, high)
    out_y[1::2] = np.where(rising, high, low)
    return out_x, out_y


def steps(
    x: NDArray[np.float64], y: NDArray[np.float64], start: int, stop: int, width: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int32]]:
    """Each point as a level from its interval's start to its end: x, y, and whether each point joins the next one.

    Levels join where the next interval begins at the end of this one and both were recorded.
    """
    part_x, part_y = x[start:stop], y[start:stop]
    out_x = np.empty(2 * len(part_x))
    out_x[0::2], out_x[1::2] = part_x - width, part_x
    out_y = np.repeat(part_y, 2)
    joins = np.zeros(len(out_x), dtype=np.int32)
    there = np.isfinite(part_y)
    joins[0::2] = there
    joins[1:-1:2] = there[:-1] & there[1:] & (np.diff(part_x) <= width * 1.001)
    return out_x, np.nan_to_num(out_y), joins
