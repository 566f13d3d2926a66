"""What a command looks at: a meter on a port, or `record:N`, a saved read-out; and the program it is given.

A program is a file (`path/name.toml`), one of the library (`commercial-tou`, `commercial-tou@3` for a revision), or a
template that ships (`template:commercial-tou`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from fieldpro.cli import console
from fieldpro.cli.credentials import first_line, to_secret
from fieldpro.cli.here import ask_secret, is_asked
from fieldpro.cli.line import MeterLine
from fieldpro.cli.reading import collect
from fieldpro.errors import FileError, UsageError
from fieldpro.meter.collection import Collection
from fieldpro.meter.programs import Complaint, Library, Program, check, load, template, template_names
from fieldpro.meter.view import MeterView
from fieldpro.records import ReadOut
from fieldpro.secret import Secret
from fieldpro.security.rights import Right
from fieldpro.session.conversation import Conversation

RECORD, TEMPLATE = "record:", "template:"
SOURCE_HELP = "A port, as everywhere, or record:N, a saved read-out."
PROGRAM_HELP = "A file NAME.toml, a program of the library (NAME or NAME@REVISION), or template:NAME."


def record_number(text: str) -> int | None:
    """The number of "record:12"; None for what is a port. Raises `UsageError`."""
    if not text.startswith(RECORD):
        return None
    number = text.removeprefix(RECORD)
    if not number.isdecimal():
        raise UsageError("record", "record:N, with the number of a saved read-out", text)
    return int(number)


def view_of(meter: MeterLine, name: str, conversation: Callable[[Collection], Conversation[ReadOut]]) -> MeterView:
    """The record that `meter.port` names, or what is read from the meter now. Raises what ended the reading."""
    number = record_number(meter.port)
    if number is not None:
        meter.here.guard.require(Right.READ)
        return MeterView(meter.here.desk.store.load(number))
    outcome = collect(meter, name, conversation)
    if outcome.ended_by is not None:
        raise outcome.ended_by
    return outcome.view()


@dataclass(frozen=True)
class Found:
    """A program, the text of its file when it is one, and where it is from."""

    program: Program
    text: str
    place: str


def find_program(name: str, library: Library) -> Found:
    """Raises `UsageError` when there is none, `FileError` for one that cannot be used."""
    if name.startswith(TEMPLATE):
        return Found(template(name.removeprefix(TEMPLATE)), "", name)
    if name.endswith(".toml") or os.sep in name or Path(name).is_file():
        text = _text(Path(name))
        return Found(load(text, name), text, name)
    bare, at, revision = name.partition("@")
    if at and not revision.isdecimal():
        raise UsageError("program", "NAME@REVISION, with a number", name)
    if bare not in library.names():
        near = f"; {TEMPLATE}{bare} ships with FieldPro" if bare in template_names() else ""
        expected = f"a file NAME.toml, one of the library ({', '.join(library.names()) or 'empty'}), or template:NAME"
        raise UsageError("program", expected + near, name)
    return Found(library.load(bare, int(revision) if revision else None), "", f"library, {name}")


def filled(program: Program, fields: Iterable[str], files: Iterable[str], asked: Iterable[str]) -> Program:
    """The program with its fields filled: NAME=VALUE, NAME=FILE for a password or key, and names that are asked for.

    Raises `UsageError` for a field that the program does not have.
    """
    values: dict[str, str | Secret] = {}
    for name, value in (_pair(text, "--field", "NAME=VALUE") for text in fields):
        blank = program.blanks.get(name)
        if blank is not None and blank.secret:
            raise UsageError(f"field {name}", f"--field-file {name}=FILE or --ask-field {name}", "a value in the open")
        values[name] = value
    for name, file in (_pair(text, "--field-file", "NAME=FILE") for text in files):
        values[name] = to_secret(first_line(Path(file)), is_hex=False, source=file)
    for name in asked:
        if not is_asked():
            raise UsageError(f"field {name}", "a terminal to ask at, or --field-file", "neither")
        values[name] = ask_secret(program.blanks[name].title if name in program.blanks else name, twice=True)
    return program.filled_with(values)


def refuse_unsound(found: Found, complaints: list[Complaint]) -> None:
    """Tell everything that is wrong with a program, and raise `FileError` for the first of it."""
    if not complaints:
        return
    for complaint in complaints[1:]:
        console.say(str(complaint))
    first = complaints[0]
    place = f"line {first.line}, {first.path}" if first.line else first.path
    raise FileError(found.place, place, first.expected, first.found)


def sound_program(meter: MeterLine, name: str, filling: Filling) -> Program:
    """A program that was found, filled in and checked without the meter."""
    found = find_program(name, meter.here.desk.library)
    program = filled(found.program, filling.fields, filling.files, filling.asked)
    refuse_unsound(found, check(program, text=found.text))
    return program


@dataclass(frozen=True, slots=True)
class Filling:
    """What the options say of a program's fields."""

    fields: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()


def _pair(text: str, option: str, expected: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UsageError(option, expected, name or "nothing")
    return name, value


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "other bytes"
        raise FileError(str(path), "the file", "UTF-8 text that can be read", str(reason)) from error
