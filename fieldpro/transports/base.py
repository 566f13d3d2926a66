"""What every byte pipe can do. One thread uses one transport; only `cancel_read` and `close` may come from another."""

from __future__ import annotations

from typing import Protocol, runtime_checkable


@runtime_checkable
class Transport(Protocol):
    """A byte pipe to a meter. Every call raises a `TransportError` (`PortGone`, `PortHung` ...) and nothing else."""

    @property
    def name(self) -> str:
        """What a person calls it: "/dev/ttyUSB0", "sim://centron"."""

    @property
    def baud(self) -> int: ...

    def set_baud(self, baud: int) -> None:
        """Change the rate once everything written has left; a pipe without a rate only remembers it."""

    def write(self, data: bytes) -> None:
        """Send all of `data`, within the pipe's own time limit."""

    def read(self, timeout_s: float) -> bytes:
        """What has arrived: at least one byte, or b"" when nothing came within `timeout_s` seconds."""

    def discard_input(self) -> None:
        """Throw away what has arrived and was not read."""

    def cancel_read(self) -> None:
        """Make a `read` that another thread waits in return at once."""

    def close(self) -> None:
        """Give the port back. Bounded in time; a second call does nothing."""
