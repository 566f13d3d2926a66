"""One kind of day as the face of a clock of 24 hours: midnight at the top, a ring in the colours of the tiers.

The letter of a tier stands on its arc and the hours at which it changes stand outside, so the colours are a help only.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from fieldpro.gui.look import Look
from fieldpro.gui.models.tiers import DAY_MIN, Arc, clock_face, tier_letter
from fieldpro.gui.roles import Role
from fieldpro.gui.tier_colours import ink_on, tier_colour
from fieldpro.gui.words import tr

SIZE_PX = 184
OUTSIDE_PX = 36  # for the times around the ring


class DayDial(QWidget):
    """`show_day` a day type; `point` a time of day with a hand."""

    def __init__(self) -> None:
        super().__init__()
        self._title = ""
        self._arcs: tuple[Arc, ...] = ()
        self._minute: int | None = None
        self._look = Look()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedSize(SIZE_PX, SIZE_PX + 24)

    def sizeHint(self) -> QSize:
        return QSize(SIZE_PX, SIZE_PX + 24)

    @property
    def arcs(self) -> tuple[Arc, ...]:
        return self._arcs

    def show_day(self, title: str, arcs: tuple[Arc, ...]) -> None:
        self._title, self._arcs = title, arcs
        self.setAccessibleName(tr("Day type {title}", title=title))
        told = [
            tr(
                "tier {tier} from {start} to {end}",
                tier=tier_letter(a.tier),
                start=clock_face(a.start_min),
                end=clock_face(a.end_min),
            )
            for a in arcs
        ]
        self.setAccessibleDescription("; ".join(told))
        self.setToolTip("\n".join(told))
        self.update()

    def point(self, minute: int | None) -> None:
        self._minute = minute
        self.update()

    def set_look(self, look: Look) -> None:
        self._look = look
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self._look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = QPointF(SIZE_PX / 2, SIZE_PX / 2)
        outer = SIZE_PX / 2 - OUTSIDE_PX
        inner = outer * 0.56
        ring = QRectF(middle.x() - outer, middle.y() - outer, 2 * outer, 2 * outer)
        painter.setFont(look.font("small", strong=True))
        for arc in self._arcs:
            self._pie(painter, ring, arc)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color(Role.RAISED))
        painter.drawEllipse(middle, inner, inner)
        for arc in self._arcs:
            self._letter(painter, middle, (outer + inner) / 2, arc)
        painter.setFont(look.font("small"))
        self._times(painter, middle, outer)
        self._hand(painter, middle, inner, outer)
        painter.setPen(look.color(Role.TEXT))
        painter.setFont(look.font("small", strong=True))
        title = painter.fontMetrics().elidedText(self._title, Qt.TextElideMode.ElideRight, SIZE_PX - 4)
        painter.drawText(QRectF(0, SIZE_PX, SIZE_PX, 22), Qt.AlignmentFlag.AlignCenter, title)

    def _pie(self, painter: QPainter, ring: QRectF, arc: Arc) -> None:
        """Qt counts sixteenths of a degree from three o'clock against the clock's way."""
        painter.setPen(QPen(self._look.color(Role.RAISED), 2))
        painter.setBrush(tier_colour(arc.tier, self._look))
        start = 90 - 360 * arc.start_min / DAY_MIN
        span = -360 * (arc.end_min - arc.start_min) / DAY_MIN
        painter.drawPie(ring, round(start * 16), round(span * 16))

    def _letter(self, painter: QPainter, middle: QPointF, radius: float, arc: Arc) -> None:
        if arc.end_min - arc.start_min < 60:  # too narrow for a letter; the tool tip and the table have it
            return
        place = _on(middle, radius, (arc.start_min + arc.end_min) / 2)
        painter.setPen(ink_on(tier_colour(arc.tier, self._look)))
        painter.drawText(
            QRectF(place.x() - 10, place.y() - 10, 20, 20), Qt.AlignmentFlag.AlignCenter, tier_letter(arc.tier)
        )

    def _times(self, painter: QPainter, middle: QPointF, outer: float) -> None:
        """The times at which the tier changes; those that would stand on each other are left to the tool tip."""
        painter.setPen(self._look.color(Role.WEAK))
        last = -DAY_MIN
        starts = sorted({arc.start_min for arc in self._arcs})
        for minute in starts:
            if minute - last < 75 or (starts[0] + DAY_MIN - minute < 75 and minute != starts[0]):
                continue
            last = minute
            place = _on(middle, outer + OUTSIDE_PX / 2, minute)
            painter.drawText(
                QRectF(place.x() - 22, place.y() - 10, 44, 20), Qt.AlignmentFlag.AlignCenter, clock_face(minute)
            )

    def _hand(self, painter: QPainter, middle: QPointF, inner: float, outer: float) -> None:
        if self._minute is None:
            return
        painter.setPen(QPen(self._look.color(Role.TEXT), 3))
        painter.drawLine(middle, _on(middle, outer, self._minute))
        painter.setBrush(self._look.color(Role.TEXT))
        painter.drawEllipse(middle, 4, 4)


def _on(middle: QPointF, radius: float, minute: float) -> QPointF:
    angle = 2 * math.pi * minute / DAY_MIN
    return QPointF(middle.x() + radius * math.sin(angle), middle.y() - radius * math.cos(angle))
