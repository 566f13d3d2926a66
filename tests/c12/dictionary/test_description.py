"""A definition as text."""

from __future__ import annotations

import pytest

from fieldpro.c12.dictionary import Dictionary, describe, describe_procedure, render


def test_offsets_are_given_while_they_are_the_same_for_every_meter(standard: Dictionary) -> None:
    offsets = {line.name: line.offset for line in describe(standard, 0)}
    assert offsets["DEVICE_CLASS"] == 3
    assert offsets["STD_VERSION_NO"] == 11
    assert offsets["DATA_ORDER"] == 0
    assert offsets["STD_TBLS_USED"] == 19
    assert offsets["MFG_TBLS_USED"] is None
    assert {line.name: line.offset for line in describe(standard, 52)}["TIME_DATE_QUAL"] is None
    assert {line.name: line.offset for line in describe(standard, 6)}["DEVICE_ID"] is None
    assert {line.name: line.offset for line in describe(standard, 21)}["NBR_TIERS"] == 7


def test_conditions_are_said(standard: Dictionary) -> None:
    lines = {line.name: line for line in describe(standard, 23)}
    assert lines["NBR_DEMAND_RESETS"].condition == "ACT_REGS_TBL.DEMAND_RESET_CTR_FLAG"
    assert lines["DEMAND"].type == "ARRAY[ACT_REGS_TBL.NBR_OCCUR] OF NI_FMAT2"
    assert lines["DEMAND"].depth == 2
    calendar = {line.name: line for line in describe(standard, 54)}
    assert calendar["WEEKDAY_SCHEDULE"].condition == "NOT (ACT_TIME_TOU_TBL.SEPARATE_WEEKDAYS_FLAG)"
    assert calendar["SWITCH_MIN"].condition == "NOT (TIER_SWITCH_BITS = 0)"
    pending = [line for line in describe(standard, 4) if line.name == "EVENT_STORAGE"]
    assert pending[0].condition == "EVENT_SELECTOR.EVENT_CODE is none of 0, 1"
    choice = [line for line in describe(standard, 64) if line.condition.startswith("LP_CTRL_TBL.INT_FMT_CDE1 = 1")]
    assert [line.type for line in choice] == ["UINT8", "INT16", "NI_FMAT2"]


def test_procedures_are_described(standard: Dictionary) -> None:
    request, response = describe_procedure(standard, 10)
    assert [line.name for line in request][:2] == ["SET_MASK", "SET_TIME_FLAG"]
    assert [line.name for line in response] == ["CLOCK_CALENDAR_BEFORE", "CLOCK_CALENDAR_AFTER"]
    assert describe_procedure(standard, 21) == ([], [])


def test_a_table_by_name_only_has_no_lines(standard: Dictionary) -> None:
    assert describe(standard, 80) == []
    assert render([]) == ""


def test_the_text_has_titles_units_and_words(standard: Dictionary) -> None:
    text = render(describe(standard, 13))
    assert "RESET_EXCLUSION" in text
    assert "No second demand reset within [min]" in text
    assert "if ACT_SOURCES_LIM_TBL.RESET_EXCLUDE_FLAG" in text
    assert "0 = Sunday, 1 = Monday" in render(describe(standard, 52))
    assert "and 61 more" in render(describe(standard, 74))


@pytest.mark.parametrize(
    ("body", "sizes"),
    [
        ("A : CHAR; B : NI_FMAT1; C : TIME;", [None, None, None]),
        ("A : UINT24; B : STRING(4); C : ARRAY[2] OF DATE; D : BINARY(*);", [3, 4, 4, None]),
        ("A : ARRAY[N] OF UINT8; B : UINT8;", [None, 1]),
        ("IF N THEN A : UINT8; ELSE B : UINT8; END; C : UINT8;", [1, 1, 1]),
        ("A : PACKED RECORD X : UINT8; IF N THEN Y : UINT8; END; END;", [None, 1, 1]),
        ("A : PACKED RECORD X : UINT8; Y : BIT FIELD OF UINT16 Z : UINT(0..15); END; END;", [3, 1, 2, None]),
        ("A : SWITCH N OF CASE 1 : UINT8; CASE 2 : INT8; DEFAULT : UINT8; END;", [1, 1, 1, 1]),
        ("A : IF NOT N THEN UINT8 END;", [None, 1]),
        ("A : IF N = -N THEN UINT8 ELSE UINT16 END;", [None, 1, 2]),
    ],
)
def test_sizes_are_given_where_they_are_the_same_for_every_meter(body: str, sizes: list[int | None]) -> None:
    text = f"PROFILE N = 1; TABLE 0 Z = PACKED RECORD {body} END;"
    lines = describe(Dictionary.build([("text", text)]), 0)
    assert [line.size for line in lines] == sizes
    assert render(lines)
