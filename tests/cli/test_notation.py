"""What `fieldpro tables` prints of a table is dictionary text that means the same."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from fieldpro.c12.dictionary import model
from fieldpro.c12.dictionary.reader import read
from fieldpro.cli.notation import table_text

TEXT = """
TYPE FORMAT_BFLD = BIT FIELD OF UINT16
    FORMAT : UINT(0..1);        { Identifier format [code] | 0 = "String", 1 = "BCD" | see the manual }
    IN_USE : BOOL(4);
    IF ACT_LP_TBL.FLAG THEN DELTA : INT(5..9); ELSE SPARE : FILL(5..9); END;
    SPARE2 : FILL(10..15);
END;
TYPE COUNT = SWITCH ACT_LP_TBL.FORMAT OF CASE 1: UINT8; CASE 2, 3: UINT16; DEFAULT: UINT32; END;
TYPE WIDE = IF NOT (A.B = 1 OR A.C[2] > 3) THEN UINT32 ELSE COUNT END;     { Either }
TYPE BLOCK_RCD = PACKED RECORD
    END_TIME : STIME_DATE;                                               { End of block }
    READINGS : ARRAY[ACT_LP_TBL.NBR_CHNS_SET1] OF WIDE;                  { One per channel [pulses] }
    FLAGS : SET((ACT_LP_TBL.NBR_CHNS_SET1 + 7) / 8);
    SWITCH ACT_LP_TBL.FORMAT OF
        CASE 1: SHORT : BCD(2); FORMAT : FORMAT_BFLD;
        CASE 2: LONG : STRING(2 * 3 + 1);
        DEFAULT: REST : BINARY(*);
    END;
END;
TABLE 64 LP_DATA_SET1_TBL = ARRAY[3] OF BLOCK_RCD DEFAULT NAME_ONLY_TBL;  { Load profile }
TABLE 2048 + 3 MAKER_TBL = PACKED RECORD A : UINT8; END;                 { Maker's own }
TABLE 77 NAME_ONLY_TBL;                                                  { No layout }
"""


def without_places(value: Any) -> Any:
    """A definition as plain data, less where it stood in the text."""
    if isinstance(value, model.Place):
        return None
    if is_dataclass(value):
        return type(value).__name__, [without_places(getattr(value, field.name)) for field in fields(value)]
    if isinstance(value, tuple):
        return [without_places(item) for item in value]
    return value


def definitions(text: str) -> tuple[dict[str, model.TypeDefinition], dict[int, model.TableDefinition]]:
    found = read("test", text)
    types = {item.name: item for item in found if isinstance(item, model.TypeDefinition)}
    return types, {item.number: item for item in found if isinstance(item, model.TableDefinition)}


@pytest.mark.parametrize("number", [64, 2051, 77])
def test_what_is_printed_means_what_was_read(number: int) -> None:
    types, tables = definitions(TEXT)
    printed_types, printed_tables = definitions(table_text(tables[number], types))
    assert without_places(printed_tables[number]) == without_places(tables[number])
    for name, definition in printed_types.items():
        assert without_places(definition) == without_places(types[name])


def test_every_type_stands_before_its_use_and_only_those_needed() -> None:
    types, tables = definitions(TEXT)
    text = table_text(tables[64], types)
    places = [text.index(f"TYPE {name} ") for name in ("COUNT", "WIDE", "FORMAT_BFLD", "BLOCK_RCD")]
    assert places == sorted(places)
    assert "TYPE" not in table_text(tables[2051], types)
