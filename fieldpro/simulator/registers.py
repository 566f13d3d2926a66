"""Registers at any moment: summations, maximum demands, cumulative demands, coincident values, by tier.

ANSI C12.19 tables 22 to 28. A snapshot is a pure function of the meter's life and a real time, so that the current
registers (ST23), those of the last season (ST24), of the last demand reset (ST25) and the self-reads (ST26) are one
computation at different moments. Tiers add up to the total to the pulse: both are differences of the same counters.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from fieldpro.simulator.energy import Energy, seconds_within
from fieldpro.simulator.incidents import Period
from fieldpro.simulator.life import Life
from fieldpro.simulator.load import Flow
from fieldpro.simulator.noise import Floats, Integers


@dataclass(frozen=True, slots=True)
class DemandSpec:
    """A maximum demand of one flow over `interval_s`, sliding on by `subinterval_s` (equal: block demand)."""

    flow: Flow
    interval_s: int
    subinterval_s: int

    @property
    def sliding(self) -> bool:
        return self.subinterval_s < self.interval_s


@dataclass(frozen=True, slots=True)
class CoincidentSpec:
    """The demand of `flow` at the moment of the maximum of demand number `of`."""

    flow: Flow
    of: int


@dataclass(frozen=True, slots=True)
class RegisterSpec:
    sums: tuple[Flow, ...]
    demands: tuple[DemandSpec, ...]
    coincidents: tuple[CoincidentSpec, ...]
    tiers: int
    exclusion_s: float = 0.0  # demand is not taken for so long after the power has come back


@dataclass(frozen=True, slots=True)
class DemandValue:
    """occurred: local time (seconds since 1970) of the interval's end, None when there was none. W, var, VA."""

    occurred: float | None
    maximum: float
    cumulative: float
    continuous: float


@dataclass(frozen=True, slots=True)
class Block:
    """One DATA_BLK_RCD. sums: pulses."""

    sums: tuple[int, ...]
    demands: tuple[DemandValue, ...]
    coincidents: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """ST23 at one moment: real time and local time of it, and what it held."""

    real: float
    local: float
    season: int
    resets: int
    total: Block
    tiers: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class PresentDemand:
    """value: W so far in the interval that runs, as if it ended now; previous: that of the last whole one."""

    remaining_s: float
    value: float
    previous: float


class _Maxima:
    """The maxima of one billing period: arrays over (tiers + 1, demands); row 0 is the total."""

    def __init__(self, spec: RegisterSpec) -> None:
        shape = (spec.tiers + 1, len(spec.demands))
        self.value = np.zeros(shape)
        self.occurred = np.full(shape, np.nan)
        self.coincident = np.zeros((spec.tiers + 1, len(spec.coincidents)))


class Registers:
    """The registers of one life."""

    def __init__(self, life: Life, energy: Energy, spec: RegisterSpec) -> None:
        self.life, self.energy, self.spec = life, energy, spec
        self._closed: dict[tuple[float, float], _Maxima] = {}

    @cached_property
    def _start_pulses(self) -> Integers:
        pulses: Integers = self.energy.pulses(np.array([self.life.cleared]))[0]
        return pulses

    def pulses(self, now: float) -> Integers:
        """(all flows,) pulses since the registers were cleared."""
        counted: Integers = self.energy.pulses(np.array([now]))[0] - self._start_pulses
        return counted

    def snapshot(self, now: float, *, before_reset: bool = False) -> Snapshot:
        """Everything ST23 holds at real time `now`; `before_reset`: as it stood before a reset at that very moment."""
        resets = [at for at in self.life.demand_resets(now) if at < now or not before_reset]
        edges = [self.life.cleared, *resets]
        cumulative = np.zeros((self.spec.tiers + 1, len(self.spec.demands)))
        for start, end in pairwise(edges):
            cumulative += self._maxima(start, end).value
        present = self._maxima(edges[-1], now)
        sums = self._sums(now)
        blocks = [self._block(row, sums, present, cumulative) for row in range(self.spec.tiers + 1)]
        day = self.life.day_at(now)
        return Snapshot(
            real=now,
            local=self.life.local_at(now),
            season=int(self.life.calendar.seasons(day, day)[0]),
            resets=len(resets) % 256,
            total=blocks[0],
            tiers=tuple(blocks[1:]),
        )

    def present_demand(self, demand: DemandSpec, now: float) -> PresentDemand:
        """The interval that runs (the sub-interval, when sliding), and the last whole value."""
        shown = self.life.clock.latest_standard_at(now)
        closed = shown // demand.subinterval_s * demand.subinterval_s
        ends = np.array([closed - demand.interval_s, closed - demand.interval_s + demand.subinterval_s, closed])
        pulses = self.energy.pulses(np.append(self.life.clock.real(ends), now))[:, demand.flow]
        watts = self.energy.weights[demand.flow] * 3600.0 / demand.interval_s
        running = pulses[3] - (pulses[1] if demand.sliding else pulses[2])
        return PresentDemand(
            remaining_s=closed + demand.subinterval_s - shown,
            value=float(running * watts),
            previous=float((pulses[2] - pulses[0]) * watts),
        )

    def _sums(self, now: float) -> Integers:
        """(tiers + 1, all flows) pulses; row 0 is the total."""
        instants, tiers = self.life.tier_changes(now)
        edges = np.maximum(np.append(instants, now), self.life.cleared)
        counted = np.diff(self.energy.pulses(edges), axis=0)
        table = np.zeros((self.spec.tiers + 1, len(Flow)), dtype=np.int64)
        if self.spec.tiers:
            np.add.at(table, np.minimum(tiers, self.spec.tiers - 1) + 1, counted)
        table[0] = self.pulses(now)
        return table

    def _block(self, row: int, sums: Integers, present: _Maxima, cumulative: Floats) -> Block:
        demands = []
        for column in range(len(self.spec.demands)):
            occurred = float(present.occurred[row, column])
            maximum, before = float(present.value[row, column]), float(cumulative[row, column])
            demands.append(DemandValue(None if np.isnan(occurred) else occurred, maximum, before, before + maximum))
        return Block(
            tuple(int(sums[row, flow]) for flow in self.spec.sums),
            tuple(demands),
            tuple(float(value) for value in present.coincident[row]),
        )

    def _maxima(self, start: float, end: float) -> _Maxima:
        known = self._closed.get((start, end))
        if known is None:
            known = self._find_maxima(start, end)
            if len(self._closed) > 400:
                self._closed.clear()
            self._closed[start, end] = known
        return known

    def _find_maxima(self, start: float, end: float) -> _Maxima:
        """The largest demands of the intervals that ended after `start` and by `end`."""
        found = _Maxima(self.spec)
        if not self.spec.demands or end <= start:
            return found
        step = min(demand.subinterval_s for demand in self.spec.demands)
        reach = max(demand.interval_s for demand in self.spec.demands)
        clock = self.life.clock
        first = clock.latest_standard_at(start) // step * step
        last = clock.latest_standard_at(end) // step * step
        marks = np.arange(first - reach, last + step / 2, step)
        real = clock.real(marks)
        pulses = self.energy.pulses(real)
        tier = self._tier_of(marks, real, end)
        recovering = [Period(outage.start, outage.end + self.spec.exclusion_s) for outage in self.life.outages]
        gone = np.concatenate([[0.0], np.cumsum(seconds_within(_disjoint(recovering), real))])
        for column, demand in enumerate(self.spec.demands):
            back = demand.interval_s // step
            ends = np.arange(reach // step + 1, len(marks))
            ends = ends[marks[ends] % demand.subinterval_s == 0]
            if self.spec.exclusion_s:
                ends = ends[gone[ends] - gone[ends - back] == 0]
            if not len(ends):
                continue
            factor = 3600.0 / demand.interval_s
            values = (pulses[ends, demand.flow] - pulses[ends - back, demand.flow]) * (
                self.energy.weights[demand.flow] * factor
            )
            for row in range(self.spec.tiers + 1):
                mine = np.flatnonzero(tier[ends] == row - 1) if row else np.arange(len(ends))
                if not len(mine):
                    continue
                best = int(mine[np.argmax(values[mine])])
                found.value[row, column] = values[best]
                if values[best] > 0:
                    found.occurred[row, column] = self.life.calendar.local_at(float(marks[ends[best]]) - 1) + 1
                for nth, coincident in enumerate(self.spec.coincidents):
                    if coincident.of == column:
                        other = pulses[ends[best], coincident.flow] - pulses[ends[best] - back, coincident.flow]
                        found.coincident[row, nth] = other * self.energy.weights[coincident.flow] * factor
        return found

    def _tier_of(self, marks: Floats, real: Floats, now: float) -> Integers:
        """The tier in effect just before each mark."""
        instants, tiers = self.life.tier_changes(now)
        tier: Integers = tiers[np.maximum(np.searchsorted(instants, real - 0.5, side="right") - 1, 0)]
        return tier


def _disjoint(periods: list[Period]) -> list[Period]:
    result: list[Period] = []
    for period in periods:
        if result and period.start < result[-1].end:
            result[-1] = Period(result[-1].start, max(period.end, result[-1].end))
        else:
            result.append(period)
    return result
