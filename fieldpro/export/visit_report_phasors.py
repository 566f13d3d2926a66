"""The phasor picture as plain geometry, for any kind of paper: arrows in a circle of radius 1 around (0, 0).

The voltage of phase A points to the right; an angle is the lag behind it and is drawn clockwise, as metering people
draw it: on a service with the sequence A, B, C the voltage B points down to the left. Voltages are as long as the
largest fills the circle, currents as the largest fills 0.72 of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from fieldpro.records import PhaseValues

CURRENT_PART = 0.72
LABEL_PLACE = 1.15  # of voltages: outside the circle
HEAD = 0.11  # length of an arrow's head
HEAD_ANGLE_DEG = 22
SHORTEST = 0.03  # nothing shorter is drawn


@dataclass(frozen=True, slots=True)
class Arrow:
    """One phasor, y counted upwards. `head` are the three corners of its head, the tip first."""

    label: str
    is_current: bool
    tip: tuple[float, float]
    neck: tuple[float, float]  # where the line ends and the head begins
    head: tuple[tuple[float, float], tuple[float, float], tuple[float, float]]
    place: tuple[float, float]  # of the label's middle


def arrows(values: PhaseValues) -> list[Arrow]:
    """The arrows of what was measured, currents first so that voltages lie over them."""
    volts = _parts(values.volts, 1.0)
    amps = _parts(values.amps, CURRENT_PART)
    found = []
    for label, is_current, lengths, angles in (
        ("I", True, amps, values.amp_angles),
        ("V", False, volts, values.volt_angles),
    ):
        for phase, length, angle in zip(values.phases, lengths, angles, strict=True):
            if length >= SHORTEST and math.isfinite(angle):
                found.append(_arrow(f"{label}{phase.lower()}", is_current, length, angle))
    return found


def point(length: float, angle_deg: float) -> tuple[float, float]:
    """Where a phasor of this length and lag ends."""
    angle = math.radians(-angle_deg)
    return length * math.cos(angle), length * math.sin(angle)


def _arrow(label: str, is_current: bool, length: float, angle_deg: float) -> Arrow:
    tip = point(length, angle_deg)
    head = min(HEAD, length / 2)
    corners = [point(head, angle_deg + 180 + side * HEAD_ANGLE_DEG) for side in (1, -1)]
    left, right = ((tip[0] + x, tip[1] + y) for x, y in corners)
    place = point(length + 0.13, angle_deg) if is_current else point(LABEL_PLACE, angle_deg)
    return Arrow(label, is_current, tip, point(length - head * 0.8, angle_deg), (tip, left, right), place)


def _parts(values: tuple[float, ...], most: float) -> list[float]:
    """Lengths; 0 for what is not measured."""
    known = [value if math.isfinite(value) and value > 0 else 0.0 for value in values]
    largest = max(known, default=0.0) or 1.0
    return [most * value / largest for value in known]
