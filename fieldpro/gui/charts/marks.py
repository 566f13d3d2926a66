"""Where the marks on the edges of a chart stand, in pixels.

One mark a pixel column at most, so that a year of marks costs as little as a day.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fieldpro.gui.charts.profile_data import ProfileData

CLUSTER_PX = 16
LEAST_PX = 2.0


@dataclass(frozen=True, slots=True)
class Marks:
    """All in pixels from the left edge. A stretch: (left, width); an event: (left, count); a fold: (left, begins)."""

    flagged: tuple[tuple[float, float], ...] = ()  # (left, width)
    estimated: tuple[float, ...] = ()
    gaps: tuple[tuple[float, float], ...] = ()
    events: tuple[tuple[float, int], ...] = ()
    folds: tuple[tuple[float, bool], ...] = ()


def columns(x: NDArray[np.float64], left: float, right: float, pixels: float) -> NDArray[np.int64]:
    """The pixel columns that hold at least one of x, each once, in order."""
    inside = x[(x > left) & (x <= right)]
    return np.unique(((inside - left) * pixels / (right - left)).astype(np.int64))


def runs(found: NDArray[np.int64], width: float = 2.0) -> tuple[tuple[float, float], ...]:
    """Columns that touch, joined: (left, width). A lonely one is still `width` wide."""
    if not len(found):
        return ()
    parts = np.split(found, np.flatnonzero(np.diff(found) > 1) + 1)
    return tuple((float(part[0]), max(float(part[-1] - part[0] + 1), width)) for part in parts)


def clusters(x: NDArray[np.float64], left: float, right: float, pixels: float) -> tuple[tuple[float, int], ...]:
    """Events that would cover each other, as one flag with a count."""
    inside = np.sort(x[(x >= left) & (x <= right)])
    found: list[tuple[float, int]] = []
    for column in (inside - left) * pixels / (right - left):
        if found and column - found[-1][0] < CLUSTER_PX:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((float(column), 1))
    return tuple(found)


def marks_of(data: ProfileData, left: float, right: float, *, pixels: float, channels: tuple[int, ...]) -> Marks:
    """The marks of left..right (x, seconds) on a chart `pixels` wide."""
    scale = pixels / (right - left)
    width = max(data.series.interval_s * scale, LEAST_PX)
    middle = data.x - data.series.interval_s / 2
    estimated = data.estimated[:, list(channels)].any(axis=1)

    def stretch(start: float, end: float) -> tuple[float, float]:
        start, end = max(start, left), min(end, right)
        return (start - left) * scale, max((end - start) * scale, LEAST_PX)

    return Marks(
        flagged=runs(columns(middle[data.flagged], left, right, pixels), width),
        estimated=tuple(columns(middle[estimated], left, right, pixels).tolist()),
        gaps=tuple(stretch(gap.start, gap.end) for gap in data.gaps if gap.end > left and gap.start < right),
        events=clusters(data.event_x, left, right, pixels),
        folds=tuple(((fold.x - left) * scale, fold.begins) for fold in data.time.folds if left < fold.x < right),
    )
