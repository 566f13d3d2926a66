"""The heat map: a column a day, a row an interval, a cell an interval of the series."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt

from fieldpro.gui.charts.heat_data import heat_data
from fieldpro.gui.charts.heat_map import HeatMap, colour_table
from fieldpro.gui.charts.profile_data import ProfileData, profile_data
from fieldpro.gui.look import Look
from fieldpro.gui.roles import luminance
from fieldpro.interval.series import IntervalSeries


def test_each_interval_has_its_cell(data: ProfileData) -> None:
    heat = heat_data(data, 0)
    assert (heat.rows, heat.days, heat.first_day) == (96, 60, date(2026, 1, 1))
    assert heat.values[0, 0] == data.values[0, 0]
    assert heat.values[95, 0] == data.values[95, 0]
    assert heat.index[5, 3] == 3 * 96 + 5
    assert heat.values[5, 3] == data.values[3 * 96 + 5, 0]


def test_what_was_not_recorded_is_empty(series_of: Callable[..., IntervalSeries]) -> None:
    series = series_of(96, start=datetime(2026, 1, 1, 12, 15))
    series.valid[3] = False
    heat = heat_data(profile_data(series), 0)
    assert heat.days == 2
    assert np.isnan(heat.values[:48, 0]).all()
    assert np.isnan(heat.values[51, 0])
    assert heat.index[51, 0] == 3
    assert heat.index[0, 0] == -1


def test_an_hour_that_happens_twice_shows_its_mean(series_of: Callable[..., IntervalSeries]) -> None:
    series = series_of(2)
    series.pulses[:, 0] = (10, 30)
    same = replace(series, end_times=np.repeat(series.end_times[:1], 2))
    assert heat_data(profile_data(same), 0).values[0, 0] == pytest.approx(0.2)


def test_nothing_recorded_has_a_span_all_the_same(series_of: Callable[..., IntervalSeries]) -> None:
    series = series_of(8)
    series.valid[:] = False
    assert heat_data(profile_data(series), 0).span == (0.0, 1.0)


def test_colours_grow_evenly_in_lightness() -> None:
    light = [luminance(f"#{red:02x}{green:02x}{blue:02x}") for red, green, blue in colour_table().tolist()]
    assert all(after > before - 0.002 for before, after in itertools.pairwise(light))


@pytest.fixture
def heat_map(qtbot: Any, data: ProfileData) -> HeatMap:
    made = HeatMap(Look())
    qtbot.addWidget(made)
    made.resize(900, 420)
    made.set_data(data, 0)
    made.show()
    return made


def test_keys_move_the_cursor_and_enter_picks_the_interval(qtbot: Any, heat_map: HeatMap) -> None:
    heat_map.set_cell(10, 20)
    qtbot.keyClick(heat_map, Qt.Key.Key_Right)
    qtbot.keyClick(heat_map, Qt.Key.Key_Down)
    assert heat_map.cell == (11, 21)
    with qtbot.waitSignal(heat_map.picked) as picked:
        qtbot.keyClick(heat_map, Qt.Key.Key_Return)
    assert picked.args == [21 * 96 + 11]
    qtbot.keyClick(heat_map, Qt.Key.Key_Home)
    qtbot.keyClick(heat_map, Qt.Key.Key_Left)
    assert heat_map.cell == (11, 0)


def test_it_says_what_it_shows(heat_map: HeatMap) -> None:
    assert heat_map.accessibleDescription() == "Wh delivered: 60 days by 96 intervals, 0.00 to 0.96 kWh"
    assert heat_map.grab().width() == 900
