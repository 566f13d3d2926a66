"""Where two contents of a table differ, as runs of bytes. No Qt here."""

from __future__ import annotations

import numpy as np

Runs = tuple[tuple[int, int], ...]
"""(offset, length) of runs of bytes."""


def changed_runs(base: bytes, data: bytes, *, near: int = 0) -> Runs:
    """Where two contents differ; what one has more at its end is a run too."""
    size = min(len(base), len(data))
    differs = np.flatnonzero(np.frombuffer(base, np.uint8, size) != np.frombuffer(data, np.uint8, size))
    found: list[tuple[int, int]] = []
    if differs.size:
        breaks = np.flatnonzero(np.diff(differs) > 1 + near)
        starts = differs[np.concatenate(([0], breaks + 1))]
        ends = differs[np.concatenate((breaks, [differs.size - 1]))]
        found = [(int(start), int(end - start + 1)) for start, end in zip(starts, ends, strict=True)]
    more = max(len(base), len(data)) - size
    if more and found and sum(found[-1]) + near >= size:
        found[-1] = (found[-1][0], size + more - found[-1][0])
    elif more:
        found.append((size, more))
    return tuple(found)
