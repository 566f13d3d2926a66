"""Fields of a form that stands on a page: a choice that the wheel does not change in passing, a time, a date, rows.

What a person changes is told; `offer`, `choose`, `set_time` and `set_date` say nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import QDate, QSignalBlocker, Qt, QTime
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QDateEdit, QFormLayout, QTimeEdit, QVBoxLayout, QWidget

from fieldpro.gui.parts import label


class Choose(QComboBox):
    """`chosen` is the value behind the words. The wheel scrolls the page unless the box has the focus."""

    def __init__(self, name: str, on_chosen: Callable[[Any], object] | None = None) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self.values: list[Any] = []
        if on_chosen is not None:
            self.activated.connect(lambda index: on_chosen(self.values[index]))

    @property
    def chosen(self) -> Any:
        return self.values[self.currentIndex()] if 0 <= self.currentIndex() < len(self.values) else None

    def offer(self, choices: Sequence[tuple[Any, str]], chosen: Any = None) -> None:
        """`choices` are (value, words)."""
        listed = list(choices)
        with QSignalBlocker(self):
            if [words for _value, words in listed] != [self.itemText(n) for n in range(self.count())]:
                self.clear()
                self.addItems([words for _value, words in listed])
            self.values = [value for value, _words in listed]
            self.choose(chosen)

    def choose(self, value: Any) -> None:
        """Show this one, without saying so."""
        with QSignalBlocker(self):
            self.setCurrentIndex(self.values.index(value) if value in self.values else -1)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


def time_field(name: str, on_changed: Callable[[int], object]) -> QTimeEdit:
    """Told as minutes after midnight while it is typed."""
    made = QTimeEdit()
    made.setDisplayFormat("HH:mm")
    made.setAccessibleName(name)
    made.lineEdit().setTextMargins(8, 0, 8, 0)
    made.timeChanged.connect(lambda time: on_changed(time.hour() * 60 + time.minute()))
    return made


def set_time(field: QTimeEdit, minute: int) -> None:
    with QSignalBlocker(field):
        field.setTime(QTime(minute // 60 % 24, minute % 60))


def date_field(name: str, on_changed: Callable[[date], object]) -> QDateEdit:
    made = QDateEdit()
    made.setDisplayFormat("yyyy-MM-dd")
    made.setAccessibleName(name)
    made.setDateRange(QDate(2000, 1, 1), QDate(2069, 12, 31))
    made.lineEdit().setTextMargins(8, 0, 8, 0)
    made.dateChanged.connect(lambda day: on_changed(date(day.year(), day.month(), day.day())))
    return made


def set_date(field: QDateEdit, day: date) -> None:
    with QSignalBlocker(field):
        field.setDate(QDate(day.year, day.month, day.day))


def form(*rows: tuple[str, QWidget]) -> QFormLayout:
    """Words at the left, their field at the right; the words are the field's buddy."""
    made = QFormLayout()
    made.setHorizontalSpacing(12)
    made.setVerticalSpacing(8)
    made.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    made.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    for words, field in rows:
        made.addRow(words, field)
    return made


def above(words: str, field: QWidget) -> QVBoxLayout:
    """A field below its words."""
    column = QVBoxLayout()
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    column.addStretch(1)
    said = label(words, type="small", tone="weak")
    said.setBuddy(field)
    column.addWidget(said)
    column.addWidget(field)
    return column
