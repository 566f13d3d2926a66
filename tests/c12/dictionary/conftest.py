"""Meters made up for the dictionary's tests: any configuration, from any source of randomness."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from fieldpro.c12 import codec as codecs
from fieldpro.c12.codec import Codec
from fieldpro.c12.dictionary import Dictionary, Tables
from fieldpro.c12.dictionary.shape import Array, BitMember, Bits, Leaf, Mixed, Record, Shape
from fieldpro.c12.times import Date, Rdate, RecurringDate, Time
from fieldpro.dictionaries import load_dictionary

DIMENSIONS = (11, 21, 31, 41, 51, 61, 62, 71)  # what shapes the other tables, in the order they are resolved


@pytest.fixture(scope="session")
def standard() -> Dictionary:
    return load_dictionary()


def _table_0(**changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "FORMAT_CONTROL_1": {"DATA_ORDER": 0, "CHAR_FORMAT": 1, "MODEL_SELECT": 0},
        "FORMAT_CONTROL_2": {"TM_FORMAT": 2, "DATA_ACCESS_METHOD": 3, "ID_FORM": 0, "INT_FORMAT": 0},
        "FORMAT_CONTROL_3": {"NI_FORMAT1": 8, "NI_FORMAT2": 8},
        "DEVICE_CLASS": "TEST",
        "NAMEPLATE_TYPE": 2,
        "DEFAULT_SET_USED": 0,
        "MAX_PROC_PARM_LENGTH": 40,
        "MAX_RESP_DATA_LEN": 40,
        "STD_VERSION_NO": 1,
        "STD_REVISION_NO": 0,
        "DIM_STD_TBLS_USED": 10,
        "DIM_MFG_TBLS_USED": 1,
        "DIM_STD_PROC_USED": 4,
        "DIM_MFG_PROC_USED": 1,
        "DIM_MFG_STATUS_USED": 2,
        "NBR_PENDING": 1,
        "STD_TBLS_USED": tuple(n for n in range(77) if n not in (65, 66, 67)),
        "MFG_TBLS_USED": (),
        "STD_PROC_USED": (9,),
        "MFG_PROC_USED": (),
        "STD_TBLS_WRITE": (),
        "MFG_TBLS_WRITE": (),
    }
    for name, value in changes.items():
        holder = next((part for part in values.values() if isinstance(part, dict) and name in part), values)
        assert name in holder, name
        holder[name] = value
    return values


@pytest.fixture(scope="session")
def meter(standard: Dictionary) -> Callable[..., Tables]:
    """meter(tables={21: bytes...}, settings={...}, TM_FORMAT=3, ...): a meter with this table 0."""

    def make(tables: dict[int, bytes] | None = None, settings: dict[str, int] | None = None, **changes: Any) -> Tables:
        made = Tables(standard, settings=settings)
        made.put(0, made.encode(0, _table_0(**changes)))
        for number, data in (tables or {}).items():
            made.put(number, data)
        return made

    return make


# --- values at random ---------------------------------------------------------------------------------------------


def _some_text(codec: codecs.Text, rng: random.Random) -> str:
    letters = "AZaz09 -/." + ("ÉöÆ" if codec.char_format in (2, 3, 4, 5) else "")
    text = "".join(rng.choice(letters) for _ in range(rng.randint(0, codec.size)))
    if codec.size % len(" ".encode(codec.encoding)):
        return codec.decode(rng.randbytes(codec.size))  # no text of whole characters fits
    while len(text.encode(codec.encoding)) > codec.size:
        text = text[:-1]
    return text.rstrip(" ")


def _some_time(codec: Time, rng: random.Random) -> datetime | time | None:
    if codec.tm_format == 0:
        return None
    moment = datetime(1990, 1, 1) + timedelta(seconds=rng.randrange(36000 * 86400))
    if codec.kind == "TIME":
        return moment.time()
    return moment if codec.kind == "LTIME_DATE" or codec.tm_format == 4 else moment.replace(second=0)


def some_value(codec: Codec, rng: random.Random) -> Any:
    """A value that the codec can write, in the form it would read."""
    match codec:
        case codecs.Uint():
            return rng.randrange(1 << 8 * codec.size)
        case codecs.Int():
            half = 1 << 8 * codec.size - 1
            return rng.randrange(-half + (codec.int_format > 0), half)
        case codecs.Float():
            return float(rng.randrange(-(1 << 20), 1 << 20)) / 16
        case codecs.Implied4():
            return Decimal(rng.randrange(-(1 << 31) + 1, 1 << 31)).scaleb(-4)
        case codecs.NumberText():
            return Decimal(rng.randrange(-99, 1000)).scaleb(-rng.randint(0, 2))
        case codecs.NumberBcd():
            return rng.randrange(10 ** (2 * codec.size))
        case codecs.Bcd():
            return "".join(rng.choice("0123456789") for _ in range(2 * codec.size))
        case codecs.Text():
            return _some_text(codec, rng)
        case codecs.Set():
            return tuple(n for n in range(8 * codec.size) if rng.random() < 0.3)
        case Time():
            return _some_time(codec, rng)
        case Date():
            return date(1990, 1, 1) + timedelta(days=rng.randrange(36000))
        case Rdate():
            return RecurringDate(rng.randrange(0x10000))
    assert isinstance(codec, codecs.Binary)
    return rng.randbytes(codec.size)


def _some_bits(bit: BitMember, rng: random.Random) -> int | bool:
    if bit.kind == "BOOL":
        return rng.random() < 0.5
    low = -(bit.mask >> 1) - 1 if bit.kind == "INT" else 0
    return rng.randrange(low, low + bit.mask + 1)


def _some_values(shape: Shape, rng: random.Random) -> Any:
    """Values for a shape, as `decode` would give them."""
    match shape:
        case Leaf():
            return some_value(shape.codec, rng)
        case Bits():
            return {bit.name: _some_bits(bit, rng) for bit in shape.members if not bit.filler}
        case Record():
            return {
                member.name: _some_values(member.shape, rng)
                for member in shape.members
                if not (isinstance(member.shape, Leaf) and member.shape.filler)
            }
        case Array() | Mixed():
            return [_some_values(shape.at(index)[0], rng) for index in range(shape.count)]


@pytest.fixture(scope="session")
def some_values() -> Callable[[Shape, random.Random], Any]:
    return _some_values


def _small(shape: Shape, rng: random.Random) -> Any:
    """Values for a dimension table: few of everything."""
    if isinstance(shape, Leaf):
        return rng.choice((0, 1, 1, 2, 3)) if isinstance(shape.codec, codecs.Uint) else some_value(shape.codec, rng)
    if isinstance(shape, Bits):
        return {b.name: _some_bits(b, rng) & 3 for b in shape.members if not b.filler}
    if isinstance(shape, Record):
        return {member.name: _small(member.shape, rng) for member in shape.members}
    assert isinstance(shape, Array)
    return [_small(shape.at(index)[0], rng) for index in range(shape.count)]


@pytest.fixture(scope="session")
def some_meter(standard: Dictionary) -> Callable[[random.Random], Tables]:
    """A meter of any configuration: formats, sets, dimensions, flags and profile keys at random."""

    def make(rng: random.Random) -> Tables:
        keys = {
            name: rng.choice((key.default, *key.words))
            for name, key in standard.profile_keys.items()
            if rng.random() < 0.5
        }
        tables = Tables(standard, settings=keys)
        values = _table_0(
            DATA_ORDER=rng.randrange(2),
            CHAR_FORMAT=rng.randrange(8),
            TM_FORMAT=rng.randrange(5),
            ID_FORM=rng.randrange(2),
            INT_FORMAT=rng.randrange(3),
            NI_FORMAT1=rng.randrange(14),
            NI_FORMAT2=rng.randrange(14),
            NAMEPLATE_TYPE=rng.choice((2, 2, 0)),
            STD_VERSION_NO=rng.randrange(3),
            DIM_MFG_STATUS_USED=rng.randrange(4),
            NBR_PENDING=rng.randrange(4),
        )
        values["STD_TBLS_USED"] = tuple(n for n in range(80) if n < 64 or n > 67 or rng.random() < 0.5)
        tables.put(0, tables.encode(0, values))
        for number in DIMENSIONS:
            shape = tables.layout(number).shape
            dimensions = _small(shape, rng)
            if number == 62:
                for name in dimensions:
                    if name.startswith("INT_FMT_CDE"):
                        dimensions[name] = rng.choice((1, 2, 4, 8, 16, 32, 64, 128, 3))
            tables.put(number, tables.encode(number, dimensions))
        return tables

    return make
