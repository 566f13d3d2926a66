"""From any thread into the GUI thread: one queue, one signal.

Worker threads `post` calls; the GUI thread makes them, a few milliseconds at a time, so that a flood of events (every
byte of the wire) cannot hold up painting or typing. One queued signal wakes the GUI thread for a whole batch: a signal
for each event costs ten microseconds, most of it holding the interpreter lock.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from threading import Lock

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

SLICE_S = 0.008


class Bridge(QObject):
    """Calls posted from any thread are made here, in order, in the thread that made the bridge."""

    _woken = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._calls: deque[Callable[[], object]] = deque()
        self._lock = Lock()
        self._waking = False
        self._closed = False
        self._woken.connect(self._drain, Qt.ConnectionType.QueuedConnection)

    def post(self, call: Callable[[], object]) -> None:
        """Have `call` made in the GUI thread, soon. After `close` it is dropped."""
        with self._lock:
            if self._closed:
                return
            self._calls.append(call)
            if self._waking:
                return
            self._waking = True
            self._woken.emit()

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._calls.clear()

    @Slot()
    def _drain(self) -> None:
        end = time.perf_counter() + SLICE_S
        while time.perf_counter() < end:
            with self._lock:
                if not self._calls:
                    self._waking = False
                    return
                call = self._calls.popleft()
            finished = False
            try:
                call()
                finished = True
            finally:
                if not finished:  # a defect is on its way to the last handler; what waits behind it still comes
                    QTimer.singleShot(0, self._drain)
        QTimer.singleShot(0, self._drain)
