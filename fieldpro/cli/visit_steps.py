"""The steps of a visit that need the meter, each with the conversation that the command of its own has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from fieldpro.cli import console, differences
from fieldpro.cli.clock import CLOCK_TABLES, set_to_now, zone_of
from fieldpro.cli.confirm import agree
from fieldpro.cli.line import MeterLine
from fieldpro.cli.program_write import chosen_of, compared, refuse_unfit
from fieldpro.cli.source import TEMPLATE, Filling, sound_program, view_of
from fieldpro.cli.switch import Action as SwitchAction
from fieldpro.cli.switch import give_order, look_at_switch, state_of_view
from fieldpro.cli.writing import write_changes
from fieldpro.errors import Interrupted, UsageError, WrongMeter
from fieldpro.meter.collection import Collection
from fieldpro.meter.diagnosis import diagnose
from fieldpro.meter.programs import template_names
from fieldpro.meter.programs.target import form_of
from fieldpro.meter.read import read_tables
from fieldpro.meter.view import MeterView
from fieldpro.meter.visit import Action, Step, VisitJob
from fieldpro.meter.visit.collect import clock_set_words, differences_of, program_line, reading_of
from fieldpro.meter.visit.looking import look, look_who
from fieldpro.records import MeterIdentity
from fieldpro.security.rights import Right

SAMPLES = 3  # of the site: as many as can trip a check


@dataclass(frozen=True, slots=True)
class Choices:
    """What the options say of a step."""

    only: tuple[str, ...]
    fields: tuple[str, ...]
    yes: bool
    zone: str
    reason: str
    confirm: str | None
    asked_at: datetime


Doing = Callable[[MeterLine, VisitJob, Step, Choices], None]


def do_step(meter: MeterLine, job: VisitJob, step: Step, choices: Choices) -> None:
    """Do a step and settle it; it stays open when this raises."""
    AT_THE_METER[step.action](meter, job, step, choices)


def _identify(meter: MeterLine, job: VisitJob, step: Step, choices: Choices) -> None:
    view = view_of(meter, f"visit, {step.title}", lambda seen: look_who(collection=seen))
    job.meet(view.identity, form_of(view.tables))
    job.done(step.id)


def _read(meter: MeterLine, job: VisitJob, step: Step, choices: Choices) -> None:
    view = view_of(meter, f"visit, {step.title}", lambda seen: look(collection=seen))
    if step.action is Action.FINAL_READ:
        job.order.check_old(view.identity)
    else:
        _same(job, view.identity)
    noted = replace(view.read_out, note=f"Order {job.order.number}: {step.title}")
    reading = reading_of(MeterView(noted), meter.here.desk.store.save(noted))
    if step.action is Action.FINAL_READ:
        job.take_removed(reading, view.identity)
    elif step.action is Action.READ_BEFORE:
        job.take_before(reading)
    else:
        job.take_after(reading)
    console.say(f"Saved as record {reading.record}.")
    job.done(step.id)


def _program(meter: MeterLine, job: VisitJob, step: Step, choices: Choices) -> None:
    name = job.order.program
    if not name:
        raise UsageError("order", "the name of a program", "none")
    in_library = name in meter.here.desk.library.names()
    wanted = sound_program(
        meter,
        name if in_library or name not in template_names() else TEMPLATE + name,
        Filling(choices.fields),
    )
    change_set = compared(meter, wanted)
    _same(job, change_set.identity)
    unfinished = meter.here.desk.journal.unfinished(change_set.identity)
    if unfinished is not None:
        raise Interrupted(change_set.identity.key, unfinished.root.id, unfinished.started)
    chosen = chosen_of(change_set, choices.only, ())
    differences.show(chosen)
    refuse_unfit(chosen, wanted, despite=False)
    paths: frozenset[str] = frozenset()
    unproven: frozenset[str] = frozenset()
    if chosen:
        agree(f"Write {len(chosen.different)} of these to meter {chosen.identity.serial}?", yes=choices.yes)
        written = write_changes(meter, chosen)
        paths = frozenset(change.path for change in written.changes)
        unproven = frozenset(written.unproven)
    found = differences_of(change_set.changes, written=paths, unproven=unproven)
    job.take_differences(program_line(change_set.origin), found)
    job.done(step.id, f"{len(paths)} written and read back" if paths else "nothing was written")


def _clock(meter: MeterLine, job: VisitJob, step: Step, choices: Choices) -> None:
    where = zone_of(choices.zone)
    view = view_of(
        meter, f"visit, {step.title}", lambda seen: read_tables(CLOCK_TABLES, collection=seen, only_listed=True)
    )
    _same(job, view.identity)
    words = clock_set_words(set_to_now(meter, view, where))
    job.take_clock(words)
    job.done(step.id, words)


def _diagnose(meter: MeterLine, job: VisitJob, step: Step, choices: Choices) -> None:
    meter.here.guard.require(Right.DIAGNOSE)
    seen = Collection(operator=meter.operator)
    found = meter.run(
        f"visit, {step.title}", lambda: diagnose(samples=SAMPLES, collection=seen), collection=seen
    ).result
    _same(job, seen.read_out().identity)
    job.take_diagnosis(found.for_visit())
    job.done(step.id)


def _switch_state(meter: MeterLine, job: VisitJob, step: Step, choices: Choices) -> None:
    view = look_at_switch(meter)
    _same(job, view.identity)
    words = state_of_view(view).words
    job.take_switch(words)
    job.done(step.id, words)


def _switch_open(meter: MeterLine, job: VisitJob, step: Step, choices: Choices) -> None:
    view = look_at_switch(meter)
    _same(job, view.identity)
    outcome = give_order(
        meter,
        view,
        SwitchAction.DISCONNECT,
        reason=choices.reason,
        confirm=choices.confirm,
        asked_at=choices.asked_at,
    )
    job.take_switch_after(outcome.after.words)
    job.done(step.id, outcome.after.words)


def _same(job: VisitJob, identity: MeterIdentity) -> None:
    """Raises `WrongMeter` for another meter than the one that was identified."""
    ordered = job.record.meter
    if ordered is not None and (ordered.manufacturer, ordered.serial) != (identity.manufacturer, identity.serial):
        raise WrongMeter(ordered.title, identity.key)


AT_THE_METER: Mapping[Action, Doing] = {
    Action.IDENTIFY: _identify,
    Action.FINAL_READ: _read,
    Action.READ_BEFORE: _read,
    Action.READ_AFTER: _read,
    Action.PROGRAM: _program,
    Action.CLOCK: _clock,
    Action.DIAGNOSE: _diagnose,
    Action.SWITCH_STATE: _switch_state,
    Action.SWITCH_OPEN: _switch_open,
}
"""What a step does, by its action; the others are a person's."""
