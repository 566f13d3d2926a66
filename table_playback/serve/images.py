"""The tables of a tape as they are while it is served: read in parts, and written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fieldpro.c12.psem.codes import ResponseCode
from table_playback.tape import Step, TableImage
from table_playback.tape.model import Spans


@dataclass(slots=True)
class Image:
    """`known`: (from, to before) of what there is, in order and apart from each other; None when that is all of it."""

    data: bytes
    known: list[tuple[int, int]] | None = None
    writable: bool = False
    masked: Spans = ()

    def part(self, offset: int, count: int) -> bytes | None:
        """So many bytes from there on; None when not all of them are known."""
        end = offset + count
        known = [(0, len(self.data))] if self.known is None else self.known
        return self.data[offset:end] if any(first <= offset and end <= last for first, last in known) else None

    def put(self, offset: int, data: bytes) -> None:
        """These bytes from there on."""
        end = offset + len(data)
        whole = bytearray(self.data.ljust(end, b"\0"))
        whole[offset:end] = data
        self.data = bytes(whole)
        if self.known is not None:
            self.known = _joined([*self.known, (offset, end)])


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
                self._images[step.table] = Image(step.data, masked=step.masked)
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
        image = self._images.setdefault(number, Image(b""))
        image.data, image.known = data, None

    def put_part(self, number: int, offset: int, data: bytes) -> None:
        """Of a table that was not known, so much is known then."""
        self._images.setdefault(number, Image(b"", known=[])).put(offset, data)

    @property
    def raw(self) -> Mapping[int, bytes]:
        """The bytes of those that are known from their beginning on."""
        return {number: image.data for number, image in self._images.items() if image.part(0, 1) is not None}

    @property
    def masked(self) -> Mapping[int, int]:
        """How many parts are redacted, by table."""
        return {number: len(image.masked) for number, image in sorted(self._images.items()) if image.masked}


def _image(image: TableImage) -> Image:
    known = _joined([(offset, offset + length) for offset, length in image.parts]) if image.parts else None
    return Image(image.data, known, image.writable, image.masked)


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for first, end in sorted(spans):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((first, end))
    return joined
