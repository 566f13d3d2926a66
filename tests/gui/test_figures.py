"""Figures as a person reads them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fieldpro.gui import figures


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1204, "1,204"), (Decimal("12345.678"), "12,345.678"), (-3, "\u22123"), (Decimal("0.10"), "0.10")],
)
def test_thousands_are_grouped_and_no_digit_is_added(value: int | Decimal, shown: str) -> None:
    assert figures.grouped(value) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(3.2, "+3 s"), (-130, "\u22122 min 10 s"), (3_600, "+1 h 0 min"), (-0.4, "\u22120 s"), (90_000, "+1 d 1 h")],
)
def test_drift_has_its_two_largest_parts(seconds: float, shown: str) -> None:
    assert figures.clock_drift(seconds) == shown


@pytest.mark.parametrize(("seconds", "shown"), [(4, "a few seconds left"), (42, "40 s left"), (130, "2 min left")])
def test_time_left_is_no_finer_than_anyone_knows(seconds: float, shown: str) -> None:
    assert figures.time_left(seconds) == shown


@pytest.mark.parametrize(
    ("done", "total", "unit", "shown"),
    [
        (1204, 3504, "blocks", "1,204 of 3,504 blocks"),
        (41_200, 120_000, "bytes", "41.2 kB of 120 kB"),
        (5, None, "tables", "5 tables"),
        (800, None, "bytes", "800 B"),
    ],
)
def test_progress_in_numbers(done: int, total: int | None, unit: str, shown: str) -> None:
    assert figures.progress(done, total, unit) == shown


def test_rates() -> None:
    assert figures.rate(4_100, "bytes") == "4.1 kB/s"
    assert figures.rate(2, "tables") == "120 tables/min"


def test_a_port_is_named_shortly() -> None:
    assert figures.short_port("sim://centron?seed=3&days=45") == "sim://centron"
    assert figures.short_port("/dev/serial/by-id/usb-FTDI_FT232R_A9XK2J") == "/dev/serial/by-id/usb-FTDI_\u2026"
