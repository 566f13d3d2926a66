"""Every byte of this window's conversations, kept for the Wire page. No Qt here.

Port threads add; the GUI thread takes what is new a few times a second, in one piece.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any

MOST = 400_000  # records; the oldest tenth goes when it is full


class WireLog:
    """`records` are `fieldpro.transports.tap.TapRecord`, oldest first, for the GUI thread alone. `listeners` hear of
    each as it comes, in the port's thread: a recording, a playing. They are changed in the GUI thread, in one act."""

    def __init__(self) -> None:
        self.records: list[Any] = []
        self._new: list[Any] = []
        self.listeners: tuple[Callable[[Any], object], ...] = ()
        self._lock = Lock()

    def add(self, record: Any) -> None:
        """From any thread."""
        with self._lock:
            self._new.append(record)
        for listener in self.listeners:
            listener(record)

    def listen(self, listener: Callable[[Any], object]) -> None:
        """Have `listener` hear of every record from now on."""
        self.listeners = (*self.listeners, listener)

    def leave(self, listener: Callable[[Any], object]) -> None:
        self.listeners = tuple(each for each in self.listeners if each != listener)

    def take(self) -> list[Any]:
        """What came since the last time; it stands in `records` now."""
        if not self._new:
            return []
        with self._lock:
            new, self._new = self._new, []
        self.records.extend(new)
        if len(self.records) > MOST:
            del self.records[: MOST // 10]
        return new
