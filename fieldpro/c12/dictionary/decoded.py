"""A decoded table: its values, and every element with value, words, unit, bytes and notes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property
from typing import Any

from fieldpro.c12.codec import Odd, note_of
from fieldpro.c12.dictionary.layout import Layout, Node, Span
from fieldpro.c12.dictionary.shape import Bits, Leaf, read


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
        return read(self.layout.shape, self.data, 0)

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def get(self, path: str | Sequence[str | int]) -> Any:
        """The value at a path, see `Layout.node`. Raises `TableError` when there is no such element."""
        node = self.layout.node(path)
        value = read(node.shape, self.data, node.offset)
        return node.bit.read(node.shape.codec.decode(self._raw(node))) if node.bit else value  # type: ignore[union-attr]

    def field(self, node: Node) -> Field:
        """One node with its value."""
        raw = self._raw(node)
        value: Any = None
        if node.bit is not None and isinstance(node.shape, Bits):
            value = node.bit.read(node.shape.codec.decode(raw))
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
            _notes(node, value),
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
        notes = [Note(field.path, note) for field in self.fields() for note in field.notes]
        if self.extra:
            notes.append(
                Note(self.layout.table, f"{len(self.extra)} bytes more than the table has: {self.extra.hex(' ')}")
            )
        return tuple(notes)

    def _raw(self, node: Node) -> bytes:
        return self.data[node.offset : node.offset + node.length]


def _is_filler(node: Node) -> bool:
    if node.bit is not None:
        return node.bit.filler
    return isinstance(node.shape, Leaf) and node.shape.filler


def _notes(node: Node, value: Any) -> tuple[str, ...]:
    if not node.is_leaf:
        return ()
    note = note_of(value)
    notes = [note] if note else []
    if _is_filler(node) and any(value if isinstance(value, bytes) else [value]):
        notes.append("filler is not zero")
    words = node.annotation.words
    if words and isinstance(value, int) and int(value) not in words:
        notes.append("none of the values that have a meaning")
    return tuple(notes)


def _text(node: Node, value: Any) -> str:
    """The value in words."""
    words = node.annotation.words
    if not node.is_leaf:
        count = len(node.children)
        return "" if isinstance(node.shape, Bits) or not isinstance(node.path[-1:], tuple) else f"{count} elements"
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
    return str(value)


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


__all__ = ["Decimal", "DecodedTable", "Field", "Note", "Odd", "plain", "value_text"]
