"""Unit-of-measure entries as the trade says them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fieldpro.meter.quantity import full_name, measure

DELIVERED, RECEIVED, LAGGING, LEADING = (1, 0, 0, 1), (0, 1, 1, 0), (1, 1, 0, 0), (0, 0, 1, 1)
NONE, ALL = (0, 0, 0, 0), (1, 1, 1, 1)


def entry(code: int, base: int, multiplier: int = 0, quadrants: tuple[int, ...] = NONE, **more: int) -> dict[str, int]:
    flags = {f"Q{number}_ACCOUNTABILITY": flag for number, flag in enumerate(quadrants, start=1)}
    rest = {"NET_FLOW_ACCOUNTABILITY": 0, "SEGMENTATION": 0, "HARMONIC": 0, "NFS": 0}
    return {"ID_CODE": code, "TIME_BASE": base, "MULTIPLIER": multiplier} | flags | rest | more


@pytest.mark.parametrize(
    ("given", "name", "unit", "role", "factor"),
    [
        (entry(0, 0, 0, DELIVERED), "Wh delivered", "kWh", "delivered", "0.001"),
        (entry(0, 0, 2, RECEIVED), "Wh received", "kWh", "received", "1"),
        (entry(0, 0, 3, ALL), "Wh total", "kWh", "other", "1000"),
        (entry(0, 5, 0, ALL, NET_FLOW_ACCOUNTABILITY=1), "Wh net", "kWh", "other", "0.001"),
        (entry(1, 0, 0, LAGGING), "varh delivered", "kvarh", "reactive", "0.001"),
        (entry(1, 0, 0, LEADING), "varh received", "kvarh", "reactive", "0.001"),
        (entry(1, 0, 0, DELIVERED), "varh Q1 Q4", "kvarh", "reactive", "0.001"),
        (entry(1, 0, 0, (0, 0, 1, 0)), "varh Q3", "kvarh", "reactive", "0.001"),
        (entry(2, 0, 0, DELIVERED), "VAh delivered", "kVAh", "apparent", "0.001"),
        (entry(0, 4, 0, DELIVERED), "W delivered", "kW", "delivered", "0.001"),
        (entry(0, 3, 0, DELIVERED), "W sliding delivered", "kW", "delivered", "0.001"),
        (entry(0, 6, 0, DELIVERED), "W thermal delivered", "kW", "delivered", "0.001"),
        (entry(0, 1, 0, DELIVERED), "W instantaneous delivered", "kW", "delivered", "0.001"),
        (entry(8, 1, 5, SEGMENTATION=5), "V rms", "V", "voltage", "0.01"),
        (entry(8, 0, 0, SEGMENTATION=6), "Vh", "Vh", "voltage", "1"),
        (entry(12, 1, 6, SEGMENTATION=7), "A rms", "A", "current", "0.001"),
        (entry(24, 1, 6), "power factor", "", "other", "0.001"),
        (entry(33, 1, 5), "frequency", "Hz", "other", "0.01"),
        (entry(0, 7), "count", "", "other", "1"),
        (entry(77, 1), "quantity 77", "", "other", "1"),
        (entry(0, 0, 0, DELIVERED, NFS=1), "quantity 0 delivered", "", "other", "1"),
    ],
)
def test_an_entry_is_said_as_the_trade_says_it(
    given: dict[str, int], name: str, unit: str, role: str, factor: str
) -> None:
    found = measure(given)
    assert (found.quantity.name, found.quantity.unit, found.quantity.role) == (name, unit, role)
    assert found.factor == Decimal(factor)


def test_a_profile_names_codes_the_standard_does_not() -> None:
    found = measure(entry(200, 1, SEGMENTATION=5), {200: ("temperature", "°C")})
    assert (found.quantity.name, found.quantity.unit, found.quantity.phase) == ("temperature", "°C", "A")


def test_the_phase_is_told_apart_and_can_be_said_with_the_name() -> None:
    volts = measure(entry(8, 1, 5, SEGMENTATION=5)).quantity
    assert (volts.name, volts.phase, full_name(volts)) == ("V rms", "A", "V rms phase A")
    assert full_name(measure(entry(0, 0, 0, DELIVERED)).quantity) == "Wh delivered"


@pytest.mark.parametrize("base", range(8))
@pytest.mark.parametrize("code", [0, 1, 2, 8, 12, 24, 33, 255])
def test_every_code_and_time_base_has_a_name(code: int, base: int) -> None:
    for multiplier in range(8):
        for segmentation in range(8):
            assert measure(entry(code, base, multiplier, ALL, SEGMENTATION=segmentation)).quantity.name
