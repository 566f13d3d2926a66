"""One meter's life: everything that ever happened to it, as one value. All that a meter shows is computed from it.

`Life` is immutable; what happens while the meter is served (a demand reset, a clock setting, a power failure) makes a
new `Life` with `dataclasses.replace`, so that whatever was computed from the old one can be kept beside it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np

from fieldpro.simulator.calendar import DAY_S, Calendar
from fieldpro.simulator.clock import ClockLine, Step
from fieldpro.simulator.incidents import Period, merged
from fieldpro.simulator.noise import Floats, Integers

_STRETCHED_S = 900  # a clock set back by no more stretches the demand interval that runs


@dataclass(frozen=True)
class Life:
    """Times are real (UTC seconds) unless named otherwise.

    origin: installation. outages, tests: disjoint and in order. stops: load profile recording stopped.
    openings: the customer cut off by the service switch.
    resets, self_reads: those asked for by a procedure; the scheduled ones follow from the calendar.
    cleared: registers count from here. profile_start: standard time at which the first interval began.
    events_cleared, history_cleared, readings_cleared: entries of the event log, the history and the list of
    self-reads before are gone.
    """

    origin: float
    clock: ClockLine
    calendar: Calendar
    outages: tuple[Period, ...] = ()
    tests: tuple[Period, ...] = ()
    stops: tuple[Period, ...] = ()
    openings: tuple[Period, ...] = ()
    resets: tuple[float, ...] = ()
    self_reads: tuple[float, ...] = ()
    cleared: float = 0.0
    profile_start: float = 0.0
    profile_clock: ClockLine | None = None
    events_cleared: float = 0.0
    history_cleared: float = 0.0
    readings_cleared: float = 0.0
    daily_self_read: bool = False

    @property
    def idle(self) -> tuple[Period, ...]:
        """When the billing registers do not count."""
        return merged([*self.outages, *self.tests, *self.openings])

    def local_at(self, real: float) -> float:
        """What the meter's clock shows, daylight saving applied, in seconds since 1970-01-01 00:00 local."""
        return self.calendar.local_at(self.clock.standard_at(real))

    def when_powered(self, real: float) -> float:
        """Something due while the power is off is done when it comes back."""
        return next((period.end for period in self.outages if period.start <= real < period.end), real)

    def day_at(self, real: float) -> int:
        return int(self.clock.standard_at(real) // DAY_S)

    def latest_day_at(self, real: float) -> int:
        """The furthest day the clock has ever shown by then."""
        return int(self.clock.latest_standard_at(real) // DAY_S)

    @cached_property
    def _tiers(self) -> dict[int, tuple[Floats, Integers]]:
        return {}

    @cached_property
    def _scheduled_until(self) -> dict[int, tuple[tuple[float, bool, bool], ...]]:
        return {}

    def scheduled(self, now: float) -> tuple[tuple[float, bool, bool], ...]:
        """(real time, demand reset, self-read) of what the calendar had the meter do, in order, up to `now`."""
        last_day = self.latest_day_at(now) + 1
        known = self._scheduled_until.get(last_day)
        if known is None:
            first_day = self.day_at(self.origin) + 1
            dues = [
                (self.when_powered(self.clock.real_at(standard)), action.demand_reset, action.self_read)
                for standard, action in self.calendar.midnights(first_day, last_day)
                if action.demand_reset or action.self_read
            ]
            if self.daily_self_read:
                days = np.arange(first_day, last_day + 1, dtype=np.float64)
                midnights = self.calendar.from_local(days * DAY_S)
                dues += [(self.when_powered(real), False, True) for real in self.clock.real(midnights).tolist()]
            known = tuple(sorted(dues))
            self._scheduled_until[last_day] = known
        return tuple(due for due in known if self.cleared < due[0] <= now)

    def demand_resets(self, now: float) -> list[float]:
        """The real times of every demand reset since the registers were cleared."""
        asked = [at for at in self.resets if self.cleared < at <= now]
        return sorted({*asked, *(at for at, reset, _ in self.scheduled(now) if reset)})

    def self_readings(self, now: float) -> list[float]:
        """The real times of every self-read since the list was cleared."""
        done = {*self.self_reads, *(at for at, _, reading in self.scheduled(now) if reading)}
        return sorted(at for at in done if max(self.cleared, self.readings_cleared) < at <= now)

    def last_season_change(self, now: float) -> float | None:
        """The real time the season last changed; None when it has not since the registers were cleared."""
        first, last = self.day_at(self.cleared), self.latest_day_at(now) + 1
        season = int(self.calendar.seasons(first, first)[0])
        found = None
        for standard, action in self.calendar.midnights(first + 1, last):
            if action.season is not None and action.season != season:
                at = self.when_powered(self.clock.real_at(standard))
                if at <= now:
                    season, found = action.season, at
        return found

    def tier_changes(self, now: float) -> tuple[Floats, Integers]:
        """(n,) real times in order, (n,) tiers from then on, from before the origin up to `now`."""
        day = self.latest_day_at(now) + 1
        known = self._tiers.get(day)
        if known is None:
            clocks = self.demand_clocks
            bounds = [self.origin - DAY_S, *(since for since, _ in clocks[1:]), math.inf]
            found = [
                self._tiers_within(clock, since, until, day)
                for (_, clock), (since, until) in zip(clocks, pairwise(bounds), strict=True)
            ]
            known = np.concatenate([each[0] for each in found]), np.concatenate([each[1] for each in found])
            self._tiers[day] = known
        instants, tiers = known
        count = max(int(np.searchsorted(instants, now, side="right")), 1)
        return instants[:count], tiers[:count]

    def _tiers_within(self, clock: ClockLine, since: float, until: float, last_day: int) -> tuple[Floats, Integers]:
        """The tier at `since`, and the switches between two real times, by one clock."""
        first = int(clock.standard_at(since) // DAY_S) - 7
        last = last_day if math.isinf(until) else int(clock.standard_at(until) // DAY_S) + 1
        standard, tiers = self.calendar.tier_changes(first, max(first + 8, last))
        real = clock.real(standard)
        begun = max(int(np.searchsorted(real, since, side="right")), 1)
        inside = slice(begun, int(np.searchsorted(real, until, side="left")))
        return np.append(since, real[inside]), np.append(tiers[begun - 1], tiers[inside])

    # --- what happens while the meter is served -----------------------------------------------------------------

    @property
    def interval_clock(self) -> ClockLine:
        """The clock the load profile goes by: that of the meter since the profile last began anew."""
        return self.profile_clock or self.clock

    @cached_property
    def demand_clocks(self) -> list[tuple[float, ClockLine]]:
        """The clocks demand intervals go by, each with the real time it counts from. A small setting stretches or
        shortens the interval that runs; after a large one the intervals begin anew."""
        clocks = [(-math.inf, ClockLine(zone_s=self.clock.zone_s, error_s=self.clock.error_s))]
        for step in self.clock.steps:
            if -_STRETCHED_S <= step.delta_s <= DAY_S:
                clocks[-1] = (clocks[-1][0], clocks[-1][1].with_step(step))
            else:
                clocks.append((step.at, self.clock.restarted(step.at)))
        return clocks

    def after_clock_set(self, at: float, delta_s: float) -> Life:
        """The clock set by `delta_s`. By more than a day either way, the load profile begins anew."""
        step = Step(at, delta_s)
        life = replace(self, clock=self.clock.with_step(step))
        if abs(delta_s) > DAY_S:
            return replace(life, profile_clock=life.clock.restarted(at)).with_new_profile(at, DAY_S)
        if self.profile_clock is not None:
            life = replace(life, profile_clock=self.profile_clock.with_step(step))
        return life

    def with_new_profile(self, at: float, interval_s: int) -> Life:
        """The load profile emptied; it begins anew with the next whole interval."""
        return replace(
            self, profile_start=math.ceil(self.interval_clock.latest_standard_at(at) / interval_s) * interval_s
        )

    def after_outage(self, start: float, end: float) -> Life:
        return replace(self, outages=merged([*self.outages, Period(start, end)]))
