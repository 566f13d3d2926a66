"""Makes the errors of tape files, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fieldpro.errors import TapeError
from table_playback.tape.limits import STEPS


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
