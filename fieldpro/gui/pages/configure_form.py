"""A form of an editor's fields: title, field, unit and limits, and below it what is wrong, while it is typed.

number    a line for whole or decimal numbers      flag    a box      choice    words
read-only    its text alone
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QLineEdit, QWidget

from fieldpro.gui.fields import Choose
from fieldpro.gui.look import mark_as
from fieldpro.gui.parts import label
from fieldpro.gui.words import tr
from fieldpro.meter.editors import Complaint, Field

FIELD_PX = 112
SAID_TONES = {True: "bad", False: "warn"}


class FieldForm(QWidget):
    """`put(name, value)` when a person gave a field another value; `changed` when one holds what is no value."""

    put = Signal(str, object)
    changed = Signal()

    def __init__(self, group: str = "") -> None:
        super().__init__()
        self._group = group
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(2, 1)
        self.fields: dict[str, QWidget] = {}
        self.said: dict[str, Any] = {}  # the complaint below each field
        self.unread: dict[str, str] = {}  # what stands in a field and is no value, in words
        self._shown: dict[str, Field] = {}

    def show_fields(self, fields: Sequence[Field], complaints: Iterable[Complaint], *, anew: bool) -> None:
        """The same fields again keep what is being typed, unless `anew`."""
        if [(each.name, each.writable) for each in fields] != [(e.name, e.writable) for e in self._shown.values()]:
            self._build(fields)
            anew = True
        self._shown = {each.name: each for each in fields}
        if anew:
            self.unread.clear()
        told = list(complaints)
        for each in fields:
            field = self.fields[each.name]
            if anew or not field.hasFocus():
                self._set(field, each)
            self._say(each.name, [one for one in told if one.name == each.name])

    def focus(self, name: str) -> bool:
        """Bring a field to the hand; False when it is not here."""
        field = self.fields.get(name)
        if field is not None:
            field.setFocus(Qt.FocusReason.OtherFocusReason)
        return field is not None

    # --- inside

    def _build(self, fields: Sequence[Field]) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.fields, self.said, self.unread = {}, {}, {}
        for number, each in enumerate(fields):
            self._add(2 * number, each)

    def _add(self, row: int, each: Field) -> None:
        field = self._field(each)
        name = f"{self._group}: {each.title}" if self._group else each.title
        field.setAccessibleName(name)
        field.setToolTip(each.path)
        self.fields[each.name] = field
        said = label(type="small", wrap=True)
        said.hide()
        self.said[each.name] = said
        if isinstance(field, QLabel):
            self._grid.addWidget(label(each.title, tone="weak"), row, 0)
            self._grid.addWidget(field, row, 1, 1, 2)
        elif isinstance(field, QCheckBox):
            field.setText(each.title)
            self._grid.addWidget(field, row, 0, 1, 3)
        else:
            words = label(each.title)
            words.setBuddy(field)
            self._grid.addWidget(words, row, 0, Qt.AlignmentFlag.AlignVCenter)
            wide = isinstance(field, Choose)
            if not wide:
                field.setFixedWidth(FIELD_PX)
            self._grid.addWidget(field, row, 1, 1, 2 if wide else 1)
            if not wide:
                self._grid.addWidget(label(_limits(each), type="small", tone="weak"), row, 2)
        self._grid.addWidget(said, row + 1, 0, 1, 3)

    def _field(self, each: Field) -> QWidget:
        if not each.writable:
            return label(each.text, copyable=True)
        if isinstance(each.value, bool):
            box = QCheckBox()
            box.clicked.connect(lambda on, name=each.name: self.put.emit(name, on))
            return box
        if each.choices and each.low is None:
            choose = Choose(each.title, partial(self.put.emit, each.name))
            choose.offer(list(each.choices.items()))
            return choose
        line = QLineEdit()
        line.setAlignment(Qt.AlignmentFlag.AlignRight)
        line.textEdited.connect(lambda text, name=each.name: self._typed(name, text))
        line.editingFinished.connect(lambda name=each.name: self._left(name))
        return line

    def _typed(self, name: str, text: str) -> None:
        try:
            value = value_of(text, self._shown[name].value)
        except ValueError as error:
            self.unread[name] = str(error)
            self._say(name, [])
            self.changed.emit()
            return
        if self.unread.pop(name, None) is not None:
            self._say(name, [])
        self.put.emit(name, value)
        self.changed.emit()

    def _left(self, name: str) -> None:
        """What can be read is shown as it is kept."""
        if name in self._shown and name not in self.unread:
            self._set(self.fields[name], self._shown[name])

    def _set(self, field: QWidget, each: Field) -> None:
        with QSignalBlocker(field):
            match field:
                case QLabel():
                    field.setText(each.text)
                    field.setAccessibleName(f"{each.title}: {each.text}")
                case QCheckBox():
                    field.setChecked(bool(each.value))
                case Choose():
                    field.choose(each.value)
                case QLineEdit():
                    text = text_of(each.value)
                    if field.text() != text and (each.name not in self.unread or not field.hasFocus()):
                        field.setText(text)
        self.unread.pop(each.name, None)

    def _say(self, name: str, complaints: Sequence[Complaint]) -> None:
        said, field = self.said[name], self.fields[name]
        words = self.unread.get(name, "")
        is_error = bool(words) or any(each.is_error for each in complaints)
        text = words or ". ".join(each.text for each in complaints)
        said.setText(text[:1].upper() + text[1:])
        mark_as(said, tone=SAID_TONES[is_error])
        said.setVisible(bool(text))
        field.setAccessibleDescription(text)


def _limits(each: Field) -> str:
    """Unit and limits: "min, 1 to 60"."""
    if each.low is not None and each.high is not None:
        limits = tr("{low} to {high}", low=f"{each.low:g}", high=f"{each.high:g}")
    else:
        limits = ""
    return ", ".join(part for part in (each.unit, limits) if part)


def text_of(value: Any) -> str:
    """A number as it stands in a field; reading it again gives the same."""
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)


def value_of(text: str, like: Any) -> Any:
    """What a person typed, as a number of the kind of `like`. Raises `ValueError` in words."""
    typed = text.strip().replace(",", ".")
    if isinstance(like, float):
        try:
            value = float(typed)
        except ValueError:
            raise ValueError(tr("a number is expected")) from None
        if value != value or value in (float("inf"), float("-inf")):
            raise ValueError(tr("a number is expected"))
        return value
    try:
        return int(typed)
    except ValueError:
        raise ValueError(tr("a whole number is expected")) from None
