"""One job with one meter from the command line: open, run, always log off; progress and Ctrl-C on the way.

The first Ctrl-C cancels between two exchanges, so that the meter is logged off; the second one ends the program.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import FrameType
from typing import Generic, TypeVar

from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from fieldpro.app import open_transport
from fieldpro.cli import console, recording
from fieldpro.cli.here import Here
from fieldpro.meter.collection import Collection
from fieldpro.security.rights import Right
from fieldpro.session.conversation import Conversation, Progress
from fieldpro.session.meter_session import MeterSession
from fieldpro.session.plan import SessionPlan
from fieldpro.session.ticket import Ticket
from fieldpro.transports.base import Transport
from fieldpro.transports.probes import ProbeProfile

T = TypeVar("T")

STOPS = [signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]


@dataclass(frozen=True, slots=True)
class Ran(Generic[T]):
    """What a job gave; when the person stopped it, what it had by then."""

    result: T
    stopped: bool


def _nobody(transport: Transport) -> Transport:
    """Nobody listens."""
    return transport


@dataclass(frozen=True, slots=True)
class MeterLine:
    """How to reach one meter, and as whom. `listen` may put something that listens around the open port: a tap."""

    port: str
    plan: SessionPlan
    probe: ProbeProfile | None
    here: Here
    listen: Callable[[Transport], Transport] = _nobody

    @property
    def operator(self) -> str:
        return self.here.who

    def run(
        self,
        name: str,
        conversation: Callable[[], Conversation[T]],
        *,
        collection: Collection | None = None,
        plan: SessionPlan | None = None,
    ) -> Ran[T]:
        """One session with one job in it, and its record in the audit log.

        collection: what the job reads into; it tells the record which meter it was. plan: to log on otherwise.
        Raises what the port, the link or the meter raised, `Cancelled` when the job left nothing worth keeping, and,
        before anything is sent, what says that the one who works here may not.
        """
        guard = self.here.guard
        guard.require(Right.READ)
        plan = plan or self.plan
        ticket = Ticket(name)
        with cancelled_by_ctrl_c(ticket), _progress_bar() as show:
            transport = self.listen(open_transport(self.port, self.probe))
            session = MeterSession(transport, plan, close_transport=True)
            with recording.session(guard, name, port=self.port, user_id=plan.user_id, collection=collection):
                try:
                    session.open(ticket)
                    result = session.run(conversation(), ticket=ticket, on_progress=show)
                finally:
                    session.close()
        if collection is not None:
            self.here.tell_interrupted(collection.read_out().identity)
        return Ran(result, stopped=session.was_cancelled)


@contextmanager
def cancelled_by_ctrl_c(ticket: Ticket) -> Iterator[None]:
    """So do the other ways to be told to stop: a terminal window that is closed, a computer that shuts down."""

    def give_back() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def cancel(_signal: int, _frame: FrameType | None) -> None:
        give_back()
        ticket.cancel()
        with suppress(OSError):  # the terminal may be gone
            console.say("Stopping; the meter is being logged off ...")

    before = {number: signal.signal(number, cancel) for number in STOPS}
    try:
        yield
    finally:
        give_back()


@contextmanager
def _progress_bar() -> Iterator[Callable[[Progress], None]]:
    """Shows progress on standard error while that is a terminal; silent otherwise."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=console.messages(), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("Connecting", total=None)

        def show(progress: Progress) -> None:
            bar.update(task, description=progress.text, completed=progress.done, total=progress.total)

        yield show
