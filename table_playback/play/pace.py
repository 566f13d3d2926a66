"""When each step begins: at the times of the tape, n times as fast, or without waiting.

A time counts from the first step that is sent, so that what the opening of the session took does not matter. Steps that
are late because the meter took longer than on the tape are sent at once; the next ones are on time again.

How exact that is depends on the computer: it waits for the next byte or for the time, whatever is first. Windows, whose
timers tick every 15 ms, may be 15 ms off; what was reached is measured and stands in the result.
"""

from __future__ import annotations

from fieldpro.errors import UsageError
from fieldpro.session.conversation import Conversation, Pause, Progress
from fieldpro.transports.clock import Clock

SLOWEST, FASTEST = 0.01, 1000.0
ACCURACY = "On Windows steps begin up to 15 ms off the tape's time, for its timers are no finer."


class Pace:
    """`speed`: 1.0 keeps the tape's own times, 2.0 is twice as fast, None waits for nothing."""

    def __init__(self, speed: float | None, clock: Clock) -> None:
        if speed is not None and not SLOWEST <= speed <= FASTEST:
            raise UsageError("speed", f"a number from {SLOWEST} to {FASTEST:g}, or no wait", f"{speed:g}")
        self._speed = speed
        self._clock = clock
        self._began_s: float | None = None
        self._first_s = 0.0

    def restart(self) -> None:
        """Another tape, or another round: its first step is sent at once."""
        self._began_s = None

    def wait(self, time_s: float, shown: Progress) -> Conversation[float | None]:
        """Wait for a step's time; by how much it is late then, None where it was not waited for."""
        if self._speed is None:
            return None
        if self._began_s is None:
            self._began_s, self._first_s = self._clock.monotonic(), time_s
            return None
        due = self._began_s + (time_s - self._first_s) / self._speed
        left = due - self._clock.monotonic()
        if left <= 0:
            return None
        yield shown
        yield Pause(left)
        return self._clock.monotonic() - due
