"""The library: found by what one remembers, every revision kept, nothing written over."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fieldpro.errors import FileError, UsageError
from fieldpro.meter.programs import Library, Program, Target

SHOP = Program(
    "shop", 1, Target(device_class="FPRO", form="9S"), {"UTIL_INFO_TBL.OWNER_NAME": "A"}, "Shops and offices"
)
HOME = Program("home", 1, Target(form="2S"), {"CALENDAR_TBL.TIER_SWITCHES[0].DAY_SCH_NUM": 1}, "Homes")


def changed(program: Program, value: str) -> Program:
    return replace(program, elements={"UTIL_INFO_TBL.OWNER_NAME": value})


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library(tmp_path / "programs")
    library.save(SHOP)
    library.save(HOME)
    return library


def test_an_empty_library_is_no_mistake(tmp_path: Path) -> None:
    assert Library(tmp_path / "none").search() == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ["home", "shop"]),
        ("offices", ["shop"]),
        ("9s", ["shop"]),
        ("calendar", ["home"]),
        ("2S homes", ["home"]),
        ("9S homes", []),
    ],
)
def test_programs_are_found_by_all_words_in_what_they_say(library: Library, text: str, names: list[str]) -> None:
    assert [entry.name for entry in library.search(text)] == names


def test_a_change_becomes_the_next_revision_and_the_earlier_one_stays(library: Library) -> None:
    saved = library.save_next(changed(SHOP, "B"))
    assert saved.revision == 2
    assert [entry.revision for entry in library.history("shop")] == [2, 1]
    assert library.load("shop").elements["UTIL_INFO_TBL.OWNER_NAME"] == "B"
    assert library.load("shop", 1) == SHOP
    assert [entry.revision for entry in library.search("shop")] == [2]


def test_saving_the_same_again_makes_no_revision(library: Library) -> None:
    assert library.save_next(SHOP).revision == 1
    assert library.save(SHOP).revision == 1
    assert len(library.history("shop")) == 1


def test_a_revision_is_never_written_over(library: Library) -> None:
    with pytest.raises(UsageError, match="revision 2"):
        library.save(changed(SHOP, "B"))
    assert library.load("shop") == SHOP


def test_a_record_finds_its_program_by_the_hash(library: Library) -> None:
    library.save_next(changed(SHOP, "B"))
    found = library.find(SHOP.hash)
    assert found is not None
    assert (found.name, found.revision) == ("shop", 1)
    assert library.find("0" * 64) is None


def test_what_was_filled_in_for_one_meter_is_not_kept(library: Library) -> None:
    from fieldpro.meter.programs import Blank

    blank = Blank("site", "Site", "UTIL_INFO_TBL.SERVICE_POINT_ID")
    library.save(Program("mine", 1, Target(), {}, blanks={"site": blank}).filled_with({"site": "SP-1"}))
    assert "SP-1" not in library.history("mine")[0].path.read_text()


def test_a_damaged_file_is_shown_as_one_and_hides_no_other(library: Library) -> None:
    library.history("home")[0].path.write_text("schema = 1\nname = ")
    found = {entry.name: entry for entry in library.search()}
    assert isinstance(found["home"].error, FileError)
    assert found["shop"].error is None
    with pytest.raises(FileError):
        library.load("home")


def test_a_file_of_another_name_is_refused(library: Library) -> None:
    path = library.history("shop")[0].path
    path.write_text(path.read_text().replace('"shop"', '"shed"'))
    with pytest.raises(FileError, match="name and revision"):
        library.load("shop")


@pytest.mark.parametrize("name", ["", "../shop", "Shop", "a/b"])
def test_a_name_that_is_no_file_name_is_refused(library: Library, name: str) -> None:
    with pytest.raises(UsageError):
        library.save(replace(SHOP, name=name))


def test_a_program_or_revision_that_is_not_there(library: Library) -> None:
    with pytest.raises(UsageError):
        library.load("nothing")
    with pytest.raises(UsageError, match="revision 9"):
        library.load("shop", 9)
