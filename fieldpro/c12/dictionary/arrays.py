"""Decoded tables as NumPy arrays: structured ones as the bytes lie, and single columns as numbers and times.

    array(shape, data, offset)                        one structured array of an ARRAY's elements
    column(shape, path, data)                         e.g. LP_DATA_SET1.LP_INT.INT_DATA -> (blocks, intervals, channels)

A column has one axis for each array on the way. Numbers come as integers or float64, times as datetime64[s] with NaT
where the bytes are no time, everything else as the bytes themselves (void).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fieldpro.c12.codec import Implied4, Int, NumberBcd, NumberText, Uint
from fieldpro.c12.dictionary.shape import Array, BitMember, Bits, Leaf, Record, Shape
from fieldpro.c12.times import PIVOT_YEAR, Time
from fieldpro.c12.values import Codec, Odd

EPOCH = np.datetime64("1970-01-01T00:00:00", "s")
NOT_A_TIME = np.datetime64("NaT", "s")


def dtype_of(shape: Shape) -> np.dtype[Any]:
    """NumPy's type for a shape: structured for records, void where NumPy has no type of this kind."""
    if isinstance(shape, Leaf | Bits):
        return np.dtype(shape.codec.dtype)
    if isinstance(shape, Record):
        return np.dtype(
            {
                "names": [member.name for member in shape.members],
                "formats": [dtype_of(member.shape) for member in shape.members],
                "offsets": [member.offset for member in shape.members],
                "itemsize": shape.size,
            }
        )
    assert isinstance(shape, Array)  # elements that differ make the arrays around them differ too
    element = np.dtype("V0") if shape.element is None else dtype_of(shape.element)
    return np.dtype((element, (shape.count,))) if element.itemsize else np.dtype("V0")


def array(shape: Array, data: bytes, offset: int) -> NDArray[Any]:
    """The elements of an array as the bytes lie: a view, nothing is copied."""
    if not shape.size:
        return np.zeros(shape.count, np.dtype("V0") if shape.element is None else dtype_of(shape.element))
    return np.frombuffer(data, dtype_of(shape.at(0)[0]), shape.count, offset)


def column(shape: Leaf | Bits, bit: BitMember | None, raw: NDArray[np.uint8]) -> NDArray[Any]:
    """The values of many equal elements. `raw` has their bytes on its last axis."""
    codec = shape.codec
    if isinstance(shape, Bits):
        numbers = _integers(raw, shape.codec.big)
        return numbers if bit is None else _bits(numbers, bit)
    if isinstance(codec, Time):
        return times(raw, codec)
    if codec.dtype[0] != "V":
        return np.ascontiguousarray(raw).view(codec.dtype)[..., 0]
    if isinstance(codec, Uint):
        return _integers(raw, codec.big)
    if isinstance(codec, Int):
        return _signed(raw, codec)
    if isinstance(codec, Implied4):
        return _signed(raw, Int(4, codec.big, codec.int_format)) / 10000.0
    if isinstance(codec, NumberBcd | NumberText):
        return _one_by_one(raw, codec)
    return np.ascontiguousarray(raw).view(codec.dtype)[..., 0] if codec.size else np.zeros(raw.shape[:-1], "V0")


def strided(data: bytes, offset: int, counts: Sequence[int], strides: Sequence[int], size: int) -> NDArray[np.uint8]:
    """The bytes of equally spaced elements: shape (*counts, size)."""
    if not size or not all(counts):
        return np.zeros((*counts, size), np.uint8)
    return np.ndarray((*counts, size), np.uint8, data, offset, (*strides, 1))


# --- numbers ------------------------------------------------------------------------------------------------------


def _integers(raw: NDArray[np.uint8], big: bool) -> NDArray[Any]:
    """Unsigned integers of up to 8 bytes."""
    numbers = np.zeros(raw.shape[:-1], np.uint64)
    size = raw.shape[-1]
    for position in range(size):
        numbers <<= np.uint64(8)
        numbers |= raw[..., position if big else size - 1 - position]
    return numbers if size == 8 else numbers.astype(np.int64)


def _bits(numbers: NDArray[Any], bit: BitMember) -> NDArray[Any]:
    values = numbers >> bit.first & bit.mask
    if bit.kind == "BOOL":
        return values.astype(np.bool_)
    return np.where(values > bit.mask >> 1, values - bit.mask - 1, values) if bit.kind == "INT" else values


def _signed(raw: NDArray[np.uint8], codec: Int) -> NDArray[Any]:
    """Signed integers in each INT_FORMAT: two's complement, one's complement, sign and magnitude."""
    numbers = _integers(raw, codec.big).astype(np.uint64)
    sign = np.uint64(1 << 8 * codec.size - 1)
    negative = (numbers & sign) != 0
    below = (numbers & (sign - np.uint64(1))).astype(np.int64)
    lowest = -int(sign)
    values = (below + lowest, below + (lowest + 1), -below)[codec.int_format]
    return np.where(negative, values, below)


def _one_by_one(raw: NDArray[np.uint8], codec: Codec) -> NDArray[Any]:
    """Decimal numbers as float64; NaN where the bytes are none."""
    size = codec.size
    flat = raw.tobytes()
    values = [codec.decode(flat[start : start + size]) for start in range(0, len(flat), size)]
    numbers = [float("nan") if isinstance(value, Odd) else float(value) for value in values]
    return np.array(numbers, np.float64).reshape(raw.shape[:-1])


# --- times --------------------------------------------------------------------------------------------------------


def times(raw: NDArray[np.uint8], codec: Time) -> NDArray[np.datetime64]:
    """LTIME_DATE and STIME_DATE as datetime64[s], TIME as timedelta64[s] since midnight; NaT for what is no time."""
    if codec.tm_format == 0:
        return np.full(raw.shape[:-1], NOT_A_TIME)
    if codec.tm_format >= 3:
        return _counted(raw, codec)
    digits = raw.astype(np.int64)
    good = np.ones(raw.shape[:-1], np.bool_)
    if codec.tm_format == 1:
        tens, ones = digits >> 4, digits & 0xF
        good &= ((tens <= 9) & (ones <= 9)).all(axis=-1)
        digits = 10 * tens + ones
    if codec.kind == "TIME":
        return _of_day(digits, good)
    return _of_calendar(digits, good)


def _counted(raw: NDArray[np.uint8], codec: Time) -> NDArray[Any]:
    count = _integers(raw[..., :4], codec.big)
    if codec.kind == "TIME":
        return np.where(count < 86400, count, np.iinfo(np.int64).min).astype("timedelta64[s]")
    if codec.tm_format == 4:
        return EPOCH + count.astype("timedelta64[s]")
    seconds = raw[..., 4].astype(np.int64) if codec.size == 5 else np.zeros_like(count)
    values = EPOCH + (60 * count + seconds).astype("timedelta64[s]")
    return np.where((seconds < 60) & (values < np.datetime64("10000-01-01")), values, NOT_A_TIME)


def _of_day(digits: NDArray[np.int64], good: NDArray[np.bool_]) -> NDArray[Any]:
    hour, minute, second = digits[..., 0], digits[..., 1], digits[..., 2]
    good &= (hour < 24) & (minute < 60) & (second < 60)
    return np.where(good, 3600 * hour + 60 * minute + second, np.iinfo(np.int64).min).astype("timedelta64[s]")


def _of_calendar(digits: NDArray[np.int64], good: NDArray[np.bool_]) -> NDArray[np.datetime64]:
    year, month, day, hour, minute = (digits[..., index] for index in range(5))
    second = digits[..., 5] if digits.shape[-1] == 6 else np.zeros_like(year)
    good &= (year <= 99) & (month >= 1) & (month <= 12) & (day >= 1) & (hour < 24) & (minute < 60) & (second < 60)
    months_since_1970 = 12 * (np.where(year >= PIVOT_YEAR, year - 70, year + 30)) + np.where(good, month, 1) - 1
    first = months_since_1970.astype("datetime64[M]").astype("datetime64[D]")
    date = first + (day - 1)
    good &= date < (months_since_1970 + 1).astype("datetime64[M]").astype("datetime64[D]")
    values = date.astype("datetime64[s]") + (3600 * hour + 60 * minute + second).astype("timedelta64[s]")
    return np.where(good, values, NOT_A_TIME)
