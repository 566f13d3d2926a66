"""`table-playback record`: what is said to a meter, by a reading of our own or by another program, onto a tape."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from fieldpro.app import open_transport
from fieldpro.cli import console, recording
from fieldpro.cli.line import MeterLine
from fieldpro.cli.numbers import parse_tables
from fieldpro.cli.options import with_meter
from fieldpro.cli.reading import collect
from fieldpro.cli.serving import address, serve_until_told
from fieldpro.errors import PortGone, UsageError
from fieldpro.meter.collection import Collection
from fieldpro.meter.read import identify, read_clock, read_events, read_overview, read_registers, read_tables
from fieldpro.meter.read_profile import read_profile
from fieldpro.records import ReadOut
from fieldpro.security import entries
from fieldpro.security.rights import Right
from fieldpro.session.conversation import Conversation
from table_playback.cli.bridge import Bridge, OurPty, OurTcp
from table_playback.cli.source import TAPE_HELP
from table_playback.cli.target import Overwrite, refuse_existing
from table_playback.record import Recording
from table_playback.record import recording as recorded
from table_playback.tape import Tape, part_of

Reading: TypeAlias = Callable[[Collection], Conversation[ReadOut]]


def _identity(seen: Collection) -> Conversation[ReadOut]:
    yield from identify(collection=seen)
    return seen.read_out()


PARTS: Mapping[str, Reading] = {
    "identity": _identity,
    "overview": lambda seen: read_overview(collection=seen),
    "registers": lambda seen: read_registers(collection=seen),
    "profile": lambda seen: read_profile(1, collection=seen),
    "events": lambda seen: read_events(collection=seen),
    "clock": lambda seen: read_clock(collection=seen),
}
"""What may be read by name, in the order in which it is read."""
READ, OTHERS, TAPE = "What is read", "Another program in place of a reading", "The tape"


@with_meter
def record(
    meter: MeterLine,
    *,
    tape: Annotated[Path, typer.Argument(metavar="TAPE", help=TAPE_HELP, show_default=False)],
    tables: Annotated[
        str | None, typer.Option(help="0,1,20-28,mt3 ...", show_default=False, rich_help_panel=READ)
    ] = None,
    everything: Annotated[
        bool,
        typer.Option("--all", help="All the meter lists, less passwords and keys; the default.", rich_help_panel=READ),
    ] = False,
    parts: Annotated[
        list[str] | None,
        typer.Option("--read", metavar="NAME", help=f"{', '.join(PARTS)}; may be repeated.", rich_help_panel=READ),
    ] = None,
    rounds: Annotated[int, typer.Option(metavar="N", min=1, help="So often.", rich_help_panel=READ)] = 1,
    save: Annotated[
        bool, typer.Option("--save", help="Keep the read-out among the records.", rich_help_panel=READ)
    ] = False,
    pty: Annotated[
        Path | None,
        typer.Option(metavar="LINK", help="It talks to the meter over a pty of this name.", rich_help_panel=OTHERS),
    ] = None,
    tcp: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="It talks to the meter over TCP.", rich_help_panel=OTHERS)
    ] = "",
    redact: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WHAT",
            help="Also taken out while recording: identifiers, users, or an element by its path; may be repeated.",
            show_default=False,
            rich_help_panel=TAPE,
        ),
    ] = None,
    title: Annotated[str, typer.Option(help="What it is of.", show_default=False, rich_help_panel=TAPE)] = "",
    note: Annotated[str, typer.Option(help="Kept on it.", show_default=False, rich_help_panel=TAPE)] = "",
    overwrite: Overwrite = False,
) -> None:
    """Record what is said to a meter: a read, or all that another program says.

    Passwords and keys are never recorded. With --pty or --tcp everything passes through to the meter until Ctrl-C.
    """
    wanted = _wanted(tables, parts or (), everything=everything)
    if (pty or tcp) and (wanted or save or rounds > 1):
        raise UsageError("record", "something to read, or --pty or --tcp for another program", "both")
    if pty is not None and tcp:
        raise UsageError("record", "--pty or --tcp", "both")
    refuse_existing(tape, overwrite=overwrite)
    if part_of(tape).exists():
        raise UsageError(
            str(part_of(tape)), f"`table-playback import {part_of(tape)} {tape}` first", "an interrupted recording"
        )
    is_bridge = pty is not None or bool(tcp)
    for right in (Right.READ, Right.EXPORT, *([Right.PROGRAM_WRITE] if is_bridge else [])):
        meter.here.guard.require(right)
    made: Recording | None = None
    try:
        with (
            recording.export(meter.here.guard, tape, format="tape", source=meter.port),
            recorded(
                tape, identifiers=redact or (), title=title, note=note, who=meter.operator, port=meter.port
            ) as made,
        ):
            if is_bridge:
                _bridge(meter, made, pty, tcp)
            else:
                _read(meter, made, wanted, rounds, save=save)
    finally:
        if made is not None and made.tape is not None:
            _tell(made.tape, tape)


def _wanted(tables: str | None, parts: Sequence[str], *, everything: bool) -> list[Reading]:
    """The readings that were asked for. Raises `UsageError`."""
    for name in parts:
        if name not in PARTS:
            raise UsageError("--read", f"one of {', '.join(PARTS)}", name)
    chosen = [reading for name, reading in PARTS.items() if name in parts]
    if tables is not None:
        if everything:
            raise UsageError("the tables", "--tables or --all", "both")
        numbers = parse_tables(tables)
        chosen.insert(0, lambda seen: read_tables(numbers, collection=seen))
    if everything:
        chosen.insert(0, _everything)
    return chosen


def _everything(seen: Collection) -> Conversation[ReadOut]:
    return read_tables(collection=seen)


def _read(meter: MeterLine, made: Recording, wanted: Sequence[Reading], rounds: int, *, save: bool) -> None:
    """Read in one session. Raises what ended it; what was said until then is on the tape."""

    def conversation(seen: Collection) -> Conversation[ReadOut]:
        for _ in range(rounds):
            for reading in wanted or (_everything,):
                yield from reading(seen)
        return seen.read_out()

    collect(replace(meter, listen=made.listen), "record", conversation, save=save).finish(())


def _bridge(meter: MeterLine, made: Recording, pty: Path | None, tcp: str) -> None:
    """Let another program talk to the meter. It may write: so must the one who lets it, and there is an approval."""
    guard = meter.here.guard
    told = entries.session(port=meter.port, user_id=meter.plan.user_id)
    with guard.job(Right.PROGRAM_WRITE, meter.port, entries.SESSION, {**told, "job": "record, another program"}):
        host, number = address(tcp) if tcp else ("", 0)
        ours = OurPty(pty) if pty is not None else OurTcp(host, number)
        try:
            bridge = Bridge(ours, open_transport(meter.port, meter.probe), made.hear)
        except BaseException:
            ours.close()
            raise
        try:
            serve_until_told([lambda: bridge], ready=f"{meter.port} can be reached there; Ctrl-C ends it.")
        except PortGone:
            raise bridge.error or PortGone(bridge.name, "it was taken away") from None


def _tell(made: Tape, path: Path) -> None:
    for each in made.header.redactions:
        console.say(f"Taken out: {each.what}, in {each.parts:,} {'place' if each.parts == 1 else 'places'}.")
    console.say(f"{len(made.steps):,} steps and {len(made.tables):,} tables recorded on {path}.")
