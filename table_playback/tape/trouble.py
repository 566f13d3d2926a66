"""Reading files within bounds, and the errors of doing so, each with its place."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from os import fstat
from pathlib import Path
from stat import S_ISREG

from fieldpro.errors import TapeError
from table_playback.tape.limits import STEPS

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Trouble:
    """Errors about one file."""

    path: str

    def __call__(self, reason: str, place: str, detail: str = "") -> TapeError:
        return TapeError(reason, self.path, place, detail)


def line_place(member: str, line: int) -> str:
    """For a person: which line. Step n stands in line n."""
    return f"step {line} ({member}, line {line})" if member == STEPS else f"{member}, line {line}"


@contextmanager
def file_errors(path: Path, place: str = "the file") -> Iterator[None]:
    """What the system says of a file, as a `TapeError`."""
    try:
        yield
    except OSError as problem:
        raise TapeError("denied", str(path), place, problem.strerror or str(problem)) from problem
    except ValueError as problem:  # a null character in a file's name
        raise TapeError("denied", str(path), place, str(problem)) from problem


def read_bounded(path: Path, limit: int) -> bytes:
    """The bytes of a plain file, and no more memory than it has. Raises `TapeError` "denied" and "too-large"."""
    trouble = Trouble(str(path))
    with file_errors(path), open(path, "rb", opener=_without_waiting) as file:
        if not S_ISREG(fstat(file.fileno()).st_mode):
            raise trouble("denied", "the file", "it is no plain file")
        parts: list[bytes] = []
        size = 0
        while part := file.read(min(_CHUNK, limit + 1 - size)):
            parts.append(part)
            size += len(part)
    if size > limit:
        raise trouble("too-large", f"byte {limit}", f"the file has more than {limit:,} bytes")
    return b"".join(parts)


def _without_waiting(path: str, flags: int) -> int:
    """Opens a pipe that nobody writes to without waiting for somebody."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def changed_at(path: Path) -> datetime:
    """When the file was last written, in UTC."""
    with file_errors(path):
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
