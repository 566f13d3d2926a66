"""How one table is written with the least traffic: elements by offset or by index, or the whole table.

What an exchange costs beside the data (ANSI C12.18): two packets of 8 bytes, two acknowledgements, the reply's code.

    whole    40 | table (2) | count (2) | data | cksum
    offset   4F | table (2) | offset (3) | count (2) | data | cksum
    index    4n | table (2) | index (2) x n | count (2) | data | cksum

Which ways a meter has is what DATA_ACCESS_METHOD of C12.19 table 0 and its device profile say. By offset, neighbours
are joined over gaps that cost less than another exchange; by index, an array or record is written at once where that
costs less than its parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Flag, auto
from typing import Any

from fieldpro.c12.dictionary.layout import Node
from fieldpro.c12.dictionary.shape import Bits, Leaf
from fieldpro.c12.psem.full_write import FullWrite
from fieldpro.c12.psem.index_path import MAX_INDICES
from fieldpro.c12.psem.index_read import IndexRead
from fieldpro.c12.psem.index_write import IndexWrite
from fieldpro.c12.psem.message import Request
from fieldpro.c12.psem.offset_read import OffsetRead
from fieldpro.c12.psem.offset_write import OffsetWrite
from fieldpro.errors import WriteImpossible
from fieldpro.meter.changes.image import Image, Region

EXCHANGE = 8 + 1 + 8 + 1 + 1  # bytes of an exchange around the request: packets, acknowledgements, reply code
WHOLE_HEAD, OFFSET_HEAD, INDEX_HEAD = 1 + 2 + 2 + 1, 1 + 2 + 3 + 2 + 1, 1 + 2 + 2 + 1
PER_INDEX = 2
GAP = EXCHANGE + OFFSET_HEAD  # a gap of so many bytes costs as much as another exchange


class Access(Flag):
    """The ways in which a meter lets parts of tables be read and written."""

    WHOLE = 0
    OFFSET = auto()
    INDEX = auto()


def access_of(method: int) -> Access:
    """From DATA_ACCESS_METHOD of table 0."""
    return (Access.WHOLE, Access.OFFSET, Access.INDEX, Access.OFFSET | Access.INDEX)[method & 3]


@dataclass(frozen=True, slots=True)
class Operation:
    """One write. `regions` are the changed bytes in it; `indices` is None unless it goes by index, and it is the whole
    table when `whole`. `count`: how many elements it takes by index. `exact`: the request is as somebody gave it, and
    what it writes are all of its bytes; `by_whole`: the meter does not let this part be read by itself."""

    table: int
    name: str
    offset: int
    length: int
    regions: tuple[Region, ...]
    indices: tuple[int, ...] | None = None
    whole: bool = False
    count: int = 1
    exact: bool = False
    by_whole: bool = False

    @property
    def cost(self) -> int:
        if self.whole:
            return EXCHANGE + WHOLE_HEAD + self.length
        if self.indices is not None:
            return EXCHANGE + INDEX_HEAD + PER_INDEX * len(self.indices) + self.length
        return EXCHANGE + OFFSET_HEAD + self.length

    def write(self, data: bytes) -> Request[Any]:
        """The request that writes these bytes here."""
        if self.whole:
            return FullWrite(self.table, data)
        if self.indices is not None:
            return IndexWrite(self.table, self.indices, data)
        return OffsetWrite(self.table, self.offset, data)

    def read(self) -> Request[Any] | None:
        """The request that reads the same bytes; None where the whole table is to be read."""
        if self.whole or self.by_whole:
            return None
        if self.indices is not None:
            return IndexRead(self.table, self.indices, self.count)
        return OffsetRead(self.table, self.offset, self.length)

    def cut(self, table: bytes) -> bytes:
        """These bytes of a whole table."""
        return table if self.whole else table[self.offset : self.offset + self.length]

    def laid_over(self, held: bytes) -> bytes:
        """The bytes to write, where the meter holds `held` here."""
        if self.whole and len(self.regions) == 1 and self.regions[0].length == self.length:
            return self.regions[0].after
        data = bytearray(held)
        for region in self.regions:
            start = region.offset - self.offset
            data[start : start + region.length] = region.after
        return bytes(data)


def plan(image: Image, access: Access, *, room: int = 0xFFFF) -> tuple[Operation, ...]:
    """The writes that bring a table to hold its image. `room`: bytes of the longest message of the link.

    Raises `WriteImpossible`.
    """
    ways: list[tuple[Operation, ...]] = []
    name, regions = image.layout.table, image.regions
    if image.before is not None and WHOLE_HEAD + image.layout.size <= room:
        ways.append((Operation(image.number, name, 0, image.layout.size, regions, whole=True),))
    if image.reshaped_from is None:
        if Access.OFFSET in access:
            ways.append(tuple(_by_offset(image, room)))
        if Access.INDEX in access:
            ways.append(_by_index(image, room))
    ways = [way for way in ways if way]
    if not ways:
        detail = (
            f"it takes whole tables only, and {'cannot be read' if image.before is None else 'this one is too long'}"
        )
        raise WriteImpossible(name, detail)
    return min(ways, key=lambda way: sum(operation.cost for operation in way))


def _by_offset(image: Image, room: int) -> Iterator[Operation]:
    most = room - OFFSET_HEAD
    gap = GAP if image.before is not None else 0
    group: list[Region] = []
    for region in [piece for whole in image.regions for piece in _pieces(whole, most)]:
        if group and (region.offset - group[-1].end > gap or region.end - group[0].offset > most):
            yield _run(image, group)
            group = []
        group.append(region)
    if group:
        yield _run(image, group)


def _run(image: Image, group: Sequence[Region]) -> Operation:
    start = group[0].offset
    return Operation(image.number, image.layout.table, start, group[-1].end - start, tuple(group))


def _pieces(region: Region, most: int) -> Iterator[Region]:
    for start in range(0, region.length, most):
        end = min(start + most, region.length)
        before = None if region.before is None else region.before[start:end]
        yield Region(region.offset + start, before, region.after[start:end])


def _by_index(image: Image, room: int) -> tuple[Operation, ...]:
    """Empty when an element is too long or too deep for a write by index."""
    found = _cheapest(image, image.layout.root, (), image.regions, room)
    return () if found is None else found


def _cheapest(
    image: Image, node: Node, indices: tuple[int, ...], regions: tuple[Region, ...], room: int
) -> tuple[Operation, ...] | None:
    """The element at once, or its parts, whichever costs less."""
    ways: list[tuple[Operation, ...]] = []
    fits = INDEX_HEAD + PER_INDEX * len(indices) + node.length <= room
    if indices and len(indices) <= MAX_INDICES and fits and (image.before is not None or _all_of(node, regions)):
        at_once = Operation(image.number, image.layout.table, node.offset, node.length, regions, indices)
        ways.append((at_once,))
    if not isinstance(node.shape, Leaf | Bits):
        parts: list[Operation] = []
        for child in node.children:
            inside = tuple(_within(regions, child.offset, child.offset + child.length))
            if inside:
                below = _cheapest(image, child, (*indices, child.index), inside, room)
                if below is None:
                    break
                parts += below
        else:
            ways.append(tuple(parts))
    return min(ways, key=lambda way: sum(operation.cost for operation in way), default=None)


def _within(regions: Sequence[Region], start: int, end: int) -> Iterator[Region]:
    """The parts of the regions between two offsets."""
    for region in regions:
        first, last = max(region.offset, start), min(region.end, end)
        if first < last:
            cut = slice(first - region.offset, last - region.offset)
            before = None if region.before is None else region.before[cut]
            yield Region(first, before, region.after[cut])


def _all_of(node: Node, regions: Sequence[Region]) -> bool:
    return sum(region.length for region in regions) == node.length
