"""Serial ports and `rfc2217://` servers, by pyserial: 8 data bits, no parity, 1 stop bit (C12.18, physical layer).

On POSIX pyserial opens and configures the port, and `FdPipe` reads and writes it: one call takes all that is there.
Elsewhere (Windows, RFC 2217) a read waits for one byte and then takes the rest that has arrived. Opening and closing
are bounded; every failure becomes the one `TransportError` that says what is the matter.
"""

from __future__ import annotations

import contextlib
import errno
import threading
import time
from typing import Any, Protocol

import serial

from fieldpro.errors import (
    PortBusy,
    PortDenied,
    PortGone,
    PortHung,
    PortNotFound,
    PortUnsupported,
    TransportError,
)
from fieldpro.transports.bounded import bounded

try:
    import termios

    _CALL_ERRORS: tuple[type[Exception], ...] = (OSError, ValueError, termios.error)
except ImportError:  # Windows
    _CALL_ERRORS = (OSError, ValueError)

START_BAUD = 9600
OPEN_LIMIT_S = 10.0
CLOSE_LIMIT_S = 2.0
WRITE_LIMIT_S = 5.0
_SLICE_S = 0.05
_DRAIN_POLL_S = 0.001

_BY_ERRNO: dict[int, type[TransportError]] = {
    errno.ENOENT: PortNotFound,
    errno.ENXIO: PortNotFound,
    errno.ENODEV: PortNotFound,
    errno.ENOTDIR: PortNotFound,
    errno.ECONNREFUSED: PortNotFound,
    errno.EHOSTUNREACH: PortNotFound,
    errno.ENETUNREACH: PortNotFound,
    errno.EACCES: PortDenied,
    errno.EPERM: PortDenied,
    errno.EBUSY: PortBusy,
    errno.EAGAIN: PortBusy,
    errno.ETIMEDOUT: PortHung,
    errno.EIO: PortNotFound,
    errno.ENOTTY: PortUnsupported,
    errno.EISDIR: PortUnsupported,
    errno.EINVAL: PortUnsupported,
}
# What pyserial only says in words: Windows wraps the system's error in text; a port in use is "denied" there.
_BY_TEXT: tuple[tuple[str, type[TransportError]], ...] = (
    ("FileNotFoundError", PortNotFound),
    ("PermissionError(13", PortBusy),
    ("PermissionError", PortDenied),
    ("Could not configure port: (5,", PortNotFound),  # EIO: a device file whose device has left
    ("Could not configure port", PortUnsupported),
    ("timed out", PortHung),
    ("refused", PortNotFound),
    ("not known", PortNotFound),
    ("No route", PortNotFound),
    ("does not seem to support RFC2217", PortUnsupported),
)


class _Stream(Protocol):
    def read(self, timeout_s: float) -> bytes: ...
    def write(self, data: bytes) -> None: ...
    def discard(self) -> None: ...
    def cancel_read(self) -> None: ...
    def close(self) -> None: ...


class _PolledStream:
    """Reading through pyserial alone, where there is no file descriptor."""

    def __init__(self, port: Any, name: str) -> None:
        self._port = port
        self._name = name
        self._cancelled = threading.Event()
        self._closed = False
        port.write_timeout = WRITE_LIMIT_S if hasattr(port, "cancel_read") else None  # RFC 2217 knows none

    def read(self, timeout_s: float) -> bytes:
        deadline = time.monotonic() + timeout_s
        try:
            while not self._cancelled.is_set() and not self._closed:
                waiting = self._port.in_waiting
                if waiting:
                    return bytes(self._port.read(waiting))
                remaining_s = deadline - time.monotonic()
                if remaining_s <= 0:
                    return b""
                slice_s = min(_SLICE_S, remaining_s)
                if self._port.timeout != slice_s:
                    self._port.timeout = slice_s
                first = self._port.read(1)
                if first:
                    return bytes(first + self._port.read(self._port.in_waiting))
        except _CALL_ERRORS as error:
            raise PortGone(self._name, str(error)) from error
        except (TypeError, AttributeError) as error:  # pyserial, when the port is closed under a reader
            raise PortGone(self._name, "closed") from error
        self._cancelled.clear()
        if self._closed:
            raise PortGone(self._name, "closed")
        return b""

    def write(self, data: bytes) -> None:
        if self._closed:
            raise PortGone(self._name, "closed")
        try:
            self._port.write(data)
        except serial.SerialTimeoutException as error:
            raise PortHung(self._name, f"{len(data)} bytes not taken in {WRITE_LIMIT_S:g} s") from error
        except _CALL_ERRORS as error:
            raise PortGone(self._name, str(error)) from error

    def discard(self) -> None:
        with contextlib.suppress(*_CALL_ERRORS):
            self._port.reset_input_buffer()

    def cancel_read(self) -> None:
        self._cancelled.set()  # seen at the end of the slice: pyserial's own cancel is lost when it comes too early

    def close(self) -> None:
        self._closed = True
        self.cancel_read()


class SerialPort:
    """An open port as a `Transport`. Use `open_serial`."""

    def __init__(self, port: Any, name: str) -> None:
        self.name = name
        self._port = port
        self._closed = False
        self._baud: int = port.baudrate
        self._has_fd = isinstance(getattr(port, "fd", None), int)
        self._stream: _Stream
        if self._has_fd:
            from fieldpro.transports.fd import FdPipe  # needs poll(), which Windows does not have

            self._stream = FdPipe(port.fd, name, write_limit_s=WRITE_LIMIT_S)
            with contextlib.suppress(AttributeError, NotImplementedError, *_CALL_ERRORS):
                port.set_low_latency_mode(True)  # FTDI adapters hold bytes back for 16 ms otherwise
        else:
            self._stream = _PolledStream(port, name)

    @property
    def baud(self) -> int:
        return self._baud

    def set_baud(self, baud: int) -> None:
        """Raises `PortUnsupported` for a rate the adapter does not know, `PortHung` when the output does not drain."""
        if baud == self._baud:
            return
        self._drain()
        try:
            self._port.baudrate = baud
        except _CALL_ERRORS as error:
            if isinstance(error, OSError) and error.errno in (errno.EIO, errno.ENODEV, errno.EBADF):
                raise PortGone(self.name, str(error)) from error
            raise PortUnsupported(self.name, f"{baud} baud") from error
        self._baud = baud

    def _drain(self) -> None:
        """Wait until everything written has left; never for ever, as `tcdrain` alone may."""
        deadline = time.monotonic() + WRITE_LIMIT_S
        try:
            while self._port.out_waiting:
                if time.monotonic() > deadline:
                    raise PortHung(self.name, "written bytes do not leave")
                time.sleep(_DRAIN_POLL_S)
            if self._has_fd:
                bounded(self._port.flush, limit_s=WRITE_LIMIT_S, port=self.name, detail="written bytes do not leave")
        except AttributeError:  # RFC 2217 keeps no count; the server sends in order
            return
        except _CALL_ERRORS as error:
            raise PortGone(self.name, str(error)) from error

    def set_lines(self, dtr: bool, rts: bool) -> bool:
        """Hold DTR and RTS at these levels. False when the port has no such lines (a pty)."""
        try:
            self._port.dtr = dtr
            self._port.rts = rts
        except _CALL_ERRORS as error:
            if isinstance(error, OSError) and error.errno in (errno.EIO, errno.ENODEV, errno.EBADF):
                raise PortGone(self.name, str(error)) from error
            return False
        return True

    def write(self, data: bytes) -> None:
        self._stream.write(data)

    def read(self, timeout_s: float) -> bytes:
        return self._stream.read(timeout_s)

    def discard_input(self) -> None:
        self._stream.discard()

    def cancel_read(self) -> None:
        self._stream.cancel_read()

    def close(self) -> None:
        """Raises `PortHung` when the driver does not let go in time; the handle is then left to the system."""
        if self._closed:
            return
        self._closed = True
        self._stream.close()
        with contextlib.suppress(*_CALL_ERRORS):
            self._port.reset_output_buffer()  # or closing waits for bytes that will never leave
        with contextlib.suppress(*_CALL_ERRORS):  # a vanished port has nothing left to close
            bounded(self._port.close, limit_s=CLOSE_LIMIT_S, port=self.name, detail="does not close")


def open_serial(device: str, *, dtr: bool = True, rts: bool = True, limit_s: float = OPEN_LIMIT_S) -> SerialPort:
    """Open a device name or an `rfc2217://` URL at 9600 baud, for us alone.

    Raises `PortNotFound`, `PortBusy`, `PortDenied`, `PortHung` or `PortUnsupported`.
    """
    port = serial.serial_for_url(device, do_not_open=True)
    port.baudrate = START_BAUD
    port.timeout = 0
    port.dtr = dtr
    port.rts = rts
    if not device.startswith("rfc2217://"):
        port.exclusive = True
    try:
        bounded(port.open, limit_s=limit_s, port=device, detail="does not open", late=lambda _: port.close())
    except TransportError:
        raise
    except _CALL_ERRORS as error:
        raise classify(device, error) from error
    return SerialPort(port, device)


def classify(port: str, error: Exception) -> TransportError:
    """The one error for what the system said when the port was opened."""
    number = getattr(error, "errno", None)
    if number in _BY_ERRNO:
        return _BY_ERRNO[number](port, str(error))
    for words, kind in _BY_TEXT:
        if words in str(error):
            return kind(port, str(error))
    return PortUnsupported(port, str(error))
