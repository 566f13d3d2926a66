"""Reading a load profile for its page: what is newly read is laid over what is here, and nothing is lost on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from fieldpro.records import ReadOut, TableReading, TableStatus

if TYPE_CHECKING:
    from fieldpro.meter.collection import Collection
    from fieldpro.session.conversation import Conversation

PROFILE_TABLES = (64, 65, 66, 67)  # C12.19: load profile data, sets 1 to 4


class ProfileRead:
    """One read in progress. `base` is the read-out shown; `newest` the end of its newest interval, None without one.

    The ring of blocks goes on turning in the meter: what was read before stays true for the blocks that this read
    leaves out, as long as it begins no later than what was known.
    """

    def __init__(self, operator: str, base: ReadOut | None, *, since: datetime | None, newest: datetime | None) -> None:
        self._operator, self._base, self._since = operator, base, since
        self._joins = since is not None and newest is not None and since <= newest
        self._collection: Collection | None = None

    def conversation(self) -> Conversation[ReadOut]:
        """Made in the port's thread."""
        from fieldpro.meter.collection import Collection
        from fieldpro.meter.read_profile import read_profile

        self._collection = Collection(operator=self._operator, base=self._base)
        return read_profile(since=self._since, collection=self._collection)

    def result(self, fresh: ReadOut) -> ReadOut:
        """The new readings, with the parts of the profile that were here before below them."""
        if self._base is None or not self._joins:
            return fresh
        tables = dict(fresh.tables)
        for number in PROFILE_TABLES:
            old, new = self._base.tables.get(number), tables.get(number)
            if old is not None and new is not None and new is not old:
                tables[number] = laid_over(old, new)
        return replace(fresh, tables=tables)

    def so_far(self) -> ReadOut | None:
        """What was read until now, None when nothing was."""
        if self._collection is None:
            return None
        fresh = self._collection.read_out()
        has_profile = any(fresh.tables[number].data for number in PROFILE_TABLES if number in fresh.tables)
        return self.result(fresh) if has_profile else None


def laid_over(old: TableReading, new: TableReading) -> TableReading:
    """The bytes of `new` where it has them, those of `old` elsewhere."""
    if not new.parts or old.status is not TableStatus.READ or len(old.data) != len(new.data):
        return new
    data = bytearray(old.data)
    for offset, length in new.parts:
        data[offset : offset + length] = new.data[offset : offset + length]
    return replace(new, data=bytes(data), parts=_joined((*old.parts, *new.parts)) if old.parts else ())


def _joined(parts: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    joined: list[tuple[int, int]] = []
    for offset, length in sorted(parts):
        if joined and offset <= sum(joined[-1]):
            start = joined[-1][0]
            joined[-1] = (start, max(sum(joined[-1]), offset + length) - start)
        else:
            joined.append((offset, length))
    return tuple(joined)
