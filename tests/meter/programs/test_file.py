"""Program files: what is said is loaded, what cannot be is refused with its line."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldpro.errors import FileError, UsageError
from fieldpro.meter.programs import Blank, Program, Target, dump, load, read
from fieldpro.secret import Secret

TEXT = """\
schema = 1
name = "shop"
title = "Shops"
revision = 7

[for]
device_class = "FPRO"
form = "9S"
edition = 2
overlays = ["fieldpro-virtual"]

[fields.site]
title = "Service point"
element = "UTIL_INFO_TBL.SERVICE_POINT_ID"

[elements.UTIL_INFO_TBL]
OWNER_NAME = "Springfield"

[elements]
"PRI_DISP_LIST_TBL.PRI_DISP_SOURCES[2]" = 7
TIME_OFFSET_TBL.DST_TIME_AMT = 60
"""


def test_a_program_says_whole_tables_and_single_elements_by_their_dotted_names() -> None:
    program = load(TEXT, "shop.toml")
    assert dict(program.elements) == {
        "UTIL_INFO_TBL.OWNER_NAME": "Springfield",
        "PRI_DISP_LIST_TBL.PRI_DISP_SOURCES[2]": 7,
        "TIME_OFFSET_TBL.DST_TIME_AMT": 60,
    }
    assert (program.name, program.revision, program.device_class, program.edition) == ("shop", 7, "FPRO", 2)
    assert program.blanks["site"].element == "UTIL_INFO_TBL.SERVICE_POINT_ID"
    assert program.table_names == ("UTIL_INFO_TBL", "PRI_DISP_LIST_TBL", "TIME_OFFSET_TBL")


def test_what_is_dumped_is_loaded_again_with_the_same_hash() -> None:
    program = load(TEXT, "shop.toml")
    again = load(dump(program), "shop.toml")
    assert again == program
    assert again.hash == program.hash


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (("Springfield", "Shelbyville"), "a value"),
        (("revision = 7", "revision = 8"), "the revision"),
        (('form = "9S"', 'form = "2S"'), "the target"),
        (("SERVICE_POINT_ID", "ELEC_ADDR"), "a field"),
        (("= 60", "= 60.0"), "the kind of a value"),
    ],
)
def test_the_hash_tells_programs_apart_that_differ_in(change: tuple[str, str], what: str) -> None:
    assert load(TEXT.replace(*change), "p").hash != load(TEXT, "p").hash, what


def test_the_hash_is_that_of_the_file_however_it_is_written_and_filled_in() -> None:
    program = load(TEXT, "p")
    rearranged = TEXT.replace('[elements.UTIL_INFO_TBL]\nOWNER_NAME = "Springfield"\n', "").replace(
        "[elements]\n", '[elements]\nUTIL_INFO_TBL.OWNER_NAME = "Springfield"  # by hand\n'
    )
    assert load(rearranged, "p").hash == program.hash
    filled = program.filled_with({"site": "SP-1"})
    assert filled.hash == program.hash
    assert filled.wanted["UTIL_INFO_TBL.SERVICE_POINT_ID"] == "SP-1"
    assert not filled.open_blanks


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ("schema = 1", "schema = 2", "line 1, schema", "of a newer FieldPro"),
        ("schema = 1\n", "", "schema", "nothing"),
        ("revision = 7", "revision = 0", "line 4, revision", "0"),
        ('name = "shop"', 'name = "Shop!"', "line 2, name", "Shop!"),
        ("edition = 2", "edition = 2\ncolour = 1", "line 10, for.colour", "1"),
        ('title = "Service point"\n', "", "line 12, fields.site.title", "nothing"),
        ("SERVICE_POINT_ID", "OWNER_NAME", "line 14, fields.site.element", "OWNER_NAME"),
    ],
)
def test_what_a_file_cannot_say_is_refused_with_line_and_key(old: str, new: str, place: str, words: str) -> None:
    with pytest.raises(FileError) as refused:
        load(TEXT.replace(old, new, 1), "shop.toml")
    assert refused.value.path == "shop.toml"
    assert refused.value.place == place
    assert words in refused.value.found


def test_a_file_cut_short_anywhere_is_refused_or_says_the_same() -> None:
    """The number of elements at its head finds the cut where TOML itself does not."""
    program = load(TEXT, "p")
    text = dump(program)
    for cut in range(len(text)):
        try:
            assert load(text[:cut], "p") == program, text[:cut]
        except FileError:
            continue


def test_a_line_added_by_hand_is_no_cut_and_one_taken_out_is_told() -> None:
    text = dump(load(TEXT, "p"))
    longer = text.replace('OWNER_NAME = "Springfield"\n', 'OWNER_NAME = "Springfield"\nTARIFF_ID = "X"\n')
    assert len(load(longer, "p").elements) == 4
    shorter = text.replace('OWNER_NAME = "Springfield"\n', "")
    with pytest.raises(FileError) as refused:
        load(shorter, "p")
    assert refused.value.place.endswith("elements_total")
    assert refused.value.found.startswith("2:")


def test_an_element_given_twice_is_refused() -> None:
    with pytest.raises(FileError, match="within another one"):
        load(TEXT + '"UTIL_INFO_TBL.OWNER_NAME.X" = 1\n', "p")


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError):
        read(tmp_path / "none.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FileError):
        read(tmp_path / "bytes.toml")


def test_a_secret_is_filled_in_as_a_secret_and_never_dumped() -> None:
    blank = Blank("password", "Password", "SECURITY_TBL.SECURITY_ENTRIES[0].PASSWORD", secret=True)
    program = Program("p", 1, Target(), {}, blanks={"password": blank})
    with pytest.raises(UsageError):
        program.filled_with({"password": "OPEN SESAME"})
    filled = program.filled_with({"password": Secret(b"OPEN SESAME")})
    assert "SESAME" not in dump(filled) + repr(filled) + filled.hash
    for value in (Secret(b"OPEN SESAME"), "OPEN SESAME"):
        with pytest.raises(UsageError) as refused:
            dump(Program("p", 1, Target(), {blank.element: value}))
        assert "SESAME" not in str(refused.value)


def test_a_field_that_there_is_not_cannot_be_filled_in() -> None:
    with pytest.raises(UsageError, match="street"):
        load(TEXT, "p").filled_with({"street": "Evergreen Terrace"})


values = st.recursive(
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.text(st.characters(codec="utf-8"))
    | st.dates()
    | st.times().map(lambda at: at.replace(microsecond=0))
    | st.datetimes().map(lambda at: at.replace(microsecond=0)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("AB_[]. é", min_size=1), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(values, max_size=4))
def test_every_value_comes_back_from_the_file_as_it_was(value: list[object]) -> None:
    program = Program("p", 1, Target(), {"T_TBL.E": value, "T_TBL.F[3].G": 1})
    text = dump(program)
    assert tomllib.loads(text)["elements"]["T_TBL"]["E"] == value
    assert load(text, "p").elements == program.elements


def test_dates_and_times_stay_what_they_are() -> None:
    elements = {"T_TBL.A": date(2026, 7, 4), "T_TBL.B": time(2), "T_TBL.C": datetime(2026, 7, 4, 14, 30)}
    assert load(dump(Program("p", 1, Target(), elements)), "p").elements == elements
