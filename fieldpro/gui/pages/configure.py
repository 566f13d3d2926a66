"""Configure: what a meter shows, records, measures and allows, with names instead of numbers, an editor a tab.

What is changed is kept in hand until it is written: a moment after each key the lane has laid it over what was read,
and has checked it. It goes out as one change set, through the one dialog; new passwords after it, each proven.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget

from fieldpro.errors import FieldProError
from fieldpro.gui.attendance import Presence
from fieldpro.gui.confirm import Confirm
from fieldpro.gui.figures import grouped
from fieldpro.gui.look import Look
from fieldpro.gui.models.configuration import (
    CONSTANTS,
    DEMAND,
    DISPLAY,
    HIDDEN,
    PROFILE,
    READ,
    SECURITY,
    Change,
    Hand,
    Outlook,
    Row,
    Wanted,
)
from fieldpro.gui.models.faults import fault_words
from fieldpro.gui.models.rows import Column, RowsModel
from fieldpro.gui.page import Page
from fieldpro.gui.pages import configure_work as work
from fieldpro.gui.pages.configure_display import DisplayPart
from fieldpro.gui.pages.configure_parts import ConfigurePart, GroupsPart
from fieldpro.gui.pages.configure_profile import ProfilePart
from fieldpro.gui.pages.configure_security import SecurityPart
from fieldpro.gui.parts import Card, Pill, button, label
from fieldpro.gui.rows_view import RowsView
from fieldpro.gui.segments import Segments
from fieldpro.gui.standing import Standing
from fieldpro.gui.states import Choice
from fieldpro.gui.words import tr
from fieldpro.security.rights import Right

if TYPE_CHECKING:
    from fieldpro.gui.workbench import Workbench
    from fieldpro.meter.changes import ChangeSet, Written
    from fieldpro.meter.editors import PasswordsChanged

MOST_COMPLAINTS = 3  # seen at once; the rest is scrolled to


class ConfigurePage(Page):
    """See the module. `outlook` is what the editors come to; `configured` the last write."""

    needs_meter = True

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench, tr("Configure"))
        self.hand = Hand()  # of the lane alone
        self.outlook: Outlook | None = None
        self.dialog: Confirm | None = None
        self.configured: work.Configured | None = None
        self._asked = 0
        self._anew = False  # fields are to be filled with the next outlook, whatever was typed
        self._pill = Pill()
        self._pill.hide()
        self._origin = label(type="small", tone="weak")
        self.head.insertWidget(1, self._pill)
        self.head.insertWidget(2, self._origin)
        self.undo_button = button(tr("Undo"), self.undo, icon="undo")
        self.again_button = button(tr("Start again"), self.start_again)
        self.write_button = button(tr("Write"), self.compare, kind="primary")
        for made in (self.undo_button, self.again_button, self.write_button):
            self.head.addWidget(made)
        self._build()
        workbench.meter_changed.connect(lambda _meter: self._set_possible())
        workbench.job_changed.connect(lambda _job: self._set_possible())
        workbench.unfinished_changed.connect(lambda _unfinished: self._set_possible())
        workbench.attendance.changed.connect(self._attendance_changed)
        self._set_possible()

    def _build(self) -> None:
        self.display, self.profile, self.security = DisplayPart(), ProfilePart(), SecurityPart()
        self.demand = GroupsPart(tr("This meter has no demand tables"))
        self.constants = GroupsPart(tr("This meter has no table of constants"))
        self.parts: dict[str, ConfigurePart] = {
            DISPLAY: self.display,
            PROFILE: self.profile,
            DEMAND: self.demand,
            CONSTANTS: self.constants,
            SECURITY: self.security,
        }
        self.titles = {
            DISPLAY: tr("Display"),
            PROFILE: tr("Load profile"),
            DEMAND: tr("Demand"),
            CONSTANTS: tr("Constants"),
            SECURITY: tr("Security"),
        }
        self.tabs = Segments(tuple(self.titles.items()), name=tr("Editor"))
        self.tabs.changed.connect(self.show_part)
        row = QHBoxLayout()
        row.addWidget(self.tabs)
        row.addStretch(1)
        self.body_layout.addLayout(row)
        self._stack = QStackedWidget()
        self._areas: dict[str, QScrollArea] = {}
        for key, part in self.parts.items():
            part.wanted.connect(lambda change, key=key: self.do(key, change))
            part.unread_changed.connect(self._set_possible)
            self._areas[key] = _scrolling(part)
            self._stack.addWidget(self._areas[key])
        self.body_layout.addWidget(self._stack, 1)
        self._complaints_card = Card()
        self.complaints = RowsModel(
            [
                Column(
                    "",
                    lambda pair: tr("error") if pair[1].is_error else tr("warning"),
                    tone=lambda pair: "bad" if pair[1].is_error else "warn",
                ),
                Column(tr("Editor"), lambda pair: self.titles[pair[0]]),
                Column(tr("Where"), lambda p: p[1].place[:1].upper() + p[1].place[1:], strong=lambda _pair: True),
                Column(tr("What"), lambda pair: pair[1].text, tip=lambda pair: pair[1].text),
            ],
            self,
        )
        self.complaints_view = RowsView(self.complaints, tr("What is wrong with the configuration"), stretch=3)
        self.complaints_view.horizontalHeader().hide()
        self.complaints_view.chosen.connect(self._go_to)
        self.complaints_view.clicked.connect(lambda index: self._go_to(index.row()))
        self._complaints_card.add(self.complaints_view)
        self._complaints_card.hide()
        self.body_layout.addWidget(self._complaints_card)

    # --- Page -------------------------------------------------------------------------------------------------

    def set_theme(self, look: Look) -> None:
        super().set_theme(look)
        self.tabs.set_look(look)
        self.complaints_view.set_look(look)
        self._fit_complaints()
        for part in self.parts.values():
            part.set_look(look)
        self._show_pill()

    def show_view(self, view: Any) -> None:
        """Another meter, or more of the same one: then what was changed stays."""
        if self.outlook is None:
            self.states.show_loading(tr("Laying out the configuration"))
        reading = self.read if self.workbench.connected else None
        for part in self.parts.values():
            part.read = reading
        self._in_lane(lambda: self.hand.take(view), self._cannot_show)

    def show_no_view(self) -> None:
        super().show_no_view()
        self.outlook = None
        self._asked += 1
        self.workbench.compute(self.hand.drop, of_view=False)
        self.complaints.set_rows([])
        self._complaints_card.hide()
        self._pill.hide()
        self._origin.setText("")
        self._set_possible()

    def visited(self, place: str = "") -> None:
        if place in self.parts:
            self.tabs.choose(place)
            self.show_part(place)

    def show_part(self, key: str) -> None:
        self._stack.setCurrentWidget(self._areas[key])

    def read(self) -> None:
        """The tables of every editor, from the meter."""
        self.workbench.read(READ, name=tr("Reading the configuration"))

    # --- what is in hand --------------------------------------------------------------------------------------

    def do(self, key: str, change: Change) -> None:
        """Another version of one editor."""
        self._in_lane(lambda: self.hand.do(key, change), self._refused)

    def undo(self) -> None:
        self._in_lane(self.hand.undo, self._refused)

    def start_again(self) -> None:
        """Give up what was changed."""
        self._in_lane(self.hand.start_again, self._refused)

    def forget_secrets(self) -> None:
        """No new password and no new key is wanted any more."""
        self._in_lane(self.hand.forget_secrets, self._refused)

    def _attendance_changed(self) -> None:
        """Who comes next is not to write the password of who was here."""
        if self.workbench.attendance.presence in (Presence.LOCKED, Presence.NOBODY) and self.outlook is not None:
            self.security.empty()
            if self.outlook.sheets[SECURITY].changed:
                self.forget_secrets()
        self._set_possible()

    def _in_lane(self, work: Callable[[], Outlook], failed: Callable[[FieldProError], object]) -> None:
        """Only the newest answer counts, but that fields are to be filled anew is not lost with an older one."""
        self._asked += 1
        asked = self._asked

        def seen(outlook: Outlook) -> None:
            self._anew |= outlook.anew
            if asked == self._asked:
                anew, self._anew = self._anew, False
                self._show_outlook(outlook, anew=anew)

        self.workbench.compute(work, seen, failed)

    def _show_outlook(self, outlook: Outlook, *, anew: bool) -> None:
        self.outlook = outlook
        for key, part in self.parts.items():
            part.show_sheet(outlook.sheets[key], anew=anew)
        self.complaints.set_rows(outlook.complaints)
        self._fit_complaints()
        count = outlook.changed
        self._show_pill()
        as_read = "" if self._pill.isHidden() else tr("as it was read")
        self._origin.setText(tr("changed here, not written yet") if count else as_read)
        self._set_possible()
        self.states.show_full()

    def _fit_complaints(self) -> None:
        count = len(self.complaints.rows)
        self.complaints_view.setFixedHeight(min(count, MOST_COMPLAINTS) * self.look.density.row + 8)
        self._complaints_card.setVisible(count > 0)

    def _show_pill(self) -> None:
        outlook = self.outlook
        laid_out = outlook is not None and any(not sheet.missing for sheet in outlook.sheets.values())
        self._pill.setVisible(laid_out)
        if outlook is None:
            return
        errors = len(outlook.errors)
        warnings = len(outlook.complaints) - errors
        self._pill.show_state(*fault_words(errors, warnings), self.look)

    def _go_to(self, row: int) -> None:
        """To the field that a complaint is about."""
        if 0 <= row < len(self.complaints.rows):
            key, complaint = self.complaints.rows[row]
            self.tabs.choose(key)
            self.show_part(key)
            self.parts[key].go_to(complaint.name)

    def _cannot_show(self, error: FieldProError) -> None:
        choices = (Choice(tr("Read the configuration"), self.read),) if self.workbench.connected else ()
        self.states.show_failed(self.explain(error), *choices)

    def _refused(self, error: FieldProError) -> None:
        words = self.explain(error)
        self.banners.say("bad", f"{words.what}.", f"{words.subject}. {words.next_step}".lstrip(". "))

    # --- writing ----------------------------------------------------------------------------------------------

    def _set_possible(self) -> None:
        outlook = self.outlook
        there = outlook is not None
        for made in (self.undo_button, self.again_button, self.write_button):
            made.setVisible(there)
        count = 0 if outlook is None else outlook.changed
        self.undo_button.setEnabled(outlook is not None and outlook.can_undo)
        self.again_button.setEnabled(count > 0 or any(part.unread for part in self.parts.values()))
        self.write_button.setText(
            tr("Write changes")
            if not count
            else tr("Write 1 change")
            if count == 1
            else tr("Write {count} changes", count=grouped(count))
        )
        why_not = self._why_not()
        self.write_button.setEnabled(there and not why_not)
        self.write_button.setToolTip(why_not)
        self.write_button.setAccessibleDescription(why_not)

    def _why_not(self) -> str:
        bench, outlook = self.workbench, self.outlook
        if bench.meter.standing is not Standing.CONNECTED:
            return tr("Connect the meter to write to it.")
        if bench.unfinished is not None:
            return tr("An interrupted write comes first.")
        if outlook is None or not outlook.changed:
            return tr("Nothing was changed.")
        if not bench.allowed(Right.SECURITY_TABLES if outlook.touches_security else Right.PROGRAM_WRITE):
            return tr("Your role may not write this.")
        if outlook.errors or any(part.unread for part in self.parts.values()):
            return tr("Mend the errors first.")
        if self._new_passwords and bench.session_password is None:
            return tr("Connect with a password to change passwords.")
        if bench.jobs.busy:
            return tr("A job is running.")
        return ""

    @property
    def _new_passwords(self) -> bool:
        sheet = None if self.outlook is None else self.outlook.sheets[SECURITY]
        more = None if sheet is None else sheet.more
        return more is not None and any(name.startswith("password") for name in more.typed)

    def compare(self) -> None:
        """Read again what is to be changed, and show what would be written."""
        bench = self.workbench

        def compare(wanted: Wanted) -> None:
            comparing = work.Comparing(wanted, bench.settings.operator, bench.readout)
            bench.submit(tr("Comparing the configuration"), comparing.conversation, then=self._compared)

        bench.compute(self.hand.wanted, compare)

    def _compared(self, compared: work.Compared) -> None:
        if not compared:
            self.banners.say("good", tr("The meter holds this already."), tr("Nothing is to be written."))
            if compared.read_out is not None:
                self.workbench.merge(compared.read_out)
            return
        self.ask_to_write(compared)

    def ask_to_write(self, compared: work.Compared) -> None:
        """The one dialog: what will be written, to which meter."""
        change_set, count = compared.change_set, len(compared.rows)
        verb = tr("Write 1 change") if count == 1 else tr("Write {count} changes", count=grouped(count))
        text = tr("What is there now is kept, so that the write can be taken back.")
        if compared.new_passwords:
            text += " " + tr("A new password is proven before the one before is forgotten.")
        self.dialog = Confirm(
            self,
            self.look,
            title=tr("{verb} to {serial}", verb=verb, serial=change_set.identity.serial),
            text=text,
            verb=verb,
            rows=compared.rows,
            warnings=[str(warning) for warning in change_set.warnings],
        )
        self.dialog.accepted.connect(lambda: self._write(compared))
        self.dialog.finished.connect(self._forget_dialog)
        self.dialog.open()

    def _forget_dialog(self) -> None:
        self.dialog = None

    def _write(self, compared: work.Compared) -> None:
        bench = self.workbench
        configuring = work.Configuring(
            compared,
            bench.desk.journal,
            bench.rights,
            bench.settings.operator,
            bench.readout,
            None if bench.view is None else getattr(bench.view, "device_profile", None),
            bench.session_password,
        )
        name = tr("Writing the configuration")
        bench.submit(
            name, configuring.conversation, then=lambda done: self._written(done, compared), failed=self._write_failed
        )

    def _written(self, configured: work.Configured, compared: work.Compared) -> None:
        self.configured = configured
        bench = self.workbench
        self.forget_secrets()
        if configured.passwords is not None:
            bench.use_password(configured.passwords.own)
            self._say_passwords(configured.passwords)
        done = configured.done
        if done is not None:
            self._say_written(done.written, compared.rows)
            if done.read_out is not None:
                self._keep(done.read_out)
        bench.look_for_unfinished()
        self._set_possible()

    def _say_written(self, written: Written, rows: tuple[Row, ...]) -> None:
        count = len(written.changes)
        many = tr("1 element") if count == 1 else tr("{count} elements", count=grouped(count))
        choices = []
        if written.change_set.purpose == "write" and not written.unproven:
            inverse = written.inverse()
            back = tuple((what, new, old) for what, old, new in rows if old != HIDDEN)
            choices.append(Choice(tr("Take it back"), lambda: self._take_back(inverse, back)))
        headline = (
            tr("{many} taken back and verified.", many=many)
            if written.change_set.purpose == "undo"
            else tr("{many} written and verified.", many=many)
        )
        detail = tr(
            "Each element was read back and compared, at {time}.", time=f"{written.ended_at.astimezone():%H:%M:%S}"
        )
        if written.unproven:
            detail = tr("{count} cannot be read back: the next log-on proves them.", count=len(written.unproven))
        self.banners.say("warn" if written.unproven else "good", headline, detail, *choices)

    def _take_back(self, inverse: ChangeSet, rows: tuple[Row, ...]) -> None:
        self.ask_to_write(work.Compared(inverse, None, rows))

    def _say_passwords(self, changed: PasswordsChanged) -> None:
        if changed.proven:
            places = ", ".join(changed.proven)
            text = tr("The meter opened with each of them. Those before are forgotten here.")
            self.banners.say("good", tr("New passwords are in force: {places}.", places=places), text)
        if changed.unproven:
            places = ", ".join(changed.unproven)
            text = tr("This meter cannot be asked: log on with them to prove them. Those before stay kept until then.")
            self.banners.say("warn", tr("Written, but not proven: {places}.", places=places), text)

    def _keep(self, readout: Any) -> None:
        bench = self.workbench
        bench.merge(readout)

        def saved(record: int) -> None:
            bench.tell(tr("Verified, and saved as record {record}", record=record))
            bench.records_changed.emit()

        bench.store(lambda store: store.save(readout), saved)

    def _write_failed(self, error: FieldProError) -> None:
        """What was written until then is in the journal; new passwords are to be typed again."""
        self.forget_secrets()
        self.workbench.fail(error, conversation=True)
        self.workbench.look_for_unfinished()
        self._set_possible()


def _scrolling(part: ConfigurePart) -> QScrollArea:
    """A part fills the page where there is room, and scrolls where there is not."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(part)
    part.setAutoFillBackground(False)
    area.viewport().setAutoFillBackground(False)
    return area
