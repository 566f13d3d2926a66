"""Register blocks with several occurrences, minima, broken numbers and selections that do not fit."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from fieldpro.c12.values import odd
from fieldpro.meter.logs import newest_first
from fieldpro.meter.registers import RegisterReader, Selection, moment, tidy
from fieldpro.meter.sources import SourceMap
from fieldpro.records import RegisterKind


def reader(**selection: Any) -> RegisterReader:
    return RegisterReader(SourceMap([]), Selection.from_table(selection))


def block(**parts: Any) -> dict[str, Any]:
    return {"TOT_DATA_BLOCK": {"SUMMATIONS": (), "DEMANDS": (), "COINCIDENTS": ()} | parts, "TIER_DATA_BLOCK": ()}


def test_every_occurrence_of_a_demand_has_its_time() -> None:
    times = [datetime(2026, 1, 2), datetime(2026, 1, 1), datetime(1970, 1, 1)]
    made = reader(DEMAND_SELECT=[4], MIN_OR_MAX_FLAGS=(0,))
    values = block(DEMANDS=[{"EVENT_TIME": times, "DEMAND": [9.5, 8.0, 0.0]}])
    found = made.snapshot(values, "T").registers
    assert [(r.quantity.name, r.value, r.occurred_at) for r in found] == [
        ("source 4", Decimal("9.5"), times[0]),
        ("source 4 (no. 2)", Decimal("8.0"), times[1]),
        ("source 4 (no. 3)", Decimal("0.0"), None),
    ]
    assert found[1].path == "T.TOT_DATA_BLOCK.DEMANDS[0].DEMAND[1]"


def test_a_minimum_says_so_and_its_cumulatives_too() -> None:
    made = reader(DEMAND_SELECT=[4, 5], MIN_OR_MAX_FLAGS=(1,))
    values = block(DEMANDS=[{"CUM_DEMAND": 3, "CONT_CUM_DEMAND": 4, "DEMAND": [1]}, {"DEMAND": [2]}])
    found = made.snapshot(values, "T").registers
    assert [(r.quantity.name, r.kind) for r in found] == [
        ("source 4, minimum", RegisterKind.DEMAND),
        ("source 4, minimum", RegisterKind.CUMULATIVE),
        ("source 4, minimum", RegisterKind.CONTINUOUS_CUMULATIVE),
        ("source 5", RegisterKind.DEMAND),
    ]


def test_a_number_that_is_none_costs_only_itself() -> None:
    made = reader(SUMMATION_SELECT=[0, 1, 2])
    found = made.snapshot(block(SUMMATIONS=[1, odd(b"\xff" * 6, "not BCD"), float("nan")]), "T").registers
    assert [register.value for register in found] == [1]
    assert made.notes == [
        "T.TOT_DATA_BLOCK.SUMMATIONS[1] holds no number",
        "T.TOT_DATA_BLOCK.SUMMATIONS[2] holds no number",
    ]


@pytest.mark.parametrize("selected", [[], [0], [0, 1, 2, 3]])
def test_a_selection_of_another_length_is_no_catastrophe(selected: list[int]) -> None:
    found = reader(SUMMATION_SELECT=selected).snapshot(block(SUMMATIONS=[1, 2]), "T").registers
    assert len(found) == min(2, len(selected))


def test_a_coincident_value_of_a_demand_that_does_not_exist() -> None:
    made = reader(DEMAND_SELECT=[1], COINCIDENT_SELECT=[3, 4], COIN_DEMAND_ASSOC=[0, 9])
    values = block(COINCIDENTS=[{"COINCIDENT_VALUES": [5]}, {"COINCIDENT_VALUES": [6]}])
    names = [register.quantity.name for register in made.snapshot(values, "T").registers]
    assert names == ["source 3 at peak source 1", "source 4"]


@pytest.mark.parametrize(
    ("length", "valid", "last", "descending", "order"),
    [
        (4, 4, 1, False, [1, 0, 3, 2]),
        (4, 2, 0, False, [0, 3]),
        (4, 3, 0, True, [0, 1, 2]),
        (4, 4, 2, True, [2, 3, 0, 1]),
        (4, 99, 3, False, [3, 2, 1, 0]),
        (4, 2, 77, False, [1, 0]),
        (0, 5, 3, False, []),
        (4, 0, 3, False, []),
    ],
)
def test_lists_are_walked_from_the_newest(
    length: int, valid: int, last: int, descending: bool, order: list[int]
) -> None:
    assert newest_first(length, valid, last, descending=descending) == order


def test_times_that_are_none() -> None:
    assert moment(datetime(2026, 1, 1)) == datetime(2026, 1, 1)
    assert moment(datetime(1970, 1, 1)) is None
    assert moment(odd(b"\0" * 5, "not set")) is None
    assert moment(None) is None


def test_values_are_written_out() -> None:
    assert str(tidy(Decimal("1.2E+4"))) == "12000"
    assert str(tidy(Decimal("12.50"))) == "12.50"
