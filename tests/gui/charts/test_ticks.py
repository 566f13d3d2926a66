"""Marks stand on round values and on the starts of hours, days and months of the meter's clock."""

from __future__ import annotations

import itertools
from datetime import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldpro.gui.charts.ticks import decimals, round_step, time_label, time_ticks, value_ticks
from fieldpro.gui.charts.timeline import DAY_S, PLAIN, time_line


def seconds(text: str) -> float:
    return float(np.datetime64(text, "s").astype(np.int64))


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6), st.integers(1, 12))
def test_value_marks_are_inside_evenly_spaced_and_at_least_two(low: float, span: float, count: int) -> None:
    high = low + span
    if not high > low or span < abs(low) * 1e-9:
        return
    marks, step = value_ticks(low, high, count)
    assert len(marks) >= 2
    assert all(low - step * 1e-6 <= mark <= high + step * 1e-6 for mark in marks)
    assert round_step(step) == pytest.approx(step)


def test_no_range_has_no_marks() -> None:
    assert value_ticks(1.0, 1.0, 5)[0] == []


@pytest.mark.parametrize(("step", "places"), [(0.5, 1), (0.05, 2), (1, 0), (20, 0), (0.001, 3)])
def test_decimals_tell_marks_apart(step: float, places: int) -> None:
    assert decimals(step) == places


@pytest.mark.parametrize(
    ("left", "right", "count", "labels"),
    [
        ("2026-03-01T00:00", "2026-03-02T00:00", 8, ["Sun 1 Mar", "03:00", "06:00", "09:00"]),
        ("2026-03-01T00:00", "2026-03-08T00:00", 8, ["1 Mar", "2 Mar", "3 Mar", "4 Mar"]),
        ("2026-01-10T00:00", "2026-12-31T00:00", 12, ["Feb 2026", "Mar 2026", "Apr 2026", "May 2026"]),
        ("2026-03-01T10:00", "2026-03-01T11:00", 5, ["10:00", "10:15", "10:30", "10:45"]),
    ],
)
def test_time_marks_carry_round_words(left: str, right: str, count: int, labels: list[str]) -> None:
    marks, step = time_ticks(PLAIN, seconds(left), seconds(right), count)
    assert [time_label(PLAIN, mark, step) for mark in marks][:4] == labels


def test_days_begin_at_midnight_on_both_sides_of_a_fold() -> None:
    ends = np.array(
        [np.datetime64("2026-03-07T00:00:00") + np.timedelta64(900 * n, "s") for n in range(96 * 3)],
        dtype="datetime64[s]",
    )
    dst = ends > np.datetime64("2026-03-08T02:00:00")
    ends = np.where(dst, ends + np.timedelta64(3600, "s"), ends)
    x, line = time_line(ends, dst, 900)
    marks, _ = time_ticks(line, float(x[0]), float(x[-1]), 3)
    assert [line.moment(mark) for mark in marks] == [datetime(2026, 3, day) for day in (7, 8, 9, 10)][: len(marks)]
    assert {after - before for before, after in itertools.pairwise(marks)} == {DAY_S, DAY_S - 3600}
