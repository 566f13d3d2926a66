"""Writing from the bench: what is there is read first, the difference is shown in the one dialog, and only then is it
written, journalled and read back. Used by Tables and by requests made by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from fieldpro.gui.confirm import Confirm
from fieldpro.gui.figures import grouped
from fieldpro.gui.models.written import undo_words, written_verdict
from fieldpro.gui.pages.program_work import Done, Writing, right_for
from fieldpro.gui.pages.tables_work import Looked
from fieldpro.gui.standing import Standing
from fieldpro.gui.states import Choice
from fieldpro.gui.words import tr
from fieldpro.security.rights import Right

if TYPE_CHECKING:
    from fieldpro.errors import FieldProError
    from fieldpro.gui.page import Page

Look = Callable[[], Any]
"""Makes the conversation that gives a `Looked`."""


class Writer(QObject):
    """The writes of one page. `done`: a `Done` that was verified. `dialog` is the question that is open, or None."""

    done = Signal(object)
    ended = Signal()

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._page = page
        self.dialog: Confirm | None = None

    def why_not(self, right: Right = Right.PROGRAM_WRITE) -> str:
        """Why nothing can be written as things are, "" when it can."""
        bench = self._page.workbench
        if bench.meter.standing is not Standing.CONNECTED or not bench.connected:
            return tr("Connect the meter to write to it.")
        if bench.unfinished is not None:
            return tr("An interrupted write comes first.")
        if not bench.allowed(right):
            return tr("Your role may not write this.")
        if bench.jobs.busy:
            return tr("A job is running.")
        return ""

    def look(self, name: str, conversation: Look) -> None:
        """Read what is to be changed, and show what would be written."""
        self._page.workbench.submit(name, conversation, then=self._looked, failed=self._failed)

    def _looked(self, looked: Looked) -> None:
        if not looked.change_set.different and not looked.change_set.exact:
            self._page.banners.say("good", tr("The meter holds this already."), tr("Nothing is to be written."))
            self.ended.emit()
            return
        self.ask(looked)

    def ask(self, looked: Looked) -> None:
        """The one dialog: what will be written, to which meter."""
        change_set, count = looked.change_set, len(looked.rows)
        verb = tr("Write 1 change") if count == 1 else tr("Write {count} changes", count=grouped(count))
        text = tr("What is there now is kept, so that the write can be taken back.")
        if not count:
            verb = tr("Write it all the same")
            text = tr("The meter holds these bytes already: nothing will be another.")
        self.dialog = Confirm(
            self._page,
            self._page.look,
            title=tr("{verb} to {serial}", verb=verb, serial=change_set.identity.serial),
            text=text,
            verb=verb,
            rows=looked.rows,
            warnings=looked.warnings,
        )
        self.dialog.accepted.connect(lambda: self._write(looked))
        self.dialog.rejected.connect(self.ended)
        self.dialog.finished.connect(self._forget)
        self.dialog.open()

    def _forget(self) -> None:
        self.dialog = None

    def _write(self, looked: Looked) -> None:
        bench = self._page.workbench
        writing = Writing(
            looked.change_set,
            bench.desk.journal,
            bench.rights,
            bench.settings.operator,
            looked.read_out or bench.readout,
            None if bench.view is None else getattr(bench.view, "device_profile", None),
            right=right_for(looked.change_set),
        )
        bench.submit(tr("Writing"), writing.conversation, then=self._written, failed=self._failed)

    def _written(self, done: Done) -> None:
        bench, written = self._page.workbench, done.written
        verdict = written_verdict(written)
        choices: tuple[Choice, ...] = ()
        words = undo_words(written)
        if words:
            inverse = Looked(written.inverse(), None)
            choices = (Choice(words, lambda: self.ask(inverse)),)
        self._page.banners.say(verdict.tone, f"{verdict.headline}.", verdict.detail, *choices)
        self.done.emit(done)
        if done.read_out is not None:
            bench.merge(done.read_out)
            self._save(done.read_out)
        bench.look_for_unfinished()
        self.ended.emit()

    def _save(self, readout: Any) -> None:
        bench = self._page.workbench

        def saved(record: int) -> None:
            bench.tell(tr("Verified, and saved as record {record}", record=record))
            bench.records_changed.emit()

        bench.store(lambda store: store.save(readout), saved)

    def _failed(self, error: FieldProError) -> None:
        """What was written until then is in the journal."""
        self._page.workbench.fail(error, conversation=True)
        self._page.workbench.look_for_unfinished()
        self.ended.emit()
