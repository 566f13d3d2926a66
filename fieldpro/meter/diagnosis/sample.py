"""What a check looks at: the phases of one moment, with how distorted their currents are where the meter says so.

Angles are degrees of lag behind the voltage of phase A, 0 to 360. NaN: not measured.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from fieldpro.errors import FieldProError
from fieldpro.meter.view import MeterView
from fieldpro.records import PhaseValues, Register, RegisterKind

HARMONIC = "harmonic"
AMPS_NAME = "A rms"
FULL = 360.0


@dataclass(frozen=True, slots=True)
class Sample:
    """Values of one moment (UTC, aware). distortion: % of each phase's current; total_distortion: of all of it."""

    at: datetime
    values: PhaseValues
    distortion: Mapping[str, float] = field(default_factory=dict)
    total_distortion: float | None = None

    @property
    def phases(self) -> tuple[str, ...]:
        return self.values.phases

    def volts(self, phase: str) -> float:
        return self._of(self.values.volts, phase)

    def amps(self, phase: str) -> float:
        return self._of(self.values.amps, phase)

    def volt_angle(self, phase: str) -> float:
        """Behind the voltage of the first phase."""
        return (self._of(self.values.volt_angles, phase) - self._reference) % FULL

    def amp_angle(self, phase: str) -> float:
        """Behind the voltage of the first phase."""
        return (self._of(self.values.amp_angles, phase) - self._reference) % FULL

    @property
    def _reference(self) -> float:
        """The angle that the meter gives the first voltage: 0 where it gives none."""
        first = self.values.volt_angles[0] if self.values.volt_angles else 0.0
        return 0.0 if first != first else first

    def _of(self, column: tuple[float, ...], phase: str) -> float:
        if phase not in self.values.phases:
            return float("nan")
        index = self.values.phases.index(phase)
        return column[index] if index < len(column) else float("nan")


def is_measured(value: float) -> bool:
    return value == value


def deviation(angle: float, expected: float) -> float:
    """How far an angle is from the expected one, -180 to 180 degrees."""
    return (angle - expected + 180.0) % FULL - 180.0


def sample_of(view: MeterView, at: datetime) -> Sample | None:
    """The sample that a read-out holds; None when the meter has no instantaneous values or they were not read."""
    values = view.instantaneous()
    if values is None:
        return None
    try:
        registers = view.present()
    except FieldProError:
        registers = []
    distortion, total = distortion_of(registers)
    return Sample(at, values, distortion, total)


def distortion_of(registers: Iterable[Register]) -> tuple[dict[str, float], float | None]:
    """(% by phase, % of all) from the present values of C12.19 table 28: the harmonic amperes (UOM HARMONIC) of a
    phase over its amperes, and the square sums of both over the phases."""
    present = [
        each for each in registers if each.kind is RegisterKind.PRESENT_VALUE and each.quantity.role == "current"
    ]
    whole = {each.quantity.phase: float(each.value) for each in present if each.quantity.name == AMPS_NAME}
    part = {
        each.quantity.phase: float(each.value) for each in present if each.quantity.name == f"{AMPS_NAME} {HARMONIC}"
    }
    phases = [phase for phase in part if whole.get(phase, 0.0) > 0]
    if not phases:
        return {}, None
    squares = (sum(column[phase] ** 2 for phase in phases) for column in (part, whole))
    harmonic, total = (square**0.5 for square in squares)
    return {phase: 100 * part[phase] / whole[phase] for phase in phases}, 100 * harmonic / total
