"""A table as somebody changes it, from either side: bytes or fields. No widget here.

    draft = TableDraft(23, data, layout)
    draft.write(4, b"\x07")                 bytes: the fields follow
    draft.set_value(node, "12.5")           a field, as a person types it: the bytes follow
    draft.undo() ; draft.redo() ; draft.changed ; draft.runs()

The bytes are the truth. A table that is shorter than its layout is decoded as far as it goes; what is behind its end
is kept and told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from fieldpro.c12.codec import Float, Implied4, Int, NumberBcd, NumberText, Set, Uint
from fieldpro.c12.dictionary.decoded import DecodedTable
from fieldpro.c12.dictionary.layout import Layout, Node
from fieldpro.c12.dictionary.shape import Array, Bits, Leaf, Mixed, Record, Shape
from fieldpro.c12.values import Strange, encode_value
from fieldpro.gui.changed_bytes import Runs, changed_runs
from fieldpro.gui.words import tr
from fieldpro.meter.programs.values import RAW, for_codec, for_file, number_of

MOST_STEPS = 1_000  # that can be undone
MOST_COUNTED = 100  # changed elements; beyond it is "more than"
NEAR = 8  # changed runs with no more unchanged bytes between them are written as one
NUMBERS = (Uint, Int, Float, Implied4, NumberBcd, NumberText)
GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")
LARGEST = 1 << 24  # bytes of a table (ANSI C12.18: an offset has 24 bits)


@dataclass(frozen=True, slots=True)
class Edit:
    """One step: `before` became `after` at `offset`. They differ in length only at the table's end."""

    offset: int
    before: bytes
    after: bytes
    key: object = None  # steps of the same key that follow each other are undone as one

    @property
    def length(self) -> int:
        return max(len(self.before), len(self.after))


class TableDraft:
    """See the module. `base`: the bytes as they were read. `layout` None: edited as bytes only."""

    def __init__(self, number: int, base: bytes, layout: Layout | None = None) -> None:
        self.number = number
        self.base = base
        self.layout = layout
        self.version = 0  # counts edits, so that an answer about an earlier state can be told
        self._data = bytearray(base)
        self._bytes: bytes | None = base
        self._done: list[Edit] = []
        self._undone: list[Edit] = []
        self._counted: tuple[int, Layout | None, int] = (-1, None, 0)

    @property
    def data(self) -> bytes:
        if self._bytes is None:
            self._bytes = bytes(self._data)
        return self._bytes

    @property
    def changed(self) -> bool:
        return self._bytes is not self.base and self.data != self.base

    @property
    def can_undo(self) -> bool:
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        return bool(self._undone)

    @property
    def decoded(self) -> DecodedTable | None:
        """The values as far as there are bytes, zeros behind; None without a layout."""
        if self.layout is None:
            return None
        return DecodedTable(self.layout, self.data.ljust(self.layout.size, b"\0"))

    # --- editing ----------------------------------------------------------------------------------------------

    def write(self, offset: int, raw: bytes, *, key: object = None) -> Edit | None:
        """Lay bytes over the table; None when they are there already. Raises `ValueError` in words beyond its end."""
        if not 0 <= offset <= len(self._data):
            raise ValueError(tr("There is no offset {offset}.", offset=offset))
        left = len(self._data) - offset
        if len(raw) > left:
            raise ValueError(
                tr("{count} bytes do not fit here: {left} are left.", count=f"{len(raw):,}", left=f"{left:,}")
            )
        return self._do(Edit(offset, bytes(self._data[offset : offset + len(raw)]), bytes(raw), key))

    def set_value(self, node: Node, text: str) -> Edit | None:
        """Give a field a value as a person types it, its word among them. Raises `ValueError`: what is expected."""
        if node.offset + node.length > len(self._data):
            raise ValueError(tr("a longer table: its bytes are not here"))
        return self.write(node.offset, raw_of(node, text, bytes(self._data[node.offset : node.offset + node.length])))

    def resize(self, size: int) -> Edit | None:
        """Make the table longer, by zeros, or shorter. Raises `ValueError` in words."""
        if not 0 <= size <= LARGEST:
            raise ValueError(tr("A table has at most {most} bytes.", most=f"{LARGEST:,}"))
        held = len(self._data)
        return self._do(Edit(min(size, held), bytes(self._data[size:]), bytes(max(0, size - held))))

    def put_back(self, offset: int, length: int) -> Edit | None:
        """These bytes as they were read."""
        return self.write(offset, self.base[offset : min(offset + length, len(self._data))])

    def revert(self) -> Edit | None:
        """All of it as it was read; can be undone."""
        return self._do(Edit(0, self.data, self.base))

    def undo(self) -> Edit | None:
        """Take the last step back; gives what was done to the bytes."""
        return self._go(self._done, self._undone, forwards=False)

    def redo(self) -> Edit | None:
        return self._go(self._undone, self._done, forwards=True)

    def _do(self, edit: Edit) -> Edit | None:
        if edit.before == edit.after:
            return None
        self._apply(edit.offset, edit.before, edit.after)
        last = self._done[-1] if self._done else None
        joins = last is not None and edit.key is not None and last.key == edit.key and last.offset == edit.offset
        if last is not None and joins and len(last.after) == len(edit.before):
            self._done[-1] = Edit(edit.offset, last.before, edit.after, edit.key)
        else:
            self._done.append(edit)
            del self._done[:-MOST_STEPS]
        self._undone.clear()
        return edit

    def _go(self, from_: list[Edit], to: list[Edit], *, forwards: bool) -> Edit | None:
        if not from_:
            return None
        edit = from_.pop()
        to.append(Edit(edit.offset, edit.before, edit.after))
        before, after = (edit.before, edit.after) if forwards else (edit.after, edit.before)
        self._apply(edit.offset, before, after)
        return Edit(edit.offset, before, after)

    def _apply(self, offset: int, before: bytes, after: bytes) -> None:
        self._data[offset : offset + len(before)] = after
        self._bytes = None
        self.version += 1

    def rebase(self, base: bytes) -> None:
        """The table was read anew: what was changed is laid over what it holds now."""
        if base == self.base:
            return
        target = laid_over(self, base)
        self.base = base
        self._data[:] = target
        self._bytes = None
        self.version += 1
        self._done.clear()
        self._undone.clear()

    # --- what is changed --------------------------------------------------------------------------------------

    def runs(self, *, near: int = 0) -> Runs:
        """The runs of changed bytes; with `near`, those no further apart than that are one."""
        return changed_runs(self.base, self.data, near=near)

    def count(self) -> int:
        """How many elements are changed, `MOST_COUNTED` + 1 for more than that; without a layout, how many runs of
        bytes."""
        if self._counted[:2] != (self.version, self.layout):
            found = self.runs() if self.layout is None else self.changed_nodes()
            number = sum(1 for _ in islice(found, MOST_COUNTED + 1))
            self._counted = (self.version, self.layout, number)
        return self._counted[2]

    def changed_nodes(self) -> Iterator[Node]:
        """The elements that are changed, in the order of the bytes; what no layout covers is left out."""
        if self.layout is None:
            return
        behind = 0
        data = self.data
        for offset, length in self.runs():
            at = max(offset, behind)
            while at < min(offset + length, self.layout.size):
                node = self.layout.at(at)
                behind = at = max(node.offset + node.length, at + 1)
                yield from self._changed_parts(node, data)

    def _changed_parts(self, node: Node, data: bytes) -> Iterator[Node]:
        if not isinstance(node.shape, Bits):
            yield node
            return
        place = slice(node.offset, node.offset + node.length)
        if len(self.base) < place.stop or len(data) < place.stop:
            yield node
            return
        was, now = node.shape.codec.decode(self.base[place]), node.shape.codec.decode(data[place])
        yield from (child for child in node.children if child.bit and child.bit.read(was) != child.bit.read(now))

    def is_changed(self, offset: int, length: int) -> bool:
        return self.base[offset : offset + length] != self._data[offset : offset + length]


class Drafts:
    """The tables of one meter that are being changed, by number. `meter`: its key; those of another are dropped."""

    def __init__(self) -> None:
        self.meter = ""
        self._drafts: dict[int, TableDraft] = {}

    def begin(self, meter: str) -> bool:
        """Drafts for this meter; True when changes to another one were dropped."""
        if meter == self.meter:
            return False
        dropped = bool(self.changed)
        self.meter = meter
        self._drafts.clear()
        return dropped

    def of(self, number: int, base: bytes, layout: Layout | None) -> TableDraft:
        """The draft of a table as it was read just now."""
        held = self._drafts.get(number)
        if held is None or (held.base != base and not held.changed):
            held = self._drafts[number] = TableDraft(number, base, layout)
        else:
            held.rebase(base)
            if not is_same_layout(held.layout, layout):
                held.layout = layout
        return held

    def data(self, number: int, base: bytes) -> bytes:
        """What a table is to hold: as it is changed, or as it was read."""
        held = self._drafts.get(number)
        return base if held is None or not held.changed else held.data

    @property
    def changed(self) -> dict[int, TableDraft]:
        return {number: draft for number, draft in sorted(self._drafts.items()) if draft.changed}

    @property
    def images(self) -> dict[int, bytes]:
        """The bytes of every changed table."""
        return {number: draft.data for number, draft in self.changed.items()}

    def forget(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            self._drafts.pop(number, None)


def laid_over(draft: TableDraft, base: bytes) -> bytes:
    """Other bytes of the same table with what was changed; where the length was changed, as it is in the draft."""
    if len(draft.data) != len(draft.base) or len(base) != len(draft.base):
        return draft.data
    held = bytearray(base)
    for offset, length in draft.runs():
        held[offset : offset + length] = draft.data[offset : offset + length]
    return bytes(held)


# --- one value ---------------------------------------------------------------------------------------------------


def can_edit(node: Node) -> bool:
    """Whether a field has a value that can be typed: a record or an array has none, a password is not shown."""
    return node.is_leaf and node.length > 0 and not node.annotation.secret


def raw_of(node: Node, text: str, held: bytes) -> bytes:
    """The bytes of a field with this value; `held` are those it has now. Raises `ValueError`: what is expected."""
    if node.bit is not None:
        assert isinstance(node.shape, Bits)
        bits = node.bit.write(number_of(_bare(text), node.bit.annotation.words))
        number = node.shape.codec.decode(held)
        return bytes(node.shape.codec.encode(number & ~(node.bit.mask << node.bit.first) | bits))
    assert isinstance(node.shape, Leaf)
    codec = node.shape.codec
    typed = _bare(text) if isinstance(codec, NUMBERS) and not text.startswith(RAW) else text
    return bytes(encode_value(codec, for_codec(typed, codec, node.annotation.words)))


def text_of(node: Node, raw: bytes) -> str:
    """A field's value as `raw_of` takes it."""
    if node.bit is not None:
        assert isinstance(node.shape, Bits)
        return value_word(node, node.bit.read(node.shape.codec.decode(raw)))
    assert isinstance(node.shape, Leaf)
    value = node.shape.codec.decode(raw)
    if isinstance(value, Strange) and isinstance(value, str):
        return str(value)
    if isinstance(node.shape.codec, Set):
        return ", ".join(map(str, value)) or "none"
    return value_word(node, for_file(value))


def value_word(node: Node, value: Any) -> str:
    """A value with its word: "kWh (3)"; `raw_of` takes it back."""
    words = node.annotation.words
    if isinstance(value, int) and int(value) in words:
        return f"{words[int(value)]} ({int(value)})"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def choices_of(node: Node) -> list[str]:
    """What can be chosen for a field, in words; [] where any value may be."""
    words = node.annotation.words
    is_flag = node.bit is not None and node.bit.kind == "BOOL"
    if not words:
        return ["no", "yes"] if is_flag else []
    return [f"{word} ({number})" for number, word in sorted(words.items())]


def expected_of(node: Node) -> str:
    """What fits a field, in words, "" where only trying tells."""
    if node.bit is not None:
        low, high = (-(node.bit.mask >> 1) - 1, node.bit.mask >> 1) if node.bit.kind == "INT" else (0, node.bit.mask)
        return tr("yes or no") if node.bit.kind == "BOOL" else tr("{low} to {high}", low=low, high=f"{high:,}")
    bits = 8 * node.length
    if node.type.startswith("UINT"):
        return tr("{low} to {high}", low=0, high=f"{(1 << bits) - 1:,}")
    if node.type.startswith("INT") and node.type[3:].isdigit():
        return tr("{low} to {high}", low=f"{-(1 << bits - 1):,}", high=f"{(1 << bits - 1) - 1:,}")
    return tr("{count} bytes in hex", count=node.length) if node.type.startswith("BINARY") else ""


def _bare(text: str) -> str:
    """ "kWh (3)" as "3", "12,000" as "12000"; a word without its number stays."""
    bare = text.strip()
    head, _, tail = bare.rpartition(" (")
    if head and tail.endswith(")") and tail[:-1].lstrip("-").isdigit():
        return tail[:-1]
    grouped = bare.replace(",", "")
    return grouped if GROUPED.fullmatch(bare) else bare


# --- one layout and another ---------------------------------------------------------------------------------------


def is_same_layout(one: Layout | None, other: Layout | None) -> bool:
    """Whether the same elements are at the same places, in the same formats."""
    if one is None or other is None:
        return one is other
    return one.size == other.size and _is_same(one.shape, other.shape, set())


def _is_same(one: Shape, other: Shape, seen: set[tuple[int, int]]) -> bool:
    """Equal elements share one shape, so that a table of a million elements is compared in a dozen steps."""
    if one is other or (id(one), id(other)) in seen:
        return True
    seen.add((id(one), id(other)))
    match one, other:
        case Leaf(), Leaf():
            return one.type == other.type and one.codec == other.codec
        case Bits(), Bits():
            return one.codec == other.codec and one.members == other.members
        case Record(), Record():
            if [(each.name, each.offset) for each in one.members] != [
                (each.name, each.offset) for each in other.members
            ]:
                return False
            pairs = zip(one.members, other.members, strict=True)
            return all(_is_same(a.shape, b.shape, seen) for a, b in pairs)
        case Array(), Array():
            if one.count != other.count or one.element is None or other.element is None:
                return one.count == other.count and one.element is other.element
            return _is_same(one.element, other.element, seen)
        case Mixed(), Mixed():
            return one.offsets == other.offsets and all(
                _is_same(a, b, seen) for a, b in zip(one.shapes, other.shapes, strict=True)
            )
    return False
