"""What the Visit page has done outside the GUI thread: the conversation of each step, and what the visit keeps of it.

step = conversation_of(action, aids)     a factory for `Workbench.submit`; its result is a `Seen`
keep(job, step, seen, store)             into the visit and among the records, in the store's lane
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fieldpro.errors import UsageError
from fieldpro.export.visit_report import write_html, write_pdf
from fieldpro.gui.pages.diagnosis_work import Watching
from fieldpro.gui.pages.program_work import LIBRARY, TEMPLATE, Loaded, Offer, open_offer
from fieldpro.gui.pages.switch_work import SwitchOrder
from fieldpro.gui.words import tr
from fieldpro.meter.changes import ChangeSet
from fieldpro.meter.collection import Collection
from fieldpro.meter.diagnosis import Counters, Settings
from fieldpro.meter.procedures import Evidence, Terms
from fieldpro.meter.procedures.set_clock import set_clock
from fieldpro.meter.programs import Library, template_names
from fieldpro.meter.programs.target import form_of
from fieldpro.meter.switch import SwitchState, read_switch
from fieldpro.meter.view import MeterView
from fieldpro.meter.visit import Action, Step, VisitJob, WorkOrder, kinds, unfinished
from fieldpro.meter.visit.collect import clock_set_words, differences_of, program_line, reading_of
from fieldpro.meter.visit.looking import look, look_who
from fieldpro.meter.visit.order import load as load_order
from fieldpro.records import MeterIdentity, ReadOut
from fieldpro.security import entries
from fieldpro.security.rights import Right
from fieldpro.visit_record import Reading, VisitRecord

if TYPE_CHECKING:
    from fieldpro.gui.rights import Rights
    from fieldpro.meter.diagnosis import Diagnosis
    from fieldpro.session.conversation import Conversation
    from fieldpro.store.database import Store

SAMPLES = 3  # of the site: as many as can trip a check

READS = (Action.FINAL_READ, Action.READ_BEFORE, Action.READ_AFTER)
BY_A_PERSON = (Action.ORDER, Action.BY_HAND)


@dataclass(frozen=True)
class Seen:
    """What a step saw or did. Slots that do not belong to its action are None."""

    read_out: ReadOut | None = None
    diagnosis: Diagnosis | None = None
    switch: SwitchState | None = None
    note: str = ""


@dataclass
class Aids:
    """What the conversations need of the window."""

    rights: Rights
    operator: str
    base: ReadOut | None = None
    profile: Any = None
    on_look: Callable[[Any], None] = lambda _look: None


def conversation_of(action: Action, aids: Aids) -> Callable[[], Conversation[Seen]]:
    """The conversation of a step that only looks, or sets the clock."""
    makers: dict[Action, Callable[[Aids], Conversation[Seen]]] = {
        Action.IDENTIFY: _identify,
        Action.DIAGNOSE: _diagnose,
        Action.SWITCH_STATE: _switch,
        Action.CLOCK: _clock,
        **dict.fromkeys(READS, _read),
    }
    if action not in makers:
        raise UsageError("step", ", ".join(makers), action)
    return lambda: makers[action](aids)


def _identify(aids: Aids) -> Conversation[Seen]:
    return Seen((yield from look_who(collection=Collection(operator=aids.operator))))


def _read(aids: Aids) -> Conversation[Seen]:
    return Seen((yield from look(collection=Collection(operator=aids.operator))))


def _diagnose(aids: Aids) -> Conversation[Seen]:
    watching = Watching(
        form=None,
        settings=Settings(),
        before=Counters(),
        profile=aids.profile,
        operator=aids.operator,
        base=aids.base,
        on_look=aids.on_look,
        samples=SAMPLES,
    )
    return Seen(diagnosis=(yield from watching.conversation()))


def _switch(aids: Aids) -> Conversation[Seen]:
    state = yield from read_switch(evidence=Evidence(operator=aids.operator), terms=Terms(profile=aids.profile))
    return Seen(switch=state)


def _clock(aids: Aids) -> Conversation[Seen]:
    meter: MeterIdentity | str = "" if aids.base is None else aids.base.identity
    told = entries.procedure(number=10, name="Set the clock", parameters={})
    with aids.rights.job(Right.CLOCK, meter, entries.PROCEDURE, told) as notes:
        done = yield from set_clock(
            evidence=Evidence(operator=aids.operator),
            terms=Terms(meter=None if aids.base is None else aids.base.identity, profile=aids.profile),
        )
        notes.add(result=clock_set_words(done))
    return Seen(note=clock_set_words(done))


def opened(order: SwitchOrder) -> Callable[[], Conversation[Seen]]:
    """The order to the switch, as a step."""

    def conversation() -> Conversation[Seen]:
        outcome = yield from order.conversation()
        return Seen(switch=outcome.after)

    return conversation


# --- programs ---------------------------------------------------------------------------------------------------


def load_program(library: Library, name: str) -> Loaded:
    """A program of the library, else of those that ship. Raises `UsageError`, `FileError`."""
    kind = LIBRARY if name in library.names() else TEMPLATE
    if kind == TEMPLATE and name not in template_names():
        known = ", ".join([*library.names(), *template_names()])
        raise UsageError("program of the order", known, name)
    return open_offer(library, Offer(kind, name, name, 0))


# --- keeping ----------------------------------------------------------------------------------------------------


def keep(job: VisitJob, step: Step, seen: Seen, store: Store) -> VisitRecord:
    """Take what a step saw into the visit, and settle it. Raises `OrderMismatch`, `WrongMeter`, `StepRefused`,
    `FileError`, `StoreError`; the step stays open then."""
    note = seen.note
    if step.action is Action.IDENTIFY and seen.read_out is not None:
        view = MeterView(seen.read_out)
        job.meet(view.identity, form_of(view.tables))
    elif step.action in READS and seen.read_out is not None:
        noted = replace(seen.read_out, note=_note(job, step))
        _take(job, step, reading_of(MeterView(noted)), noted.identity)  # another meter leaves no record behind
        _take(job, step, reading_of(MeterView(noted), store.save(noted)), noted.identity)
    elif seen.diagnosis is not None:
        job.take_diagnosis(seen.diagnosis.for_visit())
    elif seen.switch is not None and step.action is Action.SWITCH_OPEN:
        job.take_switch_after(seen.switch.words)
    elif seen.switch is not None:
        job.take_switch(seen.switch.words)
    elif step.action is Action.CLOCK:
        job.take_clock(note)
    job.done(step.id, note)
    return job.record


def _take(job: VisitJob, step: Step, reading: Reading, identity: MeterIdentity) -> None:
    if step.action is Action.FINAL_READ:
        job.take_removed(reading, identity)
    elif step.action is Action.READ_BEFORE:
        job.take_before(reading)
    else:
        job.take_after(reading)


def _note(job: VisitJob, step: Step) -> str:
    return tr("Order {number}: {step}", number=job.order.number, step=step.title)


def keep_differences(
    job: VisitJob, step: Step, change_set: ChangeSet, *, written: frozenset[str], unproven: frozenset[str]
) -> VisitRecord:
    """What was compared, and what of it was written; then the step is done."""
    found = differences_of(change_set.changes, written=written, unproven=unproven)
    job.take_differences(program_line(change_set.origin), found)
    count = len(written)
    note = tr("nothing was written") if not count else tr("{count} changes written and verified", count=count)
    job.done(step.id, note if found else tr("as the program wants it"))
    return job.record


def settle(job: VisitJob, step: Step, how: str, words: str) -> VisitRecord:
    """Done by a person, left out or refused, with what they said."""
    if how == "skip":
        job.skip(step.id, words)
    elif how == "refuse":
        job.refuse(step.id, words)
    else:
        job.done(step.id, words)
    return job.record


def close(job: VisitJob, guard: Any) -> VisitRecord:
    """With its record in the audit log, where somebody keeps one."""
    return job.close() if guard is None else job.close_with(guard)


def begin(order: WorkOrder, who: str, role: str, folder: Path) -> VisitJob:
    return VisitJob.begin(order, who=who, role=role, folder=folder)


def open_order(path: Path) -> WorkOrder:
    return load_order(path)


def resume(path: Path, who: str) -> VisitJob:
    return VisitJob.resume(path, who=who)


def open_visits(folder: Path) -> list[Path]:
    """Those that are not closed, the newest first."""
    return list(reversed(unfinished(folder))) if folder.is_dir() else []


def save_report(path: Path, record: VisitRecord, rights: Rights) -> Path:
    """PDF or HTML by the name of the file. Raises `FileError`, `NotAllowed`."""
    is_html = path.suffix.casefold() in (".html", ".htm")
    told = entries.export(file=path, format="html" if is_html else "pdf", source=f"visit {record.id}")
    meter = "" if record.meter is None else f"{record.meter.manufacturer} {record.meter.serial}"
    with rights.job(Right.EXPORT, meter, entries.EXPORT, told):
        (write_html if is_html else write_pdf)(path, record)
    return path


def kind_choices() -> list[tuple[str, str, str]]:
    """(name, title, help) of the kinds of visits."""
    return [(kind.name, kind.title, kind.help) for kind in kinds()]


def now() -> datetime:
    return datetime.now().astimezone()
