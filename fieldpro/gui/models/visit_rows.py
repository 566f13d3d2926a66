"""A visit as the window shows it: its steps with what became of them, and what was seen until now. No Qt here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fieldpro.gui.words import mark, tr
from fieldpro.meter.visit import Action
from fieldpro.visit_record import StepRecord, StepState, Verdict, VisitRecord, local

STATE_LOOKS: Mapping[StepState, tuple[str, str, str]] = {
    StepState.DONE: ("good", "good", mark("done")),
    StepState.SKIPPED: ("none", "weak", mark("left out")),
    StepState.REFUSED: ("bad", "bad", mark("refused")),
    StepState.WAITING: ("none", "weak", mark("waiting")),
}
"""Icon, tone and word of a step."""

VERBS: Mapping[Action, str] = {
    Action.ORDER: mark("The order is right"),
    Action.BY_HAND: mark("It is done"),
    Action.FINAL_READ: mark("Read the old meter"),
    Action.IDENTIFY: mark("Identify the meter"),
    Action.READ_BEFORE: mark("Read the meter"),
    Action.PROGRAM: mark("Compare with the program"),
    Action.CLOCK: mark("Set the clock"),
    Action.DIAGNOSE: mark("Diagnose the site"),
    Action.SWITCH_STATE: mark("Look at the switch"),
    Action.SWITCH_OPEN: mark("Disconnect"),
    Action.READ_AFTER: mark("Read the meter again"),
    Action.CLOSE: mark("Close the order"),
}
"""What the button of a step says."""


@dataclass(frozen=True, slots=True)
class StepRow:
    id: str
    title: str
    icon: str
    tone: str
    word: str
    detail: str
    is_next: bool


def step_rows(record: VisitRecord) -> list[StepRow]:
    """The steps in order; the one to do now says so, and after a refusal none is."""
    following = None if record.closed or record.refused else record.next
    return [_row(step, following is not None and step.id == following.id) for step in record.steps]


def _row(step: StepRecord, is_next: bool) -> StepRow:
    icon, tone, word = STATE_LOOKS[step.state]
    if is_next:
        icon, tone, word = "pulse", "accent", mark("next")
    parts = [part for part in (local(step.at)[11:19], step.note) if part]
    return StepRow(step.id, step.title, icon, tone, tr(word), "  ".join(parts), is_next)


def facts(record: VisitRecord) -> list[tuple[str, str]]:
    """(what, value) of what the visit knows by now."""
    return list(_facts(record))


def _facts(record: VisitRecord) -> Iterator[tuple[str, str]]:
    order = record.order
    yield tr("Order"), order.get("number", "")
    for name, title in (("premise", tr("Premise")), ("serial", tr("Meter of the order")), ("program", tr("Program"))):
        if order.get(name):
            yield title, order[name]
    yield tr("Who"), f"{record.who} ({record.role})" if record.role else record.who
    if record.removed is not None:
        yield tr("Old meter"), record.removed.meter.title
    if record.meter is not None:
        yield tr("Meter"), record.meter.title
    for title, reading in ((tr("Before"), record.before), (tr("After"), record.after)):
        if reading is not None:
            first = reading.registers[0] if reading.registers else None
            value = f"{first.title} {first.value} {first.unit}" if first is not None else tr("no registers")
            yield title, value if reading.record is None else tr("{value}, record {n}", value=value, n=reading.record)
    if record.program is not None:
        written = sum(line.written for line in record.differences)
        left = len(record.differences) - written
        yield tr("Changes"), tr("{written} written, {left} left", written=written, left=left)
    if record.diagnosis is not None:
        found = [line.code for line in record.diagnosis.checks if line.verdict is Verdict.BAD]
        open_ = [line.code for line in record.diagnosis.checks if line.verdict is Verdict.NOT_CHECKED]
        words = tr("found: {checks}", checks=", ".join(found)) if found else tr("nothing found")
        yield tr("Site"), words + (tr(", {checks} not checked", checks=", ".join(open_)) if open_ else "")
    if record.clock:
        yield tr("Clock"), record.clock
    if record.switch:
        yield tr("Switch"), record.switch
    if record.switch_after:
        yield tr("Switch afterwards"), record.switch_after
    if record.audit_number is not None:
        yield tr("Audit record"), f"{record.audit_number}, {record.audit_hash[:16]}"
