"""Seconds from the beginning of a tape, told by a clock that somebody may set in the meantime."""

from __future__ import annotations

LONGEST_PAUSE_s = 7 * 86_400.0
"""Two records further apart than this have a clock between them that was set."""


class Timeline:
    """Never goes back, and never further than a week at once. `started_at`: seconds since the epoch."""

    def __init__(self, started_at: float | None = None) -> None:
        self.started_at = started_at
        self.last_s = 0.0
        self._before = started_at

    def at(self, time: float) -> float:
        """The place of a moment on the tape."""
        if self.started_at is None:
            self.started_at = time
        passed = 0.0 if self._before is None else time - self._before
        self._before = time
        if 0.0 < passed <= LONGEST_PAUSE_s:
            self.last_s += passed
        return self.last_s
