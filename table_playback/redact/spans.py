"""Runs of bytes as (offset, length), in order and apart from each other."""

from __future__ import annotations

from collections.abc import Iterable

from table_playback.tape.model import Spans


def joined(spans: Iterable[tuple[int, int]]) -> Spans:
    """The same bytes in order, runs that touch each other as one, empty ones left out."""
    out: list[tuple[int, int]] = []
    for start, length in sorted(spans):
        if length <= 0:
            continue
        if out and start <= out[-1][0] + out[-1][1]:
            begin = out[-1][0]
            out[-1] = begin, max(out[-1][0] + out[-1][1], start + length) - begin
        else:
            out.append((start, length))
    return tuple(out)


def window(spans: Spans, offset: int, length: int) -> Spans:
    """What lies within `length` bytes from `offset`, counted from there."""
    end = offset + length
    cut = ((max(start, offset), min(start + size, end)) for start, size in spans)
    return tuple((start - offset, stop - start) for start, stop in cut if stop > start)


def moved(spans: Spans, by: int) -> Spans:
    return tuple((start + by, length) for start, length in spans)


def without(spans: Spans, taken: Spans) -> Spans:
    """The bytes of `spans` that are not in `taken`."""
    left = []
    for start, length in spans:
        at, end = start, start + length
        for begin, size in joined(taken):
            if begin + size <= at or begin >= end:
                continue
            if begin > at:
                left.append((at, begin - at))
            at = begin + size
        if at < end:
            left.append((at, end - at))
    return joined(left)


def differing(before: bytes, after: bytes) -> Spans:
    """Where two strings of bytes of one length differ."""
    return joined((at, 1) for at, (old, new) in enumerate(zip(before, after, strict=True)) if old != new)
