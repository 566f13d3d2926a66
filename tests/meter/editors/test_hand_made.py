"""Editors of a meter by hand, which has what the virtual ones have not: transformers, scalars, tables to write."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from fieldpro.c12.dictionary import Tables
from fieldpro.dictionaries import load_dictionary
from fieldpro.errors import TableUnresolved
from fieldpro.meter.changes import State
from fieldpro.meter.editors import (
    ConstantsEditor,
    DemandEditor,
    DisplayEditor,
    Editor,
    LoadProfileEditor,
    SecurityEditor,
)
from fieldpro.meter.view import MeterView
from fieldpro.records import MeterIdentity, ReadOut, TableReading, TableStatus

AT = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def view(hand_made_raw: dict[int, bytes]) -> MeterView:
    """The hand-made meter, its constants and load profile control to be written."""
    tables = Tables(load_dictionary(), raw=hand_made_raw)
    general = dict(tables.decode(0).values) | {"STD_TBLS_WRITE": (15, 61, 62)}
    raw = {**hand_made_raw, 0: tables.encode(0, general)}
    readings = {number: TableReading(number, TableStatus.READ, data) for number, data in raw.items()}
    identity = MeterIdentity("HAND", "MADE", "0042", "1.2", "3.14", "TEST")
    return MeterView(ReadOut(identity, "memory", "Ada", AT, AT, "generic", readings))


def test_transformers_are_fields_and_multiply(view: MeterView) -> None:
    editor = ConstantsEditor(view)
    assert editor.field("ct_0_1").title == "Current transformer ratio"
    assert (editor.value("ct_0_1"), editor.value("vt_0_1"), editor.value("applied_0_1")) == (10.0, 2.0, False)
    assert editor.transformer_factor(0) == Decimal(20)
    assert editor.transformer_factor(1) == Decimal(1)  # applied by the meter already
    wanted = editor.with_value("ct_0_1", 40.0)
    assert wanted.transformer_factor(0) == Decimal(80)
    assert [(change.path, change.state) for change in wanted.change_set().changes] == [
        ("CONSTANTS_TBL.SELECTION[0].SET1_CONSTANTS.RATIO_F1", State.DIFFERENT)
    ]
    assert not wanted.check()


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("ct_0_1", 0.0, "a number above 0 is wanted"),
        ("vt_0_1", -2.0, "a number above 0 is wanted"),
        ("ct_0_1", 200_000.0, "at most 100000 is wanted, not 200000"),
        (
            "applied_0_1",
            True,
            "whether the meter applies the ratios itself was changed: every reading changes with it",
        ),
    ],
)
def test_what_is_wrong_with_transformers_is_said(view: MeterView, name: str, value: Any, text: str) -> None:
    assert text in [each.text for each in ConstantsEditor(view).with_value(name, value).check()]


def test_a_channel_more_grows_the_tables_that_describe_it(view: MeterView) -> None:
    editor = LoadProfileEditor(view)
    wanted = editor.with_channels(1, [(0, 0), (1, 1), (3, 3)])
    assert [each.name for each in wanted.channels(1)] == ["Wh delivered", "Wh received", "W delivered"]
    change_set = wanted.change_set()
    assert change_set.tables[:2] == (61, 62)
    after = Tables(view.tables.dictionary, raw={n: view.tables.get(n) or b"" for n in view.tables.numbers})
    for number, image in change_set.images.items():
        after.put(number, image.after)
    assert after.decode(61).get("NBR_CHNS_SET1") == 3
    control = after.decode(62).values
    assert [each["LP_SOURCE_SELECT"] for each in control["LP_SEL_SET1"]] == [0, 1, 3]
    assert control["INT_FMT_CDE1"] == 2
    assert control["SCALARS_SET1"] == [1, 3, 1]
    assert control["DIVISOR_SET1"] == [1, 6, 1]
    assert wanted.memory().taken == after.layout(64).size
    assert wanted.memory().fits
    more = wanted.with_value("blocks_1", 7)
    assert [str(each) for each in more.check() if each.is_error] == [
        "Memory: 420 bytes are wanted and the meter has 400: fewer blocks or channels"
    ]


def test_a_channel_fewer_keeps_the_other_one(view: MeterView) -> None:
    wanted = LoadProfileEditor(view).with_channels(1, [(1, 1)])
    after = Tables(view.tables.dictionary, raw={n: view.tables.get(n) or b"" for n in view.tables.numbers})
    for number, image in wanted.change_set().images.items():
        after.put(number, image.after)
    control = after.decode(62).values
    assert [each["LP_SOURCE_SELECT"] for each in control["LP_SEL_SET1"]] == [1]
    assert control["INT_FMT_CDE1"] == 2
    assert wanted.memory().taken == after.layout(64).size


def test_a_meter_without_a_display_has_no_lists(view: MeterView) -> None:
    editor = DisplayEditor(view)
    assert editor.kinds == ()
    assert editor.fields == ()
    assert not editor.check()


@pytest.mark.parametrize(("make", "table"), [(LoadProfileEditor, 61), (DemandEditor, 13), (ConstantsEditor, 15)])
def test_an_editor_says_what_was_not_read_and_does_not_make_it_up(
    make: type[Editor], table: int, view: MeterView
) -> None:
    tables = Tables(load_dictionary(), raw={0: view.read_out.tables[0].data})
    general = dict(tables.decode(0).values) | {"STD_TBLS_USED": (0, 1, 11, 13, 15, 16, 33, 41, 61, 62, 64)}
    read = TableReading(0, TableStatus.READ, tables.encode(0, general))
    bare = MeterView(ReadOut(view.identity, "memory", "Ada", AT, AT, "generic", {0: read}))
    with pytest.raises(TableUnresolved) as caught:
        assert make(bare).fields
    assert table in caught.value.needs


def test_a_meter_without_what_an_editor_is_about_has_no_fields(view: MeterView) -> None:
    assert SecurityEditor(view).fields == ()
    assert DemandEditor(view).fields == ()
