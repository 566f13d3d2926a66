"""Every table of every meter: what is decoded is encoded again to the same bytes, what is encoded is decoded again to
the same values, and the fast way agrees with the plain one."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldpro.c12.dictionary import Dictionary, Tables
from fieldpro.c12.dictionary.shape import Shape, read
from fieldpro.dictionaries import load_dictionary

NUMBERS = [number for number, table in load_dictionary().tables.items() if table.type is not None]
SHAPED_BY_THEMSELVES = (0, 2, 4, 7, 8, 15, 43)

seeds = st.integers(0, 2**32).map(random.Random)
SomeMeter = Callable[[random.Random], Tables]


def decode_and_encode(tables: Tables, number: int, data: bytes) -> None:
    decoded = tables.decode(number, data)
    layout = decoded.layout
    assert decoded.values == read(layout.shape, data, 0) or b"nan" in repr(decoded.values).encode()
    assert layout.encode(decoded.values) == data[: layout.size]
    assert tables.encode(number, decoded.values) == data[: layout.size]
    assert decoded.extra == data[layout.size :]


@pytest.mark.parametrize("number", NUMBERS)
@settings(max_examples=8, deadline=None)
@given(rng=seeds)
def test_whatever_the_bytes_they_come_back(some_meter: SomeMeter, number: int, rng: random.Random) -> None:
    tables = some_meter(rng)
    data = rng.randbytes(400)
    if number not in SHAPED_BY_THEMSELVES:
        data = rng.randbytes(tables.layout(number, b"").size)
    if number == 0:
        data = tables.get(0) or b""
        data = data[:18] + rng.randbytes(300)
    decode_and_encode(tables, number, data)


@pytest.mark.parametrize("number", NUMBERS)
@settings(max_examples=8, deadline=None)
@given(rng=seeds)
def test_whatever_the_values_they_come_back(
    some_meter: SomeMeter, some_values: Callable[[Shape, random.Random], Any], number: int, rng: random.Random
) -> None:
    tables = some_meter(rng)
    own = tables.get(number) if number == 0 else rng.randbytes(400)
    values = some_values(tables.layout(number, own).shape, rng)
    if number == 0:
        values = tables.decode(0).values | {"DEVICE_CLASS": values["DEVICE_CLASS"]}
    elif number in SHAPED_BY_THEMSELVES:  # values that fit the shape they make themselves
        values = tables.decode(number, own).values
    data = tables.encode(number, values)
    assert tables.decode(number, data).values == values or "nan" in repr(values)


@settings(max_examples=40, deadline=None)
@given(rng=seeds, number=st.sampled_from([52, 54, 23, 74]))
def test_pending_tables_come_back(some_meter: SomeMeter, rng: random.Random, number: int) -> None:
    tables = some_meter(rng)
    data = rng.randbytes(6) + rng.randbytes(tables.layout(number).size)
    decode_and_encode(tables, 4096 + number, data)
    assert tables.layout(4096 + number, data).size == tables.layout(number).size + 6


@settings(max_examples=40, deadline=None)
@given(rng=seeds)
def test_parameters_of_every_procedure_come_back(
    standard: Dictionary, some_meter: SomeMeter, some_values: Callable[[Shape, random.Random], Any], rng: random.Random
) -> None:
    tables = some_meter(rng)
    for procedure in standard.procedures.values():
        if procedure.request is not None:
            layout = tables.procedure_request(procedure.number, rng.randbytes(30))
            data = rng.randbytes(layout.size)
            assert layout.encode(layout.decode(data).values) == data
        if procedure.response is not None:
            layout = tables.procedure_response(procedure.number)
            values = some_values(layout.shape, rng)
            assert layout.decode(layout.encode(values)).values == values


@settings(max_examples=40, deadline=None)
@given(rng=seeds, number=st.sampled_from(NUMBERS))
def test_every_field_is_where_it_says(some_meter: SomeMeter, rng: random.Random, number: int) -> None:
    tables = some_meter(rng)
    data = tables.get(0) if number == 0 else rng.randbytes(max(400, tables.layout(number, rng.randbytes(400)).size))
    assert data is not None
    decoded = tables.decode(number, data)
    covered = 0
    for field in decoded.fields():
        node = decoded.layout.node(field.path)
        assert node.span == field.span
        assert decoded.layout.node_at_index(decoded.layout.index_path(field.path)).span == field.span
        assert field.raw == data[field.span.offset : field.span.end]
        if node.is_leaf:
            assert repr(decoded.get(field.path)) == repr(field.value)
            covered += field.span.length if field.span.bits is None else 0
        elif field.span.length and type(node.shape).__name__ == "Bits":
            covered += field.span.length
    assert covered <= decoded.layout.size
    for offset in range(0, decoded.layout.size, 7):
        node = decoded.layout.at(offset)
        assert node.offset <= offset < node.offset + node.length


@pytest.mark.soak
@pytest.mark.timeout(1800)
@settings(max_examples=20_000, deadline=None)
@given(rng=seeds, number=st.sampled_from(NUMBERS))
def test_thousands_of_meters(some_meter: SomeMeter, rng: random.Random, number: int) -> None:
    tables = some_meter(rng)
    data = (tables.get(0) or b"") if number == 0 else rng.randbytes(400)
    if number not in SHAPED_BY_THEMSELVES:
        data = rng.randbytes(tables.layout(number, b"").size)
    decode_and_encode(tables, number, data)
