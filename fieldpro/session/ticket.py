"""One ticket per job: the handle by which a person cancels it and others wait for it."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_numbers = itertools.count(1)


class Ticket:
    """Cancelling is a request: the job ends between two exchanges, and its session is closed properly."""

    def __init__(self, name: str) -> None:
        self.id = next(_numbers)
        self.name = name
        self._lock = threading.Lock()
        self._cancelled = threading.Event()
        self._done = threading.Event()
        self._wakers: list[Callable[[], None]] = []

    def cancel(self) -> None:
        """Ask the job to stop. From any thread, at any time; a second call does nothing."""
        with self._lock:
            if self._cancelled.is_set():
                return
            self._cancelled.set()
            for waker in self._wakers:
                waker()

    @property
    def cancelled(self) -> bool:
        """Whether `cancel` was called; the job may still be on its way to its end."""
        return self._cancelled.is_set()

    @property
    def done(self) -> bool:
        return self._done.is_set()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait for the job's end; False when the time passed before."""
        return self._done.wait(timeout_s)

    def finish(self) -> None:
        """The job has ended, one way or another. For the one that runs it."""
        self._done.set()

    @contextmanager
    def waking(self, waker: Callable[[], None]) -> Iterator[None]:
        """While this lasts, `cancel` calls `waker`, which must return at once."""
        with self._lock:
            self._wakers.append(waker)
        try:
            yield
        finally:
            with self._lock:
                self._wakers.remove(waker)

    def __repr__(self) -> str:
        return f"Ticket({self.id}, {self.name!r})"
