"""The quiet grid of a chart: opaque lines drawn in one call.

pyqtgraph's `showGrid` draws translucent lines over the curves and costs more than all the curves together.
"""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from fieldpro.gui.charts.dress import pen
from fieldpro.gui.look import Look
from fieldpro.gui.roles import Role


class GridItem(pg.GraphicsObject):
    """Lines at given places, in the coordinates of the data; zero stands out."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._bounds = QRectF()
        self._lines: list[QLineF] = []
        self._zero: QLineF | None = None
        self.setZValue(-100)
        self.set_look(look)

    def set_look(self, look: Look) -> None:
        self._pen = pen(look, Role.GRID)
        self._zero_pen = pen(look, Role.WEAK)
        self.update()

    def set_ticks(self, bounds: QRectF, times: list[float], values: list[float]) -> None:
        """`bounds` is what the chart shows, as it shows it: left, least value, width, height."""
        self.prepareGeometryChange()
        self._bounds = bounds
        left, right, low, high = bounds.left(), bounds.right(), bounds.top(), bounds.bottom()
        self._lines = [QLineF(x, low, x, high) for x in times]
        self._lines += [QLineF(left, y, right, y) for y in values if y]
        self._zero = QLineF(left, 0.0, right, 0.0) if low <= 0 <= high else None
        self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.setPen(self._pen)
        painter.drawLines(self._lines)
        if self._zero is not None:
            painter.setPen(self._zero_pen)
            painter.drawLine(self._zero)
