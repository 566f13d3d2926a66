"""Calendar: seasons, day types, switch times, holidays and daylight saving, checked as they are typed.

The draft in hand begins as the meter's calendar. Every change of a part makes it anew; a moment later the lane has
checked it and worked out the year. It goes out as a change set, through the one dialog, or into a program.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QDateTime, QTimer
from PySide6.QtWidgets import QComboBox, QDateTimeEdit, QHBoxLayout, QScrollArea, QStackedWidget, QWidget

from fieldpro.errors import FieldProError
from fieldpro.gui.confirm import Confirm
from fieldpro.gui.fields import Choose
from fieldpro.gui.figures import grouped
from fieldpro.gui.look import Look
from fieldpro.gui.models.calendar_draft import CalendarDraft, Outlook, blank, look_ahead, place_of
from fieldpro.gui.models.faults import fault_words
from fieldpro.gui.models.rows import Column, RowsModel
from fieldpro.gui.page import Page
from fieldpro.gui.pages import calendar_work as work
from fieldpro.gui.pages.calendar_dates import DatesPart
from fieldpro.gui.pages.calendar_days import DaysPart
from fieldpro.gui.pages.calendar_parts import CalendarPart
from fieldpro.gui.pages.calendar_programs import CalendarPrograms
from fieldpro.gui.pages.calendar_seasons import SeasonsPart
from fieldpro.gui.pages.calendar_year import YearPart
from fieldpro.gui.pages.program_work import Done, Writing
from fieldpro.gui.parts import Card, Pill, button, label, scrolling
from fieldpro.gui.rows_view import RowsView
from fieldpro.gui.segments import Segments
from fieldpro.gui.standing import Standing
from fieldpro.gui.states import Choice
from fieldpro.gui.words import tr
from fieldpro.meter.editors.complaint import Complaint
from fieldpro.security.rights import Right

if TYPE_CHECKING:
    from fieldpro.gui.workbench import Workbench
    from fieldpro.meter.changes import ChangeSet

NOW, LATER = "now", "later"
SETTLE_MS = 120  # a calendar is checked when nothing was typed for so long
COMPLAINTS_PX = 96
PARTS = {"singles": "dates", "recurring": "dates", "switches": "days", "schedules": "days"}


class CalendarPage(CalendarPrograms, Page):
    """See the module. `draft` is the calendar in hand, `outlook` what it comes to."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench, tr("Calendar"))
        self.draft: CalendarDraft | None = None
        self.outlook: Outlook | None = None
        self.dialog: Confirm | None = None
        self.done: Done | None = None
        self.staged: Any = None  # what waits in the meter, written from here
        self._source = ""  # the key of the meter that the draft is of; "" for one made by hand
        self._asked = 0
        self._takes_pending = False
        self._pill = Pill()
        self._origin = label(type="small", tone="weak")
        self.head.insertWidget(1, self._pill)
        self.head.insertWidget(2, self._origin)
        self.undo_button = button(tr("Undo"), self.undo, icon="undo")
        self.again_button = button(tr("Start again"), self.start_again)
        self.write_button = button(tr("Compare and write"), self.compare, kind="primary")
        for made in (self.undo_button, self.again_button, self.write_button):
            self.head.addWidget(made)
        self._build()
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._look_ahead)
        workbench.meter_changed.connect(lambda _meter: self._set_possible())
        workbench.job_changed.connect(lambda _job: self._set_possible())
        workbench.unfinished_changed.connect(lambda _unfinished: self._set_possible())
        self._show_nothing()

    def _build(self) -> None:
        self.year, self.days, self.dates, self.seasons = YearPart(), DaysPart(), DatesPart(), SeasonsPart()
        self.parts: dict[str, CalendarPart] = {
            "year": self.year,
            "days": self.days,
            "seasons": self.seasons,
            "dates": self.dates,
        }
        titles = (
            ("year", tr("Year")),
            ("days", tr("Day types")),
            ("seasons", tr("Seasons")),
            ("dates", tr("Dates")),
        )
        self.tabs = Segments(titles, name=tr("View"))
        self.tabs.changed.connect(self.show_part)
        row = QHBoxLayout()
        row.addWidget(self.tabs)
        row.addStretch(1)
        self.program_box = QComboBox()
        self.program_box.setAccessibleName(tr("Program to put the calendar into"))
        self.program_box.setEditable(True)
        self.program_box.setMinimumContentsLength(18)
        typed = self.program_box.lineEdit()
        assert typed is not None  # an editable box has one
        typed.setPlaceholderText(tr("Program name"))
        typed.setTextMargins(8, 0, 8, 0)
        self.program_button = button(tr("Put into program"), self.put_into_program)
        row.addWidget(self.program_box)
        row.addWidget(self.program_button)
        self.body_layout.addLayout(row)
        self.body_layout.addWidget(self._when_row())
        self._stack = QStackedWidget()
        self._areas: dict[str, QScrollArea] = {}
        for name, part in self.parts.items():
            part.changed.connect(self._changed)
            self._areas[name] = scrolling(part)
            self._stack.addWidget(self._areas[name])
        self.year.year_wanted.connect(lambda _year: self._settle.start())
        self.body_layout.addWidget(self._stack, 1)
        self._complaints_card = Card()
        self.complaints = RowsModel(
            [
                Column("", lambda each: tr("error") if each.is_error else tr("warning"), tone=_tone_of),
                Column(tr("Where"), lambda each: each.place[:1].upper() + each.place[1:], strong=lambda _each: True),
                Column(tr("What"), lambda each: each.text, tip=lambda each: each.text),
            ],
            self,
        )
        self.complaints_view = RowsView(self.complaints, tr("What is wrong with the calendar"), stretch=2)
        self.complaints_view.setFixedHeight(COMPLAINTS_PX)
        self.complaints_view.horizontalHeader().hide()
        self.complaints_view.chosen.connect(self._go_to)
        self.complaints_view.clicked.connect(lambda index: self._go_to(index.row()))
        self._complaints_card.add(self.complaints_view)
        self._complaints_card.hide()
        self.body_layout.addWidget(self._complaints_card)

    def _when_row(self) -> QWidget:
        """When what is written takes hold; only for a meter that can keep pending tables."""
        self._when = QWidget()
        row = QHBoxLayout(self._when)
        row.setContentsMargins(0, 0, 0, 0)
        words = label(tr("What is written takes hold"))
        self.when_box = Choose(tr("What is written takes hold"), lambda _when: self._set_possible())
        self.when_box.offer([(NOW, tr("at once")), (LATER, tr("at a time of the meter's clock"))], NOW)
        self.when_box.setMinimumContentsLength(22)
        words.setBuddy(self.when_box)
        self.at = QDateTimeEdit(QDateTime.currentDateTime().addDays(7))
        self.at.setDisplayFormat("yyyy-MM-dd HH:mm")
        self.at.setAccessibleName(tr("Takes hold at"))
        self.at.lineEdit().setTextMargins(8, 0, 8, 0)
        for thing in (words, self.when_box, self.at):
            row.addWidget(thing)
        row.addStretch(1)
        self._when.hide()
        return self._when

    # --- Page -------------------------------------------------------------------------------------------------

    def set_theme(self, look: Look) -> None:
        super().set_theme(look)
        self.tabs.set_look(look)
        self.complaints_view.set_look(look)
        for part in self.parts.values():
            part.set_look(look)
        self._show_pill()

    def show_view(self, view: Any) -> None:
        """Another meter, or its calendar read again: a draft that was changed stays until it is given up."""
        if self.draft is not None and self.draft.is_changed and self._source == view.identity.key:
            self.states.show_full()
            self._set_possible()
            return
        if self.draft is None:
            self.states.show_loading(tr("Reading the calendar out of the tables"))
        self.workbench.compute(
            lambda: (work.of_view(view), work.has_calendar(view), work.takes_pending(view)),
            lambda found: self._got(view.identity.key, *found),
            self._cannot_read,
        )

    def show_no_view(self) -> None:
        if self.draft is None or not self.draft.is_changed:
            self.draft = self.outlook = None
            self._source = ""
            self._show_nothing()
        self._set_possible()

    def visited(self, place: str = "") -> None:
        self._look_into_library()
        if place in self.parts:
            self.tabs.choose(place)
            self.show_part(place)

    # --- what is in hand --------------------------------------------------------------------------------------

    def _got(self, source: str, calendar: Any, has_one: bool, takes_pending: bool) -> None:
        self._takes_pending = takes_pending
        if calendar is None:
            self._source = source
            self.draft = self.outlook = None
            self._show_unread(has_one)
        else:
            self.take(calendar, source)

    def take(self, calendar: Any, source: str = "") -> None:
        """Begin with a calendar; `source` is the key of the meter it is of."""
        self.draft, self._source = CalendarDraft(calendar), source
        self._show_draft()
        self._look_ahead()

    def new_calendar(self) -> None:
        self.take(blank())
        self.tabs.choose("days")
        self.show_part("days")

    def start_again(self) -> None:
        """Give up what was changed."""
        if self.draft is not None:
            self.draft.set(self.draft.saved)
            self._changed()

    def undo(self) -> None:
        if self.draft is not None:
            self.draft.undo()
            self._changed()

    def show_part(self, name: str) -> None:
        self._stack.setCurrentWidget(self._areas[name])

    def _changed(self) -> None:
        self._show_draft()
        self._settle.start()

    def _show_draft(self) -> None:
        if self.draft is None:
            return
        for part in self.parts.values():
            part.show_draft(self.draft)
        if self._source:
            origin = tr("changed here, not written yet") if self.draft.is_changed else tr("as the meter has it")
        else:
            origin = tr("made here")
        self._origin.setText(origin)
        self._set_possible()

    def _look_ahead(self) -> None:
        """Check and draw in the lane; only the newest answer counts."""
        if self.draft is None:
            return
        self._settle.stop()
        self._asked += 1
        asked, calendar, year = self._asked, self.draft.calendar, self.year.year.value()

        def seen(outlook: Outlook) -> None:
            if asked == self._asked and self.draft is not None:
                self._show_outlook(outlook)

        self.workbench.compute(lambda: look_ahead(calendar, year), seen, self._cannot_read, of_view=False)

    def _show_outlook(self, outlook: Outlook) -> None:
        self.outlook = outlook
        for part in self.parts.values():
            part.show_outlook(outlook)
        self.complaints.set_rows(sorted(outlook.complaints, key=lambda each: not each.is_error))
        self._complaints_card.setVisible(bool(outlook.complaints))
        self._show_pill()
        self._set_possible()
        self.states.show_full()

    def _show_pill(self) -> None:
        outlook = self.outlook
        self._pill.setVisible(outlook is not None)
        if outlook is None:
            return
        errors = len(outlook.errors)
        warnings = len(outlook.complaints) - errors
        self._pill.show_state(*fault_words(errors, warnings), self.look)

    def _go_to(self, row: int) -> None:
        """To the entry that a complaint is about."""
        if not 0 <= row < len(self.complaints.rows):
            return
        part, index = place_of(self.complaints.rows[row])
        tab = PARTS.get(part, "seasons")
        self.tabs.choose(tab)
        self.show_part(tab)
        self.parts[tab].go_to(part, index)

    def _cannot_read(self, error: FieldProError) -> None:
        choices = [Choice(tr("Begin a new calendar"), self.new_calendar)]
        if self.workbench.connected:
            choices.insert(0, Choice(tr("Read the calendar"), self.read))
        self.states.show_failed(self.explain(error), *choices)

    def _show_nothing(self) -> None:
        self._pill.hide()
        self._origin.setText("")
        self.states.show_empty(
            tr("No calendar yet"),
            tr("Connect a meter or open a saved read-out to see its calendar, or make one for a program."),
            Choice(tr("Connect a meter"), lambda: self.workbench.go("connect")),
            Choice(tr("Begin a new calendar"), self.new_calendar),
            icon="calendar",
        )
        self._set_possible()

    def _show_unread(self, has_one: bool) -> None:
        self._pill.hide()
        self._origin.setText("")
        new = Choice(tr("Begin a new calendar"), self.new_calendar)
        if not has_one:
            words = tr("Table 54 is not among the tables that this meter lists: it has no time of use.")
            self.states.show_empty(tr("This meter has no calendar"), words, new, icon="calendar")
        elif self.workbench.connected:
            words = tr("It takes a few seconds and changes nothing in the meter.")
            choice = Choice(tr("Read the calendar"), self.read)
            self.states.show_empty(tr("The calendar was not read yet"), words, choice, new, icon="calendar")
        else:
            words = tr("This read-out does not have it. Connect the meter and read it.")
            choice = Choice(tr("Connect a meter"), lambda: self.workbench.go("connect"))
            self.states.show_empty(tr("The calendar was not read"), words, choice, new, icon="calendar")
        self._set_possible()

    def read(self) -> None:
        """The tables of the calendar, from the meter."""
        self.states.show_loading(tr("Reading the calendar"), tr("The bar below says how far it is."))
        self.workbench.read(work.READ, name=tr("Reading the calendar"))

    # --- writing ----------------------------------------------------------------------------------------------

    def _set_possible(self) -> None:
        bench, draft = self.workbench, self.draft
        there = draft is not None
        for made in (self.undo_button, self.again_button, self.write_button):
            made.setVisible(there)
        self.undo_button.setEnabled(draft is not None and draft.can_undo)
        self.again_button.setEnabled(draft is not None and draft.is_changed)
        self.again_button.setVisible(there and bool(self._source))
        self._when.setVisible(there and self._takes_pending and bench.connected and bench.allowed(Right.PENDING))
        self.at.setVisible(self.when_box.chosen == LATER)
        why_not = self._why_not()
        self.write_button.setEnabled(there and not why_not)
        self.write_button.setToolTip(why_not)
        self.write_button.setAccessibleDescription(why_not)
        may_keep = there and self.outlook is not None and not self.outlook.errors
        self.program_button.setEnabled(may_keep and bench.allowed(Right.PROGRAM_MAKE))

    def _why_not(self) -> str:
        bench = self.workbench
        if bench.meter.standing is not Standing.CONNECTED:
            return tr("Connect the meter to write to it.")
        if bench.unfinished is not None:
            return tr("An interrupted write comes first.")
        if not bench.allowed(Right.CALENDAR):
            return tr("Your role may not write a calendar.")
        if self.outlook is None or self.outlook.errors:
            return tr("Mend the errors first.")
        if bench.jobs.busy:
            return tr("A job is running.")
        return ""

    def compare(self) -> None:
        """Read the meter's calendar again, and show what would be written."""
        if self.draft is None:
            return
        bench = self.workbench
        comparing = work.Comparing(self.draft.calendar, bench.settings.operator, bench.readout)
        bench.submit(tr("Comparing the calendar"), comparing.conversation, then=self._compared)

    def _compared(self, compared: work.Compared) -> None:
        change_set = compared.change_set
        if not change_set:
            text = tr("Nothing is to be written.")
            self.banners.say("good", tr("The meter holds this calendar already."), text)
            return
        self.ask_to_write(change_set, compared.read_out)

    def ask_to_write(self, change_set: ChangeSet, base: Any = None) -> None:
        """The one dialog: what will be written, to which meter, and when it takes hold."""
        count = len(change_set.different)
        moment = self.at.dateTime().toPython()
        waits = not self._when.isHidden() and self.when_box.chosen == LATER and change_set.purpose == "write"
        text = tr("What is there now is kept, so that the write can be taken back.")
        if waits:
            text = tr("The meter keeps it as a pending table; it takes hold at {at}.", at=f"{moment:%Y-%m-%d %H:%M}")
        verb = tr("Write 1 change") if count == 1 else tr("Write {count} changes", count=grouped(count))
        self.dialog = Confirm(
            self,
            self.look,
            title=tr("{verb} to {serial}", verb=verb, serial=change_set.identity.serial),
            text=text,
            verb=verb,
            rows=work.rows_of(change_set),
            warnings=[str(warning) for warning in change_set.warnings],
        )
        self.dialog.accepted.connect(
            lambda: self._stage(change_set, moment) if waits else self._write(change_set, base)
        )
        self.dialog.finished.connect(self._forget_dialog)
        self.dialog.open()

    def _forget_dialog(self) -> None:
        self.dialog = None

    def _write(self, change_set: ChangeSet, base: Any) -> None:
        bench = self.workbench
        profile = None if bench.view is None else getattr(bench.view, "device_profile", None)
        writing = Writing(
            change_set,
            bench.desk.journal,
            bench.rights,
            bench.settings.operator,
            base or bench.readout,
            profile,
            right=Right.CALENDAR,
        )
        name = tr("Writing the calendar")
        bench.submit(name, writing.conversation, then=self._written, failed=self._write_failed)

    def _stage(self, change_set: ChangeSet, moment: Any) -> None:
        bench = self.workbench
        profile = None if bench.view is None else getattr(bench.view, "device_profile", None)
        at = moment.replace(second=0, microsecond=0)
        staging = work.Staging(change_set, at, bench.desk.journal, bench.rights, bench.settings.operator, profile)
        name = tr("Writing the calendar, pending")
        bench.submit(name, staging.conversation, then=self._waits, failed=self._write_failed)

    def _waits(self, staged: Any) -> None:
        """Nothing in force has changed: the draft stays changed against what the meter holds."""
        self.staged = staged
        self.banners.say(
            "good",
            tr("The calendar waits in the meter and takes hold {when}.", when=staged.trigger.words),
            tr("It was found in the meter's list of pending tables. Procedures activates it before, or gives it up."),
        )
        self.workbench.look_for_unfinished()
        self._set_possible()

    def _written(self, done: Done) -> None:
        self.done = done
        written, bench = done.written, self.workbench
        if self.draft is not None and written.change_set.purpose != "undo":
            self.draft = CalendarDraft(self.draft.calendar)
        else:
            self.draft = None
        count = len(written.changes)
        many = tr("1 change") if count == 1 else tr("{count} changes", count=grouped(count))
        choices = []
        if written.change_set.purpose == "write":
            inverse = written.inverse()
            choices.append(Choice(tr("Take it back"), lambda: self.ask_to_write(inverse)))
        self.banners.say(
            "good",
            tr("The calendar is in the meter: {many} written and verified.", many=many),
            tr("Each element was read back and compared, at {time}.", time=f"{written.ended_at.astimezone():%H:%M:%S}"),
            *choices,
        )
        bench.look_for_unfinished()
        if done.read_out is not None:
            readout = done.read_out
            bench.merge(readout)

            def saved(record: int) -> None:
                bench.tell(tr("Verified, and saved as record {record}", record=record))
                bench.records_changed.emit()

            bench.store(lambda store: store.save(readout), saved)
        self._show_draft()

    def _write_failed(self, error: FieldProError) -> None:
        self.workbench.fail(error, conversation=True)
        self.workbench.look_for_unfinished()
        self._set_possible()


def _tone_of(complaint: Complaint) -> str:
    return "bad" if complaint.is_error else "warn"
