"""What one format of other programs' files is to the rest: a name, endings, and how to read and write it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from table_playback.tape import Tape

Read = Callable[[Path], Tape]
Write = Callable[[Tape, Path], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Format:
    """`suffixes`: endings of its files, "" for a folder. `read` and `write` raise `TapeError`, with the place; `write`
    says what the file could not take, one sentence each."""

    name: str
    title: str
    suffixes: tuple[str, ...]
    read: Read
    write: Write
    can_read: bool = True
    can_write: bool = True
