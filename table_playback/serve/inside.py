"""Tapes that somebody serves inside the program, by name: `tape:inside:NAME` is the client's end of one.

served = serve(meter)         and any part of the program opens `served.url`
served.close()

The meter lives on between two connections; like any port it talks to one client at a time.
"""

from __future__ import annotations

import itertools
import threading

from fieldpro.errors import PortBusy, PortNotFound
from fieldpro.simulator.port import Port
from fieldpro.simulator.serve import MemoryServer
from fieldpro.transports.base import Transport

PREFIX = "inside:"
_numbers = itertools.count(1)
_served: dict[str, Served] = {}
_lock = threading.Lock()


class Served:
    """A meter that can be opened by its URL until it is closed."""

    def __init__(self, meter: Port, name: str) -> None:
        self.meter = meter
        self.name = name
        self.url = f"tape:{PREFIX}{name}"
        self.is_serving = True
        self._server: MemoryServer | None = None

    def open(self) -> Transport:
        """Raises `PortBusy` while a client is there."""
        server = self._server
        if server is not None and server.client.is_closed:
            server.close()  # its client has just left
        if server is not None and server.is_serving:
            raise PortBusy(self.url)
        self._server = MemoryServer(self.meter, name=self.url)
        return self._server.client

    def close(self) -> None:
        """A client that is there finds the port gone. A second call does nothing."""
        with _lock:
            _served.pop(self.name, None)
            self.is_serving, server = False, self._server
        if server is not None:
            server.close()


def serve(meter: Port) -> Served:
    """From now on, until it is closed."""
    with _lock:
        name = str(next(_numbers))
        made = _served[name] = Served(meter, name)
    return made


def open_inside(path: str) -> Transport:
    """`path` is what follows the scheme. Raises `PortNotFound`, `PortBusy`."""
    with _lock:
        served = _served.get(path.removeprefix(PREFIX))
        if served is None:
            raise PortNotFound(f"tape:{path}")
        return served.open()
