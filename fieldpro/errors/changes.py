"""What goes wrong with programs and change sets: what is not written, or not proven."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from fieldpro.errors.base import FieldProError


@dataclass(eq=False)
class ValueRefused(FieldProError):
    """A value that an element can never have. Nothing was written."""

    code: ClassVar[str] = "value-refused"
    element: str
    expected: str
    found: str


@dataclass(eq=False)
class WrongMeter(FieldProError):
    """The meter on the line is not the one that the changes were shown for. Nothing was written."""

    code: ClassVar[str] = "wrong-meter"
    expected: str
    found: str


@dataclass(eq=False)
class ProgramUnfit(FieldProError):
    """A program for meters of another kind than the one on the line. `warnings` say in what. Nothing was written."""

    code: ClassVar[str] = "program-unfit"
    program: str
    meter: str
    warnings: tuple[str, ...]


@dataclass(eq=False)
class ChangedSinceShown(FieldProError):
    """The meter holds something else than when the changes were shown. Nothing was written."""

    code: ClassVar[str] = "changed-since-shown"
    element: str
    shown: str
    found: str


@dataclass(eq=False)
class NotVerified(FieldProError):
    """What was read back after a write is not what was written."""

    code: ClassVar[str] = "not-verified"
    element: str
    wanted: str
    found: str


@dataclass(eq=False)
class WriteImpossible(FieldProError):
    """This meter has no way to write what is wanted. Nothing was written."""

    code: ClassVar[str] = "write-impossible"
    table: str
    detail: str


@dataclass(eq=False)
class Interrupted(FieldProError):
    """A write to this meter was interrupted; it is to be finished or taken back before anything else is written."""

    code: ClassVar[str] = "interrupted-write"
    meter: str
    job: str
    started: str


@dataclass(eq=False)
class SecretMissing(FieldProError):
    """A password or key that an interrupted write needs is not to be had: journals keep none."""

    code: ClassVar[str] = "secret-missing"
    element: str


@dataclass(eq=False)
class JournalError(FieldProError):
    """The journal of what is written to meters cannot be kept. Nothing is written without it."""

    code: ClassVar[str] = "journal"
    path: str
    detail: str
