"""Shapes side by side: whether two are the same, and which bits of one count when some of its elements do not."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from fieldpro.c12.dictionary.shape import Array, Bits, Leaf, Mixed, Record, Shape

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bytes: TypeAlias = NDArray[np.uint8]


def same_shape(first: Shape, second: Shape) -> bool:
    """Whether the same bytes mean the same in both: equal sizes, names, types and formats throughout."""
    return first is second or _same(first, second, {})


def _same(first: Shape, second: Shape, known: dict[tuple[int, int], bool]) -> bool:
    key = id(first), id(second)
    if key not in known:
        known[key] = type(first) is type(second) and first.size == second.size and _alike(first, second, known)
    return known[key]


def _alike(first: Shape, second: Shape, known: dict[tuple[int, int], bool]) -> bool:
    if isinstance(first, Leaf) and isinstance(second, Leaf):
        return first.codec == second.codec and first.filler == second.filler
    if isinstance(first, Bits) and isinstance(second, Bits):
        return first.codec == second.codec and _members(first) == _members(second)
    if isinstance(first, Record) and isinstance(second, Record):
        return len(first.members) == len(second.members) and all(
            one.name == two.name and _same(one.shape, two.shape, known)
            for one, two in zip(first.members, second.members, strict=True)
        )
    if isinstance(first, Array) and isinstance(second, Array):
        if first.element is None or second.element is None:
            return first.element is second.element
        return first.count == second.count and _same(first.element, second.element, known)
    if isinstance(first, Mixed) and isinstance(second, Mixed):
        return first.count == second.count and all(map(lambda a, b: _same(a, b, known), first.shapes, second.shapes))
    return False


def _members(bits: Bits) -> list[tuple[str, str, int, int]]:
    return [(member.name, member.kind, member.first, member.last) for member in bits.members]


def counting(shape: Shape, path: str, left_out: Callable[[str], bool]) -> Bytes | None:
    """The bits of a shape that count: 1 where they do, 0 where they belong to an element that `left_out` names.

    None when all of them count. Elements of arrays go without their numbers.
    """
    if left_out(path):
        return np.zeros(shape.size, np.uint8)
    if isinstance(shape, Bits):
        return _counting_bits(shape, path, left_out)
    found: Bytes | None = None
    if isinstance(shape, Record):
        for member in shape.members:
            part = counting(member.shape, f"{path}.{member.name}", left_out)
            if part is not None:
                found = np.full(shape.size, 0xFF, np.uint8) if found is None else found
                found[member.offset : member.offset + member.shape.size] = part
    elif isinstance(shape, Array) and shape.element is not None:
        part = counting(shape.element, path, left_out)
        found = None if part is None else np.tile(part, shape.count)
    elif isinstance(shape, Mixed):
        parts = [counting(element, path, left_out) for element in shape.shapes]
        if any(part is not None for part in parts):
            each = zip(parts, shape.shapes, strict=True)
            found = np.concatenate([np.full(s.size, 0xFF, np.uint8) if p is None else p for p, s in each])
    return found


def _counting_bits(shape: Bits, path: str, left_out: Callable[[str], bool]) -> Bytes | None:
    number = (1 << 8 * shape.size) - 1
    for member in shape.members:
        if left_out(f"{path}.{member.name}"):
            number &= ~(member.mask << member.first)
    if number == (1 << 8 * shape.size) - 1:
        return None
    return np.frombuffer(number.to_bytes(shape.size, "big" if shape.codec.big else "little"), np.uint8).copy()
