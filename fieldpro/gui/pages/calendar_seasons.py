"""The seasons of a calendar: which day schedule each day of the week and each special day has; and the clock's rule."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from fieldpro.gui.fields import Choose, above, set_time, time_field
from fieldpro.gui.models.calendar_draft import CalendarDraft, Outlook, schedule_tiers, worst
from fieldpro.gui.pages.calendar_parts import CalendarPart
from fieldpro.gui.parts import Card, button, dress, label, number_field
from fieldpro.gui.words import tr
from fieldpro.meter.calendar.model import SATURDAY, SUNDAY, WEEKDAYS

FIRST_SPECIAL_DAY = 7
MOST_SEASONS, MOST_SPECIALS = 15, 13
OWN = -1  # a choice that makes a new day schedule


class SeasonsPart(CalendarPart):
    """See the module."""

    def __init__(self) -> None:
        super().__init__()
        self.boxes: dict[tuple[int, int], Choose] = {}  # by season, and day as `CalendarDraft.set_day` counts it
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(self._matrix_card(), 1)
        column.addWidget(self._clock_card())

    def _matrix_card(self) -> Card:
        card = Card(tr("Day schedules of each season"))
        self._area = QScrollArea()
        self._area.setAccessibleName(tr("Day schedules of each season"))
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.viewport().setAutoFillBackground(False)
        self._area.setMinimumHeight(160)
        card.add(self._area, 1)
        self._shape: tuple[int, int, bool] = (0, 0, False)
        self._checks: list[QLabel] = []
        row = QHBoxLayout()
        self.add_season = button(tr("Add a season"), self._add_season)
        self.remove_season = button(tr("Remove the last season"), self._remove_season)
        self.add_special = button(tr("Add a special day"), self._add_special)
        self.remove_special = button(tr("Remove the last special day"), self._remove_special)
        for made in (self.add_season, self.remove_season, self.add_special, self.remove_special):
            row.addWidget(made)
        row.addStretch(1)
        card.add(row)
        return card

    def _clock_card(self) -> Card:
        card = Card(tr("Daylight saving"))
        row = QHBoxLayout()
        row.setSpacing(12)
        self.at = time_field(tr("The clock changes at"), lambda minute: self._put_clock(minute=minute))
        self.amount = number_field(60, 0, 255)
        self.amount.setAccessibleName(tr("By minutes"))
        self.amount.valueChanged.connect(lambda minutes: self._put_clock(amount_min=minutes))
        self.zone = number_field(0, -720, 840)
        self.zone.setAccessibleName(tr("Offset from UTC in minutes, standard time"))
        self.zone.valueChanged.connect(lambda minutes: self._put_clock(zone_min=minutes))
        self._zone_holder = QWidget()
        self._zone_holder.setLayout(above(tr("Offset from UTC, standard time (min)"), self.zone))
        row.addLayout(above(tr("The clock changes at"), self.at))
        row.addLayout(above(tr("By (min)"), self.amount))
        row.addWidget(self._zone_holder)
        row.addStretch(1)
        card.add(row)
        self._clock_check = label(wrap=True)
        card.add(self._clock_check)
        words = tr("The days on which it begins and ends stand among the dates that come again.")
        card.add(label(words, tone="weak", wrap=True))
        return card

    # --- showing ----------------------------------------------------------------------------------------------

    def show_draft(self, draft: CalendarDraft) -> None:
        super().show_draft(draft)
        calendar = draft.calendar
        specials = max((len(season.specials) for season in calendar.seasons), default=0)
        shape = (len(calendar.seasons), specials, calendar.limits.separate_weekdays)
        if shape != self._shape or self._area.widget() is None:
            self._shape = shape
            self._build()
        for (season, day), box in self.boxes.items():
            row = calendar.seasons[season]
            values = (*row.weekdays, *row.specials)
            choices = [(number, tr("Schedule {number}", number=number)) for number in calendar.schedules]
            schedule = values[day] if day < len(values) else None
            box.offer([*choices, (OWN, tr("a new one"))], schedule)
            told = "" if schedule is None else schedule_tiers(calendar, schedule)
            box.setToolTip(told)
            box.setAccessibleDescription(told)
        limits = calendar.limits
        self.add_season.setEnabled(len(calendar.seasons) < min(MOST_SEASONS, limits.seasons))
        self.remove_season.setEnabled(len(calendar.seasons) > 1)
        self.add_special.setEnabled(bool(calendar.seasons) and specials < min(MOST_SPECIALS, limits.specials))
        self.remove_special.setEnabled(specials > 0)
        rule = calendar.daylight
        if self.at.time().hour() * 60 + self.at.time().minute() != rule.minute:
            set_time(self.at, rule.minute)
        for field, value in ((self.amount, rule.amount_min), (self.zone, rule.zone_min or 0)):
            with QSignalBlocker(field):
                field.setValue(value)
        self._zone_holder.setVisible(rule.zone_min is not None)

    def show_outlook(self, outlook: Outlook) -> None:
        super().show_outlook(outlook)
        for number, check in enumerate(self._checks):
            found = outlook.about("seasons", number)
            check.setText("\n".join(complaint.text for complaint in found))
            check.setProperty("tone", worst(found))
            check.setVisible(bool(found))
        told = [complaint for complaint in outlook.complaints if complaint.name == "daylight"]
        self._clock_check.setText("\n".join(complaint.text for complaint in told))
        self._clock_check.setProperty("tone", worst(told))
        self._clock_check.setVisible(bool(told))
        for one in (*self._checks, self._clock_check):
            one.style().unpolish(one)
            one.style().polish(one)

    def go_to(self, part: str, index: int) -> None:
        if part == "daylight":
            self.at.setFocus()
        elif (index, SUNDAY) in self.boxes:
            self.boxes[index, SUNDAY].setFocus()

    # --- inside -----------------------------------------------------------------------------------------------

    def _build(self) -> None:
        """The matrix anew: a row of boxes for each season."""
        seasons, specials, separate = self._shape
        days = [(day, WEEKDAYS[day]) for day in range(7)]
        if not separate:
            days = [(1, tr("Monday to Friday")), (SATURDAY, WEEKDAYS[SATURDAY]), (SUNDAY, WEEKDAYS[SUNDAY])]
        days += [(FIRST_SPECIAL_DAY + n, tr("Special day {number}", number=n)) for n in range(specials)]
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        self.boxes, self._checks = {}, []
        for column, (_day, name) in enumerate(days, 1):
            grid.addWidget(label(name, type="small", tone="weak"), 0, column)
        for season in range(seasons):
            grid.addWidget(label(tr("Season {number}", number=season), type="strong"), 2 * season + 1, 0)
            for column, (day, name) in enumerate(days, 1):
                title = tr("Season {number}, {day}", number=season, day=name)
                box = Choose(title, partial(self._put_day, season, day))
                box.setMinimumContentsLength(12)
                self.boxes[season, day] = box
                grid.addWidget(box, 2 * season + 1, column)
            check = label(wrap=True)
            check.hide()
            self._checks.append(check)
            grid.addWidget(check, 2 * season + 2, 1, 1, len(days))
        grid.setColumnStretch(len(days) + 1, 1)
        grid.setRowStretch(2 * seasons + 2, 1)
        self._area.setWidget(inside)
        inside.setAutoFillBackground(False)
        self._area.viewport().setAutoFillBackground(False)
        dress(self, self.look)

    def _put_day(self, season: int, day: int, schedule: int) -> None:
        if self.draft is None:
            return
        if schedule == OWN:
            schedule = self.draft.new_schedule()
        self.draft.set_day(season, day, schedule)
        self.changed.emit()

    def _put_clock(self, **fields: int) -> None:
        if self.draft is not None and self.draft.set_daylight(replace(self.draft.calendar.daylight, **fields)):
            self.changed.emit()

    def _add_season(self) -> None:
        if self.draft is not None:
            self.draft.add_season()
            self.changed.emit()

    def _remove_season(self) -> None:
        if self.draft is not None and len(self.draft.calendar.seasons) > 1:
            self.draft.remove("seasons", len(self.draft.calendar.seasons) - 1)
            self.changed.emit()

    def _add_special(self) -> None:
        if self.draft is not None:
            self.draft.add_special()
            self.changed.emit()

    def _remove_special(self) -> None:
        if self.draft is not None:
            self.draft.remove_special()
            self.changed.emit()
