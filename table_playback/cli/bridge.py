"""Between another program and a meter: every byte passes, and a tap hears it.

    another program  --  our port (pty or TCP)  --  tap  --  the meter's port

One thread moves the bytes and uses both ports. The rate follows: the one that was negotiated (ANSI C12.18) is set once
the answer to Negotiate is acknowledged, and the first one again when the session ends; between these, on a pty, it is
what the other program set on its end.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, Self

from fieldpro.c12.link.monitor import Monitor, WireItem, WireKind
from fieldpro.c12.link.packet import ACK
from fieldpro.c12.psem import NegotiateReply
from fieldpro.c12.psem.codes import ResponseCode
from fieldpro.c12.psem.message import Reader
from fieldpro.errors import FieldProError, TransportError
from fieldpro.transports.base import Transport
from fieldpro.transports.tap import Tap, TapRecord
from fieldpro.transports.tcp import TcpListener

START_BAUD = 9600
_IDENTIFY = b"\x00\x01\x20"
"""Length and data of the packet of Identify, from its fifth byte on."""
_AWAKE_S = 8.0
"""So long after the last byte both ends are listened to in turn: longer than a meter takes to answer or to repeat."""
_TURN_S = 0.002
_IDLE_S = 0.25
_CLOSE_LIMIT_S = 5.0


class Rates:
    """Which rate the line has, told from what was said."""

    def __init__(self) -> None:
        self.baud = START_BAUD
        self._monitor = Monitor()
        self._next: int | None = None

    def changes_with(self, data: bytes) -> bool:
        """Whether the first byte of what is to be sent agrees to another rate."""
        return self._next is not None and data[:1] == bytes([ACK])

    def expect(self, data: bytes) -> None:
        """What is to be sent; Identify begins at the first rate, however the session before it ended."""
        if data[4:7] == _IDENTIFY:
            self.baud, self._next = START_BAUD, None

    def hear(self, record: TapRecord) -> None:
        for item in self._monitor.feed(record.direction, record.data, record.time):
            self._take(item)

    def _take(self, item: WireItem) -> None:
        if item.direction == ">":
            if item.kind is WireKind.ACK and self._next is not None:
                self.baud, self._next = self._next, None
            return
        if item.kind is not WireKind.PACKET or item.message[:1] != bytes([ResponseCode.OK]):
            return
        if item.service == "Negotiate":
            with contextlib.suppress(FieldProError):  # one that cannot be read changes nothing
                reply = NegotiateReply.read(Reader(item.message[1:], "Negotiate reply"))
                self._next = reply.baud or self.baud
        elif item.service in ("Terminate", "Disconnect"):
            self._next = START_BAUD


class Ours(Protocol):
    """The port that the other program talks to."""

    name: str

    def next_client(self, timeout_s: float) -> Transport | None: ...
    def line_baud(self) -> int | None: ...
    def wake(self) -> None: ...
    def close(self) -> None: ...


class OurPty:
    """A pty: whoever opens it is the client."""

    def __init__(self, link: Path | None = None) -> None:
        from fieldpro.transports.pty import PtyPort  # there are no ptys on Windows

        self._port = PtyPort(link)
        self.name = self._port.name

    def next_client(self, timeout_s: float) -> Transport | None:
        return self._port

    def line_baud(self) -> int | None:
        return self._port.line_baud

    def wake(self) -> None:
        self._port.cancel_read()

    def close(self) -> None:
        self._port.close()


class OurTcp:
    """A listening socket: one client at a time, the next one waits."""

    def __init__(self, host: str, port: int) -> None:
        self._listener = TcpListener(host, port)
        self.name = self._listener.url
        self._client: Transport | None = None

    def next_client(self, timeout_s: float) -> Transport | None:
        self._client = self._listener.accept(timeout_s)
        return self._client

    def line_baud(self) -> int | None:
        return None

    def wake(self) -> None:
        self._listener.cancel()
        if self._client is not None:
            self._client.cancel_read()

    def close(self) -> None:
        self._listener.close()
        if self._client is not None:
            self._client.close()


class Bridge:
    """Passes bytes on until it is closed. `error` is what ended it before that."""

    def __init__(self, ours: Ours, meter: Transport, sink: Callable[[TapRecord], None]) -> None:
        self.name = ours.name
        self.error: TransportError | None = None
        self._ours = ours
        self._rates = Rates()
        self._sink = sink
        self._meter = Tap(meter, self._hear)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"bridge {ours.name}", daemon=True)
        self._thread.start()

    @property
    def is_serving(self) -> bool:
        return self._thread.is_alive()

    def close(self) -> None:
        """Give both ports back. A second call does nothing."""
        self._closing.set()
        self._ours.wake()
        self._thread.join(_CLOSE_LIMIT_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _hear(self, record: TapRecord) -> None:
        self._rates.hear(record)
        self._sink(record)

    def _run(self) -> None:
        try:
            while not self._closing.is_set():
                client = self._ours.next_client(_IDLE_S)
                if client is not None:
                    self._pass_on(client)
        except TransportError as error:
            if not self._closing.is_set():
                self.error = error
        finally:
            for end in (self._ours, self._meter):
                with contextlib.suppress(TransportError):
                    end.close()

    def _pass_on(self, client: Transport) -> None:
        """Until the client leaves. Raises what the meter's port raises."""
        last = 0.0
        while not self._closing.is_set():
            awake = time.monotonic() - last < _AWAKE_S
            try:
                data = client.read(_TURN_S if awake else _IDLE_S)
            except TransportError:
                client.close()
                self._set_baud(START_BAUD)
                return
            if data:
                last = time.monotonic()
                self._send(data)
            answer = self._meter.read(_TURN_S if awake or data else 0.0)
            if answer:
                last = time.monotonic()
                with contextlib.suppress(TransportError):  # who has left is seen at the next read
                    client.write(answer)

    def _send(self, data: bytes) -> None:
        """The acknowledgement that agrees to a new rate still goes at the old one, what came with it does not."""
        if self._rates.changes_with(data):
            self._meter.write(data[:1])
            self._set_baud(self._rates.baud)
            data = data[1:]
        else:
            self._rates.expect(data)
            self._set_baud(self._ours.line_baud() or self._rates.baud)
        if data:
            self._meter.write(data)

    def _set_baud(self, baud: int) -> None:
        if baud != self._meter.baud:
            self._meter.set_baud(baud)
