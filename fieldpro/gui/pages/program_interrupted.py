"""A write to this meter was interrupted: what is known of it, and the three ways on. Stands before anything else.

Interruption(panel, workbench, show, write)     listens to the workbench, looks at the meter, and hands what is left
                                                to write to the page, which shows and writes it as everything else
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from fieldpro.gui.confirm import Confirm
from fieldpro.gui.look import Look
from fieldpro.gui.models.differences import Verdict
from fieldpro.gui.pages import program_work as work
from fieldpro.gui.parts import IconLabel, button, dress, label
from fieldpro.gui.words import mark, tr

if TYPE_CHECKING:
    from fieldpro.gui.workbench import Workbench
    from fieldpro.meter.changes import ChangeSet, Unfinished
    from fieldpro.meter.changes.records import Span

MOST_LINES = 6
HOLDS = {
    "before": mark("as it was before"),
    "after": mark("as it was wanted"),
    "before or after": mark("as before or as wanted; the meter is asked"),
}


class InterruptedPanel(QFrame):
    """`finish_wanted`, `back_wanted`, `leave_wanted`. Hidden while nothing is interrupted."""

    finish_wanted = Signal()
    back_wanted = Signal()
    leave_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "banner")
        self.setProperty("tone", "bad")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 12, 12)
        row.setSpacing(12)
        column = QVBoxLayout()
        column.setSpacing(8)
        row.addWidget(IconLabel("bad", tone="bad", size=24), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)
        self.headline = label(type="title", wrap=True)
        self.text = label(wrap=True)
        self.lines = label(type="small", wrap=True)
        for each in (self.headline, self.text, self.lines):
            column.addWidget(each)
        self.finish_button = button(tr("Finish the write"), self.finish_wanted.emit, kind="primary")
        self.back_button = button(tr("Go back to what was there before"), self.back_wanted.emit, icon="undo")
        self.leave_button = button(tr("Leave it as it is"), self.leave_wanted.emit, kind="quiet")
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for made in (self.finish_button, self.back_button):
            buttons.addWidget(made)
        buttons.addStretch(1)
        buttons.addWidget(self.leave_button)
        column.addLayout(buttons)
        self.hide()

    def set_look(self, look: Look) -> None:
        dress(self, look)

    def show_unfinished(self, unfinished: Unfinished | None) -> None:
        if unfinished is None:
            self.hide()
            return
        lines = [f"{_where(state.span)}: {tr(HOLDS[state.holds])}" for state in unfinished.spans]
        more = len(lines) - MOST_LINES
        self.headline.setText(tr("A write to this meter was interrupted"))
        who = f", {unfinished.root.who}" if unfinished.root.who else ""
        program = f", {unfinished.origin}" if unfinished.origin.name else ""
        count = tr("{settled} of {all} places are written.", settled=unfinished.settled, all=len(lines))
        self.text.setText(f"{_moment(unfinished.started)}{who}{program}. {count}")
        shown = lines[:MOST_LINES] + ([tr("and {count} more", count=more)] if more > 0 else [])
        self.lines.setText("\n".join(shown))
        self.setAccessibleName(f"{self.headline.text()}. {self.text.text()}")
        self.show()

    def set_possible(self, possible: bool) -> None:
        for made in (self.finish_button, self.back_button, self.leave_button):
            made.setEnabled(possible)


class Interruption(QObject):
    """`changed` when a write became open or was dealt with. `dialog` while it is asked whether to leave it."""

    changed = Signal()

    def __init__(
        self,
        panel: InterruptedPanel,
        workbench: Workbench,
        show: Callable[[ChangeSet, Verdict], object],
        write: Callable[[ChangeSet], object],
    ) -> None:
        super().__init__(panel)
        self._panel, self._bench = panel, workbench
        self._show_changes, self._write = show, write
        self.dialog: Confirm | None = None
        panel.finish_wanted.connect(lambda: self._resume(True))
        panel.back_wanted.connect(lambda: self._resume(False))
        panel.leave_wanted.connect(self._ask_to_leave)
        workbench.unfinished_changed.connect(self._show)
        panel.show_unfinished(workbench.unfinished)

    def _show(self, unfinished: Unfinished | None) -> None:
        self._panel.show_unfinished(unfinished)
        self.changed.emit()

    def _resume(self, to_finish: bool) -> None:
        bench = self._bench
        if bench.unfinished is None:
            return
        resuming = work.Resuming(bench.unfinished, bench.desk.journal, bench.rights, to_finish)
        name = tr("Looking where the write was interrupted")
        bench.submit(name, resuming.conversation, then=lambda found: self._resumed(found, to_finish))

    def _resumed(self, change_set: ChangeSet | None, to_finish: bool) -> None:
        if change_set is None:  # pending tables: dealt with
            self._bench.look_for_unfinished()
            return
        if not change_set:  # the meter holds it already; only the journal has to hear of it
            self._write(change_set)
            return
        count = len(change_set.different)
        headline = (
            tr("Finishing: {count} still to write", count=count)
            if to_finish
            else tr("Going back: {count} to write", count=count)
        )
        said = Verdict(headline, tr("These belong together and are written together."), "warn")
        self._show_changes(change_set, said)

    def _ask_to_leave(self) -> None:
        unfinished = self._bench.unfinished
        if unfinished is None:
            return
        self.dialog = Confirm(
            self._panel,
            self._bench.look,
            title=tr("Leave {serial} as it is", serial=unfinished.identity.serial),
            text=tr("Some of its settings may be old and some new. The journal will not ask again."),
            verb=tr("Leave it as it is"),
            keep=tr("Decide later"),
            acknowledge=tr("I have looked at what the meter holds"),
            danger=True,
        )
        self.dialog.accepted.connect(lambda: self._leave(unfinished))
        self.dialog.finished.connect(self._forget_dialog)
        self.dialog.open()

    def _forget_dialog(self) -> None:
        self.dialog = None

    def _leave(self, unfinished: Unfinished) -> None:
        desk = self._bench.desk
        self._bench.store(
            lambda _store: desk.journal.give_up(unfinished), lambda _none: self._bench.look_for_unfinished()
        )


def _where(span: Span) -> str:
    """The elements of a run of bytes, or where it stands when it has none."""
    place = tr("{table}, {count} bytes at {offset}", table=span.name, count=len(span.after), offset=span.offset)
    return ", ".join(span.paths) or place


def _moment(text: str) -> str:
    try:
        return f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M}"
    except ValueError:
        return text
