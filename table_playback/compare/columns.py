"""Tolerance over large arrays, column by column."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from fieldpro.c12.dictionary import arrays
from fieldpro.c12.dictionary.layout import Node
from fieldpro.c12.dictionary.shape import Array, Leaf, Record, Shape

if TYPE_CHECKING:
    from numpy.typing import NDArray

Steps = tuple[tuple[int, int], ...]  # (count, stride) of each array around


def tolerated(
    root: Node,
    at: NDArray[np.intp],
    shift: int,
    data: tuple[bytes, bytes],
    tolerance: Callable[[str], float | None],
) -> NDArray[np.intp]:
    """Those of the places `at`, counted from the left table's begin, that are not of an array's element within its
    tolerance. `shift` brings an offset of the left table to the right one."""
    differing = np.zeros(root.length, np.uint8)
    differing[at - root.offset] = 1
    for leaf, offset, steps, path in _columns(root.shape, 0, (), root.full_path):
        most = tolerance(path)
        if most is None:
            continue
        counts, strides = tuple(count for count, _ in steps), tuple(stride for _, stride in steps)
        start = root.offset + offset
        ours = arrays.strided(data[0], start, counts, strides, leaf.size)
        theirs = arrays.strided(data[1], start + shift, counts, strides, leaf.size)
        near = _apart(arrays.column(leaf, None, ours), arrays.column(leaf, None, theirs)) <= most
        flags: NDArray[np.uint8] = np.ndarray((*counts, leaf.size), np.uint8, differing, offset, (*strides, 1))
        flags[near] = 0
    return np.flatnonzero(differing) + root.offset


def _columns(shape: Shape, offset: int, steps: Steps, path: str) -> Iterator[tuple[Leaf, int, Steps, str]]:
    """The leaves that lie in arrays of equal elements: leaf, offset of the first one, steps, path without numbers."""
    if isinstance(shape, Leaf):
        if steps and shape.size:
            yield shape, offset, steps, path
    elif isinstance(shape, Record):
        for member in shape.members:
            yield from _columns(member.shape, offset + member.offset, steps, f"{path}.{member.name}")
    elif isinstance(shape, Array) and shape.element is not None and shape.count:
        yield from _columns(shape.element, offset, (*steps, (shape.count, shape.element.size)), path)


def _apart(ours: NDArray[Any], theirs: NDArray[Any]) -> NDArray[np.float64]:
    """How far values are apart, in seconds for times; infinitely where that means nothing."""
    if ours.dtype.kind == "V":
        return np.full(ours.shape, np.inf)
    if ours.dtype.kind in "mM":
        apart = np.abs((ours - theirs) / np.timedelta64(1, "s"))
    else:
        apart = np.abs(ours.astype(np.float64) - theirs.astype(np.float64))
    return np.where(np.isnan(apart), np.inf, apart)
