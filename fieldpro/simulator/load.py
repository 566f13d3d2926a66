"""What the customer draws: mean power in every five-minute slot, a pure function of (seed, slot number).

The shape of a day and of a week, heating in winter and cooling in summer, appliances that come and go, a photovoltaic
roof under clouds, a motor load with its reactive power. Slots are counted from the Unix epoch in real time (UTC), so
that the same seed gives the same load whatever the meter's clock shows.

Sun: declination and hour angle after Duffie & Beckman, "Solar Engineering of Thermal Processes", eq. 1.6.1 and 1.6.5.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from fieldpro.simulator import noise
from fieldpro.simulator.noise import Floats, Integers

SLOT_S = 300
_SLOTS_A_DAY = 86_400 // SLOT_S


class Flow(IntEnum):
    """The energies a meter element accumulates; the order is the column in every array of them."""

    WH_DELIVERED = 0
    WH_RECEIVED = 1
    VARH_DELIVERED = 2  # quadrants 1 and 2
    VARH_RECEIVED = 3  # quadrants 3 and 4
    VAH = 4


@dataclass(frozen=True, slots=True)
class LoadShape:
    """What kind of customer. Powers in watts; hours of the day in the meter's standard time.

    weekday, weekend: 24 relative levels, one an hour. cooling, heating: share of `mean_watts` added at the height of
    summer and winter. appliance_watts: the largest block of load that switches. reactive: tan(phi) at full load.
    """

    mean_watts: float
    weekday: tuple[float, ...]
    weekend: tuple[float, ...]
    cooling: float = 0.6
    heating: float = 0.25
    appliance_watts: float = 3_000.0
    reactive: float = 0.35
    capacitor_vars: float = 0.0
    solar_watts: float = 0.0
    latitude_deg: float = 36.0
    phases: int = 3
    zone_s: int = 0


@dataclass(frozen=True, slots=True)
class Power:
    """Mean power of each slot: active (negative when the roof feeds the grid) and reactive."""

    active_watts: Floats
    reactive_vars: Floats


def power(shape: LoadShape, seed: int, slots: Integers) -> Power:
    """The load in the slots given: (n,) slot numbers in ascending order, not necessarily in a row."""
    if not len(slots):
        return Power(np.zeros(0), np.zeros(0))
    local = slots + shape.zone_s // SLOT_S
    day = local // _SLOTS_A_DAY
    slot_of_day = local - day * _SLOTS_A_DAY
    hour = np.arange(_SLOTS_A_DAY) * (24.0 / _SLOTS_A_DAY)

    # What depends on the day alone is worked out once a day, what depends on the hour alone once an hour.
    days = np.arange(day[0], day[-1] + 1)
    nth = day - day[0]
    year_angle = (days % 365.2425) * (2 * np.pi / 365.2425)
    weather = shape.mean_watts * (0.6 + 0.8 * noise.smooth(seed, 1, days, period=3))
    summer = shape.cooling * weather * np.clip(np.cos(year_angle - 3.46), 0.0, None)
    winter = shape.heating * weather * np.clip(np.cos(year_angle - 0.26), 0.0, None)
    hot_hours = np.clip(np.cos((hour - 16.5) * (np.pi / 14)), 0.05, None)
    weekend = ((days + 4) % 7 % 6 == 0).astype(np.intp)

    level = _daily_level(shape)[weekend[nth], slot_of_day]
    wander = 0.69 + 0.5 * noise.smooth(seed, 2, slots, period=9) + 0.12 * noise.uniform(seed, 3, slots)
    load = (shape.mean_watts * level + summer[nth] * hot_hours[slot_of_day] + winter[nth]) * wander
    load += shape.appliance_watts * _appliances(seed, slots, level)

    reactive = load * (shape.reactive * (0.7 + 0.6 * noise.smooth(seed, 7, slots, period=24))) - shape.capacitor_vars
    active = load
    if shape.solar_watts:
        high, wide = _sun(shape, year_angle)
        sun = np.clip(high[nth] + wide[nth] * np.cos((hour - 12.0) * (np.pi / 12))[slot_of_day], 0.0, None)
        grey = noise.uniform(seed, 6, days)[nth]
        active = load - 0.95 * shape.solar_watts * sun * _clouds(seed, slots, grey)
    return Power(active, reactive)


def energies(shape: LoadShape, seed: int, slots: Integers) -> Floats:
    """(n, len(Flow)) watt-hours, var-hours and volt-ampere-hours of each slot; slots as for `power`."""
    drawn = power(shape, seed, slots)
    hours = SLOT_S / 3600.0
    active, reactive = drawn.active_watts * hours, drawn.reactive_vars * hours
    table = np.empty((len(Flow), len(slots)))
    np.maximum(active, 0.0, out=table[Flow.WH_DELIVERED])
    np.maximum(-active, 0.0, out=table[Flow.WH_RECEIVED])
    np.maximum(reactive, 0.0, out=table[Flow.VARH_DELIVERED])
    np.maximum(-reactive, 0.0, out=table[Flow.VARH_RECEIVED])
    table[Flow.VAH] = np.sqrt(active * active + reactive * reactive)
    return table.T


def shares(shape: LoadShape, seed: int, slots: Integers) -> Floats:
    """(n, phases): what part of the power each phase carries; rows add up to 1."""
    weights = np.stack(
        [0.8 + 0.4 * noise.smooth(seed, 20 + phase, slots, period=13) for phase in range(shape.phases)], axis=1
    )
    split: Floats = weights / weights.sum(axis=1, keepdims=True)
    return split


def _daily_level(shape: LoadShape) -> Floats:
    """(2, slots a day): the weekday's and the weekend's relative level, hours joined by straight lines."""
    hour = np.arange(_SLOTS_A_DAY) * (24.0 / _SLOTS_A_DAY)
    knots = np.arange(25)
    return np.stack([np.interp(hour, knots, [*levels, levels[0]]) for levels in (shape.weekday, shape.weekend)])


def _appliances(seed: int, slots: Integers, level: Floats) -> Floats:
    """0..1: two machines that run for half an hour and for ten minutes, the more so the busier the hour."""
    long_run = noise.uniform(seed, 4, slots // 6)
    short_run = noise.uniform(seed, 5, slots // 2)
    return 0.7 * (long_run < 0.12 * level) + 0.3 * (short_run < 0.2 * level)


def _sun(shape: LoadShape, year_angle: Floats) -> tuple[Floats, Floats]:
    """Per day, a and b of the sine of the sun's height: a + b cos(hour angle)."""
    declination = np.radians(-23.45) * np.cos(year_angle + 2 * np.pi * 10 / 365.2425)
    latitude = np.radians(shape.latitude_deg)
    return np.sin(latitude) * np.sin(declination), np.cos(latitude) * np.cos(declination)


def _clouds(seed: int, slots: Integers, grey: Floats) -> Floats:
    """0..1: how much of the sun comes through; some days are clear, some grey, most broken."""
    broken = noise.smooth(seed, 8, slots, period=5)
    return np.clip(1.0 - grey * (0.25 + 1.1 * broken), 0.06, 1.0)
