"""What goes wrong with a job, the database, a file or a request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from fieldpro.errors.base import FieldProError


@dataclass(eq=False)
class Cancelled(FieldProError):
    """The person stopped the job. Not a failure of the meter or the bench."""

    code: ClassVar[str] = "cancelled"
    job: str = ""


@dataclass(eq=False)
class StoreError(FieldProError):
    """The local database cannot be used.

    `reason`: locked, damaged, newer-version, full, missing-record, denied, disk, closed.
    """

    code: ClassVar[str] = "store"
    reason: str
    path: str
    detail: str = ""


@dataclass(eq=False)
class FileError(FieldProError):
    """A file a person wrote or chose cannot be used. `place` is a line, key or offset."""

    code: ClassVar[str] = "file"
    path: str
    place: str
    expected: str
    found: str


@dataclass(eq=False)
class UsageError(FieldProError):
    """Something asked for that makes no sense here (unknown table, unknown simulator, no such profile)."""

    code: ClassVar[str] = "usage"
    subject: str
    expected: str
    found: str


@dataclass(eq=False)
class RememberedError(FieldProError):
    """An error read back from a saved read-out whose kind this program does not know: what was saved of it."""

    code: ClassVar[str] = "remembered"
    kind: str
    fields: dict[str, Any]
