"""The configuration in hand: what is wanted stays over a new reading, is counted as a person counts, and is dropped."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from fieldpro.gui.models.configuration import (
    CONSTANTS,
    DEMAND,
    DISPLAY,
    MAKERS,
    PROFILE,
    SECURITY,
    Hand,
    change_set_of,
    rows_of,
)
from fieldpro.meter.read import read_tables
from fieldpro.meter.view import MeterView
from fieldpro.records import ReadOut
from fieldpro.secret import Secret

BENCHMARKS = Path(__file__).parents[2] / "benchmark"


@cache
def read_out() -> ReadOut:
    sys.path.insert(0, str(BENCHMARKS))
    try:
        import power_cut as kit
    finally:
        sys.path.remove(str(BENCHMARKS))
    meter, clock = kit.make_meter("centron")
    with kit.open_session(kit.Wire(meter, clock), "centron") as session:
        found: ReadOut = session.run(read_tables())
    return found


def view_of(*writable: int) -> MeterView:
    """The virtual meter as it is; with numbers, as if it let these tables be written too."""
    found = read_out()
    if not writable:
        return MeterView(found)
    tables = MeterView(found).tables
    general = dict(tables.decode(0).values)
    general["STD_TBLS_WRITE"] = tuple(sorted({*general["STD_TBLS_WRITE"], *writable}))
    readings = {**found.tables, 0: replace(found.tables[0], data=tables.encode(0, general))}
    return MeterView(replace(found, tables=readings))


@pytest.fixture
def hand() -> Hand:
    """Everything of it can be written."""
    made = Hand()
    made.take(view_of(13, 15, 45, 61, 62))
    return made


def rows(hand: Hand, key: str) -> list[tuple[str, str, str]]:
    assert hand.view is not None
    return rows_of(MAKERS[key](hand.view, hand.wanted().editors.get(key)))


def test_a_table_that_cannot_be_written_is_named_and_its_fields_are_read_only() -> None:
    outlook = Hand().take(view_of())
    assert outlook.sheets[CONSTANTS].read_only.startswith("Read-only: this meter does not let table 15")
    assert not any(field.writable for field in outlook.sheets[DEMAND].fields)
    assert outlook.sheets[DISPLAY].read_only == ""
    assert outlook.changed == 0


def test_a_demand_interval_that_does_not_fit_is_said_with_its_field(hand: Hand) -> None:
    outlook = hand.do(DEMAND, lambda editor: editor.with_value("subinterval_0", 7))
    assert [each.text for each in outlook.sheets[DEMAND].about("subinterval_0") if each.is_error] == [
        "intervals of 21 min do not fill a day evenly"
    ]
    outlook = hand.do(DEMAND, lambda editor: editor.with_value("subinterval_0", 10))
    assert not outlook.errors
    assert outlook.sheets[DEMAND].notes["W sliding delivered"] == "Rolling, 30 min in 3 sub-intervals of 10 min"
    assert rows(hand, DEMAND) == [("W sliding delivered: sub-interval", "5 min", "10 min")]
    outlook = hand.undo()
    assert outlook.sheets[DEMAND].about("subinterval_0")
    assert outlook.anew
    assert not hand.start_again().can_undo


def test_a_constant_is_an_element_of_the_change_set(hand: Hand) -> None:
    hand.do(CONSTANTS, lambda editor: editor.with_value("multiplier_1", 0.25))
    assert rows(hand, CONSTANTS) == [("Wh received per interval: multiplier", "0.5", "0.25")]
    assert hand.view is not None
    changes = change_set_of(hand.view, hand.wanted()).different
    assert [change.path for change in changes] == ["CONSTANTS_TBL.SELECTION[1].MULTIPLIER"]
    assert hand.wanted().needs >= {0, 1, 15}


def test_channels_are_counted_by_place_and_named(hand: Hand) -> None:
    outlook = hand.do(PROFILE, lambda editor: editor.with_channels(1, [(5, 0), (7, 2), (6, 1)]))
    assert [row[:2] for row in rows(hand, PROFILE)] == [
        ("Set 1, channel 2", "Wh received per interval (block end: Wh received)"),
        ("Set 1, channel 3", "varh delivered per interval (block end: varh delivered)"),
        ("Set 1, channel 4", "VAh total per interval (block end: VAh total)"),
    ]
    assert rows(hand, PROFILE)[2][2] == "nothing"
    assert outlook.sheets[PROFILE].changed == 3
    memory = outlook.sheets[PROFILE].more.memory
    assert memory.taken < memory.there


def test_what_is_wanted_stays_over_a_new_reading_until_the_meter_holds_it(hand: Hand) -> None:
    hand.do(CONSTANTS, lambda editor: editor.with_value("multiplier_1", 0.25))
    hand.do(DEMAND, lambda editor: editor.with_value("subinterval_0", 10))
    assert hand.take(view_of(13, 15)).changed == 2
    found = read_out()
    tables = MeterView(found).tables
    values: dict[str, Any] = dict(tables.decode(15).values)
    values["SELECTION"] = [dict(each) for each in values["SELECTION"]]
    values["SELECTION"][1]["MULTIPLIER"] = 0.25
    readings = {**found.tables, 15: replace(found.tables[15], data=tables.encode(15, values))}
    outlook = hand.take(MeterView(replace(found, tables=readings)))
    assert outlook.sheets[CONSTANTS].changed == 0
    assert outlook.sheets[DEMAND].changed == 1


def test_another_meter_gets_nothing_of_what_was_wanted_before(hand: Hand) -> None:
    hand.do(SECURITY, lambda editor: editor.with_password(1, Secret(b"ORANGE")))
    found = read_out()
    other = MeterView(replace(found, identity=replace(found.identity, serial="0000000000000007")))
    assert hand.take(other).changed == 0
    assert not hand.wanted().passwords


def test_secrets_are_counted_and_never_told_and_forgotten_with_their_history(hand: Hand) -> None:
    hand.do(DISPLAY, lambda editor: editor.with_value("on_primary_0", 7))
    hand.do(SECURITY, lambda editor: editor.with_password(1, Secret(b"ORANGE")))
    outlook = hand.do(SECURITY, lambda editor: editor.with_key(0, Secret(bytes(range(8)))))
    assert outlook.sheets[SECURITY].more.typed == {"password_1", "key_0"}
    assert rows(hand, SECURITY) == [("Password, level 2", "••••••", "a new one"), ("Key 1", "••••••", "a new one")]
    wanted = hand.wanted()
    assert set(wanted.passwords) == {1}
    assert "KEY_TBL.KEY_ENTRIES[0]" in wanted.elements
    assert "ORANGE" not in repr(outlook) + repr(wanted)
    outlook = hand.forget_secrets()
    assert (outlook.changed, outlook.can_undo) == (1, False)
    assert not hand.wanted().passwords
