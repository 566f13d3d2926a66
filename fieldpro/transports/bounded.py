"""Calls of the operating system that may never come back, given a time limit.

Opening a Bluetooth port and closing a port whose driver waits for a vanished adapter are known to hang. The call
runs in a thread of its own; when the limit passes the caller goes on with `PortHung`, and the thread is left behind.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from fieldpro.errors import PortHung

T = TypeVar("T")


class _Call(Generic[T]):
    def __init__(self, call: Callable[[], T], late: Callable[[T], object] | None) -> None:
        self._call = call
        self._late = late
        self._lock = threading.Lock()
        self._given_up = False
        self.done = threading.Event()
        self.results: list[T] = []
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            result = self._call()
        except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread, whatever it is
            self.error = error
            self.done.set()
            return
        with self._lock:
            self.results.append(result)
            given_up = self._given_up
            self.done.set()
        if given_up and self._late is not None:
            self._late(result)

    def give_up(self) -> bool:
        """Whether the call is still under way and its result is now left to `late`."""
        with self._lock:
            self._given_up = not self.done.is_set()
            return self._given_up


def bounded(
    call: Callable[[], T], *, limit_s: float, port: str, detail: str, late: Callable[[T], object] | None = None
) -> T:
    """The result of `call`, or its exception. Raises `PortHung` after `limit_s`; `late` gets a result nobody awaits."""
    job = _Call(call, late)
    threading.Thread(target=job.run, name=f"bounded {port}", daemon=True).start()
    if not job.done.wait(limit_s) and job.give_up():
        raise PortHung(port, detail)
    if job.error is not None:
        raise job.error
    return job.results[0]
