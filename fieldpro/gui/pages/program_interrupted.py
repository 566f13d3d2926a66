"""A write to this meter was interrupted: what is known of it, and the three ways on. Stands before anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from fieldpro.gui.look import Look
from fieldpro.gui.parts import IconLabel, button, dress, label
from fieldpro.gui.words import tr

if TYPE_CHECKING:
    from fieldpro.meter.changes import Unfinished

MOST_LINES = 6


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
        row.addWidget(IconLabel("bad", tone="bad", size=24))
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
        from fieldpro.meter.changes import states

        lines = list(states(unfinished))
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


def _moment(text: str) -> str:
    from datetime import datetime

    try:
        return f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M}"
    except ValueError:
        return text
