"""A meter as a program: its configuration, what is per meter left open, no secret in it."""

from __future__ import annotations

import pytest

from fieldpro.errors import UsageError
from fieldpro.meter.changes import compare
from fieldpro.meter.programs import dump, from_readout, load
from fieldpro.meter.view import MeterView

SECRETS = ("PRIMARY", "SECONDARY", "LIMITED", "TERTIARY", "MASTER", "READER")


def test_a_meter_as_a_program_says_what_the_meter_holds(view: MeterView) -> None:
    program = load(dump(from_readout(view), view.tables), "made.toml")
    change_set = compare(program, view)
    assert change_set.counts.same == change_set.counts.total > 400
    assert not [warning for warning in change_set.warnings if warning.kind != "blank"]


def test_what_is_per_meter_is_left_to_be_filled_in(view: MeterView) -> None:
    program = from_readout(view)
    open_elements = {blank.element for blank in program.blanks.values()}
    assert "DEVICE_IDENT_TBL.IDENTIFICATION" in open_elements
    assert "UTIL_INFO_TBL.SERVICE_POINT_ID" in open_elements
    assert open_elements.isdisjoint(program.elements)
    assert "UTIL_INFO_TBL.OWNER_NAME" in program.elements


def test_passwords_are_fields_without_a_value(view: MeterView) -> None:
    program = from_readout(view)
    asked = [blank for blank in program.blanks.values() if blank.secret]
    assert asked
    assert {blank.element.partition(".")[0] for blank in asked} <= {"SECURITY_TBL", "KEY_TBL"}
    assert not any(blank.example or blank.required for blank in asked)
    text = dump(program, view.tables)
    for secret in SECRETS:
        assert secret not in text
        assert secret.encode().hex(" ").upper() not in text


def test_transformer_ratios_are_per_meter() -> None:
    from fieldpro.meter.programs.rules import rules

    assert rules().per_meter.has("CONSTANTS_TBL.SELECTION[3].SET1_CONSTANTS.RATIO_F1")
    assert not rules().per_meter.has("CONSTANTS_TBL.SELECTION[3].MULTIPLIER")


def test_it_is_for_meters_of_this_kind(centron: MeterView) -> None:
    target = from_readout(centron).target
    assert (target.device_class, target.form, target.edition) == ("FPRO", "9S", 2)
    assert target.overlays == ("fieldpro-virtual",)


def test_comments_tell_what_an_element_means(centron: MeterView) -> None:
    text = dump(from_readout(centron), centron.tables)
    assert 'OWNER_NAME = "Springfield Power"  # Owner' in text
    assert "DST_TIME_AMT = 60  # Daylight saving changes by [min]" in text
    assert "# Calendar" in text


def test_chosen_tables_only(centron: MeterView) -> None:
    program = from_readout(centron, [53, 54], name="dst-only")
    assert program.name == "dst-only"
    assert program.table_names == ("TIME_OFFSET_TBL", "CALENDAR_TBL")


def test_nothing_read_is_no_program(centron: MeterView) -> None:
    with pytest.raises(UsageError):
        from_readout(centron, [])
