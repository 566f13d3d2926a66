"""Which entry belongs to which source, and what a count of it is worth."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldpro.c12.values import odd
from fieldpro.meter.sources import SourceMap, number


def link(*, uom: bool = True, constants: bool = False, engineering: bool = True, apply: bool = True) -> dict[str, bool]:
    return {
        "UOM_ENTRY_FLAG": uom,
        "DEMAND_CTRL_FLAG": False,
        "DATA_CTRL_FLAG": False,
        "CONSTANTS_FLAG": constants,
        "PULSE_ENGR_FLAG": engineering,
        "CONSTANT_TO_BE_APPLIED": constants and apply,
    }


def uom(code: int, base: int = 1) -> dict[str, Any]:
    quadrants = {f"Q{n}_ACCOUNTABILITY": 0 for n in (1, 2, 3, 4)}
    rest = {"NET_FLOW_ACCOUNTABILITY": 0, "SEGMENTATION": 0, "HARMONIC": 0, "NFS": 0, "MULTIPLIER": 0}
    return {"ID_CODE": code, "TIME_BASE": base} | quadrants | rest


def constant(multiplier: Any, offset: Any = 0, **sets: tuple[bool, Any, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"MULTIPLIER": multiplier, "OFFSET": offset}
    for name, (applied, ct, vt) in sets.items():
        made[f"{name}_CONSTANTS"] = {"SET_FLAGS": {"SET_APPLIED_FLAG": applied}, "RATIO_F1": ct, "RATIO_P1": vt}
    return made


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=40))
def test_the_k_th_source_with_the_bit_has_the_k_th_entry(bits: list[tuple[bool, bool]]) -> None:
    links = [link(uom=has_uom, constants=has_constants) for has_uom, has_constants in bits]
    uoms = [uom(100 + nth) for nth in range(sum(has_uom for has_uom, _ in bits))]
    constants = [constant(nth + 2) for nth in range(sum(has_constants for _, has_constants in bits))]
    sources = SourceMap(links, uoms, constants)
    assert sources.notes == []
    assert len(sources) == len(bits)
    for source, (has_uom, has_constants) in enumerate(bits):
        scale = sources.scale(source)
        uom_rank = sum(flag for flag, _ in bits[:source])
        constant_rank = sum(flag for _, flag in bits[:source])
        assert scale.quantity.name == (f"quantity {100 + uom_rank}" if has_uom else "pulses")
        if has_uom:
            assert scale.factor == (constant_rank + 2 if has_constants else 1)


@pytest.mark.parametrize(
    ("code", "factor"),
    [(0, "0.24"), (8, "6"), (12, "120"), (33, "240")],
)
def test_transformer_ratios_go_with_what_they_transform(code: int, factor: str) -> None:
    """Multiplier 3, current ratio 40, voltage ratio 2: watts take both (in kW), volts and amperes their own."""
    sources = SourceMap([link(constants=True)], [uom(code)], [constant(3, SET1=(False, 40, 2))])
    assert sources.scale(0).factor == Decimal(factor)


@pytest.mark.parametrize(
    ("sets", "factor"),
    [
        ({}, 1),
        ({"SET1": (True, 40, 2)}, 1),
        ({"SET2": (False, 5, 7)}, 35),
        ({"SET1": (False, 40, 2), "SET2": (False, 5, 7)}, 2800),
        ({"SET1": (True, 40, 2), "SET2": (False, 5, 7)}, 35),
    ],
)
def test_a_set_that_was_applied_is_not_applied_again(sets: dict[str, Any], factor: int) -> None:
    assert SourceMap([link(constants=True)], [uom(33)], [constant(1, **sets)]).scale(0).factor == factor


def test_constants_that_the_meter_has_applied_are_left_alone() -> None:
    applied = SourceMap([link(constants=True, apply=False)], [uom(33)], [constant(9, 5)]).scale(0)
    assert (applied.factor, applied.offset) == (1, 0)
    to_apply = SourceMap([link(constants=True)], [uom(33)], [constant(9, 5)]).scale(0)
    assert to_apply.value(Decimal(4)) == 41


def test_pulses_without_constants_stay_pulses() -> None:
    scale = SourceMap([link(engineering=False)], [uom(0, 0)]).scale(0)
    assert (scale.quantity.unit, scale.factor) == ("pulses", 1)
    assert scale.quantity.name == "Wh"


def test_missing_entries_are_noted_and_cost_only_their_source() -> None:
    sources = SourceMap([link(constants=True), link()], [uom(33)], [])
    assert sources.scale(0).quantity.name == "frequency"
    assert sources.scale(1).quantity.name == "pulses"
    assert len(sources.notes) == 2
    assert sources.scale(7).quantity.name == "source 7"


@pytest.mark.parametrize(
    ("given_value", "found"),
    [
        (5, Decimal(5)),
        (0.1, Decimal("0.1")),
        (Decimal("1.50"), Decimal("1.50")),
        (float("nan"), None),
        (float("inf"), None),
        (odd(b"\xff\xff", "not BCD"), None),
        (None, None),
    ],
)
def test_numbers_as_they_read(given_value: Any, found: Decimal | None) -> None:
    assert number(given_value) == found


def test_broken_constants_count_as_one() -> None:
    scale = SourceMap([link(constants=True)], [uom(33)], [constant(float("nan"), odd(b"\xff", "x"))]).scale(0)
    assert (scale.factor, scale.offset) == (1, 0)
