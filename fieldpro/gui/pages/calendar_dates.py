"""The dates of a calendar: those that come again by a rule, and those that come once; what happens on each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QItemSelectionModel, QSignalBlocker
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from fieldpro.c12.times import RecurringDate
from fieldpro.gui.fields import Choose, above, date_field, set_date
from fieldpro.gui.look import Look
from fieldpro.gui.models.calendar_draft import (
    OFFSET_WORDS,
    CalendarDraft,
    Outlook,
    action_choices,
    months,
    new_entry,
    recurring_words,
    weekdays,
)
from fieldpro.gui.models.rows import Column, RowsModel
from fieldpro.gui.pages.calendar_parts import CalendarPart
from fieldpro.gui.parts import Card, button, number_field
from fieldpro.gui.rows_view import RowsView
from fieldpro.gui.words import tr
from fieldpro.meter.calendar.model import Action, day_text
from fieldpro.meter.calendar.recurrence import MONTHLY, OFFSETS_WITH_WEEKDAY, PERIODIC, WEEKLY

YEARLY = 1  # any month: the kind is told by the month's number (C12.19, RDATE)


class _ActionFields(QWidget):
    """What happens on a date: one thing of the calendar, and beside it a demand reset and a self-read."""

    def __init__(self, on_changed: Any) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self.what = Choose(tr("What happens"), lambda code: on_changed(code=code))
        self.demand_reset = QCheckBox(tr("demand reset"))
        self.self_read = QCheckBox(tr("self-read"))
        self.demand_reset.clicked.connect(lambda on: on_changed(demand_reset=on))
        self.self_read.clicked.connect(lambda on: on_changed(self_read=on))
        row.addWidget(self.what, 1)
        row.addWidget(self.demand_reset)
        row.addWidget(self.self_read)

    def show_action(self, action: Action, choices: Sequence[tuple[int, str]]) -> None:
        self.what.offer(
            [*choices, *([] if any(c == action.code for c, _ in choices) else [(action.code, str(action))])]
        )
        self.what.choose(action.code)
        self.demand_reset.setChecked(action.demand_reset)
        self.self_read.setChecked(action.self_read)


class _DateList(Card):
    """One of the two lists: rows, the fields of the row in hand, Add and Remove."""

    def __init__(self, part: CalendarPart, name: str, title: str, when: Column, add: str) -> None:
        super().__init__(title)
        self.part, self.name = part, name
        self._kept: int | None = None  # the entry that is to stay in hand when the rows are made anew
        what = Column(tr("What happens"), lambda row: str(row[1].action))
        self.model = RowsModel([when, what, part.check_column(name)], self)
        self.view = RowsView(self.model, title, stretch=2)
        self.view.setMinimumHeight(124)
        self.view.selectionModel().currentRowChanged.connect(lambda *_rows: self.show_form())
        self.add(self.view, 1)
        self.form = QWidget()
        self.fields = QVBoxLayout(self.form)
        self.fields.setContentsMargins(0, 0, 0, 0)
        self.fields.setSpacing(8)
        self.when_row = QHBoxLayout()
        self.when_row.setSpacing(12)
        self.fields.addLayout(self.when_row)
        self.action = _ActionFields(self._put_action)
        self.fields.addWidget(self.action)
        self.add(self.form)
        row = QHBoxLayout()
        self.add_button = button(add, self._add)
        self.remove_button = button(tr("Remove the date"), self._remove)
        row.addWidget(self.add_button)
        row.addWidget(self.remove_button)
        row.addStretch(1)
        self.add(row)

    @property
    def entry(self) -> Any:
        draft, row = self.part.draft, self.view.row
        entries = () if draft is None else getattr(draft.calendar, self.name)
        return entries[row] if 0 <= row < len(entries) else None

    def show_entries(self) -> None:
        draft = self.part.draft
        entries = () if draft is None else getattr(draft.calendar, self.name)
        row = max(0, self.view.row if self._kept is None else self._kept)
        self._kept = None
        self.model.set_rows(list(enumerate(entries)))
        self.select(min(row, len(entries) - 1))
        self.show_form()

    def select(self, row: int) -> None:
        if 0 <= row < len(self.model.rows):
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.view.selectionModel().setCurrentIndex(self.model.index(row, 0), flags)

    def show_form(self) -> None:
        entry, draft = self.entry, self.part.draft
        self.form.setEnabled(entry is not None)
        self.remove_button.setEnabled(entry is not None)
        if entry is not None and draft is not None:
            self.action.show_action(entry.action, action_choices(draft.calendar))
            self.show_when(entry)

    def show_when(self, entry: Any) -> None:
        raise NotImplementedError

    def put(self, entry: Any) -> None:
        draft = self.part.draft
        if draft is not None and draft.put(self.name, self.view.row, entry):
            self._kept = draft.index_of(self.name, entry)
            self.part.changed.emit()

    def _put_action(self, **fields: Any) -> None:
        if (entry := self.entry) is not None:
            self.put(replace(entry, action=replace(entry.action, **fields)))

    def _add(self) -> None:
        if self.part.draft is not None:
            self._kept = self.part.draft.add(self.name, new_entry(self.name, self.part.draft.calendar))
            self.part.changed.emit()

    def _remove(self) -> None:
        if self.part.draft is not None and self.entry is not None:
            self.part.draft.remove(self.name, self.view.row)
            self.part.changed.emit()


class _Recurring(_DateList):
    def __init__(self, part: CalendarPart) -> None:
        when = Column(tr("When"), lambda row: recurring_words(row[1].when), strong=lambda _row: True)
        super().__init__(part, "recurring", tr("Dates that come again"), when, tr("Add a date that comes again"))
        self.kind = Choose(tr("How often"), self._put_kind)
        kinds = ((YEARLY, tr("every year")), (MONTHLY, tr("every month")), (WEEKLY, tr("every week")))
        self.kind.offer([*kinds, (PERIODIC, tr("every so many days"))])
        self.month = Choose(tr("Month"), lambda month: self._put_when(month=month))
        self.month.offer([(n, name) for n, name in enumerate(months(), 1)])
        self.day = self._number(tr("Day of the month"), 1, 31, "day")
        self.offset = Choose(tr("Falls"), lambda offset: self._put_when(offset=offset))
        self.offset.offer([(n, tr(words)) for n, words in enumerate(OFFSET_WORDS)])
        self.weekday = Choose(tr("Weekday"), lambda weekday: self._put_when(weekday=weekday))
        self.weekday.offer([(n, name) for n, name in enumerate(weekdays())])
        self.period = self._number(tr("Days between"), 1, 63, "period")
        self.delta = self._number(tr("Counted from day"), 0, 63, "delta")
        self._holders: dict[str, QWidget] = {}
        for name, words, stretch in (
            ("kind", tr("How often"), 0),
            ("month", tr("Month"), 0),
            ("day", tr("Day"), 0),
            ("offset", tr("Falls"), 1),
            ("weekday", tr("Weekday"), 0),
            ("period", tr("Days between"), 0),
            ("delta", tr("From day"), 0),
        ):
            holder = QWidget()
            layout = above(words, getattr(self, name))
            layout.setContentsMargins(0, 0, 0, 0)
            holder.setLayout(layout)
            self._holders[name] = holder
            self.when_row.addWidget(holder, stretch)
        self.when_row.addStretch(0)

    def _number(self, name: str, low: int, high: int, part: str) -> QSpinBox:
        made = number_field(low, low, high)
        made.setAccessibleName(name)
        made.valueChanged.connect(lambda value: self._put_when(**{part: value}))
        return made

    def show_when(self, entry: Any) -> None:
        when: RecurringDate = entry.when
        kind = when.month if when.month in (MONTHLY, WEEKLY, PERIODIC) else YEARLY
        self.kind.choose(kind)
        self.month.choose(when.month)
        self.offset.choose(when.offset)
        self.weekday.choose(when.weekday)
        for field, value in ((self.day, when.day), (self.period, when.period), (self.delta, when.delta)):
            with QSignalBlocker(field):
                field.setValue(value)
        of_month = kind in (YEARLY, MONTHLY)
        shown = {
            "month": kind == YEARLY,
            "day": of_month,
            "offset": of_month,
            "weekday": kind == WEEKLY or (of_month and when.offset in OFFSETS_WITH_WEEKDAY),
            "period": kind == PERIODIC,
            "delta": kind == PERIODIC,
        }
        for name, is_shown in shown.items():
            self._holders[name].setVisible(is_shown)

    def _put_kind(self, kind: int) -> None:
        entry = self.entry
        if entry is None:
            return
        if kind == WEEKLY:
            when = RecurringDate(WEEKLY | 1 << 8)
        elif kind == PERIODIC:
            when = RecurringDate(PERIODIC | 7 << 4)
        else:
            when = RecurringDate(kind | 1 << 11)
        self.put(replace(entry, when=when))

    def _put_when(self, **fields: int) -> None:
        entry = self.entry
        if entry is None:
            return
        when: RecurringDate = entry.when
        value = {name: fields.get(name, getattr(when, name)) for name in ("month", "offset", "weekday", "day")}
        if when.month == PERIODIC:
            period, delta = fields.get("period", when.period), fields.get("delta", when.delta)
            number = PERIODIC | period << 4 | delta << 10
        elif when.month == WEEKLY:
            number = WEEKLY | value["weekday"] << 8
        else:
            weekday = value["weekday"] if value["offset"] in OFFSETS_WITH_WEEKDAY else 0
            number = value["month"] | value["offset"] << 4 | weekday << 8 | value["day"] << 11
        self.put(replace(entry, when=RecurringDate(number)))


class _Singles(_DateList):
    def __init__(self, part: CalendarPart) -> None:
        when = Column(tr("When"), lambda row: day_text(row[1].day), strong=lambda _row: True)
        super().__init__(part, "singles", tr("Dates that come once"), when, tr("Add a date that comes once"))
        self.day = date_field(tr("Date"), self._put_day)
        self.when_row.addLayout(above(tr("Date"), self.day))
        self.when_row.addStretch(1)

    def show_when(self, entry: Any) -> None:
        set_date(self.day, entry.day)

    def _put_day(self, day: Any) -> None:
        if (entry := self.entry) is not None:
            self.put(replace(entry, day=day))


class DatesPart(CalendarPart):
    """See the module."""

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        self.recurring, self.singles = _Recurring(self), _Singles(self)
        column.addWidget(self.recurring, 3)
        column.addWidget(self.singles, 2)

    def show_draft(self, draft: CalendarDraft) -> None:
        super().show_draft(draft)
        self.recurring.show_entries()
        self.singles.show_entries()

    def show_outlook(self, outlook: Outlook) -> None:
        super().show_outlook(outlook)
        for card in (self.recurring, self.singles):
            card.view.viewport().update()

    def go_to(self, part: str, index: int) -> None:
        card = self.singles if part == "singles" else self.recurring
        card.select(index)
        card.view.setFocus()

    def set_look(self, look: Look) -> None:
        super().set_look(look)
        self.recurring.view.set_look(look)
        self.singles.view.set_look(look)
