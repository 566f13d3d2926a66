"""The rules name tables and elements that there are."""

from __future__ import annotations

import re

import pytest

from fieldpro.dictionaries import load_dictionary
from fieldpro.errors import FileError
from fieldpro.meter.programs import Program, Target, check
from fieldpro.meter.programs.rules import parse, rules
from fieldpro.secret import SECRET_TABLES


def test_every_table_that_the_rules_name_is_one_of_the_dictionary() -> None:
    known = load_dictionary().by_name
    named = [*rules().order.first, *rules().order.last, *rules().configuration.tables, *rules().volatile.tables]
    assert [name for name in named if name not in known] == []


@pytest.mark.parametrize("path", [*rules().per_meter.elements, *rules().secret.elements])
def test_every_element_that_the_rules_name_is_one_of_the_dictionary(path: str) -> None:
    program = Program("p", 1, Target(), {re.sub(r"\[\*\]", "[0]", path): None})
    assert [str(complaint) for complaint in check(program) if "do not belong" not in str(complaint)] == []


def test_what_is_secret_is_in_the_tables_that_the_program_knows_as_secret() -> None:
    known = load_dictionary().by_name
    assert {known[name].number for name in rules().secret.tables} <= SECRET_TABLES


def test_an_index_stands_for_any_and_a_name_for_everything_below() -> None:
    secret, volatile = rules().secret, rules().volatile
    assert secret.has("SECURITY_TBL.SECURITY_ENTRIES[12].PASSWORD")
    assert not secret.has("SECURITY_TBL.SECURITY_ENTRIES[12].ACCESS_PERMISSIONS.GROUP_0_FLAG")
    assert not secret.has("SECURITY_TBL.SECURITY_ENTRIES[12].PASSWORDS")
    assert volatile.has("CLOCK_TBL.CLOCK_CALENDAR")


def test_tables_that_shape_others_come_before_them_and_security_comes_last() -> None:
    names = ["SECURITY_TBL", "PRI_DISP_LIST_TBL", "UTIL_INFO_TBL", "ACT_DISP_TBL"]
    assert rules().in_order(names, names) == ["ACT_DISP_TBL", "PRI_DISP_LIST_TBL", "UTIL_INFO_TBL", "SECURITY_TBL"]


@pytest.mark.parametrize("text", ["[order", "colour = 1", '[secret]\nelements = ["not a name"]'])
def test_rules_that_cannot_be_are_refused(text: str) -> None:
    with pytest.raises(FileError):
        parse(text, "rules.toml")
