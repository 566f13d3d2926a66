"""The bytes of a table, to be typed over: hex digits, paste, and a mark at every byte that is not as it was read.

    0 .. 9 a .. f     overwrite, a digit at a time; the next byte follows        Ctrl+V     overwrite with hex
    Backspace         back by a byte                                             Delete     as it was read
    Shift + arrows    choose more than one

The view changes nothing itself: it says what is wanted (`typed`, `put_back`) and is given the bytes back.
"""

from __future__ import annotations

import re

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from fieldpro.gui.hexview import HexView, bytes_text, column_of, plain_text
from fieldpro.gui.look import Look
from fieldpro.gui.roles import Role
from fieldpro.gui.words import tr

_DIGITS = "0123456789abcdefABCDEF"
_NOT_HEX = re.compile(r"0[xX]|[\s,;:_-]")
Key = Qt.Key


def bytes_of_hex(text: str) -> bytes:
    """Hex as people write it: "01 0A ff", "0x01,0x0A", "010aff". Raises `ValueError` in words."""
    bare = _NOT_HEX.sub("", text)
    wrong = next((sign for sign in bare if sign not in _DIGITS), "")
    if wrong:
        raise ValueError(tr("“{sign}” is no hex digit.", sign=wrong))
    if len(bare) % 2:
        raise ValueError(tr("Half a byte is left over: two digits make one."))
    return bytes.fromhex(bare)


class HexEdit(HexView):
    """`typed(offset, bytes, key)`: overwrite, `key` the same while one byte is typed. `complained`: why not, in
    words, "" when it is over."""

    typed = Signal(int, object, object)
    put_back = Signal(int, int)
    complained = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        self._base = b""
        self._high: int | None = None  # the first digit of the byte that is being typed
        self._typing = 0  # counts bytes that were typed
        self._anchor: int | None = None
        self.editable = False
        super().__init__(look, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)

    def set_editable(self, editable: bool) -> None:
        self.editable = editable
        self.setAccessibleName(tr("Bytes of the table, can be typed over") if editable else tr("Bytes of the table"))

    def set_base(self, base: bytes) -> None:
        """What the bytes were when they were read: others are marked."""
        self._base = base
        self.viewport().update()

    def set_data(self, data: bytes) -> None:
        self._base = data
        self._high = self._anchor = None
        super().set_data(data)

    def select(self, offset: int, length: int) -> None:
        self._high = None
        super().select(offset, length)

    @property
    def caret(self) -> int:
        return self._caret

    # --- keys -------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
            return
        if self._extend(event):
            return
        plain = not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        text = event.text()
        if plain and len(text) == 1 and text in _DIGITS:
            self._type(int(text, 16))
            return
        pressed = Key(event.key())
        if pressed == Key.Key_Backspace and self._data:
            self._choose(max(0, self._caret - (self._high is None)))
            return
        if pressed == Key.Key_Delete and self._data:
            self._ask_back()
            return
        if pressed != Key.Key_Shift:
            self._anchor = None
        super().keyPressEvent(event)

    def _type(self, digit: int) -> None:
        if not self.editable:
            self.complained.emit(tr("These bytes cannot be changed here."))
            return
        if not self._data:
            return
        at = self._caret
        if self._high is None:
            self._typing += 1
            self.typed.emit(at, bytes([digit << 4 | self._data[at] & 0x0F]), ("typed", self._typing))
            self._bring_into_view(at, 1)
            self._high = digit
            return
        self.typed.emit(at, bytes([self._high << 4 | digit]), ("typed", self._typing))
        self._choose(min(at + 1, len(self._data) - 1))

    def paste(self) -> None:
        """Overwrite from the caret on with the hex of the clipboard."""
        if not self.editable:
            self.complained.emit(tr("These bytes cannot be changed here."))
            return
        try:
            data = bytes_of_hex(QGuiApplication.clipboard().text())
        except ValueError as error:
            self.complained.emit(tr("What was copied is no hex. {why}", why=error))
            return
        at, left = self._caret, len(self._data) - self._caret
        if len(data) > left:
            words = tr("{copied} do not fit: there is room for {left}.", copied=bytes_text(len(data)), left=f"{left:,}")
            self.complained.emit(words)
        elif data:
            self.typed.emit(at, data, None)
            self.select(at, len(data))

    def _ask_back(self) -> None:
        if self.editable:
            offset, length = (self._start, self._length) if self._length else (self._caret, 1)
            self.put_back.emit(offset, length)

    def _extend(self, event: QKeyEvent) -> bool:
        """Shift with an arrow chooses from where the caret was."""
        steps = {Key.Key_Left: -1, Key.Key_Right: 1, Key.Key_Up: -self._width, Key.Key_Down: self._width}
        pressed = Key(event.key())
        if pressed not in steps or not event.modifiers() & Qt.KeyboardModifier.ShiftModifier or not self._data:
            return False
        anchor = self._caret if self._anchor is None else self._anchor
        caret = min(max(self._caret + steps[pressed], 0), len(self._data) - 1)
        first = min(anchor, caret)
        self.select(first, abs(caret - anchor) + 1)
        self._anchor, self._caret = anchor, caret
        self._bring_into_view(caret, 1)
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._anchor = None
        super().mousePressEvent(event)

    # --- marks ------------------------------------------------------------------------------------------------

    def _paint_over(self, painter: QPainter, offset: int, data: bytes, top: float) -> None:
        """Changed bytes: in another colour and underlined."""
        base = self._base[offset : offset + len(data)]
        if base == data:
            return
        changed = [place for place, value in enumerate(data) if base[place : place + 1] != bytes([value])]
        colour = self._look.color(Role.WARN)
        base_line = round(top + self._ascent)
        hex_text, plain = [" "] * column_of(len(data)), [" "] * len(data)
        for place in changed:
            column = column_of(place)
            hex_text[column : column + 2] = f"{data[place]:02x}"
            plain[place] = plain_text(data[place : place + 1])
            left, text_left = self._hex_left() + column * self._char, self._text_left() + place * self._char
            chosen = self._start <= offset + place < self._start + self._length
            ground = self._look.color(Role.CHOSEN if chosen else Role.RAISED)
            painter.fillRect(QRectF(left, top + 1, 2 * self._char, self._line - 2), ground)
            painter.fillRect(QRectF(text_left, top + 1, self._char, self._line - 2), ground)
            underline = QRectF(left, base_line + 2, 2 * self._char, self._look.theme.sizes.focus)
            painter.fillRect(underline, colour)
        painter.setPen(colour)
        painter.drawText(round(self._hex_left()), base_line, "".join(hex_text))
        painter.drawText(round(self._text_left()), base_line, "".join(plain))
