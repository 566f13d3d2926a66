"""The service switch of a virtual meter: a latching relay with a motor, a load limit, and what can go wrong with it.

    closed --disconnect--> opening --after actuator_s--> open --arm--> armed --button or connect--> closing --> closed
    closed --load limit---> opening ... open --after reconnect_s, by policy--> armed, or closing --> closed

The load is a pure function of time, so that the moment the limit trips is one too: `advance` finds everything that
happened until now, each at its own time, however late one looks. While the switch is open no energy is counted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from fieldpro.simulator import events
from fieldpro.simulator.incidents import Period
from fieldpro.simulator.load import SLOT_S, power
from fieldpro.simulator.parts import LIMIT_POLICIES, LoadLimitPart

if TYPE_CHECKING:
    from fieldpro.simulator.body import Body

_MOST_SLOTS_AT_ONCE = 4_096


class State(IntEnum):
    """Table 2051, STATE."""

    OPEN = 0
    CLOSED = 1
    ARMED = 2
    OPENING = 3
    CLOSING = 4


class Cause(IntEnum):
    """Table 2051, CAUSE: why the switch moved last."""

    NONE = 0
    COMMAND = 1
    LOAD_LIMIT = 2
    RECONNECT = 3
    BUTTON = 4


class Policy(IntEnum):
    """Table 2052, POLICY: what happens after the load limit has opened the switch."""

    STAY_OPEN = 0
    ARM = 1
    RECONNECT = 2


class Moved(IntEnum):
    """What a command came to."""

    YES = 0
    ALREADY_THERE = 1
    WRONG_STATE = 2
    MOVING = 3
    LOAD_SIDE_VOLTAGE = 4


@dataclass(frozen=True, slots=True)
class LoadLimit:
    """Table 2052. threshold_watts: of the power delivered, all phases; duration_s: how long it may be above."""

    is_on: bool
    threshold_watts: float
    duration_s: int
    policy: Policy
    reconnect_s: int
    most_trips: int

    @classmethod
    def described(cls, part: LoadLimitPart) -> LoadLimit:
        policy = Policy(LIMIT_POLICIES.index(part.policy))
        return cls(part.on, part.threshold_watts, part.duration_s, policy, part.reconnect_s, part.most_trips)


@dataclass(frozen=True, slots=True)
class _Movement:
    start: float
    end: float
    to: State
    cause: Cause
    back_to: State


class ServiceSwitch:
    """The switch of one meter. Times are real. `stuck`: so many movements will fail; `backfeed_volts`: what something
    else feeds into the load side."""

    def __init__(self, body: Body, actuator_s: float, limit: LoadLimit) -> None:
        self._body = body
        self.actuator_s = actuator_s
        self.limit = limit
        self.stuck = 0
        self.backfeed_volts = 0.0
        self.cause = Cause.NONE
        self.failed = False
        self.operations = 0
        self.trips = 0
        self.changed_at: float | None = None
        self._state = State.CLOSED
        self._movement: _Movement | None = None
        self._watched_from = body.started
        self._over_since: float | None = None
        self._reconnect_at: float | None = None

    # --- what it shows

    @property
    def state(self) -> State:
        if self._movement is None:
            return self._state
        return State.OPENING if self._movement.to is State.OPEN else State.CLOSING

    @property
    def is_conducting(self) -> bool:
        """Contacts part, and touch, at the end of the movement."""
        return self._state is State.CLOSED

    def load_side_volts(self, line_volts: float) -> float:
        return line_volts if self.is_conducting else self.backfeed_volts

    # --- what it is told

    def disconnect(self, now: float) -> Moved:
        if self._movement is not None:
            return Moved.MOVING
        self._reconnect_at = None
        if self._state is State.CLOSED:
            self._move(now, State.OPEN, Cause.COMMAND)
            return Moved.YES
        was_armed = self._state is State.ARMED
        self._state = State.OPEN
        return Moved.YES if was_armed else Moved.ALREADY_THERE

    def arm(self, now: float) -> Moved:
        if self._movement is not None:
            return Moved.MOVING
        if self._state is State.CLOSED:
            return Moved.WRONG_STATE
        self._reconnect_at = None
        if self._state is State.ARMED:
            return Moved.ALREADY_THERE
        self._arm(now)
        return Moved.YES

    def connect(self, now: float) -> Moved:
        self.trips = 0
        self._reconnect_at = None
        return self._close(now, Cause.COMMAND)

    def press_button(self, now: float) -> Moved:
        """The customer, at the meter; it does something only while the switch is armed."""
        if self._movement is None and self._state is not State.ARMED:
            return Moved.WRONG_STATE
        return self._close(now, Cause.BUTTON)

    def set_limit(self, limit: LoadLimit, now: float) -> None:
        """A new load limit; what was above the old one does not count against it."""
        self.limit = limit
        self._watch_from(now)

    # --- what happens by itself

    def advance(self, now: float) -> None:
        """Everything that happened until now."""
        while self._step(now):
            pass

    def _step(self, now: float) -> bool:
        movement = self._movement
        if movement is not None:
            if movement.end > now:
                return False
            self._finish(movement)
            return True
        if self._reconnect_at is not None and self._reconnect_at <= now:
            at, self._reconnect_at = self._reconnect_at, None
            if self.limit.policy is Policy.RECONNECT:
                self._close(at, Cause.RECONNECT)
            else:
                self._arm(at)
            return True
        if self._state is State.CLOSED and self.limit.is_on:
            trip = self._next_trip(now)
            if trip is not None:
                self.trips += 1
                self._body.note_of_maker(events.SWITCH_LIMIT_TRIPPED, at=trip, argument=self.trips)
                self._move(trip, State.OPEN, Cause.LOAD_LIMIT)
                return True
        return False

    def _close(self, at: float, cause: Cause) -> Moved:
        if self._movement is not None:
            return Moved.MOVING
        if self._state is State.CLOSED:
            return Moved.ALREADY_THERE
        if self.backfeed_volts:
            self._body.note_of_maker(events.SWITCH_CLOSING_REFUSED, at=at, argument=round(self.backfeed_volts))
            return Moved.LOAD_SIDE_VOLTAGE
        self._move(at, State.CLOSED, cause)
        return Moved.YES

    def _arm(self, at: float) -> None:
        self._state = State.ARMED
        self._body.note_of_maker(events.SWITCH_ARMED, at=at)

    def _move(self, at: float, to: State, cause: Cause) -> None:
        self._movement = _Movement(at, at + self.actuator_s, to, cause, self._state)

    def _finish(self, movement: _Movement) -> None:
        self._movement = None
        self.failed = self.stuck > 0
        if self.failed:
            self.stuck -= 1
            self._body.note_of_maker(events.SWITCH_DID_NOT_MOVE, at=movement.end, argument=int(movement.to))
            self._watch_from(movement.end)
            return
        self._state = movement.to
        self.cause = movement.cause
        self.operations += 1
        self.changed_at = movement.end
        is_open = movement.to is State.OPEN
        self._body.note_of_maker(
            events.SWITCH_OPENED if is_open else events.SWITCH_CLOSED, at=movement.end, argument=int(movement.cause)
        )
        self._body.switch_moved(movement.end, is_open=is_open)
        self._watch_from(movement.end)
        limit = self.limit
        if (
            movement.cause is Cause.LOAD_LIMIT
            and limit.policy is not Policy.STAY_OPEN
            and self.trips < limit.most_trips
        ):
            self._reconnect_at = movement.end + limit.reconnect_s

    # --- the load limit

    def _watch_from(self, at: float) -> None:
        self._watched_from = at
        self._over_since = None

    def _next_trip(self, now: float) -> float | None:
        """When the power delivered has been above the threshold for long enough; None when that was not until now."""
        body, limit = self._body, self.limit
        while self._watched_from < now:
            first = math.floor(self._watched_from / SLOT_S)
            last = min(math.floor(now / SLOT_S), first + _MOST_SLOTS_AT_ONCE)
            slots = np.arange(first, last + 1, dtype=np.int64)
            watts = power(body.shape, body.description.seed, slots).active_watts
            for slot, is_over in zip(slots.tolist(), (watts > limit.threshold_watts).tolist(), strict=True):
                begin = max(float(slot * SLOT_S), self._watched_from)
                end = min(float((slot + 1) * SLOT_S), now)
                if not is_over or _any_in(body.life.outages, begin, end):
                    self._over_since = None
                    self._watched_from = end
                    continue
                since = begin if self._over_since is None else self._over_since
                if since + limit.duration_s <= end:
                    self._over_since = None
                    return max(since + limit.duration_s, begin)
                self._over_since = since
                self._watched_from = end
        return None


def _any_in(periods: tuple[Period, ...], begin: float, end: float) -> bool:
    return any(each.start < end and begin < each.end for each in periods)


def with_switch(periods: tuple[Period, ...], at: float, *, is_open: bool) -> tuple[Period, ...]:
    """The times without supply, when the switch has moved at `at`."""
    if is_open:
        return (*periods, Period(at, math.inf))
    return tuple(Period(each.start, at) if each.end == math.inf else each for each in periods)


def limit_from(values: Any) -> LoadLimit | None:
    """From the values of table 2052; None when they hold a policy that there is not."""
    policy = int(values["POLICY"])
    if policy not in set(Policy):
        return None
    return LoadLimit(
        bool(values["LIMIT_FLAGS"]["LIMIT_ON_FLAG"]),
        float(values["THRESHOLD"]),
        int(values["DURATION"]),
        Policy(policy),
        int(values["RECONNECT_DELAY"]),
        int(values["MOST_TRIPS"]),
    )
