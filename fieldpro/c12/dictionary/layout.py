"""A resolved table: every element with its place, so that one truth serves decoding, encoding, partial reads and the
hex view.

    layout.locate("LP_DATA_SET1[3].END_READINGS[0]")  -> Span(offset, length)
    layout.at(0x493)                                   -> the node whose bytes these are
    layout.index_path("TOT_DATA_BLOCK.DEMANDS[1]")     -> (1, 1, 1), for a read by index

Nodes are made when they are asked for: a year of load profile has hundreds of thousands of them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn, overload

from fieldpro.c12.codec import Binary, Formats
from fieldpro.c12.dictionary.model import NO_ANNOTATION, Annotation
from fieldpro.c12.dictionary.resolve import Path, path_text
from fieldpro.c12.dictionary.shape import Array, BitMember, Bits, Leaf, Member, Mixed, Record, Shape
from fieldpro.errors import TableError

if TYPE_CHECKING:
    from fieldpro.c12.dictionary.decoded import DecodedTable

_PART = re.compile(r"\.?([A-Za-z_][A-Za-z0-9_]*)|\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Span:
    """Where an element's bytes are in its table; `bits` are the first and last bit for a part of a bit field."""

    offset: int
    length: int
    bits: tuple[int, int] | None = None

    @property
    def end(self) -> int:
        return self.offset + self.length


@dataclass(frozen=True, slots=True)
class Node:
    """One element in its place. `shape` is None for a part of a bit field; then `bit` says which."""

    table: str
    path: Path
    offset: int
    shape: Shape
    annotation: Annotation = NO_ANNOTATION
    index: int = 0  # number of the element in its record, array or bit field
    bit: BitMember | None = None

    @property
    def name(self) -> str:
        """ "NBR_TIERS", "[3]", or the table's name for the root."""
        if not self.path:
            return self.table
        return f"[{self.path[-1]}]" if isinstance(self.path[-1], int) else self.path[-1]

    @property
    def full_path(self) -> str:
        return path_text(self.table, self.path)

    @property
    def length(self) -> int:
        return self.shape.size

    @property
    def span(self) -> Span:
        return Span(self.offset, self.length, (self.bit.first, self.bit.last) if self.bit else None)

    @property
    def type(self) -> str:
        if self.bit is None:
            return self.shape.type
        bits = f"{self.bit.first}" if self.bit.first == self.bit.last else f"{self.bit.first}..{self.bit.last}"
        return f"{self.bit.kind}({bits})"

    @property
    def title(self) -> str:
        return self.annotation.title

    @property
    def unit(self) -> str:
        return self.annotation.unit

    @property
    def depth(self) -> int:
        return len(self.path)

    @property
    def is_leaf(self) -> bool:
        """A value of its own: no record, array or bit field."""
        return self.bit is not None or isinstance(self.shape, Leaf)

    @property
    def children(self) -> Children:
        return Children(self)

    def walk(self) -> Iterator[Node]:
        """This node and everything below it, in the order of the bytes."""
        yield self
        for child in self.children:
            yield from child.walk()


class Children(Sequence[Node]):
    """The parts of a node, each made when it is asked for."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def __len__(self) -> int:
        shape = self._node.shape
        if self._node.is_leaf:
            return 0
        return len(shape.members) if isinstance(shape, Record | Bits) else shape.count  # type: ignore[union-attr] # no Leaf

    @overload
    def __getitem__(self, index: int) -> Node: ...
    @overload
    def __getitem__(self, index: slice) -> list[Node]: ...
    def __getitem__(self, index: int | slice) -> Node | list[Node]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        position = range(len(self))[index]
        node, shape = self._node, self._node.shape
        if isinstance(shape, Bits):
            return _bit_node(node, shape.members[position])
        if isinstance(shape, Record):
            return _member_node(node, shape.members[position])
        element, start = shape.at(position)  # type: ignore[union-attr] # a leaf has no positions
        return Node(node.table, (*node.path, position), node.offset + start, element, node.annotation, position)


def _member_node(node: Node, member: Member) -> Node:
    path = (*node.path, member.name)
    return Node(node.table, path, node.offset + member.offset, member.shape, member.annotation, member.index)


def _bit_node(node: Node, bit: BitMember) -> Node:
    return Node(node.table, (*node.path, bit.name), node.offset, node.shape, bit.annotation, bit.index, bit)


@dataclass(frozen=True, slots=True)
class ColumnPlace:
    """Where equally spaced values are: `counts` elements, `strides` bytes apart, one pair for each array around."""

    shape: Leaf | Bits
    bit: BitMember | None
    offset: int
    counts: tuple[int, ...]
    strides: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Layout:
    """One table of one meter. `number` counts manufacturer tables from 2048, pending ones from 4096; a procedure's
    parameters have -1."""

    table: str
    number: int
    title: str
    shape: Shape
    formats: Formats

    @property
    def name(self) -> str:
        return self.table

    @property
    def size(self) -> int:
        return self.shape.size

    @property
    def root(self) -> Node:
        return Node(self.table, (), 0, self.shape, Annotation(self.title))

    # --- places

    def node(self, path: str | Sequence[str | int]) -> Node:
        """The node at a path such as "ACT_REGS_TBL.NBR_TIERS", with or without the table's name; bit fields need not
        be named. Raises `TableError` when the table has no such element."""
        parts = self._parts(path) if isinstance(path, str) else list(path)
        node = self.root
        for part in parts:
            found = _child(node, part)
            if found is None:
                self._no_such(path_text(self.table, [*node.path, part]), node)
            node = found
        return node

    def locate(self, path: str | Sequence[str | int]) -> Span:
        """Where the element's bytes are."""
        return self.node(path).span

    def at(self, offset: int) -> Node:
        """The innermost element whose bytes include the one at `offset` (a bit field as a whole). Raises
        `TableError` behind the end."""
        if not 0 <= offset < self.size:
            raise TableError(self.table, self.table, offset, f"an offset below {self.size}", str(offset))
        node = self.root
        while not isinstance(node.shape, Leaf | Bits):
            node = node.children[_position(node.shape, offset - node.offset)]
        return node

    def index_path(self, path: str | Sequence[str | int]) -> tuple[int, ...]:
        """The element's index at each level, as a read by index names it."""
        node, indices = self.root, []
        for part in self.node(path).path:
            child = _child(node, part)
            assert child is not None
            node = child
            indices.append(node.index)
        return tuple(indices)

    def node_at_index(self, indices: Sequence[int]) -> Node:
        """The node that a read by index names. Raises `TableError` when there is none."""
        node = self.root
        for index in indices:
            children = node.children
            if isinstance(node.shape, Array | Mixed):
                found = children[index] if 0 <= index < len(children) else None
            else:
                found = next((child for child in children if child.index == index), None)
            if found is None:
                self._no_such(f"element number {index}", node)
            node = found
        return node

    def locate_index(self, indices: Sequence[int]) -> Span:
        return self.node_at_index(indices).span

    def column(self, path: str) -> ColumnPlace:
        """Where the bytes of one element are throughout the arrays around it. Raises `TableError` when there is no
        such element, or when it is a record."""
        shape, offset, bit = self.shape, 0, None
        counts: list[int] = []
        strides: list[int] = []
        for part in self._parts(path):
            shape = _into_arrays(shape, counts, strides)
            node = Node(self.table, (), offset, shape, bit=bit)
            found = _child(node, part) if isinstance(part, str) and bit is None else None
            if found is None:
                self._no_such(f"{path} ({part})", node)
            shape, offset, bit = found.shape, found.offset, found.bit
        shape = _into_arrays(shape, counts, strides)
        if isinstance(shape, Leaf | Bits):
            return ColumnPlace(shape, bit, offset, tuple(counts), tuple(strides))
        if isinstance(shape, Array):
            return ColumnPlace(Leaf("", Binary(0)), None, offset, (*counts, 0), (*strides, 0))
        raise TableError(self.table, path_text(self.table, [path]), offset, "an element with one value", shape.type)

    def _parts(self, path: str) -> list[str | int]:
        parts: list[str | int] = []
        position = 0
        while position < len(path):
            match = _PART.match(path, position)
            if match is None:
                raise TableError(self.table, path, 0, "a path such as ELEMENT[3].PART", path)
            parts.append(match[1] or int(match[2]))
            position = match.end()
        if parts and parts[0] == self.table and _child(self.root, parts[0]) is None:
            return parts[1:]
        return parts

    def _no_such(self, what: str, node: Node) -> NoReturn:
        names = [child.name for child in node.children[:12]]
        expected = f"one of {', '.join(names)}" if names else "nothing below this element"
        raise TableError(self.table, node.full_path, node.offset, expected, what)

    # --- bytes and values

    def decode(self, data: bytes) -> DecodedTable:
        """The table's values. Raises `TableError` when `data` is too short; what is left over is a note."""
        from fieldpro.c12.dictionary.decoded import DecodedTable

        if len(data) < self.size:
            node = self.at(len(data))
            found = f"{len(data)} bytes"
            raise TableError(self.table, node.full_path, node.offset, f"{self.size} bytes", found)
        return DecodedTable(self, bytes(data))

    def encode(self, values: Any) -> bytes:
        """The table's bytes. Raises `TableError` for values that it cannot have, that are missing or too many."""
        from fieldpro.c12.dictionary.encode import encode

        return encode(self.table, self.shape, values)

    # --- parts of a table, as reads and writes by offset and by index move them

    def decode_part(self, path: str | Sequence[str | int], data: bytes) -> Any:
        """The value of one element from its bytes alone. Raises `TableError` when they are too few or too many."""
        from fieldpro.c12.dictionary import compiled

        node = self._whole(path)
        if len(data) != node.length:
            expected, found = f"{node.length} bytes", f"{len(data)} bytes"
            raise TableError(self.table, node.full_path, node.offset, expected, found)
        return compiled.decode(node.shape, bytes(data), 0, self.formats.big)

    def encode_part(self, path: str | Sequence[str | int], value: Any) -> bytes:
        """The bytes of one element. Raises `TableError` for a value that it cannot have."""
        from fieldpro.c12.dictionary.encode import encode

        node = self._whole(path)
        return encode(self.table, node.shape, value, path=node.path, secret=node.annotation.secret)

    def within(self, offset: int, length: int) -> Iterator[Node]:
        """The largest elements that lie wholly in a part of the table, in the order of the bytes."""
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            if node.offset >= offset and node.offset + node.length <= offset + length:
                yield node
            elif not isinstance(node.shape, Bits) and offset - node.length < node.offset < offset + length:
                waiting += reversed(node.children)

    def _whole(self, path: str | Sequence[str | int]) -> Node:
        """The node at a path, when it has bytes of its own: a part of a bit field has not."""
        node = self.node(path)
        if node.bit is not None:
            raise TableError(self.table, node.full_path, node.offset, "an element with bytes of its own", node.type)
        return node


def _into_arrays(shape: Shape, counts: list[int], strides: list[int]) -> Shape:
    """The element of an array, or of the array in it; their counts and steps are added to the lists."""
    while isinstance(shape, Array) and shape.element is not None:
        counts.append(shape.count)
        strides.append(shape.element.size)
        shape = shape.element
    return shape


def _child(node: Node, part: str | int) -> Node | None:
    """A part of a node by name or number; one of a bit field's bits also from the record around it."""
    shape = node.shape
    if node.bit is not None:
        return None
    if isinstance(part, int):
        is_list = isinstance(shape, Array | Mixed)
        return node.children[part] if is_list and 0 <= part < len(node.children) else None
    if isinstance(shape, Bits):
        return next((_bit_node(node, bit) for bit in shape.members if bit.name == part), None)
    if not isinstance(shape, Record):
        return None
    if part in shape.by_name:
        return _member_node(node, shape.by_name[part])
    for member in shape.members:
        if isinstance(member.shape, Bits) and any(bit.name == part for bit in member.shape.members):
            return _child(_member_node(node, member), part)
    return None


def _position(shape: Record | Array | Mixed, offset: int) -> int:
    """Which part of a shape holds the byte at `offset`: the last one that begins there or before and has bytes."""
    if isinstance(shape, Array):
        return offset // shape.element.size if shape.element else 0
    starts: Sequence[Any] = shape.members if isinstance(shape, Record) else shape.offsets
    key = (lambda member: member.offset) if isinstance(shape, Record) else None
    return bisect_right(starts, offset, key=key) - 1
