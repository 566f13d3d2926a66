"""One meter's tables: which table shapes which, what stands in, what is said when something is missing."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldpro.c12.dictionary import Dictionary, Tables
from fieldpro.c12.dictionary.resolve import MAX_SIZE
from fieldpro.errors import DictionaryError, FieldProError, TableError, TableUnresolved, UsageError

Meter = Callable[..., Tables]

ZERO = (
    "TABLE 0 ZERO_TBL = PACKED RECORD DATA_ORDER : UINT8; CHAR_FORMAT : UINT8; TM_FORMAT : UINT8; INT_FORMAT : UINT8;"
    "NI_FORMAT1 : UINT8; NI_FORMAT2 : UINT8; END;"
)
DIMENSIONS = ("DIM_STD_TBLS_USED", "DIM_MFG_TBLS_USED", "DIM_STD_PROC_USED", "DIM_MFG_PROC_USED")


def small(text: str, zero: bytes = bytes([0, 1, 2, 0, 8, 8])) -> Tables:
    return Tables(Dictionary.build([("zero", ZERO), ("text", text)]), raw={0: zero})


def test_the_dictionary_knows_which_table_needs_which(standard: Dictionary) -> None:
    assert standard.needs(0) == frozenset()
    assert standard.needs(1) == standard.needs(7) == {0}
    assert standard.needs(23) == standard.needs(4096 + 23) == {0, 21}
    assert standard.needs(64) == {0, 61, 62}
    assert standard.needs(73) == {0, 71}


def test_what_is_missing_is_named(standard: Dictionary, meter: Meter) -> None:
    with pytest.raises(TableUnresolved) as caught:
        Tables(standard).layout(1)
    assert caught.value.needs == (0,)
    tables = meter()
    with pytest.raises(TableUnresolved) as caught:
        tables.layout(23)
    assert (caught.value.table, caught.value.needs) == ("CURRENT_REG_DATA_TBL", (21,))
    with pytest.raises(TableUnresolved) as caught:
        tables.decode(52)
    assert caught.value.needs == (52,)
    with pytest.raises(TableUnresolved) as caught:
        tables.layout(7)
    assert caught.value.needs == (7,)
    with pytest.raises(TableUnresolved) as caught:
        tables.layout(4)
    assert caught.value.needs == (4,)
    with pytest.raises(TableUnresolved):
        Tables(standard).layout(0)


def test_the_dimension_table_stands_in_for_an_actual_one_that_the_meter_does_not_have(meter: Meter) -> None:
    dimensions = bytes.fromhex("00 00 00 03 00 00 00 00 00 00")
    tables = meter(STD_TBLS_USED=(0, 20, 23))
    assert tables.needs(23) == {0, 20}
    with pytest.raises(TableUnresolved) as caught:
        tables.layout(23)
    assert caught.value.needs == (20,)
    tables.put(20, dimensions)
    assert tables.layout(23).size == 12
    tables.put(23, bytes(12))
    assert len(tables.decode(23)["TOT_DATA_BLOCK"]["SUMMATIONS"]) == 3
    tables.put(20, bytes.fromhex("00 00 00 02 00 00 00 00 00 00"))
    assert len(tables.decode(23)["TOT_DATA_BLOCK"]["SUMMATIONS"]) == 2
    listed = meter({20: dimensions}, STD_TBLS_USED=(0, 20, 21, 23))
    assert listed.needs(23) == {0, 21}
    with pytest.raises(TableUnresolved):
        listed.layout(23)
    listed.put(21, bytes.fromhex("00 00 00 01 00 00 00 00 00 00"))
    assert listed.layout(23).size == 4


def test_new_bytes_change_the_layouts_that_they_shape(meter: Meter) -> None:
    tables = meter({21: bytes.fromhex("00 00 00 01 00 00 00 00 00 00"), 23: bytes(8)})
    assert len(tables.decode(23)["TOT_DATA_BLOCK"]["SUMMATIONS"]) == 1
    assert tables.decode(23) is tables.decode(23)
    tables.put(21, bytes.fromhex("00 00 00 02 00 00 00 00 00 00"))
    assert len(tables.decode(23)["TOT_DATA_BLOCK"]["SUMMATIONS"]) == 2
    tables.put(23, bytes(12))
    assert tables.decode(23).extra == bytes(4)
    assert tables.get(23) == bytes(12)
    assert tables.get(24) is None
    assert tables.numbers == [0, 21, 23]
    zero = bytearray(tables.get(0) or b"")
    zero[2] = 0x77  # INT24
    tables.put(0, bytes(zero))
    assert tables.layout(23).size == 6


def test_tables_and_procedures_that_nobody_knows(standard: Dictionary, meter: Meter) -> None:
    tables = meter()
    for number in (9, 2048, 8192 + 1, -1):
        with pytest.raises(UsageError):
            tables.layout(number)
    for number in (80, 4096 + 80):
        with pytest.raises(UsageError, match="layout"):
            tables.layout(number, bytes(10))
    with pytest.raises(UsageError):
        tables.procedure_request(99)
    with pytest.raises(UsageError, match="request"):
        tables.procedure_request(21)
    with pytest.raises(UsageError, match="response"):
        tables.procedure_response(9)
    with pytest.raises(UsageError, match="dictionary setting"):
        Tables(standard, settings={"NO_KEY": 1})


def test_formats_that_do_not_exist_are_an_error_of_the_element_that_needs_them(meter: Meter) -> None:
    tables = meter({21: bytes.fromhex("00 00 00 01 00 00 00 00 00 00")}, NI_FORMAT1=15)
    with pytest.raises(TableError) as caught:
        tables.layout(23)
    assert caught.value.element == "CURRENT_REG_DATA_TBL.TOT_DATA_BLOCK.SUMMATIONS[0]"
    assert "NI_FORMAT 0 to 13" in caught.value.expected
    with pytest.raises(TableError, match="TM_FORMAT 0 to 4"):
        meter(TM_FORMAT=7).layout(52)


def test_table_0_must_have_the_formats(standard: Dictionary) -> None:
    with pytest.raises(TableError):
        Tables(standard, raw={0: b"\0"}).layout(1)
    with pytest.raises(TableError):
        Tables(standard).encode(0, {})
    with pytest.raises(TableError, match="this element"):
        Tables(standard).encode(0, dict.fromkeys(DIMENSIONS, 0))
    with pytest.raises(TableError, match="a number"):
        Tables(standard).encode(0, dict.fromkeys(DIMENSIONS, 0) | {"FORMAT_CONTROL_1": {"DATA_ORDER": "LSB"}})
    with pytest.raises(UsageError):
        Tables(Dictionary.build([("text", "TABLE 0 ZERO; TABLE 1 T = UINT8;")]), raw={0: b""}).layout(1)


def test_a_table_that_is_one_value(meter: Meter) -> None:
    tables = small("TABLE 1 T = UINT16; TABLE 2 U = ARRAY[2] OF UINT8;")
    assert tables.decode(1, b"\1\2").values == 0x201
    assert tables.encode(1, 0x201) == b"\1\2"
    assert tables.decode(2, b"\1\2").values == [1, 2]
    assert tables.layout(2).locate("[1]").offset == 1


@pytest.mark.parametrize(
    ("body", "data"),
    [
        ("A : UINT32; B : ARRAY[A] OF UINT8;", b"\xff" * 4),
        ("A : UINT32; B : ARRAY[A] OF BINARY(0);", b"\xff" * 4),
        ("A : UINT32; B : ARRAY[A] OF CHAR;", b"\xff" * 4),
        ("A : UINT32; B : BINARY(A);", b"\xff" * 4),
        ("A : UINT24; B : SET(A);", b"\xff" * 3),
        ("A : UINT32; B : STRING(A * A);", b"\xff" * 4),
        ("A : UINT16; B : ARRAY[A] OF ARRAY[A] OF UINT64;", b"\xff" * 2),
        ("A : UINT16; B : ARRAY[A] OF ARRAY[A] OF PACKED RECORD END;", b"\xff" * 2),
        ("A : UINT16; B : ARRAY[A] OF ARRAY[A] OF ARRAY[0] OF UINT8;", b"\xff" * 2),
        ("A : UINT16; B : ARRAY[A] OF PACKED RECORD C : UINT8; D : ARRAY[C * A] OF FILL(A); END;", b"\xff" * 99),
    ],
)
def test_no_table_is_larger_than_an_offset_can_reach(body: str, data: bytes) -> None:
    with pytest.raises(TableError, match=f"at most {MAX_SIZE} bytes"):
        small(f"TABLE 1 T = PACKED RECORD {body} END;").layout(1, data)


def test_counts_below_zero_and_names_that_are_no_numbers_are_errors() -> None:
    with pytest.raises(TableError, match="a count of 0 or more"):
        small("TABLE 1 T = PACKED RECORD A : UINT8; B : ARRAY[A - 2] OF UINT8; END;").layout(1, b"\1")
    for of_type, data in (("STRING(1)", b"A"), ("BCD(1)", b"\xff"), ("UINT8", b""), ("ARRAY[1] OF UINT8", b"\1")):
        tables = small(f"TABLE 1 T = PACKED RECORD A : {of_type}; B : ARRAY[A] OF UINT8; END;")
        with pytest.raises(TableError):
            tables.layout(1, data)


def test_decimal_numbers_count_as_whole_ones() -> None:
    text = "TABLE 1 T = PACKED RECORD A : NI_FMAT1; B : ARRAY[A] OF UINT8; END;"
    tables = small(text, zero=bytes([0, 1, 2, 0, 4, 8]))
    assert tables.layout(1, (20_000).to_bytes(4, "little")).size == 6


def test_values_decide_the_shape_while_a_table_is_encoded(meter: Meter) -> None:
    tables = small("TABLE 1 T = PACKED RECORD A : SET(1); IF A[2] THEN B : UINT8; END; C : BINARY(*); END;")
    assert tables.encode(1, {"A": [2], "B": 7, "C": b"xy"}) == b"\x04\x07xy"
    assert tables.encode(1, {"A": [], "C": b""}) == b"\0"
    for wrong in ({}, {"A": 3, "C": b""}, {"A": [2], "C": b""}, {"A": [], "C": 5}, 7, {"A": None}):
        with pytest.raises(TableError):
            tables.encode(1, wrong)
    ours = {"TBL_PROC_NBR": 9, "STD_VS_MFG_FLAG": True, "SELECTOR": 0}
    with pytest.raises(TableError, match="a value for this element"):
        meter().encode(7, {"PROC": ours, "SEQ_NBR": 1})
    assert meter().encode(7, {"PROC": ours, "SEQ_NBR": 1, "PARM": b"\1\2\3"}) == bytes.fromhex("09 08 01 01 02 03")


def test_a_procedure_by_a_fixed_number_needs_no_content() -> None:
    tables = small("PROCEDURE 1 P REQUEST UINT16; TABLE 1 T = PACKED RECORD A : PROC_PARM(1); END;")
    assert tables.layout(1).size == 2
    assert tables.decode(1, b"\1\2").values == {"A": 0x201}
    assert small("TABLE 1 T = PACKED RECORD A : PROC_PARM(*); END;").decode(1, b"\1").values == {"A": b"\1"}
    rest = small("TABLE 1 T = PACKED RECORD A : BINARY(*); END;")
    assert rest.layout(1).size == 0


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32), data=st.binary(max_size=80), zero=st.binary(max_size=60))
def test_whatever_the_bytes_only_our_own_errors_are_raised(
    standard: Dictionary, some_meter: Callable[[random.Random], Tables], seed: int, data: bytes, zero: bytes
) -> None:
    rng = random.Random(seed)
    for tables in (some_meter(rng), Tables(standard, raw={0: zero})):
        for number in rng.sample(list(standard.tables), 12):
            broken = rng.choice((11, 21, 31, 41, 51, 61, 62, 71))
            tables.put(broken, rng.randbytes(rng.randrange(40)))
            try:
                decoded = tables.decode(number, data)
            except FieldProError:
                continue
            assert decoded.layout.encode(decoded.values) == data[: decoded.layout.size]
            assert sum(1 for _ in decoded.fields()) <= decoded.layout.root.shape.leaves * 4 + 100


def test_a_dictionary_error_names_the_source() -> None:
    with pytest.raises(DictionaryError) as caught:
        small("TABLE 1 T = NO_TYPE;")
    assert caught.value.source == "text"
