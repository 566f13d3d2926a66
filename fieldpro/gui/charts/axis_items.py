"""The axes of a chart: a few words and a line, drawn straight.

pyqtgraph's `AxisItem` measures, records and replays every label at each frame and takes a third of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QGraphicsWidget, QStyleOptionGraphicsItem, QWidget

from fieldpro.gui.charts.dress import pen
from fieldpro.gui.look import Look
from fieldpro.gui.roles import Role

GAP_PX = 6
TICK_PX = 5
OVERHANG_PX = 10  # how far the last words may stand out


class _Axis(QGraphicsWidget):
    """Marks as (place from 0 to 1, words)."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.marks: tuple[tuple[float, str], ...] = ()
        self._font = look.font("small")
        self._metrics = QFontMetricsF(self._font)
        self._colour = look.color(Role.WEAK)
        self._pen = pen(look, Role.WEAK)

    def set_marks(self, marks: Sequence[tuple[float, str]]) -> None:
        if tuple(marks) != self.marks:
            self.marks = tuple(marks)
            self.update()


class ValueAxis(_Axis):
    """Left of a lane; 0 is its bottom, 1 its top. `set_room` gives it the width that it needs."""

    def needed_px(self) -> float:
        return max((self._metrics.horizontalAdvance(words) for _, words in self.marks), default=0.0) + 2 * GAP_PX

    def set_room(self, width: float) -> None:
        if self.preferredWidth() != width:
            self.setMinimumWidth(width)
            self.setMaximumWidth(width)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        size = self.size()
        right = size.width() - 1
        painter.setFont(self._font)
        painter.setPen(self._pen)
        painter.drawLine(QPointF(right, 0), QPointF(right, size.height()))
        painter.setPen(self._colour)
        height = self._metrics.height()
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for place, words in self.marks:
            middle = size.height() * (1.0 - place)
            top = min(max(middle - height / 2, -height / 4), size.height() - height)
            painter.drawText(QRectF(0, top, right - GAP_PX, height), flags, words)


class TimeAxis(_Axis):
    """Under the last lane (with words) or between two lanes (a line only); 0 is its left, 1 its right."""

    def __init__(self, look: Look, *, with_words: bool) -> None:
        super().__init__(look)
        self._with_words = with_words
        height = self._metrics.height() + TICK_PX + GAP_PX if with_words else GAP_PX
        self.setMinimumHeight(height)
        self.setMaximumHeight(height)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        width = self.size().width()
        painter.setPen(self._pen)
        painter.drawLine(QPointF(0, 0), QPointF(width, 0))
        painter.drawLines([QLineF(width * place, 0, width * place, TICK_PX) for place, _ in self.marks])
        if not self._with_words:
            return
        painter.setFont(self._font)
        painter.setPen(self._colour)
        for place, words in self.marks:
            room = self._metrics.horizontalAdvance(words) + 2
            left = min(width * place - room / 2, width + OVERHANG_PX - room)
            box = QRectF(left, TICK_PX, room, self._metrics.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, words)


class LaneTitle(QGraphicsWidget):
    """The units of a lane, over its value axis."""

    def __init__(self, look: Look, words: str) -> None:
        super().__init__()
        self._words = words
        self._font = look.font("small")
        self._colour = look.color(Role.WEAK)
        height = QFontMetricsF(self._font).height() + 2 * GAP_PX
        self.setMinimumHeight(height)
        self.setMaximumHeight(height)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.setFont(self._font)
        painter.setPen(self._colour)
        painter.drawText(QRectF(QPointF(0, 0), self.size()), Qt.AlignmentFlag.AlignVCenter, self._words)
