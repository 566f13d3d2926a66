"""The chart of a load profile: lanes over one time axis, a cursor with a card, mouse and keys.

pyqtgraph on a raster viewport: without a GPU an OpenGL viewport is slower. Keys: Left and Right pan, Up and Down
scale the values, + and - zoom, Home and End go to the ends, Page Up and Page Down turn pages, 0 resets; with Ctrl,
Left and Right move the cursor by one interval, Home and End to the ends of what is shown. Escape hides the cursor.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QGraphicsGridLayout, QGraphicsView, QGraphicsWidget, QWidget

from fieldpro.gui.charts.axis_items import LaneTitle, TimeAxis
from fieldpro.gui.charts.cursor_card import CursorCard, card_content
from fieldpro.gui.charts.dress import channel_colours
from fieldpro.gui.charts.lane_plot import LanePlot
from fieldpro.gui.charts.marks import marks_of
from fieldpro.gui.charts.marks_item import FOOT_PX
from fieldpro.gui.charts.numbers import span_text
from fieldpro.gui.charts.profile_data import Lane, ProfileData
from fieldpro.gui.charts.summary import range_words, summarize, summary_line
from fieldpro.gui.charts.ticks import time_label, time_ticks
from fieldpro.gui.charts.window import TimeWindow
from fieldpro.gui.look import Look
from fieldpro.gui.roles import Role
from fieldpro.gui.words import tr

TIME_TICK_PX = 60
SETTLE_MS = 120
DEFAULT_DAYS = 30


class ProfileChart(pg.GraphicsView):
    """`set_data` fills it; `window_changed` says what it shows; `cursor_moved` which interval the cursor is on."""

    window_changed = Signal(object)  # TimeWindow
    settled = Signal(object)  # TimeWindow, when it has not changed for a moment
    cursor_moved = Signal(int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=None, useOpenGL=False)
        self.setAntialiasing(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName(tr("Load profile chart"))
        self.setMinimumHeight(160)
        self._look = look
        self._data: ProfileData | None = None
        self._window: TimeWindow | None = None
        self._shown: set[int] = set()
        self._lanes: list[LanePlot] = []
        self._cursor: int | None = None
        self._layout: QGraphicsGridLayout | None = None
        self._card = CursorCard(look, self.viewport())
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._has_settled)
        self._keys = self._key_table()
        self.setBackground(look.hex(Role.RAISED))
        self._ready = True

    # --- what is shown ----------------------------------------------------------------------------------------

    @property
    def data(self) -> ProfileData | None:
        return self._data

    @property
    def window(self) -> TimeWindow | None:
        """The stretch of time that is shown."""
        return self._window

    @property
    def cursor_index(self) -> int | None:
        return self._cursor

    @property
    def lanes(self) -> tuple[LanePlot, ...]:
        return tuple(self._lanes)

    def set_data(self, data: ProfileData) -> None:
        """Show a profile: its last 30 days."""
        self._data = data
        self._shown = set(range(len(data.series.channels)))
        self._cursor = None
        self._card.hide()
        self._window = TimeWindow.over(data.start, data.end, data.series.interval_s).last_days(DEFAULT_DAYS)
        self._build()

    def set_look(self, look: Look) -> None:
        self._look = look
        self.setBackground(look.hex(Role.RAISED))
        self._card.set_look(look)
        self._build()

    def set_channel_shown(self, channel: int, on: bool) -> None:
        """Show or hide one channel; a lane without channels takes no room."""
        before = self._visible_lanes()
        (self._shown.add if on else self._shown.discard)(channel)
        if self._visible_lanes() != before:
            self._build()
            return
        for plot in self._lanes:
            if channel in plot.lane.channels:
                plot.set_shown(channel, on)
        self._draw()

    def set_window(self, window: TimeWindow) -> None:
        if window != self._window:
            self._window = window
            self._draw()

    def reset(self) -> None:
        """The last 30 days, values to fit."""
        if self._window is not None:
            for plot in self._lanes:
                plot.manual = None
            self._window = self._window.last_days(DEFAULT_DAYS)
            self._draw()

    def show_index(self, index: int) -> None:
        """Put the cursor on one interval, and move there if need be."""
        if self._data is None or self._window is None or not len(self._data):
            return
        self._cursor = min(max(index, 0), len(self._data) - 1)
        window = self._window.showing(self._middle(self._cursor))
        if window != self._window:
            self.set_window(window)
        else:
            self._place_cursor()
        self.cursor_moved.emit(self._cursor)

    # --- drawing ----------------------------------------------------------------------------------------------

    def _visible_lanes(self) -> list[Lane]:
        if self._data is None:
            return []
        return [lane for lane in self._data.lanes if self._shown & set(lane.channels)]

    def _build(self) -> None:
        if self._data is None:
            return
        central = QGraphicsWidget()
        grid = QGraphicsGridLayout(central)
        grid.setContentsMargins(4, 0, 12, 4)
        grid.setSpacing(0)
        self._layout, self._lanes = grid, []
        lanes = self._visible_lanes()
        for number, lane in enumerate(lanes):
            plot = LanePlot(self._data, lane, self._look)
            for channel in lane.channels:
                plot.set_shown(channel, channel in self._shown)
            last = number == len(lanes) - 1
            plot.foot_px = FOOT_PX if last and self._data.events else 0
            plot.times = TimeAxis(self._look, with_words=last)
            row = 3 * number
            grid.addItem(LaneTitle(self._look, self._lane_title(lane)), row, 0, 1, 2)
            grid.addItem(plot.axis, row + 1, 0)
            grid.addItem(plot.view, row + 1, 1)
            grid.addItem(plot.times, row + 2, 1)
            grid.setRowStretchFactor(row + 1, 3 if lane.energy else 2)
            self._listen(plot)
            self._lanes.append(plot)
        self.setCentralItem(central)
        grid.activate()
        self._draw()

    def _listen(self, plot: LanePlot) -> None:
        plot.view.zoomed.connect(self._zoom)
        plot.view.panned.connect(lambda seconds, value: self._pan(plot, seconds, value))
        plot.view.value_zoomed.connect(lambda factor, at: self._zoom_values(plot, factor, at))
        plot.view.reset.connect(self.reset)
        plot.view.pointed.connect(self._point)

    def _lane_title(self, lane: Lane) -> str:
        units = ", ".join(lane.units)
        if lane.energy and self._data is not None:
            interval = span_text(self._data.series.interval_s).removeprefix("1 ")
            return tr("{units} per {interval}", units=units, interval=interval)
        return units

    def _draw(self) -> None:
        if self._data is None or self._window is None or not self._lanes:
            return
        left, right = self._window.left, self._window.right
        width = self._lanes[0].view.width()
        ticks, step = time_ticks(self._data.time, left, right, max(int(width / TIME_TICK_PX), 2))
        labels = [((x - left) / (right - left), time_label(self._data.time, x, step)) for x in ticks]
        for plot in self._lanes:
            plot.pixel_ratio = self.devicePixelRatioF()
            plot.show(left, right, ticks)
            if plot.times is not None:
                plot.times.set_marks(labels)
        room = max(plot.axis.needed_px() for plot in self._lanes)
        for plot in self._lanes:
            plot.axis.set_room(room)
        self._draw_marks(left, right)
        self._place_cursor()
        self._settle.start()
        self.window_changed.emit(self._window)

    def _draw_marks(self, left: float, right: float) -> None:
        data = self._data
        if data is None:
            return
        for row, plot in enumerate(self._lanes):
            marks = marks_of(data, left, right, pixels=max(plot.view.width(), 1.0), channels=plot.lane.channels)
            if row:
                marks = replace(marks, flagged=(), folds=())
            if row < len(self._lanes) - 1:
                marks = replace(marks, events=())
            plot.set_marks(marks)

    def _has_settled(self) -> None:
        if self._data is None or self._window is None:
            return
        left, right = self._window.left, self._window.right
        line = summary_line(self._data, summarize(self._data, left, right))
        self.setAccessibleDescription(f"{range_words(self._data, left, right)}: {line}")
        self.settled.emit(self._window)

    # --- the cursor -------------------------------------------------------------------------------------------

    def _middle(self, index: int) -> float:
        if self._data is None:
            return 0.0
        return float(self._data.x[index]) - self._data.series.interval_s / 2

    def _point(self, x: float) -> None:
        if self._data is not None and len(self._data):
            self._cursor = self._data.nearest(x)
            self._place_cursor()
            self.cursor_moved.emit(self._cursor)

    def _place_cursor(self) -> None:
        data, window = self._data, self._window
        if data is None or window is None or self._cursor is None or not self._lanes:
            self._hide_cursor()
            return
        x = self._middle(self._cursor)
        if not window.left <= x <= window.right:
            self._hide_cursor()
            return
        for plot in self._lanes:
            plot.cursor.setValue(x)
            plot.cursor.setVisible(True)
        view = self._lanes[0].view
        content = card_content(data, self._cursor, channel_colours(self._look, data.series.channels), self._shown)
        corner = self.mapFromScene(view.mapToScene(QPointF(view.width() * (x - window.left) / window.span, 0.0)))
        self._card.setAccessibleName(content.sentence)
        self._card.show_at(content, QPoint(corner.x(), corner.y() + 16), self.viewport().rect())

    def _hide_cursor(self) -> None:
        self._card.hide()
        for plot in self._lanes:
            plot.cursor.setVisible(False)

    # --- mouse and keys ---------------------------------------------------------------------------------------

    def _zoom(self, factor: float, at: float) -> None:
        if self._window is not None:
            self.set_window(self._window.zoom(factor, at))

    def _pan(self, plot: LanePlot, seconds: float, value: float) -> None:
        if self._window is None:
            return
        if plot.manual is not None:
            plot.manual = (plot.manual[0] + value, plot.manual[1] + value)
        self._window = self._window.pan(seconds)
        self._draw()

    def _zoom_values(self, plot: LanePlot, factor: float, at: float) -> None:
        low, high = plot.values
        plot.manual = (at - (at - low) * factor, at + (high - at) * factor)
        self._draw()

    def _scale_values(self, factor: float) -> None:
        for plot in self._lanes:
            self._zoom_values(plot, factor, 0.0 if plot.lane.energy else sum(plot.values) / 2)

    def _key_table(self) -> dict[tuple[Qt.Key, bool], Callable[[], object]]:
        """(key, with Ctrl) -> what it does."""
        key = Qt.Key

        def move(change: Callable[[TimeWindow], TimeWindow]) -> Callable[[], object]:
            return lambda: self._move(change)

        def step(count: int) -> Callable[[], object]:
            return lambda: self._step_cursor(count)

        return {
            (key.Key_Left, False): move(lambda window: window.page(-0.1)),
            (key.Key_Right, False): move(lambda window: window.page(0.1)),
            (key.Key_PageUp, False): move(lambda window: window.page(-1)),
            (key.Key_PageDown, False): move(lambda window: window.page(1)),
            (key.Key_Home, False): move(TimeWindow.home),
            (key.Key_End, False): move(TimeWindow.end),
            (key.Key_Plus, False): move(lambda window: window.zoom(0.5)),
            (key.Key_Equal, False): move(lambda window: window.zoom(0.5)),
            (key.Key_Minus, False): move(lambda window: window.zoom(2.0)),
            (key.Key_Up, False): lambda: self._scale_values(0.8),
            (key.Key_Down, False): lambda: self._scale_values(1.25),
            (key.Key_0, False): self.reset,
            (key.Key_Left, True): step(-1),
            (key.Key_Right, True): step(1),
            (key.Key_Home, True): lambda: self._point_at(0.0),
            (key.Key_End, True): lambda: self._point_at(1.0),
        }

    def _move(self, change: Callable[[TimeWindow], TimeWindow]) -> None:
        if self._window is not None:
            self.set_window(change(self._window))

    def _point_at(self, place: float) -> None:
        """Put the cursor at a place of what is shown, 0 its left end and 1 its right."""
        if self._window is not None:
            self._point(self._window.left + self._window.span * place)

    def _step_cursor(self, count: int) -> None:
        if self._data is None or self._window is None or not len(self._data):
            return
        if self._cursor is None:
            self._point_at(0.5)
        else:
            self.show_index(self._cursor + count)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._cursor is not None:
            self._cursor = None
            self._place_cursor()
            return
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        action = self._keys.get((Qt.Key(event.key()), ctrl))
        if action is None:
            event.ignore()
            return
        action()
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if event.buttons() or not self._lanes:
            return
        view = self._lanes[0].view
        x = view.mapSceneToView(self.mapToScene(event.position().toPoint())).x()
        if self._window is not None and self._window.left <= x <= self._window.right:
            self._point(x)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if not self.hasFocus():
            self._cursor = None
            self._place_cursor()

    def close(self) -> bool:
        """pyqtgraph's own `close` drops the scene while items still use it, and crashes."""
        return QGraphicsView.close(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if getattr(self, "_ready", False) and self._layout is not None:  # pyqtgraph resizes while it is made
            self._layout.activate()
            self._draw()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        """The focus ring."""
        if not self.hasFocus():
            return
        width = self._look.theme.sizes.focus
        painter.resetTransform()
        painter.setPen(QPen(self._look.color(Role.FOCUS), width))
        painter.drawRect(QRectF(self.viewport().rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2))
