"""Visit: an order worked through step by step; what is done, what is next, and the report at its end.

A step's button does it: it reads, compares, writes, looks, or takes the word of a person. What was seen goes into the
visit's file in the store's lane before the step counts as done. A meter that is not the ordered one is refused, and the
step stays open: put the probe on the right meter, or refuse the step, which ends the visit.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from fieldpro.errors import Cancelled, FieldProError
from fieldpro.gui.confirm import Confirm
from fieldpro.gui.figures import grouped
from fieldpro.gui.look import Look
from fieldpro.gui.models.visit_rows import VERBS, StepRow, facts, step_rows
from fieldpro.gui.page import Page
from fieldpro.gui.pages import visit_work as work
from fieldpro.gui.pages.switch_work import SwitchOrder, approval_for
from fieldpro.gui.pages.visit_program import VisitProgram
from fieldpro.gui.pages.visit_start import VisitStart
from fieldpro.gui.parts import Card, IconLabel, Pill, button, dress, label, scrolling
from fieldpro.gui.save_file import choose_file
from fieldpro.gui.standing import Standing
from fieldpro.gui.states import Choice
from fieldpro.gui.words import tr
from fieldpro.meter.switch import Deed
from fieldpro.meter.visit import Action, Step, VisitJob, WorkOrder
from fieldpro.security.rights import Right
from fieldpro.settings import data_folder
from fieldpro.visit_record import VisitRecord

if TYPE_CHECKING:
    from fieldpro.gui.workbench import Workbench
    from fieldpro.meter.changes import ChangeSet

FOLDER = "visits"
LAST_DIGITS = 4
WITHOUT_METER = (Action.ORDER, Action.BY_HAND, Action.CLOSE)


class _StepLine(QFrame):
    """One step in the list: icon, title, word, and when and why."""

    def __init__(self, row: StepRow, look: Look) -> None:
        super().__init__()
        line = QHBoxLayout(self)
        line.setContentsMargins(8, 6, 8, 6)
        line.setSpacing(12)
        icon = IconLabel(row.icon, tone=row.tone)
        icon.show_icon(row.icon, row.tone, look)
        line.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(label(row.title, type="strong" if row.is_next else "body", wrap=True))
        if row.detail:
            words.addWidget(label(row.detail, type="small", tone="weak", wrap=True))
        line.addLayout(words, 1)
        line.addWidget(label(row.word, tone=row.tone), 0, Qt.AlignmentFlag.AlignTop)
        self.setAccessibleName(f"{row.title}: {row.word}. {row.detail}")


class VisitPage(VisitProgram, Page):
    """See the module. `job` is the visit in hand, `record` what it says."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench, tr("Visit"))
        self.job: VisitJob | None = None
        self.change_set: ChangeSet | None = None
        self.dialog: Confirm | None = None
        self.choose_file = choose_file
        self._busy = False
        self._outcome = Pill()
        self.head.insertWidget(1, self._outcome)
        self.pdf_button = button(
            tr("Save the report as PDF"), lambda: self._ask_where("pdf"), kind="primary", icon="export"
        )
        self.html_button = button(tr("As HTML"), lambda: self._ask_where("html"), icon="export")
        self.leave_button = button(tr("Another visit"), self.leave)
        for made in (self.leave_button, self.html_button, self.pdf_button):
            self.head.addWidget(made)
        self._stack = QStackedWidget()
        self.start = VisitStart()
        self.start.begin_wanted.connect(self.begin)
        self.start.file_chosen.connect(self.open_order)
        self.start.resume_wanted.connect(self.resume)
        self._stack.addWidget(scrolling(self.start))
        self._stack.addWidget(self._visit())
        self.body_layout.addWidget(self._stack, 1)
        workbench.meter_changed.connect(lambda _meter: self._set_possible())
        workbench.job_changed.connect(lambda _job: self._set_possible())
        self._show_none()

    def _visit(self) -> QWidget:
        inside = QWidget()
        row = QHBoxLayout(inside)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        steps = Card(tr("Steps"))
        holder = QWidget()
        self._steps = QVBoxLayout(holder)
        self._steps.setContentsMargins(0, 0, 0, 0)
        self._steps.setSpacing(0)
        self.steps_area = scrolling(holder)
        steps.add(self.steps_area, 1)
        row.addWidget(steps, 1)
        side = QVBoxLayout()
        side.setSpacing(16)
        side.addWidget(self._now_card())
        side.addWidget(self._facts_card(), 1)
        row.addLayout(side, 1)
        return inside

    def _now_card(self) -> Card:
        card = self._now = Card(tr("Now"))
        self.step_title = label(type="title", wrap=True)
        self.step_help = label(wrap=True)
        self.why_not = label(tone="warn", wrap=True)
        self.words = QLineEdit()
        self.words.setAccessibleName(tr("Note or reason"))
        self.words.setPlaceholderText(tr("Note; a reason to leave out, refuse or disconnect"))
        self.words.textChanged.connect(lambda _text: self._set_possible())
        for thing in (self.step_title, self.step_help, self.why_not, self.words):
            card.add(thing)
        row = QHBoxLayout()
        self.do_button = button(tr("Go on"), self.do_step, kind="primary")
        self.unwritten_button = button(tr("Go on without writing"), self.go_on_unwritten)
        self.skip_button = button(tr("Leave out"), lambda: self._settle("skip"))
        self.refuse_button = button(tr("Refuse"), lambda: self._settle("refuse"), kind="danger")
        for made in (self.do_button, self.unwritten_button, self.skip_button, self.refuse_button):
            row.addWidget(made)
        row.addStretch(1)
        card.add(row)
        return card

    def _facts_card(self) -> Card:
        card = Card(tr("What is known"))
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(16)
        self._facts.setVerticalSpacing(6)
        self._facts.setColumnStretch(1, 1)
        holder = QWidget()
        holder.setLayout(self._facts)
        self._facts.setContentsMargins(0, 0, 0, 0)
        card.add(scrolling(holder), 1)
        return card

    # --- Page -------------------------------------------------------------------------------------------------

    def set_theme(self, look: Look) -> None:
        super().set_theme(look)
        self.start.set_look(look)
        self._show()

    def show_view(self, view: Any) -> None:
        self._set_possible()

    def show_no_view(self) -> None:
        self._set_possible()

    def visited(self, place: str = "") -> None:
        if self.job is None:
            self.workbench.at_store(lambda: work.open_visits(self._folder), self.start.show_open)

    @property
    def record(self) -> VisitRecord | None:
        return None if self.job is None else self.job.record

    @property
    def step(self) -> Step | None:
        """The step to do now."""
        return None if self.job is None else self.job.next

    @property
    def _folder(self) -> Path:
        return data_folder() / FOLDER

    # --- beginning and ending ---------------------------------------------------------------------------------

    def _who(self) -> tuple[str, str]:
        signed_in = self.workbench.attendance.signed_in
        if signed_in is None:
            return self.workbench.settings.operator, ""
        return signed_in.name, str(signed_in.role)

    def begin(self, order: WorkOrder) -> None:
        who, role = self._who()
        self._in_store(lambda: work.begin(order, who, role, self._folder), self._took)

    def open_order(self, path: Path) -> None:
        """An order file; a file that is none says what is wrong with it."""
        self._in_store(lambda: work.open_order(path), self.begin)

    def resume(self, path: Path) -> None:
        who, _role = self._who()
        self._in_store(lambda: work.resume(path, who), self._took)

    def leave(self) -> None:
        """Put this visit down; one that is not closed can be taken up again."""
        self.job, self.change_set = None, None
        self._show_start()
        self.visited()

    def _took(self, job: VisitJob) -> None:
        self.job, self.change_set = job, None
        self.states.show_full()
        self._stack.setCurrentIndex(1)
        self._show()

    def _show_none(self) -> None:
        self.states.show_empty(
            tr("No visit is under way"),
            tr("A visit works through an order step by step and ends with a report on one page."),
            Choice(tr("Begin a visit"), self._show_start),
            Choice(tr("Open an order file"), self.start.ask_file),
            icon="visit",
        )
        self._set_possible()

    def _show_start(self) -> None:
        self.states.show_full()
        self._stack.setCurrentIndex(0)
        self.start.fields["number"].setFocus()
        self._set_possible()

    # --- showing ----------------------------------------------------------------------------------------------

    def _show(self) -> None:
        record = self.record
        if record is None:
            self._set_possible()
            return
        _clear(self._steps)
        following = None
        for row in step_rows(record):
            line = _StepLine(row, self.look)
            self._steps.addWidget(line)
            following = line if row.is_next else following
        self._steps.addStretch(1)
        _clear(self._facts)
        for number, (what, value) in enumerate(facts(record)):
            self._facts.addWidget(label(what, tone="weak"), number, 0, Qt.AlignmentFlag.AlignTop)
            self._facts.addWidget(label(value, wrap=True, copyable=True), number, 1)
        self._facts.setRowStretch(self._facts.rowCount(), 1)
        tone = "bad" if record.refused else "good" if record.closed else "weak"
        self._outcome.show_state(tr(record.outcome), tone, self.look)
        self._show_step()
        self._set_possible()
        dress(self, self.look)
        if following is not None:
            self.steps_area.ensureWidgetVisible(following)

    def _show_step(self) -> None:
        record, step = self.record, self.step
        if record is None:
            return
        if step is not None:
            self.step_title.setText(step.title)
            self.step_help.setText(step.help)
            self.do_button.setText(self._verb(step))
        elif record.closed:
            self.step_title.setText(tr("The visit is closed"))
            self.step_help.setText(tr("Save its report; the read-outs are among the records."))
        else:
            self.step_title.setText(tr("The visit was refused"))
            self.step_help.setText(tr("Close it: the report says at which step and why."))
            self.do_button.setText(tr("Close the visit"))

    def _verb(self, step: Step) -> str:
        if step.action is Action.PROGRAM and self.change_set is not None:
            count = len(self.change_set.different)
            return tr("Write 1 change") if count == 1 else tr("Write {count} changes", count=grouped(count))
        return tr(VERBS[step.action])

    def _set_possible(self) -> None:
        record, step, bench = self.record, self.step, self.workbench
        self._outcome.setVisible(record is not None)
        self.leave_button.setVisible(record is not None)
        for made in (self.pdf_button, self.html_button):
            made.setVisible(record is not None and record.closed)
        if record is None:
            return
        why = self._why_not(step)
        idle = not self._busy and not bench.jobs.busy
        self.why_not.setText(why)
        self.why_not.setVisible(bool(why))
        self.do_button.setVisible(not record.closed)
        self.do_button.setEnabled(idle and not why)
        said = bool(self.words.text().strip())
        self.skip_button.setVisible(step is not None and step.skippable)
        self.skip_button.setEnabled(idle and said)
        can_refuse = step is not None and step.action is not Action.CLOSE
        self.refuse_button.setVisible(can_refuse)
        self.refuse_button.setEnabled(idle and said)
        self.words.setVisible(can_refuse)
        compared = step is not None and step.action is Action.PROGRAM and self.change_set is not None
        self.unwritten_button.setVisible(compared)
        self.unwritten_button.setEnabled(idle)

    def _why_not(self, step: Step | None) -> str:
        bench = self.workbench
        if step is None:
            return ""
        if step.right is not None and not bench.allowed(step.right):
            return tr("Your role may not do this step. Leave it out or refuse it, with the reason.")
        if step.action in WITHOUT_METER:
            return ""
        if bench.meter.standing is not Standing.CONNECTED:
            return tr("Connect the meter for this step.")
        if step.action in (Action.PROGRAM, Action.CLOCK) and bench.unfinished is not None:
            return tr("An interrupted write comes first: see Program.")
        if step.action is Action.SWITCH_OPEN and not self.words.text().strip():
            return tr("Type the reason for disconnecting first.")
        return ""

    # --- doing a step -----------------------------------------------------------------------------------------

    def do_step(self) -> None:
        """What the button of the step that is next does."""
        step, job = self.step, self.job
        if job is None:
            return
        if step is None or step.action is Action.CLOSE:
            self._close(job)
        elif step.action in work.BY_A_PERSON:
            self._settle("done")
        elif step.action is Action.PROGRAM:
            self._program(job, step)
        elif step.action is Action.SWITCH_OPEN:
            self._ask_to_disconnect(job, step)
        else:
            self._submit(job, step, work.conversation_of(step.action, self._aids()))

    def _aids(self) -> work.Aids:
        bench = self.workbench
        profile = None if bench.view is None else getattr(bench.view, "device_profile", None)
        return work.Aids(bench.rights, bench.settings.operator, bench.readout, profile)

    def _submit(self, job: VisitJob, step: Step, factory: Any) -> None:
        def seen(found: work.Seen) -> None:
            if found.read_out is not None:
                self.workbench.merge(found.read_out)
            self._keep(lambda: work.keep(job, step, found, self.workbench.desk.store))
            self.workbench.records_changed.emit()

        self.workbench.submit(step.title, factory, then=seen, failed=self._step_failed)

    def _step_failed(self, error: FieldProError) -> None:
        """The step stays open."""
        self.workbench.fail(error, conversation=not isinstance(error, Cancelled))
        self._set_possible()

    def _settle(self, how: str) -> None:
        job, step, words = self.job, self.step, self.words.text().strip()
        if job is not None and step is not None:
            self._keep(lambda: work.settle(job, step, how, words))

    def _close(self, job: VisitJob) -> None:
        guard = self.workbench.rights.guard
        self._keep(lambda: work.close(job, guard))

    def _keep(self, do: Any) -> None:
        """Into the visit's file; then the page shows what the visit says."""

        def kept(_record: VisitRecord) -> None:
            self.words.clear()
            self.change_set = None
            self._show()

        self._in_store(do, kept)

    def _in_store(self, do: Any, then: Any) -> None:
        self._busy = True
        self._set_possible()

        def done(result: Any) -> None:
            self._busy = False
            then(result)
            self._set_possible()

        def failed(error: FieldProError) -> None:
            self._busy = False
            self.workbench.fail(error)
            self._show()
            self._set_possible()

        self.workbench.at_store(do, done, failed)

    # --- the switch -------------------------------------------------------------------------------------------

    def _ask_to_disconnect(self, job: VisitJob, step: Step) -> None:
        """The button was the first act; the end of the meter's number, typed into the dialog, is the second."""
        bench, pressed, reason = self.workbench, work.now(), self.words.text().strip()
        identity = None if bench.readout is None else bench.readout.identity
        if identity is None:
            return
        verb = tr("Disconnect {serial}", serial=identity.serial)
        self.dialog = Confirm(
            self,
            self.look,
            title=verb,
            text=tr("The customer is without power until the switch is closed again.\nReason: {reason}", reason=reason),
            verb=verb,
            type_it=identity.serial[-LAST_DIGITS:],
            danger=True,
            keep=tr("Leave the switch as it is"),
        )

        def give() -> None:
            aids = self._aids()
            approval = approval_for(
                Deed.DISCONNECT, identity, reason, pressed, work.now(), aids.operator, measured=False
            )
            order = SwitchOrder(approval, identity, bench.rights, aids.operator, aids.profile)
            self._submit(job, step, work.opened(order))

        self.dialog.accepted.connect(give)
        self.dialog.finished.connect(self._forget_dialog)
        self.dialog.open()

    # --- the report -------------------------------------------------------------------------------------------

    def _ask_where(self, suffix: str) -> None:
        record = self.record
        if record is None:
            return
        name = f"visit-{record.order.get('number', record.id)}.{suffix}"
        kind = tr("Report (*.pdf)") if suffix == "pdf" else tr("Report (*.html)")
        self.choose_file(self, tr("Save the report"), name, kind, self.save_report)

    def save_report(self, path: Path) -> None:
        """PDF or HTML, by the file's name."""
        record, bench = self.record, self.workbench
        if record is not None and bench.allowed(Right.EXPORT):
            self._in_store(
                lambda: work.save_report(path, record, bench.rights),
                lambda saved: bench.tell(tr("The report is in {path}", path=saved)),
            )


def _clear(layout: Any) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (old := item.widget()) is not None:
            old.hide()
            old.deleteLater()
