"""A whole tape as one JSON file, for programs of one's own.

    {"format": "fieldpro-tape-json", "version": 1,
     "header": {"started_at": "2026-03-01T12:00:00Z", "ended_at": "...", "meter": {"manufacturer": "FPRO", ...}, ...},
     "tables": [{"number": 1, "data": "4650524f..."}, ...],
     "steps": [{"number": 1, "time_s": 0.0, "direction": "<", "service": "full-read", "table": 1, "data": "...",
                "response": 0}, ...],
     "wire": [{"time_s": 0.0, "direction": ">", "data": "ee00...", "step": 1}, ...]}

Fields, their names and what may be left out are those of the lines of a tape (`table_playback.tape.lines`); bytes are
hex, steps stand in the order of their numbers, from 1 on. `tables`, `steps` and `wire` may be left out.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import msgspec

from fieldpro.errors import TapeError
from fieldpro.files import write_atomically
from table_playback.formats.format import Format
from table_playback.formats.secrets import without_secrets
from table_playback.tape import Tape
from table_playback.tape.file import check, image_lines, joined, tape_of_members
from table_playback.tape.header import HeaderPart, header_of_part, header_part
from table_playback.tape.limits import STEPS, TABLES, WIRE, MiB
from table_playback.tape.lines import StepLine, TableLine, WireLine, step_line, what_is_wrong, wire_line
from table_playback.tape.trouble import Trouble, file_errors, read_bounded

FORMAT_NAME = "fieldpro-tape-json"
VERSION = 1
_MAX_FILE = 256 * MiB
_AT_BYTE = re.compile(r"\(byte (\d+)\)")
_AT_FIELD = re.compile(r"(?P<part>header|tables|steps|wire|format|version)(?:\[(?P<item>\d+)\])?(?=[.:\[])")
_LINE_OF = re.compile(r"(tables|wire)\.jsonl, line (\d+)")


class Whole(msgspec.Struct):
    format: str
    version: int
    header: HeaderPart
    tables: tuple[TableLine, ...] = ()
    steps: tuple[StepLine, ...] = ()
    wire: tuple[WireLine, ...] = ()


def read(path: Path) -> Tape:
    """A tape from its JSON. Raises `TapeError` with the line, byte or step."""
    trouble = Trouble(str(path))
    content = read_bounded(path, _MAX_FILE)
    _check_version(content, trouble)
    try:
        whole = msgspec.json.decode(content, type=Whole)
        header = header_of_part(whole.header)
    except (msgspec.MsgspecError, ValueError, RecursionError) as problem:
        raise _told(problem, content, trouble) from problem
    encode = msgspec.json.Encoder().encode
    try:
        members = {
            member: joined((encode(line) + b"\n" for line in lines), member, trouble)
            for member, lines in ((TABLES, whole.tables), (STEPS, whole.steps), (WIRE, whole.wire))
        }
        del content, whole
        tape = tape_of_members(header, members, trouble)
        check(tape)
    except TapeError as error:
        place = _LINE_OF.sub(r"\1, number \2", error.place.partition(" (")[0])
        raise trouble(error.reason, place, error.detail) from error
    return without_secrets(tape)


class _Said(msgspec.Struct):
    format: Any = None
    version: Any = None


def _check_version(content: bytes, trouble: Trouble) -> None:
    try:
        said = msgspec.json.decode(content, type=_Said)
    except (msgspec.MsgspecError, ValueError, RecursionError) as problem:
        raise _told(problem, content, trouble) from problem
    if said.format != FORMAT_NAME:
        raise trouble("not-a-tape", "format", f"it does not say {FORMAT_NAME}")
    if type(said.version) is not int or said.version < 1:
        raise trouble("malformed", "version", "it is no number from 1 on")
    if said.version > VERSION:
        raise trouble("newer-version", "version", f"version {said.version}, where {VERSION} is known here")


def _told(problem: Exception, content: bytes, trouble: Trouble) -> TapeError:
    """The error with the line of the text, or the number of the step."""
    detail = what_is_wrong(problem)
    at = _AT_BYTE.search(detail)
    if at is not None:
        byte = int(at[1])
        return trouble("malformed", f"line {content.count(10, 0, byte) + 1}, byte {byte}", detail)
    field = _AT_FIELD.match(detail)
    if field is None:
        return trouble("malformed", "the file", detail)
    part, item, rest = field["part"], field["item"], detail[field.end() :].lstrip(".: ")
    if item is None:
        return trouble("malformed", part, rest)
    return trouble("malformed", f"step {int(item) + 1}" if part == "steps" else f"{part}, number {int(item) + 1}", rest)


def write(tape: Tape, path: Path) -> tuple[str, ...]:
    """Write a tape as one JSON file, a step a line. Passwords and keys are masked."""
    tape, told = without_secrets(tape), ()
    trouble = Trouble(str(path))
    try:
        header = msgspec.json.encode(header_part(tape.header))
    except (msgspec.MsgspecError, ValueError, TypeError) as problem:
        raise trouble("malformed", "header", what_is_wrong(problem)) from problem
    text = [
        f'{{"format": {json.dumps(FORMAT_NAME)}, "version": {VERSION},\n"header": '.encode(),
        header,
        *_list("tables", joined(image_lines(tape.tables), TABLES, trouble)),
        *_list("steps", joined(map(step_line, tape.steps), STEPS, trouble)),
        *_list("wire", joined(map(wire_line, tape.wire), WIRE, trouble)),
        b"}\n",
    ]
    with file_errors(path):
        write_atomically(path, b"".join(text), private=True)
    return told


def _list(name: str, lines: bytes) -> tuple[bytes, bytes, bytes]:
    return f',\n"{name}": [\n'.encode(), lines.rstrip(b"\n").replace(b"\n", b",\n"), b"\n]"


FORMAT = Format("json", "whole tape as JSON", (".json",), read, write)
