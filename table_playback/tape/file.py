"""A tape as a file: JSON Lines in a zip, written whole or not at all, and read only when all of it is in order.

Text in a zip, because any tool reads it without this program; because a file written at once has no half-deleted pages,
where a secret that was redacted would go on living, as a database keeps them; and because it is one file.

load(path)        a tape of which everything was checked: zip, names, sizes, version, seal, hashes, every line
save(tape, path)  the reverse; what was saved can be loaded

At load every step and table image is decoded and checked, and of the wire all bytes (by its hash) but not what they
say: a packet is shown, never played, and one that makes no sense raises `TapeError` when it is asked for. Of the lines
only the bytes are kept; `steps` and `wire` make their records again when they are asked for. So a tape that is given at
all is good to its last step, and one of 100,000 steps is there at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from os import fspath
from pathlib import Path

import msgspec

from fieldpro.files import write_atomically
from table_playback.tape import limits
from table_playback.tape.archive import Archive, pack
from table_playback.tape.header import read_header, read_version, write_header
from table_playback.tape.lines import (
    DECODE_STEP,
    DECODE_TABLE,
    StepLine,
    TableLine,
    Unfit,
    check_step,
    image_of_line,
    make_packet,
    make_step,
    step_line,
    table_line,
    what_is_wrong,
    wire_line,
)
from table_playback.tape.model import Header, Step, TableImage, Tape, WirePacket
from table_playback.tape.sequences import Lines, check_lines, line_places
from table_playback.tape.trouble import Trouble, file_errors, line_place, read_bounded


def load(path: str | Path) -> Tape:
    """The tape of a file. Raises `TapeError` with its place for anything that is not in order, and nothing else."""
    path = Path(path)
    trouble = Trouble(fspath(path))
    archive = Archive(read_bounded(path, limits.MAX_FILE), trouble)
    if not archive.has_header():
        raise trouble("not-a-tape", "the directory of the zip", f"there is no {limits.HEADER} in it")
    said = read_version(archive.unpack(limits.HEADER), trouble)
    archive.check_members()
    header, expected = read_header(said, trouble)

    def member(name: str) -> bytes:
        if name not in expected:
            raise trouble("altered", limits.HEADER, f"it says nothing of {name}")
        data = archive.unpack(name)
        if len(data) != expected[name].length or hashlib.sha256(data).hexdigest() != expected[name].sha256:
            raise trouble("altered", name, "it is not what the header says it is")
        return data

    with ThreadPoolExecutor(1, "tape") as aside:  # unpacking and hashing leave the interpreter to others
        wire = aside.submit(member, limits.WIRE)
        tables = _tables(member(limits.TABLES), trouble)
        steps = _steps(member(limits.STEPS), trouble)
        return Tape(header, steps, tables, _wire(wire.result(), trouble), trouble.path)


def save(tape: Tape, path: str | Path) -> None:
    """Write a tape, whole or not at all. Raises `TapeError` ("denied", "too-large", and "malformed" for a step that no
    tape can hold, such as one whose number is not its place)."""
    path = Path(path)
    trouble = Trouble(fspath(path))
    members = {
        limits.TABLES: joined(image_lines(tape.tables), limits.TABLES, trouble),
        limits.STEPS: joined(map(step_line, tape.steps), limits.STEPS, trouble),
        limits.WIRE: joined(map(wire_line, tape.wire), limits.WIRE, trouble),
    }
    store(tape.header, members, path)


def store(header: Header, members: Mapping[str, bytes], path: Path) -> None:
    """Put a header and the lines of the other members into a file, once they are found good."""
    trouble = Trouble(fspath(path))
    tape_of_members(header, members, trouble)
    try:
        first = write_header(header, members)
    except (ValueError, TypeError) as problem:
        raise trouble("malformed", limits.HEADER, str(problem)) from problem
    read_header(read_version(first, trouble), trouble)
    if len(first) > limits.MAX_MEMBER[limits.HEADER]:
        raise trouble("too-large", limits.HEADER, f"{len(first):,} bytes of title, notes and names")
    with file_errors(path):
        write_atomically(path, pack({limits.HEADER: first, **members}), private=True)


def image_lines(images: Mapping[int, TableImage]) -> Iterator[bytes]:
    """The images as lines, by number. Raises `Unfit` for one that stands under another table's number."""
    for number in sorted(images):
        if images[number].number != number:
            raise Unfit(f"table {images[number].number} stands under the number {number}")
        yield table_line(images[number])


def joined(lines: Iterable[bytes], member: str, trouble: Trouble) -> bytes:
    """The lines of a member, within its limit. Raises `TapeError` with the line that cannot be."""
    data = bytearray()
    number = 0
    try:
        for number, line in enumerate(lines, 1):
            check_room(len(data), len(line), member, number, trouble)
            data += line
    except (msgspec.MsgspecError, ValueError, TypeError) as problem:
        raise trouble("malformed", line_place(member, number + 1), what_is_wrong(problem)) from problem
    return bytes(data)


def check_room(size: int, more: int, member: str, number: int, trouble: Trouble) -> None:
    """Whether one more line fits. Raises `TapeError` "too-large"."""
    for found, limit in ((more, limits.MAX_LINE[member] + 1), (size + more, limits.MAX_MEMBER[member])):
        if found > limit:
            raise trouble("too-large", line_place(member, number), f"{found:,} bytes where {limit:,} are allowed")


def tape_of_members(header: Header, members: Mapping[str, bytes], trouble: Trouble) -> Tape:
    """A tape whose steps and packets are read from these lines as they are asked for; all of them checked now."""
    return Tape(
        header=header,
        steps=_steps(members[limits.STEPS], trouble),
        tables=_tables(members[limits.TABLES], trouble),
        wire=_wire(members[limits.WIRE], trouble),
        path=trouble.path,
    )


def _steps(data: bytes, trouble: Trouble) -> Sequence[Step]:
    places = line_places(data, limits.STEPS, max_line=limits.MAX_LINE[limits.STEPS], trouble=trouble)
    numbers = count(1)

    def check(line: StepLine) -> None:
        if line.number != next(numbers):
            raise Unfit(f"it says that it is number {line.number}")
        check_step(line)

    check_lines(data, limits.STEPS, DECODE_STEP, check, trouble)
    return Lines(data, places, make_step, member=limits.STEPS, trouble=trouble)


def _wire(data: bytes, trouble: Trouble) -> Sequence[WirePacket]:
    places = line_places(data, limits.WIRE, max_line=limits.MAX_LINE[limits.WIRE], trouble=trouble)
    return Lines(data, places, make_packet, member=limits.WIRE, trouble=trouble)


def _tables(data: bytes, trouble: Trouble) -> Mapping[int, TableImage]:
    line_places(data, limits.TABLES, max_line=limits.MAX_LINE[limits.TABLES], trouble=trouble)
    images: dict[int, TableImage] = {}

    def keep(line: TableLine) -> None:
        image = image_of_line(line)
        if image.number in images:
            raise Unfit(f"table {image.number} stands there twice")
        images[image.number] = image

    check_lines(data, limits.TABLES, DECODE_TABLE, keep, trouble)
    return images


def check(tape: Tape) -> None:
    """Look at every packet of the wire, which `load` leaves for when they are asked for. Raises `TapeError`."""
    for _ in tape.wire:
        pass
