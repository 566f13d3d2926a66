"""Two small pictures: the phasors of a meter, and a day of its profile as a strip. Painted with roles, nothing else."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from fieldpro.gui.look import Look
from fieldpro.gui.models.overview import DAY_S, DayStrip
from fieldpro.gui.roles import Role
from fieldpro.gui.words import tr
from fieldpro.records import PhaseValues


class Phasors(QWidget):
    """Voltages as long arrows, currents as short ones, angle 0 to the right, lag drawn clockwise."""

    def __init__(self) -> None:
        super().__init__()
        self._values: PhaseValues | None = None
        self._look = Look()
        self.setFixedSize(168, 168)
        self.setAccessibleName(tr("Phasors"))

    def show_values(self, values: PhaseValues | None) -> None:
        self._values = values
        if values is not None:
            told = [
                tr(
                    "{phase}: {volts} V at {va} degrees, {amps} A at {aa} degrees",
                    phase=p,
                    volts=v,
                    va=va,
                    amps=a,
                    aa=aa,
                )
                for p, v, a, va, aa in zip(
                    values.phases, values.volts, values.amps, values.volt_angles, values.amp_angles, strict=True
                )
            ]
            self.setAccessibleDescription("; ".join(told))
        self.update()

    def set_look(self, look: Look) -> None:
        self._look = look
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        values, look = self._values, self._look
        if values is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = min(self.width(), self.height()) / 2 - 16
        middle = QPointF(self.width() / 2, self.height() / 2)
        painter.setPen(QPen(look.color(Role.GRID), look.theme.sizes.line))
        painter.drawEllipse(middle, radius, radius)
        painter.drawLine(middle - QPointF(radius, 0), middle + QPointF(radius, 0))
        painter.drawLine(middle - QPointF(0, radius), middle + QPointF(0, radius))
        most_volts, most_amps = max(values.volts, default=0) or 1, max(values.amps, default=0) or 1
        for number, phase in enumerate(values.phases):
            amps = 0.72 * radius * values.amps[number] / most_amps
            self._arrow(painter, middle, amps, values.amp_angles[number], Role.CHART_5, 3)
            volts = radius * values.volts[number] / most_volts
            self._arrow(painter, middle, volts, values.volt_angles[number], Role.CHART_4, 2)
            tip = _at(middle, radius + 9, values.volt_angles[number])
            painter.setPen(look.color(Role.TEXT))
            painter.setFont(look.font("small", strong=True))
            painter.drawText(QRectF(tip.x() - 9, tip.y() - 9, 18, 18), Qt.AlignmentFlag.AlignCenter, phase)

    def _arrow(self, painter: QPainter, start: QPointF, length: float, angle: float, role: Role, width: int) -> None:
        if length < 4:
            return
        color = self._look.color(role)
        tip = _at(start, length, angle)
        painter.setPen(QPen(color, width + self._look.theme.sizes.line - 1))
        painter.drawLine(start, _at(start, length - 4, angle))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawPolygon(QPolygonF([tip, _at(tip, 9, angle + 158), _at(tip, 9, angle - 158)]))
        painter.setBrush(Qt.BrushStyle.NoBrush)


def _at(start: QPointF, length: float, angle_deg: float) -> QPointF:
    angle = math.radians(angle_deg)
    return QPointF(start.x() + length * math.cos(angle), start.y() + length * math.sin(angle))


class DayBars(QWidget):
    """24 hours as a strip of bars; a gap is a gap."""

    def __init__(self) -> None:
        super().__init__()
        self._day: DayStrip | None = None
        self._look = Look()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumHeight(104)
        self.setAccessibleName(tr("The last 24 hours of the load profile"))

    def sizeHint(self) -> QSize:
        return QSize(320, 112)

    def show_day(self, day: DayStrip | None) -> None:
        self._day = day
        if day is not None:
            known = [value for value in day.values if value is not None]
            peak = max(known, default=0.0)
            self.setAccessibleDescription(
                tr(
                    "{sum} {unit} in {count} intervals, the highest {peak} {unit}, {gaps} gaps",
                    sum=f"{sum(known):.3g}",
                    unit=day.unit,
                    count=len(known),
                    peak=f"{peak:.3g}",
                    gaps=len(day.values) - len(known),
                )
            )
        self.update()

    def set_look(self, look: Look) -> None:
        self._look = look
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        day, look = self._day, self._look
        if day is None:
            return
        painter = QPainter(self)
        painter.setFont(look.font("small"))
        metrics = painter.fontMetrics()
        low = self.height() - metrics.height() - 4
        width = self.width()
        known = [value for value in day.values if value is not None]
        highest = max(known, default=0.0) or 1.0
        painter.setPen(QPen(look.color(Role.GRID), 1))
        marks = [(at, width * (at - day.start_s) / DAY_S) for at in _six_hours(day.start_s)]
        for _at_s, place in marks:
            x = min(width - 1, round(place))
            painter.drawLine(x, 0, x, low)
        painter.setPen(look.color(Role.WEAK))
        for at_s, place in marks:
            words = f"{at_s // 3600 % 24:02d}:00"
            room = metrics.horizontalAdvance(words)
            x = min(max(0, round(place) - room // 2), width - room)
            painter.drawText(x, self.height() - metrics.descent(), words)
        color = look.chart_color(day.role)
        for number, value in enumerate(day.values):
            if value is None:
                continue
            left = width * (day.first_s + number * day.interval_s) / DAY_S
            right = width * (day.first_s + (number + 1) * day.interval_s) / DAY_S
            high = (low - 4) * value / highest
            painter.fillRect(QRectF(left, low - high, max(1.0, right - left - 1.0), high), color)
        painter.setPen(QPen(look.color(Role.LINE), look.theme.sizes.line))
        painter.drawLine(0, low, width, low)


def _six_hours(start_s: int) -> range:
    """Every sixth full hour of the day that begins `start_s` seconds after midnight."""
    six = 6 * 3600
    return range(-(-start_s // six) * six, start_s + DAY_S + 1, six)
