"""What a read has got so far. It is handed out before the read begins, so that nothing read is ever lost.

Whatever ends a read (the link dies, the person cancels, the program is closed), `Collection.read_out()` is what was
read until then: tables that were planned and not reached are NOT_READ, the one in hand keeps the bytes it had. It may
be asked at any moment and from any thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime

from fieldpro.errors import FieldProError, ServiceRefused
from fieldpro.meter.identity import NOBODY
from fieldpro.records import MeterIdentity, ReadOut, TableReading, TableStatus
from fieldpro.session.conversation import SessionFacts

Parts = tuple[tuple[int, int], ...]


def utc_now() -> datetime:
    return datetime.now(UTC)


class Collection:
    """Collects readings into a read-out.

    base: a read-out of the same meter to go on from; its readings stay until they are read again.
    """

    def __init__(
        self,
        *,
        operator: str = "",
        note: str = "",
        base: ReadOut | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.base = base
        self.now = now
        self._lock = threading.Lock()
        started = now()
        self._read_out = base or ReadOut(NOBODY, "", operator, started, started, "generic", {}, note)
        self._readings: dict[int, TableReading] = dict(self._read_out.tables)

    def read_out(self) -> ReadOut:
        """Everything so far, ordered by table number."""
        with self._lock:
            return replace(self._read_out, tables=dict(sorted(self._readings.items())))

    def is_read(self, number: int) -> bool:
        """Whether a table is here as a whole."""
        with self._lock:
            reading = self._readings.get(number)
        return reading is not None and reading.status is TableStatus.READ and not reading.parts

    # --- what the conversations tell ----------------------------------------------------------------------------

    def on_line(self, facts: SessionFacts) -> None:
        link: dict[str, int | str] = {
            "baud": facts.baud,
            "packet_size": facts.packet_size,
            "packet_count": facts.packet_count,
            "standard": facts.standard,
        }
        self._update(port=facts.port, link=link)

    def met(self, identity: MeterIdentity, device_profile: str) -> None:
        self._update(identity=identity, device_profile=device_profile)

    def planned(self, numbers: Iterable[int]) -> None:
        """These are going to be read; until then they count as not read."""
        with self._lock:
            for number in numbers:
                self._readings.setdefault(number, TableReading(number, TableStatus.NOT_READ))

    def got(self, number: int, data: bytes, parts: Parts = ()) -> None:
        self._keep(TableReading(number, TableStatus.READ, data, None, self.now(), parts))

    def failed(self, number: int, error: FieldProError, data: bytes = b"", parts: Parts = ()) -> None:
        """A table that was not read, or only these bytes of it."""
        status = TableStatus.REFUSED if isinstance(error, ServiceRefused) else TableStatus.FAILED
        self._keep(TableReading(number, status, data, error, self.now(), parts))

    def _keep(self, reading: TableReading) -> None:
        with self._lock:
            self._readings[reading.number] = reading
        self._update(ended_at=self.now())

    def _update(self, **changes: object) -> None:
        with self._lock:
            self._read_out = replace(self._read_out, **changes)  # type: ignore[arg-type] # names and types are checked by the callers above
