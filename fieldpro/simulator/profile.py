"""The load profile: intervals close with the clock, and say what was wrong with them (ANSI C12.19 tables 61 to 64).

Intervals stand on standard time and are numbered from the profile's start, 96 (say) to a block, so that none is lost
or doubled when daylight saving changes: an interval's DST flag says whether the local time of its end has it applied.
A block's end time is the local time at which its last recorded interval ended.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fieldpro.simulator.energy import Energy, seconds_within
from fieldpro.simulator.life import Life
from fieldpro.simulator.load import Flow
from fieldpro.simulator.noise import Floats, Integers

FINE, OVERFLOW, PARTIAL, LONG, SKIPPED, TEST, _, STOPPED = range(8)
DST, POWER_FAIL, CLOCK_FORWARD, CLOCK_BACK = 1, 2, 4, 8  # the high nibble of EXTENDED_INT_STATUS byte 0, bits 4-7


@dataclass(frozen=True, slots=True)
class ProfileSpec:
    """What is recorded. limit: the largest pulse count an interval holds. power_fail_s: shorter ones raise no flag."""

    flows: tuple[Flow, ...]
    interval_s: int
    intervals_per_block: int
    blocks: int
    limit: int = 65_535
    power_fail_s: float = 10.0


@dataclass(frozen=True, slots=True)
class Recorded:
    """The intervals the meter still holds, oldest first; the first one opens a block.

    first_block: its number since the profile's start. ends_standard: (n,). pulses, status: (n, channels).
    flags: (n,). readings: (blocks, all flows) pulses of the registers at the end of each block's last interval.
    """

    first_block: int
    ends_standard: Floats
    pulses: Integers
    status: NDArray[np.uint8]
    flags: NDArray[np.uint8]
    readings: Integers

    def __len__(self) -> int:
        return len(self.ends_standard)


def closed_intervals(life: Life, spec: ProfileSpec, now: float) -> int:
    """How many intervals have closed since the profile's start."""
    shown = life.interval_clock.latest_standard_at(now)
    return max(int((shown - life.profile_start) // spec.interval_s), 0)


def recorded(life: Life, energy: Energy, spec: ProfileSpec, now: float) -> Recorded:
    """What the profile holds at real time `now`."""
    count = closed_intervals(life, spec, now)
    blocks = -(-count // spec.intervals_per_block)
    first_block = max(blocks - spec.blocks, 0)
    first = first_block * spec.intervals_per_block
    edges_standard = life.profile_start + spec.interval_s * np.arange(first, count + 1, dtype=np.float64)
    edges = life.interval_clock.real(edges_standard)
    total = energy.pulses(edges)
    pulses = np.diff(total, axis=0)[:, list(spec.flows)]

    powered = np.diff(edges) - seconds_within(life.outages, edges)
    status = np.zeros(len(pulses), dtype=np.uint8)
    status[powered < spec.interval_s - 1] = PARTIAL
    status[powered > spec.interval_s + 1] = LONG
    status[seconds_within(life.tests, edges) > 0] = TEST
    status[powered < 1] = SKIPPED
    stopped = seconds_within(life.stops, edges) > 0
    status[stopped] = STOPPED
    pulses[stopped] = 0
    each = np.repeat(status[:, None], len(spec.flows), axis=1)
    over = pulses > spec.limit
    each[over & (each != STOPPED)] = OVERFLOW
    np.minimum(pulses, spec.limit, out=pulses)

    ends = edges_standard[1:]
    flags = (life.calendar.dst(ends - 1) * DST).astype(np.uint8)
    without_power = seconds_within(life.outages, edges)
    flags[(without_power > 0) & (without_power >= spec.power_fail_s)] |= POWER_FAIL
    _flag_clock_steps(life, edges_standard, edges, flags)

    last_of_block = np.minimum(np.arange(first_block + 1, blocks + 1) * spec.intervals_per_block, count) - first
    readings = total[last_of_block] - energy.pulses(np.array([life.cleared]))
    return Recorded(first_block, ends, pulses, each, flags, readings)


def _flag_clock_steps(life: Life, edges_standard: Floats, edges: Floats, flags: NDArray[np.uint8]) -> None:
    for step in life.interval_clock.steps:
        if step.delta_s > 0:  # every interval that lost time: those the clock jumped out of, over and into
            after = life.interval_clock.standard_at(step.at)
            touched = (edges_standard[1:] > after - step.delta_s) & (edges_standard[:-1] < after)
            flags[touched] |= CLOCK_FORWARD
        else:
            index = int(np.searchsorted(edges, step.at, side="right")) - 1
            if 0 <= index < len(flags):
                flags[index] |= CLOCK_BACK


def local_ends(life: Life, ends_standard: Floats, flags: NDArray[np.uint8]) -> Floats:
    """The local time of each end, as the meter writes it into BLK_END_TIME."""
    applied: Floats = ends_standard + life.calendar.dst_amount_s * (flags & DST).astype(np.float64)
    return applied
