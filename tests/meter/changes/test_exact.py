"""Writes exactly as somebody has them: shown, read before, sent as they are, read back, journalled, taken back."""

from __future__ import annotations

from typing import Any

import pytest

from fieldpro.c12.dictionary import Tables
from fieldpro.c12.psem import FullRead, FullWrite, IndexWrite, OffsetRead, OffsetWrite
from fieldpro.dictionaries import load_dictionary
from fieldpro.errors import (
    Cancelled,
    ChangedSinceShown,
    Interrupted,
    NotVerified,
    ServiceRefused,
    UsageError,
    WriteImpossible,
)
from fieldpro.meter.changes import apply, exact, finish, go_back, look
from fieldpro.meter.changes.change import State, WarningKind
from fieldpro.session.conversation import Progress

TARIFF_AT, OWNER_AT = 170, 0
LIMIT = 2048 + 4  # the one table of the maker's own that these meters let be written
CONTEXT = (0, 1, 6)
WRITES = (FullWrite, IndexWrite, OffsetWrite)


def writes(site: Any) -> list[Any]:
    return [step for step in site.asked if isinstance(step, WRITES)]


def without_makers(tables: Tables) -> Tables:
    """The same meter, where nobody knows the layouts of the maker's own tables."""
    raw = {number: tables.get(number) or b"" for number in tables.numbers}
    return Tables(load_dictionary(), raw=raw)


def test_the_requests_are_sent_as_they_are_in_their_order(centron: Any) -> None:
    tables = centron.view().tables
    requests = [(6, TARIFF_AT, b"TOU-2   "), (6, (0,), b"Shelbyville Power".ljust(20)), (6, TARIFF_AT, b"TOU-3   ")]
    change_set = exact(tables, requests)
    written = centron.write(change_set)
    assert writes(centron) == [
        OffsetWrite(6, TARIFF_AT, b"TOU-2   "),
        IndexWrite(6, (0,), b"Shelbyville Power".ljust(20)),
        OffsetWrite(6, TARIFF_AT, b"TOU-3   "),
    ]
    assert centron.held(6)[TARIFF_AT : TARIFF_AT + 8] == b"TOU-3   "
    assert centron.held(6)[:17] == b"Shelbyville Power"
    assert {row.path: row.new_text for row in written.changes} == {
        "UTIL_INFO_TBL.OWNER_NAME": "Shelbyville Power",
        "UTIL_INFO_TBL.TARIFF_ID": "TOU-3",
    }


def test_what_stays_as_it_is_is_shown_as_the_same_and_written_all_the_same(centron: Any) -> None:
    tables = centron.view().tables
    change_set = exact(tables, [(6, None, centron.held(6))])
    assert change_set
    assert change_set.counts.different == 0
    assert change_set.counts.same > 5
    centron.write(change_set)
    assert writes(centron) == [FullWrite(6, centron.held(6))]


def test_a_write_by_index_may_cover_the_elements_that_follow(centron: Any) -> None:
    tables = centron.view().tables
    layout = tables.layout(6)
    start, end = layout.locate("UTIL_INFO_TBL.OWNER_NAME").offset, layout.locate("UTIL_INFO_TBL.UTILITY_DIV").end
    data = b"One".ljust(end - start)
    change_set = exact(tables, [(6, (0,), data)])
    assert {row.path for row in change_set.changes} == {"UTIL_INFO_TBL.OWNER_NAME", "UTIL_INFO_TBL.UTILITY_DIV"}
    with pytest.raises(WriteImpossible, match="whole elements"):
        exact(tables, [(6, (0,), data[:-3])])


def test_part_of_an_element_is_written_and_proven_by_its_bytes(centron: Any) -> None:
    tables = centron.view().tables
    centron.write(exact(tables, [(6, TARIFF_AT + 1, b"X")]))
    assert centron.held(6)[TARIFF_AT : TARIFF_AT + 2] == tables.get(6)[TARIFF_AT : TARIFF_AT + 1] + b"X"


def test_a_table_without_a_layout_is_written_as_bytes_and_taken_back(centron: Any) -> None:
    before = centron.held(LIMIT)
    change_set = exact(without_makers(centron.view(*CONTEXT, LIMIT).tables), [(LIMIT, 5, b"\x05\x00")])
    (row,) = change_set.changes
    assert (row.path, row.state, row.span.length) == ("MFG_TABLE_4.DATA", State.DIFFERENT, len(before))
    written = centron.write(change_set)
    assert centron.held(LIMIT) == before[:5] + b"\x05\x00" + before[7:]
    assert any(isinstance(step, OffsetRead) and (step.table, step.offset) == (LIMIT, 5) for step in centron.asked)
    centron.write(written.inverse())
    assert centron.held(LIMIT) == before


def test_an_exact_write_with_a_layout_is_taken_back_too(centron: Any) -> None:
    before = centron.held(6)
    written = centron.write(exact(centron.view().tables, [(6, TARIFF_AT, b"TOU-2   "), (6, TARIFF_AT, b"TOU-3   ")]))
    centron.write(written.inverse())
    assert centron.held(6) == before


def test_a_meter_without_offset_reads_gives_the_whole_table_to_look_at(make_site: Any) -> None:
    """The residential meter reads by index only; a write by offset is refused by it, and nothing is said to be done."""
    residential = make_site("residential")
    tables = residential.view().tables
    with pytest.raises(ServiceRefused):
        residential.write(exact(tables, [(6, TARIFF_AT, b"TOU-2   ")]))
    assert any(isinstance(step, FullRead) and step.table == 6 for step in residential.asked)
    assert not any(isinstance(step, OffsetRead) and step.offset == TARIFF_AT for step in residential.asked)
    assert residential.journal.unfinished(residential.view(0, 1).identity) is None


def test_nothing_is_written_where_the_meter_holds_something_else_than_what_was_shown(centron: Any) -> None:
    tables = centron.view().tables
    change_set = exact(tables, [(6, TARIFF_AT, b"TOU-2   ")])
    centron.write(exact(tables, [(6, TARIFF_AT, b"TOU-9   ")]))
    with pytest.raises(ChangedSinceShown):
        centron.write(change_set)
    assert centron.held(6)[TARIFF_AT : TARIFF_AT + 5] == b"TOU-9"


@pytest.mark.parametrize("has_layout", [True, False])
def test_an_interrupted_write_is_finished_or_taken_back(centron: Any, has_layout: bool) -> None:
    before = centron.held(LIMIT)
    tables = centron.view(*CONTEXT, LIMIT).tables
    change_set = exact(
        tables if has_layout else without_makers(tables), [(LIMIT, 5, b"\x05\x00"), (LIMIT, 8, b"\x07\x00")]
    )
    with pytest.raises(Cancelled):
        centron.run(stopped(centron, change_set, at=8))
    unfinished = centron.journal.unfinished(change_set.identity)
    assert unfinished is not None
    with pytest.raises(Interrupted):
        centron.write(change_set)
    here = centron.run(look(unfinished)).tables
    here = here if has_layout else without_makers(here)
    back = go_back(unfinished, here, centron.journal)
    assert back.images[LIMIT].after == before
    centron.write(finish(unfinished, here, centron.journal))
    assert centron.held(LIMIT) == before[:5] + b"\x05\x00" + before[7:8] + b"\x07\x00" + before[10:]
    assert centron.journal.unfinished(change_set.identity) is None


def stopped(site: Any, change_set: Any, *, at: int) -> Any:
    """A person stops the write when the request for this offset is about to be sent."""
    conversation = apply(change_set, journal=site.journal, who="Ada")
    step = next(conversation)
    while not (isinstance(step, OffsetWrite) and step.offset == at):
        step = conversation.send(None if isinstance(step, Progress) else (yield step))
    conversation.throw(Cancelled("a person"))


def test_what_was_not_taken_over_is_not_called_written(centron: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = centron.view().tables
    change_set = exact(tables, [(6, TARIFF_AT, b"TOU-2   ")])
    bank = centron.meter.device.bank
    honest = bank.read
    monkeypatch.setattr(bank, "read", lambda number: tables.get(6) if number == 6 else honest(number))
    with pytest.raises(NotVerified) as caught:
        centron.write(change_set)
    assert caught.value.element == "UTIL_INFO_TBL.TARIFF_ID"


def test_exact_requests_are_not_taken_apart(centron: Any) -> None:
    change_set = exact(centron.view().tables, [(6, OWNER_AT, b"New owner".ljust(20)), (6, TARIFF_AT, b"TOU-2   ")])
    with pytest.raises(UsageError):
        change_set.choose(["UTIL_INFO_TBL.TARIFF_ID"])
    assert change_set.choose(["UTIL_INFO_TBL"]) is change_set


def test_what_goes_past_the_end_of_a_table_is_refused_before_anything_is_sent(centron: Any) -> None:
    tables = centron.view().tables
    with pytest.raises(WriteImpossible, match="goes from"):
        exact(tables, [(6, len(centron.held(6)) - 2, b"four")])
    with pytest.raises(WriteImpossible, match="nothing to write"):
        exact(tables, [(6, 0, b"")])
    with pytest.raises(WriteImpossible, match="nobody can say"):
        exact(tables, [(6, (99,), b"x")])


def test_limits_that_reshape_other_tables_are_warned_of(centron: Any) -> None:
    tables = centron.view().tables
    items = tables.layout(31).locate("ACT_DISP_TBL.NBR_PRI_DISP_LIST_ITEMS")
    held = tables.get(31)
    assert held is not None
    change_set = exact(tables, [(31, items.offset, bytes([held[items.offset] - 1]))])
    assert WarningKind.RESHAPES in {warning.kind for warning in change_set.warnings}


def test_passwords_are_masked_and_kept_out_of_the_journal(centron: Any) -> None:
    tables = centron.view().tables
    dictionary = load_dictionary(("fieldpro-virtual",))
    assert dictionary.by_name["SECURITY_TBL"].number == 42
    layout = tables.layout(42)
    first = layout.node("SECURITY_TBL.SECURITY_ENTRIES[0].PASSWORD")
    secret = b"Tr0ub4dor&3".ljust(first.length, b"\0")
    change_set = exact(tables, [(42, first.offset, secret)])
    assert all(row.secret and "Tr0ub" not in row.new_text for row in change_set.changes)
    with pytest.raises(WriteImpossible, match="whole elements"):
        exact(tables, [(42, first.offset, secret[:4])])
    centron.write(change_set)
    assert centron.held(42)[first.offset : first.offset + first.length] == secret
    kept = b"".join(path.read_bytes() for path in centron.journal.folder.iterdir())
    assert b"Tr0ub4dor" not in kept
    assert secret.hex().encode() not in kept


def test_a_table_with_and_one_without_a_layout_are_finished_and_taken_back_together(centron: Any) -> None:
    before = centron.held(6), centron.held(LIMIT)
    tables = without_makers(centron.view(*CONTEXT, LIMIT).tables)
    change_set = exact(tables, [(LIMIT, 5, b"\x05\x00"), (6, TARIFF_AT, b"TOU-2   ")])
    with pytest.raises(Cancelled):
        centron.run(stopped(centron, change_set, at=5))
    unfinished = centron.journal.unfinished(change_set.identity)
    assert unfinished is not None
    here = without_makers(centron.run(look(unfinished)).tables)
    left = finish(unfinished, here, centron.journal)
    assert (set(left.images), len(left.exact)) == ({6, LIMIT}, 1)
    again = left.against(here)
    assert (set(again.images), len(again.exact)) == ({6, LIMIT}, 1)
    written = centron.write(left)
    assert (centron.held(6), centron.held(LIMIT)) == (change_set.images[6].after, change_set.images[LIMIT].after)
    centron.write(written.inverse())
    assert (centron.held(6), centron.held(LIMIT)) == before
