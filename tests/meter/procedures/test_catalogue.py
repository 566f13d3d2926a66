"""Windows and command lines are made from the catalogue: everything in it has words, limits, and a right."""

from __future__ import annotations

from typing import Any

import pytest

from fieldpro.c12.dictionary.tables import Tables
from fieldpro.dictionaries import load_dictionary
from fieldpro.errors import TableUnresolved, UsageError
from fieldpro.meter import procedures, switch
from fieldpro.meter.device_profile import load, shipped
from fieldpro.meter.procedure_note import Danger
from fieldpro.meter.procedures import is_dangerous, note_of, number_of, offers, parameters, run_procedure, values_from
from fieldpro.meter.procedures.catalogue import standard_notes
from fieldpro.security.rights import Right
from fieldpro.simulator import VirtualMeter, describe

VIRTUAL = load("fieldpro-virtual")


def tables_of(name: str) -> Tables:
    meter = VirtualMeter(describe.load(name), clock=lambda: 1_780_000_000.0)
    return Tables(load_dictionary(("fieldpro-virtual",)), raw={0: meter.device.bank.read(0)})


@pytest.fixture(scope="module")
def tables() -> Tables:
    return tables_of("centron")


def all_notes() -> list[Any]:
    return [*standard_notes().values(), *(note for profile in shipped() for note in profile.procedures)]


def test_every_procedure_of_the_dictionary_has_a_note(tables: Tables) -> None:
    known = {note.number for note in all_notes()}
    assert set(tables.dictionary.procedures) <= known


@pytest.mark.parametrize("note", all_notes(), ids=lambda note: str(note.number))
def test_every_note_says_what_a_person_has_to_know(note: Any, tables: Tables) -> None:
    assert note.right in set(Right)
    assert note.danger is not Danger.UNKNOWN
    assert note.warning.endswith(".")
    assert set(note.after) <= set(tables.dictionary.tables)
    assert set(note.before) <= set(tables.dictionary.tables)
    if note.clears:
        assert note.before, "what is cleared is read first"
    if note.own_job:
        home = switch if note.guarded else procedures
        assert callable(getattr(home, note.own_job))


def test_what_loses_data_or_switches_is_dangerous() -> None:
    dangerous = {note.number for note in all_notes() if is_dangerous(note)}
    assert {0, 3, 4, 9, 21, 22, 2049, 2050, 2051} <= dangerous
    assert not {1, 2, 5, 7, 10, 16} & dangerous


def test_a_makers_procedure_that_nobody_described_is_taken_as_dangerous() -> None:
    note = note_of(2048 + 99, VIRTUAL)
    assert note.danger is Danger.UNKNOWN
    assert is_dangerous(note)
    assert 23 in note.before


@pytest.mark.parametrize("name", ["centron", "residential"])
def test_every_offer_has_a_title_and_parameters_with_limits(name: str) -> None:
    tables = tables_of(name)
    for offer in offers(tables, VIRTUAL):
        assert offer.title
        assert offer.label
        found = parameters(offer.number, tables)
        for parameter in found or ():
            assert parameter.title
            assert parameter.kind in {"number", "flag", "choice", "time", "bytes", "text"}
            if parameter.kind in {"number", "flag", "choice"}:
                assert parameter.low is not None
                assert parameter.high is not None
            assert (parameter.kind == "choice") is bool(parameter.words)


def test_parameters_are_those_that_the_procedure_takes(tables: Tables) -> None:
    assert parameters(3, tables) == ()
    assert parameters(21, tables) is None
    lists, entries = parameters(5, tables) or ()
    assert (lists.path, lists.words[7], entries.path, entries.high) == ("LIST", "history log", "ENTRIES_READ", 65535)


def test_one_parameter_may_shape_the_others(tables: Tables) -> None:
    at_time = parameters(13, tables, given=b"\x00") or ()
    after = parameters(13, tables, given=b"\x01") or ()
    assert at_time[-1].path == "HEADER.ACTIVATION_TIME"
    assert [each.unit for each in after[-5:]] == ["weeks", "d", "h", "min", "s"]


def test_values_by_path_become_what_a_procedure_takes(tables: Tables) -> None:
    flat = {parameter.path: 0 for parameter in parameters(9, tables) or ()}
    nested = values_from(flat | {"ACTION_FLAG.DEMAND_RESET_FLAG": True})
    conversation = run_procedure(9, nested, tables=tables)
    next(conversation)  # it is encoded before anything is asked
    conversation.close()


@pytest.mark.parametrize(
    ("word", "number"),
    [("9", 9), ("MP1", 2049), ("mp 3", 2051), ("REMOTE_RESET", 9), ("clear-data", 3), ("Close switch", 2051)],
)
def test_a_person_may_name_a_procedure_in_many_ways(tables: Tables, word: str, number: int) -> None:
    assert number_of(word, tables) == number


def test_a_name_that_nobody_knows(tables: Tables) -> None:
    with pytest.raises(UsageError):
        number_of("make coffee", tables)


def test_without_table_0_nobody_says_what_is_there() -> None:
    empty = Tables(load_dictionary())
    assert {offer.listed for offer in offers(empty)} == {None}
    with pytest.raises(TableUnresolved):
        parameters(10, empty)
