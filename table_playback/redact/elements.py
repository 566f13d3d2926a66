"""Where the chosen elements of a table lie, and what stands in their place.

Text becomes asterisks, numbers and BCD become zeros: what is left can be decoded as before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from fieldpro.c12.codec import NumberText, Text
from fieldpro.c12.dictionary import Tables
from fieldpro.c12.dictionary.layout import Node
from fieldpro.c12.dictionary.shape import Leaf
from fieldpro.errors import FieldProError, TableUnresolved
from fieldpro.meter.identity import text
from table_playback.redact.spans import joined, window
from table_playback.tape.model import Spans

STAR = b"*"
_LEAST_NUMBER = 100_000  # a smaller one stands everywhere by chance


@dataclass(frozen=True, slots=True)
class Element:
    """A chosen element: its bytes, and what takes their place."""

    offset: int
    filler: bytes
    node: Node

    @property
    def length(self) -> int:
        return len(self.filler)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The chosen elements of one table. `unknown`: where they lie cannot be told, so that all of it is."""

    elements: tuple[Element, ...] = ()
    unknown: bool = False

    def __bool__(self) -> bool:
        return self.unknown or bool(self.elements)

    def spans(self, offset: int | None, length: int) -> Spans:
        """What is chosen of `length` bytes from `offset` of the table, counted from there; all when that is None."""
        if not self:
            return ()
        if self.unknown or offset is None:
            return ((0, length),) if length else ()
        return window(joined((each.offset, each.length) for each in self.elements), offset, length)

    def fill(self, data: bytes, offset: int | None, spans: Spans) -> bytes:
        """The data, that begins at `offset` of the table, with fillers in these spans of it."""
        out = bytearray(data)
        for start, length in spans:
            out[start : start + length] = STAR * length
        if offset is None or self.unknown:
            return bytes(out)
        for each in self.elements:
            for start, length in window(spans, each.offset - offset, each.length):
                at = each.offset - offset + start
                out[at : at + length] = each.filler[start : start + length]
        return bytes(out)


def choose(tables: Tables, number: int, covers: Callable[[Node], bool], data: bytes | None = None) -> Chosen:
    """The elements of a table that `covers`; those around others stand for them."""
    try:
        layout = tables.layout(number, data)
        return Chosen(tuple(Element(node.offset, filler(node), node) for node in _covered(layout.root, covers)))
    except TableUnresolved:
        return Chosen(unknown=True)
    except FieldProError:  # no layout is known: nothing in it has a name; or its bytes are not those of this layout
        definition = tables.dictionary.table(number)
        return Chosen(unknown=definition.type is not None)


def _covered(node: Node, covers: Callable[[Node], bool]) -> Iterator[Node]:
    if covers(node):
        yield node
        return
    for child in node.children:
        yield from _covered(child, covers)


def filler(node: Node) -> bytes:
    """What stands for an element, and can be decoded as it."""
    if isinstance(node.shape, Leaf):
        codec = node.shape.codec
        if isinstance(codec, Text):
            star = "*".encode(codec.encoding)
            return (star * (codec.size // len(star))).ljust(codec.size, b"\0")
        if isinstance(codec, NumberText):
            return b"0".ljust(codec.size)
        return bytes(node.length)
    out = bytearray(node.length)
    for child in node.children:
        if child.bit is None:
            at = child.offset - node.offset
            out[at : at + child.length] = filler(child)
    return bytes(out)


def values_of(node: Node, raw: bytes) -> Iterator[str | bytes]:
    """What an element says, as bytes and in words, so that it can be found in other places."""
    if not isinstance(node.shape, Leaf):
        for child in node.children:
            if child.bit is None:
                at = child.offset - node.offset
                yield from values_of(child, raw[at : at + child.length])
        return
    yield raw
    value = node.shape.codec.decode(raw)
    if isinstance(value, str | bytes):
        yield text(value)
    elif isinstance(value, int) and not isinstance(value, bool) and abs(value) >= _LEAST_NUMBER:
        yield str(int(value))
