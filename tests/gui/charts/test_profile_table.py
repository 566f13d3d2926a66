"""The table of a load profile is a model over the arrays."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QTableView

from fieldpro.gui.charts.profile_data import ProfileData, profile_data
from fieldpro.gui.charts.profile_table import ProfileTable
from fieldpro.interval.series import ChannelStatus, IntervalSeries


def test_it_keeps_the_rules_of_qt(qtmodeltester: Any, series_of: Callable[..., IntervalSeries]) -> None:
    qtmodeltester.check(ProfileTable(profile_data(series_of(6))))


def test_rows_are_newest_first_with_values_as_the_meter_has_them(series_of: Callable[..., IntervalSeries]) -> None:
    series = series_of(3)
    series.valid[1] = False
    series.status[1] = ChannelStatus.SKIPPED
    model = ProfileTable(profile_data(series))
    rows = [[model.data(model.index(row, column)) for column in range(5)] for row in range(3)]
    assert rows == [
        ["Thu 2026-01-01 00:45", "0.02", "0.03", "0.4", ""],
        ["Thu 2026-01-01 00:30", "\u2013", "\u2013", "\u2013", "skipped interval"],
        ["Thu 2026-01-01 00:15", "0.00", "0.01", "0.2", ""],
    ]
    heads = [model.headerData(column, Qt.Orientation.Horizontal) for column in range(5)]
    assert heads == ["End of interval", "Wh delivered, kWh", "Wh received, kWh", "V phase A, V", "Status"]
    assert model.row_of(0) == 2


def test_a_year_is_painted_at_once(qtbot: Any, series_of: Callable[..., IntervalSeries]) -> None:
    data: ProfileData = profile_data(series_of(35_040))
    view = QTableView()
    qtbot.addWidget(view)
    view.resize(800, 600)
    started = time.perf_counter()
    view.setModel(ProfileTable(data))
    view.show()
    QApplication.processEvents()
    assert time.perf_counter() - started < 1.0
    assert view.model().rowCount() == 35_040
