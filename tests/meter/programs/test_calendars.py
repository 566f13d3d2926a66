"""The calendar of a program is looked at before any meter is near: gaps and overlaps are told with their element."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fieldpro.meter.programs import Program, check, dump, load, template
from fieldpro.meter.view import MeterView

SWITCHES, SEASONS, DATES = (
    f"CALENDAR_TBL.{name}" for name in ("TIER_SWITCHES", "DAILY_SCHEDULE_ID_MATRIX", "RECURR_DATES")
)


@pytest.fixture
def program() -> Program:
    return template("commercial-tou")


def changed(program: Program, path: str, index: int, **values: Any) -> Program:
    entries = [dict(entry) for entry in program.elements[path]]
    entry = entries[index]
    for name, value in values.items():
        if name in entry:
            entry[name] = value
        else:
            inner = next(key for key, part in entry.items() if isinstance(part, dict) and name in part)
            entry[inner] = {**entry[inner], name: value}
    return replace(program, elements={**program.elements, path: entries})


def test_a_good_calendar_has_no_complaints_offline_and_against_a_meter(program: Program, centron: MeterView) -> None:
    assert check(program) == []
    assert check(program, tables=centron.tables) == []


@pytest.mark.parametrize("with_meter", [False, True])
@pytest.mark.parametrize(
    ("path", "index", "values", "words", "place"),
    [
        (SWITCHES, 0, {"SWITCH_HOUR": 1}, "a gap", "CALENDAR_TBL"),
        (SWITCHES, 2, {"SWITCH_HOUR": 7}, "overlaps tier switch 2", f"{SWITCHES}[2]"),
        (SEASONS, 1, {"WEEKDAY_SCHEDULE": 9}, "which has no tier switches", f"{SEASONS}[1]"),
        (DATES, 1, {"CALENDAR_CTRL": 0}, "a date for the other change is missing", "CALENDAR_TBL"),
    ],
)
def test_what_does_not_hold_together_is_told(
    program: Program,
    centron: MeterView,
    path: str,
    index: int,
    values: dict[str, Any],
    words: str,
    place: str,
    with_meter: bool,
) -> None:
    found = check(changed(program, path, index, **values), tables=centron.tables if with_meter else None)
    assert any(words in complaint.found and complaint.path == place for complaint in found), [*map(str, found)]


def test_a_gap_has_a_line_in_the_file(program: Program) -> None:
    text = dump(changed(program, SWITCHES, 2, SWITCH_HOUR=7))
    (complaint,) = check(load(text, "p"), text=text)
    assert text.splitlines()[complaint.line - 1].startswith("TIER_SWITCHES = [")


def test_half_a_calendar_is_not_judged(program: Program) -> None:
    wrong = changed(program, SWITCHES, 0, SWITCH_HOUR=1)
    half = {path: value for path, value in wrong.elements.items() if path != SEASONS}
    assert check(replace(wrong, elements=half)) == []


def test_what_does_not_fit_its_element_is_told_once(program: Program) -> None:
    (complaint,) = check(changed(program, SWITCHES, 0, SWITCH_HOUR=99))
    assert complaint.path == f"{SWITCHES}[0].TIER_SWITCH.SWITCH_HOUR"
