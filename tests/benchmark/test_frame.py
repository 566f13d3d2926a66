"""The frame the benchmarks stand in tells a figure that was reached from one that was missed or not measured."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def frame() -> Any:
    sys.path.insert(0, str(HERE))
    try:
        import figure
    finally:
        sys.path.remove(str(HERE))
    return figure


def test_a_figure_is_reached_on_its_own_side_of_the_bound(frame: Any) -> None:
    least = frame.Figure("ratio", frame.Bound.AT_LEAST, 0.97, "x")
    most = frame.Figure("paint", frame.Bound.AT_MOST, 0.35, "s")
    assert [least.reached(value) for value in (0.96, 0.97, 0.98)] == [False, True, True]
    assert [most.reached(value) for value in (0.34, 0.35, 0.36)] == [True, True, False]
    assert not least.reached(float("nan"))
    assert not most.reached(float("nan"))
    assert not most.reached(None)


def test_a_line_says_name_measured_and_wanted(frame: Any) -> None:
    most = frame.Figure("first paint", frame.Bound.AT_MOST, 0.35, "s")
    assert most.line(0.25) == "first paint: 0.25 s (at most 0.35 s; 1.40 of it)"
    assert most.line(0.5).endswith("MISSED")
    none = frame.Figure("secrets found", frame.Bound.AT_MOST, 0, "")
    assert none.reached(0)
    assert none.line(1).endswith("MISSED")
    many = frame.Figure("steps equal", frame.Bound.AT_LEAST, 2000, "steps")
    assert many.line(2000.0) == "steps equal: 2,000 steps (at least 2,000 steps; 1.00 of it)"


def test_a_measurement_that_breaks_is_a_miss_and_the_others_go_on(frame: Any) -> None:
    def broken() -> dict[str, float]:
        raise ZeroDivisionError("nothing was read")

    def nothing() -> dict[str, float]:
        raise frame.NotMeasured("no second core")

    figure = frame.Figure("speed", frame.Bound.AT_LEAST, 2, "x")
    groups = [frame.Group(name, (figure,), measure) for name, measure in (("a", broken), ("b", nothing))]
    groups.append(frame.Group("c", (figure,), lambda: {"speed": 3.0}))
    lines: list[str] = []
    assert frame.run(groups, say=lines.append) is False
    assert ["MISSED" in line for line in lines] == [True, True, False]
    assert "nothing was read" in lines[0]
    assert "no second core" in lines[1]
    assert frame.run(groups[2:], say=lines.append) is True


def test_every_figure_has_a_name_of_its_own_and_a_bound_that_is_a_number() -> None:
    sys.path.insert(0, str(HERE))
    try:
        groups = runpy.run_path(str(HERE / "registry.py"))["GROUPS"]
    finally:
        sys.path.remove(str(HERE))
    names = [figure.name for group in groups for figure in group.figures]
    assert len(names) == len(set(names)) >= 10
    assert all(figure.wanted >= 0 for group in groups for figure in group.figures)
    least = [each for group in groups for each in group.figures if each.bound.value == "at least"]
    assert all(figure.wanted > 0 for figure in least)
