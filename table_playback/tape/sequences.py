"""Steps and packets read from their lines as they are asked for; the lines were checked before."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import TypeVar, overload

import msgspec

from table_playback.tape.lines import what_is_wrong
from table_playback.tape.trouble import Trouble, line_place

L = TypeVar("L")
T = TypeVar("T")


def scan(
    data: bytes,
    member: str,
    *,
    decode: Callable[[bytes], L],
    check: Callable[[L], object],
    max_line: int,
    trouble: Trouble,
    numbered: bool = False,
) -> array[int]:
    """Check every line of a member; where each begins, and where the last one ends.

    numbered: line n says that it is number n. Raises `TapeError` with the line.
    """
    if data and not data.endswith(b"\n"):
        raise trouble("truncated", line_place(member, data.count(b"\n") + 1), "the last line has no end")
    begins = array("q", [0])
    at, number = 0, 0
    try:
        for number, line in enumerate(data.split(b"\n")[:-1], 1):
            if len(line) > max_line:
                raise trouble(
                    "too-large", line_place(member, number), f"{len(line):,} bytes where {max_line:,} are allowed"
                )
            decoded = decode(line)
            if numbered and decoded.number != number:  # type: ignore[attr-defined]  # numbered lines have it
                raise ValueError(f"it says that it is number {decoded.number}")  # type: ignore[attr-defined]
            check(decoded)
            at += len(line) + 1
            begins.append(at)
    except (msgspec.MsgspecError, ValueError, RecursionError) as problem:
        raise trouble("malformed", line_place(member, number), what_is_wrong(problem)) from problem
    return begins


class Lines(Sequence[T]):
    """Records made from the lines of `data` when they are asked for. `begins`: as `scan` gives it."""

    def __init__(self, data: bytes, begins: Sequence[int], make: Callable[[bytes], T]) -> None:
        self._data = data
        self._begins = begins
        self._make = make

    def __len__(self) -> int:
        return len(self._begins) - 1

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        if isinstance(index, slice):
            return [self._at(nth) for nth in range(*index.indices(len(self)))]
        nth = index + len(self) if index < 0 else index
        if not 0 <= nth < len(self):
            raise IndexError(index)
        return self._at(nth)

    def __iter__(self) -> Iterator[T]:
        for begin, end in pairwise(self._begins):
            yield self._make(self._data[begin : end - 1])

    def _at(self, nth: int) -> T:
        return self._make(self._data[self._begins[nth] : self._begins[nth + 1] - 1])

    def __eq__(self, other: object) -> bool:
        """Equal to any sequence of the same records."""
        if not isinstance(other, Sequence) or isinstance(other, str | bytes) or len(self) != len(other):
            return False
        return all(mine == theirs for mine, theirs in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # as a list: equal by content

    def __repr__(self) -> str:
        return f"<{len(self)} lines>"
