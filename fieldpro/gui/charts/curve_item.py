"""One curve, whose bounds are known: pyqtgraph would look through all its points for them at each frame."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QRectF


class CurveItem(pg.PlotCurveItem):
    """A `PlotCurveItem` that draws line segments inside given bounds."""

    def __init__(self) -> None:
        self._known = QRectF()
        super().__init__(antialias=False, skipFiniteCheck=False)
        self.setSegmentedLineMode("on")

    def set_bounds(self, bounds: QRectF) -> None:
        """What the chart shows; in data coordinates."""
        if bounds != self._known:
            self.prepareGeometryChange()
            self._known = bounds

    def boundingRect(self) -> QRectF:
        return self._known
