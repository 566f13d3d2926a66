"""A form made from a declaration: one field for each parameter, within its limits, in its words.

number    a spin box within the limits; wider ones a line      flag     a box
choice    the dictionary's words                                time     date and time
bytes     hex, exactly as many as it takes                      text     a line
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import QDateTime, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDateTimeEdit, QGridLayout, QLineEdit, QSpinBox, QWidget

from fieldpro.gui.fields import Choose
from fieldpro.gui.parts import label, number_field
from fieldpro.gui.words import tr
from fieldpro.meter.procedures import Parameter

SPIN_MOST = 2**31 - 1
UNKNOWN = (Parameter("", "", "bytes"),)  # what stands there when nobody knows the parameters
FIELD_PX = 320


class ParameterForm(QWidget):
    """`values` by path; `complaint` is "" when all of it fits. `changed` at every change."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        self.fields: dict[str, QWidget] = {}
        self._parameters: dict[str, Parameter] = {}

    def show_parameters(self, parameters: Sequence[Parameter] | None) -> None:
        """A field for each; None: one for bytes in hex."""
        while (item := self._grid.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        wanted = UNKNOWN if parameters is None else parameters
        self._parameters = {each.path: each for each in wanted}
        self.fields = {}
        for row, each in enumerate(wanted):
            self._add(row, each)
        self.setVisible(bool(wanted))
        self.changed.emit()

    @property
    def values(self) -> dict[str, Any]:
        """Raises `ValueError` while `complaint` says something."""
        return {path: _value(field, self._parameters[path]) for path, field in self.fields.items()}

    @property
    def complaint(self) -> str:
        """What does not fit, with the field it stands in."""
        for path, field in self.fields.items():
            try:
                _value(field, self._parameters[path])
            except ValueError as error:
                title = self._parameters[path].title
                return f"{title}: {error}" if title else str(error)
        return ""

    def _add(self, row: int, parameter: Parameter) -> None:
        title = parameter.title or tr("Parameters, in hex")
        field = self._field(parameter)
        field.setAccessibleName(title)
        field.setToolTip(parameter.path)
        self.fields[parameter.path] = field
        if isinstance(field, QCheckBox):
            field.setText(title)
            self._grid.addWidget(field, row, 0, 1, 2)
            return
        words = label(title)
        words.setBuddy(field)
        field.setMaximumWidth(FIELD_PX)
        self._grid.addWidget(words, row, 0, Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(field, row, 1)

    def _field(self, parameter: Parameter) -> QWidget:
        match parameter.kind:
            case "flag":
                box = QCheckBox()
                box.toggled.connect(lambda _on: self.changed.emit())
                return box
            case "choice" if parameter.words:
                choose = Choose(parameter.title, lambda _value: self.changed.emit())
                choose.offer([(value, words) for value, words in parameter.words.items()])
                return choose
            case "time":
                time = QDateTimeEdit(QDateTime.currentDateTime())
                time.setDisplayFormat("yyyy-MM-dd HH:mm:ss")
                time.lineEdit().setTextMargins(8, 0, 8, 0)
                time.dateTimeChanged.connect(lambda _time: self.changed.emit())
                return time
            case "number" | "choice" if _fits_spin(parameter):
                spin = number_field(max(0, parameter.low or 0), parameter.low or 0, parameter.high or SPIN_MOST)
                spin.setSuffix(f" {parameter.unit}" if parameter.unit else "")
                spin.valueChanged.connect(lambda _value: self.changed.emit())
                return spin
        line = QLineEdit()
        if parameter.kind == "bytes":
            line.setPlaceholderText(tr("in hex: 01 0A FF"))
        elif parameter.kind == "text" and parameter.size:
            line.setMaxLength(parameter.size)
        line.textChanged.connect(lambda _text: self.changed.emit())
        return line


def _fits_spin(parameter: Parameter) -> bool:
    return (parameter.low or 0) >= -SPIN_MOST and (parameter.high if parameter.high is not None else 0) <= SPIN_MOST


def _value(field: QWidget, parameter: Parameter) -> Any:
    """What stands in a field. Raises `ValueError` in words."""
    match field:
        case QCheckBox():
            return field.isChecked()
        case Choose():
            if field.chosen is None:
                raise ValueError(tr("choose one"))
            return field.chosen
        case QSpinBox():
            return field.value()
        case QDateTimeEdit():
            at = field.dateTime()
            day, time = at.date(), at.time()
            return datetime(day.year(), day.month(), day.day(), time.hour(), time.minute(), time.second())
        case QLineEdit():
            return _of_text(field.text().strip(), parameter)
    raise TypeError(type(field).__name__)


def _of_text(text: str, parameter: Parameter) -> Any:
    if parameter.kind == "text":
        return text
    if parameter.kind == "bytes":
        try:
            data = bytes.fromhex(text)
        except ValueError:
            raise ValueError(tr("bytes in hex are expected")) from None
        if parameter.size and len(data) != parameter.size:
            raise ValueError(tr("{count} bytes are expected", count=parameter.size))
        return data
    try:
        value = int(text, 0)
    except ValueError:
        raise ValueError(tr("a whole number is expected")) from None
    low, high = parameter.low, parameter.high
    if (low is not None and value < low) or (high is not None and value > high):
        raise ValueError(tr("a number from {low} to {high} is expected", low=low, high=high))
    return value
