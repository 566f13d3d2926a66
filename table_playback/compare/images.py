"""What a tape knows of each table: its images, and where it has none what its steps have read."""

from __future__ import annotations

from dataclasses import replace

from fieldpro.c12.psem.codes import ResponseCode
from table_playback.tape.model import Spans, Step, TableImage, Tape


def images_of(tape: Tape) -> dict[int, TableImage]:
    """The image of every table. A table that steps read several times is as they read it last; one that was read by
    offset is known in these parts."""
    images = dict(tape.tables)
    read: dict[int, TableImage] = {}
    for step in tape.steps:
        if step.table is None or step.table in images or step.response != ResponseCode.OK or not step.data:
            continue
        if step.service == "full-read":
            read[step.table] = TableImage(step.table, step.data, masked=step.masked)
        elif step.service == "offset-read" and step.offset is not None:
            read[step.table] = _with_part(read.get(step.table), step, step.offset)
    return images | read


def _with_part(image: TableImage | None, step: Step, offset: int) -> TableImage:
    assert step.table is not None
    end = offset + len(step.data)
    masked = tuple((offset + start, length) for start, length in step.masked)
    if image is None:
        return TableImage(step.table, bytes(offset) + step.data, masked=masked, parts=((offset, len(step.data)),))
    data = bytearray(image.data.ljust(end, b"\0"))
    data[offset:end] = step.data
    kept = tuple(span for span in image.masked if span[0] + span[1] <= offset or span[0] >= end)
    whole = not image.parts and end <= len(image.data)
    parts = () if whole else _joined((*(image.parts or ((0, len(image.data)),)), (offset, len(step.data))))
    return replace(image, data=bytes(data), masked=kept + masked, parts=parts)


def _joined(parts: Spans) -> Spans:
    joined: list[tuple[int, int]] = []
    for offset, length in sorted(parts):
        if joined and offset <= sum(joined[-1]):
            start = joined[-1][0]
            joined[-1] = start, max(sum(joined[-1]), offset + length) - start
        else:
            joined.append((offset, length))
    return tuple(joined)
