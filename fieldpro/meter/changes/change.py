"""One element of a meter against what is wanted of it, and what there is to say about the two as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from fieldpro.c12.dictionary.decoded import value_text
from fieldpro.c12.dictionary.layout import Span
from fieldpro.c12.dictionary.model import NO_ANNOTATION, Annotation

MASK = "••••••"
NOWHERE = Span(0, 0)


class State(StrEnum):
    SAME = "same"
    DIFFERENT = "different"
    READ_ONLY = "read-only"  # differs, and the meter does not let its table be written
    UNKNOWN = "unknown"  # this meter has no such element, or it was not read


@dataclass(frozen=True, slots=True)
class Change:
    """One element: `old` is what the meter holds, None where that is not known; `new` is what is wanted.

    group: the table it belongs to, in words. reason: why it is unknown, or follows. derived: it comes or goes because
    the limits in use change, and cannot be chosen by itself. A secret one holds no value
    that could be shown: its texts are masks.
    """

    path: str
    table: int
    state: State
    old: Any
    new: Any
    span: Span = NOWHERE
    group: str = ""
    annotation: Annotation = NO_ANNOTATION
    reason: str = ""
    secret: bool = False
    derived: bool = False

    @property
    def name(self) -> str:
        return self.path.rpartition(".")[2]

    @property
    def title(self) -> str:
        return self.annotation.title

    @property
    def unit(self) -> str:
        return self.annotation.unit

    @property
    def old_text(self) -> str:
        return self._text(self.old)

    @property
    def new_text(self) -> str:
        return self._text(self.new)

    def _text(self, value: Any) -> str:
        if self.secret:
            return MASK
        if value is None:
            return ""
        words = self.annotation.words
        if isinstance(value, int) and int(value) in words:
            return words[int(value)] if isinstance(value, bool) else f"{words[int(value)]} ({int(value)})"
        return value_text(value)


class WarningKind(StrEnum):
    MANUFACTURER = "manufacturer"
    MODEL = "model"
    DEVICE_CLASS = "device-class"
    FORM = "form"
    EDITION = "edition"
    DICTIONARY = "dictionary"  # the program was made with other overlays or settings
    BLANK = "blank"  # a required field of the program is not filled in
    RESHAPES = "reshapes"  # a table that cannot be written gets another shape
    PROCEDURE = "procedure"  # what a person has to know of a procedure that is run along with writes
    CHANGED_SINCE = "changed-since"  # the meter holds neither what was there before nor what was written


@dataclass(frozen=True, slots=True)
class Warn:
    """Something to think about before writing: what was expected, and what was found."""

    kind: WarningKind
    expected: str
    found: str

    def __str__(self) -> str:
        return WORDS[self.kind].format(expected=self.expected, found=self.found or "nothing")


WORDS = {
    WarningKind.MANUFACTURER: "The program is for meters made by {expected}; this one is by {found}",
    WarningKind.MODEL: "The program is for the model {expected}; this meter is a {found}",
    WarningKind.DEVICE_CLASS: "The program is for device class {expected}; this meter's is {found}",
    WarningKind.FORM: "The program is for form {expected}; this meter's form is {found}",
    WarningKind.EDITION: "The program is for edition {expected} of C12.19; this meter follows edition {found}",
    WarningKind.DICTIONARY: "The program was made with another dictionary: {expected}; here: {found}",
    WarningKind.BLANK: "{expected} is not filled in: the meter keeps {found}",
    WarningKind.RESHAPES: "{expected} give {found} another shape: what it holds may be lost",
    WarningKind.PROCEDURE: "{expected}: {found}",
    WarningKind.CHANGED_SINCE: "{expected} was changed by somebody else since: it holds {found}",
}


@dataclass(frozen=True, slots=True)
class Counts:
    same: int
    different: int
    read_only: int
    unknown: int

    @property
    def total(self) -> int:
        return self.same + self.different + self.read_only + self.unknown


@dataclass(frozen=True, slots=True)
class Origin:
    """The program that changes come from; all empty when they were made by hand."""

    name: str = ""
    revision: int = 0
    hash: str = ""

    def __str__(self) -> str:
        return f"{self.name} revision {self.revision}" if self.name else ""
