"""Every error FieldPro raises on purpose: one root, one branch per layer.

An error carries data, not a sentence: the sentence for a person is made at the edge, by `fieldpro.explain`,
from `code` and the fields. `str(error)` is for logs and tracebacks.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar


@dataclass(eq=False)
class FieldProError(Exception):
    """The root. `code` names the kind of error; the dataclass fields say to what it happened."""

    code: ClassVar[str] = "error"

    def data(self) -> dict[str, Any]:
        """The fields by name, for `explain`, logs and JSON."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple(self.data().values())

    def __str__(self) -> str:
        return ", ".join([self.code, *(f"{name}={value!r}" for name, value in self.data().items())])


# --- c12.dictionary -------------------------------------------------------------------------------------------


@dataclass(eq=False)
class DictionaryError(FieldProError):
    """Dictionary text that cannot be used: where, and what was expected there."""

    code: ClassVar[str] = "dictionary"
    source: str
    line: int
    column: int
    expected: str
    found: str


@dataclass(eq=False)
class TableError(FieldProError):
    """Bytes or values that a table cannot have. `element` is the dotted path, `offset` the byte offset."""

    code: ClassVar[str] = "table"
    table: str
    element: str
    offset: int
    expected: str
    found: str


@dataclass(eq=False)
class TableUnresolved(FieldProError):
    """A table whose layout needs another table that has not been read."""

    code: ClassVar[str] = "table-unresolved"
    table: str
    needs: tuple[int, ...]


@dataclass(eq=False)
class TableAbsent(FieldProError):
    """The meter does not list a table (ANSI C12.19 table 0), so what stands in it cannot be told."""

    code: ClassVar[str] = "table-absent"
    table: str
    number: int


# --- c12.psem and c12.link ------------------------------------------------------------------------------------


@dataclass(eq=False)
class MessageError(FieldProError):
    """A service message or packet that is malformed."""

    code: ClassVar[str] = "message"
    message: str
    offset: int
    expected: str
    found: str


@dataclass(eq=False)
class ServiceRefused(FieldProError):
    """The meter answered with a response code other than ok. `response` is the code (1 = err, 3 = isc ...).

    `limit` is the largest size that the meter would take, when it says so (rqtl, rstl).
    """

    code: ClassVar[str] = "refused"
    service: str
    response: int
    subject: str = ""
    limit: int | None = None


@dataclass(eq=False)
class ProtocolError(FieldProError):
    """The other end answered with something that the protocol does not allow here."""

    code: ClassVar[str] = "protocol"
    service: str
    expected: str
    found: str


@dataclass(eq=False)
class LinkError(FieldProError):
    """The link to the meter is dead. `reason` is one of: silent, naks, noise, echo, sequence, too-long, closed."""

    code: ClassVar[str] = "link"
    reason: str
    port: str
    attempts: int = 0
    service: str = ""


# --- transports -----------------------------------------------------------------------------------------------


@dataclass(eq=False)
class TransportError(FieldProError):
    """A byte pipe that cannot be used. See the subclasses."""

    code: ClassVar[str] = "transport"
    port: str
    detail: str = ""


class PortNotFound(TransportError):
    code: ClassVar[str] = "port-not-found"


class PortBusy(TransportError):
    code: ClassVar[str] = "port-busy"


class PortDenied(TransportError):
    code: ClassVar[str] = "port-denied"


class PortGone(TransportError):
    """The port vanished while it was in use (cable or adapter pulled, peer closed)."""

    code: ClassVar[str] = "port-gone"


class PortHung(TransportError):
    """The port does not take bytes or does not close within its time limit."""

    code: ClassVar[str] = "port-hung"


class PortUnsupported(TransportError):
    """The port cannot do what is asked (a baud rate, a line) or the URL is of no known kind."""

    code: ClassVar[str] = "port-unsupported"


# --- session, meter, store, files -----------------------------------------------------------------------------


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


# --- programs and change sets -----------------------------------------------------------------------------------


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


# --- procedures and the service switch --------------------------------------------------------------------------


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


# --- users, secrets, authorisations, the audit log, visits --------------------------------------------------------


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
