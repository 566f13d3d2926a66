"""What the window says to a meter, and what it had so far when that ends early.

The functions are called in the port's thread, where their imports cost no paint.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fieldpro.meter.collection import Collection
    from fieldpro.records import ReadOut
    from fieldpro.session.conversation import Conversation


class Reading:
    """One read in progress. `base`: a read-out of the same meter to go on from; `operator` who reads."""

    def __init__(self, operator: str, base: ReadOut | None = None) -> None:
        self.base = base
        self._operator = operator
        self._collection: Collection | None = None

    def overview(self) -> Conversation[ReadOut]:
        """What the Overview shows: identity, status, clock, registers, events, present values."""
        from fieldpro.meter.read import read_overview

        return read_overview(collection=self._collect())

    def tables(self, numbers: Iterable[int] | None) -> Conversation[ReadOut]:
        """These tables, or all that the meter lists."""
        from fieldpro.meter.read import read_tables

        return read_tables(numbers, collection=self._collect())

    def so_far(self) -> ReadOut | None:
        """What was read until now, None when not even who the meter is."""
        if self._collection is None:
            return None
        readout = self._collection.read_out()
        return readout if any(reading.data for reading in readout.tables.values()) else None

    def _collect(self) -> Collection:
        from fieldpro.meter.collection import Collection

        self._collection = Collection(operator=self._operator, base=self.base)
        return self._collection
