"""What goes wrong with tapes: a file that is none, a tape for another meter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from fieldpro.errors.base import FieldProError


@dataclass(eq=False)
class TapeError(FieldProError):
    """A tape file that cannot be used; nothing of it was played.

    `reason` is one of: not-a-tape, truncated, altered, malformed, too-large, unsafe-name, newer-version, denied.
    `place` is a member of the file, a line, a step or a byte.
    """

    code: ClassVar[str] = "tape"
    reason: str
    path: str
    place: str
    detail: str = ""


@dataclass(eq=False)
class TapeForAnotherMeter(FieldProError):
    """The tape, or one of its steps (`place`), is for another meter than the one on the line. Nothing was played."""

    code: ClassVar[str] = "tape-other-meter"
    tape: str
    place: str
    expected: str
    found: str
