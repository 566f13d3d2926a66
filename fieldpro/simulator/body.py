"""The meter itself, apart from its port: its life, what is computed from it, and what can be done to it.

Everything that changes the meter goes through here, leaves an entry in its logs and makes a new `Life`; what the
tables show is then computed from that.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

from fieldpro.errors import UsageError
from fieldpro.simulator.calendar import Calendar
from fieldpro.simulator.clock import ClockLine, Now
from fieldpro.simulator.describe import MeterDescription
from fieldpro.simulator.energy import Energy, LoadSum, shared_sum
from fieldpro.simulator.events import Entry, EventLog
from fieldpro.simulator.incidents import Period, past
from fieldpro.simulator.life import Life
from fieldpro.simulator.pending import PendingTables
from fieldpro.simulator.phases import Instant, instant, without_load
from fieldpro.simulator.profile import Recorded, closed_intervals, recorded
from fieldpro.simulator.registers import Registers, Snapshot
from fieldpro.simulator.specs import flow_weights, load_shape, profile_spec, register_spec, starting_calendar
from fieldpro.simulator.switch import LoadLimit, ServiceSwitch, with_switch

TEST_MODE_S = 1_800.0  # test mode ends by itself
STATUS_MEMORY_S = 35 * 86_400.0  # the power failure flag was cleared so long ago when the meter is first seen

ListName = Literal["events", "history", "self-reads", "profile"]
LISTS: tuple[ListName, ...] = ("events", "history", "self-reads", "profile")


@dataclass(frozen=True, slots=True)
class User:
    """Who does something: the user id of Logon."""

    user_id: int = 0


class Body:
    """One meter. `clock` gives real time; it must not run backwards."""

    def __init__(self, description: MeterDescription, clock: Now) -> None:
        self.description = description
        self.clock = clock
        self.started = clock()
        if self.started < description.origin + 86_400:
            raise UsageError("time of the virtual meter", f"a day after {description.installed}", str(self.started))
        self.shape = load_shape(description)
        self.profile_spec = profile_spec(description)
        self.register_spec = register_spec(description)
        self.pending = PendingTables(description.pending.entries)
        self.flags_cleared = self.started - STATUS_MEMORY_S
        self._read_entries: dict[ListName, int] = {}  # entries of each list that somebody has marked as read
        self._done: tuple[Entry, ...] = ()
        self._life = self._first_life()
        self._recorded: tuple[int, Life, Recorded] | None = None
        part = description.switch
        self.switch = ServiceSwitch(self, part.actuator_s, LoadLimit.described(part.limit)) if part else None

    def now(self) -> float:
        return self.clock()

    # --- what it shows ------------------------------------------------------------------------------------------

    @property
    def life(self) -> Life:
        return self._life

    @life.setter
    def life(self, life: Life) -> None:
        self._life = life
        for name in ("energy", "registers", "log"):
            self.__dict__.pop(name, None)

    @cached_property
    def load(self) -> LoadSum:
        return shared_sum(self.shape, self.description.seed, self.description.origin)

    @cached_property
    def energy(self) -> Energy:
        return Energy(self.load, flow_weights(self.description), self._life.idle)

    @cached_property
    def registers(self) -> Registers:
        return Registers(self._life, self.energy, self.register_spec)

    @cached_property
    def log(self) -> EventLog:
        return EventLog(self._life, self._done)

    def snapshot(self, now: float) -> Snapshot:
        return self.registers.snapshot(now)

    def profile(self, now: float) -> Recorded:
        """The load profile; computed once an interval."""
        count = closed_intervals(self._life, self.profile_spec, now)
        if self._recorded is None or self._recorded[0] != count or self._recorded[1] is not self._life:
            self._recorded = (count, self._life, recorded(self._life, self.energy, self.profile_spec, now))
        return self._recorded[2]

    def instant(self, now: float) -> Instant:
        plate = self.description.nameplate
        loaded = instant(
            self.shape,
            self.description.seed,
            real=now,
            nominal_volts=plate.nominal_volts,
            frequency_hertz=float(plate.frequency_hertz),
        )
        return without_load(loaded, plate.nominal_volts) if self.is_cut_off(now) else loaded

    def is_cut_off(self, now: float) -> bool:
        """Whether the service switch keeps the customer from the line."""
        return any(opening.start <= now < opening.end for opening in self._life.openings)

    def in_test_mode(self, now: float) -> bool:
        return any(test.start <= now < test.end for test in self._life.tests)

    def profile_stopped(self, now: float) -> bool:
        return any(stop.start <= now < stop.end for stop in self._life.stops)

    def raised_flags(self, now: float) -> frozenset[str]:
        """The flags of ED_STD_STATUS1 (ST3) that are set."""
        raised = set(self.description.history.flags) if self.flags_cleared < self.started else set()
        if any(self.flags_cleared < outage.start <= now for outage in self._life.outages):
            raised.add("POWER_FAILURE_FLAG")
        return frozenset(raised)

    # --- lists and what was read of them ------------------------------------------------------------------------

    def count(self, name: ListName, now: float) -> int:
        """All entries a list has had since it was cleared."""
        if name == "events":
            return len(self.log.events(now))
        if name == "history":
            return len(self.log.history(now))
        if name == "self-reads":
            return len(self._life.self_readings(now))
        return -(-closed_intervals(self._life, self.profile_spec, now) // self.profile_spec.intervals_per_block)

    def unread(self, name: ListName, count: int) -> int:
        """How many of `count` entries nobody has read. Before it was first seen here, somebody read the meter."""
        if name not in self._read_entries:
            self._read_entries[name] = self.count(name, self.started - STATUS_MEMORY_S)
        return max(count - self._read_entries[name], 0)

    def mark_read(self, name: ListName, entries: int) -> bool:
        """So many more have been read; False when that is more than there are. Those that were overwritten before
        anybody read them are past marking."""
        unread = self.unread(name, self.count(name, self.now()))
        lost = max(unread - self._capacity(name), 0)
        if entries > unread - lost:
            return False
        self._read_entries[name] += lost + entries
        return True

    def _capacity(self, name: ListName) -> int:
        """How many entries a list holds."""
        return {
            "events": self.description.log.event_entries,
            "history": self.description.log.history_entries,
            "self-reads": self.description.registers.self_reads,
            "profile": self.profile_spec.blocks,
        }[name]

    # --- what is done to it -------------------------------------------------------------------------------------

    def note(self, number: int, *, user: User, argument: int = 0, now: float | None = None) -> None:
        """An entry for the logs."""
        at = self.now() if now is None else now
        self._done = (*self._done, Entry(at, self._life.local_at(at), number, user.user_id, argument))
        self.__dict__.pop("log", None)

    def demand_reset(self, at: float | None = None) -> None:
        self.life = replace(self._life, resets=(*self._life.resets, self.now() if at is None else at))

    def self_read(self, at: float | None = None) -> None:
        self.life = replace(self._life, self_reads=(*self._life.self_reads, self.now() if at is None else at))

    def set_clock(self, standard: float) -> tuple[float, float]:
        """Set the clock; the local times it showed before and after."""
        now = self.now()
        before = self._life.local_at(now)
        self.life = self._life.after_clock_set(now, standard - self._life.clock.standard_at(now))
        return before, self._life.local_at(now)

    def start_test(self) -> None:
        now = self.now()
        if not self.in_test_mode(now):
            self.life = replace(self._life, tests=(*self._life.tests, Period(now, now + TEST_MODE_S)))

    def stop_test(self) -> None:
        now = self.now()
        self.life = replace(self._life, tests=_ended(self._life.tests, now))

    def stop_profile(self) -> None:
        now = self.now()
        if not self.profile_stopped(now):
            self.life = replace(self._life, stops=(*self._life.stops, Period(now, float("inf"))))

    def start_profile(self) -> None:
        self.life = replace(self._life, stops=_ended(self._life.stops, self.now()))

    def clear_list(self, name: ListName) -> None:
        """Empty a list: it counts from nothing again."""
        now = self.now()
        self._read_entries[name] = 0
        if name == "profile":
            self.life = self._life.with_new_profile(now, self.profile_spec.interval_s)
        else:
            field = {"events": "events_cleared", "history": "history_cleared", "self-reads": "readings_cleared"}[name]
            changes: dict[str, Any] = {field: now}
            self.life = replace(self._life, **changes)

    def clear_data(self) -> None:
        """Registers, profile and lists emptied."""
        self.life = replace(self._life, cleared=self.now())
        for name in LISTS:
            self.clear_list(name)

    def note_of_maker(self, number: int, *, at: float, argument: int = 0) -> None:
        """Something the meter did by itself."""
        self.note(number, user=User(), argument=argument, now=at)

    def switch_moved(self, at: float, *, is_open: bool) -> None:
        """The service switch has cut the customer off, or on again."""
        self.life = replace(self._life, openings=with_switch(self._life.openings, at, is_open=is_open))

    def power_failed(self, start: float, end: float) -> None:
        """The power was off between two real times while the meter was served."""
        self.life = self._life.after_outage(start, end)

    def set_calendar(self, calendar: Calendar, at: float | None = None) -> None:
        """A new calendar from the next midnight on; the past keeps the tiers it had."""
        tomorrow = self._life.day_at(self.now() if at is None else at) + 1
        self.life = replace(self._life, calendar=replace(calendar, before=self._life.calendar, since=tomorrow))

    # --- how it began -------------------------------------------------------------------------------------------

    def _first_life(self) -> Life:
        description = self.description
        origin = float(description.origin)
        happened = past(description.seed, origin, self.started)
        wanted = description.history
        clock = ClockLine(
            zone_s=description.clock.zone_minutes * 60,
            error_s=description.clock.error_s,
            steps=happened.steps if wanted.clock_settings else (),
        )
        interval_s = self.profile_spec.interval_s * self.profile_spec.intervals_per_block
        return Life(
            origin=origin,
            clock=clock,
            calendar=starting_calendar(description),
            outages=happened.outages if wanted.outages else (),
            tests=happened.tests if wanted.test_mode else (),
            cleared=origin,
            profile_start=-(-clock.standard_at(origin) // interval_s) * interval_s,
            daily_self_read=description.registers.daily_self_read,
        )


def _ended(periods: tuple[Period, ...], now: float) -> tuple[Period, ...]:
    """The same periods, the one that runs ended now."""
    return tuple(Period(each.start, now) if each.start <= now < each.end else each for each in periods)
