"""A UART in time: how long bytes are on the wire at the agreed rate, one direction at a time.

    start bit | 8 data bits | stop bit   = 10 bit times a byte      (ANSI C12.18, physical layer)

Everything is scheduled on absolute time: a byte that left late does not make the next one later, and none is handed
over before its last bit would have been there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from fieldpro.c12.link.timing import transmit_time_s

SLICE_BYTES = 16  # what a UART's FIFO holds: bytes are handed over in slices of at most so many


def sleep_until(due: float) -> None:
    """Sleep on the steady clock; returns at `due` or a little later, never before."""
    while (left := due - time.monotonic()) > 0:
        time.sleep(left)


class Pacer:
    """One half-duplex line. `free_at`: when the last byte on it, of either direction, has gone by."""

    def __init__(self, wait: Callable[[float], None] = sleep_until) -> None:
        self.free_at = 0.0
        self._wait = wait

    def received(self, count: int, *, baud: int, now: float) -> float:
        """So many bytes were handed to the line by `now`; when the last of them has arrived here."""
        self.free_at = max(now, self.free_at) + transmit_time_s(count, baud)
        return self.free_at

    def slices(self, data: bytes, *, baud: int, now: float) -> Iterator[bytes]:
        """The bytes in pieces, each at the moment its last bit has gone out."""
        start = max(now, self.free_at)
        self.free_at = start + transmit_time_s(len(data), baud)
        for first in range(0, len(data), SLICE_BYTES):
            piece = data[first : first + SLICE_BYTES]
            self._wait(start + transmit_time_s(first + len(piece), baud))
            yield piece
