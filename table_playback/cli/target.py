"""Where a command puts what it makes: a tape is not overwritten unaware, and every file is a record of the audit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fieldpro.cli import recording
from fieldpro.cli.here import Here
from fieldpro.errors import FileError, UsageError
from fieldpro.files import write_atomically
from table_playback.tape import Tape, save

Overwrite = Annotated[bool, typer.Option("--overwrite", help="Also where a file of this name is there.")]


def refuse_existing(path: Path, *, overwrite: bool) -> None:
    """Raises `UsageError` where a file would be lost."""
    if path.is_dir():
        raise UsageError(str(path), "the name of a file", "a folder")
    if path.exists() and not overwrite:
        raise UsageError(str(path), "--overwrite, or a name that no file has", "a file that is there")


def refuse_source(path: Path, *sources: str | Path) -> None:
    """Raises `UsageError` where what is written would take the place of what it is made of."""
    for source in map(Path, sources):
        if path.exists() and source.exists() and path.samefile(source):
            raise UsageError(str(path), "the name of another file", "what is read")


def save_tape(here: Here, tape: Tape, path: Path) -> None:
    """Raises `TapeError`, `NotAllowed`."""
    with recording.export(here.guard, path, format="tape", source=source_of(tape), count=len(tape.steps)):
        save(tape, path)


def save_text(here: Here, text: str, path: Path, *, format: str, source: str) -> None:
    """A report. Raises `FileError`, `NotAllowed`."""
    with recording.export(here.guard, path, format=format, source=source):
        try:
            write_atomically(path, text.encode())
        except OSError as problem:
            raise FileError(str(path), "the file", "a place that can be written", str(problem)) from problem


def source_of(tape: Tape) -> str:
    """Whose tape it is, for a record."""
    return tape.header.title if tape.header.meter is None else tape.header.meter.key
