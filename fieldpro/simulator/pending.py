"""Tables that were written to take hold later (ANSI C12.19 table 4, tables 4096 + n, procedures 12 to 15).

What a pending header asks for is done at its own time, not when somebody looks: a calendar that was due at midnight is
in force from midnight on, however late the meter is asked next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from fieldpro.c12.dictionary.model import PENDING
from fieldpro.c12.values import Strange
from fieldpro.simulator.life import Life
from fieldpro.simulator.moments import seconds_of

HEADER_BYTES = 6
AT_TIME, AFTER, BY_PROCEDURE = 0, 1, 2
_SPANS = (("WEEKS", 604_800), ("DAYS", 86_400), ("HOURS", 3_600), ("MINUTES", 60), ("SECONDS", 1))


@dataclass(frozen=True, slots=True)
class Waiting:
    """One table that waits. header: its bytes, and their values by element name. written_at: real time."""

    table: int
    header: bytes
    values: Mapping[str, Any]
    data: bytes
    written_at: float

    @property
    def code(self) -> int:
        return int(self.values["EVENT_SELECTOR"]["EVENT_CODE"])

    @property
    def resets_demand(self) -> bool:
        return bool(self.values["EVENT_SELECTOR"]["DEMAND_RESET_FLAG"])

    @property
    def reads_itself(self) -> bool:
        return bool(self.values["EVENT_SELECTOR"]["SELF_READ_FLAG"])

    def due(self, life: Life) -> float | None:
        """The real time at which it takes hold; None when it waits for a procedure. By the clock as it is set now."""
        if self.code == AFTER:
            return life.when_powered(self.written_at + sum(int(self.values[name]) * unit for name, unit in _SPANS))
        if self.code == AT_TIME:
            local = seconds_of(self.values["ACTIVATION_TIME"])
            standard = life.calendar.from_local(np.array([local]))
            return life.when_powered(max(float(life.clock.real(standard)[0]), self.written_at))
        return None


class PendingTables:
    """All that waits, one entry a table; the newest word counts."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.entries: list[Waiting] = []
        self.last_activation: float | None = None  # what the meter's clock showed

    def of(self, table: int) -> Waiting | None:
        return next((entry for entry in self.entries if entry.table == table), None)

    def put(self, entry: Waiting) -> bool:
        """False when there is no room for one more."""
        others = [each for each in self.entries if each.table != entry.table]
        if len(others) >= self.most:
            return False
        self.entries = [*others, entry]
        return True

    def drop(self, entry: Waiting) -> None:
        self.entries = [each for each in self.entries if each is not entry]

    def next_due(self, life: Life, now: float) -> tuple[float, Waiting] | None:
        """The first one that should have taken hold by now."""
        dues = [(due, entry) for entry in self.entries if (due := entry.due(life)) is not None and due <= now]
        return min(dues, key=lambda pair: pair[0], default=None)


def is_pending(number: int) -> bool:
    """Whether a table number means the pending form of a table."""
    return PENDING <= number < 2 * PENDING


def is_good(values: Mapping[str, Any]) -> bool:
    """Whether this meter knows the trigger of a pending header."""
    code = int(values["EVENT_SELECTOR"]["EVENT_CODE"])
    if code == AT_TIME:
        time = values["ACTIVATION_TIME"]
        return isinstance(time, datetime) and not isinstance(time, Strange)
    return code in (AFTER, BY_PROCEDURE)
