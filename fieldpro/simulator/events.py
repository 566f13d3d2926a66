"""What the meter's logs hold (ANSI C12.19 tables 70 to 76): the incidents of its life, and what was done to it.

Event numbers are the standard's. The log is computed from the life, like everything else, so that it agrees with the
gaps in the profile, the registers that were reset and the clock that was set.

An entry's argument is a number in the meter's byte order: with 2 (power up) the seconds without power, 9 the procedure,
10 the table, 14 and 15 the list code, 20 the number of demand resets so far, 24 the season, 26 the special schedule.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from fieldpro.simulator.calendar import DAY_S
from fieldpro.simulator.life import Life

POWER_DOWN, POWER_UP = 1, 2
TIME_CHANGED_OLD, TIME_CHANGED_NEW = 3, 4
ACCESSED_FOR_WRITE, PROCEDURE_INVOKED, TABLE_WRITTEN, PROGRAMMED = 8, 9, 10, 11
LIST_POINTERS_RESET, LIST_POINTERS_UPDATED, HISTORY_CLEARED, EVENT_LOG_CLEARED = 14, 15, 16, 18
DEMAND_RESET, SELF_READ, DST_ON, DST_OFF, SEASON_CHANGED = 20, 21, 22, 23, 24
SPECIAL_SCHEDULE = 26
PENDING_ACTIVATED, PENDING_CANCELLED = 28, 29
TEST_STARTED, TEST_STOPPED = 32, 33

# The virtual meters' own events, counted from 2048.
SWITCH_OPENED, SWITCH_CLOSED, SWITCH_ARMED = 2049, 2050, 2051
SWITCH_LIMIT_TRIPPED, SWITCH_DID_NOT_MOVE, SWITCH_CLOSING_REFUSED = 2052, 2053, 2054
SWITCH_EVENTS = (1, 2, 3, 4, 5, 6)  # the same as ST72 counts them

LOGGED = (1, 2, 3, 4, 8, 9, 10, 11, 14, 15, 16, 18, 20, 21, 22, 23, 24, 26, 28, 29, 32, 33)
IN_HISTORY = frozenset({3, 4, 8, 9, 10, 11, 14, 15, 16, 18, 20, 28, 29, 32, 33})  # what somebody does to a meter


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. `local`: what the meter's clock showed. `argument`: a number, its meaning the event's."""

    real: float
    local: float
    number: int
    user_id: int = 0
    argument: int = 0


class EventLog:
    """All entries of one life and of what was done while it was served, oldest first."""

    def __init__(self, life: Life, done: tuple[Entry, ...] = ()) -> None:
        self.life = life
        self.done = done
        self._scheduled: tuple[int, list[Entry]] | None = None

    def entries(self, now: float) -> list[Entry]:
        day = self.life.latest_day_at(now)
        if self._scheduled is None or self._scheduled[0] != day:
            self._scheduled = (day, self._calendar_entries(day))
        found = [*self._incidents, *self._scheduled[1], *self.done, *self._resets(now)]
        return sorted((entry for entry in found if entry.real <= now), key=lambda entry: entry.real)

    def events(self, now: float) -> list[Entry]:
        """What the event log has taken up since it was cleared."""
        return [entry for entry in self.entries(now) if entry.real >= self.life.events_cleared]

    def history(self, now: float) -> list[Entry]:
        """What somebody did, since the history was cleared."""
        cleared = self.life.history_cleared
        return [entry for entry in self.entries(now) if entry.number in IN_HISTORY and entry.real >= cleared]

    @cached_property
    def _incidents(self) -> list[Entry]:
        life = self.life
        found = [Entry(life.origin, life.local_at(life.origin), PROGRAMMED)]
        for outage in life.outages:
            found.append(self._at(outage.start, POWER_DOWN))
            found.append(self._at(outage.end, POWER_UP, round(outage.seconds)))
        for test in life.tests:
            found.append(self._at(test.start, TEST_STARTED))
            found.append(self._at(test.end, TEST_STOPPED))
        for step in life.clock.steps:
            after = life.clock.standard_at(step.at)
            found.append(Entry(step.at, life.calendar.local_at(after - step.delta_s), TIME_CHANGED_OLD))
            found.append(Entry(step.at, life.calendar.local_at(after), TIME_CHANGED_NEW))
        return found

    def _at(self, real: float, number: int, argument: int = 0) -> Entry:
        local = self.life.local_at(real) if real < float("inf") else 0.0
        return Entry(real, local, number, argument=argument)

    def _resets(self, now: float) -> list[Entry]:
        resets = self.life.demand_resets(now)
        found = [self._at(at, DEMAND_RESET, nth) for nth, at in enumerate(resets, start=1)]
        if self.life.daily_self_read:  # those of every night would leave room for nothing else
            return found + [self._at(at, SELF_READ) for at in self.life.self_reads]
        return found + [self._at(at, SELF_READ) for at in self.life.self_readings(now)]

    def _calendar_entries(self, day: int) -> list[Entry]:
        life, calendar = self.life, self.life.calendar
        first = life.day_at(life.origin)
        found = []
        for standard, on in calendar.dst_changes(first * float(DAY_S), (day + 1) * float(DAY_S)):
            found.append(self._at(life.when_powered(life.clock.real_at(standard)), DST_ON if on else DST_OFF))
        season = int(calendar.seasons(first, first)[0])
        for standard, action in calendar.midnights(first, day + 1):
            number = None
            if action.season is not None and action.season != season:
                season, number = action.season, SEASON_CHANGED
            elif action.special is not None:
                number = SPECIAL_SCHEDULE
            if number is not None:
                argument = season if number == SEASON_CHANGED else action.special or 0
                found.append(self._at(life.when_powered(life.clock.real_at(standard)), number, argument))
        return found
