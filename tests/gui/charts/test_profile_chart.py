"""The chart: what it draws, and mouse and keys that do all of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from fieldpro.gui.charts.profile_chart import ProfileChart
from fieldpro.gui.charts.profile_data import ProfileData, profile_data
from fieldpro.gui.charts.timeline import DAY_S
from fieldpro.gui.charts.window import TimeWindow
from fieldpro.gui.look import Look
from fieldpro.gui.roles import DARK, THEMES, Role, Theme
from fieldpro.interval.series import ChannelStatus, IntervalSeries

Series = Callable[..., IntervalSeries]


@pytest.fixture
def chart(qtbot: Any, data: ProfileData) -> ProfileChart:
    made = ProfileChart(Look())
    qtbot.addWidget(made)
    made.resize(1000, 500)
    made.set_data(data)
    made.show()
    qtbot.waitExposed(made)
    return made


def shown(chart: ProfileChart) -> TimeWindow:
    window = chart.window
    assert window is not None
    return window


def drawn(chart: ProfileChart, channel: int) -> np.ndarray:
    curve = next(lane.curves[channel] for lane in chart.lanes if channel in lane.curves)
    y = curve.getData()[1]
    return np.asarray(y)


def test_it_opens_with_the_last_30_days(chart: ProfileChart, data: ProfileData) -> None:
    assert shown(chart).span == 30 * DAY_S
    assert shown(chart).right == data.end


def test_a_single_peak_is_drawn_at_every_zoom(chart: ProfileChart, series_of: Series) -> None:
    series = series_of(35_040)
    series.pulses[20_001, 0] = 90_000
    series.valid[20_000] = False
    chart.set_data(profile_data(series))
    chart.set_window(shown(chart).whole())
    for _ in range(12):
        assert np.nanmax(drawn(chart, 0)) == 900.0
        peak = float(chart.data.x[20_001]) if chart.data is not None else 0.0
        chart.set_window(shown(chart).zoom(0.6, peak))


def test_a_gap_is_never_drawn_across(chart: ProfileChart, series_of: Series) -> None:
    series = series_of(2_000)
    series.valid[500:1_500] = False
    chart.set_data(profile_data(series))
    chart.set_window(shown(chart).whole())
    assert np.isnan(drawn(chart, 0)).any()
    assert chart.lanes[0].marks.marks.gaps[0][1] == pytest.approx(chart.lanes[0].view.width() / 2, rel=0.01)


def test_energy_begins_at_zero_and_a_voltage_does_not(chart: ProfileChart, series_of: Series) -> None:
    series = series_of(2_000)
    series.pulses[:, 2] += 2_300
    chart.set_data(profile_data(series))
    assert chart.lanes[0].values[0] == 0.0
    assert chart.lanes[1].values[0] > 200


def wheel(chart: ProfileChart, delta: int, modifiers: Qt.KeyboardModifier) -> None:
    place = QPointF(500, 200)
    event = QWheelEvent(
        place,
        QPointF(chart.viewport().mapToGlobal(place.toPoint())),
        QPoint(0, 0),
        QPoint(0, delta),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(chart.viewport(), event)


def test_the_wheel_zooms_time_and_with_shift_the_values(chart: ProfileChart) -> None:
    before, values = shown(chart).span, chart.lanes[0].values
    wheel(chart, 120, Qt.KeyboardModifier.NoModifier)
    assert shown(chart).span == pytest.approx(before * 0.8)
    assert chart.lanes[0].values == values
    wheel(chart, 120, Qt.KeyboardModifier.ShiftModifier)
    assert shown(chart).span == pytest.approx(before * 0.8)
    assert chart.lanes[0].values[1] - chart.lanes[0].values[0] < values[1] - values[0]
    chart.reset()
    assert (shown(chart).span, chart.lanes[0].values) == (before, values)


def mouse(chart: ProfileChart, kind: QEvent.Type, x: int, *, held: bool = False) -> None:
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    place = QPointF(x, 200)
    button = none if kind == QEvent.Type.MouseMove else left
    buttons = left if held else none
    where = QPointF(chart.viewport().mapToGlobal(place.toPoint()))
    event = QMouseEvent(kind, place, where, button, buttons, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(chart.viewport(), event)


def test_drag_pans_and_double_click_resets(qtbot: Any, chart: ProfileChart) -> None:
    before = shown(chart)
    mouse(chart, QEvent.Type.MouseButtonPress, 400, held=True)
    for x in (420, 460, 500, 600):
        qtbot.wait(20)  # pyqtgraph looks at moves at most a hundred times a second
        mouse(chart, QEvent.Type.MouseMove, x, held=True)
    mouse(chart, QEvent.Type.MouseButtonRelease, 600)
    moved = before.right - shown(chart).right
    assert moved == pytest.approx(200 * before.span / chart.lanes[0].view.width(), rel=0.15)
    mouse(chart, QEvent.Type.MouseButtonPress, 500, held=True)
    mouse(chart, QEvent.Type.MouseButtonRelease, 500)
    mouse(chart, QEvent.Type.MouseButtonDblClick, 500, held=True)
    mouse(chart, QEvent.Type.MouseButtonRelease, 500)
    assert shown(chart) == before


@pytest.mark.parametrize(
    ("key", "left_days", "span_days"),
    [
        (Qt.Key.Key_Left, 12, 30),
        (Qt.Key.Key_Right, 18, 30),
        (Qt.Key.Key_PageUp, 0, 30),
        (Qt.Key.Key_PageDown, 30, 30),
        (Qt.Key.Key_Home, 0, 30),
        (Qt.Key.Key_End, 30, 30),
        (Qt.Key.Key_Plus, 22.5, 15),
        (Qt.Key.Key_Minus, 0, 60),
        (Qt.Key.Key_0, 30, 30),
    ],
)
def test_keys_do_what_the_mouse_does(
    qtbot: Any, chart: ProfileChart, key: Qt.Key, left_days: float, span_days: float
) -> None:
    window = shown(chart)
    chart.set_window(window.to(window.first + 15 * DAY_S, window.first + 45 * DAY_S))
    qtbot.keyClick(chart, key)
    assert (shown(chart).left - window.first) / DAY_S == pytest.approx(left_days)
    assert shown(chart).span / DAY_S == pytest.approx(span_days)


def test_the_cursor_walks_by_intervals_and_says_time_values_and_status(
    qtbot: Any, chart: ProfileChart, series_of: Series
) -> None:
    series = series_of(96 * 40)
    series.status[1_000, 0] = ChannelStatus.PARTIAL
    chart.set_data(profile_data(series))
    chart.show_index(1_001)
    qtbot.keyClick(chart, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert chart.cursor_index == 1_000
    card = chart.findChild(type(chart._card))
    assert card is not None
    assert card.isVisible()
    assert card.accessibleName().startswith("Sun 11 Jan 2026  10:00\u201310:15, Wh delivered 0.30 kWh")
    assert card.accessibleName().endswith("partial interval (Wh delivered)")
    qtbot.keyClick(chart, Qt.Key.Key_Escape)
    assert chart.cursor_index is None
    assert not card.isVisible()


def test_the_cursor_follows_the_mouse(chart: ProfileChart) -> None:
    mouse(chart, QEvent.Type.MouseMove, 400)
    first = chart.cursor_index
    mouse(chart, QEvent.Type.MouseMove, 500)
    assert first is not None
    assert chart.cursor_index is not None
    assert first < chart.cursor_index


def test_channels_go_off_and_on_and_an_empty_lane_gives_its_room(chart: ProfileChart) -> None:
    height = chart.lanes[0].view.height()
    chart.set_channel_shown(2, False)
    assert len(chart.lanes) == 1
    assert chart.lanes[0].view.height() > height
    chart.set_channel_shown(0, False)
    assert not chart.lanes[0].curves[0].isVisible()
    chart.set_channel_shown(2, True)
    assert len(chart.lanes) == 2
    assert not chart.lanes[0].curves[0].isVisible()


def test_it_says_what_it_shows(qtbot: Any, chart: ProfileChart) -> None:
    with qtbot.waitSignal(chart.settled):
        chart.set_window(shown(chart).last_days(7))
    assert chart.accessibleDescription().startswith("23 Feb to 1 Mar 2026: ")
    assert "peak 3.84 kW" in chart.accessibleDescription()


def picture(chart: ProfileChart) -> QImage:
    return chart.grab().toImage()


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_theme_has_its_ground_and_its_curves(chart: ProfileChart, theme: Theme) -> None:
    look = Look(theme)
    chart.set_look(look)
    image = picture(chart)
    colours = {image.pixelColor(x, y).name() for x in range(0, image.width(), 2) for y in range(0, image.height(), 2)}
    assert {look.hex(role) for role in (Role.RAISED, Role.CHART_1, Role.CHART_2, Role.CHART_4)} <= colours


def test_estimated_values_are_hollow_where_there_is_room(chart: ProfileChart, series_of: Series) -> None:
    marks = np.zeros((96 * 40, 3), dtype=bool)
    marks[-10:, 0] = True
    chart.set_data(profile_data(series_of(96 * 40), estimated=marks))
    assert len(chart.lanes[0].hollow.getData()[0]) == 0
    chart.set_window(shown(chart).last_days(1))
    assert len(chart.lanes[0].hollow.getData()[0]) == 10


def test_a_dark_chart_can_be_shown_again(chart: ProfileChart) -> None:
    chart.set_look(Look(DARK))
    assert shown(chart).span == 30 * DAY_S
