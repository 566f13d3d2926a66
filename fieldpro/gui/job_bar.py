"""The job bar: only while something runs, and for five seconds after; a failure stays until it is read."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QSizePolicy

from fieldpro.gui.figures import progress, rate, time_left
from fieldpro.gui.look import Look
from fieldpro.gui.parts import Elided, IconLabel, button, dress, label
from fieldpro.gui.standing import JobOutcome, JobState
from fieldpro.gui.words import tr

STAYS_MS = 5_000
STEPS = 1_000

ICONS = {
    JobOutcome.RUNNING: ("pulse", "accent"),
    JobOutcome.DONE: ("good", "good"),
    JobOutcome.CANCELLED: ("none", "weak"),
    JobOutcome.FAILED: ("bad", "bad"),
}


class JobBar(QFrame):
    """`cancel_wanted` from its button while a job runs."""

    cancel_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "bar")
        self.setAccessibleName(tr("Job"))
        self._look = Look()
        self._outcome = JobOutcome.DONE
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 8, 16, 8)
        row.setSpacing(16)
        self._icon = IconLabel("pulse", tone="accent")
        self._name = label(type="strong")
        self._text = Elided(tone="weak")
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setMinimumWidth(120)
        self._numbers, self._rate, self._left = label(), label(tone="weak"), label(tone="weak")
        self.cancel_button = button(tr("Cancel"), self.cancel_wanted.emit, icon="cancel")
        self.dismiss_button = button(tr("Dismiss"), self.hide, kind="quiet")
        row.addWidget(self._icon)
        row.addWidget(self._name)
        row.addWidget(self._text, 1)
        row.addWidget(self._bar, 2)
        for thing in (self._numbers, self._rate, self._left, self.cancel_button, self.dismiss_button):
            row.addWidget(thing)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.hide()

    @property
    def words(self) -> str:
        """Everything the bar says, for tests and screen readers."""
        labels = (self._name, self._text, self._numbers, self._rate, self._left)
        return "  ".join(one.accessibleName() or one.text() for one in labels if not one.isHidden() and one.text())

    def set_look(self, look: Look) -> None:
        self._look = look
        dress(self, look)

    def show_job(self, job: JobState) -> None:
        self._name.setText(job.name)
        running = job.outcome is JobOutcome.RUNNING
        text = job.text
        if job.outcome is JobOutcome.FAILED and job.explanation is not None:
            text = f"{job.explanation.what}. {job.explanation.next_step}"
        self._text.set_text(text)
        self._bar.setVisible(running)
        if running:
            self._show_progress(job)
        for thing in (self._numbers, self._rate, self._left):
            thing.setVisible(running and bool(thing.text()))
        self.cancel_button.setVisible(running)
        self.cancel_button.setEnabled(not job.cancelling)
        self.dismiss_button.setVisible(job.outcome is JobOutcome.FAILED)
        if job.outcome is not self._outcome:
            self._outcome = job.outcome
            self._icon.show_icon(*ICONS[job.outcome], self._look)
        self._stay(job.outcome)

    def tell(self, text: str, name: str) -> None:
        """A short word about something that is done."""
        self.show_job(JobState(name, JobOutcome.DONE, text))

    def _show_progress(self, job: JobState) -> None:
        if job.total:
            self._bar.setRange(0, STEPS)
            self._bar.setValue(min(STEPS, STEPS * job.done // job.total))
        else:
            self._bar.setRange(0, 0)
        self._numbers.setText(progress(job.done, job.total, job.unit) if job.done or job.total else "")
        self._rate.setText(rate(job.rate_per_s, job.unit) if job.rate_per_s else "")
        self._left.setText(time_left(job.remaining_s) if job.remaining_s is not None else "")
        self._bar.setAccessibleName(f"{job.name} {self._numbers.text()}")

    def _stay(self, outcome: JobOutcome) -> None:
        self._timer.stop()
        if outcome in (JobOutcome.DONE, JobOutcome.CANCELLED):
            self._timer.start(STAYS_MS)
        self.show()
