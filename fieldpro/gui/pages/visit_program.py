"""The program step of a visit: compared first, then written through the one dialog, or left as it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from fieldpro.errors import FieldProError
from fieldpro.gui.confirm import Confirm
from fieldpro.gui.figures import grouped
from fieldpro.gui.pages import visit_work as work
from fieldpro.gui.pages.calendar_work import rows_of
from fieldpro.gui.pages.program_work import Comparing, Done, Writing
from fieldpro.gui.words import tr
from fieldpro.meter.visit import Step, VisitJob

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from fieldpro.gui.workbench import Workbench
    from fieldpro.meter.changes import ChangeSet


class VisitProgram:
    """A part of the Visit page."""

    workbench: Workbench
    look: Any
    banners: Any
    words: Any
    job: VisitJob | None
    change_set: ChangeSet | None
    dialog: Confirm | None
    _aids: Callable[[], work.Aids]
    _in_store: Callable[[Any, Any], None]
    _keep: Callable[[Any], None]
    _show: Callable[[], None]
    _step_failed: Callable[[FieldProError], None]
    _verb: Callable[[Step], str]

    if TYPE_CHECKING:

        @property
        def step(self) -> Step | None: ...

    def _program(self, job: VisitJob, step: Step) -> None:
        """First compare; then the same button writes, through the one dialog."""
        if self.change_set is not None:
            self._ask_to_write(job, step, self.change_set)
            return
        bench, name = self.workbench, job.order.program or self.words.text().strip()
        if not name:
            words = tr("Type the program's name into the note, or refuse the step.")
            self.banners.say("warn", tr("The order names no program."), words)
            self.words.setFocus()
            return

        def loaded(found: Any) -> None:
            comparing = Comparing(found.program, bench.settings.operator, bench.readout)
            bench.submit(
                step.title,
                comparing.conversation,
                then=lambda got: self._compared(job, step, got),
                failed=self._step_failed,
            )

        self._in_store(lambda: work.load_program(bench.desk.library, name), loaded)

    def _compared(self, job: VisitJob, step: Step, compared: Any) -> None:
        change_set: ChangeSet = compared.change_set
        if compared.read_out is not None:
            self.workbench.merge(compared.read_out)
        if not change_set.different:
            self._keep_differences(job, step, change_set)
            return
        self.change_set = change_set
        self._show()
        count = len(change_set.different)
        self.banners.say(
            "warn",
            tr("1 difference from the program.")
            if count == 1
            else tr("{n} differences from the program.", n=grouped(count)),
            " ".join(
                [
                    tr("Write them, or go on without writing: the report says which."),
                    *(f"{warning}." for warning in change_set.warnings),
                ]
            ),
        )

    def _ask_to_write(self, job: VisitJob, step: Step, change_set: ChangeSet) -> None:
        verb = self._verb(step)
        wrong = [str(warning) for warning in change_set.warnings if warning.kind not in ("blank", "dictionary")]
        self.dialog = Confirm(
            cast("QWidget", self),
            self.look,
            title=tr("{verb} to {serial}", verb=verb, serial=change_set.identity.serial),
            text=tr("What is there now is kept, so that the write can be taken back."),
            verb=verb,
            rows=rows_of(change_set),
            warnings=wrong,
            acknowledge=tr("Write it to this meter all the same") if wrong else "",
        )
        self.dialog.accepted.connect(lambda: self._write(job, step, change_set))
        self.dialog.finished.connect(self._forget_dialog)
        self.dialog.open()

    def _forget_dialog(self) -> None:
        self.dialog = None

    def _write(self, job: VisitJob, step: Step, change_set: ChangeSet) -> None:
        bench, aids = self.workbench, self._aids()
        writing = Writing(change_set, bench.desk.journal, bench.rights, aids.operator, bench.readout, aids.profile)

        def written(done: Done) -> None:
            if done.read_out is not None:
                bench.merge(done.read_out)
            paths = frozenset(change.path for change in done.written.changes)
            self._keep_differences(job, step, change_set, paths, frozenset(done.written.unproven))
            bench.look_for_unfinished()

        def failed(error: FieldProError) -> None:
            self._step_failed(error)
            bench.look_for_unfinished()

        bench.submit(step.title, writing.conversation, then=written, failed=failed)

    def go_on_unwritten(self) -> None:
        job, step, change_set = self.job, self.step, self.change_set
        if job is not None and step is not None and change_set is not None:
            self._keep_differences(job, step, change_set)

    def _keep_differences(
        self,
        job: VisitJob,
        step: Step,
        change_set: ChangeSet,
        written: frozenset[str] = frozenset(),
        unproven: frozenset[str] = frozenset(),
    ) -> None:
        self._keep(lambda: work.keep_differences(job, step, change_set, written=written, unproven=unproven))
