"""The shape of a resolved table: a tree in which every part has a size, offsets being relative to the parent.

    Record (members at offsets) | Array (n times the same element) | Mixed (elements that differ) | Bits | Leaf

`leaves` is how much there is to decode; it is never 0, so that an array of nothing counts too. Equal elements share one
shape, so that a year of load profile is a tree of a dozen objects. `read` is the plain way through it, element by
element; `fieldpro.c12.dictionary.compiled` is the fast one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from fieldpro.c12.codec import Set, Uint
from fieldpro.c12.dictionary.model import NO_ANNOTATION, Annotation
from fieldpro.c12.values import Codec


@dataclass(frozen=True, eq=False)
class Leaf:
    """One value of a built-in type. `filler` values are shown only when they are not zero."""

    type: str
    codec: Codec
    filler: bool = False

    @property
    def leaves(self) -> int:
        return max(1, 8 * self.codec.size) if isinstance(self.codec, Set) else 1

    @property
    def size(self) -> int:
        return self.codec.size


@dataclass(frozen=True, slots=True)
class BitMember:
    """Bits `first` to `last` of a bit field; `index` counts them for reads by index."""

    name: str
    kind: str
    first: int
    last: int
    index: int
    annotation: Annotation

    @property
    def mask(self) -> int:
        return (1 << self.last - self.first + 1) - 1

    @property
    def filler(self) -> bool:
        return self.kind == "FILL"

    def read(self, number: int) -> int | bool:
        bits = number >> self.first & self.mask
        if self.kind == "BOOL":
            return bool(bits)
        return bits - self.mask - 1 if self.kind == "INT" and bits > self.mask >> 1 else bits

    def write(self, value: Any) -> int:
        """The bits in their place. Raises `ValueError` in words."""
        low, high = (-(self.mask >> 1) - 1, self.mask >> 1) if self.kind == "INT" else (0, self.mask)
        if not isinstance(value, int) or not low <= value <= high:
            raise ValueError("true or false" if self.kind == "BOOL" else f"a number from {low} to {high}")
        return (value & self.mask) << self.first


@dataclass(frozen=True, eq=False)
class Bits:
    """A bit field: bit n is bit n of the integer after the byte order is applied."""

    type: str
    codec: Uint
    members: tuple[BitMember, ...]

    @property
    def size(self) -> int:
        return self.codec.size

    @property
    def leaves(self) -> int:
        return len(self.members)

    def read(self, number: int) -> dict[str, int | bool]:
        values = {}
        for member in self.members:
            value = member.read(number)
            if value or not member.filler:
                values[member.name] = value
        return values


@dataclass(frozen=True, slots=True)
class Member:
    """One element of a record. `index` is its number in the definition, for reads by index."""

    name: str
    shape: Shape
    offset: int
    index: int
    annotation: Annotation = NO_ANNOTATION


@dataclass(frozen=True, eq=False)
class Record:
    type: str
    members: tuple[Member, ...]
    size: int
    leaves: int
    by_name: Mapping[str, Member] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Array:
    """`count` equal elements; `element` is None when there are none."""

    type: str
    element: Shape | None
    count: int

    @property
    def size(self) -> int:
        return self.count * self.element.size if self.element else 0

    @property
    def leaves(self) -> int:
        return self.count * self.element.leaves if self.element else 1

    def at(self, index: int) -> tuple[Shape, int]:
        """The shape of one element and its offset. `index` must be below `count`."""
        assert self.element is not None
        return self.element, index * self.element.size


@dataclass(frozen=True, eq=False)
class Mixed:
    """Elements of one array that differ, because their own content shapes them."""

    type: str
    shapes: tuple[Shape, ...]
    offsets: tuple[int, ...]
    size: int
    leaves: int

    @property
    def count(self) -> int:
        return len(self.shapes)

    def at(self, index: int) -> tuple[Shape, int]:
        return self.shapes[index], self.offsets[index]


Shape: TypeAlias = Leaf | Bits | Record | Array | Mixed


def make_record(type_name: str, members: Sequence[Member]) -> Record:
    last = members[-1] if members else None
    return Record(
        type_name,
        tuple(members),
        last.offset + last.shape.size if last else 0,
        max(1, sum(member.shape.leaves for member in members)),
        {member.name: member for member in members},
    )


def read(shape: Shape, data: bytes, offset: int) -> Any:
    """The value at `offset`, element by element: the reference for the compiled way. `data` must be long enough."""
    if isinstance(shape, Leaf):
        return shape.codec.decode(data[offset : offset + shape.size])
    if isinstance(shape, Bits):
        return shape.read(shape.codec.decode(data[offset : offset + shape.size]))
    if isinstance(shape, Record):
        values = {}
        for member in shape.members:
            value = read(member.shape, data, offset + member.offset)
            if not is_empty_filler(member.shape, value):
                values[member.name] = value
        return values
    return [read(element, data, offset + start) for element, start in (shape.at(i) for i in range(shape.count))]


def is_empty_filler(shape: Shape, value: Any) -> bool:
    """A filler of zeros, which values leave out."""
    return isinstance(shape, Leaf) and shape.filler and not any(value)
