"""The tables of a tape as they are while it is served: read in parts, and written."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fieldpro.c12.psem.codes import ResponseCode
from table_playback.tape import Step, TableImage
from table_playback.tape.model import Spans


@dataclass(slots=True)
class Image:
    """`parts`: (offset, bytes) of what is known, in order and apart from each other; of a whole table there is one."""

    parts: list[tuple[int, bytes]]
    whole: bool = True
    writable: bool = False
    masked: Spans = ()

    @property
    def beginning(self) -> bytes:
        """What is known from its first byte on: all of a whole table."""
        return self.parts[0][1] if self.parts and self.parts[0][0] == 0 else b""

    def part(self, offset: int, count: int) -> bytes | None:
        """So many bytes from there on; None when not all of them are known."""
        place = bisect_right(self.parts, offset, key=_offset) - 1
        if place < 0:
            return None
        first, data = self.parts[place]
        end = offset + count - first
        return data[offset - first : end] if end <= len(data) else None

    def put(self, offset: int, data: bytes) -> None:
        """These bytes from there on; they join the parts that they touch."""
        end = offset + len(data)
        first = bisect_right(self.parts, offset, key=_offset) - 1
        if first < 0 or _end(self.parts[first]) < offset:
            first += 1
        last = bisect_right(self.parts, end, key=_offset)
        touched = self.parts[first:last]
        if touched:
            begin, before = touched[0]
            after_begin, after = touched[-1]
            head = before[: offset - begin] if begin < offset else b""
            tail = after[end - after_begin :] if after_begin + len(after) > end else b""
            offset, data = min(begin, offset), head + data + tail
        self.parts[first:last] = [(offset, data)]


class Images:
    """By number; made of the images of a tape, and, a collector, of what its steps read of other tables."""

    def __init__(self, images: Iterable[TableImage]) -> None:
        self._images = {image.number: _image(image) for image in images}
        self._given = frozenset(self._images)
        self.written: set[int] = set()

    def take(self, step: Step) -> None:
        if step.table is None or step.response != ResponseCode.OK or step.sent is not None or step.received is not None:
            return
        match step.service:
            case "full-read" if step.table not in self._given:
                self._images[step.table] = Image([(0, step.data)], masked=step.masked)
            case "offset-read" if step.table not in self._given and step.data:
                self.put_part(step.table, step.offset or 0, step.data)
            case "full-write" | "offset-write" | "index-write":
                self.written.add(step.table)

    def __getitem__(self, number: int) -> Image:
        return self._images[number]

    def get(self, number: int) -> Image | None:
        return self._images.get(number)

    def is_writable(self, number: int) -> bool:
        """Where the tape says so, and what the recorded meter let itself be written."""
        image = self._images.get(number)
        return number in self.written or (image is not None and image.writable)

    def put_whole(self, number: int, data: bytes) -> None:
        image = self._images.setdefault(number, Image([]))
        image.parts, image.whole = [(0, data)], True

    def put_part(self, number: int, offset: int, data: bytes) -> None:
        """Of a table that was not known, so much is known then."""
        self._images.setdefault(number, Image([], whole=False)).put(offset, data)

    @property
    def raw(self) -> Mapping[int, bytes]:
        """The bytes of those that are known from their beginning on."""
        return {number: image.beginning for number, image in self._images.items() if image.beginning}

    @property
    def masked(self) -> Mapping[int, int]:
        """How many parts are redacted, by table."""
        return {number: len(image.masked) for number, image in sorted(self._images.items()) if image.masked}


def _image(image: TableImage) -> Image:
    if not image.parts:
        return Image([(0, image.data)], writable=image.writable, masked=image.masked)
    made = Image([], whole=False, writable=image.writable, masked=image.masked)
    for offset, length in image.parts:
        made.put(offset, image.data[offset : offset + length])
    return made


def _offset(part: tuple[int, bytes]) -> int:
    return part[0]


def _end(part: tuple[int, bytes]) -> int:
    return part[0] + len(part[1])
