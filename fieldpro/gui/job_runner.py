"""The jobs of the connected meter: submitted to its worker, told to the job bar, answered in the GUI thread.

Progress comes many times a second from the worker's thread; only the last one is kept, and shown at each tick.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from fieldpro.errors import Cancelled, FieldProError
from fieldpro.explain import explain
from fieldpro.gui.bridge import Bridge
from fieldpro.gui.lanes import Failed, Then
from fieldpro.gui.standing import JobOutcome, JobState
from fieldpro.gui.words import tr

TICK_MS = 100


@dataclass(slots=True)
class _Job:
    ticket: Any
    name: str
    then: Then | None
    failed: Failed | None


class JobRunner(QObject):
    """`job` is what the job bar shows: the running job, or the one that ended last."""

    job_changed = Signal(object)  # JobState
    job_failed = Signal(str, object)  # name, FieldProError, when nobody else takes the failure

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.job: JobState | None = None
        self._bridge = bridge
        self._worker: Any = None
        self._jobs: dict[Any, _Job] = {}
        self._running: Any = None
        self._progress: Any = None
        self._ticker = QTimer(self)
        self._ticker.setInterval(TICK_MS)
        self._ticker.timeout.connect(self._tick)

    @property
    def busy(self) -> bool:
        return bool(self._jobs)

    def attach(self, worker: Any) -> None:
        """`worker` is a `fieldpro.session.PortWorker` whose events come to `on_event`."""
        self._worker = worker

    def detach(self) -> None:
        """The port is gone or closed: jobs without an answer get none."""
        self._worker = None
        self._jobs.clear()
        self._running = self._progress = None
        self._ticker.stop()
        if self.job is not None and self.job.outcome is JobOutcome.RUNNING:
            self._show(self.job.ended(JobOutcome.CANCELLED, tr("Stopped: disconnected")))

    def submit(self, name: str, factory: Callable[[], Any], then: Then | None, failed: Failed | None) -> Any:
        ticket = self._worker.submit(name, factory)
        self._jobs[ticket.id] = _Job(ticket, name, then, failed)
        return ticket

    def cancel(self) -> None:
        """Stop the job that runs, between two exchanges."""
        job = self._jobs.get(self._running)
        if job is not None and self.job is not None:
            job.ticket.cancel()
            self._show(replace(self.job, cancelling=True, text=tr("Stopping")))

    def on_event(self, event: Any) -> None:
        """A `fieldpro.session` `JobEvent`, from the worker's thread."""
        from fieldpro.session.events import JobProgress

        if isinstance(event, JobProgress):
            self._progress = event
        else:
            self._bridge.post(lambda: self._take(event))

    # --- in the GUI thread ------------------------------------------------------------------------------------

    def _take(self, event: Any) -> None:
        from fieldpro.session.events import JobCancelled, JobDone, JobFailed, JobStarted

        job = self._jobs.get(event.ticket.id)
        if job is None:
            return
        if isinstance(event, JobStarted):
            self._running = event.ticket.id
            self._ticker.start()
            self._show(JobState(job.name))
            return
        self._tick()
        del self._jobs[event.ticket.id]
        if self._running == event.ticket.id:
            self._running = None
            self._ticker.stop()
        state = self.job or JobState(job.name)
        match event:
            case JobDone():
                self._show(state.ended(JobOutcome.DONE, tr("Done")))
                if job.then is not None:
                    job.then(event.result)
            case JobCancelled():
                self._show(state.ended(JobOutcome.CANCELLED, tr("Stopped; what was read so far is kept")))
                if event.result is not None and job.then is not None:
                    job.then(event.result)
                elif job.failed is not None:
                    job.failed(Cancelled(job.name))
            case JobFailed():
                self._fail(job, state, event.error)

    def _fail(self, job: _Job, state: JobState, error: Exception) -> None:
        if not isinstance(error, FieldProError):
            self._show(state.ended(JobOutcome.FAILED, tr("FieldPro met a defect of its own")))
            raise error
        words = explain(error, translate=tr)
        self._show(state.ended(JobOutcome.FAILED, words.what, words))
        if job.failed is not None:
            job.failed(error)
        else:
            self.job_failed.emit(job.name, error)

    def _tick(self) -> None:
        event, self._progress = self._progress, None
        if event is None or self.job is None or event.ticket.id != self._running:
            return
        progress = event.progress
        self._show(
            replace(
                self.job,
                text=progress.text,
                done=progress.done,
                total=progress.total,
                unit=progress.unit,
                rate_per_s=event.rate_per_s,
                remaining_s=event.remaining_s,
            )
        )

    def _show(self, job: JobState) -> None:
        self.job = job
        self.job_changed.emit(job)
