"""A program is checked before any meter is near: names, values, enumerations, dimensions."""

from __future__ import annotations

from typing import Any

import pytest

from fieldpro.meter.programs import Program, Target, check, dump, from_readout, load, template, template_names
from fieldpro.meter.view import MeterView

SUNDAY = "CALENDAR_TBL.DAILY_SCHEDULE_ID_MATRIX[0].SUNDAY_SCHEDULE"
INTERVAL = "DEMAND_CONTROL_TBL.INTERVAL_VALUE[0]"
VIRTUAL = Target(overlays=("fieldpro-virtual",))


def complaints(elements: dict[str, Any], **more: Any) -> list[str]:
    return [str(complaint) for complaint in check(Program("p", 1, VIRTUAL, elements), **more)]


def test_a_program_without_mistakes_has_no_complaints() -> None:
    assert not complaints(
        {
            "UTIL_INFO_TBL.OWNER_NAME": "Springfield",
            "ACT_DISP_TBL.NBR_PRI_DISP_LISTS": 2,
            "PRI_DISP_LIST_TBL.PRI_DISP_LIST[1].DISP_SCROLL1.ON_TIME": 15,
            "CALENDAR_TBL.RECURR_DATES[0].RECURR_DATE": "month=7 day=4 offset=8",
            "SOURCES_TBL.SOURCES_LINK[0].PULSE_ENGR_FLAG": "engineering units",
        }
    )


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("UTIL_INFO_TBL.OWNER", "X", "expected OWNER_NAME, perhaps"),
        ("UTIL_INFO.OWNER_NAME", "X", "expected UTIL_INFO_TBL"),
        ("NONSENSE_TBL.X", 1, "a table of the dictionary"),
        ("UTIL_INFO_TBL.OWNER_NAME.X", 1, "has no parts"),
        ("UTIL_INFO_TBL.OWNER_NAME[1]", 1, "has no parts"),
        ("UTIL_INFO_TBL.OWNER_NAME", "X" * 21, "fits 20 bytes"),
        ("UTIL_INFO_TBL.OWNER_NAME", 5, "a text"),
        ("UTIL_INFO_TBL.EX1_SW_VERSION_NUMBER", 256, "from 0 to 255"),
        ("UTIL_INFO_TBL.EX1_SW_VERSION_NUMBER", -1, "from 0 to 255"),
        ("UTIL_INFO_TBL.EX1_SW_VERSION_NUMBER", 1.5, "a whole number"),
        ("PRI_DISP_LIST_TBL.PRI_DISP_LIST[0].DISP_SCROLL1.ON_TIME", 16, "from 0 to 15"),
        ("PRI_DISP_LIST_TBL.PRI_DISP_LIST[0].DISP_SCROLL1.ON_TIME", "long", "a number"),
        ("SOURCES_TBL.SOURCES_LINK[0].PULSE_ENGR_FLAG", "bananas", "'pulses', 'engineering units'"),
        ("CALENDAR_TBL.RECURR_DATES[0].RECURR_DATE", "4th of July", "month=7"),
        ("CALENDAR_TBL.NON_RECURR_DATES[0].NON_RECURR_DATE", "yesterday", "such as 2026-07-04"),
        ("PRI_DISP_LIST_TBL.PRI_DISP_LIST", 5, "a list"),
        ("PRI_DISP_LIST_TBL.PRI_DISP_LIST.X", 5, "this is an array"),
        ("TRANSFORMER_LOSS_TBL.X", 5, "whose layout the dictionary has"),
        ("UTIL_INFO_TBL", 5, "by the names of its parts"),
        ("SECURITY_TBL.SECURITY_ENTRIES[0].PASSWORD", "41 42", "do not belong in a file"),
    ],
)
def test_it_complains_about(path: str, value: object, words: str) -> None:
    found = complaints({path: value})
    assert len(found) == 1
    assert path.split(".")[0] in found[0]
    assert words in found[0]


@pytest.mark.parametrize(
    ("elements", "words"),
    [
        ({"ACT_DISP_TBL.NBR_PRI_DISP_LIST_ITEMS": 3, "PRI_DISP_LIST_TBL.PRI_DISP_SOURCES": [1, 2]}, "a list of 3"),
        ({"ACT_DISP_TBL.NBR_PRI_DISP_LIST_ITEMS": 3, "PRI_DISP_LIST_TBL.PRI_DISP_SOURCES[3]": 1}, "an index below 3"),
        ({"ACT_TIME_TOU_TBL.CALENDAR_BFLD.NBR_SEASONS": 0, SUNDAY: 1}, "this array is empty"),
        (
            {"ACT_SOURCES_LIM_TBL.SOURCE_FLAGS.SLIDING_DEMAND_FLAG": False, f"{INTERVAL}.SUB_INT": 5},
            "limits in use leave",
        ),
        ({"ACT_SOURCES_LIM_TBL.SLIDING_DEMAND_FLAG": True, f"{INTERVAL}.INT_LENGTH": 5}, "limits in use leave"),
    ],
)
def test_dimensions_are_those_that_the_program_itself_sets(elements: dict[str, Any], words: str) -> None:
    found = complaints(elements)
    assert len(found) == 1
    assert words in found[0]


def test_dimensions_are_those_of_the_meter_when_there_is_one(centron: MeterView) -> None:
    lists = {"PRI_DISP_LIST_TBL.PRI_DISP_SOURCES": [1, 2, 3]}
    assert not complaints(lists)
    (found,) = complaints(lists, tables=centron.tables)
    assert "a list of 8" in found
    assert not complaints({"PRI_DISP_LIST_TBL.PRI_DISP_SOURCES[7]": 1}, tables=centron.tables)


def test_a_complaint_names_the_line_of_the_file() -> None:
    text = dump(Program("p", 1, VIRTUAL, {"UTIL_INFO_TBL.OWNER_NAME": "ok", "UTIL_INFO_TBL.TARIF_ID": "A"}))
    (complaint,) = check(load(text, "p"), text=text)
    assert complaint.path == "UTIL_INFO_TBL.TARIF_ID"
    assert "TARIFF_ID" in complaint.expected
    assert text.splitlines()[complaint.line - 1].startswith("TARIF_ID")


def test_every_mistake_is_told_at_once_in_the_order_of_the_file() -> None:
    elements = {
        "UTIL_INFO_TBL.OWNER": "x",
        "UTIL_INFO_TBL.TARIFF_ID": "far too long",
        "TIME_OFFSET_TBL.DST_TIME_AMT": 256,
    }
    text = dump(Program("p", 1, VIRTUAL, elements))
    lines = [complaint.line for complaint in check(load(text, "p"), text=text)]
    assert len(lines) == 3
    assert lines == sorted(lines)


def test_a_dictionary_that_is_not_here_and_a_setting_that_it_does_not_have_are_told() -> None:
    program = Program("p", 1, Target(overlays=("acme",), settings={"NONSENSE": 1}), {})
    found = [str(complaint) for complaint in check(program)]
    assert len(found) == 2
    assert "acme" in found[0]
    assert "NONSENSE" in found[1]


def test_a_field_for_an_element_that_there_is_not_is_told() -> None:
    text = 'schema = 1\nname = "p"\nrevision = 1\n[fields.site]\ntitle = "Site"\nelement = "UTIL_INFO_TBL.SITE"\n'
    (complaint,) = check(load(text, "p"), text=text)
    assert complaint.path == "UTIL_INFO_TBL.SITE"


def test_a_meter_as_a_program_has_no_complaints_with_and_without_it(view: MeterView) -> None:
    program = from_readout(view)
    assert check(program) == []
    assert check(program, tables=view.tables) == []


@pytest.mark.parametrize("name", template_names())
def test_every_template_is_without_mistakes(name: str) -> None:
    assert check(template(name)) == []
