"""Playing from the deck: plan, rights, the one dialog for what is written, the verdicts as they come, the sum.

What runs: the plan is made in a lane (every step is looked at), the playing is a job of the meter's port. Verdicts come
in the port's thread, many a second; the page takes them ten times a second. The port asks for agreement again and again
while the dialog is open, so that a stop is heard of at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from fieldpro.errors import Cancelled, FieldProError
from fieldpro.gui.confirm import Confirm, Line
from fieldpro.gui.figures import grouped
from fieldpro.gui.models.differences import title_of, with_unit
from fieldpro.gui.models.tape_words import Sum, sum_of, table_label
from fieldpro.gui.words import tr
from fieldpro.security import entries
from fieldpro.security.rights import Right
from table_playback.play import PlayPlan, PlayResult, StepResult, finish, plan, play
from table_playback.record import Mode, Recorder
from table_playback.tape import Tape

if TYPE_CHECKING:
    from fieldpro.gui.page import Page
    from fieldpro.gui.rights import Rights
    from fieldpro.gui.workbench import Workbench
    from fieldpro.meter.changes import Journal
    from fieldpro.records import MeterIdentity, ReadOut
    from fieldpro.session.conversation import Conversation
    from table_playback.play import PlannedWrite

TICK_MS = 100
MOST_LINES = 200  # of the differences in the dialog; the count is always said
PURPOSE = "playback"
CALL_HEAD = 3  # TABLE_IDB_BFLD and sequence number before the parameters (ANSI C12.19 table 7)
READING = frozenset({str(Right.READ)})


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be played, and how. only: this step and no other. any_meter: another serial number will do."""

    tapes: tuple[Tape, ...]
    first: int = 1
    only: int | None = None
    speed: float | None = None
    loops: int | None = 1
    mode: str = "none"
    any_meter: bool = False


@dataclass(frozen=True)
class Ending:
    """What a playing came to. late: the results that are known only since the session was closed."""

    result: PlayResult
    came_to: Sum
    late: tuple[StepResult, ...]


class Run:
    """One playing, in the port's thread; its parts that the GUI thread reads have a lock or are whole in one act."""

    def __init__(
        self,
        order: Order,
        made: PlayPlan,
        *,
        journal: Journal,
        rights: Rights,
        who: str,
        meter: MeterIdentity | None,
        keep: Callable[[ReadOut], object],
    ) -> None:
        self.order, self.plan = order, made
        self.answer: bool | None = None  # what a person said to the writes
        self.asks: tuple[PlannedWrite, ...] = ()
        self.on_ask: Callable[[], object] = lambda: None
        self._journal, self._rights, self._who = journal, rights, who
        self._meter: MeterIdentity | str = meter or ""
        self._keep = keep
        self._new: list[StepResult] = []
        self._lock = Lock()
        self._asked = False
        self._recorder = Recorder()
        self.hear = self._recorder.hear  # what passes on the port: the session's own services are judged by it

    def take_new(self) -> list[StepResult]:
        """The verdicts since the last time."""
        if not self._new:
            return []
        with self._lock:
            new, self._new = self._new, []
        return new

    def conversation(self) -> Conversation[PlayResult]:
        order = self.order
        playing = play(
            self.plan,
            mode=Mode(order.mode),
            speed=order.speed,
            loops=order.loops,
            journal=self._journal,
            confirm=self._confirm,
            allow=self._allow,
            on_step=self._tell,
            heard=lambda: self._recorder.steps,
            keep=self._keep,
            who=self._who,
        )
        told = {"purpose": PURPOSE, "tape": self.plan.title(0), "steps": len(self.plan)}
        with self._rights.job(Right.READ, self._meter, entries.SESSION, told) as notes:
            result = yield from playing
            notes.add(counts={str(verdict): count for verdict, count in result.counts.items() if count})
        self._record(result)
        return result

    def _record(self, result: PlayResult) -> None:
        """What was written and run stands in the audit log, as if it had been done by hand."""
        guard = self._rights.guard
        if guard is None:
            return
        sent = {(each.tape, each.step.number) for each in result.results if each.actual is not None}
        changes = [
            (change.path, change.old_text, change.new_text)
            for each in self.asks
            if each.is_write and (each.tape, each.step.number) in sent
            for change in each.change_set.different
        ]
        if changes:
            told = entries.write(purpose=PURPOSE, changes=changes, program=self.plan.title(0))
            guard.record(entries.WRITE, self._meter, told)
        for each in result.results:
            step = each.step
            if step.procedure is not None and each.actual is not None:
                told = entries.procedure(number=step.procedure, name=each.detail, parameters=step.data[CALL_HEAD:])
                guard.record(entries.PROCEDURE, self._meter, {**told, "purpose": PURPOSE})

    def finished(self, result: PlayResult) -> Ending:
        """With what the session's end said. Decodes what was heard: not in the GUI thread."""
        whole = finish(result, self._recorder.steps)
        late = tuple(new for old, new in zip(result.results, whole.results, strict=True) if new is not old)
        return Ending(whole, sum_of(whole), late)

    def _allow(self, right: str) -> None:
        if self._rights.guard is not None and right not in READING:
            self._rights.guard.allow(Right(right), self._meter, reason=tr("Playing a tape"))

    def _confirm(self, planned: Sequence[PlannedWrite]) -> bool | None:
        if not self._asked:
            self._asked = True
            self.asks = tuple(planned)
            self.on_ask()
        return self.answer

    def _tell(self, result: StepResult) -> None:
        with self._lock:
            self._new.append(result)


class Playing(QObject):
    """At most one run at a time. `began`, `stepped(list of StepResult)`, `ended(Ending or None, error or None)`."""

    began = Signal()
    stepped = Signal(object)
    ended = Signal(object, object)

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._page = page
        self.run: Run | None = None
        self.dialog: Confirm | None = None
        self._preparing = False
        self._ticket: Any = None
        self._ticker = QTimer(self)
        self._ticker.setInterval(TICK_MS)
        self._ticker.timeout.connect(self._tick)
        page.workbench.meter_changed.connect(lambda _meter: self._look_at_meter())

    @property
    def _bench(self) -> Workbench:
        return self._page.workbench

    @property
    def is_on(self) -> bool:
        return self._preparing or self.run is not None

    def start(self, order: Callable[[], Order]) -> None:
        """Make the plan, then play it. `order` is called in the lane: many changed steps take a while to lay in."""
        if self.is_on:
            return
        self._preparing = True
        self.began.emit()

        def prepare() -> tuple[Order, PlayPlan]:
            made = order()
            return made, plan(made.tapes, first=made.first, only=made.only, any_meter=made.any_meter)

        self._bench.compute(prepare, lambda both: self._planned(*both), self._failed, of_view=False)

    def stop(self) -> None:
        """Always works: while it is planned, while it asks, while it plays, while it waits for a step's time."""
        was_preparing, self._preparing = self._preparing, False
        if self.dialog is not None:
            self.dialog.reject()
        if self._ticket is not None:
            self._ticket.cancel()
        elif was_preparing:
            self.ended.emit(None, None)

    # --- inside -----------------------------------------------------------------------------------------------

    def _planned(self, order: Order, made: PlayPlan) -> None:
        if not self._preparing:  # stopped meanwhile
            return
        self._preparing = False
        bench = self._bench
        run = Run(
            order,
            made,
            journal=bench.desk.journal,
            rights=bench.rights,
            who=bench.settings.operator,
            meter=bench.meter.identity,
            keep=self._kept,
        )
        run.on_ask = lambda: bench.bridge.post(lambda: self._ask(run))
        self.run = run
        bench.wire.listen(run.hear)
        self._ticket = bench.submit(
            tr("Playing the tape"),
            run.conversation,
            then=lambda result: bench.compute(
                lambda: run.finished(result), lambda whole: self._over(run, whole, None), of_view=False
            ),
            failed=lambda error: self._over(run, None, error),
        )
        if self._ticket is None:
            self._over(run, None, None)
        else:
            self._ticker.start()

    def _kept(self, read_out: ReadOut) -> None:
        """In the port's thread: what a procedure may clear is a record before it runs."""
        bench = self._bench
        bench.desk.store.save(read_out)
        bench.bridge.post(bench.records_changed.emit)

    def _failed(self, error: FieldProError) -> None:
        if not self._preparing:
            return
        self._preparing = False
        self.ended.emit(None, error)

    def _look_at_meter(self) -> None:
        """Disconnected: the job gets no answer any more."""
        if self.run is not None and self._ticket is not None and not self._bench.connected:
            self._over(self.run, None, Cancelled(tr("Playing the tape")))

    def _over(self, run: Run, result: Ending | None, error: FieldProError | None) -> None:
        if self.run is not run:
            return
        self._tick()
        self._ticker.stop()
        self.run = self._ticket = None
        self._bench.wire.leave(run.hear)
        if self.dialog is not None:
            self.dialog.reject()
        self.ended.emit(result, error)

    def _tick(self) -> None:
        new = [] if self.run is None else self.run.take_new()
        if new:
            self.stepped.emit(new)

    def _ask(self, run: Run) -> None:
        """The one dialog: everything that changes the meter, against what it holds."""
        if self.run is not run:
            return
        lines = lines_of(run.asks)
        many = verb_of(run.asks)
        serial = run.asks[0].change_set.identity.serial
        text = tr("The tape does this. What is written over stands in the journal, so that it can be taken back.")
        if len(lines) > MOST_LINES:
            text += " " + tr("The first {shown} of {count} are listed.", shown=MOST_LINES, count=grouped(len(lines)))
        warnings = list(dict.fromkeys(str(each) for one in run.asks for each in one.change_set.warnings))
        dialog = Confirm(
            self._page,
            self._page.look,
            title=tr("{many}: {serial}", many=many, serial=serial),
            text=text if lines else tr("The tape writes what the meter holds already."),
            verb=many,
            rows=lines[:MOST_LINES],
            warnings=warnings[:8],
        )

        def answered(agreed: bool) -> None:
            run.answer = agreed
            self.dialog = None

        dialog.accepted.connect(lambda: answered(True))
        dialog.rejected.connect(lambda: answered(False))
        self.dialog = dialog
        dialog.open()


def verb_of(planned: Sequence[PlannedWrite]) -> str:
    """What the button does: "Write 2 steps", or, with procedures among them, "Play 3 steps that change it"."""
    count = len(planned)
    if all(each.is_write for each in planned):
        return tr("Write 1 step") if count == 1 else tr("Write {count} steps", count=grouped(count))
    if count == 1:
        return tr("Run 1 procedure") if planned[0].step.procedure is not None else tr("Send 1 step")
    return tr("Play {count} steps that change it", count=grouped(count))


def lines_of(planned: Sequence[PlannedWrite]) -> list[Line]:
    """What the writes change, a line an element: which step, as it is, as it will be."""
    lines = []
    for each in planned:
        step = each.step
        for change in each.change_set.different:
            name = tr("Step {number}: {element}", number=step.number, element=title_of(change))
            lines.append((name, with_unit(change.old_text, change.unit), with_unit(change.new_text, change.unit)))
        if not each.change_set.different:
            name = tr("Step {number}: table {table}", number=step.number, table=table_label(step.table or 0))
            lines.append((name, tr("the same"), tr("the same")))
    return lines
