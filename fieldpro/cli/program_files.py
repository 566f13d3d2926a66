"""`fieldpro program list|show|make|check|add`: programs as files and in the library, without writing to a meter."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from fieldpro.cli import console, recording
from fieldpro.cli.here import Here
from fieldpro.cli.line import MeterLine
from fieldpro.cli.numbers import parse_tables
from fieldpro.cli.options import with_here, with_meter
from fieldpro.cli.source import PROGRAM_HELP, TEMPLATE, Found, find_program, refuse_unsound, view_of
from fieldpro.errors import FileError, UsageError
from fieldpro.explain import explain
from fieldpro.files import write_atomically
from fieldpro.meter.programs import Entry, Program, dump, from_readout, template, template_names
from fieldpro.meter.programs import check as check_program
from fieldpro.meter.read import read_tables
from fieldpro.meter.view import MeterView
from fieldpro.security.rights import Right

Name = Annotated[str, typer.Argument(metavar="PROGRAM", help=PROGRAM_HELP, show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="As an object or a list of objects.")]


@with_here
def list_programs(
    here: Here,
    *,
    text: Annotated[str, typer.Argument(metavar="[WORDS]", help="Only those that say this.", show_default=False)] = "",
    as_json: AsJson = False,
) -> None:
    """List the programs of the library, in their newest revision, and the templates that ship."""
    library = here.desk.library
    found = library.search(text)
    templates = [each for each in map(template, template_names()) if _says(each, text)]
    if as_json:
        mine = [_entry(entry) for entry in found]
        console.line(json.dumps(mine + [_of_template(each) for each in templates], indent=2))
        return
    console.rows(
        ("PROGRAM", "REVISION", "TITLE", "CLASS", "FORM", "ELEMENTS", "HASH"),
        [
            *(
                (
                    entry.name,
                    str(entry.revision),
                    entry.title if entry.error is None else str(explain(entry.error)),
                    entry.device_class,
                    entry.form,
                    str(entry.elements),
                    entry.hash[:12],
                )
                for entry in found
            ),
            *(
                (
                    TEMPLATE + each.name,
                    str(each.revision),
                    each.title,
                    each.device_class,
                    each.target.form,
                    str(len(each.elements)),
                    each.hash[:12],
                )
                for each in templates
            ),
        ],
        right=(1, 5),
    )


@with_here
def show(
    here: Here,
    *,
    name: Name,
    history: Annotated[bool, typer.Option("--history", help="Every revision of the library instead.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print a program, or the history of one."""
    library = here.desk.library
    if history:
        entries = library.history(name.partition("@")[0])
        if not entries:
            raise UsageError("program", f"one of the library ({', '.join(library.names()) or 'empty'})", name)
        if as_json:
            console.line(json.dumps([_entry(entry) for entry in entries], indent=2))
            return
        console.rows(
            ("REVISION", "SAVED (UTC)", "ELEMENTS", "TITLE", "HASH"),
            [
                (
                    str(entry.revision),
                    entry.saved_at.strftime("%Y-%m-%d %H:%M"),
                    str(entry.elements),
                    entry.title,
                    entry.hash,
                )
                for entry in entries
            ],
            right=(0, 2),
        )
        return
    program = find_program(name, library).program
    if as_json:
        console.line(json.dumps({**_of_program(program), "text": dump(program)}, indent=2))
    else:
        console.line(dump(program).rstrip("\n"))
        console.say(f"SHA-256 {program.hash}")


@with_meter
def make(
    meter: MeterLine,
    *,
    name: Annotated[
        str, typer.Option(help="What to call it: small letters, digits, hyphens.", show_default=False)
    ] = "",
    title: Annotated[str, typer.Option(help="A line for a person.", show_default=False)] = "",
    tables: Annotated[str, typer.Option(help="Only these: 32-34,mt3 ...", show_default=False)] = "",
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write it to this file.", show_default=False)] = None,
    save: Annotated[bool, typer.Option("--save", help="Keep it in the library, as the next revision.")] = False,
) -> None:
    """Make a program from a meter, or from record:N or template:NAME in place of PORT.

    What is per meter, and passwords, become fields to fill in. Without --out and --save it is printed.
    """
    meter.here.guard.require(Right.PROGRAM_MAKE)
    program, view = _made(meter, tables, name, title)
    if out is not None:
        with recording.export(
            meter.here.guard, out, format="program", source=program.name, count=len(program.elements)
        ):
            try:
                write_atomically(out, dump(program, view.tables if view is not None else None).encode())
            except OSError as problem:
                raise FileError(str(out), "the file", "a place that can be written", str(problem)) from problem
        console.say(f"{len(program.elements)} elements and {len(program.blanks)} fields written to {out}.")
    if save:
        entry = meter.here.desk.library.save_next(program)
        console.say(f"Saved in the library as {entry.name}, revision {entry.revision}.")
    if out is None and not save:
        console.line(dump(program, view.tables if view is not None else None).rstrip("\n"))


@with_here
def check(
    here: Here,
    *,
    name: Name,
    record: Annotated[
        int | None, typer.Option(help="Also against the tables of this saved read-out.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check a program without a meter: names, values, dimensions, passwords in the open."""
    found = find_program(name, here.desk.library)
    if record is not None:
        here.guard.require(Right.READ)
    tables = MeterView(here.desk.store.load(record)).tables if record is not None else None
    complaints = check_program(found.program, tables=tables, text=found.text)
    if as_json:
        plain = [
            {"path": each.path, "line": each.line, "expected": each.expected, "found": each.found}
            for each in complaints
        ]
        console.line(json.dumps({**_of_program(found.program), "complaints": plain}, indent=2))
        if complaints:
            raise typer.Exit(2)
        return
    refuse_unsound(found, complaints)
    console.line(f"{found.program.name} revision {found.program.revision}: nothing is wrong.")


@with_here
def add(here: Here, *, name: Name) -> None:
    """Keep a program file, or a template, in the library, as its next revision."""
    here.guard.require(Right.PROGRAM_MAKE)
    found: Found = find_program(name, here.desk.library)
    refuse_unsound(found, check_program(found.program, text=found.text))
    entry = here.desk.library.save_next(found.program)
    console.line(f"{entry.name} revision {entry.revision}  {entry.hash}")


def _made(meter: MeterLine, tables: str, name: str, title: str) -> tuple[Program, MeterView | None]:
    if meter.port.startswith(TEMPLATE):
        program = template(meter.port.removeprefix(TEMPLATE))
        return replace(program, name=name or program.name, title=title or program.title), None
    numbers = parse_tables(tables) if tables else None
    wanted = None if numbers is None else {0, 1, *numbers}
    view = view_of(meter, "program make", lambda collection: read_tables(wanted, collection=collection))
    return from_readout(view, numbers, name=name, title=title), view


def _says(program: Program, text: str) -> bool:
    said = " ".join([program.name, program.title, program.note, program.device_class, *program.elements]).casefold()
    return all(word in said for word in text.casefold().split())


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "name": entry.name,
        "revision": entry.revision,
        "title": entry.title,
        "device_class": entry.device_class,
        "form": entry.form,
        "elements": entry.elements,
        "hash": entry.hash,
        "saved_at": entry.saved_at.isoformat(),
        "error": None if entry.error is None else str(explain(entry.error)),
    }


def _of_template(program: Program) -> dict[str, Any]:
    return {**_of_program(program), "name": TEMPLATE + program.name, "saved_at": None, "error": None}


def _of_program(program: Program) -> dict[str, Any]:
    return {
        "name": program.name,
        "revision": program.revision,
        "title": program.title,
        "device_class": program.device_class,
        "form": program.target.form,
        "elements": len(program.elements),
        "hash": program.hash,
    }
