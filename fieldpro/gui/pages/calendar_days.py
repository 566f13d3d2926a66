"""The day schedules of a calendar: a dial for each day type, and the tier switches of the schedule in hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from fieldpro.gui.day_dial import DayDial
from fieldpro.gui.fields import Choose, above, set_time, time_field
from fieldpro.gui.look import Look
from fieldpro.gui.models.calendar_draft import CalendarDraft, Outlook, new_entry, schedule_title, schedule_use
from fieldpro.gui.models.rows import Column, RowsModel
from fieldpro.gui.models.tiers import MOST_TIERS, clock_face, tier_letter
from fieldpro.gui.pages.calendar_parts import CalendarPart
from fieldpro.gui.parts import Card, button
from fieldpro.gui.rows_view import RowsView
from fieldpro.gui.words import tr

STRIP_PX = 232


class DaysPart(CalendarPart):
    """See the module. `schedule` is the day schedule in hand."""

    def __init__(self) -> None:
        super().__init__()
        self.schedule = 0
        self._kept: int | None = None  # the switch that is to stay in hand when the rows are made anew
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self._schedules_card(), 2)
        row.addWidget(self._switches_card(), 3)
        column.addLayout(row, 1)
        column.addWidget(self._dial_strip())

    def _dial_strip(self) -> QScrollArea:
        self._dials: list[DayDial] = []
        inside = QFrame()
        inside.setProperty("kind", "card")
        self._dial_row = QHBoxLayout(inside)
        self._dial_row.setContentsMargins(16, 8, 16, 4)
        self._dial_row.setSpacing(8)
        self._dial_row.addStretch(1)
        area = QScrollArea()
        area.setAccessibleName(tr("Day types as dials"))
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFixedHeight(STRIP_PX)
        area.setWidget(inside)
        area.viewport().setAutoFillBackground(False)
        return area

    def _schedules_card(self) -> Card:
        card = Card(tr("Day schedules"))
        self.schedules = RowsModel(
            [
                Column(tr("No."), lambda row: str(row[0]), right=True),
                Column(tr("Used by"), self._used_by, tip=self._used_by),
                self.check_column("schedules"),
            ],
            self,
        )
        self.schedules_view = RowsView(self.schedules, tr("Day schedules"), stretch=1)
        self.schedules_view.setMinimumHeight(152)
        self.schedules_view.selectionModel().currentRowChanged.connect(lambda *_rows: self._schedule_chosen())
        card.add(self.schedules_view, 1)
        row = QHBoxLayout()
        self.new_button = button(tr("New day schedule"), self._new_schedule)
        row.addWidget(self.new_button)
        row.addStretch(1)
        card.add(row)
        return card

    def _switches_card(self) -> Card:
        card = Card(tr("Tier switches"))
        self.switches = RowsModel(self._columns(), self)
        self.switches_view = RowsView(self.switches, tr("Tier switches"), stretch=2)
        self.switches_view.setMinimumHeight(152)
        self.switches_view.selectionModel().currentRowChanged.connect(lambda *_rows: self._show_form())
        card.add(self.switches_view, 1)
        self._form = QWidget()
        fields = QHBoxLayout(self._form)
        fields.setContentsMargins(0, 0, 0, 0)
        fields.setSpacing(12)
        self.at = time_field(tr("From"), lambda minute: self._put(minute=minute))
        self.tier = Choose(tr("Tier"), lambda tier: self._put(tier=tier))
        self.of = Choose(tr("Day schedule"), lambda schedule: self._put(schedule=schedule))
        self.summations = QCheckBox(tr("energies"))
        self.demands = QCheckBox(tr("demands"))
        self.summations.clicked.connect(lambda on: self._put(summations=on))
        self.demands.clicked.connect(lambda on: self._put(demands=on))
        fields.addLayout(above(tr("From"), self.at))
        fields.addLayout(above(tr("Tier"), self.tier))
        fields.addLayout(above(tr("Day schedule"), self.of), 1)
        fields.addWidget(self.summations, 0, Qt.AlignmentFlag.AlignBottom)
        fields.addWidget(self.demands, 0, Qt.AlignmentFlag.AlignBottom)
        card.add(self._form)
        row = QHBoxLayout()
        self.add_button = button(tr("Add a switch"), self._add)
        self.remove_button = button(tr("Remove the switch"), self._remove)
        row.addWidget(self.add_button)
        row.addWidget(self.remove_button)
        row.addStretch(1)
        card.add(row)
        return card

    def _columns(self) -> list[Column]:
        return [
            Column(tr("From"), lambda row: clock_face(row[1].minute), strong=lambda _row: True),
            Column(tr("Tier"), lambda row: tier_letter(row[1].tier)),
            self.check_column("switches"),
        ]

    # --- showing ----------------------------------------------------------------------------------------------

    def show_draft(self, draft: CalendarDraft) -> None:
        super().show_draft(draft)
        calendar = draft.calendar
        numbers = calendar.schedules
        if self.schedule not in numbers:
            self.schedule = numbers[0] if numbers else 0
        self.schedules.set_rows([(number, None) for number in numbers])
        if self.schedule in numbers:
            _select(self.schedules_view, numbers.index(self.schedule))
        self._show_switches()
        self.new_button.setEnabled(len(numbers) < 256)

    def show_outlook(self, outlook: Outlook) -> None:
        super().show_outlook(outlook)
        for view in (self.schedules_view, self.switches_view):
            view.viewport().update()
        while len(self._dials) > len(outlook.dials):
            old = self._dials.pop()
            old.hide()
            old.deleteLater()
        while len(self._dials) < len(outlook.dials):
            made = DayDial()
            self._dials.append(made)
            self._dial_row.insertWidget(len(self._dials) - 1, made)
        for dial, face in zip(self._dials, outlook.dials, strict=True):
            dial.show_day(face.title, face.arcs)
            dial.set_look(self.look)

    def go_to(self, part: str, index: int) -> None:
        if self.draft is None:
            return
        switches = self.draft.calendar.switches
        if part == "switches" and 0 <= index < len(switches):
            self.schedule = switches[index].schedule
            self.show_draft(self.draft)
            self._select_switch(index)
        elif part == "schedules":
            self.schedule = index
            self.show_draft(self.draft)

    def set_look(self, look: Look) -> None:
        super().set_look(look)
        self.schedules_view.set_look(look)
        self.switches_view.set_look(look)
        for dial in self._dials:
            dial.set_look(look)

    # --- the switches of the schedule in hand -----------------------------------------------------------------

    @property
    def index(self) -> int:
        """Which switch of the calendar is in hand, -1 for none."""
        row = self.switches_view.row
        return self.switches.rows[row][0] if 0 <= row < len(self.switches.rows) else -1

    def _show_switches(self) -> None:
        if self.draft is None:
            return
        calendar = self.draft.calendar
        kept = self.index if self._kept is None else self._kept
        self._kept = None
        mine = [(n, switch) for n, switch in enumerate(calendar.switches) if switch.schedule == self.schedule]
        mine.sort(key=lambda row: row[1].minute)
        self.switches.set_rows(mine)
        self._select_switch(kept if any(n == kept for n, _switch in mine) else mine[0][0] if mine else -1)
        self._show_form()

    def _select_switch(self, index: int) -> None:
        for row, (number, _switch) in enumerate(self.switches.rows):
            if number == index:
                _select(self.switches_view, row)

    def _show_form(self) -> None:
        index = self.index
        self._form.setEnabled(index >= 0)
        self.remove_button.setEnabled(index >= 0)
        if self.draft is None or index < 0:
            return
        calendar = self.draft.calendar
        switch = calendar.switches[index]
        if not self.at.hasFocus() or self.at.time().hour() * 60 + self.at.time().minute() != switch.minute:
            set_time(self.at, switch.minute)
        most = max(min(MOST_TIERS, calendar.limits.tiers or MOST_TIERS), switch.tier + 1)
        self.tier.offer([(n, tr("Tier {tier}", tier=tier_letter(n))) for n in range(most)], switch.tier)
        self.of.offer([(n, schedule_title(calendar, n)) for n in calendar.schedules], switch.schedule)
        apart = calendar.limits.separate_demands
        for box, on in ((self.summations, switch.summations), (self.demands, switch.demands)):
            box.setVisible(apart)
            box.setChecked(on)

    def _put(self, **fields: Any) -> None:
        index = self.index
        if self.draft is None or index < 0:
            return
        switch = replace(self.draft.calendar.switches[index], **fields)
        if self.draft.put("switches", index, switch):
            self.schedule = switch.schedule
            self._kept = self.draft.index_of("switches", switch)
            self.changed.emit()

    def _add(self) -> None:
        if self.draft is not None:
            calendar = self.draft.calendar
            self._kept = self.draft.add("switches", new_entry("switches", calendar, schedule=self.schedule))
            self.changed.emit()
            self.at.setFocus()

    def _remove(self) -> None:
        index = self.index
        if self.draft is not None and index >= 0:
            self.draft.remove("switches", index)
            self.changed.emit()

    # --- the schedules ----------------------------------------------------------------------------------------

    def _used_by(self, row: tuple[int, None]) -> str:
        if self.draft is None:
            return ""
        return schedule_use(self.draft.calendar, row[0]) or tr("no season yet")

    def _schedule_chosen(self) -> None:
        row = self.schedules_view.row
        if 0 <= row < len(self.schedules.rows) and self.schedules.rows[row][0] != self.schedule:
            self.schedule = self.schedules.rows[row][0]
            self._show_switches()

    def _new_schedule(self) -> None:
        if self.draft is not None:
            self.schedule = self.draft.new_schedule()
            self.changed.emit()


def _select(view: RowsView, row: int) -> None:
    index = view.model().index(row, 0)
    flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
    view.selectionModel().setCurrentIndex(index, flags)
