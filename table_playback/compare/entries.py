"""Lists that a meter adds to: logs, self reads, blocks of load profile. What is told is which entries came and went.

Entries are told apart by their bytes. An entry of zeros is an empty place. An entry that stands in the same place with
most of its bytes the same has changed (the block of load profile that is being filled); any other one is new, or gone.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from fieldpro.c12.dictionary.layout import Node
from fieldpro.c12.dictionary.shape import Array, Mixed, Record, Shape
from table_playback.compare import words
from table_playback.compare.records import FieldDifference, Kind
from table_playback.compare.shapes import counting

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from table_playback.compare.masks import Masks
    from table_playback.compare.walk import Walk

SHOWN = 8
CHANGED_SHOWN = 2  # changed entries that are told element by element
PAIRED = 32  # entries up to which those that are left over are paired within tolerance
LIST = re.compile(r".*\.(ENTRIES|SELF_READS_ENTRIES|OUTAGES|LP_DATA_SET[1-4])")
"""The arrays that are lists, by the names of the dictionary: tables 26, 64 to 67, 74, 76, and the virtual meters'
table of power failures."""


def is_list(node: Node) -> bool:
    return isinstance(node.shape, Array) and LIST.fullmatch(node.full_path) is not None


class Entries:
    """Two arrays of equal elements; they may differ in length. All their bytes must be known."""

    def __init__(self, walk: Walk, left: Node, right: Node) -> None:
        self.walk = walk
        self.left, self.right = left, right
        self.ours, self.theirs = self._rows(left, walk.left.octets(left)), self._rows(right, walk.right.octets(right))

    def _rows(self, node: Node, data: NDArray[np.uint8]) -> NDArray[np.uint8]:
        assert isinstance(node.shape, Array)
        assert node.shape.element is not None
        return data.reshape(node.shape.count, node.shape.element.size)

    def compare(self, *, any_order: bool) -> FieldDifference | None:
        """What came and what went, as one difference; None when nothing did that counts."""
        walk = self.walk
        below_counts = bool(walk.volatile) and not walk.volatile.title(self.left.full_path)
        real = self._difference(walk.ignored + walk.volatile if below_counts else walk.ignored, any_order=any_order)
        if real is not None or not below_counts:
            return real
        found = self._difference(walk.ignored, any_order=any_order)
        return None if found is None else replace(found, volatile=self._mask_below())

    def _mask_below(self) -> str:
        paths = (node.full_path for node in self.left.children[0].walk())
        return next((title for title in map(self.walk.volatile.title, paths) if title), "")

    def _difference(self, masks: Masks, *, any_order: bool) -> FieldDifference | None:
        ours, theirs = self._keys(self.ours, masks), self._keys(self.theirs, masks)
        gone, new = _without(ours, theirs), _without(theirs, ours)
        if not gone and not new:
            moved = not any_order and bool(ours) and ours != theirs
            return self._told(ours, theirs, (), [], [], moved=True) if moved else None
        changed = sorted(set(gone) & set(new) & self._alike(gone, new))
        gone = [index for index in gone if index not in set(changed)]
        new = [index for index in new if index not in set(changed)]
        changed, gone, new = self._within_tolerance(changed, gone, new)
        if not (changed or gone or new):
            return None
        return self._told(ours, theirs, tuple(changed), gone, new, moved=False)

    def _keys(self, rows: NDArray[np.uint8], masks: Masks) -> dict[int, bytes]:
        """The entries in use by their place: the bytes that count."""
        assert isinstance(self.left.shape, Array)
        element = self.left.shape.element
        assert element is not None
        bits = counting(element, self.left.full_path, lambda path: bool(masks.title(path))) if masks else None
        kept = rows if bits is None else rows & bits
        raw, size = kept.tobytes(), element.size
        return {int(i): raw[i * size : (i + 1) * size] for i in np.flatnonzero(rows.any(axis=1))}

    def _alike(self, gone: list[int], new: list[int]) -> set[int]:
        """The places whose entry has most of its bytes in common: blocks of values that are being filled."""
        places = sorted(set(gone) & set(new))
        if not places or not _has_array(self.left.shape):
            return set()
        same = (self.ours[places] == self.theirs[places]).mean(axis=1)
        return {place for place, part in zip(places, same, strict=True) if part >= 0.5}

    def _within_tolerance(
        self, changed: list[int], gone: list[int], new: list[int]
    ) -> tuple[list[int], list[int], list[int]]:
        """Without the entries for which there is one on the other side that differs within tolerance alone."""
        if not self.walk.rule.tolerance or max(len(gone), len(new), len(changed)) > PAIRED:
            return changed, gone, new
        changed = [place for place in changed if self._parts(place, place)]
        for one in list(gone):
            match = next((two for two in new if not self._parts(one, two)), None)
            if match is not None:
                gone.remove(one)
                new.remove(match)
        return changed, gone, new

    def _parts(self, one: int, two: int) -> list[FieldDifference]:
        """How an entry of the left side differs from one of the right side."""
        found = self.walk.between(self.left.children[one], self.right.children[two])
        return [difference for difference in found if not difference.volatile]

    def _told(
        self,
        ours: dict[int, bytes],
        theirs: dict[int, bytes],
        changed: tuple[int, ...],
        gone: list[int],
        new: list[int],
        *,
        moved: bool,
    ) -> FieldDifference:
        one, many = _noun(self.left)
        if moved:
            note = f"the same {many} in other places"
        else:
            told = ((len(new), "new"), (len(gone), "gone"), (len(changed), "changed"))
            note = ", ".join(f"{count:,} {what}" for count, what in told if count)
        parts: list[FieldDifference] = []
        for indices, kind in ((new, Kind.ONLY_RIGHT), (gone, Kind.ONLY_LEFT)):
            for index in indices[:SHOWN]:
                is_left = kind is Kind.ONLY_LEFT
                half, node = (self.walk.left, self.left) if is_left else (self.walk.right, self.right)
                place = node.children[index]
                text = words.one_line(half.table, place)
                texts = (text, "") if is_left else ("", text)
                parts.append(self.walk.difference(place, place, texts, kind=kind))
        for index in changed[:CHANGED_SHOWN]:
            parts += self._parts(index, index)[:SHOWN]
        texts = words.counted(len(ours), one, many), words.counted(len(theirs), one, many)
        return self.walk.difference(self.left, self.right, texts, note=note, parts=tuple(parts))


def _without(these: dict[int, bytes], those: dict[int, bytes]) -> list[int]:
    """The places of entries that the other side has not, or not as often."""
    left = Counter(those.values())
    found = []
    for place, key in these.items():
        if left[key]:
            left[key] -= 1
        else:
            found.append(place)
    return found


def _noun(node: Node) -> tuple[str, str]:
    name = str(node.path[-1])
    if name.startswith("LP_DATA_SET"):
        return "block", "blocks"
    return ("self read", "self reads") if name == "SELF_READS_ENTRIES" else ("entry", "entries")


def _has_array(shape: Shape) -> bool:
    """Whether an element of the list holds arrays, as a block of load profile does."""
    element = shape.element if isinstance(shape, Array) else shape
    if isinstance(element, Record):
        return any(isinstance(member.shape, Array | Mixed) for member in element.members)
    return False
