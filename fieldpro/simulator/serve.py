"""Virtual meters on ports: in memory, on a pty, on TCP. One thread each, which owns the meter and the port.

A server starts when it is made and ends with `close()`, or, in memory, when the client closes its end. It is cheap:
the thread sleeps until bytes come or the meter's own deadline.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from typing import Self

from fieldpro.errors import TransportError
from fieldpro.simulator.pace import Pacer
from fieldpro.simulator.port import Port
from fieldpro.transports.base import Transport
from fieldpro.transports.memory import pipe
from fieldpro.transports.tcp import TcpListener

_LONGEST_SLEEP_S = 60.0
_CLOSE_LIMIT_S = 5.0


class Server:
    """What all servers share: the thread and the loop. `paced`: bytes take the time a UART at the agreed rate needs."""

    def __init__(self, meter: Port, *, pace: bool = False, name: str) -> None:
        self.meter = meter
        self.name = name
        self._pacer = Pacer() if pace else None
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"virtual meter {name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """End the thread and give the port back. A second call does nothing."""
        self._closing.set()
        self._let_go()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(_CLOSE_LIMIT_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def is_serving(self) -> bool:
        return self._thread.is_alive()

    def _run(self) -> None:
        raise NotImplementedError

    def _let_go(self) -> None:
        """Wake the thread wherever it waits."""
        raise NotImplementedError

    def _client_baud(self) -> int | None:
        """The rate the client's end is set to; None where nobody can tell."""
        return None

    def _forget_unread(self) -> None:
        """The client has gone: what it has not read was lost on the wire."""

    def _is_at_our_rate(self) -> bool:
        """A paced line is a UART: at different rates the ends do not understand each other. While a new rate waits
        for the client's acknowledgement it may be either: nobody can tell at which one that byte was sent."""
        theirs = self._client_baud() if self._pacer is not None else None
        return theirs is None or theirs in (self.meter.baud, self.meter.next_baud)

    def _serve(self, port: Transport) -> None:
        """Move bytes until the port or the server closes. Raises `PortGone` when the client has left."""
        meter, pacer, links_lost = self.meter, self._pacer, self.meter.links_lost
        while not self._closing.is_set():
            deadline = meter.deadline
            left = _LONGEST_SLEEP_S if deadline is None else deadline - time.monotonic()
            data = port.read(min(max(left, 0.0), _LONGEST_SLEEP_S))
            now = time.monotonic()
            if data:
                if pacer is not None:
                    now = self._wait_for_arrival(pacer, len(data), now)
                if self._is_at_our_rate():
                    meter.receive(data, now)
            deadline = meter.deadline
            if deadline is not None and deadline <= now:
                meter.tick(now)
            outgoing = meter.outgoing(now)
            if outgoing and self._is_at_our_rate():
                if pacer is None:
                    port.write(outgoing)
                else:
                    for piece in pacer.slices(outgoing, baud=meter.baud, now=now):
                        port.write(piece)
                        if self._closing.is_set():
                            return
            if port.baud != meter.baud:
                port.set_baud(meter.baud)
            if links_lost != meter.links_lost:
                links_lost = meter.links_lost
                self._forget_unread()

    def _wait_for_arrival(self, pacer: Pacer, count: int, now: float) -> float:
        due = pacer.received(count, baud=self.meter.baud, now=now)
        while due > now and not self._closing.is_set():
            time.sleep(due - now)
            now = time.monotonic()
        return max(due, now)


class MemoryServer(Server):
    """A meter inside the process; `client` is the other end. It ends when the client closes."""

    def __init__(
        self,
        meter: Port,
        *,
        pace: bool = False,
        name: str = "memory",
    ) -> None:
        super().__init__(meter, pace=pace, name=name)
        self.client, self._port = pipe(name)
        self.start()

    def _run(self) -> None:
        try:
            with contextlib.suppress(TransportError):
                self._serve(self._port)
            self.meter.line_dropped()
        finally:
            self._port.close()

    def _client_baud(self) -> int | None:
        return self.client.baud

    def _let_go(self) -> None:
        self._port.cancel_read()


class PtyServer(Server):
    """A meter on a virtual serial port: any program opens `path` (or `link`); clients come and go."""

    def __init__(self, meter: Port, *, link: str | os.PathLike[str] | None = None, pace: bool = False) -> None:
        from fieldpro.transports.pty import PtyPort  # there are no ptys on Windows

        self._port = PtyPort(link)
        self.path = self._port.path
        self.url = self._port.name
        super().__init__(meter, pace=pace, name=self.url)
        self.start()

    def _run(self) -> None:
        try:
            with contextlib.suppress(TransportError):
                self._serve(self._port)
        finally:
            self._port.close()

    def _client_baud(self) -> int | None:
        return self._port.line_baud

    def _forget_unread(self) -> None:
        self._port.discard_output()

    def _let_go(self) -> None:
        self._port.cancel_read()


class TcpServer(Server):
    """A meter behind a serial server. Like a meter's port it talks to one client at a time; the next one waits."""

    def __init__(self, meter: Port, *, host: str = "127.0.0.1", port: int = 0, pace: bool = False) -> None:
        self._listener = TcpListener(host, port)
        self.host, self.port, self.url = self._listener.host, self._listener.port, self._listener.url
        self._connection: Transport | None = None
        super().__init__(meter, pace=pace, name=self.url)
        self.start()

    def _run(self) -> None:
        try:
            with contextlib.suppress(TransportError):
                while not self._closing.is_set():
                    connection = self._listener.accept(_LONGEST_SLEEP_S)
                    if connection is not None:
                        self._serve_one(connection)
        finally:
            self._listener.close()

    def _serve_one(self, connection: Transport) -> None:
        self._connection = connection
        try:
            with contextlib.suppress(TransportError):
                self._serve(connection)
            self.meter.line_dropped()
        finally:
            self._connection = None
            connection.close()

    def _let_go(self) -> None:
        self._listener.cancel()
        connection = self._connection
        if connection is not None:
            connection.cancel_read()
