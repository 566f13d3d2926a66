"""A step, expected against actual: elements side by side, what differs, what a rule lets pass, what is redacted."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fieldpro.c12.dictionary.tables import Tables
from fieldpro.dictionaries import load_dictionary
from fieldpro.gui.models.tape_fields import content_of
from table_playback.compare import difference
from table_playback.play import StepResult, Verdict
from table_playback.tape import Step

IDENTITY = {
    "MANUFACTURER": "HAND",
    "ED_MODEL": "MADE",
    "HW_VERSION_NUMBER": 1,
    "HW_REVISION_NUMBER": 2,
    "FW_VERSION_NUMBER": 3,
    "FW_REVISION_NUMBER": 14,
    "MFG_SERIAL_NUMBER": "0042",
}
NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def tables() -> Tables:
    """Tables 0 and 1 of a meter made by hand: ASCII, little-endian, serial number as text."""
    made = Tables(load_dictionary())
    general = bytes([0x02, 0x0A, 0x88]) + b"TEST" + bytes([2, 0, 16, 4, 1, 0, 1, 0, 0, 0, 0, 0, 0x03, 0, 0])
    made.put(0, general)
    made.put(1, made.encode(1, IDENTITY))
    return made


def read(data: bytes, **more: object) -> Step:
    return Step(1, 0.0, "<", "full-read", table=1, data=data, response=0, **more)


def judged(tables: Tables, step: Step, found: bytes) -> StepResult:
    other = Tables(tables.dictionary, raw={0: tables.get(0) or b"", 1: found})
    differences = difference(tables, other, 1)
    verdict = Verdict.DIFFERS if differences else Verdict.EQUAL
    return StepResult(step, verdict, read(found), differences)


def test_elements_of_the_tape_alone(tables: Tables) -> None:
    content = content_of(read(tables.get(1) or b""), None, tables)
    assert [(row.path, row.expected, row.found) for row in content.rows][:2] == [
        ("GENERAL_MFG_ID_TBL.MANUFACTURER", "HAND", ""),
        ("GENERAL_MFG_ID_TBL.ED_MODEL", "MADE", ""),
    ]
    assert content.found is None
    assert not content.differing


def test_the_one_that_differs_is_marked_with_both_values_and_its_bytes(tables: Tables) -> None:
    found = tables.encode(1, {**IDENTITY, "FW_VERSION_NUMBER": 4})
    step = read(tables.get(1) or b"")
    content = content_of(step, judged(tables, step, found), tables)
    (row,) = content.differing
    assert row.path == "GENERAL_MFG_ID_TBL.FW_VERSION_NUMBER"
    assert (row.expected, row.found) == ("3", "4")
    assert found[row.offset : row.offset + row.length] == b"\x04"


def test_what_a_rule_lets_pass_is_otherwise_and_no_difference(tables: Tables) -> None:
    found = tables.encode(1, {**IDENTITY, "FW_VERSION_NUMBER": 4})
    step = read(tables.get(1) or b"")
    content = content_of(step, StepResult(step, Verdict.EQUAL, read(found), masked=1), tables)
    assert not content.differing
    assert [row.path for row in content.rows if row.otherwise] == ["GENERAL_MFG_ID_TBL.FW_VERSION_NUMBER"]


def test_what_is_redacted_is_not_shown(tables: Tables) -> None:
    data = tables.get(1) or b""
    content = content_of(read(data, masked=((len(data) - 16, 16),)), None, tables)
    assert content.rows[-1].expected == "redacted"
    assert content.rows[0].expected == "HAND"


def test_a_part_of_a_table_starts_where_it_starts(tables: Tables) -> None:
    data = tables.get(1) or b""
    step = Step(1, 0.0, "<", "offset-read", table=1, offset=4, count=8, data=data[4:12], response=0)
    content = content_of(step, None, tables)
    assert [(row.path, row.expected, row.offset) for row in content.rows] == [
        ("GENERAL_MFG_ID_TBL.ED_MODEL", "MADE", 0)
    ]


def test_without_a_layout_the_bytes_stand_there_and_why(tables: Tables) -> None:
    step = Step(1, 0.0, "<", "full-read", table=2048 + 99, data=bytes(range(20)), response=0)
    actual = Step(1, 0.0, "<", "full-read", table=2048 + 99, data=bytes(range(19)) + b"\xff", response=0)
    content = content_of(step, StepResult(step, Verdict.DIFFERS, actual), tables)
    assert "manufacturer table 99" in content.why
    assert [row.differs for row in content.rows] == [False, True]
    assert content.rows[1].expected == "10 11 12 13"


def test_another_answer_than_the_tape_has_comes_first(tables: Tables) -> None:
    step = read(tables.get(1) or b"")
    actual = Step(1, 0.0, "<", "full-read", table=1, response=3)
    content = content_of(step, StepResult(step, Verdict.MISSING, actual, detail="insufficient"), tables)
    first = content.rows[0]
    assert (first.title, first.expected, first.differs) == ("Answer", "ok", True)
    assert first.found != "ok"


def test_a_service_of_the_session_shows_what_was_said(tables: Tables) -> None:
    step = Step(1, 0.0, ">", "identify", response=0, answer=b"\x00\x01\x00\x00")
    content = content_of(step, None, tables)
    assert [row.expected for row in content.rows] == ["ok", "00 01 00 00"]
    assert content.expected == b"\x00\x01\x00\x00"
