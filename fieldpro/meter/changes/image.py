"""What a table is to hold: the wanted elements laid over the bytes it holds now.

image = Image(layout, before)
image.set(node, value)  ->  (old, new, changed?)
image.after ; image.regions     the wanted bytes, and the runs of bytes that differ
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fieldpro.c12.dictionary.layout import Layout, Node
from fieldpro.c12.dictionary.shape import Array, BitMember, Bits, Leaf, Mixed, Record, Shape
from fieldpro.c12.values import encode_value
from fieldpro.meter.changes.same import same_value
from fieldpro.meter.programs.rules import Tolerance
from fieldpro.meter.programs.values import for_codec, number_of


@dataclass(frozen=True, slots=True)
class Region:
    """A run of bytes to be changed. `before` is None where the meter does not let it be read."""

    offset: int
    before: bytes | None
    after: bytes

    @property
    def length(self) -> int:
        return len(self.after)

    @property
    def end(self) -> int:
        return self.offset + self.length


class Misfit(ValueError):
    """A value that an element cannot have: `expected` in words. `is_shape`: the element is not there at all."""

    def __init__(self, expected: str, *, is_shape: bool = False) -> None:
        super().__init__(expected)
        self.expected = expected
        self.is_shape = is_shape


class Image:
    """One table. `before` are its bytes in this layout; None when they are not known (a table that cannot be read)."""

    def __init__(self, layout: Layout, before: bytes | None, *, reshaped_from: bytes | None = None) -> None:
        self.layout = layout
        self.before = before
        self.reshaped_from = reshaped_from  # what `before` was carried over from: then all of it is to be written
        self._after = bytearray(before if before is not None else bytes(layout.size))
        self._touched: list[tuple[int, int]] = []

    @property
    def number(self) -> int:
        return self.layout.number

    @property
    def after(self) -> bytes:
        return bytes(self._after)

    def set(self, node: Node, value: Any, tolerance: Tolerance) -> tuple[Any, Any, bool]:
        """Lay a value over an element without parts; (old value or None, new value, whether they differ). Bytes that
        mean the same are left as they are. Raises `Misfit`."""
        shape, offset = node.shape, node.offset
        if node.bit is not None:
            assert isinstance(shape, Bits)
            return self._set_bits(shape, node.bit, offset, value)
        assert isinstance(shape, Leaf)
        codec = shape.codec
        try:
            raw = encode_value(codec, for_codec(value, codec, node.annotation.words))
        except ValueError as error:
            raise Misfit(str(error)) from None
        new = codec.decode(raw)
        if self.before is None:
            self._put(offset, raw)
            return None, new, True
        held = bytes(self._after[offset : offset + shape.size])
        old = codec.decode(held)
        if held == raw or same_value(old, new, codec, tolerance):
            return old, new, False
        self._put(offset, raw)
        return old, new, True

    def _set_bits(self, shape: Bits, bit: BitMember, offset: int, value: Any) -> tuple[Any, Any, bool]:
        if self.before is None:
            raise Misfit("a table whose bits can be read before they are written", is_shape=True)
        try:
            number = number_of(value, bit.annotation.words) if isinstance(value, str) else value
            bits = bit.write(number)
        except ValueError as error:
            raise Misfit(str(error)) from None
        held = shape.codec.decode(bytes(self._after[offset : offset + shape.size]))
        old, new = bit.read(held), bit.read(bits)
        if old == new:
            return old, new, False
        self._put(offset, shape.codec.encode(held & ~(bit.mask << bit.first) | bits))
        return old, new, True

    def lay(self, offset: int, raw: bytes, *, whole: bool = False) -> None:
        """Lay bytes over the table as they are; `whole`: they are all of it, however long it was."""
        end = len(self._after) if whole else offset + len(raw)
        self._after.extend(bytes(max(0, offset - len(self._after))))
        self._after[offset:end] = raw
        self._touched.append((offset, len(raw)))

    def _put(self, offset: int, raw: bytes) -> None:
        self._after[offset : offset + len(raw)] = raw
        self._touched.append((offset, len(raw)))

    @property
    def regions(self) -> tuple[Region, ...]:
        """What is to be written, in the order of the bytes, neighbours joined."""
        if self.reshaped_from is not None:
            return (Region(0, self.reshaped_from, self.after),)
        joined: list[tuple[int, int]] = []
        for offset, length in sorted(self._touched):
            if joined and offset <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(joined[-1][1], offset + length))
            else:
                joined.append((offset, offset + length))
        before, after = self.before, self.after
        return tuple(
            Region(start, None if before is None else before[start:end], after[start:end]) for start, end in joined
        )


def placed(node: Node, value: Any) -> Iterator[tuple[Node | str, Any]]:
    """Every single element that a value speaks of, with its part of the value. A list must be as long as its array;
    a mapping by names or indices may speak of some parts only.

    What does not fit comes as (path, `Misfit`).
    """
    shape = node.shape
    if node.bit is not None or isinstance(shape, Leaf):
        if isinstance(value, Mapping):
            yield node.full_path, Misfit("a value: this element has no parts", is_shape=True)
        else:
            yield node, value
    elif isinstance(value, Mapping):
        yield from _parts(node, value)
    elif isinstance(shape, Array | Mixed) and isinstance(value, list | tuple):
        if len(value) != shape.count:
            yield node.full_path, Misfit(f"a list of {shape.count}, not of {len(value)}", is_shape=True)
            return
        for child, part in zip(node.children, value, strict=True):
            yield from placed(child, part)
    else:
        kind = f"a list of {shape.count}" if isinstance(shape, Array | Mixed) else "values by the names of its parts"
        yield node.full_path, Misfit(kind, is_shape=True)


def _parts(node: Node, value: Mapping[Any, Any]) -> Iterator[tuple[Node | str, Any]]:
    known = {child.path[-1]: child for child in node.children} if isinstance(node.shape, Record | Bits) else {}
    for name, part in value.items():
        child = known.get(name)
        if child is None:
            child = _found(node, name)
        if child is None:
            yield _path(node, name), Misfit(_choices(node), is_shape=True)
        else:
            yield from placed(child, part)


def _found(node: Node, name: str | int) -> Node | None:
    """An element of an array, or a bit that is named without its bit field."""
    shape = node.shape
    if isinstance(name, int):
        return node.children[name] if isinstance(shape, Array | Mixed) and name < shape.count else None
    if isinstance(shape, Record):
        for child in node.children:
            if isinstance(child.shape, Bits):
                for bit in child.children:
                    if bit.name == name:
                        return bit
    return None


def _path(node: Node, name: str | int) -> str:
    return f"{node.full_path}[{name}]" if isinstance(name, int) else f"{node.full_path}.{name}"


def _choices(node: Node) -> str:
    shape: Shape = node.shape
    if isinstance(shape, Array | Mixed):
        return f"an index below {shape.count}" if shape.count else "no elements: this array is empty"
    return "one of " + ", ".join(child.name for child in list(node.children)[:12])


def value_in(node: Node, raw: bytes) -> Any:
    """The value of an element without parts, from the bytes of its shape."""
    assert isinstance(node.shape, Leaf | Bits)
    value = node.shape.codec.decode(raw)
    return value if node.bit is None else node.bit.read(value)


def bytes_of(node: Node) -> bytes:
    """Ones where an element without parts has its bits, within the bytes of its shape."""
    if node.bit is None or not isinstance(node.shape, Bits):
        return b"\xff" * node.length
    return node.shape.codec.encode(node.bit.mask << node.bit.first)


def leaves(node: Node) -> Iterator[Node]:
    """Every element without parts below a node."""
    if node.is_leaf:
        yield node
        return
    for child in node.children:
        yield from leaves(child)


def carried_over(layout: Layout, before: bytes, before_layout: Layout) -> bytes:
    """A table's bytes moved from one layout to another: elements that both have keep their bytes, new ones are 0."""
    image = bytearray(layout.size)
    kept = {node.path: node for node in _units(before_layout.root)}
    for node in _units(layout.root):
        held = kept.get(node.path)
        if held is not None and held.length == node.length:
            image[node.offset : node.offset + node.length] = before[held.offset : held.offset + held.length]
    return bytes(image)


def _units(node: Node) -> Iterator[Node]:
    """Leaves and bit fields."""
    if isinstance(node.shape, Leaf | Bits):
        yield node
        return
    for child in node.children:
        yield from _units(child)
