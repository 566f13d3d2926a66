"""The phasor diagram of a site, large: voltages long and thin, currents short and thick, each with its name at its tip.

The voltage of phase A points to the right; an angle is the lag behind it and is drawn with the clock, as metering
people draw it and as the report of a visit has it. The scale of the voltages is the largest voltage and that of the
currents the largest current. Sectors in which a phasor is expected can be laid under, `Sector`s: those that are missed
are drawn in the colour of what is bad.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from fieldpro.gui.look import Look
from fieldpro.gui.roles import Role
from fieldpro.gui.words import tr
from fieldpro.records import PhaseValues

EDGE_PX = 44
CURRENT_SHARE = 0.62
PHASE_ROLES = (Role.CHART_1, Role.CHART_2, Role.CHART_3)


@dataclass(frozen=True, slots=True)
class Sector:
    """Where a phasor is expected: from `start_deg` of lag over `span_deg` degrees with the clock."""

    start_deg: float
    span_deg: float
    missed: bool = False


class PhasorDiagram(QWidget):
    """`show_values` again and again; nothing else moves."""

    def __init__(self) -> None:
        super().__init__()
        self._values: PhaseValues | None = None
        self._sectors: tuple[Sector, ...] = ()
        self._look = Look()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(280, 280)
        self.setAccessibleName(tr("Phasor diagram"))

    def sizeHint(self) -> QSize:
        return QSize(440, 440)

    def show_values(self, values: PhaseValues | None, sectors: tuple[Sector, ...] = ()) -> None:
        self._values, self._sectors = values, sectors
        self.setAccessibleDescription(in_words(values))
        self.update()

    def set_look(self, look: Look) -> None:
        self._look = look
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = min(self.width(), self.height()) / 2 - EDGE_PX
        middle = QPointF(self.width() / 2, self.height() / 2)
        self._field(painter, middle, radius)
        if self._values is None:
            return
        values = self._values
        most_volts = max((v for v in values.volts if v == v), default=0.0)
        most_amps = max((a for a in values.amps if a == a), default=0.0)
        taken: list[QRectF] = []
        for number, phase in enumerate(values.phases):
            color = self._look.color(PHASE_ROLES[number % len(PHASE_ROLES)])
            amps = CURRENT_SHARE * radius * _share(values.amps[number], most_amps)
            self._arrow(painter, middle, amps, values.amp_angles[number], color, 5)
            volts = radius * _share(values.volts[number], most_volts)
            self._arrow(painter, middle, volts, values.volt_angles[number], color, 2)
            self._name(painter, middle, amps + 16, values.amp_angles[number], f"I{phase}", taken, amps > 0)
            self._name(painter, middle, volts + 16, values.volt_angles[number], f"V{phase}", taken, volts > 0)

    def _field(self, painter: QPainter, middle: QPointF, radius: float) -> None:
        look = self._look
        for sector in self._sectors:
            color = look.color(Role.BAD if sector.missed else Role.GOOD)
            color.setAlpha(36)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            box = QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius)
            painter.drawPie(box, round(-sector.start_deg * 16), round(-sector.span_deg * 16))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look.color(Role.GRID), look.theme.sizes.line))
        for share in (CURRENT_SHARE, 1.0):
            painter.drawEllipse(middle, radius * share, radius * share)
        painter.setFont(look.font("small"))
        for angle in range(0, 360, 30):
            painter.setPen(QPen(look.color(Role.GRID), look.theme.sizes.line))
            start = 0.0 if angle % 90 == 0 else radius - 8
            painter.drawLine(_at(middle, start, angle), _at(middle, radius, angle))
            if angle % 90 == 0:
                place = _at(middle, radius + 22, angle + (9 if angle % 180 == 0 else 0))
                painter.setPen(look.color(Role.WEAK))
                painter.drawText(
                    QRectF(place.x() - 22, place.y() - 10, 44, 20), Qt.AlignmentFlag.AlignCenter, f"{angle}°"
                )

    def _arrow(self, painter: QPainter, start: QPointF, length: float, angle: float, color: QColor, width: int) -> None:
        if length < 4 or angle != angle:
            return
        head = 7 + 2 * width
        tip = _at(start, length, angle)
        painter.setPen(QPen(color, width + self._look.theme.sizes.line - 1))
        painter.drawLine(start, _at(start, length - head * 0.6, angle))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawPolygon(QPolygonF([tip, _at(tip, head, angle + 158), _at(tip, head, angle - 158)]))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _name(
        self, painter: QPainter, middle: QPointF, away: float, angle: float, name: str, taken: list[QRectF], there: bool
    ) -> None:
        """The phasor's name beyond its tip, farther out while another name stands there."""
        if angle != angle or not there:
            return
        painter.setFont(self._look.font("body", strong=True))
        painter.setPen(self._look.color(Role.TEXT))
        metrics = painter.fontMetrics()
        box = QRectF()
        for step in range(4):
            place = _at(middle, away + step * 18, angle)
            wide, high = metrics.horizontalAdvance(name) + 4, metrics.height()
            box = QRectF(place.x() - wide / 2, place.y() - high / 2, wide, high)
            if not any(box.intersects(other) for other in taken):
                break
        taken.append(box)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)


def in_words(values: PhaseValues | None) -> str:
    """The diagram for who does not see it; the table beside it has the same."""
    if values is None:
        return tr("No values")
    return "; ".join(
        tr(
            "{phase}: {volts} V at {va} degrees, {amps} A at {aa} degrees",
            phase=phase,
            volts=_text(values.volts[n], 1),
            va=_text(values.volt_angles[n], 1),
            amps=_text(values.amps[n], 2),
            aa=_text(values.amp_angles[n], 1),
        )
        for n, phase in enumerate(values.phases)
    )


def _text(value: float, decimals: int) -> str:
    return tr("not measured") if value != value else f"{value:.{decimals}f}"


def _share(value: float, most: float) -> float:
    return 0.0 if value != value or most <= 0 else value / most


def _at(start: QPointF, length: float, angle_deg: float) -> QPointF:
    angle = math.radians(angle_deg)
    return QPointF(start.x() + length * math.cos(angle), start.y() + length * math.sin(angle))
