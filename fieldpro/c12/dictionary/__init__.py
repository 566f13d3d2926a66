"""C12.19 tables in the standard's own notation: parse -> resolve -> Layout -> decode / encode / locate.

    dictionary = Dictionary.build([("standard", text), ("maker", overlay_text)])
    tables = Tables(dictionary); tables.put(0, ...); tables.put(21, ...); tables.put(23, ...)
    tables.decode(23)["TOT_DATA_BLOCK"]["SUMMATIONS"]        tables.layout(23).locate("TOT_DATA_BLOCK.DEMANDS[0]")

The notation (ANSI C12.19, document syntax, with what a machine needs besides):

    TYPE X_BFLD = BIT FIELD OF UINT8            also UINT16, 24, 32, 40, 48, 64; the bits must add up
        FLAG : BOOL(0);     LEVEL : UINT(1..3);     DELTA : INT(4..5);     FILLER : FILL(6..7);
    END;
    TYPE X_RCD = PACKED RECORD                  { Title [unit] | 0 = "word", 1 = "word" | more about it }
        A : UINT8;          UINT8 to UINT64, INT8 to INT64 (in steps of 8), FLOAT32, FLOAT64, NI_FMAT1, NI_FMAT2
        B : STRING(4);      ASCII(n), BCD(n), BINARY(n), SET(n), FILL(n), CHAR; (*) for all that is left at the end
        C : LTIME_DATE;     STIME_DATE, TIME, DATE, RDATE, HTIME_DATE, HTIME
        D : ARRAY[ACT_REGS_TBL.NBR_TIERS] OF Y_RCD;
        IF A > 3 AND NOT FLAG THEN  E : UINT8;  ELSE  F : UINT16;  END;
        SWITCH A OF  CASE 0, 1 : G : UINT8;  DEFAULT : H : BINARY(4);  END;
    END;
    TYPE Z = IF A THEN UINT8 ELSE UINT16 END;   a choice can be a type; so can SWITCH
    TABLE 21 ACT_X_TBL = X_RCD DEFAULT DIM_X_TBL;   DIM_X_TBL stands in where the meter does not have table 21
    TABLE 2048+3 MY_TBL = MY_RCD;                   manufacturer table 3; without "= type" only the name is known
    PROCEDURE 2048+7 MY_PROC REQUEST R_RCD RESPONSE S_RCD;
    ENUM STD.EVENT_CODES;   { Events | 2048+1 = "Cover removed" }    adds words; used so: { Event | STD.EVENT_CODES }
    PROFILE KEY = 0;        CONST NAME = 3 + 4;     DECADE 2 REGISTERS;

Expressions have + - * / MOD ( ) = != < <= > >= NOT AND OR; see `expression`. A flag inside a bit field may be named
without the bit field; a table's name alone is its number (`STD_TBLS_USED[LP_DATA_SET1_TBL]`). PROC_PARM(n) and
PROC_RESP(n) are the parameters and the response of procedure n, as tables 7 and 8 need them. Braces hold comments
anywhere; one right after the ";" belongs to the element before it, and `| secret` in it keeps a password out of texts.
Definitions of a later text replace those of the same name or number.

A table that is too short is a `TableError`; bytes behind its end are a note. Names are imported when they are asked
for: the parser and NumPy are not loaded before they are needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fieldpro.c12.dictionary.build import Dictionary
    from fieldpro.c12.dictionary.decoded import DecodedTable, Field, Note, plain, value_text
    from fieldpro.c12.dictionary.description import Line, describe, describe_procedure, render
    from fieldpro.c12.dictionary.layout import Layout, Node, Span
    from fieldpro.c12.dictionary.model import MANUFACTURER, PENDING, ProcedureDefinition, ProfileKey, TableDefinition
    from fieldpro.c12.dictionary.tables import Tables

_HOMES = {
    "Dictionary": "build",
    "DecodedTable": "decoded",
    "Field": "decoded",
    "Note": "decoded",
    "plain": "decoded",
    "value_text": "decoded",
    "Line": "description",
    "describe": "description",
    "describe_procedure": "description",
    "render": "description",
    "Layout": "layout",
    "Node": "layout",
    "Span": "layout",
    "MANUFACTURER": "model",
    "PENDING": "model",
    "ProcedureDefinition": "model",
    "ProfileKey": "model",
    "TableDefinition": "model",
    "Tables": "tables",
}

__all__ = [
    "MANUFACTURER",
    "PENDING",
    "DecodedTable",
    "Dictionary",
    "Field",
    "Layout",
    "Line",
    "Node",
    "Note",
    "ProcedureDefinition",
    "ProfileKey",
    "Span",
    "TableDefinition",
    "Tables",
    "describe",
    "describe_procedure",
    "plain",
    "render",
    "value_text",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(name)
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
