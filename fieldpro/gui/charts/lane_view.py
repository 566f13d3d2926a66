"""The area of one lane that takes the mouse: it says what a person did, and leaves the answer to the chart."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal


class LaneView(pg.ViewBox):
    """Wheel zooms time, Shift-wheel values, drag pans, double click resets."""

    zoomed = Signal(float, float)  # factor, x that stays
    value_zoomed = Signal(float, float)  # factor, value that stays
    panned = Signal(float, float)  # seconds, value
    reset = Signal()
    pointed = Signal(float)  # x of a click

    def __init__(self) -> None:
        super().__init__(enableMenu=False, defaultPadding=0.0)
        self.disableAutoRange()

    def wheelEvent(self, ev, axis=None) -> None:
        """Qt gives a Shift-wheel as a wheel of the other axis on some systems: both count."""
        place = self.mapSceneToView(ev.scenePos())
        factor = 0.8 ** (ev.delta() / 120.0)
        if ev.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.value_zoomed.emit(factor, place.y())
        else:
            self.zoomed.emit(factor, place.x())
        ev.accept()

    def mouseDragEvent(self, ev, axis=None) -> None:
        if ev.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            ev.ignore()
            return
        ev.accept()
        here: QPointF = self.mapSceneToView(ev.scenePos())
        before: QPointF = self.mapSceneToView(ev.lastScenePos())
        self.panned.emit(before.x() - here.x(), before.y() - here.y())

    def mouseClickEvent(self, ev) -> None:
        if ev.button() != Qt.MouseButton.LeftButton:
            ev.ignore()
            return
        ev.accept()
        if ev.double():
            self.reset.emit()
        else:
            self.pointed.emit(self.mapSceneToView(ev.scenePos()).x())
