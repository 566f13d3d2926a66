"""Steps and packets made from their lines when they are asked for."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar, overload

import msgspec
import numpy as np

from table_playback.tape.lines import what_is_wrong
from table_playback.tape.trouble import Trouble, line_place

L = TypeVar("L")
T = TypeVar("T")
_LINE_END = 0x0A


def line_places(data: bytes, member: str, *, max_line: int, trouble: Trouble) -> array[int]:
    """Where each line of a member begins, and where the last one ends. Raises `TapeError` with the line."""
    if data and not data.endswith(b"\n"):
        raise trouble("truncated", line_place(member, data.count(b"\n") + 1), "the last line has no end")
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == _LINE_END) + 1
    begins = np.concatenate((np.zeros(1, np.int64), ends.astype(np.int64)))
    lengths = np.diff(begins)
    if len(lengths) and lengths.max() > max_line + 1:
        number = int(lengths.argmax()) + 1
        found = int(lengths.max()) - 1
        raise trouble("too-large", line_place(member, number), f"{found:,} bytes where {max_line:,} are allowed")
    places = array("q")
    places.frombytes(begins.tobytes())
    return places


def check_lines(
    data: bytes, member: str, decode: Callable[[bytes], L], check: Callable[[L], object], trouble: Trouble
) -> None:
    """Check every line of a member, in order. Raises `TapeError` with the line."""
    number = 0
    try:
        for line in data.split(b"\n")[:-1]:
            number += 1
            check(decode(line))
    except (msgspec.MsgspecError, ValueError, RecursionError) as problem:
        raise trouble("malformed", line_place(member, number), what_is_wrong(problem)) from problem


class Lines(Sequence[T]):
    """Records made from the lines of `data` when they are asked for. `begins`: as `line_places` gives it.

    Raises `TapeError` for a line that `make` cannot take, where nobody has checked the lines before.
    """

    def __init__(
        self, data: bytes, begins: Sequence[int], make: Callable[[bytes], T], *, member: str, trouble: Trouble
    ) -> None:
        self._data = data
        self._begins = begins
        self._make = make
        self._member = member
        self._trouble = trouble

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
        return map(self._at, range(len(self)))

    def _at(self, nth: int) -> T:
        try:
            return self._make(self._data[self._begins[nth] : self._begins[nth + 1] - 1])
        except (msgspec.MsgspecError, ValueError, RecursionError) as problem:
            place = line_place(self._member, nth + 1)
            raise self._trouble("malformed", place, what_is_wrong(problem)) from problem

    def __eq__(self, other: object) -> bool:
        """Equal to any sequence of the same records."""
        if isinstance(other, Lines):
            return self._data == other._data
        if not isinstance(other, Sequence) or isinstance(other, str | bytes) or len(self) != len(other):
            return False
        return all(mine == theirs for mine, theirs in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # as a list: equal by content

    def __repr__(self) -> str:
        return f"<{len(self)} lines>"
