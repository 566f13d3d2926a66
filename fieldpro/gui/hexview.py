"""Bytes of a table: offset, hex, text. Only the rows that are seen are painted, so size costs nothing.

    000010  43 45 4e 54 52 4f 4e 20  00 00 01 02 ff 00 00 00   CENTRON ........

Choose a byte with the mouse or the arrow keys and `byte_chosen` says which; `select` shows a span. Zero bytes are in
weaker type: in a table most of them are. Ctrl+C copies the chosen span as hex.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from fieldpro.gui.look import Look
from fieldpro.gui.roles import Role
from fieldpro.gui.words import tr

PAD_PX = 8
WIDTHS = (16, 8, 4)
GROUP = 8


def row_text(data: bytes, *, zeros: bool) -> str:
    """The hex of one row with only its zero bytes, or only the others; the rest is blank, so that both overlay."""
    parts = []
    for place, value in enumerate(data):
        parts.append(f"{value:02x}" if (value == 0) is zeros else "  ")
        parts.append("  " if place % GROUP == GROUP - 1 else " ")
    return "".join(parts).rstrip()


def bytes_text(count: int) -> str:
    return tr("1 byte") if count == 1 else tr("{count} bytes", count=f"{count:,}")


def plain_text(data: bytes) -> str:
    return "".join(chr(value) if 32 <= value < 127 else "." for value in data)


def column_of(place: int) -> int:
    """The character column where byte `place` of a row begins."""
    return place * 3 + place // GROUP


class HexView(QAbstractScrollArea):
    """See the module. Offsets count from the table's first byte."""

    byte_chosen = Signal(int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data = b""
        self._width = 16  # bytes a row
        self._start = self._length = 0  # the chosen span
        self._caret = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Bytes of the table"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        self.set_look(look)

    @property
    def data(self) -> bytes:
        return self._data

    @property
    def span(self) -> tuple[int, int]:
        """(offset, length) of what is chosen."""
        return self._start, self._length

    @property
    def bytes_per_row(self) -> int:
        return self._width

    def set_data(self, data: bytes) -> None:
        self._data = data
        self._start = self._length = self._caret = 0
        self.verticalScrollBar().setValue(0)
        self._lay_out()
        self.setAccessibleDescription(bytes_text(len(data)))
        self.viewport().update()

    def replace_data(self, data: bytes) -> None:
        """Other bytes in the same place: what is chosen and what is seen stay."""
        resized = len(data) != len(self._data)
        self._data = data
        if resized:
            self._start = min(self._start, len(data))
            self._length = min(self._length, len(data) - self._start)
            self._caret = min(self._caret, max(len(data) - 1, 0))
            self._lay_out()
            self.setAccessibleDescription(bytes_text(len(data)))
        self.viewport().update()

    def set_look(self, look: Look) -> None:
        self._look = look
        self._font = look.mono("body" if look.density.name == "field" else "small")
        metrics = QFontMetricsF(self._font)
        self._char = metrics.horizontalAdvance("0")
        self._line = metrics.height() + 4
        self._ascent = metrics.ascent() + 2
        self._lay_out()
        self.viewport().update()

    def select(self, offset: int, length: int) -> None:
        """Show a span, and bring its beginning into view."""
        self._start = min(max(offset, 0), len(self._data))
        self._length = min(max(length, 0), len(self._data) - self._start)
        self._caret = min(self._start, max(len(self._data) - 1, 0))
        self._bring_into_view(self._start, self._length)
        chosen = self._data[self._start : self._start + min(self._length, 64)]
        self.setAccessibleDescription(
            tr("Offset {at}, {size}: {hex}", at=self._start, size=bytes_text(self._length), hex=chosen.hex(" "))
        )
        self.viewport().update()

    def selected_hex(self) -> str:
        """The chosen span as hex, or all of it when nothing is chosen."""
        chosen = self._data[self._start : self._start + self._length] if self._length else self._data
        return chosen.hex(" ")

    def copy(self) -> None:
        QGuiApplication.clipboard().setText(self.selected_hex())

    # --- geometry ---------------------------------------------------------------------------------------------

    def _offset_columns(self) -> int:
        return max(4, len(f"{max(len(self._data) - 1, 0):x}"))

    def _columns(self, width: int) -> int:
        return self._offset_columns() + 2 + column_of(width) + 1 + width

    def _lay_out(self) -> None:
        room = self.viewport().width() - 2 * PAD_PX
        self._width = next((width for width in WIDTHS if self._columns(width) * self._char <= room), WIDTHS[-1])
        rows = -(-len(self._data) // self._width)
        page = max(int((self.viewport().height() - PAD_PX) / self._line), 1)
        bar = self.verticalScrollBar()
        bar.setRange(0, max(rows - page, 0))
        bar.setPageStep(page)

    def width_for(self, bytes_per_row: int) -> int:
        """Pixels that rows of so many bytes need, with the scroll bar."""
        bar = self.verticalScrollBar().sizeHint().width()
        return math.ceil(self._columns(bytes_per_row) * self._char) + 2 * PAD_PX + bar + 2 * self.frameWidth()

    def sizeHint(self) -> QSize:
        return QSize(self.width_for(8), 300)

    def _hex_left(self) -> float:
        return PAD_PX + (self._offset_columns() + 2) * self._char

    def _text_left(self) -> float:
        return self._hex_left() + (column_of(self._width) + 1) * self._char

    def offset_at(self, position: QPoint) -> int | None:
        """The byte under a point of the viewport, in the hex or in the text."""
        row = self.verticalScrollBar().value() + int((position.y() - PAD_PX / 2) / self._line)
        text = (position.x() - self._text_left()) / self._char
        column = (position.x() - self._hex_left()) / self._char
        if text >= 0:
            place = int(text)
        else:
            place = next((i for i in range(self._width) if column < column_of(i) + 2.5), self._width)
        offset = row * self._width + place
        return offset if 0 <= place < self._width and 0 <= offset < len(self._data) else None

    def _bring_into_view(self, offset: int, length: int) -> None:
        bar = self.verticalScrollBar()
        first, last = offset // self._width, (offset + max(length - 1, 0)) // self._width
        top, page = bar.value(), bar.pageStep()
        if first < top or first >= top + page:
            bar.setValue(first - min(2, page // 3))
        elif last >= top + page:
            bar.setValue(min(last - page + 1, first))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()
        self._bring_into_view(self._start, self._length)

    # --- painting ---------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setFont(self._font)
        weak, text = self._look.color(Role.WEAK), self._look.color(Role.TEXT)
        painter.fillRect(self.viewport().rect(), self._look.color(Role.RAISED))
        first = self.verticalScrollBar().value()
        rows = int(self.viewport().height() / self._line) + 1
        for row in range(first, first + rows):
            offset = row * self._width
            data = self._data[offset : offset + self._width]
            if not data:
                break
            top = PAD_PX / 2 + (row - first) * self._line
            self._paint_span(painter, offset, len(data), top)
            base = round(top + self._ascent)
            painter.setPen(weak)
            painter.drawText(PAD_PX, base, f"{offset:0{self._offset_columns()}x}")
            painter.drawText(round(self._hex_left()), base, row_text(data, zeros=True))
            painter.setPen(text)
            painter.drawText(round(self._hex_left()), base, row_text(data, zeros=False))
            painter.drawText(round(self._text_left()), base, plain_text(data))
            self._paint_over(painter, offset, data, top)
        if self.hasFocus():
            width = self._look.theme.sizes.focus
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._look.color(Role.FOCUS), width))
            ring = QRectF(self.viewport().rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2)
            painter.drawRoundedRect(ring, 6, 6)

    def _paint_over(self, painter: QPainter, offset: int, data: bytes, top: float) -> None:
        """What is to stand over a row, for those who mark bytes."""

    def _paint_span(self, painter: QPainter, offset: int, count: int, top: float) -> None:
        begin, end = max(self._start - offset, 0), min(self._start + self._length - offset, count)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.color(Role.CHOSEN))
        if begin < end:
            left = self._hex_left() + column_of(begin) * self._char
            right = self._hex_left() + (column_of(end - 1) + 2) * self._char
            painter.drawRoundedRect(QRectF(left - 3, top, right - left + 6, self._line), 3, 3)
            left = self._text_left() + begin * self._char
            painter.drawRoundedRect(QRectF(left - 1, top, (end - begin) * self._char + 2, self._line), 3, 3)
        place = self._caret - offset
        if self.hasFocus() and 0 <= place < count:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._look.color(Role.FOCUS), self._look.theme.sizes.focus))
            left = self._hex_left() + column_of(place) * self._char
            painter.drawRoundedRect(QRectF(left - 3, top + 1, 2 * self._char + 6, self._line - 2), 3, 3)

    # --- mouse and keys ---------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        offset = self.offset_at(event.position().toPoint())
        if offset is not None:
            self._choose(offset)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
            return
        key = Qt.Key
        page = self.verticalScrollBar().pageStep() * self._width
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        row_start = self._caret - self._caret % self._width
        moves = {
            key.Key_Left: self._caret - 1,
            key.Key_Right: self._caret + 1,
            key.Key_Up: self._caret - self._width,
            key.Key_Down: self._caret + self._width,
            key.Key_PageUp: self._caret - page,
            key.Key_PageDown: self._caret + page,
            key.Key_Home: 0 if control else row_start,
            key.Key_End: len(self._data) - 1 if control else row_start + self._width - 1,
        }
        pressed = key(event.key())
        if pressed not in moves or not self._data:
            event.ignore()
            return
        self._choose(min(max(moves[pressed], 0), len(self._data) - 1))

    def _choose(self, offset: int) -> None:
        self.select(offset, 1)
        self.byte_chosen.emit(offset)
        self._caret = offset
        self._bring_into_view(offset, 1)
        self.viewport().update()
