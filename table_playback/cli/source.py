"""What a command is given to work with: a tape, a saved read-out (`record:N`), a table dump or folder, or a port."""

from __future__ import annotations

import math
from pathlib import Path

from fieldpro.c12.dictionary.tables import Tables
from fieldpro.cli.here import Here
from fieldpro.cli.source import record_number
from fieldpro.errors import UsageError
from fieldpro.records import ReadOut
from fieldpro.security.rights import Right
from table_playback.compare.sides import Side
from table_playback.formats import FORMATS, Format, from_read_out
from table_playback.tape import Tape, load

SUFFIX = ".tape"
TAPE_HELP = "A tape: NAME.tape."
SERVED_HELP = "A tape (NAME.tape), record:N, a table dump, or a folder of table images."
SIDE_HELP = "A tape (NAME.tape), record:N, a folder of table images, or a port."


def read_out_of(name: str, here: Here) -> ReadOut | None:
    """The saved read-out that "record:N" names; None for another name. Raises `UsageError`, `StoreError`."""
    number = record_number(name)
    if number is None:
        return None
    here.guard.require(Right.READ)
    return here.desk.store.load(number)


def tape_of(name: str, here: Here) -> Tape | None:
    """The tape that a name stands for: one of its own, or made of a read-out or of another format's file; None where
    the name is that of a port. Raises `TapeError`, `UsageError`, `StoreError`."""
    read_out = read_out_of(name, here)
    if read_out is not None:
        return from_read_out(read_out)
    path = Path(name)
    if path.suffix.casefold() == SUFFIX:
        return load(path)
    if path.is_dir() or path.is_file():
        found = format_of(path)
        return load(path) if found is None else found.read(path)
    return None


def format_of(path: Path, name: str = "") -> Format | None:
    """The format of this name, or of the file's ending; None for a tape. Raises `UsageError` for an unknown name."""
    if name:
        for each in FORMATS:
            if each.name == name:
                return each
        raise UsageError("--format", f"one of {', '.join(each.name for each in FORMATS)}", name)
    for each in FORMATS:
        if path.suffix.casefold() in each.suffixes or (path.is_dir() and "" in each.suffixes):
            return each
    return None


def tables_of(tape: Tape) -> Tables:
    """What the tape's tables mean, in the context of its meter."""
    return Side.of_tape(tape).tables


def amount(text: str, option: str) -> tuple[str, float]:
    """The parts of "ELEMENT=NUMBER". Raises `UsageError`."""
    path, equals, number = text.partition("=")
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if not equals or not path or not 0 <= value < math.inf:
        raise UsageError(option, "ELEMENT=NUMBER, such as INSTANTANEOUS_TBL.*=0.5", text)
    return path, value
