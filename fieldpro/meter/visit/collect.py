"""What the steps of a visit saw, as lines of its report: texts, as they are to be read."""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import UTC

from fieldpro.errors import FieldProError
from fieldpro.meter.changes.change import Change, Origin, State
from fieldpro.meter.procedures.set_clock import ClockSet
from fieldpro.meter.programs.target import form_of
from fieldpro.meter.view import MeterView
from fieldpro.records import ClockReading, MeterIdentity, Register, RegisterKind, Severity
from fieldpro.visit_record import Difference, MeterLine, ProgramLine, Reading, RegisterLine

PREFIX = {
    RegisterKind.SUMMATION: "",
    RegisterKind.DEMAND: "Peak demand, ",
    RegisterKind.CUMULATIVE: "Cumulative, ",
    RegisterKind.CONTINUOUS_CUMULATIVE: "Continuous cumulative, ",
    RegisterKind.COINCIDENT: "Coincident, ",
    RegisterKind.PRESENT_DEMAND: "Demand now, ",
    RegisterKind.PRESENT_VALUE: "Now, ",
}


def meter_line(identity: MeterIdentity, form: str = "") -> MeterLine:
    return MeterLine(
        identity.manufacturer,
        identity.model,
        identity.serial,
        identity.device_class,
        identity.firmware,
        form,
        identity.identification,
    )


def reading_of(view: MeterView, record: int | None = None) -> Reading:
    """A read-out as the report shows it: the current registers, the clock, what is wrong. What was not read is left
    out; `record` is the read-out's number in the store."""
    try:
        registers = tuple(register_line(register) for register in view.current().registers)
    except FieldProError:
        registers = ()
    try:
        clock = clock_words(view.clock())
    except FieldProError:
        clock = ""
    try:
        flags = [flag for flag in view.status() if flag.is_set]
    except FieldProError:
        flags = []
    return Reading(
        meter=meter_line(view.identity, form_of(view.tables)),
        at=view.read_out.ended_at.astimezone(UTC).isoformat(timespec="seconds"),
        registers=registers,
        clock=clock,
        status=tuple(flag.title for flag in flags if flag.severity in (Severity.WARNING, Severity.ALERT)),
        record=record,
    )


def register_line(register: Register) -> RegisterLine:
    quantity = register.quantity
    phase = f" {quantity.phase}" if quantity.phase else ""
    tier = f", tier {register.tier}" if register.tier else ""
    return RegisterLine(f"{PREFIX[register.kind]}{quantity.name}{phase}{tier}", f"{register.value:f}", quantity.unit)


def clock_words(clock: ClockReading | None) -> str:
    """ "2026-03-01 12:00:05, 3 s ahead"; "" when the meter has no clock."""
    if clock is None:
        return ""
    shown = f"{clock.meter_time:%Y-%m-%d %H:%M:%S}"
    if clock.drift_s is None:
        return shown
    drift_s = round(clock.drift_s)
    if drift_s == 0:
        return f"{shown}, right"
    return f"{shown}, {abs(drift_s)} s {'ahead' if drift_s > 0 else 'behind'}"


def clock_set_words(done: ClockSet) -> str:
    """ "70 s behind, set: now right"; "1 s ahead, left alone"."""
    before = _off(done.difference_before_s)
    if not done.was_set:
        return f"{before}, left alone"
    how = "set gradually" if done.gradual else "set"
    return f"{before}, {how}: now {_off(done.difference_after_s)}"


def _off(difference_s: float) -> str:
    """difference_s: wanted minus shown, positive when the meter is behind."""
    seconds = round(difference_s)
    return f"{abs(seconds)} s {'behind' if seconds > 0 else 'ahead'}" if seconds else "right"


def differences_of(
    changes: Iterable[Change], *, written: Container[str] = (), unproven: Container[str] = ()
) -> tuple[Difference, ...]:
    """What differed from the program: `written` are the paths that were written, `unproven` those that cannot be read
    back. The others were read back, or `apply` would have failed."""
    return tuple(
        Difference(
            change.path,
            change.title or change.name,
            change.old_text,
            change.new_text,
            change.unit,
            change.path in written,
            change.path in written and change.path not in unproven,
        )
        for change in changes
        if change.state in (State.DIFFERENT, State.READ_ONLY)
    )


def program_line(origin: Origin) -> ProgramLine:
    return ProgramLine(origin.name or "Changed by hand", origin.revision, origin.hash)
