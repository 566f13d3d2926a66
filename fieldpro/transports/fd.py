"""Reading and writing a POSIX file descriptor as a byte pipe: serial ports and ptys share it.

One `poll` and one `read` take everything that has arrived; nothing waits for more bytes than there are. A pipe of
its own wakes a reader that another thread cancels.
"""

from __future__ import annotations

import contextlib
import errno
import math
import os
import select
import threading
import time

from fieldpro.errors import PortGone, PortHung

CHUNK_BYTES = 65536
_PIECE_BYTES = 4096
GONE_ERRNOS = frozenset({errno.EIO, errno.ENXIO, errno.ENODEV, errno.EBADF, errno.EPIPE, errno.ECONNRESET})


class FdPipe:
    """A non-blocking descriptor that somebody else opened and `close` does not close."""

    def __init__(self, fd: int, name: str, *, write_limit_s: float = 5.0) -> None:
        self.name = name
        self.closed = False
        self._fd = fd
        self._write_limit_s = write_limit_s
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        os.set_blocking(self._wake_write, False)
        self._readable = select.poll()
        self._readable.register(fd, select.POLLIN)
        self._readable.register(self._wake_read, select.POLLIN)
        self._writable = select.poll()
        self._writable.register(fd, select.POLLOUT)
        self._in_use = threading.Lock()

    def read(self, timeout_s: float) -> bytes:
        """See `Transport.read`."""
        with self._in_use:
            if self.closed:
                raise PortGone(self.name, "closed")
            ready = self._readable.poll(math.ceil(max(0.0, timeout_s) * 1000))
            if self.closed:
                raise PortGone(self.name, "closed")
            data = b""
            for fd, events in ready:
                if fd == self._wake_read:
                    self._drain_wake()
                elif events & select.POLLIN:
                    data = self._take()
                else:
                    raise PortGone(self.name, "hung up")
            return data

    def _take(self) -> bytes:
        try:
            data = os.read(self._fd, CHUNK_BYTES)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise PortGone(self.name, os.strerror(error.errno or 0)) from error
        if not data:
            raise PortGone(self.name, "end of data")
        return data

    def write(self, data: bytes) -> None:
        """See `Transport.write`. Raises `PortHung` when the bytes are not taken in time."""
        left = memoryview(data)
        deadline = time.monotonic() + self._write_limit_s
        while left:
            if self.closed:
                raise PortGone(self.name, "closed")
            try:
                left = left[os.write(self._fd, left[:_PIECE_BYTES]) :]
                continue
            except BlockingIOError:
                pass
            except OSError as error:
                raise PortGone(self.name, os.strerror(error.errno or 0)) from error
            remaining_s = deadline - time.monotonic()
            if remaining_s <= 0:
                raise PortHung(self.name, f"{len(left)} bytes not taken in {self._write_limit_s:g} s")
            self._writable.poll(math.ceil(remaining_s * 1000))

    def discard(self) -> None:
        """Throw away what can be read at once."""
        with contextlib.suppress(OSError):
            while os.read(self._fd, CHUNK_BYTES):
                pass

    def cancel_read(self) -> None:
        if not self.closed:
            with contextlib.suppress(OSError):
                os.write(self._wake_write, b"\0")

    def close(self) -> None:
        """Let a waiting reader go and free the wake pipe. The descriptor itself is its opener's to close."""
        if self.closed:
            return
        self.cancel_read()
        self.closed = True
        with self._in_use:
            os.close(self._wake_read)
            os.close(self._wake_write)

    def _drain_wake(self) -> None:
        with contextlib.suppress(OSError):
            os.read(self._wake_read, CHUNK_BYTES)
