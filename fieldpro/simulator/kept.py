"""Virtual meters that live on between two connections, as those on a wall do."""

from __future__ import annotations

import threading
from collections.abc import Callable

from fieldpro.simulator.port import Port
from fieldpro.simulator.serve import MemoryServer
from fieldpro.transports.base import Transport

_MOST_IDLE = 16


class KeptMeters:
    """By key; one that is still connected is not shared: the second connection gets a new one."""

    def __init__(self) -> None:
        self._meters: dict[str, Port] = {}
        self._in_use: set[str] = set()
        self._lock = threading.Lock()

    def open(self, key: str, make: Callable[[], Port], *, name: str, pace: bool = False) -> Transport:
        """The client's end of the meter of this key; the meter's thread ends when it is closed."""
        with self._lock:
            if key in self._in_use:
                return MemoryServer(make(), pace=pace, name=name).client
            meter = self._meters.pop(key, None) or make()
            self._meters[key] = meter
            self._in_use.add(key)
            for idle in [each for each in self._meters if each not in self._in_use][:-_MOST_IDLE]:
                del self._meters[idle]
        return MemoryServer(meter, pace=pace, name=name, on_end=lambda: self._in_use.discard(key)).client
