"""Lists are marked as read, or emptied with what was in them saved first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fieldpro.errors import ProcedureRefused, UsageError
from fieldpro.meter.device_profile import load
from fieldpro.meter.procedures import Terms, list_names, reset_list_pointers, update_last_read
from fieldpro.meter.view import MeterView

Make = Callable[..., Any]
LISTS = {"event log": 76, "history log": 74, "self reads": 26, "load profile set 1": 64}


def valid(at: Any, table: int) -> int:
    if table == 64:
        return int(at.values(63)["LP_STATUS_SET1"]["NBR_VALID_BLOCKS"])
    return int(at.values(table)["NBR_VALID_ENTRIES"])


@pytest.mark.parametrize("which", LISTS)
@pytest.mark.parametrize("name", ["centron", "residential"])
def test_a_list_is_emptied_and_what_was_in_it_is_kept(bench: Make, name: str, which: str) -> None:
    at = bench(name)
    table = LISTS[which]
    before = valid(at, table)
    outcome = at.run(reset_list_pointers(which, evidence=at.evidence()))
    assert before > valid(at, table)
    assert table in outcome.before.tables
    view = MeterView(outcome.before)
    saved = len(view.profile()) if table == 64 else view.tables.decode(table)["NBR_VALID_ENTRIES"]
    assert saved >= before


def test_all_of_them_at_once(both: Any) -> None:
    outcome = both.run(reset_list_pointers("all lists", evidence=both.evidence()))
    assert {64, 26, 74, 76} <= set(outcome.before.tables)
    assert all(valid(both, table) <= 2 for table in LISTS.values())  # the procedure itself is an event


def test_all_unread_entries_are_marked(both: Any) -> None:
    outcome = both.run(update_last_read("load profile set 1", evidence=both.evidence()))
    assert outcome.unread_before["load profile set 1"] > 0
    assert outcome.unread_after["load profile set 1"] == 0


def test_so_many_are_marked(bench: Make) -> None:
    at = bench("centron")
    outcome = at.run(update_last_read("load profile set 1", 3, evidence=at.evidence()))
    before, after = outcome.unread_before, outcome.unread_after
    assert before["load profile set 1"] - after["load profile set 1"] == 3


def test_what_makes_no_sense_is_not_sent(bench: Make) -> None:
    at = bench("centron")
    for which, entries in (("load profile set 1", 0), ("all lists", None), ("the other list", 1)):
        with pytest.raises(UsageError):
            at.run(update_last_read(which, entries, evidence=at.evidence()))
    assert at.procedures_sent == []


def test_more_than_there_are_is_the_meters_to_refuse(bench: Make) -> None:
    at = bench("centron")
    with pytest.raises(ProcedureRefused) as caught:
        at.run(update_last_read("load profile set 1", 60_000, evidence=at.evidence()))
    assert caught.value.result == 2


def test_where_nobody_knows_the_codes_only_a_code_will_do(bench: Make) -> None:
    at = bench("centron")
    known = load("fieldpro-virtual")
    keys = known.dictionary.model_copy(update={"settings": {"PROC4_LIST_CODING": 1}})
    terms = Terms(profile=known.model_copy(update={"dictionary": keys}))
    with pytest.raises(UsageError):
        at.run(reset_list_pointers("event log", evidence=at.evidence(), terms=terms))
    outcome = at.run(reset_list_pointers(1, evidence=at.evidence(), terms=terms))
    assert {64, 26, 74, 76} <= set(outcome.before.tables)  # it could be any of them
    assert valid(at, 76) <= 2


def test_the_names_are_those_of_the_dictionary(bench: Make) -> None:
    at = bench("centron")
    outcome = at.run(reset_list_pointers("event log", evidence=at.evidence()))
    assert list_names(MeterView(outcome.after).tables)[255] == "all lists"
