"""What stands on the edges of a chart: flagged and estimated intervals at the top, events on the time axis, folds."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from fieldpro.gui.charts.marks import Marks
from fieldpro.gui.look import Look
from fieldpro.gui.roles import Role
from fieldpro.gui.words import tr

STRIP_PX = 8
FLAG_PX = 12
FOOT_PX = FLAG_PX + 4
FLAG_ROOM_PX = 24


class MarksItem(pg.GraphicsObject):
    """Draws `Marks` over a view box; its coordinates are pixels of that box."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._marks = Marks()
        self._size = QRectF()
        self.setZValue(50)
        self.set_look(look)

    def set_look(self, look: Look) -> None:
        self._warn, self._text, self._weak = (look.color(role) for role in (Role.WARN, Role.TEXT, Role.WEAK))
        self._font = look.font("small")
        self._fold_pen = QPen(self._weak, 1, Qt.PenStyle.DashLine)
        self.update()

    def set_marks(self, size: QRectF, marks: Marks) -> None:
        if size != self._size:
            self.prepareGeometryChange()
        self._size, self._marks = size, marks
        self.update()

    @property
    def marks(self) -> Marks:
        return self._marks

    def boundingRect(self) -> QRectF:
        return self._size

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.setFont(self._font)
        self._paint_top(painter)
        self._paint_folds(painter)
        self._paint_events(painter)

    def _paint_top(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._warn)
        painter.drawRects([QRectF(left, 1, width, STRIP_PX - 2) for left, width in self._marks.flagged])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(self._text)
        for column in self._marks.estimated:
            painter.drawRect(QRectF(column - 2, 1.5, 5, 5))

    def _paint_folds(self, painter: QPainter) -> None:
        bottom = self._size.height()
        for column, begins in self._marks.folds:
            words = tr("summer time begins") if begins else tr("summer time ends")
            painter.setPen(self._fold_pen)
            painter.drawLine(QLineF(column, 0, column, bottom))
            painter.setPen(self._weak)
            width = painter.fontMetrics().horizontalAdvance(words) + 4
            left = column + 4 if column + width + 4 < self._size.width() else column - width
            painter.drawText(QRectF(left, STRIP_PX + 6, width, 18), Qt.AlignmentFlag.AlignLeft, words)

    def _paint_events(self, painter: QPainter) -> None:
        bottom = self._size.height()
        for column, count in self._marks.events:
            painter.setPen(self._text)
            painter.drawLine(QLineF(column, bottom - FLAG_PX, column, bottom))
            painter.setBrush(self._text)
            top = bottom - FLAG_PX
            side = 1 if column + FLAG_ROOM_PX < self._size.width() else -1
            painter.drawPolygon(
                QPolygonF([QPointF(column, top), QPointF(column + 8 * side, top + 3), QPointF(column, top + 6)])
            )
            if count > 1:
                words = str(count)
                left = column + 4 if side > 0 else column - 4 - painter.fontMetrics().horizontalAdvance(words)
                painter.drawText(QPointF(left, bottom - 1), words)


class GapBands(pg.GraphicsObject):
    """The ground of stretches without values, under the curves."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._bands: list[QRectF] = []
        self._size = QRectF()
        self.setZValue(-50)
        self.set_look(look)

    def set_look(self, look: Look) -> None:
        self._ground = QBrush(look.color(Role.SUNKEN))
        if look.color(Role.SUNKEN) == look.color(Role.RAISED):
            self._ground = QBrush(look.color(Role.GRID), Qt.BrushStyle.BDiagPattern)
        self.update()

    def set_marks(self, size: QRectF, marks: Marks) -> None:
        if size != self._size:
            self.prepareGeometryChange()
        self._size = size
        self._bands = [QRectF(left, 0, width, size.height()) for left, width in marks.gaps]
        self.update()

    def boundingRect(self) -> QRectF:
        return self._size

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._ground)
        painter.drawRects(self._bands)
