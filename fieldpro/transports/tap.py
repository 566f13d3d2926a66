"""A transport that tells a listener of every byte that passes, with time and direction, but never of a password.

The bytes a record holds are those of the wire in order and number; the ones of a password are `MASK`. What is
masked is told by `masking`, which follows the packets of both directions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from fieldpro.transports.base import Transport
from fieldpro.transports.clock import SYSTEM_CLOCK, Clock
from fieldpro.transports.masking import WireMask

Direction = Literal[">", "<"]


class TapRecord(NamedTuple):  # made for every few bytes: a tuple costs half of a frozen dataclass
    """Bytes that passed at once. `time`: seconds since the epoch; ">" is towards the meter, "<" from it."""

    time: float
    direction: Direction
    data: bytes


class Tap:
    """Wraps a transport; `sink` is called in the thread that reads and writes."""

    def __init__(self, inner: Transport, sink: Callable[[TapRecord], None], *, clock: Clock = SYSTEM_CLOCK) -> None:
        self.inner = inner
        self._sink = sink
        self._clock = clock
        self._mask = WireMask()

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def baud(self) -> int:
        return self.inner.baud

    def set_baud(self, baud: int) -> None:
        self.inner.set_baud(baud)

    def write(self, data: bytes) -> None:
        if self._mask.holds:
            self._tell("<", self._mask.flush_incoming())
        self._tell(">", self._mask.outgoing(data))
        self.inner.write(data)

    def read(self, timeout_s: float) -> bytes:
        data = self.inner.read(timeout_s)
        if data:
            self._tell("<", self._mask.incoming(data))
        return data

    def _tell(self, direction: Direction, data: bytes) -> None:
        if data:
            self._sink(TapRecord(self._clock.time(), direction, data))

    def discard_input(self) -> None:
        self.inner.discard_input()

    def cancel_read(self) -> None:
        self.inner.cancel_read()

    def close(self) -> None:
        self._tell("<", self._mask.flush_incoming())
        self.inner.close()
