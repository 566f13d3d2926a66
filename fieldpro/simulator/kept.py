"""Virtual meters that live on between two connections, as those on a wall do."""

from __future__ import annotations

import threading
from collections.abc import Callable

from fieldpro.simulator.port import Port
from fieldpro.simulator.serve import MemoryServer
from fieldpro.transports.base import Transport


class KeptMeters:
    """By key; one that is still connected is not shared: the second connection gets a new one."""

    def __init__(self, *, most_idle: int = 16) -> None:
        self._most_idle = most_idle
        self._meters: dict[str, Port] = {}
        self._connected: dict[str, MemoryServer] = {}
        self._lock = threading.Lock()

    def open(self, key: str, make: Callable[[], Port], *, name: str, pace: bool = False) -> Transport:
        """The client's end of the meter of this key; the meter's thread ends when it is closed."""
        with self._lock:
            if self.is_connected(key):
                return MemoryServer(make(), pace=pace, name=name).client
            meter = self._meters.pop(key, None) or make()
            self._meters[key] = meter
            server = self._connected[key] = MemoryServer(meter, pace=pace, name=name)
            for idle in [each for each in self._meters if not self.is_connected(each)][: -self._most_idle]:
                del self._meters[idle]
        return server.client

    def is_connected(self, key: str) -> bool:
        """Whether a client has this meter. One that has just closed its end is waited for: its meter can be had."""
        server = self._connected.get(key)
        if server is None:
            return False
        if server.client.is_closed:
            server.close()
        if server.is_serving:
            return True
        del self._connected[key]
        return False
