"""What stands in a visit report, as rows of texts: made once, set by the PDF and by the HTML."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from fieldpro.export.visit_report_phasors import Arrow, arrows
from fieldpro.records import PhaseValues
from fieldpro.visit_record import Diagnosis, MeterLine, Reading, StepRecord, StepState, Verdict, VisitRecord, local

ORDER_TITLES: Mapping[str, str] = {
    "number": "Order",
    "premise": "Premise",
    "customer": "Customer",
    "program": "Program",
    "note": "Note",
}
MARKS = {
    StepState.DONE: "good",
    StepState.SKIPPED: "left",
    StepState.REFUSED: "bad",
    StepState.WAITING: "open",
    Verdict.GOOD: "good",
    Verdict.BAD: "bad",
    Verdict.NOT_CHECKED: "open",
}
STATE_WORDS = {
    StepState.DONE: "done",
    StepState.SKIPPED: "left out",
    StepState.REFUSED: "refused",
    StepState.WAITING: "not reached",
}
VERDICT_WORDS = {Verdict.GOOD: "good", Verdict.BAD: "found", Verdict.NOT_CHECKED: "not checked"}
UNCHANGED = "The meter was left as it was: nothing was written to it."
NOT_MEASURED = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class Line:
    """A row with a mark ("good", "bad", "left", "open"), a word that says the same, and what is to be read."""

    mark: str
    word: str
    title: str
    detail: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class MeterCard:
    heading: str
    title: str
    serial: str
    facts: str


@dataclass(frozen=True, slots=True)
class FigureRow:
    title: str
    values: tuple[str, ...]
    unit: str


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    title: str
    path: str
    old: str
    new: str
    mark: str
    word: str


@dataclass(frozen=True, slots=True)
class Content:
    """The whole report. columns: headings of the readings, as `figures` have values."""

    title: str
    outcome: str
    outcome_mark: str
    facts: tuple[tuple[str, str], ...]
    meters: tuple[MeterCard, ...]
    columns: tuple[str, ...]
    figures: tuple[FigureRow, ...]
    steps: tuple[Line, ...]
    program: str
    differences: tuple[DifferenceRow, ...]
    no_differences: str
    checks: tuple[Line, ...]
    phases: tuple[tuple[str, ...], ...]  # phase, volts, its angle, amperes, its angle
    arrows: tuple[Arrow, ...]
    diagnosed: str
    notes: tuple[str, ...]
    audit: str
    hash: str
    id: str


def content(record: VisitRecord, zone: tzinfo | None = None) -> Content:
    """The rows of a report. zone: whose clock the times are shown by; this computer's when None."""
    columns, readings = _readings(record)
    diagnosis = record.diagnosis or Diagnosis("")
    return Content(
        title=record.kind_title,
        outcome=record.outcome,
        outcome_mark="bad" if record.refused else ("good" if record.closed else "open"),
        facts=_facts(record, zone),
        meters=_meters(record),
        columns=columns,
        figures=_figures(readings),
        steps=tuple(_step(step, zone) for step in record.steps),
        program=_program(record),
        differences=_differences(record),
        no_differences=_no_differences(record),
        checks=tuple(
            Line(
                MARKS[check.verdict],
                VERDICT_WORDS[check.verdict],
                f"{check.code}  {check.title}",
                check.detail,
                f"counter {check.counter}" if check.counter else "",
            )
            for check in diagnosis.checks
        ),
        phases=_phases(diagnosis.phases),
        arrows=tuple(arrows(diagnosis.phases)) if diagnosis.phases is not None else (),
        diagnosed=", ".join(
            part for part in (f"form {diagnosis.form}" if diagnosis.form else "", local(diagnosis.at, zone)) if part
        ),
        notes=_notes(record),
        audit=f"Record {record.audit_number} of the audit log" if record.audit_number is not None else "",
        hash=record.audit_hash,
        id=record.id,
    )


def grouped(value: str) -> str:
    """A number with its thousands grouped; any other text as it is."""
    sign = "-" if value.startswith("-") else ""
    whole, point, rest = value.removeprefix("-").partition(".")
    if not whole.isdecimal() or (point and not rest.isdecimal()):
        return value
    return f"{sign}{int(whole):,}{point}{rest}"


def _facts(record: VisitRecord, zone: tzinfo | None) -> tuple[tuple[str, str], ...]:
    order = record.order
    found = [(title, order[name]) for name, title in ORDER_TITLES.items() if order.get(name)]
    who = f"{record.who} ({record.role})" if record.role else record.who
    begin, end = local(record.started_at, zone), local(record.ended_at, zone)
    same_day = begin[:10] == end[:10]
    when = f"{begin} to {end[11:] if same_day else end}" if end else f"{begin}, not ended"
    return (*found, ("Done by", who), ("When", when))


def _meters(record: VisitRecord) -> tuple[MeterCard, ...]:
    cards = []
    if record.removed is not None:
        cards.append(_card("Removed meter", record.removed.meter))
    meter = record.meter or (record.before.meter if record.before is not None else None)
    if meter is not None:
        cards.append(_card("New meter" if record.removed is not None else "Meter", meter))
    return tuple(cards)


def _card(heading: str, meter: MeterLine) -> MeterCard:
    facts = [
        f"class {meter.device_class}" if meter.device_class else "",
        f"form {meter.form}" if meter.form else "",
        f"firmware {meter.firmware}" if meter.firmware else "",
        meter.identification,
    ]
    return MeterCard(
        heading, f"{meter.manufacturer} {meter.model}".strip(), meter.serial, " · ".join(fact for fact in facts if fact)
    )


def _readings(record: VisitRecord) -> tuple[tuple[str, ...], list[Reading]]:
    pairs = [("Removed, last", record.removed), ("Before", record.before), ("After", record.after)]
    there = [(title, reading) for title, reading in pairs if reading is not None]
    if record.before is not None and len(there) == 1:
        there = [("Reading", record.before)]
    return tuple(title for title, _ in there), [reading for _, reading in there]


def _figures(readings: Sequence[Reading]) -> tuple[FigureRow, ...]:
    """One row a register, in the order in which it is first met; an empty value where a reading has none."""
    rows: dict[tuple[str, str], list[str]] = {}
    for nth, reading in enumerate(readings):
        for line in reading.registers:
            row = rows.setdefault((line.title, line.unit), [""] * len(readings))
            row[nth] = grouped(line.value)
    found = [FigureRow(title, tuple(values), unit) for (title, unit), values in rows.items()]
    if any(reading.clock for reading in readings):
        found.append(FigureRow("Clock", tuple(_drift(reading.clock) for reading in readings), ""))
    return tuple(found)


def _drift(clock: str) -> str:
    """Of a clock only how far it is off: its time is that of the reading."""
    _, comma, drift = clock.partition(", ")
    return drift if comma else clock.partition(" ")[2]


def _step(step: StepRecord, zone: tzinfo | None) -> Line:
    at = local(step.at, zone)[11:16]
    return Line(MARKS[step.state], STATE_WORDS[step.state], step.title, step.note, at)


def _program(record: VisitRecord) -> str:
    if record.program is None:
        return ""
    revision = f" revision {record.program.revision}" if record.program.revision else ""
    digest = f", SHA-256 {record.program.hash[:16]}…" if record.program.hash else ""
    return f"{record.program.name}{revision}{digest}"


def _differences(record: VisitRecord) -> tuple[DifferenceRow, ...]:
    rows = []
    for line in record.differences:
        unit = f" {line.unit}" if line.unit else ""
        old, new = line.old + unit, line.new + unit
        if not line.written:
            rows.append(DifferenceRow(line.title, line.path, old, old, "left", f"left; {new} wanted"))
            continue
        mark, word = ("good", "written, read back") if line.verified else ("open", "written")
        rows.append(DifferenceRow(line.title, line.path, old, new, mark, word))
    return tuple(rows)


def _no_differences(record: VisitRecord) -> str:
    if record.differences:
        return ""
    if record.program is not None:
        return "The meter was as the program wants it: nothing was written."
    return UNCHANGED if record.kind == "read-only" else "Nothing of the meter's configuration was compared or written."


def _phases(values: PhaseValues | None) -> tuple[tuple[str, ...], ...]:
    if values is None:
        return ()
    columns = (values.volts, values.volt_angles, values.amps, values.amp_angles)
    units = ("V", "°", "A", "°")
    return tuple(
        (phase, *(_measured(column[nth], unit) for column, unit in zip(columns, units, strict=True)))
        for nth, phase in enumerate(values.phases)
    )


def _measured(value: float, unit: str) -> str:
    if not math.isfinite(value):
        return NOT_MEASURED
    return f"{value:.1f}{unit}" if unit == "°" else f"{value:,.1f} {unit}" if unit == "V" else f"{value:,.2f} {unit}"


def _notes(record: VisitRecord) -> tuple[str, ...]:
    found = [f"Refused at {step.title!r}: {step.note}" for step in record.refused]
    left_out = [f"{step.title} ({step.note})" for step in record.steps if step.state is StepState.SKIPPED]
    if left_out:
        found.append("Left out: " + "; ".join(left_out))
    if record.clock:
        found.append(f"Clock: {record.clock}")
    if record.switch or record.switch_after:
        states = [state for state in (record.switch, record.switch_after) if state]
        found.append("Switch: " + "; then ".join(states))
    last = record.after or record.before
    if last is not None and last.status:
        found.append("Meter status: " + ", ".join(last.status))
    saved = [
        f"{title} {reading.record}"
        for title, reading in (("last", record.removed), ("before", record.before), ("after", record.after))
        if reading is not None and reading.record is not None
    ]
    if saved:
        found.append("Read-outs kept as records: " + ", ".join(saved))
    return (*found, *record.notes)
