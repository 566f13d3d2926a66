"""What a visit leaves behind: plain frozen records, shared by the job, the report, the window and the command line.

Everything is said as it is to be read (texts with their units beside them), so that a report made years later from a
visit's file says what was said on the day. `to_plain` and `from_plain` go to JSON and back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Any

from fieldpro.records import PhaseValues


class StepState(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    SKIPPED = "skipped"  # left out, with a reason
    REFUSED = "refused"  # may not or cannot be done, with a reason: the visit ends without it


class Verdict(StrEnum):
    """Of one check of the site. Not checked is never passed."""

    GOOD = "good"
    BAD = "bad"
    NOT_CHECKED = "not-checked"


@dataclass(frozen=True, slots=True)
class StepRecord:
    """One step and what became of it. `at` is UTC, ISO 8601; `note` is the reason where it was skipped or refused."""

    id: str
    title: str
    state: StepState = StepState.WAITING
    at: str = ""
    who: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class MeterLine:
    """Who a meter is, in the words of the report."""

    manufacturer: str
    model: str
    serial: str
    device_class: str
    firmware: str
    form: str = ""
    identification: str = ""

    @property
    def title(self) -> str:
        return " ".join(part for part in (self.manufacturer, self.model, self.serial) if part)


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """One figure of a read-out."""

    title: str  # "Wh delivered", "Wh delivered, tier 2", "Maximum W delivered"
    value: str
    unit: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A read-out as the report shows it. `record`: its number in the store, None when it was not saved."""

    meter: MeterLine
    at: str  # UTC, ISO 8601
    registers: tuple[RegisterLine, ...] = ()
    clock: str = ""  # "2026-03-01 12:00:05, 3 s ahead"
    status: tuple[str, ...] = ()  # the flags that are set and not good, in words
    record: int | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One element that was changed, or found different and left. A secret one has masks for its values."""

    path: str
    title: str
    old: str
    new: str
    unit: str = ""
    written: bool = True
    verified: bool = False


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One check of the site diagnosis."""

    code: str  # "D1"
    title: str
    verdict: Verdict
    detail: str = ""
    counter: str = ""  # "0 before, 1 after"; empty where it did not move from 0


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found at the site, and the phasors it was found with."""

    at: str
    checks: tuple[CheckLine, ...] = ()
    phases: PhaseValues | None = None
    form: str = ""


@dataclass(frozen=True, slots=True)
class ProgramLine:
    name: str
    revision: int
    hash: str


@dataclass(frozen=True, slots=True)
class VisitRecord:
    """A whole visit: the order, the steps, and what was seen. Slots that were not filled are None or empty.

    switch, switch_after: before and after it was told to move; clock: what was done to it; all in words.
    meter: the one that stays, after it was found to be the ordered one. before, after: its readings. removed: the last
    reading of the meter that was taken away.
    audit_number, audit_hash: the last record of the audit log when the visit was closed.
    """

    id: str
    kind: str
    kind_title: str
    order: Mapping[str, str]
    who: str
    role: str
    started_at: str
    steps: tuple[StepRecord, ...]
    ended_at: str = ""
    meter: MeterLine | None = None
    removed: Reading | None = None
    before: Reading | None = None
    after: Reading | None = None
    program: ProgramLine | None = None
    differences: tuple[Difference, ...] = ()
    diagnosis: Diagnosis | None = None
    switch: str = ""
    switch_after: str = ""
    clock: str = ""
    notes: tuple[str, ...] = ()
    audit_number: int | None = None
    audit_hash: str = ""

    @property
    def closed(self) -> bool:
        return bool(self.ended_at)

    @property
    def next(self) -> StepRecord | None:
        """The step that is to be done now; None when all are settled."""
        return next((step for step in self.steps if step.state is StepState.WAITING), None)

    @property
    def refused(self) -> tuple[StepRecord, ...]:
        return tuple(step for step in self.steps if step.state is StepState.REFUSED)

    @property
    def outcome(self) -> str:
        """In one word or two, for the head of the report."""
        if not self.closed:
            return "In progress"
        if self.refused:
            return "Refused"
        skipped = any(step.state is StepState.SKIPPED for step in self.steps)
        return "Completed, with steps left out" if skipped else "Completed"


def to_plain(record: VisitRecord) -> dict[str, Any]:
    """The record in the types of JSON; a value that is not a number (a phase that is not measured) as None."""
    plain: dict[str, Any] = _no_nan(asdict(record))
    return plain


def from_plain(plain: Mapping[str, Any]) -> VisitRecord:
    """The record again. Raises `KeyError`, `TypeError` or `ValueError` for what is none."""
    values = dict(plain)
    values["steps"] = tuple(StepRecord(**{**step, "state": StepState(step["state"])}) for step in values["steps"])
    values["meter"] = MeterLine(**values["meter"]) if values.get("meter") else None
    for name in ("removed", "before", "after"):
        values[name] = _reading(values.get(name))
    values["program"] = ProgramLine(**values["program"]) if values.get("program") else None
    values["differences"] = tuple(Difference(**line) for line in values.get("differences", ()))
    values["diagnosis"] = _diagnosis(values.get("diagnosis"))
    values["notes"] = tuple(values.get("notes", ()))
    return VisitRecord(**values)


def local(time: str, zone: tzinfo | None = None) -> str:
    """A UTC time of a record as this computer's clock, or that of a zone, shows it; "" for none."""
    return datetime.fromisoformat(time).astimezone(zone).strftime("%Y-%m-%d %H:%M:%S %Z") if time else ""


def _reading(plain: Mapping[str, Any] | None) -> Reading | None:
    if not plain:
        return None
    values = dict(plain)
    values["meter"] = MeterLine(**values["meter"])
    values["registers"] = tuple(RegisterLine(**line) for line in values.get("registers", ()))
    values["status"] = tuple(values.get("status", ()))
    return Reading(**values)


def _diagnosis(plain: Mapping[str, Any] | None) -> Diagnosis | None:
    if not plain:
        return None
    values = dict(plain)
    values["checks"] = tuple(CheckLine(**{**line, "verdict": Verdict(line["verdict"])}) for line in values["checks"])
    values["phases"] = _phases(values.get("phases"))
    return Diagnosis(**values)


def _phases(plain: Mapping[str, Any] | None) -> PhaseValues | None:
    if not plain:
        return None

    def column(name: str) -> tuple[float, ...]:
        return tuple(float("nan") if item is None else float(item) for item in plain[name])

    return PhaseValues(
        phases=tuple(plain["phases"]),
        volts=column("volts"),
        amps=column("amps"),
        volt_angles=column("volt_angles"),
        amp_angles=column("amp_angles"),
        frequency_hz=plain.get("frequency_hz"),
    )


def _no_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _no_nan(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_no_nan(item) for item in value]
    return None if isinstance(value, float) and value != value else value
