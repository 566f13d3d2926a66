"""What goes wrong with users, secrets, authorisations and visits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from fieldpro.errors.base import FieldProError


@dataclass(eq=False)
class NotAllowed(FieldProError):
    """The role of who works here does not have the right. `able` are the titles of the roles that have it."""

    code: ClassVar[str] = "not-allowed"
    right: str
    title: str
    user: str
    role: str
    able: tuple[str, ...]


@dataclass(eq=False)
class SignInRefused(FieldProError):
    """No user of this name, or not this password: which of the two is not said."""

    code: ClassVar[str] = "sign-in-refused"
    user: str


@dataclass(eq=False)
class LockedOut(FieldProError):
    """Too many wrong passwords: `wait_s` until the next try is looked at."""

    code: ClassVar[str] = "locked-out"
    user: str
    wait_s: int


@dataclass(eq=False)
class ScreenLocked(FieldProError):
    """Nobody touched the program for so long that it locked itself."""

    code: ClassVar[str] = "screen-locked"
    user: str


@dataclass(eq=False)
class UsersForged(FieldProError):
    """The file of users was changed or taken away by something that is not this program. `detail` says how."""

    code: ClassVar[str] = "users-forged"
    path: str
    detail: str


@dataclass(eq=False)
class SecretStoreError(FieldProError):
    """Passwords and keys cannot be kept or had. `reason` is one of: passphrase, damaged, denied, keyring."""

    code: ClassVar[str] = "secret-store"
    reason: str
    path: str
    detail: str = ""


@dataclass(eq=False)
class AuthorisationError(FieldProError):
    """An authorisation file that does not allow the job. Nothing was sent. See the subclasses."""

    code: ClassVar[str] = "authorisation"
    authorisation: str
    right: str
    meter: str
    detail: str = ""


class AuthorisationMissing(AuthorisationError):
    """The job needs an authorisation, and none that is here is for it."""

    code: ClassVar[str] = "authorisation-missing"


class AuthorisationExpired(AuthorisationError):
    """`detail` is the time it ended, UTC."""

    code: ClassVar[str] = "authorisation-expired"


class AuthorisationTooEarly(AuthorisationError):
    """`detail` is the time it begins, UTC."""

    code: ClassVar[str] = "authorisation-too-early"


class AuthorisationUsed(AuthorisationError):
    """`detail` is the number of uses it had."""

    code: ClassVar[str] = "authorisation-used"


class AuthorisationOtherMeter(AuthorisationError):
    """`detail` are the meters it is for."""

    code: ClassVar[str] = "authorisation-other-meter"


class AuthorisationForged(AuthorisationError):
    """The signature is not that of a trusted issuer, or the file was changed after it was signed."""

    code: ClassVar[str] = "authorisation-forged"


class ClockTurnedBack(AuthorisationError):
    """The computer's clock was turned back: `detail` is the time it has shown before."""

    code: ClassVar[str] = "clock-turned-back"


@dataclass(eq=False)
class OrderMismatch(FieldProError):
    """The meter on the line is not the one that the work order names. Nothing was written."""

    code: ClassVar[str] = "order-mismatch"
    order: str
    what: str
    expected: str
    found: str


@dataclass(eq=False)
class StepRefused(FieldProError):
    """A step of a visit that cannot be done, skipped or refused now. `detail` says why."""

    code: ClassVar[str] = "step-refused"
    step: str
    detail: str
