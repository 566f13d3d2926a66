"""One meter's life: everything that ever happened to it, as one value. All that a meter shows is computed from it.

`Life` is immutable; what happens while the meter is served (a demand reset, a clock setting, a power failure) makes a
new `Life` with `dataclasses.replace`, so that whatever was computed from the old one can be kept beside it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from fieldpro.simulator.calendar import DAY_S, Calendar
from fieldpro.simulator.clock import ClockLine, Step
from fieldpro.simulator.incidents import Period, merged
from fieldpro.simulator.noise import Floats, Integers


@dataclass(frozen=True)
class Life:
    """Times are real (UTC seconds) unless named otherwise.

    origin: installation. outages, tests: disjoint and in order. stops: load profile recording stopped.
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
    resets: tuple[float, ...] = ()
    self_reads: tuple[float, ...] = ()
    cleared: float = 0.0
    profile_start: float = 0.0
    events_cleared: float = 0.0
    history_cleared: float = 0.0
    readings_cleared: float = 0.0
    daily_self_read: bool = False

    @property
    def idle(self) -> tuple[Period, ...]:
        """When the billing registers do not count."""
        return merged([*self.outages, *self.tests])

    def local_at(self, real: float) -> float:
        """What the meter's clock shows, daylight saving applied, in seconds since 1970-01-01 00:00 local."""
        return self.calendar.local_at(self.clock.standard_at(real))

    def when_powered(self, real: float) -> float:
        """Something due while the power is off is done when it comes back."""
        return next((period.end for period in self.outages if period.start <= real < period.end), real)

    def day_at(self, real: float) -> int:
        return int(self.clock.standard_at(real) // DAY_S)

    @cached_property
    def _tiers(self) -> dict[int, tuple[Floats, Integers]]:
        return {}

    @cached_property
    def _scheduled_until(self) -> dict[int, tuple[tuple[float, bool, bool], ...]]:
        return {}

    def scheduled(self, now: float) -> tuple[tuple[float, bool, bool], ...]:
        """(real time, demand reset, self-read) of what the calendar had the meter do, in order, up to `now`."""
        last_day = self.day_at(now) + 1
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
        first, last = self.day_at(self.cleared), self.day_at(now) + 1
        season = int(self.calendar.seasons(first, first)[0])
        found = None
        for standard, action in self.calendar.midnights(first + 1, last):
            if action.season is not None and action.season != season:
                at = self.when_powered(self.clock.real_at(standard))
                if at <= now:
                    season, found = action.season, at
        return found

    def tier_changes(self, now: float) -> tuple[Floats, Integers]:
        """(n,) real times, (n,) tiers from then on, from before the origin up to `now`."""
        day = self.day_at(now) + 1
        known = self._tiers.get(day)
        if known is None:
            standard, tiers = self.calendar.tier_changes(self.day_at(self.origin) - 2, day)
            known = self._tiers[day] = (self.clock.real(standard), tiers)
        instants, tiers = known
        count = max(int(np.searchsorted(instants, now, side="right")), 1)
        return instants[:count], tiers[:count]

    # --- what happens while the meter is served -----------------------------------------------------------------

    def after_clock_set(self, at: float, delta_s: float) -> Life:
        """The clock set by `delta_s`. By more than a day either way, the load profile begins anew."""
        clock = self.clock.with_step(Step(at, delta_s))
        life = replace(self, clock=clock)
        if abs(delta_s) > DAY_S:
            life = life.with_new_profile(at, DAY_S)
        return life

    def with_new_profile(self, at: float, interval_s: int) -> Life:
        """The load profile emptied; it begins anew with the next whole interval."""
        return replace(self, profile_start=math.ceil(self.clock.standard_at(at) / interval_s) * interval_s)

    def after_outage(self, start: float, end: float) -> Life:
        return replace(self, outages=merged([*self.outages, Period(start, end)]))
