"""A byte pipe inside the process: what one end writes, the other reads."""

from __future__ import annotations

import threading
from collections import deque

from fieldpro.errors import PortGone

START_BAUD = 9600


class _Lane:
    """One direction: a queue of chunks, and whether its reader or its writer has left."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.chunks: deque[bytes] = deque()
        self.writer_left = False
        self.reader_left = False
        self.cancelled = False


class MemoryPort:
    """One end of a pipe. Bytes written before the other end closed are still read; then `PortGone`."""

    def __init__(self, name: str, *, incoming: _Lane, outgoing: _Lane) -> None:
        self.name = name
        self._incoming = incoming
        self._outgoing = outgoing
        self._baud = START_BAUD

    @property
    def baud(self) -> int:
        return self._baud

    def set_baud(self, baud: int) -> None:
        self._baud = baud

    def write(self, data: bytes) -> None:
        lane = self._outgoing
        with lane.changed:
            if lane.writer_left or lane.reader_left:
                raise PortGone(self.name, "closed")
            if data:
                lane.chunks.append(bytes(data))
                lane.changed.notify_all()

    def read(self, timeout_s: float) -> bytes:
        lane = self._incoming
        with lane.changed:
            lane.changed.wait_for(
                lambda: lane.chunks or lane.cancelled or lane.writer_left or lane.reader_left, max(0.0, timeout_s)
            )
            if lane.reader_left:
                raise PortGone(self.name, "closed")
            lane.cancelled = False
            if lane.chunks:
                data = b"".join(lane.chunks) if len(lane.chunks) > 1 else lane.chunks[0]
                lane.chunks.clear()
                return data
            if lane.writer_left:
                raise PortGone(self.name, "closed by the other end")
            return b""

    @property
    def is_closed(self) -> bool:
        """This end was closed, by whoever holds it."""
        return self._incoming.reader_left

    def discard_input(self) -> None:
        with self._incoming.changed:
            self._incoming.chunks.clear()

    def cancel_read(self) -> None:
        with self._incoming.changed:
            self._incoming.cancelled = True
            self._incoming.changed.notify_all()

    def close(self) -> None:
        with self._incoming.changed:
            self._incoming.reader_left = True
            self._incoming.changed.notify_all()
        with self._outgoing.changed:
            self._outgoing.writer_left = True
            self._outgoing.changed.notify_all()


def pipe(name: str) -> tuple[MemoryPort, MemoryPort]:
    """Both ends of a new pipe: ours, called `name`, and the meter's."""
    to_meter, from_meter = _Lane(), _Lane()
    ours = MemoryPort(name, incoming=from_meter, outgoing=to_meter)
    theirs = MemoryPort(f"{name} (meter's end)", incoming=to_meter, outgoing=from_meter)
    return ours, theirs
