"""The notation: what it can say, and what a mistake in it is answered with."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldpro import resources
from fieldpro.c12.dictionary import Dictionary, Tables, describe
from fieldpro.dictionaries import STANDARD
from fieldpro.errors import DictionaryError, UsageError

TABLE_0 = """
TYPE F_BFLD = BIT FIELD OF UINT8
    DATA_ORDER : UINT(0..0); CHAR_FORMAT : UINT(1..3); TM_FORMAT : UINT(4..6); FILLER : FILL(7..7);
END;
TYPE G_BFLD = BIT FIELD OF UINT16
    INT_FORMAT : UINT(0..1); NI_FORMAT1 : UINT(2..5); NI_FORMAT2 : UINT(6..9); FILLER : FILL(10..15);
END;
TYPE ZERO_RCD = PACKED RECORD F : F_BFLD; G : G_BFLD; N : UINT8; USED : SET(2); END;
TABLE 0 ZERO_TBL = ZERO_RCD;  { Configuration }
"""
ZERO = bytes.fromhex("22 00 00 03 05 00")  # LSB first, ISO 646, TM_FORMAT 2; N = 3; members 0 and 2


def build(*texts: str) -> Dictionary:
    return Dictionary.build([("zero", TABLE_0), *((f"text {index}", text) for index, text in enumerate(texts, 1))])


def decode(text: str, data: str, *, number: int = 1, settings: dict[str, int] | None = None) -> object:
    tables = Tables(build(text), settings=settings, raw={0: ZERO})
    return tables.decode(number, bytes.fromhex(data)).values


def record(body: str) -> str:
    return f"TABLE 1 T = PACKED RECORD {body} END;"


@pytest.mark.parametrize(
    ("body", "data", "values"),
    [
        ("A : UINT8; B : UINT16;", "01 02 00", {"A": 1, "B": 2}),
        ("A : CHAR; B : ARRAY[3] OF CHAR;", "41 42 43 20", {"A": "A", "B": "BC"}),
        ("A : ARRAY[2] OF ARRAY[2] OF UINT8;", "01 02 03 04", {"A": [[1, 2], [3, 4]]}),
        ("A : ARRAY[2] OF PACKED RECORD X : UINT8; END;", "01 02", {"A": [{"X": 1}, {"X": 2}]}),
        ("A : BIT FIELD OF UINT8 X : INT(0..3); Y : INT(4..7); END;", "F7", {"A": {"X": 7, "Y": -1}}),
        ("A : FILL(2); B : UINT8;", "00 00 05", {"B": 5}),
        ("A : FILL(2); B : UINT8;", "00 01 05", {"A": b"\0\1", "B": 5}),
        ("A : UINT8; IF A = 1 THEN B : UINT8; ELSE C : UINT16; END;", "01 07", {"A": 1, "B": 7}),
        ("A : UINT8; IF A = 1 THEN B : UINT8; ELSE C : UINT16; END;", "02 07 00", {"A": 2, "C": 7}),
        ("A : UINT8; IF A = 1 THEN B : UINT8; END; D : ARRAY[B] OF UINT8;", "02", {"A": 2, "D": []}),
        ("A : UINT8; SWITCH A OF CASE 0, 1 : B : UINT8; CASE 2 : C : UINT8; END;", "01 07", {"A": 1, "B": 7}),
        ("A : UINT8; SWITCH A OF CASE 0, 1 : B : UINT8; CASE 2 : C : UINT8; END;", "03", {"A": 3}),
        (
            "A : UINT8; SWITCH A OF CASE 0 : B : UINT8; DEFAULT : C : BINARY(*); END;",
            "03 0A 0B",
            {"A": 3, "C": b"\n\v"},
        ),
        ("A : SWITCH ZERO_TBL.N OF CASE 3 : UINT16; DEFAULT : UINT8; END;", "01 02", {"A": 0x201}),
        ("A : SWITCH ZERO_TBL.N OF CASE 4 : UINT16 DEFAULT : UINT8 END;", "01", {"A": 1}),
        ("A : IF ZERO_TBL.N > 3 THEN UINT16 END;", "", {"A": {}}),
        ("A : ARRAY[ZERO_TBL.N] OF UINT8;", "01 02 03", {"A": [1, 2, 3]}),
        ("A : ARRAY[(ZERO_TBL.N + 7) / 8] OF UINT8;", "01", {"A": [1]}),
        ("IF ZERO_TBL.USED[2] AND NOT ZERO_TBL.USED[1] AND NOT ZERO_TBL.USED[99] THEN A : UINT8; END;", "01", {"A": 1}),
        ("IF ZERO_TBL.TM_FORMAT = 2 AND ZERO_TBL.F.CHAR_FORMAT = 1 THEN A : UINT8; END;", "01", {"A": 1}),
        ("N : UINT8; A : ARRAY[T.N] OF UINT8;", "01 05", {"N": 1, "A": [5]}),
        ("A : UINT8; IF A = 1 THEN B : UINT8; END; D : ARRAY[T.B] OF UINT8;", "02", {"A": 2, "D": []}),
        (
            "A : IF 1 THEN UINT8 ELSE PACKED RECORD X : UINT8; END END; B : ARRAY[A.X] OF UINT8;",
            "09",
            {"A": 9, "B": []},
        ),
        ("A : ARRAY[2] OF UINT8; B : ARRAY[A[7]] OF UINT8;", "09 01", {"A": [9, 1], "B": []}),
        ("A : ARRAY[2] OF UINT8; B : ARRAY[A[1]] OF UINT8;", "09 01 05", {"A": [9, 1], "B": [5]}),
        ("A : SET(1); IF A[2] THEN B : UINT8; END;", "04 07", {"A": (2,), "B": 7}),
        (
            "A : ARRAY[2] OF PACKED RECORD N : UINT8; D : ARRAY[N] OF UINT8; END;",
            "01 05 02 06 07",
            {"A": [{"N": 1, "D": [5]}, {"N": 2, "D": [6, 7]}]},
        ),
        (
            "A : BIT FIELD OF UINT8 W : BOOL(0); IF W THEN X : UINT(1..7); ELSE Y : UINT(1..7); END; END;",
            "05",
            {"A": {"W": True, "X": 2}},
        ),
        (
            "A : BIT FIELD OF UINT8 W : BOOL(0); FILLER : FILL(1..7); END; IF W THEN B : UINT8; END;",
            "01 02",
            {"A": {"W": True}, "B": 2},
        ),
        ("FILLER : FILL(1); FILLER : FILL(1);", "01 02", {"FILLER": b"\1", "FILLER_2": b"\2"}),
        ("A : BCD(2); B : ASCII(2); C : DATE; D : RDATE;", "12 34 41 42 9A 09 00 00", None),
        ("A : ARRAY[-3 + 4] OF UINT8;", "01", {"A": [1]}),
        ("A : ARRAY[3 MOD 2] OF UINT8;", "01", {"A": [1]}),
        ("A : ARRAY[1 / 0] OF UINT8;", "", {"A": []}),
        ("A : ARRAY[0 - 7 / -3 + -1] OF UINT8;", "01", {"A": [1]}),
        ("A : ARRAY[TRUE + FALSE] OF UINT8;", "01", {"A": [1]}),
        ("A : ARRAY[0x01 * 0b1] OF UINT8;", "01", {"A": [1]}),
        ("IF 1 <> 1 OR 2 >= 3 OR 2 <= 1 OR 1 != 1 OR 2 < 1 OR 0 THEN A : UINT8; END;", "", {}),
        ("IF 1 == 1 OR ZERO_TBL.N > 3 THEN A : UINT8; END;", "07", {"A": 7}),
        ("IF 0 AND ZERO_TBL.N > 3 THEN A : UINT8; END;", "", {}),
    ],
)
def test_what_the_notation_can_say(body: str, data: str, values: object) -> None:
    decoded = decode(record(body), data)
    assert values is None or decoded == values
    tables = Tables(build(record(body)), raw={0: ZERO})
    assert tables.encode(1, decoded) == bytes.fromhex(data)


def test_constants_profile_keys_and_table_numbers() -> None:
    text = 'CONST TWO = 1 + 1; CONST FOUR = TWO * 2; PROFILE KEY = 1; { A key | 0 = "no", 1 = "yes" }' + record(
        "A : ARRAY[FOUR] OF UINT8; IF KEY THEN B : UINT8; END; IF ZERO_TBL.USED[T] THEN C : UINT8; END;"
    )
    assert decode(text, "01 02 03 04 05") == {"A": [1, 2, 3, 4], "B": 5}
    assert decode(text, "01 02 03 04", settings={"KEY": 0}) == {"A": [1, 2, 3, 4]}
    with pytest.raises(UsageError):
        decode(text, "", settings={"KEYS": 0})
    key = build(text).profile_keys["KEY"]
    assert (key.title, key.words) == ("A key", {0: "no", 1: "yes"})


def test_fraction_of_a_second_is_as_long_as_the_profile_says() -> None:
    sources = [(name, resources.text("dictionary", "standard", f"{name}.c1219")) for name in STANDARD]
    text = "TABLE 2048+952 T = PACKED RECORD A : HTIME_DATE; B : HTIME; END;"
    tables = Tables(Dictionary.build([*sources, ("more", text)]), settings={"HTIME_FRACTION_LEN": 2})
    tables.put(0, b"\x02\x02\x88TEST" + bytes(12))
    assert tables.layout(3000).size == 6 + 2 + 3 + 2


def test_comments_are_titles_units_words_and_help() -> None:
    text = """
    { A comment at the top, which belongs to nothing. }
    ENUM STD.WORDS; { Words | 1 = "one", 2048+1 = "ours" }
    TYPE X_BFLD = BIT FIELD OF UINT8 { in the middle }
        A : BOOL(0); { A flag | 0 = "off | out", 1 = "on" } FILLER : FILL(1..7);
    END; { Bits }
    TYPE X_RCD = PACKED RECORD
        A : UINT16;   { Voltage [V] | what it says
                        over two lines }
        B : UINT16;   { | STD.WORDS }
        C : X_BFLD;
        D : ARRAY[1] OF X_BFLD;  { Many }
    END;              { A record }
    TABLE 1 T = X_RCD; { The table | its help }
    """
    dictionary = build(text, 'ENUM STD.WORDS; { | 2 = "two" }')
    assert (dictionary.tables[1].title, dictionary.tables[1].help) == ("The table", "its help")
    fields = list(Tables(dictionary, raw={0: ZERO}).decode(1, bytes.fromhex("01 00 01 08 01 00")).fields())
    by_path = {field.path: field for field in fields}
    assert (by_path["T.A"].title, by_path["T.A"].unit) == ("Voltage", "V")
    assert by_path["T.A"].help == "what it says over two lines"
    assert by_path["T.B"].text == "ours (2049)"
    assert by_path["T.C"].title == "Bits"
    assert by_path["T.C.A"].text == "on"
    assert by_path["T.D"].title == "Many"
    assert by_path["T.D[0].A"].text == "off | out"
    assert dictionary.words("STD.WORDS") == {1: "one", 2049: "ours", 2: "two"}
    with pytest.raises(UsageError):
        dictionary.words("STD.NO_WORDS")


def test_an_overlay_adds_and_replaces() -> None:
    first = "TYPE A_RCD = PACKED RECORD A : UINT8; END; TABLE 1 T = A_RCD; TABLE 2 U = A_RCD; PROCEDURE 1 P;"
    second = "TYPE A_RCD = PACKED RECORD A : UINT16; END; TABLE 2048+3 OURS = A_RCD; TABLE 2 V; PROCEDURE 2048+1 Q;"
    dictionary = build(first, second)
    assert Tables(dictionary, raw={0: ZERO}).layout(1).size == 2
    assert dictionary.tables[2].name == "V"
    assert dictionary.tables[2].type is None
    ours = dictionary.tables[2051]
    assert (ours.manufacturer, ours.decade, ours.label) == (True, 0, "MT 3")
    assert (dictionary.tables[1].manufacturer, dictionary.tables[1].label) == (False, "ST 1")
    assert [procedure.manufacturer for procedure in dictionary.procedures.values()] == [False, True]
    assert sorted(dictionary.procedures_by_name) == ["P", "Q"]


@pytest.mark.parametrize(
    ("text", "line", "column", "expected", "found"),
    [
        ("TYPE X = ;", 1, 10, "a name", ";"),
        ("TYPE X =\n  PACKED RECORD\n    A UINT8;\n  END;", 3, 7, '":"', "UINT8"),
        ("TYPE X = PACKED RECORD A : UINT8 END;", 1, 34, '";"', "END"),
        ("TYPE X = ARRAY[3 OF UINT8;", 1, 18, '"]"', "OF"),
        ("TABLE 3 X = Y", 1, 14, '";"', "the end of the text"),
        ("TYPE X = UINT8; { never closed", 1, 17, '"}"', "{"),
        ("TYPE X = §;", 1, 10, "a name", "§"),
        ("TYPE X = UINT12;", 1, 10, "a built-in or declared type", "UINT12"),
        ("TYPE X = STRINGS(3);", 1, 10, "a type that has a size", "STRINGS"),
        ("TYPE X = BIT FIELD OF UINT9 A : BOOL(0); END;", 1, 23, "the integer of a bit field", "UINT9"),
        ("TYPE X = BIT FIELD OF UINT8 A : UINT(0..3); END;", 1, 10, "all bits 0..7", "bits 4..7"),
        ("TYPE X = BIT FIELD OF UINT8 A : UINT(1..3); B : UINT(5..6); END;", 1, 10, "all bits 0..7", "bits 0, 4, 7"),
        ("TYPE X = BIT FIELD OF UINT8 A : UINT(0..7); B : BOOL(3); END;", 1, 45, "bits that no other", "3..3"),
        ("TYPE X = BIT FIELD OF UINT8 A : UINT(0..8); END;", 1, 29, "bits 0..7", "0..8"),
        ("TYPE X = BIT FIELD OF UINT8 A : UINT(7..0); END;", 1, 38, "the lower bit first", "7..0"),
        ("TYPE X = BIT FIELD OF UINT8 A : BOOL(0..7); END;", 1, 38, "one bit", "0..7"),
        ("TYPE X = BIT FIELD OF UINT8 A : BITS(0..7); END;", 1, 33, "the kind of the bits", "BITS"),
        ("TYPE X = BIT FIELD OF UINT8 A : UINT(0..3); A : UINT(4..7); END;", 1, 45, "a name that the bit", "A"),
        ("TYPE X = BIT FIELD OF UINT8 A : BOOL(0); IF A THEN B : UINT(1..7); END; END;", 1, 42, "the same bits", ""),
        (record("A : UINT8; A : UINT8;"), 1, 38, "an element name", "A"),
        (record("A : ARRAY[B] OF UINT8; B : UINT8;"), 1, 37, "an element before this one", "B"),
        (record("A : ARRAY[ZERO_TBL.NO] OF UINT8;"), 1, 37, "an element of ZERO_TBL", "ZERO_TBL.NO"),
        (record("A : ARRAY[ZERO_TBL.USED[1][2]] OF UINT8;"), 1, 37, "an element of ZERO_TBL", "ZERO_TBL.USED[1][2]"),
        (record("A : ARRAY[NO_TBL.B] OF UINT8;"), 1, 37, "an element before", "NO_TBL.B"),
        (record("A : ARRAY[ZERO_TBL.N[OTHER]] OF UINT8;"), 1, 37, "an element of ZERO_TBL", "ZERO_TBL.N[OTHER]"),
        (record("A : STRING(B.C);"), 1, 38, "an element before", "B.C"),
        ("TABLE 5 U; " + record("IF U.A THEN A : UINT8; END;"), 1, 41, "a table whose layout is declared", "U.A"),
        ("TABLE 1 A; TABLE 1 B;", 1, 12, "each table once", "line 1"),
        ("TABLE 1 A; TABLE 2 A;", 1, 12, "a name that no other table has", "A, table 1"),
        ("TABLE 1 A = UINT8 DEFAULT B;", 1, 1, "the name of a table after DEFAULT", "B"),
        ("TABLE 1 A; PROFILE A = 1;", 1, 12, "a name that no table has", "A"),
        ("CONST A = B;", 1, 11, "a number or a constant", "B"),
        ("TYPE A = B; TYPE B = A;", 1, 22, "types that do not contain themselves", "without end"),
        ("TABLE 1 T = PACKED RECORD A : ARRAY[U.N] OF UINT8; N : UINT8; END;"
         "TABLE 2 U = PACKED RECORD A : ARRAY[T.N] OF UINT8; N : UINT8; END;", 1, 1, "do not wait", "T and U"),
        (record('A : UINT8; { X | 0 = "a", 1 : "b" }'), 1, 38, 'words such as 0 = "first"', '1 : "b"'),
        (record('A : UINT8; { X | 0 = "a", 0 = "b" }'), 1, 38, "each number once", "0"),
        (record("A : UINT8; { X | STD.NO_ENUM }"), 1, 27, "the name of an ENUM", "STD.NO_ENUM"),
        ("TYPE X = BIT FIELD OF UINT8 A : UINT(0..7); { | STD.NO } END;", 1, 29, "the name of an ENUM", "STD.NO"),
        ("TYPE X = UINT8; { | STD.NO }", 1, 1, "the name of an ENUM", "STD.NO"),
        ("PROCEDURE 1 P REQUEST Q;", 1, 23, "a built-in or declared type", "Q"),
        ("PROCEDURE 1 P REQUEST BINARY(N);", 1, 30, "an element before this one", "N"),
        ("TABLE 1 T = PACKED RECORD A : UINT8; B : ARRAY[A + ] OF UINT8; END;", 1, 52, "a name", "]"),
    ],
)  # fmt: skip
def test_a_mistake_is_answered_with_its_place(text: str, line: int, column: int, expected: str, found: str) -> None:
    with pytest.raises(DictionaryError) as caught:
        build(text)
    error = caught.value
    assert (error.source, error.line, error.column) == ("text 1", line, column)
    assert expected in error.expected
    assert found in error.found


def test_elements_of_other_tables_are_reached_through_arrays_and_choices() -> None:
    other = "TABLE 2 U = PACKED RECORD A : ARRAY[2] OF UINT8; B : IF 1 THEN PACKED RECORD X : UINT8; END END; END;"
    tables = Tables(build(other + record("A : ARRAY[U.A[1]] OF UINT8; B : ARRAY[U.B.X] OF UINT8;")), raw={0: ZERO})
    tables.put(2, bytes([0, 2, 1]))
    assert tables.decode(1, b"abc").values == {"A": [97, 98], "B": [99]}
    for wrong in ("U.A[1].X", "U.B.Y", "U.A.X"):
        with pytest.raises(DictionaryError):
            build(other + record(f"A : ARRAY[{wrong}] OF UINT8;"))


def test_too_many_brackets_are_a_mistake_too() -> None:
    with pytest.raises(DictionaryError, match="fewer brackets"):
        build(record("A : ARRAY[" + "NOT " * 5000 + "1] OF UINT8;"))


PIECES = st.lists(
    st.sampled_from(
        [
            *(
                "TYPE",
                "TABLE",
                "PACKED RECORD",
                "END;",
                "IF",
                "THEN",
                "ELSE",
                "SWITCH",
                "CASE",
                "OF",
                "ARRAY[",
                "(",
                ")",
            ),
            *(
                "A : UINT8;",
                "= X_RCD",
                "BIT FIELD OF UINT8",
                "A : BOOL(0);",
                "0",
                "1",
                "..",
                ".",
                "{",
                "}",
                "STRING(",
                "]",
            ),
            *(
                "PROFILE",
                "ENUM",
                "PROCEDURE",
                "REQUEST",
                "DEFAULT",
                "+",
                "-",
                "NOT",
                "AND",
                ",",
                "2048",
                "X_RCD",
                ":",
                ";",
            ),
        ]
    ),
    max_size=30,
)


@settings(max_examples=300, deadline=None)
@given(PIECES.map(" ".join) | st.text(max_size=60))
def test_whatever_the_text_it_is_read_or_refused(text: str) -> None:
    with suppress(DictionaryError):
        assert build(text).tables[0].name == "ZERO_TBL"


def test_the_standard_dictionary_has_every_table_and_procedure(standard: Dictionary) -> None:
    layouts = [number for number, table in standard.tables.items() if table.type is not None]
    wanted = [*range(9), *range(10, 17), *range(20, 29), *range(30, 35), *range(40, 46), *range(50, 57), *range(60, 68)]
    assert layouts == [*wanted, *range(70, 77)]
    assert {9, 10, 11, 12, 13, 14, 15, 16} == {table.decade for table in standard.tables.values()} - set(range(9))
    assert all(table.title for table in standard.tables.values())
    assert set(range(23)) <= set(standard.procedures)
    assert set(standard.decades) == set(range(17))
    assert set(range(77)) == set(standard.words("STD.EVENT_CODES"))


def test_every_element_of_the_standard_tables_has_a_title(standard: Dictionary) -> None:
    untitled = [
        f"{number} {line.name}"
        for number in standard.tables
        for line in describe(standard, number)
        if line.name and not line.title and not line.type.startswith("FILL")
    ]
    assert untitled == []
