"""The one thread that owns a port, and the queue of jobs before it.

    submit -> JobStarted -> JobProgress ... -> JobDone | JobFailed | JobCancelled

A job is a conversation with a ticket of its own. Each job is a session of its own, opened and closed around it,
unless the next one waits already. No Qt here: `on_event` is called in the worker's thread.
"""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fieldpro.errors import Cancelled, FieldProError, LinkError, TransportError
from fieldpro.session.conversation import Conversation, Progress
from fieldpro.session.events import (
    JobCancelled,
    JobDone,
    JobEnd,
    JobEvent,
    JobFailed,
    JobProgress,
    JobStarted,
)
from fieldpro.session.meter_session import MeterSession
from fieldpro.session.rate import RateMeter
from fieldpro.session.ticket import Ticket
from fieldpro.transports.clock import SYSTEM_CLOCK, Clock

_PROGRESS_EVERY_S = 0.05  # more often than a person sees would only fill the window's queue


@dataclass(frozen=True, slots=True)
class _Job:
    ticket: Ticket
    conversation: Callable[[], Conversation[Any]]


class PortWorker:
    """`open_session` makes a session, not yet opened, for the port; it opens the port when it must."""

    def __init__(
        self,
        open_session: Callable[[], MeterSession],
        on_event: Callable[[JobEvent], None],
        name: str,
        *,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self.name = name
        self._open_session = open_session
        self._on_event = on_event
        self._clock = clock
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._tickets: list[Ticket] = []
        self._closing = False
        self._thread = threading.Thread(target=self._work, name=f"port {name}", daemon=True)
        self._thread.start()

    def submit(self, name: str, conversation: Callable[[], Conversation[Any]]) -> Ticket:
        """Queue a job. After `close` the ticket comes back cancelled and done."""
        ticket = Ticket(name)
        with self._lock:
            refused = self._closing
            if not refused:
                self._tickets.append(ticket)
                self._jobs.put(_Job(ticket, conversation))
        if refused:
            ticket.cancel()
            self._end(JobCancelled(ticket))
        return ticket

    @property
    def busy(self) -> bool:
        """Whether a job runs or waits."""
        with self._lock:
            return bool(self._tickets)

    def cancel_all(self) -> None:
        with self._lock:
            tickets = list(self._tickets)
        for ticket in tickets:
            ticket.cancel()

    def close(self, timeout_s: float = 10.0) -> bool:
        """Cancel every job, let the running one log off, end the thread. False when it is not over in time."""
        with self._lock:
            first = not self._closing
            self._closing = True
        if first:
            self._jobs.put(None)
        self.cancel_all()
        if threading.current_thread() is self._thread:
            return False
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    # --- in the worker's thread -------------------------------------------------------------------------------

    def _work(self) -> None:
        session: MeterSession | None = None
        while (job := self._jobs.get()) is not None:
            session = self._run(job, session)
            if session is not None and (self._jobs.empty() or self._closing):
                self._close(session)
                session = None
        if session is not None:
            self._close(session)

    def _run(self, job: _Job, session: MeterSession | None) -> MeterSession | None:
        """Do one job; the session to go on with, or None when there is none worth keeping.

        The end of a job is told when its session is closed, unless the session goes on.
        """
        ticket = job.ticket
        end: JobEnd
        if ticket.cancelled:
            self._end(JobCancelled(ticket))
            return session
        self._on_event(JobStarted(ticket))
        keep = False
        try:
            if session is None:
                session = self._open_session()
                session.open(ticket)
            result = session.run(job.conversation(), ticket=ticket, on_progress=self._progress(ticket))
            keep = True
            end = JobCancelled(ticket, result) if session.was_cancelled else JobDone(ticket, result)
        except Cancelled:
            end = JobCancelled(ticket)
            keep = session is not None and session.alive
        except (LinkError, TransportError) as error:
            end = JobFailed(ticket, error)
        except FieldProError as error:
            end = JobFailed(ticket, error)
            keep = session is not None and session.alive
        except Exception as error:  # noqa: BLE001 - the outermost loop: a defect in a job must not end the worker
            end = JobFailed(ticket, error)
        if session is not None and not (keep and not self._jobs.empty() and not self._closing):
            self._close(session)
            session = None
        self._end(end)
        return session

    def _close(self, session: MeterSession) -> None:
        with contextlib.suppress(FieldProError):  # the job's own error is the one to tell
            session.close()

    def _progress(self, ticket: Ticket) -> Callable[[Progress], None]:
        meter = RateMeter()
        last = [float("-inf")]

        def on_progress(progress: Progress) -> None:
            now = self._clock.monotonic()
            rate, remaining = meter.feed(progress, now)
            if now - last[0] >= _PROGRESS_EVERY_S or progress.done == progress.total:
                last[0] = now
                self._on_event(JobProgress(ticket, progress, rate, remaining))

        return on_progress

    def _end(self, event: JobEnd) -> None:
        with self._lock:
            if event.ticket in self._tickets:
                self._tickets.remove(event.ticket)
        self._on_event(event)
        event.ticket.finish()
