"""A program against a meter, element by element: same, different, read-only, unknown, and what to think about first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fieldpro.c12.dictionary import Tables
from fieldpro.errors import TableUnresolved, UsageError, ValueRefused
from fieldpro.meter.changes import State, WarningKind, compare, edit
from fieldpro.meter.programs import Blank, Program, Target, from_readout
from fieldpro.meter.view import MeterView
from fieldpro.records import TableReading, TableStatus


def program(elements: dict[str, Any], **target: Any) -> Program:
    return Program("p", 3, Target(**target), elements)


def one(view: MeterView, path: str, value: object) -> Any:
    (change,) = compare(program({path: value}), view).changes
    return change


def test_a_row_tells_old_and_new_with_title_unit_and_words(centron: Any) -> None:
    view = centron.view()
    change = one(view, "UTIL_INFO_TBL.TARIFF_ID", "TOU-2")
    assert (change.state, change.title, change.old_text, change.new_text) == ("different", "Tariff", "GS-TOU", "TOU-2")
    assert (change.table, change.group, change.name) == (6, "ST 6 Utility information", "TARIFF_ID")
    hour = one(view, "TIME_OFFSET_TBL.DST_TIME_AMT", 30)
    assert (hour.old_text, hour.new_text, hour.unit) == ("60", "30", "min")
    dst = one(view, "CALENDAR_TBL.RECURR_DATES[0].CALENDAR_ACTION.CALENDAR_CTRL", "season 2")
    assert (dst.old_text, dst.new_text) == ("daylight saving on (1)", "season 2 (5)")


@pytest.mark.parametrize(
    ("path", "value", "state", "reason"),
    [
        ("UTIL_INFO_TBL.TARIFF_ID", "GS-TOU", State.SAME, ""),
        ("UTIL_INFO_TBL.TARIFF_ID", "GS", State.DIFFERENT, ""),
        ("UOM_ENTRY_TBL.UOM_ENTRY[0].ID_CODE", 33, State.READ_ONLY, ""),
        ("UOM_ENTRY_TBL.UOM_ENTRY[0].ID_CODE", "W", State.SAME, ""),
        ("UOM_ENTRY_TBL.UOM_ENTRY[99].ID_CODE", 33, State.UNKNOWN, "an index below"),
        ("UTIL_INFO_TBL.COLOUR", "red", State.UNKNOWN, "one of"),
        ("PRI_DISP_LIST_TBL.PRI_DISP_SOURCES", [1, 2], State.UNKNOWN, "a list of 8, not of 2"),
        ("TRANSFORMER_LOSS_TBL.X", 1, State.UNKNOWN, "does not have the table"),
        ("ACME_TBL.X", 1, State.UNKNOWN, "no such table"),
        ("DEMAND_CONTROL_TBL.INTERVAL_VALUE[0].INT_LENGTH", 15, State.UNKNOWN, "one of"),
    ],
)
def test_what_becomes_of_an_element(centron: Any, path: str, value: object, state: State, reason: str) -> None:
    change = one(centron.view(), path, value)
    assert change.state is state
    assert reason in change.reason
    assert bool(change.reason) == (state is State.UNKNOWN)


def test_a_table_that_was_not_read_or_only_in_part_is_unknown(centron: Any) -> None:
    view = centron.view()
    tables = dict(view.read_out.tables)
    tables[6] = TableReading(6, TableStatus.READ, tables[6].data, parts=((0, 20),))
    tables[33] = TableReading(33, TableStatus.REFUSED)
    partly = MeterView(replace(view.read_out, tables=tables))
    for path in ("UTIL_INFO_TBL.OWNER_NAME", "PRI_DISP_LIST_TBL.PRI_DISP_SOURCES[0]"):
        assert (one(partly, path, 1 if "DISP" in path else "x").reason) == "the table was not read"


def test_a_meter_whose_table_0_was_not_read_cannot_be_compared(centron: Any) -> None:
    view = centron.view()
    tables = {number: reading for number, reading in view.read_out.tables.items() if number != 0}
    with pytest.raises(TableUnresolved):
        compare(program({"UTIL_INFO_TBL.OWNER_NAME": "x"}), MeterView(replace(view.read_out, tables=tables)))


def test_every_row_is_counted_once(centron: Any) -> None:
    view = centron.view()
    elements = {
        "UTIL_INFO_TBL.TARIFF_ID": "GS-TOU",
        "UTIL_INFO_TBL.OWNER_NAME": "Somebody else",
        "UOM_ENTRY_TBL.UOM_ENTRY[0].ID_CODE": 33,
        "ACME_TBL.X": 1,
        "ACME_TBL.Y[0].Z": 1,
    }
    change_set = compare(program(elements), view)
    counts = change_set.counts
    assert (counts.same, counts.different, counts.read_only, counts.unknown) == (1, 1, 1, 2)
    assert counts.total == len(change_set.changes) == 5
    assert [change.path for change in change_set.different] == ["UTIL_INFO_TBL.OWNER_NAME"]
    assert change_set.tables == (6,)


def test_a_value_that_its_element_can_never_have_is_an_error_not_a_row(centron: Any) -> None:
    view = centron.view()
    for path, value, expected in (
        ("UTIL_INFO_TBL.EX1_SW_VERSION_NUMBER", 300, "0 to 255"),
        ("UTIL_INFO_TBL.TARIFF_ID", "much too long", "8 bytes"),
        ("PRI_DISP_LIST_TBL.PRI_DISP_LIST[0].DISP_SCROLL1.ON_TIME", 16, "0 to 15"),
    ):
        with pytest.raises(ValueRefused) as refused:
            compare(program({path: value}), view)
        assert (refused.value.element, expected in refused.value.expected) == (path, True)


def test_real_numbers_are_the_same_within_the_last_digit(centron: Any) -> None:
    """Table 15 holds FLOAT64 in this meter."""
    view = centron.view()
    path = "CONSTANTS_TBL.SELECTION[0].MULTIPLIER"
    held = view.tables.decode(15).get("SELECTION[0].MULTIPLIER")
    assert one(view, path, held * (1 + 1e-16)).state is State.SAME
    assert one(view, path, held * (1 + 1e-12)).state is State.READ_ONLY


def test_a_text_is_the_same_however_it_is_padded(centron: Any) -> None:
    view = centron.view()
    data = view.tables.get(6)
    padded = Tables(
        view.tables.dictionary,
        settings=view.tables.settings,
        raw={number: view.tables.get(number) for number in view.tables.numbers}
        | {6: b"Springfield Power\0\0\0" + data[20:]},
    )
    change_set = compare(program({"UTIL_INFO_TBL.OWNER_NAME": "Springfield Power"}), padded)
    assert change_set.counts.same == 1


@pytest.mark.parametrize(
    ("target", "kind", "found"),
    [
        ({"device_class": "ITRN"}, WarningKind.DEVICE_CLASS, "FPRO"),
        ({"manufacturer": "GE"}, WarningKind.MANUFACTURER, "FPRO"),
        ({"model": "VHOUSE*"}, WarningKind.MODEL, "VCENTRON"),
        ({"form": "2S"}, WarningKind.FORM, "9S"),
        ({"edition": 1}, WarningKind.EDITION, "2"),
        ({"settings": {"TIER_SWITCH_BITS": 1}}, WarningKind.DICTIONARY, "0"),
    ],
)
def test_a_program_for_another_kind_of_meter_is_warned_of(
    centron: Any, target: dict[str, Any], kind: WarningKind, found: str
) -> None:
    (warning,) = compare(program({}, **target), centron.view()).warnings
    assert (warning.kind, warning.found) == (kind, found)
    assert warning.expected in str(warning)
    assert found in str(warning)


def test_a_program_that_fits_has_no_warnings(centron: Any) -> None:
    target = {"device_class": "FPRO", "manufacturer": "fpro", "model": "VCENT*", "form": "9S", "edition": 2}
    assert compare(program({}, **target), centron.view()).warnings == ()


def test_a_required_field_that_is_not_filled_in_is_warned_of(centron: Any) -> None:
    view = centron.view()
    blanks = {
        "site": Blank("site", "Service point", "UTIL_INFO_TBL.SERVICE_POINT_ID"),
        "note": Blank("note", "Remarks", "UTIL_INFO_TBL.MISC_ID", required=False),
    }
    blank = Program("p", 1, Target(), {}, blanks=blanks)
    (warning,) = compare(blank, view).warnings
    assert warning.kind is WarningKind.BLANK
    assert "Service point" in str(warning)
    filled = compare(blank.filled_with({"site": "SP-7"}), view)
    assert filled.warnings == ()
    assert filled.different[0].new == "SP-7"


def test_a_change_by_hand_must_be_possible(centron: Any) -> None:
    view = centron.view()
    with pytest.raises(UsageError, match="COLOUR"):
        edit(view, {"UTIL_INFO_TBL.COLOUR": "red"})
    with pytest.raises(UsageError):
        edit(view, {"no name": 1})
    assert edit(view, {"UTIL_INFO_TBL.TARIFF_ID": "GS-TOU"}).counts.same == 1


def test_tables_come_in_the_order_in_which_they_are_written(centron: Any) -> None:
    elements = {
        "SECURITY_TBL.SECURITY_ENTRIES[0].ACCESS_PERMISSIONS.GROUP_7_FLAG": True,
        "CALENDAR_TBL.TIER_SWITCHES[0].DAY_SCH_NUM": 3,
        "UTIL_INFO_TBL.TARIFF_ID": "X",
        "TIME_OFFSET_TBL.DST_TIME_AMT": 30,
    }
    view = centron.view(0, 1, 6, 42, 53, 54)
    assert compare(program(elements), view).tables == (53, 6, 54, 42)


def test_where_limits_change_the_tables_they_shape_are_laid_out_as_they_will_be(centron: Any) -> None:
    """A meter that lets table 31 be written: two more items in the lists."""
    view = centron.view()
    general = view.tables.decode(0).values
    general = {**general, "STD_TBLS_WRITE": (*general["STD_TBLS_WRITE"], 31)}
    raw = {number: view.tables.get(number) for number in view.tables.numbers}
    tables = Tables(view.tables.dictionary, settings=view.tables.settings, raw=raw)
    tables.put(0, view.tables.encode(0, general))
    change_set = compare(
        program(
            {
                "ACT_DISP_TBL.NBR_PRI_DISP_LIST_ITEMS": 10,
                "PRI_DISP_LIST_TBL.PRI_DISP_SOURCES": [0, 1, 9, 2, 4, 13, 14, 15, 16, 17],
            }
        ),
        tables,
    )
    assert change_set.tables == (31, 33)
    before, image = view.tables.get(33), change_set.images[33]
    assert len(image.after) == len(before) + 4
    assert image.after[:6] == before[:6], "the lists are carried over"
    (region,) = image.regions
    assert (region.offset, region.before, region.after) == (0, before, image.after)
    back = change_set.inverse()
    assert {number: image.after for number, image in back.images.items()} == {31: tables.get(31), 33: before}


def test_choosing_rows_and_groups(centron: Any) -> None:
    change_set = centron.edited(
        {
            "UTIL_INFO_TBL.OWNER_NAME": "A",
            "UTIL_INFO_TBL.TARIFF_ID": "B",
            "PRI_DISP_LIST_TBL.PRI_DISP_LIST[0].DISP_SCROLL1.ON_TIME": 9,
            "PRI_DISP_LIST_TBL.PRI_DISP_LIST[1].DISP_SCROLL1.ON_TIME": 9,
            "TIME_OFFSET_TBL.DST_TIME_AMT": 30,
        }
    )
    chosen = change_set.choose(["UTIL_INFO_TBL.TARIFF_ID", "PRI_DISP_LIST_TBL.PRI_DISP_LIST[1]"])
    assert {change.path for change in chosen.different} == {
        "UTIL_INFO_TBL.TARIFF_ID",
        "PRI_DISP_LIST_TBL.PRI_DISP_LIST[1].DISP_SCROLL1.ON_TIME",
    }
    assert chosen.tables == (6, 33)
    assert {change.path for change in change_set.choose(["UTIL_INFO_TBL"]).different} == {
        "UTIL_INFO_TBL.OWNER_NAME",
        "UTIL_INFO_TBL.TARIFF_ID",
    }
    assert change_set.without(["UTIL_INFO_TBL", "TIME_OFFSET_TBL"]).tables == (33,)
    assert not change_set.choose([])
    with pytest.raises(UsageError):
        change_set.choose(["UTIL_INFO_TBL.OWNER"])


def test_a_whole_meter_against_itself_is_all_the_same_and_nothing_to_write(site: Any) -> None:
    view = site.view()
    change_set = compare(from_readout(view), view)
    assert not change_set
    assert change_set.counts.same == change_set.counts.total


def test_what_comes_and_goes_with_the_limits_is_shown_and_written_along(centron: Any) -> None:
    view = centron.view()
    change_set = edit(view, {"ACT_DISP_TBL.NBR_PRI_DISP_LIST_ITEMS": 6})
    assert change_set.tables == (31, 33)
    follows = [change for change in change_set.changes if change.derived]
    assert [(change.path, change.new) for change in follows] == [
        ("PRI_DISP_LIST_TBL.PRI_DISP_SOURCES[6]", None),
        ("PRI_DISP_LIST_TBL.PRI_DISP_SOURCES[7]", None),
    ]
    assert {change.path for change in change_set.choose(["ACT_DISP_TBL"]).different} == {
        change.path for change in change_set.different
    }
    before = {number: centron.held(number) for number in (31, 33)}
    written = centron.write(change_set)
    assert len(centron.held(33)) == len(before[33]) - 4
    centron.write(written.inverse())
    assert {number: centron.held(number) for number in before} == before


def test_a_table_that_cannot_be_written_and_loses_its_shape_is_warned_of(centron: Any) -> None:
    (warning,) = edit(centron.view(), {"ACT_DISP_TBL.NBR_DISP_SOURCES": 3}).warnings
    assert warning.kind is WarningKind.RESHAPES
    assert "ST 32" in str(warning)


def test_a_table_that_shapes_itself_is_not_given_another_shape(centron: Any) -> None:
    """A maker's table whose first element says how long the rest is."""
    from fieldpro import resources
    from fieldpro.c12.dictionary import Dictionary
    from fieldpro.dictionaries import STANDARD

    texts = [(name, resources.text("dictionary", "standard", f"{name}.c1219")) for name in STANDARD]
    own = """
        TYPE MINE.RCD = PACKED RECORD COUNT : UINT8; ITEMS : ARRAY[COUNT] OF UINT8; END;
        TABLE 2048 MINE_TBL = MINE.RCD;
    """
    view = centron.view()
    general = view.tables.decode(0).values
    tables = Tables(Dictionary.build([*texts, ("own", own)]))
    tables.put(0, tables.encode(0, {**general, "MFG_TBLS_WRITE": (0,)}))
    tables.put(1, view.tables.get(1))
    tables.put(2048, bytes([2, 7, 8]))
    assert edit(tables, {"MINE_TBL.ITEMS[1]": 9}).images[2048].after == bytes([2, 7, 9])
    change_set = compare(program({"MINE_TBL.COUNT": 3, "MINE_TBL.ITEMS[0]": 7}), tables)
    assert [change.state for change in change_set.changes] == [State.UNKNOWN, State.SAME]
    assert not change_set
