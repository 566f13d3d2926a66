"""How a command ends: one exit code for each kind of outcome, and the error's words on standard error.

0 good · 1 the meter refused or failed · 2 wrong use · 3 the link or the bench failed · 130 stopped by the person.
"""

from __future__ import annotations

from enum import IntEnum

from fieldpro.cli import console
from fieldpro.errors import (
    AuthorisationError,
    Cancelled,
    DictionaryError,
    FieldProError,
    FileError,
    Interrupted,
    JournalError,
    LinkError,
    LockedOut,
    NotAllowed,
    NotApproved,
    OrderMismatch,
    PortUnsupported,
    ProgramUnfit,
    ResetLockedOut,
    ScreenLocked,
    SecretMissing,
    SecretStoreError,
    SignInRefused,
    StepRefused,
    StoreError,
    TapeError,
    TapeForAnotherMeter,
    TransportError,
    UsageError,
    UsersForged,
    ValueRefused,
    WrongMeter,
)
from fieldpro.explain import explain


class Exit(IntEnum):
    GOOD = 0
    METER = 1
    USE = 2
    BENCH = 3
    STOPPED = 130  # what a shell shows for a program that Ctrl-C ended


# The first row that fits decides; what stands in no row is the meter's doing.
KINDS: tuple[tuple[type[FieldProError], Exit], ...] = (
    (Cancelled, Exit.STOPPED),
    (PortUnsupported, Exit.USE),  # a port of no known kind, or asked for what it cannot do
    (UsageError, Exit.USE),
    (FileError, Exit.USE),
    (DictionaryError, Exit.USE),
    (TapeError, Exit.USE),
    (TapeForAnotherMeter, Exit.USE),
    (TransportError, Exit.BENCH),
    (LinkError, Exit.BENCH),
    (StoreError, Exit.BENCH),
    (JournalError, Exit.BENCH),
    (SecretStoreError, Exit.BENCH),
    (UsersForged, Exit.BENCH),
    # nothing was sent: who works here may not, or has asked for what does not fit
    (NotAllowed, Exit.USE),
    (SignInRefused, Exit.USE),
    (LockedOut, Exit.USE),
    (ScreenLocked, Exit.USE),
    (AuthorisationError, Exit.USE),
    (NotApproved, Exit.USE),
    (ValueRefused, Exit.USE),
    (WrongMeter, Exit.USE),
    (ProgramUnfit, Exit.USE),
    (Interrupted, Exit.USE),
    (SecretMissing, Exit.USE),
    (ResetLockedOut, Exit.USE),
    (OrderMismatch, Exit.USE),
    (StepRefused, Exit.USE),
)


def exit_code(error: FieldProError) -> Exit:
    if isinstance(error, StoreError) and error.reason == "missing-record":
        return Exit.USE  # the database is well; somebody asked for what is not in it
    for kind, code in KINDS:
        if isinstance(error, kind):
            return code
    return Exit.METER


def report(error: FieldProError) -> Exit:
    """Print what happened, to what, and what to do next; return how the command ends."""
    words = explain(error)
    console.complain(words.what, subject=words.subject, next_step=words.next_step)
    return exit_code(error)
