"""The year of a calendar as a map, and the question that everyone asks: which tier at this time, and why?"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from PySide6.QtCore import QDate, QDateTime, QSignalBlocker, Qt, QTime, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QDateTimeEdit, QHBoxLayout, QVBoxLayout, QWidget

from fieldpro.gui.look import Look
from fieldpro.gui.models.calendar_draft import CalendarDraft, Outlook
from fieldpro.gui.models.tiers import tier_letter
from fieldpro.gui.pages.calendar_parts import CalendarPart
from fieldpro.gui.parts import Card, button, dress, label, number_field
from fieldpro.gui.tier_colours import ink_on, tier_colour
from fieldpro.gui.words import tr
from fieldpro.gui.year_map import YearMap
from fieldpro.meter.calendar.resolve import Answer, tier_at

CHIP_PX = 24


class TierChip(QWidget):
    """A tier's letter on its colour."""

    def __init__(self, size: int = CHIP_PX) -> None:
        super().__init__()
        self._tier, self._look = -1, Look()
        self.setFixedSize(size, size)

    def show_tier(self, tier: int, look: Look) -> None:
        self._tier, self._look = tier, look
        self.setAccessibleName(tr("Tier {tier}", tier=tier_letter(tier)))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._tier < 0:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground: QColor = tier_colour(self._tier, self._look)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(self.rect(), 4, 4)
        painter.setPen(ink_on(ground))
        painter.setFont(self._look.font("title" if self.width() > CHIP_PX else "small", strong=True))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, tier_letter(self._tier))


class YearPart(CalendarPart):
    """`year_wanted(year)` when another year is to be shown."""

    year_wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.answer: Answer | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(self._map_card(), 1)
        column.addWidget(self._question_card())

    def _map_card(self) -> Card:
        card = Card()
        row = QHBoxLayout()
        row.setSpacing(8)
        self.year = number_field(date.today().year, 2000, 2069)
        self.year.setAccessibleName(tr("Year"))
        self.year.valueChanged.connect(self.year_wanted)
        row.addWidget(button(tr("Year before"), lambda: self.year.setValue(self.year.value() - 1), icon="chevron-left"))
        row.addWidget(self.year)
        row.addWidget(button(tr("Year after"), lambda: self.year.setValue(self.year.value() + 1), icon="chevron-right"))
        row.addSpacing(16)
        self._legend = QHBoxLayout()
        self._legend.setSpacing(4)
        row.addLayout(self._legend)
        row.addStretch(1)
        card.add(row)
        self.map = YearMap()
        self.map.pointed.connect(self._pointed)
        card.add(self.map, 1)
        return card

    def _question_card(self) -> Card:
        card = Card()
        row = QHBoxLayout()
        row.setSpacing(12)
        words = label(tr("Which tier at"), type="strong")
        row.addWidget(words)
        self.moment = QDateTimeEdit()
        self.moment.setDisplayFormat("yyyy-MM-dd HH:mm")
        self.moment.setAccessibleName(tr("Which tier at"))
        self.moment.lineEdit().setTextMargins(8, 0, 8, 0)
        self.moment.setDateTime(QDateTime(QDate(date.today().year, 7, 4), QTime(14, 30)))
        self.moment.dateTimeChanged.connect(lambda _moment: self._ask())
        words.setBuddy(self.moment)
        row.addWidget(self.moment)
        self.second = QCheckBox(tr("when it comes the second time"))
        self.second.toggled.connect(lambda _on: self._ask())
        row.addWidget(self.second)
        self.chip = TierChip(36)
        row.addWidget(self.chip)
        self.verdict = label(type="title")
        row.addWidget(self.verdict)
        row.addStretch(1)
        card.add(row)
        self.why = label(wrap=True, copyable=True)
        self.why.setAccessibleName(tr("Why"))
        card.add(self.why)
        return card

    # --- showing ----------------------------------------------------------------------------------------------

    def show_draft(self, draft: CalendarDraft) -> None:
        super().show_draft(draft)
        self._ask()

    def show_outlook(self, outlook: Outlook) -> None:
        super().show_outlook(outlook)
        self.map.show_year(outlook.year)
        self._point_map()
        while (item := self._legend.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for tier, hours in outlook.year.hours().items():
            chip = TierChip()
            chip.show_tier(tier, self.look)
            self._legend.addWidget(chip)
            self._legend.addWidget(label(tr("{hours} h", hours=f"{hours:,.0f}"), tone="weak"))
            self._legend.addSpacing(8)

    def ask(self, moment: datetime) -> None:
        """The question, from elsewhere."""
        self.moment.setDateTime(
            QDateTime(QDate(moment.year, moment.month, moment.day), QTime(moment.hour, moment.minute))
        )

    def set_look(self, look: Look) -> None:
        super().set_look(look)
        self.map.set_look(look)
        if self.outlook is not None:
            self.show_outlook(self.outlook)
        if self.answer is not None:
            self.chip.show_tier(self.answer.tier, look)

    def _pointed(self, day: int, minute: int) -> None:
        when = self.map.first + timedelta(day)
        self.ask(datetime(when.year, when.month, when.day, minute // 60, minute % 60))

    def _ask(self) -> None:
        """A day of the calendar is worked out in about a millisecond."""
        if self.draft is None:
            return
        at = self.moment.dateTime()
        day, time = at.date(), at.time()
        moment = datetime(day.year(), day.month(), day.day(), time.hour(), time.minute())
        answer = tier_at(self.draft.calendar, moment)
        twice = any("twice" in step for step in answer.steps)
        if twice and self.second.isChecked():
            answer = tier_at(self.draft.calendar, moment, second=True)
        self.answer = answer
        self.second.setVisible(twice)
        self.chip.show_tier(answer.tier, self.look)
        self.verdict.setText(tr("Tier {tier}", tier=answer.tier_name))
        self.why.setText("\n".join(answer.steps))
        self.why.setAccessibleDescription("\n".join(answer.steps))
        self._point_map()

    def _point_map(self) -> None:
        at = self.moment.dateTime()
        day = at.date()
        with QSignalBlocker(self.map):
            self.map.point(date(day.year(), day.month(), day.day()), at.time().hour() * 60 + at.time().minute())
        dress(self, self.look)
