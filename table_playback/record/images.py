"""What the tables held, put together from the steps of a tape: whole reads, pieces by offset or by index, writes.

A table that was read in pieces has `parts`, until the pieces are all of it. A write that the meter confirmed changes
what the table holds, and says that it can be written. Table 7 holds nothing: a write to it starts a procedure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fieldpro.c12.dictionary import Tables
from fieldpro.c12.psem.codes import ResponseCode
from fieldpro.errors import FieldProError
from table_playback.redact.places import gives_table_data
from table_playback.redact.spans import joined, moved, without
from table_playback.redact.tables import offset_of
from table_playback.tape.messages import WRITES
from table_playback.tape.model import Spans, Step, TableImage

INITIATE = 7
_LAST_NUMBER = 0x1FFF
_LARGEST = 1 << 24  # the reach of an offset (ANSI C12.18)
_WHOLE = ("full-read", "full-write")


@dataclass
class _Image:
    data: bytearray
    parts: Spans = ()
    is_whole: bool = False
    masked: Spans = ()
    writable: bool = False
    read_at: datetime | None = None

    def put(self, offset: int, data: bytes, masked: Spans, *, whole: bool) -> None:
        if whole:
            self.data, self.masked, self.is_whole, self.parts = bytearray(data), masked, True, ()
            return
        end = offset + len(data)
        if len(self.data) < end:
            self.data += bytes(end - len(self.data))
        self.data[offset:end] = data
        here = ((offset, len(data)),)
        self.masked = joined((*without(self.masked, here), *moved(masked, offset)))
        if not self.is_whole:
            self.parts = joined((*self.parts, *here))


def images_of(
    steps: Iterable[Step],
    *,
    started_at: datetime,
    tables: Tables | None = None,
    before: Mapping[int, TableImage] | None = None,
) -> dict[int, TableImage]:
    """The image of every table that the steps read or wrote, by number.

    tables: for pieces by index, and to tell that pieces are the whole; without it the former are left out.
    before: what the tables held when the first step began.
    """
    images = {number: _from(image) for number, image in (before or {}).items()}
    touched: set[int] = set()
    for step in steps:
        number = step.table
        if number is None or number == INITIATE or number > _LAST_NUMBER or not _tells(step):
            continue
        whole = step.service in _WHOLE
        offset = 0 if whole else _offset(step, tables)
        if offset is None or not (step.data or whole) or offset + len(step.data) > _LARGEST:
            continue
        image = images.setdefault(number, _Image(bytearray()))
        image.put(offset, step.data, step.masked, whole=whole)
        image.writable = image.writable or step.service in WRITES
        image.read_at = started_at + timedelta(seconds=step.time_s + (step.duration_s or 0.0))
        touched.add(number)
        if tables is not None and image.is_whole:
            tables.put(number, bytes(image.data))
    return {number: _finished(number, images[number], tables) for number in sorted(touched)}


def _tells(step: Step) -> bool:
    """Whether the step says what a table holds: a read that brought it, or a write that the meter confirmed."""
    if step.service in WRITES:
        return step.response == ResponseCode.OK and step.sent is None
    return gives_table_data(step)


def _offset(step: Step, tables: Tables | None) -> int | None:
    if step.offset is not None:
        return step.offset
    return None if tables is None else offset_of(step, tables)


def _from(image: TableImage) -> _Image:
    return _Image(bytearray(image.data), image.parts, not image.parts, image.masked, image.writable, image.read_at)


def _finished(number: int, image: _Image, tables: Tables | None) -> TableImage:
    data = bytes(image.data)
    parts = image.parts
    if parts == ((0, len(data)),) and _size(number, data, tables) == len(data):
        parts = ()
    read_at = image.read_at and image.read_at.astimezone(UTC)
    return TableImage(number, data, read_at, image.writable, image.masked, parts)


def _size(number: int, data: bytes, tables: Tables | None) -> int | None:
    if tables is None:
        return None
    try:
        return tables.layout(number, data).size
    except FieldProError:
        return None
