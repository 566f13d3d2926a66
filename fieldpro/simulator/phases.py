"""What the meter measures at this moment: volts, amperes and angles of each phase, consistent with its power.

Angles are degrees of lag behind the voltage of phase A, 0 to 360, as metering people draw them: a balanced service
shows voltages at 0, 120 and 240, a current that lags by 20 shows 20, 140 and 260.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from fieldpro.simulator import noise
from fieldpro.simulator.load import SLOT_S, LoadShape, power, shares


@dataclass(frozen=True, slots=True)
class PhaseState:
    volts: float
    volt_angle: float
    amps: float
    amp_angle: float
    active_watts: float
    reactive_vars: float


@dataclass(frozen=True, slots=True)
class Instant:
    """All phases at one moment; `frequency` in hertz, `power_factor` 0 to 1."""

    phases: tuple[PhaseState, ...]
    frequency: float

    @property
    def active_watts(self) -> float:
        return sum(phase.active_watts for phase in self.phases)

    @property
    def reactive_vars(self) -> float:
        return sum(phase.reactive_vars for phase in self.phases)

    @property
    def apparent_volt_amps(self) -> float:
        return math.hypot(self.active_watts, self.reactive_vars)

    @property
    def power_factor(self) -> float:
        return abs(self.active_watts) / self.apparent_volt_amps if self.apparent_volt_amps else 1.0


def without_load(now: Instant, nominal_volts: float) -> Instant:
    """The same moment with the customer cut off: the line's voltage, no current."""
    phases = tuple(
        PhaseState(max(phase.volts, nominal_volts), phase.volt_angle, 0.0, phase.volt_angle, 0.0, 0.0)
        for phase in now.phases
    )
    return Instant(phases, now.frequency)


def instant(shape: LoadShape, seed: int, *, real: float, nominal_volts: float, frequency_hertz: float) -> Instant:
    """The moment `real`; it does not change within one slot of the load model."""
    slot = np.array([int(real // SLOT_S)], dtype=np.int64)
    drawn = power(shape, seed, slot)
    split = shares(shape, seed, slot)[0]
    phases = []
    for number, share in enumerate(split.tolist()):
        active, reactive = float(drawn.active_watts[0]) * share, float(drawn.reactive_vars[0]) * share
        apparent = math.hypot(active, reactive)
        wander = noise.one(seed, 70 + number, int(slot[0])) - 0.5
        volts = nominal_volts * (1.004 + 0.012 * wander - 0.02 * apparent / (4 * shape.mean_watts))
        volt_angle = (120.0 * number + (wander if number else 0.0)) % 360.0
        lag = math.degrees(math.atan2(reactive, active))
        phases.append(PhaseState(volts, volt_angle, apparent / volts, (volt_angle + lag) % 360.0, active, reactive))
    frequency = frequency_hertz + 0.04 * (noise.one(seed, 80, int(slot[0])) - 0.5)
    return Instant(tuple(phases), frequency)
