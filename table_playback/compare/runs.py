"""Differences of bytes, where there is no layout to tell them in elements."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from table_playback.compare import words
from table_playback.compare.records import FieldDifference, Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Known = NDArray[np.bool_] | None

GAP = 4  # equal bytes that do not end a run
MOST_RUNS = 24
SHOWN = 8


def byte_differences(
    name: str,
    left: bytes,
    right: bytes,
    *,
    first: int = 0,
    known: tuple[Known, Known] = (None, None),
    note: str = "",
    secret: bool = False,
) -> list[FieldDifference]:
    """Runs of differing bytes from `first` on, and what one side has more of. Bytes that are not known on both sides
    are not compared."""
    size = min(len(left), len(right))
    differing = np.frombuffer(left, np.uint8, size) != np.frombuffer(right, np.uint8, size)
    for each in known:
        if each is not None:
            differing &= each[:size]
    differing[:first] = False
    runs = [_run(name, left, right, *span, note=note, secret=secret) for span in _runs(np.flatnonzero(differing))]
    if len(runs) > MOST_RUNS:
        runs = [_all_runs(name, runs, note)]
    return runs


def tail_difference(
    name: str, left: bytes, right: bytes, *, note: str = "", secret: bool = False
) -> FieldDifference | None:
    """What one side has behind the end of the other one."""
    size = min(len(left), len(right))
    if len(left) == len(right):
        return None
    longer, kind = (left, Kind.ONLY_LEFT) if len(left) > size else (right, Kind.ONLY_RIGHT)
    more = longer[size:]
    text = "not shown" if secret else words.hex_text(more)
    title = f"{words.counted(len(more), 'byte', 'bytes')} more: {len(left):,} and {len(right):,} bytes"
    texts = (text, "") if kind is Kind.ONLY_LEFT else ("", text)
    path = f"{name}@{size}"
    return FieldDifference(path, title, "", *texts, size, len(more), kind, size, len(more), note=note, secret=secret)


def _runs(at: NDArray[np.intp]) -> list[tuple[int, int]]:
    """(offset, length) of each run of places, small gaps closed."""
    if not len(at):
        return []
    breaks = np.flatnonzero(np.diff(at) > GAP)
    starts = at[np.concatenate(([0], breaks + 1))]
    ends = at[np.concatenate((breaks, [len(at) - 1]))] + 1
    return [(int(start), int(end - start)) for start, end in zip(starts, ends, strict=True)]


def _run(name: str, left: bytes, right: bytes, offset: int, length: int, *, note: str, secret: bool) -> FieldDifference:
    title = f"Byte {offset:,}" if length == 1 else f"Bytes {offset:,} to {offset + length - 1:,}"
    texts = ["not shown" if secret else words.hex_text(side[offset : offset + length]) for side in (left, right)]
    return FieldDifference(
        f"{name}@{offset}",
        title,
        "",
        texts[0],
        texts[1],
        offset,
        length,
        found_offset=offset,
        found_length=length,
        note=note,
        secret=secret,
    )


def _all_runs(name: str, runs: list[FieldDifference], note: str) -> FieldDifference:
    first, last = runs[0], runs[-1]
    length = last.offset + last.length - first.offset
    bytes_differing = sum(run.length for run in runs)
    told = f"{len(runs):,} places differ, {bytes_differing:,} bytes in all"
    return FieldDifference(
        f"{name}@{first.offset}",
        f"Bytes {first.offset:,} to {last.offset + last.length - 1:,}",
        "",
        f"{first.expected_text} …",
        f"{first.found_text} …",
        first.offset,
        length,
        found_offset=first.offset,
        found_length=length,
        note=f"{told}; {note}" if note else told,
        secret=first.secret,
        parts=tuple(runs[:SHOWN]),
    )
