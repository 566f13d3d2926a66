"""The load profile tables of one meter as arrays: names of a set's elements, the ring, the blocks that are here.

The layout says where everything lies; NumPy looks at the bytes in place (C12.19 tables 61 to 67).

    LP_DATA_SET1[block] = BLK_END_TIME | END_READINGS[channel] | SIMPLE_INT_STATUS | LP_INT[interval]
    LP_INT[interval]    = EXTENDED_INT_STATUS | INT_DATA[channel]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fieldpro.c12.dictionary.layout import Layout, Node
from fieldpro.c12.dictionary.shape import Leaf
from fieldpro.c12.dictionary.tables import Tables
from fieldpro.c12.times import Time
from fieldpro.c12.values import Codec
from fieldpro.errors import TableError, UsageError
from fieldpro.interval.series import Channel
from fieldpro.meter.load_profile import Blocks, Ring, Seconds
from fieldpro.meter.quantity import full_name
from fieldpro.meter.sources import SourceMap, number

ACTUAL_LIMITS, DIMENSIONS = 61, 60
Parts = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class ProfileSet:
    """The names that belong to set 1, 2, 3 or 4."""

    number: int

    @property
    def table(self) -> int:
        return 63 + self.number

    @property
    def data(self) -> str:
        return f"LP_DATA_SET{self.number}"

    def limits(self, tables: Tables) -> dict[str, int]:
        """blocks, intervals, channels, minutes of table 61 (60 where there is no 61). Raises `TableError` when the
        meter has no such set, and as `Tables.decode` does."""
        table = ACTUAL_LIMITS if ACTUAL_LIMITS in tables.numbers else DIMENSIONS
        decoded = tables.decode(table)
        names = {
            "blocks": f"NBR_BLKS_SET{self.number}",
            "intervals": f"NBR_BLK_INTS_SET{self.number}",
            "channels": f"NBR_CHNS_SET{self.number}",
            "minutes": f"MAX_INT_TIME_SET{self.number}",
        }
        if names["blocks"] not in decoded.values:
            decoded.layout.node(names["blocks"])  # raises, and says what there is
        return {key: int(decoded.values[name]) for key, name in names.items()}

    def interval_s(self, tables: Tables) -> int:
        return self.limits(tables)["minutes"] * 60


def profile_set(set_number: int) -> ProfileSet:
    """Raises `UsageError` for a set that C12.19 does not have."""
    if set_number not in (1, 2, 3, 4):
        raise UsageError("load profile set", "1, 2, 3 or 4", str(set_number))
    return ProfileSet(set_number)


def ring_of(tables: Tables, chosen: ProfileSet) -> Ring:
    """Where the valid blocks lie, from tables 61 and 63. Raises as `Tables.decode` does."""
    limits = chosen.limits(tables)
    decoded = tables.decode(63)
    name = f"LP_STATUS_SET{chosen.number}"
    state = decoded.values[name] if name in decoded.values else decoded.get(name)
    flags = state["LP_SET_STATUS_FLAGS"]
    return Ring(
        blocks=limits["blocks"],
        intervals=limits["intervals"],
        valid_blocks=state["NBR_VALID_BLOCKS"],
        last_block=state["LAST_BLOCK_ELEMENT"],
        valid_intervals=state["NBR_VALID_INT"],
        newest_first=bool(flags["BLOCK_ORDER_FLAG"]),
        intervals_newest_first=bool(flags["INTERVAL_ORDER_FLAG"]),
        sequence=state["LAST_BLOCK_SEQ_NBR"],
    )


def channels_of(tables: Tables, chosen: ProfileSet, sources: SourceMap, *, scaled_before: bool) -> tuple[Channel, ...]:
    """Names, units and the value of one count of each channel, from table 62 and the sources.

    scaled_before: SCALARS and DIVISORS were applied before the meter recorded, so that reading undoes them; else
    reading applies them. Without table 62 the channels have numbers only.
    """
    count = chosen.limits(tables)["channels"]
    if tables.get(62) is None:
        return tuple(Channel(f"channel {index + 1}", "", "other", 1.0) for index in range(count))
    control = tables.decode(62).values
    scalars = control.get(f"SCALARS_SET{chosen.number}") or [1] * count
    divisors = control.get(f"DIVISOR_SET{chosen.number}") or [1] * count
    found = []
    for index, link in enumerate(control[f"LP_SEL_SET{chosen.number}"]):
        source = int(link["LP_SOURCE_SELECT"])
        scale = sources.scale(source)
        up, down = (divisors, scalars) if scaled_before else (scalars, divisors)
        factor = scale.factor * Decimal(int(up[index]) or 1) / Decimal(int(down[index]) or 1)
        quantity = scale.quantity
        found.append(Channel(full_name(quantity), quantity.unit, quantity.role, float(factor), source))
    return tuple(found)


def blocks_of(
    layout: Layout, data: bytes, ring: Ring, chosen: ProfileSet, *, parts: Parts, set_is_valid: bool
) -> Blocks:
    """The valid blocks whose bytes are here, oldest first.

    data: at least `layout.size` bytes; parts: (offset, length) of what was read, empty when all was.
    set_is_valid: a bit that is set in SIMPLE_INT_STATUS means a valid interval.
    """
    if len(data) < layout.size:
        raise TableError(layout.name, chosen.data, len(data), f"{layout.size} bytes", f"{len(data)} bytes")
    if not ring.blocks or not ring.intervals:
        found = f"{ring.blocks} blocks of {ring.intervals} intervals"
        raise TableError(layout.name, chosen.data, 0, "at least one interval", found)
    block = layout.node(f"{chosen.data}[0]")
    order = _here(ring, block, parts)
    inside = {child.name: child for child in block.children}
    interval = inside["LP_INT"].children[0]
    members = {child.name: child for child in interval.children}
    lengths = (ring.blocks, ring.intervals)
    strides = (block.length, interval.length)
    extended = simple = None
    if "EXTENDED_INT_STATUS" in members:
        node = members["EXTENDED_INT_STATUS"]
        extended = _look(data, "u1", node.offset, (*lengths, node.length), (*strides, 1))[order]
    if "SIMPLE_INT_STATUS" in inside:
        node = inside["SIMPLE_INT_STATUS"]
        packed = _look(data, "u1", node.offset, (ring.blocks, node.length), (block.length, 1))[order]
        bits = np.unpackbits(packed, axis=1, bitorder="little")[:, : ring.intervals]
        simple = bits.astype(np.bool_) == set_is_valid
    return Blocks(
        ends=_times(inside["BLK_END_TIME"], data, ring.blocks, block.length)[order],
        counts=ring.counts(order),
        values=_values(members["INT_DATA"], data, lengths, strides, order),
        extended=extended,
        simple=simple,
        newest_first=ring.intervals_newest_first,
    )


def _here(ring: Ring, block: Node, parts: Parts) -> NDArray[np.intp]:
    """Indices of the valid blocks whose bytes are here, oldest first; `block` is the first one of the table."""
    order = ring.order()
    if not parts:
        return order
    starts = block.offset + order * block.length
    here = np.zeros(len(order), dtype=np.bool_)
    for offset, length in parts:
        here |= (starts >= offset) & (starts + block.length <= offset + length)
    return order[here]


def _values(
    node: Node, data: bytes, lengths: tuple[int, int], strides: tuple[int, int], order: NDArray[np.intp]
) -> NDArray[np.generic]:
    """(blocks, intervals, channels) counts, as integers where the meter counts integers; `node` is INT_DATA."""
    width = len(node.children)
    if width == 0:
        return np.zeros((len(order), lengths[1], 0), dtype=np.int64)
    codec = _codec(node.children[0])
    raw = _look(data, codec.dtype, node.offset, (*lengths, width), (*strides, codec.size))[order]
    if raw.dtype.kind in "iuf":
        return raw
    decoded = [number(codec.decode(bytes(value))) for value in raw.reshape(-1)]
    if all(value is not None and value == value.to_integral_value() for value in decoded):
        return np.array([int(value or 0) for value in decoded], dtype=np.int64).reshape(raw.shape)
    return np.array([np.nan if value is None else float(value) for value in decoded]).reshape(raw.shape)


def _times(node: Node, data: bytes, blocks: int, stride: int) -> Seconds:
    """(blocks,) BLK_END_TIME in seconds since 1970, -1 where it holds no time."""
    codec = _codec(node)
    if not isinstance(codec, Time) or codec.tm_format == 0:
        return np.full(blocks, -1, dtype=np.int64)
    if codec.tm_format >= 3:
        counts = _look(data, codec.dtype, node.offset, (blocks,), (stride,)).astype(np.int64)
        return np.where(counts == 0, -1, counts * (60 if codec.tm_format == 3 else 1))
    raw = _look(data, "u1", node.offset, (blocks, codec.size), (stride, 1))
    return np.array([_seconds(codec.decode(bytes(row))) for row in raw], dtype=np.int64)


def _seconds(value: Any) -> int:
    moment = np.datetime64(value, "s") if hasattr(value, "year") else None
    return -1 if moment is None else int(moment.astype(np.int64))


def _look(data: bytes, dtype: str, offset: int, shape: tuple[int, ...], strides: tuple[int, ...]) -> NDArray[Any]:
    """The bytes in place, as an array."""
    if not all(shape):
        return np.zeros(shape, dtype=dtype)
    return np.ndarray(shape, dtype=dtype, buffer=data, offset=offset, strides=strides)


def _codec(node: Node) -> Codec:
    if not isinstance(node.shape, Leaf):
        raise TableError(node.table, node.full_path, node.offset, "one value", node.shape.type)
    return node.shape.codec


__all__ = ["ProfileSet", "blocks_of", "channels_of", "profile_set", "ring_of"]
