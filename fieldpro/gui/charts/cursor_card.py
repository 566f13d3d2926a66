"""The card beside a chart's cursor: time, each channel's value and unit, the status and the events in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from fieldpro.gui.charts.numbers import decimals_of, number
from fieldpro.gui.charts.profile_data import ProfileData
from fieldpro.gui.charts.summary import power_unit, status_words
from fieldpro.gui.look import Look
from fieldpro.gui.roles import Role

PAD = 10
ROW_GAP = 4
DOT = 8
FROM_CURSOR = 12
MOST_NOTES = 4


@dataclass(frozen=True, slots=True)
class CardRow:
    """One channel: its colour, name, value and unit."""

    colour: QColor
    name: str
    value: str
    unit: str


@dataclass(frozen=True, slots=True)
class CardContent:
    title: str
    rows: tuple[CardRow, ...]
    notes: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The card in words, for a screen reader."""
        values = [f"{row.name} {row.value} {row.unit}" for row in self.rows]
        return ", ".join([self.title, *values, *self.notes])


def card_content(data: ProfileData, index: int, colours: list[QColor], shown: set[int]) -> CardContent:
    """What the card says of one interval."""
    end = data.time.moment(float(data.x[index]))
    start = end - timedelta(seconds=data.series.interval_s)
    rows = []
    for place, channel in enumerate(data.series.channels):
        if place not in shown:
            continue
        value = float(data.values[index, place])
        places = decimals_of(channel.value_per_pulse)
        rows.append(CardRow(colours[place], channel.name, number(value, places), channel.unit))
        power = power_unit(channel.unit)
        if power is not None and channel.role == "delivered":
            average = value * 3600.0 / data.series.interval_s
            rows.append(CardRow(QColor(Qt.GlobalColor.transparent), "", number(average, min(places, 3)), power))
    notes = status_words(data, index, with_dst=True)
    notes += [f"{event.occurred_at:%H:%M:%S} {event.title}" for event in data.events_at(index)]
    if len(notes) > MOST_NOTES:
        notes = [*notes[:MOST_NOTES], f"+{len(notes) - MOST_NOTES}"]
    return CardContent(
        f"{start:%a} {start.day} {start:%b %Y}  {start:%H:%M}\u2013{end:%H:%M}", tuple(rows), tuple(notes)
    )


class CursorCard(QWidget):
    """Painted in one piece: a card that follows the mouse must not cost a layout."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._content = CardContent("", (), ())
        self.set_look(look)
        self.hide()

    def set_look(self, look: Look) -> None:
        self._look = look
        self._body = look.font("small")
        self._bold = look.font("small", strong=True)
        self.update()

    def show_at(self, content: CardContent, anchor: QPoint, area: QRect) -> None:
        """Stand right of the cursor, or left of it where there is no room."""
        self._content = content
        self.resize(self.sizeHint())
        left = anchor.x() + FROM_CURSOR
        if left + self.width() > area.right():
            left = anchor.x() - FROM_CURSOR - self.width()
        top = min(max(anchor.y(), area.top() + FROM_CURSOR), max(area.bottom() - self.height(), area.top()))
        self.move(max(left, area.left()), top)
        self.show()
        self.raise_()
        self.update()

    def sizeHint(self) -> QSize:
        metrics, bold = QFontMetrics(self._body), QFontMetrics(self._bold)
        names, values, units = self._columns(metrics, bold)
        rows = names + values + units + DOT + 8 + 28
        width = max(
            bold.horizontalAdvance(self._content.title),
            rows if self._content.rows else 0,
            *(metrics.horizontalAdvance(note) for note in self._content.notes or ("",)),
        )
        lines = 1 + len(self._content.rows) + len(self._content.notes)
        return QSize(width + 2 * PAD, lines * (metrics.height() + ROW_GAP) + 2 * PAD)

    def _columns(self, metrics: QFontMetrics, bold: QFontMetrics) -> tuple[int, int, int]:
        rows = self._content.rows
        return (
            max((metrics.horizontalAdvance(row.name) for row in rows), default=0),
            max((bold.horizontalAdvance(row.value) for row in rows), default=0),
            max((metrics.horizontalAdvance(row.unit) for row in rows), default=0),
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        look = self._look
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.color(Role.LINE), look.theme.sizes.line))
        painter.setBrush(look.color(Role.RAISED))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        metrics, bold = QFontMetrics(self._body), QFontMetrics(self._bold)
        line = metrics.height() + ROW_GAP
        width = self.width() - 2 * PAD
        y = PAD
        painter.setFont(self._bold)
        painter.setPen(look.color(Role.TEXT))
        painter.drawText(QRect(PAD, y, width, line), Qt.AlignmentFlag.AlignVCenter, self._content.title)
        _, _, units = self._columns(metrics, bold)
        for row in self._content.rows:
            y += line
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(row.colour)
            painter.drawEllipse(QRectF(PAD, y + (line - DOT) / 2, DOT, DOT))
            painter.setFont(self._body)
            painter.setPen(look.color(Role.WEAK))
            centre = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRect(PAD + DOT + 8, y, width, line), centre, row.name)
            painter.drawText(QRect(PAD + width - units, y, units, line), centre, row.unit)
            painter.setFont(self._bold)
            painter.setPen(look.color(Role.TEXT))
            painter.drawText(QRect(PAD, y, width - units - 6, line), centre | Qt.AlignmentFlag.AlignRight, row.value)
        painter.setFont(self._body)
        painter.setPen(look.color(Role.WARN))
        for note in self._content.notes:
            y += line
            painter.drawText(QRect(PAD, y, width, line), Qt.AlignmentFlag.AlignVCenter, note)
