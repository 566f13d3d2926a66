"""`fieldpro program diff|write`: what a meter holds against what a program wants; written after it was shown."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

import typer

from fieldpro.cli import console, differences
from fieldpro.cli.confirm import agree, needs_yes
from fieldpro.cli.line import MeterLine
from fieldpro.cli.options import with_meter
from fieldpro.cli.source import PROGRAM_HELP, Filling, record_number, sound_program
from fieldpro.cli.writing import stage_changes, write_changes
from fieldpro.errors import Interrupted, ProgramUnfit, UsageError
from fieldpro.meter.changes import ChangeSet, WarningKind, compare, compare_with_meter
from fieldpro.meter.collection import Collection
from fieldpro.meter.pending import AtTime, ByProcedure
from fieldpro.meter.programs import Program
from fieldpro.meter.view import MeterView
from fieldpro.security.rights import Right

PROGRAM = "The program"
Name = Annotated[str, typer.Argument(metavar="PROGRAM", help=PROGRAM_HELP, show_default=False)]
Fields = Annotated[
    list[str] | None,
    typer.Option("--field", metavar="NAME=VALUE", help="Fill in a field; may be repeated.", rich_help_panel=PROGRAM),
]
FieldFiles = Annotated[
    list[str] | None,
    typer.Option(
        "--field-file", metavar="NAME=FILE", help="A password or key: the file's first line.", rich_help_panel=PROGRAM
    ),
]
AskFields = Annotated[
    list[str] | None,
    typer.Option("--ask-field", metavar="NAME", help="A password or key: ask.", rich_help_panel=PROGRAM),
]
AsJson = Annotated[bool, typer.Option("--json", help="As an object.")]

UNFIT = frozenset(
    {
        WarningKind.MANUFACTURER,
        WarningKind.MODEL,
        WarningKind.DEVICE_CLASS,
        WarningKind.FORM,
        WarningKind.EDITION,
        WarningKind.DICTIONARY,
    }
)
"""What says that a program is for another kind of meter."""


@with_meter
def diff(
    meter: MeterLine,
    *,
    name: Name,
    fields: Fields = None,
    field_files: FieldFiles = None,
    ask_fields: AskFields = None,
    everything: Annotated[bool, typer.Option("--all", help="Also what is the same, read-only, unknown.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show what differs between a meter, or record:N in place of PORT, and a program. Nothing is written."""
    wanted = sound_program(meter, name, _filling(fields, field_files, ask_fields))
    change_set = compared(meter, wanted)
    if as_json:
        console.line(json.dumps(differences.as_plain(change_set), indent=2, default=str))
    else:
        differences.show(change_set, everything=everything)


@with_meter
def write(
    meter: MeterLine,
    *,
    name: Name,
    fields: Fields = None,
    field_files: FieldFiles = None,
    ask_fields: AskFields = None,
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="PATH", help="Only this element, record or table; may be repeated.", show_default=False),
    ] = None,
    groups: Annotated[
        list[str] | None,
        typer.Option(metavar="TITLE", help="Only this group, by its title; may be repeated.", show_default=False),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking.")] = False,
    despite_warnings: Annotated[
        bool, typer.Option("--despite-warnings", help="Also to a meter that the program is not for.")
    ] = False,
    at: Annotated[
        str, typer.Option(metavar="TIME", help="To take hold then, on the meter's clock.", show_default=False)
    ] = "",
    when_told: Annotated[bool, typer.Option("--when-told", help="To take hold by procedure 12.")] = False,
    save: Annotated[bool, typer.Option("--save", help="Keep what was written, read again, as a record.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write what differs: shown first, then confirmed, written, read back and proven; the journal keeps what was there.

    A write that is interrupted is finished or taken back with `fieldpro program resume`.
    """
    if record_number(meter.port) is not None:
        raise UsageError("port", "a meter to write to", meter.port)
    if at and when_told:
        raise UsageError("when it takes hold", "--at or --when-told", "both")
    needs_yes(as_json, yes=yes)
    trigger = AtTime(_time(at)) if at else ByProcedure() if when_told else None
    wanted = sound_program(meter, name, _filling(fields, field_files, ask_fields))
    change_set = compared(meter, wanted)
    unfinished = meter.here.desk.journal.unfinished(change_set.identity)
    if unfinished is not None:
        raise Interrupted(change_set.identity.key, unfinished.root.id, unfinished.started)
    chosen = chosen_of(change_set, only or (), groups or ())
    if not as_json:
        differences.show(chosen)
    refuse_unfit(chosen, wanted, despite=despite_warnings)
    if not chosen:
        console.say("There is nothing to write.")
        return
    count = len(chosen.different)
    subject = f"{count} {'change' if count == 1 else 'changes'} to meter {chosen.identity.serial}"
    agree(f"Write {subject}?", yes=yes)
    if trigger is not None:
        stage_changes(meter, chosen, trigger, as_json=as_json)
    else:
        write_changes(meter, chosen, save=save, as_json=as_json)


def compared(meter: MeterLine, wanted: Program) -> ChangeSet:
    """The program against a record, or against the meter, of which only what the program speaks of is read."""
    number = record_number(meter.port)
    if number is not None:
        meter.here.guard.require(Right.READ)
        return compare(wanted, MeterView(meter.here.desk.store.load(number)))
    seen = Collection(operator=meter.operator)
    return meter.run("program diff", lambda: compare_with_meter(wanted, collection=seen), collection=seen).result


def chosen_of(change_set: ChangeSet, only: Iterable[str], groups: Iterable[str]) -> ChangeSet:
    """The rows that were chosen; all of them when none was. Raises `UsageError` for a name that no row has."""
    paths = list(only)
    for title in groups:
        rows = change_set.groups.get(title, ())
        if not rows:
            raise UsageError("--groups", f"one of {', '.join(change_set.groups)}", title)
        paths += [row.path for row in rows]
    return change_set.choose(paths) if paths else change_set


def refuse_unfit(change_set: ChangeSet, program: Program, *, despite: bool) -> None:
    """Raises `ProgramUnfit` for a program that is for another kind of meter."""
    found = tuple(str(warning) for warning in change_set.warnings if warning.kind in UNFIT)
    if found and not despite:
        raise ProgramUnfit(f"{program.name} revision {program.revision}", change_set.identity.key, found)


def _filling(fields: list[str] | None, files: list[str] | None, asked: list[str] | None) -> Filling:
    return Filling(tuple(fields or ()), tuple(files or ()), tuple(asked or ()))


def _time(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError("--at", "a date with a time: 2026-06-01T00:00", text) from None
    if time.tzinfo is not None:
        raise UsageError("--at", "a time on the meter's own clock, without a zone", text)
    return time
