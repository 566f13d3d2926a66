"""What a procedure came to, in words: a headline, what was before and what is now, and what a person should know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fieldpro.errors import FieldProError
from fieldpro.gui.figures import clock_drift, grouped
from fieldpro.gui.words import tr
from fieldpro.meter.pending import Waiting
from fieldpro.meter.procedures import (
    ClockSet,
    DemandReset,
    ListOutcome,
    ModeChange,
    Outcome,
    PendingOutcome,
    RecordingOutcome,
    TestModeStay,
)
from fieldpro.meter.view import MeterView
from fieldpro.records import ReadOut, RegisterKind

_LIVING = (RegisterKind.PRESENT_DEMAND, RegisterKind.PRESENT_VALUE)  # these change whatever is done


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """One line: what, before, after. `changed`: the two differ."""

    what: str
    before: str
    after: str

    @property
    def changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Result:
    """`tone` is good, or warn when there is something to think about."""

    headline: str
    detail: str
    tone: str
    lines: tuple[BeforeAfter, ...]
    notes: tuple[str, ...]


def result_of(title: str, outcome: Any) -> Result:
    """The words for any outcome of `fieldpro.meter.procedures`."""
    if isinstance(outcome, ClockSet):
        return _clock(outcome)
    registers = tuple(_registers(outcome.before, outcome.after))
    headline = tr("{title}: {words}", title=title, words=outcome.result.words)
    count = len(registers)
    detail = tr("1 register changed") if count == 1 else tr("{count} registers changed", count=count) if count else ""
    tone = "warn" if outcome.notes else "good"
    return Result(headline, detail, tone, (*_special(outcome), *registers), tuple(outcome.notes))


def _clock(outcome: ClockSet) -> Result:
    lines = [
        BeforeAfter(
            tr("The meter is ahead by"),
            clock_drift(-outcome.difference_before_s),
            clock_drift(-outcome.difference_after_s),
        ),
        BeforeAfter(
            tr("The meter showed"),
            f"{outcome.shown_before:%Y-%m-%d %H:%M:%S}",
            f"{outcome.shown_after:%Y-%m-%d %H:%M:%S}",
        ),
    ]
    if not outcome.was_set:
        return Result(tr("The clock was right, and was left alone"), "", "good", tuple(lines), tuple(outcome.notes))
    count = len(outcome.steps)
    how = tr("in one setting") if count == 1 else tr("in {count} steps, so that no interval is lost", count=count)
    return Result(
        tr("The clock was set {how}", how=how), "", "warn" if outcome.notes else "good", tuple(lines), outcome.notes
    )


def _special(outcome: Outcome) -> Iterator[BeforeAfter]:
    match outcome:
        case DemandReset():
            yield BeforeAfter(tr("Demand resets"), _count(outcome.resets_before), _count(outcome.resets_after))
        case ModeChange():
            yield BeforeAfter(tr("Mode"), outcome.mode_before, outcome.mode_after)
        case TestModeStay():
            yield BeforeAfter(tr("In test mode"), _time(outcome.entered_at), _time(outcome.left_at))
        case ListOutcome():
            before, after = outcome.unread_before or {}, outcome.unread_after or {}
            for name in before:
                yield BeforeAfter(tr("Unread: {list}", list=name), _count(before[name]), _count(after.get(name)))
        case PendingOutcome():
            yield BeforeAfter(tr("Pending tables"), _waiting(outcome.waiting_before), _waiting(outcome.waiting_after))
        case RecordingOutcome():
            now = dict(outcome.records)
            for number, records in outcome.recorded:
                what = tr("Load profile set {number}", number=number)
                yield BeforeAfter(what, _records(records), _records(now.get(number, records)))


def _registers(before: ReadOut, after: ReadOut) -> Iterator[BeforeAfter]:
    """Registers that are in both read-outs and are not what they were; energy that went on counting is left out."""
    if 23 not in before.tables or 23 not in after.tables:
        return
    try:
        was, now = ({(each.path, each.kind): each for each in MeterView(one).registers()} for one in (before, after))
    except FieldProError:
        return
    for key, old in sorted(was.items(), key=lambda item: item[1].kind is not RegisterKind.DEMAND):
        new = now.get(key)
        if new is None or old.value == new.value or old.kind in _LIVING:
            continue
        if old.kind is not RegisterKind.SUMMATION or new.value < old.value:
            yield BeforeAfter(_name(old), _value(old), _value(new))


def _name(register: Any) -> str:
    kind = {
        RegisterKind.DEMAND: tr("maximum demand"),
        RegisterKind.CUMULATIVE: tr("cumulative demand"),
        RegisterKind.CONTINUOUS_CUMULATIVE: tr("continuous cumulative demand"),
        RegisterKind.COINCIDENT: tr("coincident"),
    }.get(register.kind, "")
    tier = tr("tier {letter}", letter=chr(ord("A") + register.tier - 1)) if register.tier else ""
    return ", ".join(part for part in (register.quantity.name, kind, tier) if part)


def _value(register: Any) -> str:
    return f"{grouped(register.value)} {register.quantity.unit}".strip()


def _count(value: int | None) -> str:
    return tr("not known") if value is None else grouped(value)


def _time(value: Any) -> str:
    return "" if value is None else f"{value.astimezone():%H:%M:%S}"


def _records(on: bool) -> str:
    return tr("records") if on else tr("stopped")


def _waiting(listed: tuple[Waiting, ...] | None) -> str:
    if listed is None:
        return tr("not known")
    return ", ".join(f"{each.table}" for each in listed) or tr("none")
