"""TCP byte pipes: the client end (`socket://host:port`) and the meter's end.

A serial server between the line and us keeps its own baud rate: the pipe only remembers ours. Nagle's delay is off,
for every packet of C12.18 waits for its one-byte acknowledgement.
"""

from __future__ import annotations

import contextlib
import errno
import math
import select
import socket
import threading
import time

from fieldpro.errors import PortBusy, PortDenied, PortGone, PortHung, PortNotFound, TransportError
from fieldpro.transports.fd import CHUNK_BYTES

START_BAUD = 9600
_MAX_WAIT_S = 3600.0
_BY_ERRNO: dict[int, type[TransportError]] = {
    errno.EADDRINUSE: PortBusy,
    errno.EACCES: PortDenied,
    errno.EPERM: PortDenied,
}


class TcpPort:
    """One connected socket as a `Transport`; it belongs to the port from here on."""

    def __init__(self, connection: socket.socket, name: str, *, write_limit_s: float = 5.0) -> None:
        self.name = name
        self._socket = connection
        self._write_limit_s = write_limit_s
        self._baud = START_BAUD
        self._closed = False
        self._in_use = threading.Lock()
        self._wake_read, self._wake_write = socket.socketpair()
        connection.setblocking(False)
        with contextlib.suppress(OSError):  # not every stream socket knows the option
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for end in (self._wake_read, self._wake_write):
            end.setblocking(False)

    @property
    def baud(self) -> int:
        return self._baud

    def set_baud(self, baud: int) -> None:
        self._baud = baud

    def write(self, data: bytes) -> None:
        left = memoryview(data)
        deadline = time.monotonic() + self._write_limit_s
        while left:
            try:
                left = left[self._socket.send(left) :]
                continue
            except BlockingIOError:
                pass
            except OSError as error:
                raise PortGone(self.name, error.strerror or "closed") from error
            remaining_s = deadline - time.monotonic()
            if remaining_s <= 0:
                raise PortHung(self.name, f"{len(left)} bytes not taken in {self._write_limit_s:g} s")
            _wait([], [self._socket], remaining_s)

    def read(self, timeout_s: float) -> bytes:
        with self._in_use:
            if self._closed:
                raise PortGone(self.name, "closed")
            ready = _wait([self._socket, self._wake_read], [], min(max(0.0, timeout_s), _MAX_WAIT_S))
            if self._closed:
                raise PortGone(self.name, "closed")
            if self._wake_read in ready:
                with contextlib.suppress(OSError):
                    self._wake_read.recv(CHUNK_BYTES)
            if self._socket not in ready:
                return b""
            try:
                data = self._socket.recv(CHUNK_BYTES)
            except BlockingIOError:
                return b""
            except OSError as error:
                raise PortGone(self.name, error.strerror or "broken") from error
            if not data:
                raise PortGone(self.name, "closed by the other end")
            return data

    def discard_input(self) -> None:
        with contextlib.suppress(OSError):
            while self._socket.recv(CHUNK_BYTES):
                pass

    def cancel_read(self) -> None:
        with contextlib.suppress(OSError):
            self._wake_write.send(b"\0")

    def close(self) -> None:
        if self._closed:
            return
        self.cancel_read()
        self._closed = True
        with self._in_use:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
            for end in (self._socket, self._wake_read, self._wake_write):
                end.close()


class TcpListener:
    """A listening socket. Port 0 takes a free one; `host` and `port` say which."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        self._socket = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._socket.bind((host, port))
            self._socket.listen()
        except OSError as error:
            self._socket.close()
            raise _BY_ERRNO.get(error.errno or 0, PortNotFound)(
                f"{host}:{port}", error.strerror or str(error)
            ) from error
        except OverflowError as error:
            self._socket.close()
            raise PortNotFound(f"{host}:{port}", "a port is 0 to 65535") from error
        address = self._socket.getsockname()
        self.host: str = address[0]
        self.port: int = address[1]
        self._wake_read, self._wake_write = socket.socketpair()

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"socket://{host}:{self.port}"

    def accept(self, timeout_s: float) -> TcpPort | None:
        """The next client; None when none came in time or `cancel` was called. Raises `PortGone` once closed."""
        try:
            ready = _wait([self._socket, self._wake_read], [], timeout_s)
            if self._wake_read in ready:
                self._wake_read.recv(CHUNK_BYTES)
            if self._socket not in ready:
                return None
            connection, (host, port, *_) = self._socket.accept()
        except (OSError, ValueError) as error:
            raise PortGone(self.url, "closed") from error
        return TcpPort(connection, f"{host}:{port}")

    def cancel(self) -> None:
        """Make an `accept` that another thread waits in return at once."""
        with contextlib.suppress(OSError):
            self._wake_write.send(b"\0")

    def close(self) -> None:
        self.cancel()
        for end in (self._socket, self._wake_read, self._wake_write):
            end.close()


def connect(host: str, port: int, *, timeout_s: float = 5.0) -> TcpPort:
    """A connection to a serial server or a meter. Raises `PortNotFound`, `PortDenied` or `PortHung`."""
    name = f"socket://{host}:{port}"
    try:
        return TcpPort(socket.create_connection((host, port), timeout=timeout_s), name)
    except TimeoutError as error:
        raise PortHung(name, f"no answer in {timeout_s:g} s") from error
    except OverflowError as error:
        raise PortNotFound(name, "a port is 0 to 65535") from error
    except OSError as error:
        kind: type[TransportError] = PortDenied if isinstance(error, PermissionError) else PortNotFound
        raise kind(name, error.strerror or str(error)) from error


def _wait(read: list[socket.socket], write: list[socket.socket], timeout_s: float) -> list[socket.socket]:
    """Those that are ready, or nothing after the time limit. `poll` where there is one: no limit of 1,024 files."""
    try:
        if not hasattr(select, "poll"):
            readable, writable, _ = select.select(read, write, [], timeout_s)
            return readable + writable
        poll = select.poll()
        by_fd = {end.fileno(): end for end in (*read, *write)}
        for end in read:
            poll.register(end, select.POLLIN)
        for end in write:
            poll.register(end, select.POLLOUT)
        return [by_fd[fd] for fd, _ in poll.poll(math.ceil(timeout_s * 1000))]
    except ValueError as error:
        raise PortGone("socket", "closed") from error
