"""Plain threads beside the GUI thread: a lane does one thing after the other.

The window has two: one owns the store, one computes views of read-outs. Work that shares an object runs in the same
lane and needs no lock. Results come back to the GUI thread through the bridge.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from fieldpro.errors import FieldProError
from fieldpro.gui.bridge import Bridge

T = TypeVar("T")
Work = Callable[[], Any]
Then = Callable[[Any], object]
Failed = Callable[[FieldProError], object]


def _raise(error: BaseException) -> None:
    raise error


class Lane:
    """One thread, one queue. `run` returns at once; `then` and `failed` are called in the GUI thread."""

    def __init__(self, name: str, bridge: Bridge) -> None:
        self._bridge = bridge
        self._queue: queue.SimpleQueue[tuple[Work, Then | None, Failed | None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._loop, name=f"fieldpro-{name}", daemon=True)
        self._started = False
        self._closing = False
        self._pending = 0

    @property
    def idle(self) -> bool:
        return self._pending == 0

    def run(self, work: Work, then: Then | None = None, failed: Failed | None = None) -> None:
        """Do `work` in the lane. A `FieldProError` goes to `failed`; any other exception is a defect of the program
        and is raised in the GUI thread, where the last handler shows it."""
        if self._closing:
            return
        if not self._started:
            self._started = True
            self._thread.start()
        self._pending += 1
        self._queue.put((work, then, failed))

    def close(self, timeout_s: float) -> bool:
        """Finish what runs, drop what waits. True when the thread ended in time."""
        self._closing = True
        if not self._started:
            return True
        self._queue.put(None)
        end = time.monotonic() + timeout_s
        self._thread.join(max(0.0, end - time.monotonic()))
        return not self._thread.is_alive()

    def _loop(self) -> None:
        while True:
            item = self._queue.get()
            if item is None:
                return
            if not self._closing:
                self._do(*item)

    def _do(self, work: Work, then: Then | None, failed: Failed | None) -> None:
        try:
            result = work()
        except FieldProError as error:
            self._answer(partial(failed or _raise, error))
        except Exception as error:  # noqa: BLE001 - the outermost loop of a thread: a defect is shown, the lane lives on
            self._answer(partial(_raise, error))
        else:
            self._answer(lambda: then(result) if then is not None else None)

    def _answer(self, call: Callable[[], object]) -> None:
        def answered() -> None:
            self._pending -= 1
            call()

        self._bridge.post(answered)
