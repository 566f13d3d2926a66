"""What goes wrong with procedures and the service switch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from fieldpro.errors.base import FieldProError


@dataclass(eq=False)
class ProcedureRefused(FieldProError):
    """A procedure that the meter did not carry out. `result` is the result code of table 8 (2 bad parameter ...)."""

    code: ClassVar[str] = "procedure-refused"
    procedure: str
    result: int


@dataclass(eq=False)
class ProcedureUnanswered(FieldProError):
    """Nobody knows whether a procedure was carried out.

    `reason` is one of: no-answer, unfinished, unreadable, broken. `waited_s` is how long it was waited for.
    """

    code: ClassVar[str] = "procedure-unanswered"
    reason: str
    procedure: str
    waited_s: float


@dataclass(eq=False)
class ResetLockedOut(FieldProError):
    """The last demand reset is too recent. `last` and `now` are the meter's own times; nothing was sent."""

    code: ClassVar[str] = "reset-locked-out"
    last: str
    now: str
    lock_out_h: float


@dataclass(eq=False)
class NotApproved(FieldProError):
    """Something dangerous that was not approved as it must be. `missing` says what lacks; nothing was sent."""

    code: ClassVar[str] = "not-approved"
    deed: str
    missing: str


@dataclass(eq=False)
class SwitchError(FieldProError):
    """The service switch did not do, or may not do, what was asked.

    `reason` is one of: load-side-voltage, load-side-unknown, no-switch, moving, stuck, slow, wrong-state.
    `state` is what the meter says of its switch.
    """

    code: ClassVar[str] = "switch"
    reason: str
    deed: str
    state: str
    detail: str = ""
