"""A comparison as rows: the verdict, tables with their elements, what the filter and the switches leave."""

from __future__ import annotations

from dataclasses import replace

from fieldpro.gui.models.compare_rows import Element, Heading, Row, rows, said
from fieldpro.records import MeterIdentity
from table_playback.compare import Comparison, FieldDifference, Kind, StepComparison, TableComparison, Verdict
from table_playback.compare.records import Counts, SideFacts

SIDE = SideFacts("read-out", "one", MeterIdentity("M", "X", "1", "", "", ""), None, 3, 0)
VOLTS = FieldDifference("STATE_TBL.VOLTS", "Voltage", "V", "230", "231", 1, 2, found_offset=3, found_length=2)
TIME = replace(VOLTS, path="STATE_TBL.TIME", title="", unit="", volatile="Clock")
NEW = replace(
    VOLTS,
    path="LOG_TBL.ENTRIES[3]",
    title="Entries [3]",
    unit="",
    expected_text="",
    found_text="Power lost",
    kind=Kind.ONLY_RIGHT,
    found_offset=40,
)
LOG = replace(
    VOLTS,
    path="LOG_TBL.ENTRIES",
    title="Entries",
    unit="",
    expected_text="3 entries",
    found_text="4 entries",
    note="1 new",
    parts=(NEW,),
)
STATE_TABLE = TableComparison(11, "STATE_TBL", "State", "ST 11", Verdict.DIFFERS, (VOLTS,), (TIME,), 13, 13)
LOG_TABLE = TableComparison(76, "LOG_TBL", "Log", "ST 76", Verdict.DIFFERS, (LOG,), (), 1300, 1300)
EQUAL = TableComparison(1, "NAME_TBL", "Name", "ST 1", Verdict.EQUAL, left_size=32, right_size=32)
REFUSED = TableComparison(
    43, "ACCESS_TBL", "Access", "ST 43", Verdict.UNKNOWN, left_note="refused", right_note="refused"
)
COUNTS = Counts(differences=2, differing=2, equal=1, volatile=1, unknown=1)
FOUND = Comparison(SIDE, SIDE, (EQUAL, STATE_TABLE, REFUSED, LOG_TABLE), COUNTS)


def titles(found: list[Row]) -> list[str]:
    return [row.title for row in found]


def test_the_verdict_stands_in_one_line() -> None:
    verdict = said(FOUND)
    assert verdict.headline == "2 differences in 2 tables, 1 equal, 1 volatile left out, 1 not compared"
    assert verdict.tone == "warn"
    assert said(replace(FOUND, counts=Counts(equal=3))).tone == "good"
    assert said(replace(FOUND, counts=Counts())).headline == "Nothing to compare"


def test_differences_stand_under_their_tables() -> None:
    found = rows(FOUND, every=False, volatile=False)
    assert titles(found) == ["ST 11  State", "Voltage", "ST 76  Log", "Entries", "[3]"]
    volts = found[1]
    assert isinstance(volts, Element)
    assert (volts.left, volts.right, volts.state, volts.name) == ("230 V", "231 V", "differs", "VOLTS")
    assert (volts.left_span, volts.right_span) == ((1, 2), (3, 2))


def test_a_list_shows_its_first_entries_and_marks_their_bytes() -> None:
    entries, new = rows(FOUND, every=False, volatile=False)[3:]
    assert isinstance(entries, Element)
    assert isinstance(new, Element)
    assert (entries.state, new.state, new.depth) == ("1 new", "only right", 1)
    assert entries.right_span == (40, 2)
    assert new.left_span is None


def test_every_table_can_be_listed() -> None:
    found = [row for row in rows(FOUND, every=True, volatile=False) if isinstance(row, Heading)]
    assert [(row.title, row.state) for row in found] == [
        ("ST 1  Name", "equal"),
        ("ST 11  State", "differs"),
        ("ST 43  Access", "not compared"),
        ("ST 76  Log", "differs"),
    ]
    assert (found[0].left, found[2].right, found[1].count) == ("32 bytes", "refused", 1)


def test_volatile_elements_are_shown_when_asked_for() -> None:
    found = rows(FOUND, every=False, volatile=True)
    assert ("TIME", "volatile: Clock") in [(row.title, row.state) for row in found]


def test_every_word_must_fit() -> None:
    assert titles(rows(FOUND, every=False, volatile=False, text="volt 231")) == ["ST 11  State", "Voltage"]
    assert rows(FOUND, every=False, volatile=False, text="volt 999") == []


def test_a_table_that_fits_brings_all_its_elements() -> None:
    assert titles(rows(FOUND, every=False, volatile=False, text="log_tbl")) == ["ST 76  Log", "Entries", "[3]"]


def test_steps_stand_after_the_tables() -> None:
    step = StepComparison(3, None, "full-read of table 23", Verdict.ONLY_LEFT, left_answer="ok")
    with_steps = replace(FOUND, tables=(), steps=(step,), step_counts=Counts(equal=2, only_left=1))
    (row,) = rows(with_steps, every=False, volatile=False)
    assert (row.title, row.left, row.state, row.key) == (
        "Step 3 | \N{EN DASH}  full-read of table 23",
        "ok",
        "only left",
        ("step", 3, 0),
    )
    assert said(with_steps).detail == "Steps: 2 steps equal, 1 only left"
