"""How fast a job goes and how long it will take, from its progress."""

from __future__ import annotations

from collections import deque

from fieldpro.session.conversation import Progress

_WINDOW_S = 10.0
_LEAST_S = 0.5


class RateMeter:
    """The rate over the last ten seconds: what a person sees the job do now."""

    def __init__(self) -> None:
        self._points: deque[tuple[float, int]] = deque()
        self._unit = ""

    def feed(self, progress: Progress, now: float) -> tuple[float | None, float | None]:
        """(units per second, seconds left); None while it cannot be told."""
        if progress.unit != self._unit or (self._points and progress.done < self._points[-1][1]):
            self._points.clear()
            self._unit = progress.unit
        self._points.append((now, progress.done))
        while len(self._points) > 2 and now - self._points[1][0] >= _WINDOW_S:
            self._points.popleft()
        started, done = self._points[0]
        if now - started < _LEAST_S or progress.done <= done:
            return None, None
        rate = (progress.done - done) / (now - started)
        if progress.total is None:
            return rate, None
        return rate, max(0.0, (progress.total - progress.done) / rate)
