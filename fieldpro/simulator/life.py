"""One meter's life: everything that ever happened to it, as one value. All that a meter shows is computed from it.

`Life` is immutable; what happens while the meter is served (a demand reset, a clock setting, a power failure) makes a
new `Life` with `dataclasses.replace`, so that whatever was computed from the old one can be kept beside it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
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
    log_cleared: events before are gone.
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
    log_cleared: float = 0.0
    daily_self_read: bool = False
    _kept: dict[str, object] = field(default_factory=dict, compare=False, repr=False)

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
                midnights = self.calendar.from_local(np.arange(first_day, last_day + 1) * float(DAY_S))
                dues += [(self.when_powered(real), False, True) for real in self.clock.real(midnights).tolist()]
            known = tuple(sorted(dues))
            self._scheduled_until[last_day] = known
        return tuple(due for due in known if self.cleared < due[0] <= now)

    def demand_resets(self, now: float) -> list[float]:
        """The real times of every demand reset since the registers were cleared."""
        asked = [at for at in self.resets if self.cleared < at <= now]
        return sorted({*asked, *(at for at, reset, _ in self.scheduled(now) if reset)})

    def self_readings(self, now: float) -> list[float]:
        asked = [at for at in self.self_reads if self.cleared < at <= now]
        return sorted({*asked, *(at for at, _, reading in self.scheduled(now) if reading)})

    def tier_changes(self, now: float) -> tuple[Floats, Integers]:
        """(n,) real times, (n,) tiers from then on, from before the origin up to `now`."""
        day = self.day_at(now) + 1
        key = f"tiers{day}"
        if key not in self._kept:
            standard, tiers = self.calendar.tier_changes(self.day_at(self.origin) - 2, day)
            self._kept[key] = (self.clock.real(standard), tiers)
        instants, tiers = self._kept[key]  # type: ignore[misc]  # what was put there two lines above
        count = max(int(np.searchsorted(instants, now, side="right")), 1)
        return instants[:count], tiers[:count]

    # --- what happens while the meter is served -----------------------------------------------------------------

    def after_clock_set(self, at: float, delta_s: float) -> Life:
        """The clock set by `delta_s`. By more than a day either way, the load profile begins anew."""
        clock = self.clock.with_step(Step(at, delta_s))
        life = replace(self, clock=clock, _kept={})
        if abs(delta_s) > DAY_S:
            life = replace(life, profile_start=math.ceil(clock.standard_at(at) / DAY_S) * DAY_S)
        return life

    def after_outage(self, start: float, end: float) -> Life:
        return replace(self, outages=merged([*self.outages, Period(start, end)]), _kept={})
