"""The heat map of one channel: day by quarter hour. Habits, holidays and outages show at a glance.

Colours: a sequence that grows evenly in lightness and is safe for colour blindness (the "cividis" of Nunez, Anderton
and Renslow, 2018); gaps show the ground. Arrow keys move the cursor, Home and End go to the ends, Page Up and Page Down
move by a week.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from fieldpro.gui.charts.cursor_card import CursorCard, card_content
from fieldpro.gui.charts.dress import channel_colours
from fieldpro.gui.charts.heat_data import HeatData, heat_data
from fieldpro.gui.charts.numbers import decimals_of, number
from fieldpro.gui.charts.profile_data import ProfileData
from fieldpro.gui.charts.ticks import decimals, round_step
from fieldpro.gui.look import Look
from fieldpro.gui.roles import Role
from fieldpro.gui.words import tr

CIVIDIS = (
    (0, 34, 78),
    (18, 53, 112),
    (59, 73, 108),
    (87, 93, 109),
    (112, 113, 115),
    (138, 134, 120),
    (165, 156, 116),
    (195, 179, 105),
    (225, 204, 85),
    (254, 232, 56),
)
LEFT_PX, TOP_PX, BOTTOM_PX, LEGEND_PX, RIGHT_PX = 56, 12, 28, 16, 92
LABEL_PX = 84
HOURS = (0, 6, 12, 18, 24)


def colour_table() -> NDArray[np.uint8]:
    """(256, 3) from the least value to the greatest."""
    places = np.linspace(0, 255, len(CIVIDIS))
    channels = [np.interp(np.arange(256), places, [stop[part] for stop in CIVIDIS]) for part in range(3)]
    return np.round(np.stack(channels, axis=1)).astype(np.uint8)


def picture(heat: HeatData, ground: QColor) -> QImage:
    """One pixel a cell."""
    low, high = heat.span
    there = np.isfinite(heat.values)
    level = np.where(there, (np.nan_to_num(heat.values) - low) / (high - low) * 255, 0).astype(np.uint8)
    cells = np.empty((heat.rows, heat.days, 4), dtype=np.uint8)
    cells[..., :3] = colour_table()[level]
    cells[..., 3] = 255
    cells[~there] = (ground.red(), ground.green(), ground.blue(), 255)
    image = QImage(cells.tobytes(), heat.days, heat.rows, 4 * heat.days, QImage.Format.Format_RGBA8888)
    return image.copy()


class HeatMap(QWidget):
    """`set_data` fills it; `picked` says which interval was chosen with a click or Enter."""

    picked = Signal(int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(tr("Load profile heat map"))
        self.setMinimumHeight(160)
        self._data: ProfileData | None = None
        self._heat: HeatData | None = None
        self._image: QImage | None = None
        self._channel = 0
        self._cell: tuple[int, int] | None = None  # row, column
        self._card = CursorCard(look, self)
        self.set_look(look)

    @property
    def cell(self) -> tuple[int, int] | None:
        return self._cell

    def set_data(self, data: ProfileData, channel: int) -> None:
        self._data, self._channel = data, channel
        self._heat = heat_data(data, channel)
        self._cell = None
        self._card.hide()
        self._draw_image()
        low, high = self._heat.span
        unit = data.series.channels[channel].unit
        self.setAccessibleDescription(
            tr(
                "{channel}: {days} days by {rows} intervals, {low} to {high} {unit}",
                channel=data.series.channels[channel].name,
                days=self._heat.days,
                rows=self._heat.rows,
                low=self._number(low),
                high=self._number(high),
                unit=unit,
            )
        )

    def set_look(self, look: Look) -> None:
        self._look = look
        self._card.set_look(look)
        self._draw_image()

    def sizeHint(self) -> QSize:
        return QSize(900, 420)

    def _draw_image(self) -> None:
        if self._heat is not None:
            self._image = picture(self._heat, self._look.color(Role.RAISED))
        self.update()

    def _number(self, value: float) -> str:
        if self._data is None:
            return ""
        return number(value, decimals_of(self._data.series.channels[self._channel].value_per_pulse))

    def _area(self) -> QRect:
        return self.rect().adjusted(LEFT_PX, TOP_PX, -RIGHT_PX, -BOTTOM_PX)

    # --- painting ---------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.color(Role.RAISED))
        if self._heat is None or self._image is None or not self._heat.days:
            return
        area = self._area()
        painter.drawImage(area, self._image)
        painter.setFont(self._look.font("small"))
        painter.setPen(self._look.color(Role.WEAK))
        self._paint_hours(painter, area)
        self._paint_days(painter, area, self._heat)
        self._paint_legend(painter, area, self._heat)
        if self._cell is not None:
            box = self._cell_rect(*self._cell)
            painter.setPen(QPen(QColor(Qt.GlobalColor.white), 1))
            painter.drawRect(box.adjusted(-2, -2, 2, 2))
            painter.setPen(QPen(QColor(Qt.GlobalColor.black), 1))
            painter.drawRect(box.adjusted(-3, -3, 3, 3))
        if self.hasFocus():
            width = self._look.theme.sizes.focus
            painter.setPen(QPen(self._look.color(Role.FOCUS), width))
            painter.drawRect(QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2))

    def _paint_hours(self, painter: QPainter, area: QRect) -> None:
        for hour in HOURS:
            y = area.top() + round(area.height() * hour / 24)
            box = QRect(0, y - 10, LEFT_PX - 8, 20)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{hour:02d}:00")

    def _paint_days(self, painter: QPainter, area: QRect, heat: HeatData) -> None:
        """The first of each month; each few days when there is less than three months."""
        step = max(1, -(-heat.days * LABEL_PX // max(area.width(), 1)))
        months = heat.days > 92
        last = -LABEL_PX
        for column in range(heat.days):
            day = heat.day(column)
            if (day.day != 1) if months else bool(column % step):
                continue
            x = area.left() + round(area.width() * column / heat.days)
            if x - last < LABEL_PX or x > area.right():
                continue
            last = x
            painter.drawLine(x, area.bottom() + 1, x, area.bottom() + 5)
            text = f"{day:%b %Y}" if months else f"{day.day} {day:%b}"
            painter.drawText(QRect(x, area.bottom() + 6, LABEL_PX, 18), Qt.AlignmentFlag.AlignLeft, text)

    def _paint_legend(self, painter: QPainter, area: QRect, heat: HeatData) -> None:
        table = colour_table()[::-1]
        bar = QRect(area.right() + 12, area.top() + 18, LEGEND_PX, max(area.height() - 18, 1))
        column = QImage(table.tobytes(), 1, 256, 3, QImage.Format.Format_RGB888)
        painter.drawImage(bar, column)
        low, high = heat.span
        unit = self._data.series.channels[self._channel].unit if self._data is not None else ""
        painter.drawText(QRect(bar.left(), area.top() - 4, RIGHT_PX, 20), Qt.AlignmentFlag.AlignLeft, unit)
        for value, y in ((high, bar.top() - 2), ((low + high) / 2, bar.center().y() - 9), (low, bar.bottom() - 16)):
            box = QRect(bar.right() + 6, y, RIGHT_PX, 18)
            words = number(value, decimals(round_step((high - low) / 5)))
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)

    def _cell_rect(self, row: int, column: int) -> QRect:
        area = self._area()
        if self._heat is None:
            return QRect()
        left = area.left() + area.width() * column // self._heat.days
        right = area.left() + area.width() * (column + 1) // self._heat.days
        top = area.top() + area.height() * row // self._heat.rows
        bottom = area.top() + area.height() * (row + 1) // self._heat.rows
        return QRect(left, top, max(right - left, 1), max(bottom - top, 1))

    # --- the cursor -------------------------------------------------------------------------------------------

    def set_cell(self, row: int, column: int) -> None:
        """Put the cursor on a cell, inside the picture."""
        if self._heat is None or self._data is None or not self._heat.days:
            return
        row, column = min(max(row, 0), self._heat.rows - 1), min(max(column, 0), self._heat.days - 1)
        self._cell = (row, column)
        index = int(self._heat.index[row, column])
        if index >= 0:
            colours = channel_colours(self._look, self._data.series.channels)
            content = card_content(self._data, index, colours, {self._channel})
            box = self._cell_rect(row, column)
            self._card.setAccessibleName(content.sentence)
            self._card.show_at(content, QPoint(box.right(), box.top()), self.rect())
        else:
            self._card.hide()
        self.update()

    def _at(self, position: QPoint) -> tuple[int, int] | None:
        area = self._area()
        if self._heat is None or not area.contains(position):
            return None
        row = (position.y() - area.top()) * self._heat.rows // max(area.height(), 1)
        return row, (position.x() - area.left()) * self._heat.days // max(area.width(), 1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        cell = self._at(event.position().toPoint())
        if cell is not None and cell != self._cell:
            self.set_cell(*cell)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self._at(event.position().toPoint())
        if cell is not None:
            self.set_cell(*cell)
            self._pick()

    def leaveEvent(self, event: QEvent) -> None:
        if not self.hasFocus():
            self._cell = None
            self._card.hide()
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._heat is None:
            return
        key = Qt.Key
        row, column = self._cell or (self._heat.rows // 2, self._heat.days - 1)
        moves = {
            key.Key_Left: (row, column - 1),
            key.Key_Right: (row, column + 1),
            key.Key_Up: (row - 1, column),
            key.Key_Down: (row + 1, column),
            key.Key_Home: (row, 0),
            key.Key_End: (row, self._heat.days - 1),
            key.Key_PageUp: (row, column - 7),
            key.Key_PageDown: (row, column + 7),
        }
        pressed = key(event.key())
        if pressed in moves:
            self.set_cell(*moves[pressed])
        elif pressed in (key.Key_Return, key.Key_Enter):
            self._pick()
        else:
            event.ignore()

    def _pick(self) -> None:
        if self._heat is not None and self._cell is not None and self._heat.index[self._cell] >= 0:
            self.picked.emit(int(self._heat.index[self._cell]))
