"""A tape while it is recorded: lines appended to `NAME.tape.part`, so that a crash loses at most the last moments.

    {"format": "fieldpro-tape-part", "version": 1, "header": {...}}
    {"step": {...}}        as a line of steps.jsonl
    {"wire": {...}}        as a line of wire.jsonl
    {"table": {...}}       as a line of tables.jsonl; a later one of a table stands for an earlier one

A line costs a few microseconds; it is handed to the system once a second and at the end, which is when another
program, or this one after a crash, can see it. `close` makes the tape and takes the part away; `recover` makes what is
left of one into a tape, without the line that was being written.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

import msgspec

from fieldpro.files import open_private
from table_playback.tape import limits
from table_playback.tape.file import check_room, joined, store, tape_of_members
from table_playback.tape.header import VERSION, HeaderPart, header_of_part, header_part
from table_playback.tape.lines import (
    DECODE_STEP,
    DECODE_TABLE,
    DECODE_WIRE,
    check_step,
    image_of_line,
    step_line,
    table_line,
    what_is_wrong,
    wire_line,
)
from table_playback.tape.model import Direction, Header, Step, TableImage, Tape, WirePacket
from table_playback.tape.trouble import Trouble, file_errors, line_place, read_bounded

PART = ".part"
PART_FORMAT = "fieldpro-tape-part"
FLUSH_s = 1.0
_BUFFER = 1 << 20
_MAX_PART = 2 * limits.MAX_FILE
_KINDS = {b'{"step":': limits.STEPS, b'{"wire":': limits.WIRE, b'{"table":': limits.TABLES}
_WORDS = {member: word for word, member in _KINDS.items()}


class PartHeader(msgspec.Struct):
    format: str
    version: int
    header: HeaderPart


class TapeWriter:
    """Records into `path`, by way of `path` + ".part". Owned by one thread.

    `step`, `wire` and `image` raise `TapeError`: "too-large" when the tape is full (what came before is kept, and
    `close` still makes a tape of it), "malformed" for a step that is not the next one or cannot be, "denied" when the
    disk does not take it.
    """

    def __init__(self, path: str | Path, header: Header, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.path = Path(path)
        self.part = part_of(self.path)
        self.steps = 0
        self._trouble = Trouble(str(self.path))
        self._clock = clock
        self._sizes = dict.fromkeys(limits.MEMBERS, 0)
        self._counts = dict.fromkeys(limits.MEMBERS, 0)
        self._header = header
        first = msgspec.json.encode(PartHeader(PART_FORMAT, VERSION, header_part(header))) + b"\n"
        if self.part.exists():
            raise self._trouble(
                "denied", self.part.name, "a recording that was interrupted lies there: recover it first"
            )
        with file_errors(self.part):
            self.part.parent.mkdir(parents=True, exist_ok=True)
            self._file: BinaryIO = open(self.part, "xb", buffering=_BUFFER, opener=open_private)  # noqa: SIM115 (see close)
            self._file.write(first)
            self._file.flush()
        self._flushed_at = clock()

    def step(self, step: Step) -> None:
        """The next step; its number says that it is."""
        place = line_place(limits.STEPS, self.steps + 1)
        if step.number != self.steps + 1:
            raise self._trouble("malformed", place, f"it says that it is number {step.number}")
        self._append(limits.STEPS, lambda: _good_step(step))
        self.steps += 1

    def wire(self, packet: WirePacket) -> None:
        self._append(limits.WIRE, lambda: wire_line(packet))

    def heard(self, pieces: Iterable[tuple[float, Direction, bytes]]) -> None:
        """Bytes as they passed, of no step yet: (seconds, direction, bytes). A fraction of the cost of `wire`."""
        lines = [
            f'{{"wire":{{"time_s":{time_s!r},"direction":"{direction}","data":"{data.hex()}"}}}}\n'
            for time_s, direction, data in pieces
        ]
        number = self._counts[limits.WIRE] + len(lines)
        size = sum(map(len, lines))
        check_room(0, max(map(len, lines), default=0), limits.WIRE, number, self._trouble)
        check_room(self._sizes[limits.WIRE] + size, 0, limits.WIRE, number, self._trouble)
        with file_errors(self.part):
            self._file.write("".join(lines).encode())
        self._counts[limits.WIRE] = number
        self._sizes[limits.WIRE] += size

    def image(self, image: TableImage) -> None:
        """What a table holds; a later image of it takes the place of an earlier one."""
        self._append(limits.TABLES, lambda: _good_image(image))

    def flush(self) -> None:
        """Hand what was recorded to the system, so that it outlives this program."""
        with file_errors(self.part):
            self._file.flush()
        self._flushed_at = self._clock()

    def close(self, header: Header | None = None) -> Path:
        """Make the tape, with this header where one is given, and take the part away.

        When that fails the part stays, so that nothing is lost, and `recover` makes a tape of it.
        """
        with file_errors(self.part):
            self._file.close()
            data = self.part.read_bytes()
        members, _ = _members(data[data.find(b"\n") + 1 :], self._trouble)
        store(header or self._header, members, self.path)
        with file_errors(self.part):
            self.part.unlink()
        return self.path

    def abandon(self) -> None:
        """Keep nothing of it, whatever state the disk is in."""
        with suppress(OSError):
            self._file.close()
        with file_errors(self.part):
            self.part.unlink(missing_ok=True)

    def _append(self, member: str, make: Callable[[], bytes]) -> None:
        number = self._counts[member] + 1
        try:
            line = make()
        except (msgspec.MsgspecError, ValueError, TypeError) as problem:
            raise self._trouble("malformed", line_place(member, number), what_is_wrong(problem)) from problem
        check_room(self._sizes[member], len(line), member, number, self._trouble)
        self._write(member, [line], len(line))

    def _write(self, member: str, lines: Sequence[bytes], size: int) -> None:
        head = _WORDS[member]
        with file_errors(self.part):
            self._file.write(b"".join([head + line[:-1] + b"}\n" for line in lines]))
        self._counts[member] += len(lines)
        self._sizes[member] += size
        if self._clock() - self._flushed_at >= FLUSH_s:
            self.flush()


def part_of(path: Path) -> Path:
    """Where a tape lies while it is recorded."""
    return path.with_name(path.name + PART)


def recover(part: str | Path) -> Tape:
    """The tape of a recording that was interrupted, as far as it came: in memory, its header says that it was.

    The part itself stays; whoever saved the tape takes it away. A last line that was not written to its end is left
    out. Raises `TapeError` for anything else that is not in order.
    """
    part = Path(part)
    trouble = Trouble(str(part))
    data = read_bounded(part, _MAX_PART)
    first, _, rest = data.partition(b"\n")
    header = _opening(first, trouble)
    members, last_s = _members(rest[: rest.rfind(b"\n") + 1], trouble)
    ended_at = header.started_at + timedelta(seconds=last_s)
    tape = tape_of_members(replace(header, ended_at=ended_at, interrupted=True), members, trouble)
    return replace(tape, path="")


def _opening(line: bytes, trouble: Trouble) -> Header:
    try:
        said = msgspec.json.decode(line)
        if not isinstance(said, dict) or said.get("format") != PART_FORMAT:
            raise trouble("not-a-tape", "line 1", f"it does not say {PART_FORMAT}")
        version = said.get("version")
        if type(version) is int and version > VERSION:
            raise trouble("newer-version", "line 1", f"version {version}, where {VERSION} is known here")
        return header_of_part(msgspec.convert(said, PartHeader).header)
    except (msgspec.MsgspecError, ValueError, RecursionError) as problem:
        raise trouble("not-a-tape", "line 1", what_is_wrong(problem)) from problem


def _members(data: bytes, trouble: Trouble) -> tuple[dict[str, bytes], float]:
    """The members of a tape from the lines of its part, and when the last step or packet was."""
    found: dict[str, list[bytes]] = {member: [] for member in limits.MEMBERS[1:]}
    for number, line in enumerate(data.split(b"\n")[:-1], 2):
        member = _KINDS.get(line[: line.find(b":") + 1])
        if member is None or not line.endswith(b"}"):
            raise trouble("malformed", f"line {number}", "it is no line of a recording")
        found[member].append(line[len(_WORDS[member]) : -1] + b"\n")
    found[limits.TABLES] = _last_of_each(found[limits.TABLES], trouble)
    return {member: joined(lines, member, trouble) for member, lines in found.items()}, _last_moment(found)


def _last_of_each(lines: list[bytes], trouble: Trouble) -> list[bytes]:
    last: dict[int, bytes] = {}
    for number, line in enumerate(lines, 1):
        try:
            last[DECODE_TABLE(line).number] = line
        except (msgspec.MsgspecError, ValueError, RecursionError) as problem:
            raise trouble("malformed", line_place(limits.TABLES, number), what_is_wrong(problem)) from problem
    return [last[number] for number in sorted(last)]


def _last_moment(found: dict[str, list[bytes]]) -> float:
    """When the last exchange was over, seconds from the beginning; lines that are not in order are found later."""
    moments = [0.0]
    try:
        if found[limits.STEPS]:
            step = DECODE_STEP(found[limits.STEPS][-1])
            moments.append(step.time_s + (step.duration_s or 0.0))
        if found[limits.WIRE]:
            moments.append(DECODE_WIRE(found[limits.WIRE][-1]).time_s)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        pass
    return max(moments)


def _good_step(step: Step) -> bytes:
    line = step_line(step)
    check_step(DECODE_STEP(line))
    return line


def _good_image(image: TableImage) -> bytes:
    line = table_line(image)
    image_of_line(DECODE_TABLE(line))
    return line
