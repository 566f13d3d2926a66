"""Editors: named fields, checks, and the changes that come of them."""

from __future__ import annotations

from typing import Any

import pytest

from fieldpro.errors import UsageError, ValueRefused
from fieldpro.meter.changes import State, apply
from fieldpro.meter.device_profile import DisplayKeys
from fieldpro.meter.editors import (
    EDITORS,
    ConstantsEditor,
    DemandEditor,
    DisplayEditor,
    Editor,
    LoadProfileEditor,
    SecurityEditor,
    SourceNames,
)
from fieldpro.meter.programs import Program, Target, check

BOTH = pytest.mark.parametrize("name", ["centron", "residential"])
ALL = pytest.mark.parametrize("make", EDITORS)


@BOTH
@ALL
def test_a_meter_as_it_was_read_has_nothing_wrong_and_nothing_to_change(
    view: Any, make: type[Editor], name: str
) -> None:
    editor = make(view(name))
    assert not [str(complaint) for complaint in editor.check()]
    assert not editor.change_set()
    assert editor.fields
    for field in editor.fields:
        assert field.title
        assert field.text != ""
        assert not field.changed


@BOTH
@ALL
def test_every_field_can_be_set_to_what_it_is_and_that_is_no_change(view: Any, make: type[Editor], name: str) -> None:
    editor = make(view(name))
    for field in editor.fields[:40]:
        assert not editor.with_value(field.name, field.value).elements()


@ALL
def test_a_field_that_is_none_is_refused(centron: Any, make: type[Editor]) -> None:
    with pytest.raises(UsageError):
        make(centron).with_value("colour", 1)


@ALL
def test_what_is_wanted_is_a_piece_of_a_program(centron: Any, make: type[Editor]) -> None:
    editor = make(centron)
    field = next(field for field in editor.fields if isinstance(field.value, int | float))
    wanted = editor.with_value(field.name, not field.value if isinstance(field.value, bool) else field.value + 1)
    assert list(wanted.elements()) == [field.path]
    program = Program("part", 1, Target(overlays=("fieldpro-virtual",)), wanted.elements())
    assert not [str(each) for each in check(program, tables=centron.tables)]
    assert wanted.field(field.name).changed
    assert [change.path for change in wanted.change_set().changes] == [field.path]
    assert not wanted.with_value(field.name, field.value).elements()


def test_sources_have_names_that_differ(centron: Any) -> None:
    names = SourceNames(centron)
    assert names[0] == "Wh delivered"
    assert names[5] == "Wh delivered per interval"
    assert names[13] == "V rms phase A"
    assert names[200] == "source 200"
    assert len(set(names.names.values())) == len(names)


# --- display


def test_the_display_lists_read_as_the_meter_shows_them(centron: Any) -> None:
    lists = DisplayEditor(centron).lists()
    assert [(each.on_s, each.off_s, each.hold_min) for each in lists] == [(5, 1, 2), (5, 1, 2)]
    assert [item.name for item in lists[0].items] == ["Wh delivered", "Wh received", "W sliding delivered"]
    registers = {register.path: register for register in centron.registers()}
    energy = registers["CURRENT_REG_DATA_TBL.TOT_DATA_BLOCK.SUMMATIONS[0]"].value
    assert str(lists[0].items[0]) == f"Wh delivered: {int(energy):05d} kWh"
    assert lists[1].items[2].shown.endswith(" V")
    assert lists[0].cycle_s == 18
    test_lists = DisplayEditor(centron).lists("secondary")
    assert [len(each.items) for each in test_lists] == [2]


def test_without_a_profile_items_are_what_the_maker_wrote(centron: Any) -> None:
    plain = type(centron)(
        centron.read_out, profile=centron.device_profile.model_copy(update={"display": DisplayKeys()})
    )
    assert DisplayEditor(plain).items[1].name == "item 1 (01 00)"
    assert DisplayEditor(plain).items[1].source is None


def test_an_item_moves_from_one_list_to_the_other_and_the_meter_shows_it(site: Any) -> None:
    at = site("centron")
    editor = DisplayEditor(at.read())
    volts = next(item.index for item in editor.items if item.name == "V rms phase A")
    first, second = ([item.index for item in each.items] for each in editor.lists())
    wanted = editor.with_items("primary", 1, [index for index in second if index != volts])
    wanted = wanted.with_items("primary", 0, [*first, volts]).with_value("on_primary_0", 7)
    assert not wanted.check()
    at.run(apply(wanted.change_set(), journal=at.journal))
    after = DisplayEditor(at.read()).lists()
    assert [item.name for item in after[0].items][-1] == "V rms phase A"
    assert [item.index for item in after[0].items] == [*first, volts]
    assert [item.index for item in after[1].items] == [index for index in second if index != volts]
    assert after[0].on_s == 7


def test_more_items_than_places_make_room_and_too_many_are_said(site: Any) -> None:
    at = site("centron")
    editor = DisplayEditor(at.read())
    wanted = editor.with_items("primary", 0, [0, 1, 2, 3, 4, 5, 6, 7])
    assert not wanted.check()
    at.run(apply(wanted.change_set(), journal=at.journal))
    after = DisplayEditor(at.read())
    assert [len(each.items) for each in after.lists()] == [8, 5]
    assert [item.index for item in after.lists()[1].items] == [item.index for item in editor.lists()[1].items]
    many = editor.with_items("primary", 0, [0, 1] * 50)
    assert any("105 items are too many for 80 places" in str(each) for each in many.check())


def test_what_cannot_be_shown_is_complained_about(centron: Any) -> None:
    editor = DisplayEditor(centron)
    assert [each.text for each in editor.with_items("primary", 0, [0, 99]).check()] == [
        "the meter has no display source 99"
    ]
    assert [each.text for each in editor.with_items("primary", 0, [0, 0]).check()] == ["Wh delivered is in it twice"]
    assert [each.text for each in editor.with_items("primary", 0, []).check()] == ["it shows nothing"]
    assert [each.text for each in editor.with_value("on_primary_0", 16).check()] == ["0 to 15 s is wanted, not 16"]
    with pytest.raises(ValueRefused):
        editor.with_value("on_primary_0", 16).change_set()
    with pytest.raises(UsageError):
        editor.with_items("tertiary", 0, [])


# --- demand


def test_demands_are_named_and_their_kind_is_told(centron: Any, view: Any) -> None:
    found = {each.sources: str(each) for each in DemandEditor(centron).intervals}
    assert found["W sliding delivered",] == "rolling, 15 min in 3 sub-intervals of 5 min"
    assert found["W received",] == "block, 15 min"
    assert [str(each) for each in DemandEditor(view("residential")).intervals] == ["block, 30 min"]


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"subinterval_0": 7, "subintervals_0": 1}, "intervals of 7 min do not fill a day evenly"),
        ({"subinterval_0": 0}, "1 to 60 min is wanted, not 0"),
        ({"subinterval_0": 60, "subintervals_0": 60}, "an interval of 3600 min is longer than a day"),
        ({"subinterval_0": 16, "subintervals_0": 1}, "intervals of 16 min do not end on the hour"),
    ],
)
def test_a_demand_interval_that_does_not_fit_is_said(centron: Any, changes: dict[str, int], text: str) -> None:
    editor = DemandEditor(centron)
    for name, value in changes.items():
        editor = editor.with_value(name, value)
    assert text in [each.text for each in editor.check()]


def test_exclusions_have_their_names(centron: Any) -> None:
    editor = DemandEditor(centron)
    assert editor.value("power_fail_recognition") == 10
    assert editor.field("power_fail_exclusion").unit == "min"
    odd = editor.with_value("power_fail_recognition", 200).with_value("cold_load_pickup", 1)
    assert any("an outage of 1 min is not yet recognised" in each.text for each in odd.check())


def test_a_table_that_the_meter_does_not_let_be_written_is_read_only(centron: Any) -> None:
    editor = DemandEditor(centron).with_value("subinterval_0", 15)
    assert not editor.field("subinterval_0").writable
    assert [change.state for change in editor.change_set().changes] == [State.READ_ONLY]


# --- constants


def test_constants_belong_to_their_sources(centron: Any) -> None:
    editor = ConstantsEditor(centron)
    assert editor.field("multiplier_0").group == "Wh delivered per interval"
    assert editor.value("multiplier_0") == 0.5
    wrong = editor.with_value("multiplier_0", 0.0).check()
    assert [(each.name, each.text, each.is_error) for each in wrong] == [
        ("multiplier_0", "a number above 0 is wanted", True)
    ]


# --- load profile


def test_channels_have_names_and_a_set_its_days(view: Any) -> None:
    editor = LoadProfileEditor(view("centron"))
    assert [each.name for each in editor.channels(1)] == [
        "Wh delivered per interval",
        "Wh received per interval",
        "varh delivered per interval",
        "VAh total per interval",
    ]
    assert editor.channels(1)[0].end_name == "Wh delivered"
    assert editor.formats == {2: "UINT16"}
    memory = editor.memory()
    assert memory.taken == len(view("centron").read_out.tables[64].data)
    assert memory.fits


def test_memory_is_counted_as_the_tables_will_be(centron: Any) -> None:
    editor = LoadProfileEditor(centron)
    before = editor.memory()
    fewer = editor.with_channels(1, [(5, 0), (6, 1)])
    assert len(fewer.channels(1)) == 2
    assert fewer.memory().taken < before.taken
    assert fewer.memory().fits
    intervals, channels, blocks = 96, 2, editor.value("blocks_1")
    status = intervals * (channels // 2 + 1)
    expected = blocks * (4 + channels * (8 + 4) + status + intervals * channels * 2)
    assert fewer.memory().taken == expected
    more = editor.with_value("blocks_1", 2 * editor.value("blocks_1"))
    assert more.memory().taken == 2 * before.taken
    assert [each.name for each in more.check() if each.is_error] == ["blocks_1"]
    assert "fewer blocks or channels" in str(next(each for each in more.check() if each.is_error))


def test_what_cannot_be_recorded_is_said(centron: Any) -> None:
    editor = LoadProfileEditor(centron)
    assert any("do not end on the hour" in each.text for each in editor.with_value("minutes_1", 25).check())
    assert any("does not fit a day" in each.text for each in editor.with_value("intervals_1", 95).check())
    assert any("recorded by channel 1 too" in each.text for each in editor.with_value("source_1_1", 5).check())
    assert any("is wanted" in each.text for each in editor.with_value("source_1_1", 77).check())
    with pytest.raises(UsageError):
        editor.with_channels(1, [])
    with pytest.raises(UsageError):
        editor.with_channels(3, [(5, 0)])


# --- rights


def test_rights_are_told_in_words(centron: Any) -> None:
    found = [str(access) for access in SecurityEditor(centron).rights]
    assert "Primary display lists: read by anyone, written by group 2" in found
    assert "Passwords: read by group 3, written by group 3" in found
    assert any(text.endswith(": run by group 0, 1") or ": run by group" in text for text in found)


def test_rights_that_open_the_meter_to_anyone_are_an_error(centron: Any) -> None:
    editor = SecurityEditor(centron)
    passwords = next(access for access in editor.rights if access.number == 42 and not access.is_procedure)
    open_wide = editor.with_value(f"anyone_writes_{passwords.index}", True)
    assert [each.is_error for each in open_wide.check()] == [True]
    assert "whoever reaches the port" in open_wide.check()[0].text
