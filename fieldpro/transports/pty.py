"""The meter's end of a pty: a virtual serial port that any program opens by its path.

The port keeps the other side open itself, so that a client may come and go without an error here; `close` takes the
line away, which a client sees as a pulled cable. A baud rate means nothing on a pty; `line_baud` tells which one the
client has set, so that a virtual meter can behave as a real one does at the wrong rate.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import struct
import sys
import termios
import tty
from pathlib import Path

from fieldpro.errors import PortBusy, PortDenied, PortGone, PortHung, PortUnsupported
from fieldpro.transports.fd import FdPipe

START_BAUD = 9600
_TCGETS2 = 0x802C542A  # Linux: `struct termios2`, whose last word is the output rate as a number
_TERMIOS2_BYTES = 44


class PtyPort:
    """A `Transport` whose other end is `path`. With `link`, that name points at it while the port is open."""

    def __init__(self, link: str | os.PathLike[str] | None = None) -> None:
        try:
            self._master, self._slave = os.openpty()
        except OSError as error:
            raise PortUnsupported("pty", str(error)) from error
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self.path = os.ttyname(self._slave)
        self.link = Path(link) if link is not None else None
        self.name = str(self.link or self.path)
        self._baud = START_BAUD
        self._pipe = FdPipe(self._master, self.name, write_limit_s=1.0)
        if self.link is not None:
            try:
                self._make_link(self.link)
            except BaseException:
                self.link = None
                self.close()
                raise

    def _make_link(self, link: Path) -> None:
        if link.exists() and not link.is_symlink():
            raise PortBusy(str(link), "a file of this name is there")
        beside = link.with_name(f".{link.name}.{os.getpid()}")
        try:
            beside.unlink(missing_ok=True)
            beside.symlink_to(self.path)
            beside.replace(link)
        except OSError as error:
            raise PortDenied(str(link), error.strerror or str(error)) from error

    @property
    def baud(self) -> int:
        return self._baud

    def set_baud(self, baud: int) -> None:
        self._baud = baud

    @property
    def line_baud(self) -> int | None:
        """The rate the client has set on its end; None where the system does not tell it as a number."""
        if not sys.platform.startswith("linux"):
            return None
        try:
            answer = fcntl.ioctl(self._slave, _TCGETS2, bytes(_TERMIOS2_BYTES))
        except OSError as error:
            raise PortGone(self.name, str(error)) from error
        return int(struct.unpack_from("I", answer, _TERMIOS2_BYTES - 4)[0])

    def write(self, data: bytes) -> None:
        """Bytes that no client takes are lost, as they are on a wire."""
        try:
            self._pipe.write(data)
        except PortHung:
            self.discard_output()

    def read(self, timeout_s: float) -> bytes:
        return self._pipe.read(timeout_s)

    def discard_input(self) -> None:
        self._pipe.discard()

    def discard_output(self) -> None:
        """Throw away what the client has not read: what a wire does with bytes nobody listens to."""
        with contextlib.suppress(termios.error, OSError):
            termios.tcflush(self._slave, termios.TCIFLUSH)

    def cancel_read(self) -> None:
        self._pipe.cancel_read()

    def close(self) -> None:
        if self._pipe.closed:
            return
        self._pipe.close()
        if self.link is not None:
            with contextlib.suppress(OSError):
                if self.link.readlink() == Path(self.path):
                    self.link.unlink()
        os.close(self._master)
        os.close(self._slave)
