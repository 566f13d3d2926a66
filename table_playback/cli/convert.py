"""`table-playback import|export`: tapes from and to other formats."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fieldpro.cli import console, recording
from fieldpro.cli.here import Here
from fieldpro.cli.options import with_here
from fieldpro.errors import UsageError
from table_playback.cli.source import TAPE_HELP, format_of, read_out_of
from table_playback.cli.target import Overwrite, refuse_existing, refuse_source, save_tape, source_of
from table_playback.formats import FORMATS, from_read_out
from table_playback.record import rebuilt
from table_playback.tape import Tape, load, part_of, recover
from table_playback.tape.writer import PART

FORMAT_HELP = f"One of {', '.join(each.name for each in FORMATS)}; else the file's ending says."
FormatName = Annotated[str, typer.Option("--format", metavar="NAME", help=FORMAT_HELP, show_default=False)]


@with_here
def import_tape(
    here: Here,
    *,
    source: Annotated[
        str, typer.Argument(metavar="FILE", help="The file or folder, record:N, or NAME.tape.part.", show_default=False)
    ],
    tape: Annotated[Path, typer.Argument(metavar="TAPE", help=TAPE_HELP, show_default=False)],
    format_name: FormatName = "",
    overwrite: Overwrite = False,
) -> None:
    """Make a tape of a table dump, JSON, a folder of table images or a read-out."""
    refuse_existing(tape, overwrite=overwrite)
    made = _read(source, format_name, here)
    save_tape(here, made, tape)
    if source.endswith(PART) and part_of(tape) == Path(source):
        Path(source).unlink()
    console.say(f"{len(made.steps):,} steps and {len(made.tables):,} tables written to {tape}.")


@with_here
def export_tape(
    here: Here,
    *,
    tape: Annotated[Path, typer.Argument(metavar="TAPE", help=TAPE_HELP, show_default=False)],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file or folder to write.", show_default=False)],
    format_name: FormatName = "",
    overwrite: Overwrite = False,
) -> None:
    """Write a tape in another format."""
    found = format_of(file, format_name)
    if found is None or not found.can_write:
        writers = ", ".join(each.name for each in FORMATS if each.can_write)
        raise UsageError("--format", f"one of {writers}", format_name or str(file))
    refuse_source(file, tape)
    if not file.is_dir():
        refuse_existing(file, overwrite=overwrite)
    loaded = load(tape)
    with recording.export(here.guard, file, format=found.name, source=source_of(loaded), count=len(loaded.steps)):
        lacking = found.write(loaded, file)
    for sentence in lacking:
        console.say(sentence)
    console.say(f"{tape} written to {file}: {found.title}.")


def _read(source: str, format_name: str, here: Here) -> Tape:
    """Raises `TapeError`, `UsageError`, `StoreError`."""
    read_out = read_out_of(source, here)
    if read_out is not None:
        return from_read_out(read_out)
    path = Path(source)
    if not path.exists():
        raise UsageError("import", "a file or folder that is there", source)
    if path.name.endswith(PART):
        return rebuilt(recover(path))
    found = format_of(path, format_name)
    if found is None or not found.can_read:
        readers = ", ".join(each.name for each in FORMATS if each.can_read)
        raise UsageError("--format", f"one of {readers}", format_name or source)
    return found.read(path)
