"""The fast way through a shape: a small record becomes one `struct` call, a large array one NumPy view a column.

`decode` gives exactly what `shape.read` gives, element by element; the tests hold the one against the other.
NumPy is loaded when the first large array is decoded.
"""

from __future__ import annotations

import gc
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from fieldpro.c12.codec import Float
from fieldpro.c12.dictionary.shape import Array, Bits, Leaf, Mixed, Record, Shape

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Rows: TypeAlias = NDArray[np.uint8]  # (n, size): one element a row

SMALL = 256  # values up to which one struct call is the faster way
LARGE = 20_000  # values from which the garbage collector is kept out

Items = Sequence[Any]
Builder = Callable[[Items, int], Any]  # what was unpacked, where this shape's part begins -> value


def decode(shape: Shape, data: bytes, offset: int, big: bool) -> Any:
    """The value at `offset`. `data` must be long enough; `big`: most significant byte first."""
    if shape.leaves < LARGE or not gc.isenabled():
        return _decode(shape, data, offset, big)
    gc.disable()  # a hundred thousand new lists without a cycle among them: the collector would take half the time
    try:
        return _decode(shape, data, offset, big)
    finally:
        gc.enable()


def _decode(shape: Shape, data: bytes, offset: int, big: bool) -> Any:
    if shape.leaves <= SMALL:
        plan = _plan(shape, big)
        return plan.build(plan.unpacker.unpack_from(data, offset), 0)
    if isinstance(shape, Record):
        values = {}
        for member in shape.members:
            value = _decode(member.shape, data, offset + member.offset, big)
            if not (isinstance(member.shape, Leaf) and member.shape.filler and not any(value)):
                values[member.name] = value
        return values
    if isinstance(shape, Array):
        import numpy as np

        rows = np.frombuffer(data, np.uint8, shape.size, offset).reshape(shape.count, -1)
        return _column(shape.at(0)[0], rows)
    assert isinstance(shape, Mixed)
    return [_decode(shape.shapes[i], data, offset + shape.offsets[i], big) for i in range(shape.count)]


# --- small shapes: one struct call --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Plan:
    unpacker: struct.Struct
    build: Builder


@lru_cache(maxsize=2048)
def _plan(shape: Shape, big: bool) -> _Plan:
    code, build, _ = _compile(shape)
    return _Plan(struct.Struct((">" if big else "<") + code), build)


def _compile(shape: Shape) -> tuple[str, Builder, int]:
    """The struct code of a shape, what builds its value, and how many items it takes."""
    if isinstance(shape, Leaf):
        codec_decode = shape.codec.decode
        if shape.codec.direct:
            return shape.codec.struct_code, lambda items, i: items[i], 1
        return shape.codec.struct_code, lambda items, i: codec_decode(items[i]), 1
    if isinstance(shape, Bits):
        read_bits, to_number = shape.read, shape.codec.decode
        if shape.codec.direct:
            return shape.codec.struct_code, lambda items, i: read_bits(items[i]), 1
        return shape.codec.struct_code, lambda items, i: read_bits(to_number(items[i])), 1
    if isinstance(shape, Record):
        return _compile_record(shape)
    return _compile_list([shape.at(index)[0] for index in range(shape.count)])


def _compile_record(shape: Record) -> tuple[str, Builder, int]:
    codes: list[str] = []
    members: list[tuple[str, Builder, int, bool]] = []
    start = 0
    for member in shape.members:
        code, build, count = _compile(member.shape)
        members.append((member.name, build, start, isinstance(member.shape, Leaf) and member.shape.filler))
        codes.append(code)
        start += count

    def build_record(items: Items, i: int) -> dict[str, Any]:
        values = {}
        for name, build, first, filler in members:
            value = build(items, i + first)
            if not filler or any(value):
                values[name] = value
        return values

    return "".join(codes), build_record, start


def _compile_list(shapes: Sequence[Shape]) -> tuple[str, Builder, int]:
    codes: list[str] = []
    builders: list[tuple[Builder, int]] = []
    compiled: dict[int, tuple[str, Builder, int]] = {}  # by identity: equal elements are one shape
    start = 0
    for shape in shapes:
        code, build, count = compiled.get(id(shape)) or compiled.setdefault(id(shape), _compile(shape))
        builders.append((build, start))
        codes.append(code)
        start += count
    return "".join(codes), lambda items, i: [build(items, i + first) for build, first in builders], start


# --- large arrays: column by column -------------------------------------------------------------------------------


def _column(shape: Shape, rows: Rows) -> list[Any]:
    """The values of n equal elements, one a row."""
    if isinstance(shape, Leaf):
        return _leaf_column(shape, rows)
    if isinstance(shape, Bits):
        numbers = _leaf_column(Leaf("", shape.codec), rows)
        known = {number: shape.read(number) for number in set(numbers)}
        return [dict(known[number]) for number in numbers]
    if isinstance(shape, Record):
        return _record_column(shape, rows)
    assert isinstance(shape, Array)  # elements that differ make the arrays around them differ too
    count = shape.count
    if not count:
        return [[] for _ in rows]
    if isinstance(shape.element, Leaf) and shape.element.codec.direct:
        import numpy as np

        values: list[Any] = np.ascontiguousarray(rows).view(shape.element.codec.dtype).tolist()
        return values
    flat = _column(shape.at(0)[0], rows.reshape(len(rows) * count, -1))
    return [flat[start : start + count] for start in range(0, len(flat), count)]


def _leaf_column(shape: Leaf, rows: Rows) -> list[Any]:
    import numpy as np

    codec = shape.codec
    if not codec.size:
        return [codec.decode(b"") for _ in rows]
    packed = np.ascontiguousarray(rows)
    if codec.direct or isinstance(codec, Float):
        numbers = packed.view(codec.dtype).ravel()
        if codec.direct or not np.isnan(numbers).any():
            values: list[Any] = numbers.tolist()
            return values
    raw, size = packed.tobytes(), codec.size
    return [codec.decode(raw[start : start + size]) for start in range(0, len(raw), size)]


def _record_column(shape: Record, rows: Rows) -> list[Any]:
    if not shape.members:
        return [{} for _ in rows]
    names = [member.name for member in shape.members]
    columns = [_column(m.shape, rows[:, m.offset : m.offset + m.shape.size]) for m in shape.members]
    records = [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
    for member in shape.members:
        if isinstance(member.shape, Leaf) and member.shape.filler:
            for record in records:
                if not any(record[member.name]):
                    del record[member.name]
    return records
