"""Registers at any moment: summations, maximum demands, cumulative demands, coincident values, by tier.

ANSI C12.19 tables 22 to 28. A snapshot is a pure function of the meter's life and a real time, so that the current
registers (ST23), those of the last season (ST24), of the last demand reset (ST25) and the self-reads (ST26) are one
computation at different moments. Tiers add up to the total to the pulse: both are differences of the same counters.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from fieldpro.simulator.clock import ClockLine
from fieldpro.simulator.energy import Energy, seconds_within
from fieldpro.simulator.incidents import Period, merged
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


@dataclass(frozen=True, slots=True)
class _Marks:
    """The ends of sub-intervals, (n,) each: standard time, pulses of all flows, tier just before, seconds excluded so
    far. `first`: the first that counts; those before are there to look back at."""

    step_s: int
    first: int
    standard: Floats
    pulses: Integers
    tier: Integers
    excluded_s: Floats


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
        clock = self.life.demand_clocks[-1][1]
        shown = clock.latest_standard_at(now)
        closed = shown // demand.subinterval_s * demand.subinterval_s
        ends = np.array([closed - demand.interval_s, closed - demand.interval_s + demand.subinterval_s, closed])
        pulses = self.energy.pulses(np.append(clock.real(ends), now))[:, demand.flow]
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
        clocks = self.life.demand_clocks
        for (since, clock), (until, _) in pairwise([*clocks, (math.inf, clocks[-1][1])]):
            if since < end and start < until:
                span = self._marks(clock, max(start, since), min(end, until))
                for column, demand in enumerate(self.spec.demands):
                    self._take_maximum(found, span, column, demand)
        return found

    def _marks(self, clock: ClockLine, start: float, end: float) -> _Marks:
        """The ends of all sub-intervals on one clock between two real times, and of those just before."""
        step = min(demand.subinterval_s for demand in self.spec.demands)
        reach = max(demand.interval_s for demand in self.spec.demands)
        first = clock.latest_standard_at(start) // step * step
        last = clock.latest_standard_at(end) // step * step
        standard = np.arange(first - reach, last + step / 2, step)
        real = clock.real(standard)
        recovering = [Period(outage.start, outage.end + self.spec.exclusion_s) for outage in self.life.outages]
        return _Marks(
            step_s=step,
            first=reach // step + 1,
            standard=standard,
            pulses=self.energy.pulses(real),
            tier=self._tier_of(real, end),
            excluded_s=np.concatenate([[0.0], np.cumsum(seconds_within(merged(recovering), real))]),
        )

    def _take_maximum(self, found: _Maxima, marks: _Marks, column: int, demand: DemandSpec) -> None:
        """Put the largest demand of a span into `found` where it is larger than what is there."""
        back = demand.interval_s // marks.step_s
        ends = np.arange(marks.first, len(marks.standard))
        ends = ends[marks.standard[ends] % demand.subinterval_s == 0]
        if self.spec.exclusion_s:
            ends = ends[marks.excluded_s[ends] - marks.excluded_s[ends - back] == 0]
        per_hour = 3600.0 / demand.interval_s
        counted = marks.pulses[ends, demand.flow] - marks.pulses[ends - back, demand.flow]
        values = counted * (self.energy.weights[demand.flow] * per_hour)
        for row in range(self.spec.tiers + 1):
            mine = np.flatnonzero(marks.tier[ends] == row - 1) if row else np.arange(len(ends))
            if not len(mine):
                continue
            nth = int(mine[np.argmax(values[mine])])
            if values[nth] <= found.value[row, column]:
                continue
            best = int(ends[nth])
            found.value[row, column] = values[nth]
            found.occurred[row, column] = self.life.calendar.local_at(float(marks.standard[best]) - 1) + 1
            for number, coincident in enumerate(self.spec.coincidents):
                if coincident.of == column:
                    other = marks.pulses[best, coincident.flow] - marks.pulses[best - back, coincident.flow]
                    found.coincident[row, number] = other * self.energy.weights[coincident.flow] * per_hour

    def _tier_of(self, real: Floats, now: float) -> Integers:
        """The tier in effect just before each mark."""
        instants, tiers = self.life.tier_changes(now)
        tier: Integers = tiers[np.maximum(np.searchsorted(instants, real - 0.5, side="right") - 1, 0)]
        return tier
