"""A decoded table: its values, and every element with value, words, unit, bytes and notes."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from typing import TYPE_CHECKING, Any

from fieldpro.c12.dictionary import compiled
from fieldpro.c12.dictionary.layout import Layout, Node, Span
from fieldpro.c12.dictionary.model import NO_ANNOTATION
from fieldpro.c12.dictionary.notes import notes_in, value_notes
from fieldpro.c12.dictionary.resolve import path_text
from fieldpro.c12.dictionary.shape import Array, Bits, Leaf, Mixed
from fieldpro.errors import TableError

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Field:
    """One element of a decoded table. `value` is None for records and arrays, whose parts follow as fields of their
    own; `text` is for a person."""

    path: str
    name: str
    title: str
    value: Any
    text: str
    unit: str
    span: Span
    raw: bytes
    notes: tuple[str, ...]
    depth: int
    type: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """Something readable but strange: where, and what."""

    path: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}: {self.text}"


class DecodedTable:
    """One table's bytes seen through its layout. Values are computed when they are asked for."""

    def __init__(self, layout: Layout, data: bytes) -> None:
        self.layout = layout
        self.data = data

    @property
    def extra(self) -> bytes:
        """Bytes behind the table's end, as some meters send them."""
        return self.data[self.layout.size :]

    @cached_property
    def values(self) -> Any:
        """Nested dicts, lists and scalars by element name. Sets are tuples of member numbers; times are `datetime`."""
        return compiled.decode(self.layout.shape, self.data, 0, self.layout.formats.big)

    def array(self, path: str) -> NDArray[Any]:
        """The elements of an ARRAY as one structured NumPy array, a view of the bytes as they lie (times and odd
        formats as raw numbers or void; see `column`). Raises `TableError` when there is no such array."""
        from fieldpro.c12.dictionary import arrays

        node = self.layout.node(path)
        if not isinstance(node.shape, Array):
            raise TableError(self.layout.table, node.full_path, node.offset, "an array of equal elements", node.type)
        return arrays.array(node.shape, self.data, node.offset)

    def column(self, path: str) -> NDArray[Any]:
        """The values of one element throughout the arrays around it, with an axis for each of them:
        `column("LP_DATA_SET1.LP_INT.INT_DATA")` is (blocks, intervals, channels). Numbers are numbers whatever their
        format; times are datetime64[s], NaT where the bytes are none. Raises `TableError` when there is none."""
        from fieldpro.c12.dictionary import arrays

        place = self.layout.column(path)
        raw = arrays.strided(self.data, place.offset, place.counts, place.strides, place.shape.size)
        return arrays.column(place.shape, place.bit, raw)

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def get(self, path: str | Sequence[str | int]) -> Any:
        """The value at a path, see `Layout.node`. Raises `TableError` when there is no such element."""
        node = self.layout.node(path)
        if node.bit is not None:
            return _bit_value(node, self._raw(node))
        return compiled.decode(node.shape, self.data, node.offset, self.layout.formats.big)

    def field(self, node: Node) -> Field:
        """One node with its value."""
        raw = self._raw(node)
        value: Any = None
        if node.bit is not None:
            value = _bit_value(node, raw)
        elif isinstance(node.shape, Leaf):
            value = node.shape.codec.decode(raw)
        return Field(
            node.full_path,
            node.name,
            node.title,
            value,
            _text(node, value),
            node.unit,
            node.span,
            raw,
            value_notes(value, node.annotation, _is_filler(node)) if node.is_leaf else (),
            node.depth,
            node.type,
            node.annotation.help,
        )

    def fields(self) -> Iterator[Field]:
        """Every element in the order of the bytes, records and arrays before their parts; fillers only when they are
        not zero."""
        for node in self.layout.root.walk():
            if node.path:
                field = self.field(node)
                if not _is_filler(node) or any(field.raw if node.bit is None else [field.value]):
                    yield field

    @cached_property
    def notes(self) -> tuple[Note, ...]:
        """What is strange in this table."""
        layout = self.layout
        found = notes_in(layout.shape, self.values, NO_ANNOTATION, ())
        notes = [Note(path_text(layout.table, path), text) for path, text in found]
        if self.extra:
            notes.append(
                Note(self.layout.table, f"{len(self.extra)} bytes more than the table has: {self.extra.hex(' ')}")
            )
        return tuple(notes)

    def _raw(self, node: Node) -> bytes:
        return self.data[node.offset : node.offset + node.length]


def _bit_value(node: Node, raw: bytes) -> int | bool:
    assert node.bit is not None
    assert isinstance(node.shape, Bits)
    return node.bit.read(node.shape.codec.decode(raw))


def _is_filler(node: Node) -> bool:
    if node.bit is not None:
        return node.bit.filler
    return isinstance(node.shape, Leaf) and node.shape.filler


def _text(node: Node, value: Any) -> str:
    """The value in words; of a password or key only that there is one."""
    words = node.annotation.words
    if node.annotation.secret and node.is_leaf:
        return "not shown"
    if not node.is_leaf:
        return f"{len(node.children)} elements" if isinstance(node.shape, Array | Mixed) else ""
    if isinstance(value, int) and int(value) in words:
        return f"{words[int(value)]} ({int(value)})" if not isinstance(value, bool) else words[int(value)]
    return value_text(value)


def value_text(value: Any) -> str:
    """A value as a person reads it."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, bytes):
        return value.hex(" ")
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, float):
        return _number_text(float(value))
    return str(value)


def _number_text(value: float) -> str:
    """The shortest text that gives the number back: of single precision where it is one, as FLOAT32 elements are."""
    with suppress(OverflowError):  # beyond single precision
        single = struct.pack("<f", value)
        if struct.unpack("<f", single)[0] == value:
            texts = (f"{value:.{digits}g}" for digits in range(6, 10))
            return repr(float(next(text for text in texts if struct.pack("<f", float(text)) == single)))
    return repr(value)


def plain(value: Any) -> Any:
    """Values as JSON has them: bytes as hex, times as ISO text, decimals and dates as text, sets as lists."""
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if value - value == 0 else str(float(value))
    return str(value)
