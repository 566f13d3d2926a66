"""Two decoded tables side by side: down only where bytes differ, or where the layouts do.

Where an element has the same shape on both sides its bytes are laid over each other, and NumPy says where they differ:
a year of load profile costs what the differing part of it costs. Where the shapes differ, because the meters are set
up differently, elements are paired by name and number and compared by value.

An array in which more than `MANY` elements differ is one difference, with the first ones as its parts. Lists that a
meter adds to (logs, load profile) are compared as sets of entries: see `table_playback.compare.entries`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from fieldpro.c12.codec import Set
from fieldpro.c12.dictionary.decoded import DecodedTable, Field
from fieldpro.c12.dictionary.layout import Node
from fieldpro.c12.dictionary.shape import Array, Bits, Leaf, Mixed, Record
from fieldpro.c12.values import Odd
from table_playback.compare import words
from table_playback.compare.columns import tolerated
from table_playback.compare.entries import Entries, is_list
from table_playback.compare.masks import Masks, matches
from table_playback.compare.records import FieldDifference, Kind
from table_playback.compare.shapes import counting, same_shape
from table_playback.tape.verify import Order, VerifyRule

if TYPE_CHECKING:
    from numpy.typing import NDArray

MANY = 24  # elements of an array that are told one by one
SHOWN = 8  # parts of a difference that is one for many
FEW_VALUES = 4000  # values in an array up to which elements that are built differently are told one by one


@dataclass(frozen=True)
class Half:
    """One side: the table, and which of its bytes are known (None: all)."""

    table: DecodedTable
    known: NDArray[np.bool_] | None

    def octets(self, node: Node) -> NDArray[np.uint8]:
        return np.frombuffer(self.table.data, np.uint8, node.length, node.offset)

    def raw(self, node: Node) -> bytes:
        return self.table.data[node.offset : node.offset + node.length]

    def knows(self, node: Node) -> bool:
        return self.known is None or bool(self.known[node.offset : node.offset + node.length].all())

    def known_part(self, node: Node) -> NDArray[np.bool_] | None:
        return None if self.known is None else self.known[node.offset : node.offset + node.length]


@dataclass(frozen=True)
class Overlay:
    """Two elements of one shape laid over each other. `at`: where bytes differ, counted from the left table's begin.
    `shift`: what brings an offset of the left table to the right one."""

    at: NDArray[np.intp]
    shift: int

    def within(self, node: Node) -> NDArray[np.intp]:
        first, end = np.searchsorted(self.at, (node.offset, node.offset + node.length))
        return self.at[first:end]


class Walk:
    """The differences of two halves, in the order of the bytes. `volatile` ones are marked, those of the rule's
    `ignore` are not told."""

    def __init__(self, left: Half, right: Half, *, rule: VerifyRule, volatile: Masks) -> None:
        self.left, self.right = left, right
        self.rule = rule
        self.ignored = Masks.of(rule.ignore)
        self.volatile = volatile
        self.found: list[FieldDifference] = []

    def run(self) -> list[FieldDifference]:
        self._pair(self.left.table.layout.root, self.right.table.layout.root)
        return self.found

    def between(self, left: Node, right: Node) -> list[FieldDifference]:
        """The differences of two elements, by the same rule."""
        walk = Walk(self.left, self.right, rule=self.rule, volatile=self.volatile)
        walk._pair(left, right)
        return walk.found

    # --- pairs of elements --------------------------------------------------------------------------------------------

    def _pair(self, left: Node, right: Node) -> None:
        if self.ignored.title(left.full_path):
            return
        if left.bit is None and right.bit is None and same_shape(left.shape, right.shape):
            self._over(left, self._overlay(left, right))
        elif left.is_leaf and right.is_leaf:
            self._values(left, right)
        elif _have_named_parts(left, right):
            self._by_name(left, right)
        elif isinstance(left.shape, Array | Mixed) and isinstance(right.shape, Array | Mixed):
            self._arrays(left, right)
        else:
            self._row(left, right, note="built differently on the two sides")

    def _by_name(self, left: Node, right: Node) -> None:
        theirs = {node.path[-1]: node for node in right.children}
        for node in left.children:
            other = theirs.pop(node.path[-1], None)
            if other is not None:
                self._pair(node, other)
            elif node.length or node.is_leaf:
                self._one_side(node, Kind.ONLY_LEFT)
        for node in theirs.values():
            self._one_side(node, Kind.ONLY_RIGHT)

    def _values(self, left: Node, right: Node) -> None:
        """Two single values that are written in different ways."""
        if not (self.left.knows(left) and self.right.knows(right)):
            return
        one, two = self.left.table.field(left), self.right.table.field(right)
        same = one.value == two.value and isinstance(one.value, Odd) == isinstance(two.value, Odd)
        if not same and not self._tolerated(left, one.value, two.value):
            self._add(left, right, _two_texts(left, one, two))

    def _arrays(self, left: Node, right: Node) -> None:
        """Two arrays of different length, or of elements that are built differently."""
        ours, theirs = left.children, right.children
        both = min(len(ours), len(theirs))
        alike = both and isinstance(left.shape, Array) and isinstance(right.shape, Array)
        if alike and same_shape(ours[0].shape, theirs[0].shape):
            if is_list(left) or self.rule.order is Order.ANY:
                self._entries(left, right)
                return
            cut = replace(left, shape=Array(left.shape.type, ours[0].shape, both))
            self._over(cut, self._overlay(cut, right))
        elif left.shape.leaves + right.shape.leaves <= FEW_VALUES:
            for one, two in zip(ours[:both], theirs[:both], strict=True):
                self._pair(one, two)
        elif both:
            self._row(left, right, note="the elements are built differently on the two sides")
            return
        for longer, kind in ((ours, Kind.ONLY_LEFT), (theirs, Kind.ONLY_RIGHT)):
            if len(longer) - both > SHOWN:
                self._length(left, right, len(longer) - both)
            else:
                for node in longer[both:]:
                    self._one_side(node, kind)

    # --- one shape on both sides --------------------------------------------------------------------------------------

    def _overlay(self, left: Node, right: Node) -> Overlay:
        size = min(left.length, right.length)
        differing = self.left.octets(left)[:size] != self.right.octets(right)[:size]
        for half, node in ((self.left, left), (self.right, right)):
            known = half.known_part(node)
            if known is not None:
                differing &= known[:size]
        at = np.flatnonzero(differing)
        overlay = Overlay(at + left.offset, right.offset - left.offset)
        return self._without_tolerated(left, overlay) if self.rule.tolerance and len(at) else overlay

    def _over(self, node: Node, overlay: Overlay) -> None:
        at = overlay.within(node)
        if not len(at) or self.ignored.title(node.full_path):
            return
        if isinstance(node.shape, Leaf | Bits) and not self._known(node, overlay):
            self._known_bytes(node, overlay, at)
        elif node.is_leaf:
            self._leaf(node, overlay)
        elif isinstance(node.shape, Array):
            self._array(node, overlay, at)
        else:
            for child in _touched(node, at):
                self._over(child, overlay)

    def _known(self, node: Node, overlay: Overlay) -> bool:
        return self.left.knows(node) and self.right.knows(replace(node, offset=node.offset + overlay.shift))

    def _known_bytes(self, node: Node, overlay: Overlay, at: NDArray[np.intp]) -> None:
        """A value of which one side knows a part only: the bytes that differ."""
        first, end = int(at[0]), int(at[-1]) + 1
        other = replace(node, offset=node.offset + overlay.shift)
        sides = ((self.left, first), (self.right, first + overlay.shift))
        hexes = [words.hex_text(half.table.data[start : start + end - first]) for half, start in sides]
        texts = ("not shown", "not shown") if node.annotation.secret else (hexes[0], hexes[1])
        place = words.counted(end - first, "byte", "bytes")
        note = f"known in part: {place} from byte {first - node.offset} of the element"
        self._add(node, other, texts, note=note)

    def _leaf(self, node: Node, overlay: Overlay) -> None:
        other = replace(node, offset=node.offset + overlay.shift)
        one, two = self.left.table.field(node), self.right.table.field(other)
        if node.bit is not None and one.value == two.value:
            return
        if not self._tolerated(node, one.value, two.value):
            self._add(node, other, _two_texts(node, one, two))

    def _array(self, node: Node, overlay: Overlay, at: NDArray[np.intp]) -> None:
        other = replace(node, offset=node.offset + overlay.shift)
        whole = self.left.knows(node) and self.right.knows(other)
        if whole and (is_list(node) or self.rule.order is Order.ANY):
            self._entries(node, other)
            return
        assert isinstance(node.shape, Array)
        assert node.shape.element is not None
        differing = np.unique((at - node.offset) // node.shape.element.size)
        children = node.children
        if len(differing) > MANY:
            differing, left_out = self._counted(node, other, differing)
            if len(left_out):
                self._many(node, other, left_out, overlay, volatile=self._why_left_out(node))
            if len(differing) > MANY:
                self._many(node, other, differing, overlay)
                return
        for index in differing:
            self._over(children[int(index)], overlay)

    def _counted(
        self, node: Node, other: Node, differing: NDArray[np.intp]
    ) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The elements that differ in something that counts, and those that differ in volatile elements alone."""
        assert isinstance(node.shape, Array)
        assert node.shape.element is not None
        masks = self.volatile + self.ignored
        if not masks:
            return differing, differing[:0]
        size = node.shape.element.size
        shape = (len(differing), size)
        xor = np.empty(shape, np.uint8)
        ours = self.left.octets(node).reshape(-1, size)[differing]
        theirs = self.right.octets(other).reshape(-1, size)[differing]
        np.bitwise_xor(ours, theirs, out=xor)
        for half, place in ((self.left, node), (self.right, other)):
            known = half.known_part(place)
            if known is not None:
                xor[~known.reshape(-1, size)[differing]] = 0
        kept, volatile = (
            self._bits(node, differing, xor, chosen) for chosen in (masks, self.ignored)
        )  # what is left without both, and with the volatile ones
        real = kept.any(axis=1)
        return differing[real], differing[~real & volatile.any(axis=1)]

    def _bits(self, node: Node, differing: NDArray[np.intp], xor: NDArray[np.uint8], masks: Masks) -> NDArray[np.uint8]:
        """The differing bits that the masks leave."""
        assert isinstance(node.shape, Array)
        assert node.shape.element is not None
        if not masks.by_index:
            bits = counting(node.shape.element, node.full_path, lambda path: bool(masks.title(path)))
            return xor if bits is None else xor & bits
        rows = xor.copy()
        for row, index in enumerate(differing):
            path = f"{node.full_path}[{index}]"
            bits = counting(node.shape.element, path, lambda path: bool(masks.title(path)))
            if bits is not None:
                rows[row] &= bits
        return rows

    def _why_left_out(self, node: Node) -> str:
        """The title of the mask for elements below a node."""
        path = node.full_path
        for child in node.children[0].walk():
            title = self.volatile.title(child.full_path)
            if title:
                return title
        return self.volatile.title(path)

    def _many(
        self, node: Node, other: Node, differing: NDArray[np.intp], overlay: Overlay, *, volatile: str = ""
    ) -> None:
        """One difference for many elements of an array, with the first of them as parts."""
        part = Walk(self.left, self.right, rule=self.rule, volatile=self.volatile)
        children = node.children
        for index in differing[:SHOWN]:
            part._over(children[int(index)], overlay)
        count = len(children)
        note = f"{len(differing):,} of {count:,} differ, the first is [{differing[0]}], the last [{differing[-1]}]"
        parts = tuple(part.found)
        if not parts:  # all within tolerance or unknown
            return
        texts = f"{parts[0].expected_text} …", f"{parts[0].found_text} …"
        volatile = volatile or self.volatile.title(node.full_path)
        self._add(node, other, texts, note=note, parts=parts[:SHOWN], volatile=volatile)

    # --- lists ----------------------------------------------------------------------------------------------------

    def _entries(self, left: Node, right: Node) -> None:
        """Arrays as sets of entries."""
        found = Entries(self, left, right).compare(any_order=self.rule.order is Order.ANY)
        if found is not None:
            self.found.append(found)

    # --- tolerance ------------------------------------------------------------------------------------------------

    def tolerance(self, path: str) -> float | None:
        return next((most for pattern, most in self.rule.tolerance if matches(pattern, path)), None)

    def _tolerated(self, node: Node, one: Any, two: Any) -> bool:
        most = self.tolerance(node.full_path) if self.rule.tolerance else None
        apart = None if most is None else distance(one, two)
        return most is not None and apart is not None and apart <= most

    def _without_tolerated(self, root: Node, overlay: Overlay) -> Overlay:
        """The overlay without large arrays' values that are within tolerance, column by column."""
        data = self.left.table.data, self.right.table.data
        return replace(overlay, at=tolerated(root, overlay.at, overlay.shift, data, self.tolerance))

    # --- rows -----------------------------------------------------------------------------------------------------

    def _one_side(self, node: Node, kind: Kind) -> None:
        if self.ignored.title(node.full_path) or words.is_filler(node):
            return
        is_left = kind is Kind.ONLY_LEFT
        half = self.left if is_left else self.right
        if half.knows(node):
            text = words.one_line(half.table, node) or words.NOTHING
            self._add(node, node, (text, "") if is_left else ("", text), kind=kind)

    def _length(self, left: Node, right: Node, more: int) -> None:
        texts = tuple(words.counted(len(node.children), "element", "elements") for node in (left, right))
        note = f"{words.counted(more, 'element', 'elements')} more on one side"
        self._add(left, right, (texts[0], texts[1]), note=note)

    def _row(self, left: Node, right: Node, *, note: str = "") -> None:
        if not (self.left.knows(left) and self.right.knows(right)):
            return
        texts = words.one_line(self.left.table, left), words.one_line(self.right.table, right)
        self._add(left, right, texts, note=note)

    def _add(
        self,
        left: Node,
        right: Node,
        texts: tuple[str, str],
        *,
        kind: Kind = Kind.DIFFERS,
        note: str = "",
        parts: tuple[FieldDifference, ...] = (),
        volatile: str = "",
    ) -> None:
        self.found.append(self.difference(left, right, texts, kind=kind, note=note, parts=parts, volatile=volatile))

    def difference(
        self,
        left: Node,
        right: Node,
        texts: tuple[str, str],
        *,
        kind: Kind = Kind.DIFFERS,
        note: str = "",
        parts: tuple[FieldDifference, ...] = (),
        volatile: str = "",
    ) -> FieldDifference:
        half = self.right if kind is Kind.ONLY_RIGHT else self.left
        node = right if kind is Kind.ONLY_RIGHT else left
        return FieldDifference(
            path=node.full_path,
            title=words.title_of(half.table.layout.root, node.path),
            unit=node.unit,
            expected_text=texts[0],
            found_text=texts[1],
            offset=node.offset,
            length=node.length,
            kind=kind,
            found_offset=right.offset,
            found_length=right.length,
            bits=(node.bit.first, node.bit.last) if node.bit else None,
            volatile=volatile or self.volatile.title(node.full_path),
            note=note,
            secret=node.annotation.secret,
            parts=parts,
        )


def _have_named_parts(left: Node, right: Node) -> bool:
    if left.bit is not None or right.bit is not None:
        return False
    return any(isinstance(left.shape, kind) and isinstance(right.shape, kind) for kind in (Record, Bits))


def _touched(node: Node, at: NDArray[np.intp]) -> Iterator[Node]:
    """The parts of a record, a bit field or a mixed array that have a differing byte."""
    for child in node.children:
        first, end = np.searchsorted(at, (child.offset, child.offset + child.length))
        if first < end:
            yield child


def _two_texts(node: Node, one: Field, two: Field) -> tuple[str, str]:
    """What is told of the two values of an element."""
    if node.annotation.secret:
        return one.text, two.text
    if isinstance(node.shape, Leaf) and isinstance(node.shape.codec, Set) and isinstance(two.value, tuple):
        return words.two_sets(one.value, two.value)
    if one.text == two.text and node.bit is None:
        return f"{one.text} ({words.hex_text(one.raw)})".lstrip(), f"{two.text} ({words.hex_text(two.raw)})".lstrip()
    return one.text, two.text


def distance(one: Any, two: Any) -> float | None:
    """How far two values are apart: numbers, and times in seconds; None where that means nothing."""
    if isinstance(one, Odd) or isinstance(two, Odd):
        return None
    if isinstance(one, datetime) and isinstance(two, datetime):
        return abs((one - two) / timedelta(seconds=1))
    if isinstance(one, time) and isinstance(two, time):
        return float(abs(_seconds(one) - _seconds(two)))
    numbers = int | float | Decimal
    if isinstance(one, numbers) and isinstance(two, numbers) and not isinstance(one, bool):
        apart = abs(float(one) - float(two))
        return None if apart != apart else apart
    return None


def _seconds(at: time) -> int:
    return 3600 * at.hour + 60 * at.minute + at.second
