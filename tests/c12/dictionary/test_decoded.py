"""Decoded tables: fields for a person, notes on what is strange, and arrays."""

from __future__ import annotations

import gc
import json
import random
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldpro.c12.codec import Formats, fixed_codec
from fieldpro.c12.dictionary import Dictionary, Tables, compiled, plain, value_text
from fieldpro.c12.dictionary.arrays import strided, times
from fieldpro.c12.dictionary.shape import read
from fieldpro.c12.times import Time
from fieldpro.c12.values import Odd, OddFloat, OddInt
from fieldpro.errors import TableError

Meter = Callable[..., Tables]


def profile(meter: Meter, format_code: int, blocks: int, **formats: int) -> Tables:
    """A meter with a load profile of 4 channels and 96 intervals a block, with end readings and extended status."""
    tables = meter(**formats)
    order = "big" if formats.get("DATA_ORDER") else "little"
    data = bytearray(tables.layout(61).size)
    for path, value in (
        ("LP_FLAGS", 1 << 10 | 1 << 11 | 1 << 5 | 1 << 4),
        ("NBR_BLKS_SET1", blocks),
        ("NBR_BLK_INTS_SET1", 96),
        ("NBR_CHNS_SET1", 4),
    ):
        span = tables.layout(61).locate(path)
        data[span.offset : span.end] = value.to_bytes(span.length, order)
    tables.put(61, bytes(data))
    control = bytearray(tables.layout(62).size)
    control[tables.layout(62).locate("INT_FMT_CDE1").offset] = format_code
    tables.put(62, bytes(control))
    return tables


def test_fields_are_for_a_person(meter: Meter) -> None:
    decoded = meter().decode(52, bytes.fromhex("1A 03 01 0C 0F 00 0B"))
    clock, about, day, dst = list(decoded.fields())[:4]
    assert (clock.path, clock.title, clock.text) == ("CLOCK_TBL.CLOCK_CALENDAR", "Date and time", "2026-03-01 12:15:00")
    assert (clock.value, clock.raw, clock.depth) == (datetime(2026, 3, 1, 12, 15), bytes.fromhex("1A03010C0F00"), 1)
    assert (about.value, about.text, about.type) == (None, "", "STD.TIME_DATE_QUAL_BFLD")
    assert (day.value, day.text, day.span.bits) == (3, "Wednesday (3)", (0, 2))
    assert (dst.value, dst.text, dst.name) == (True, "yes", "DST_FLAG")
    assert decoded["CLOCK_CALENDAR"] == decoded.get("CLOCK_CALENDAR") == clock.value
    assert decoded.get("DAY_OF_WEEK") == 3


def test_arrays_say_how_many_elements_they_have(meter: Meter) -> None:
    tables = meter({11: bytes.fromhex("00 02 00 00 00 00 02 00")})
    fields = list(tables.decode(12, bytes(8)).fields())
    assert (fields[0].name, fields[0].text) == ("UOM_ENTRY", "2 elements")


@pytest.mark.parametrize(
    ("value", "text", "as_json"),
    [
        (None, "none", None),
        (True, "yes", True),
        (b"\x01\xab", "01 ab", "01ab"),
        ((1, 2), "1, 2", [1, 2]),
        ((), "none", []),
        (datetime(2026, 3, 1, 12), "2026-03-01 12:00:00", "2026-03-01T12:00:00"),
        (date(2026, 3, 1), "2026-03-01", "2026-03-01"),
        (time(1, 2), "01:02:00", "01:02:00"),
        (Decimal("1.50"), "1.50", "1.50"),
        (1.5, "1.5", 1.5),
        (120.6659927368164, "120.66599", 120.6659927368164),
        (0.1, "0.1", 0.1),
        (1e300, "1e+300", 1e300),
        (float("inf"), "inf", "inf"),
        (OddFloat(float("nan"), b"", ""), "nan", "nan"),
        (OddInt(0, b"\x80", ""), "0", 0),
        (Odd(b"\x00", ""), "00", "00"),
        ("GE", "GE", "GE"),
        ({"A": [1, (2,)]}, "{'A': [1, (2,)]}", {"A": [1, [2]]}),
    ],
)
def test_values_as_text_and_as_json(value: object, text: str, as_json: object) -> None:
    assert value_text(value) == text
    assert plain(value) == as_json
    json.dumps(plain(value), allow_nan=False)


def test_what_is_strange_is_a_note(meter: Meter) -> None:
    tables = meter({11: bytes.fromhex("00 01 00 00 00 00 02 00")})
    notes = tables.decode(12, bytes.fromhex("FF 00 00 70")).notes
    assert [str(note) for note in notes] == [
        "UOM_ENTRY_TBL.UOM_ENTRY[0].ID_CODE: none of the values that have a meaning",
        "UOM_ENTRY_TBL.UOM_ENTRY[0].RESERVED: filler is not zero",
    ]
    notes = tables.decode(52, bytes(7) + b"\1\2").notes
    assert [str(note) for note in notes] == [
        "CLOCK_TBL.CLOCK_CALENDAR: not set",
        "CLOCK_TBL: 2 bytes more than the table has: 01 02",
    ]
    notes = tables.decode(4, bytes(10) + bytes(1) + bytes.fromhex("1A 03 01 00 00") + bytes(1) + bytes(8)).notes
    assert [note.path for note in notes] == ["PENDING_STATUS_TBL.PENDING_TABLES[0].HEADER.ACTIVATION_TIME"]


def test_fields_and_notes_say_the_same(some_meter: Callable[[random.Random], Tables], standard: Dictionary) -> None:
    for seed in range(15):
        rng = random.Random(seed)
        tables = some_meter(rng)
        for number, table in standard.tables.items():
            if table.type is None or number == 0:
                continue
            data = rng.randbytes(max(300, tables.layout(number, rng.randbytes(300)).size))
            decoded = tables.decode(number, data)
            if len(data) < decoded.layout.size:
                continue
            from_fields = [(field.path, note) for field in decoded.fields() for note in field.notes]
            from_notes = [(note.path, note.text) for note in decoded.notes]
            assert from_notes[: len(from_fields)] == from_fields


@pytest.mark.parametrize("data_order", [0, 1])
@pytest.mark.parametrize("format_code", [1, 2, 4, 8, 16, 32, 64, 128])
@pytest.mark.parametrize(("ni_format", "int_format"), [(7, 0), (4, 2), (9, 1), (1, 0), (5, 0), (3, 0), (11, 0)])
def test_a_profile_as_arrays_is_the_profile_element_by_element(
    meter: Meter, data_order: int, format_code: int, ni_format: int, int_format: int
) -> None:
    formats = {"DATA_ORDER": data_order, "NI_FORMAT1": ni_format, "NI_FORMAT2": 8, "INT_FORMAT": int_format}
    tables = profile(meter, format_code, 2, **formats)
    layout = tables.layout(64)
    data = random.Random(format_code).randbytes(layout.size)
    decoded = layout.decode(data)
    blocks = read(layout.shape, data, 0)["LP_DATA_SET1"]
    assert repr(decoded.values["LP_DATA_SET1"]) == repr(blocks)
    values = decoded.column("LP_DATA_SET1.LP_INT.INT_DATA")
    assert values.shape == (2, 96, 4)
    for block in range(2):
        for interval in range(0, 96, 13):
            wanted = blocks[block]["LP_INT"][interval]["INT_DATA"]
            numbers = [float("nan") if isinstance(value, Odd) else float(value) for value in wanted]
            with np.errstate(invalid="ignore"):  # a signalling NaN among the floats
                np.testing.assert_allclose(values[block, interval].astype(float), numbers, rtol=1e-12)
    assert decoded.array("LP_DATA_SET1")["LP_INT"]["EXTENDED_INT_STATUS"].tolist() == [
        [interval["EXTENDED_INT_STATUS"] for interval in block["LP_INT"]] for block in blocks
    ]
    pulses = decoded.column("LP_DATA_SET1.END_READINGS.BLOCK_END_PULSE")
    assert pulses.tolist() == [[reading["BLOCK_END_PULSE"] for reading in block["END_READINGS"]] for block in blocks]
    assert layout.encode({"LP_DATA_SET1": decoded.array("LP_DATA_SET1")}) == data


def test_an_array_that_does_not_fit_is_not_written(meter: Meter) -> None:
    layout = profile(meter, 2, 2).layout(64)
    array = layout.decode(bytes(layout.size)).array("LP_DATA_SET1")
    for wrong in (array[:1], array["LP_INT"]):
        with pytest.raises(TableError):
            layout.encode({"LP_DATA_SET1": wrong})


def test_a_large_table_is_decoded_without_the_collector_and_with_it_again_afterwards(meter: Meter) -> None:
    layout = profile(meter, 2, 40).layout(64)
    assert layout.shape.leaves > compiled.LARGE
    data = random.Random(1).randbytes(layout.size)
    assert gc.isenabled()
    values = layout.decode(data).values
    assert gc.isenabled()
    gc.disable()
    try:
        assert layout.decode(data).values == values == read(layout.shape, data, 0)
        assert not gc.isenabled()
    finally:
        gc.enable()
    assert not [note for note in layout.decode(data).notes if "END_TIME" not in note.path]


def test_columns_of_bits_and_of_things_without_bytes(meter: Meter) -> None:
    tables = meter({11: bytes.fromhex("00 02 00 00 00 00 02 02")}, DATA_ORDER=1)
    decoded = tables.decode(12, bytes.fromhex("00 00 4A 08 80 00 00 01"))
    assert decoded.column("UOM_ENTRY").tolist() == [0x4A08, 0x80000001]
    assert decoded.column("UOM_ENTRY.NFS").tolist() == [False, True]
    assert decoded.column("UOM_ENTRY.ID_CODE").tolist() == [8, 1]
    assert tables.decode(16, bytes([1, 2])).column("SOURCES_LINK.UOM_ENTRY_FLAG").tolist() == [True, False]
    tables.put(21, bytes(10))
    assert tables.decode(23, b"").column("TOT_DATA_BLOCK.SUMMATIONS").shape == (0,)
    assert tables.decode(23, b"").array("TOT_DATA_BLOCK.SUMMATIONS").shape == (0,)
    assert tables.decode(6, bytes(230)).column("TARIFF_ID").tobytes() == bytes(8)
    for path in ("UOM_ENTRY.NFS.X", "UOM_ENTRY.NO_BIT", "UOM_ENTRY[0]"):
        with pytest.raises(TableError):
            decoded.column(path)
    with pytest.raises(TableError, match="one value"):
        tables.decode(23, b"").column("TOT_DATA_BLOCK")
    with pytest.raises(TableError, match="an array"):
        tables.decode(23, b"").array("TOT_DATA_BLOCK")
    no_clock = meter({21: bytes.fromhex("02 00 00 00 01 00 03 00 00 00")}, TM_FORMAT=0).decode(23, bytes(12))
    assert np.isnat(no_clock.column("TOT_DATA_BLOCK.DEMANDS.EVENT_TIME")).all()
    assert no_clock.array("TOT_DATA_BLOCK.DEMANDS").shape == (1,)
    assert no_clock.values["TOT_DATA_BLOCK"]["DEMANDS"][0]["EVENT_TIME"] == [None, None, None]


@pytest.mark.parametrize(
    "body",
    [
        "A : UINT24; B : INT24; C : FLOAT32; D : FLOAT64; E : STRING(3);",
        "A : BIT FIELD OF UINT24 X : UINT(0..3); Y : INT(4..11); Z : BOOL(12); FILLER : FILL(13..23); END;",
        "A : FILL(1); B : LTIME_DATE; C : BINARY(0); D : BCD(2);",
        "A : ARRAY[2] OF ARRAY[3] OF UINT16; B : ARRAY[0] OF UINT8; C : SET(2);",
        "A : ARRAY[2] OF PACKED RECORD X : UINT8; Y : NI_FMAT1; END;",
        "A : PACKED RECORD END; B : UINT8;",
        "A : UINT8; B : ARRAY[A MOD 3] OF UINT16;",
        "A : UINT8; B : BIT FIELD OF UINT24 X : UINT(0..23); END; C : ARRAY[A MOD 2] OF FILL(1);",
    ],
)
def test_the_fast_way_gives_what_the_plain_way_gives(body: str) -> None:
    text = f"TABLE 1 T = PACKED RECORD L : ARRAY[300] OF PACKED RECORD {body} END; END;"
    zero = "".join(
        f"{name} : UINT8;"
        for name in ("DATA_ORDER", "CHAR_FORMAT", "TM_FORMAT", "INT_FORMAT", "NI_FORMAT1", "NI_FORMAT2")
    )
    dictionary = Dictionary.build([("text", f"TABLE 0 ZERO = PACKED RECORD {zero} END; {text}")])
    tables = Tables(dictionary, raw={0: bytes([0, 1, 1, 0, 1, 8])})
    data = random.Random(3).randbytes(20_000)
    layout = tables.layout(1, data)
    decoded = layout.decode(data[: layout.size])
    assert repr(decoded.values) == repr(read(layout.shape, data, 0))
    assert layout.encode(decoded.values) == data[: layout.size]
    from_fields = [(field.path, note) for field in decoded.fields() for note in field.notes]
    assert [(note.path, note.text) for note in decoded.notes] == from_fields


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["LTIME_DATE", "STIME_DATE", "TIME"]), st.integers(0, 4), st.booleans(), st.binary(max_size=60))
def test_times_in_an_array_are_the_times_one_by_one(kind: str, tm_format: int, big: bool, data: bytes) -> None:
    codec = fixed_codec(kind, Formats(big=big, tm_format=tm_format))
    assert isinstance(codec, Time)
    count = len(data) // max(codec.size, 1)
    raw = strided(data, 0, (count,), (codec.size,), codec.size)
    found = times(raw, codec)
    for index in range(count):
        value = codec.decode(data[index * codec.size : (index + 1) * codec.size])
        if value is None or isinstance(value, Odd):
            assert np.isnat(found[index])
        elif isinstance(value, datetime):
            assert found[index] == np.datetime64(value, "s")
        else:
            assert found[index] == np.timedelta64(value.hour * 3600 + value.minute * 60 + value.second, "s")


@pytest.mark.parametrize("tm_format", [1, 2])
@pytest.mark.parametrize("moment", ["2024-02-29T23:59", "1990-01-01T00:00", "2089-12-31T12:30"])
def test_good_times_in_an_array(tm_format: int, moment: str) -> None:
    codec = fixed_codec("STIME_DATE", Formats(tm_format=tm_format))
    assert isinstance(codec, Time)
    raw = codec.encode(datetime.fromisoformat(moment))
    assert times(np.frombuffer(raw, np.uint8).reshape(1, -1), codec)[0] == np.datetime64(moment, "s")


@pytest.mark.parametrize("filler", [b"\0\0", b"\0\1"])
def test_fillers_of_a_large_record_are_shown_when_they_are_not_zero(filler: bytes) -> None:
    text = "TABLE 1 T = PACKED RECORD F : FILL(2); L : ARRAY[300] OF UINT8; N : UINT24; END;"
    zero = "TABLE 0 Z = PACKED RECORD DATA_ORDER : UINT8; CHAR_FORMAT : UINT8; TM_FORMAT : UINT8; INT_FORMAT : UINT8;"
    dictionary = Dictionary.build([("text", f"{zero} NI_FORMAT1 : UINT8; NI_FORMAT2 : UINT8; END; {text}")])
    tables = Tables(dictionary, raw={0: bytes(6)})
    decoded = tables.decode(1, filler + bytes(300) + b"\1\2\3")
    assert ("F" in decoded.values) == any(filler) == ("F" in {field.name for field in decoded.fields()})
    assert decoded.column("N") == 0x030201
    assert tables.encode(1, decoded.values) == decoded.data
