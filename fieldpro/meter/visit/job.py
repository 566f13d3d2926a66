"""A visit as it goes: which step is done, which is next, what was seen; on disk after each change.

    job = VisitJob.begin(order, who="Ada", role="technician", folder=folder)
    job.next                                 the step to do now
    job.meet(identity, form)                 raises `OrderMismatch`; the step cannot be done then
    job.take_before(reading) ; job.done("before") ; job.skip("clock", "within 2 s") ; job.refuse("program", reason)
    job.close_with(guard)                    the visit's record in the audit log, whose hash the report prints
    VisitJob.resume(path) ; unfinished(folder)

    step   waiting -> done | skipped | refused        in the order of the kind, and never back
    visit  refused step or no step waiting -> closed

A step that shows something is done only when it was shown: what was not seen is never passed. A step that was refused
ends the visit; what comes after it stays open in the report.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from fieldpro.errors import FileError, OrderMismatch, StepRefused, UsageError, WrongMeter
from fieldpro.files import write_atomically
from fieldpro.meter.visit import kinds
from fieldpro.meter.visit.collect import meter_line
from fieldpro.meter.visit.kinds import Action, Kind, Step
from fieldpro.meter.visit.order import WorkOrder
from fieldpro.records import MeterIdentity
from fieldpro.security import entries
from fieldpro.security.canonical import canonical
from fieldpro.security.chain import AuditRecord
from fieldpro.visit_record import (
    Diagnosis,
    Difference,
    ProgramLine,
    Reading,
    StepRecord,
    StepState,
    VisitRecord,
    from_plain,
    to_plain,
)

SCHEMA = 1
SUFFIX = ".visit.json"

NEEDS: Mapping[Action, tuple[Callable[[VisitRecord], bool], str]] = {
    Action.IDENTIFY: (lambda record: record.meter is not None, "no meter was found to be the ordered one"),
    Action.FINAL_READ: (lambda record: record.removed is not None, "the old meter was not read"),
    Action.READ_BEFORE: (lambda record: record.before is not None, "the meter was not read"),
    Action.READ_AFTER: (lambda record: record.after is not None, "the meter was not read again"),
    Action.PROGRAM: (lambda record: record.program is not None, "nothing was compared with a program"),
    Action.DIAGNOSE: (lambda record: record.diagnosis is not None, "the site was not diagnosed"),
    Action.SWITCH_STATE: (lambda record: bool(record.switch), "the switch was not looked at"),
    Action.SWITCH_OPEN: (lambda record: bool(record.switch_after), "the switch was not looked at after its order"),
    Action.CLOCK: (lambda record: bool(record.clock), "the clock was not set or compared"),
}
"""What must have been seen for a step to be done, and what is said when it was not."""


def utc_now() -> datetime:
    return datetime.now(UTC)


class Recorder(Protocol):
    """`fieldpro.security.guard.Guard`, as far as it is needed here."""

    def record(
        self, kind: str, meter: MeterIdentity | str = "", data: Mapping[str, Any] | None = None
    ) -> AuditRecord: ...


class VisitJob:
    """One visit. Every method that changes it writes its file, and raises `FileError` when that cannot be done."""

    def __init__(
        self, record: VisitRecord, path: Path, *, who: str = "", now: Callable[[], datetime] = utc_now
    ) -> None:
        self.path = path
        self.record = record
        self.who = who or record.who
        self._now = now
        self.kind: Kind = kinds.load(record.kind)
        self.order = WorkOrder.model_validate(dict(record.order))

    @classmethod
    def begin(
        cls, order: WorkOrder, *, who: str, role: str, folder: Path, now: Callable[[], datetime] = utc_now
    ) -> VisitJob:
        """A new visit for an order; its file is there when this returns."""
        kind = kinds.load(order.kind)
        at = now()
        name = f"{at.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(2)}"
        steps = tuple(StepRecord(step.id, step.title) for step in kind.steps)
        record = VisitRecord(name, kind.name, kind.title, order.as_texts(), who, role, _text(at), steps)
        job = cls(record, folder / f"{name}{SUFFIX}", now=now)
        job._keep(record)
        return job

    @classmethod
    def resume(cls, path: Path, *, who: str = "", now: Callable[[], datetime] = utc_now) -> VisitJob:
        """A visit from its file. `who` goes on with it. Raises `FileError` for a file that is none."""
        return cls(_read(path), path, who=who, now=now)

    # --- where it stands

    @property
    def next(self) -> Step | None:
        """The step to do now; None when the visit is closed, refused, or all is done."""
        record = self.record
        if record.closed or record.refused or record.next is None:
            return None
        return self.step(record.next.id)

    def step(self, id: str) -> Step:
        for step in self.kind.steps:
            if step.id == id:
                return step
        raise StepRefused(id, "there is no such step")

    # --- steps

    def done(self, id: str, note: str = "") -> None:
        """Settle the step that is next. Raises `StepRefused` when it is another one, or when nothing was seen."""
        step = self._due(id)
        if step.action is Action.CLOSE:
            raise StepRefused(step.title, "it is done by closing the visit")
        if step.action in NEEDS:
            was_seen, words = NEEDS[step.action]
            if not was_seen(self.record):
                raise StepRefused(step.title, words)
        self._settle(id, StepState.DONE, note)

    def skip(self, id: str, reason: str) -> None:
        """Leave the next step out. Raises `StepRefused` for one that must be done, or without a reason."""
        step = self._due(id)
        if not step.skippable:
            raise StepRefused(step.title, "it cannot be left out")
        self._settle(id, StepState.SKIPPED, _reason(step, reason))

    def refuse(self, id: str, reason: str) -> None:
        """The next step may not or cannot be done: the visit ends here."""
        step = self._due(id)
        self._settle(id, StepState.REFUSED, _reason(step, reason))

    def close_with(self, log: Recorder) -> VisitRecord:
        """End the visit with a record of it in the audit log, which holds the hash of all that the visit says.

        log: `Guard`. Raises `StepRefused` as `close` does, and what the log raises; the visit stays open then.
        """
        ended = self._ended()
        meter = ended.meter or (ended.before.meter if ended.before is not None else None)
        told = entries.visit(
            id=ended.id,
            order=ended.order.get("number", ""),
            kind=ended.kind,
            outcome=ended.outcome,
            sha256=digest(ended),
        )
        kept = log.record(entries.VISIT, f"{meter.manufacturer} {meter.serial}" if meter else "", told)
        self._keep(replace(ended, audit_number=kept.number, audit_hash=kept.hash))
        return self.record

    def close(self, audit_number: int | None = None, audit_hash: str = "") -> VisitRecord:
        """End the visit. Raises `StepRefused` while another step waits."""
        self._keep(replace(self._ended(), audit_number=audit_number, audit_hash=audit_hash))
        return self.record

    # --- what was seen

    def meet(self, identity: MeterIdentity, form: str = "") -> None:
        """A meter on the line: is it the one of the order? Raises `OrderMismatch`, which is noted."""
        try:
            self.order.check(identity, form)
            if self.record.removed is not None and identity.serial == self.record.removed.meter.serial:
                raise OrderMismatch(self.order.number, "serial number", "another than the old meter's", identity.serial)
        except OrderMismatch as mismatch:
            self.note(f"Refused a meter: {mismatch.what} {mismatch.expected} was ordered, {mismatch.found} was found")
            raise
        self._change(meter=meter_line(identity, form))

    def take_removed(self, reading: Reading, identity: MeterIdentity) -> None:
        """The last reading of the meter that goes. Raises `OrderMismatch`."""
        self.order.check_old(identity)
        self._change(removed=reading)

    def take_before(self, reading: Reading) -> None:
        """The reading before anything is written. Raises `WrongMeter` for another meter than the one identified."""
        self._same_meter(reading)
        self._change(before=reading)

    def take_after(self, reading: Reading) -> None:
        self._same_meter(reading)
        self._change(after=reading)

    def take_differences(self, program: ProgramLine, differences: Iterable[Difference]) -> None:
        """What was compared with which program, and what was written of it; none when the meter was as it should."""
        self._identified()
        self._change(program=program, differences=tuple(differences))

    def take_diagnosis(self, diagnosis: Diagnosis) -> None:
        self._identified()
        self._change(diagnosis=diagnosis)

    def take_switch(self, words: str) -> None:
        """The switch, its load side and its limit, in words (`SwitchState.words`)."""
        self._identified()
        self._change(switch=words)

    def take_switch_after(self, words: str) -> None:
        """The same after it was told to move and has settled."""
        self._identified()
        self._change(switch_after=words)

    def take_clock(self, words: str) -> None:
        """What was done to the clock, in words (`collect.clock_set_words`)."""
        self._identified()
        self._change(clock=words)

    def note(self, text: str) -> None:
        """Something to stand in the report."""
        self._change(notes=(*self.record.notes, text))

    # --- inside

    def _ended(self) -> VisitRecord:
        record = self.record
        if record.closed:
            raise StepRefused("close", "the visit is closed already")
        if not record.refused:
            step = self._due(self.kind.steps[-1].id)
            record = self._settled(record, step.id, StepState.DONE, "")
        return replace(record, ended_at=_text(self._now()))

    def _due(self, id: str) -> Step:
        step = self.step(id)
        record = self.record
        if record.closed:
            raise StepRefused(step.title, "the visit is closed")
        if record.refused:
            raise StepRefused(step.title, f"the visit was refused at {record.refused[0].title!r}")
        waiting = record.next
        if waiting is None or waiting.id != id:
            title = waiting.title if waiting is not None else "none"
            raise StepRefused(step.title, f"the next step is {title!r}")
        return step

    def _settle(self, id: str, state: StepState, note: str) -> None:
        self._keep(self._settled(self.record, id, state, note))

    def _settled(self, record: VisitRecord, id: str, state: StepState, note: str) -> VisitRecord:
        at = _text(self._now())
        steps = tuple(
            replace(step, state=state, at=at, who=self.who, note=note) if step.id == id else step
            for step in record.steps
        )
        return replace(record, steps=steps)

    def _same_meter(self, reading: Reading) -> None:
        meter = self._identified()
        if (reading.meter.manufacturer, reading.meter.serial) != (meter.manufacturer, meter.serial):
            raise WrongMeter(meter.title, reading.meter.title)

    def _identified(self) -> Any:
        if self.record.meter is None:
            raise StepRefused("identify", "no meter was found to be the ordered one")
        return self.record.meter

    def _change(self, **changes: Any) -> None:
        if self.record.closed:
            raise StepRefused("close", "the visit is closed")
        self._keep(replace(self.record, **changes))

    def _keep(self, record: VisitRecord) -> None:
        text = json.dumps({"schema": SCHEMA, "visit": to_plain(record)}, indent=1, ensure_ascii=False)
        try:
            write_atomically(self.path, (text + "\n").encode())
        except OSError as problem:
            raise FileError(str(self.path), "the visit", "a place that can be written", str(problem)) from problem
        self.record = record


def digest(record: VisitRecord) -> str:
    """SHA-256 of all that a visit says but its place in the audit log, in hex: the one that its audit record holds."""
    bare = replace(record, audit_number=None, audit_hash="")
    return hashlib.sha256(canonical(to_plain(bare)).encode()).hexdigest()


def listed(folder: Path) -> list[tuple[Path, VisitRecord]]:
    """Every visit of a folder with its file, newest first. Files that are none are left out."""
    found = []
    for path in sorted(folder.glob(f"*{SUFFIX}"), reverse=True):
        try:
            found.append((path, _read(path)))
        except FileError:
            continue
    return found


def unfinished(folder: Path) -> list[Path]:
    """The files of visits that are not closed, oldest first."""
    return [path for path, record in reversed(listed(folder)) if not record.closed]


def _read(path: Path) -> VisitRecord:
    try:
        file = json.loads(path.read_text(encoding="utf-8"))
        if file["schema"] != SCHEMA:
            raise FileError(str(path), "schema", str(SCHEMA), repr(file["schema"]))
        record = from_plain(file["visit"])
        steps = [step.id for step in kinds.load(record.kind).steps]
        WorkOrder.model_validate(dict(record.order))
    except (OSError, ValueError, KeyError, TypeError, UsageError) as problem:
        raise FileError(str(path), "the file", "a visit", str(problem)) from problem
    if [step.id for step in record.steps] != steps:
        raise FileError(str(path), "steps", "those of this version", ", ".join(step.id for step in record.steps))
    return record


def _reason(step: Step, reason: str) -> str:
    if not reason.strip():
        raise StepRefused(step.title, "a reason is wanted")
    return reason.strip()


def _text(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="seconds")
