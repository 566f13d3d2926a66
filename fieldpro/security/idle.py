"""The automatic lock: who leaves the laptop on the tailgate finds it locked. A model; the window asks it on a timer."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from fieldpro.errors import ScreenLocked


def seconds_awake_or_asleep() -> float:
    """A clock that nobody can set and that goes on while the lid is closed, where the system has one."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class IdleLock:
    """Locks after `idle_s` seconds without a touch; 0 never locks. Once locked, only `unlock` opens it."""

    def __init__(self, idle_s: float, *, clock: Callable[[], float] = seconds_awake_or_asleep) -> None:
        self.idle_s = idle_s
        self._clock = clock
        self._touched = clock()
        self._is_locked = False

    def touch(self) -> None:
        """Somebody moved the mouse or typed; too late does not count."""
        if not self.is_locked:
            self._touched = self._clock()

    @property
    def is_locked(self) -> bool:
        if self.idle_s and self._clock() - self._touched >= self.idle_s:
            self._is_locked = True
        return self._is_locked

    @property
    def remaining_s(self) -> float | None:
        """Until it locks; 0 when it is locked, None when it never does."""
        if self.is_locked:
            return 0.0
        return self.idle_s - (self._clock() - self._touched) if self.idle_s else None

    def lock(self) -> None:
        """Lock now."""
        self._is_locked = True

    def unlock(self) -> None:
        """Call after the password was proven."""
        self._is_locked = False
        self._touched = self._clock()

    def require_open(self, user: str = "") -> None:
        """Raises `ScreenLocked`."""
        if self.is_locked:
            raise ScreenLocked(user)
