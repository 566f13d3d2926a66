"""The one object that the faces ask before a job and tell after it: who works here, may they, and the record of it.

    guard = Guard(users, audit, policy, authorisations=...)
    guard.start("operator") or guard.sign_in("Ada", password)
    approval = guard.allow(Right.CLOCK, meter)             raises `NotAllowed`, `ScreenLocked`, `AuthorisationError`
    with guard.job(Right.PROGRAM_WRITE, meter, entries.WRITE, entries.write(...)) as job:
        ... ; job.add(verified=5)                          one record at the end: done, failed or cancelled

A job that changes a meter, or needs an authorisation, has an approval in the log before anything is sent: a program
killed in the middle leaves that. When the log cannot be written, the approval fails, and the job is not done. A refusal
is a record too. Uses of an authorisation are counted in the log beside the ledger, and the greater number counts.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from fieldpro.errors import AuthorisationMissing, Cancelled, FieldProError, LockedOut, NotAllowed, SignInRefused
from fieldpro.records import MeterIdentity
from fieldpro.secret import Secret
from fieldpro.security import entries
from fieldpro.security.authorisation import Authorisation
from fieldpro.security.chain import AuditRecord
from fieldpro.security.idle import IdleLock
from fieldpro.security.policy import Policy
from fieldpro.security.providers import AuthorisationProvider, Granted, Standing
from fieldpro.security.rights import ROWS, Right, Role, title
from fieldpro.security.users import SignedIn, Users

MOST_APPROVALS = 100_000


class AuditSink(Protocol):
    """`fieldpro.store.audit.AuditLog`, as far as it is needed here."""

    def append(
        self, kind: str, *, who: str, role: str = "", meter: str = "", data: Mapping[str, Any] | None = None
    ) -> AuditRecord: ...
    def records(
        self, kind: str | None = None, *, meter: str | None = None, limit: int = 200, offset: int = 0
    ) -> list[AuditRecord]: ...


@dataclass(frozen=True, slots=True)
class Approval:
    """A job that may be done now: by whom, on which meter, and by which use of an authorisation where one is needed."""

    right: Right
    meter: str
    who: str
    role: Role
    granted: Granted | None = None
    record: AuditRecord | None = None  # in the log; None for what leaves a meter as it is

    @property
    def until(self) -> datetime | None:
        return self.granted.until if self.granted is not None else None


@dataclass
class JobNotes:
    """What is to stand in the record of a job; grows while the job runs."""

    approval: Approval
    data: dict[str, Any] = field(default_factory=dict)
    record: AuditRecord | None = None  # there after the job has ended

    def add(self, **data: Any) -> None:
        self.data.update(data)


class Guard:
    """Who works here, and what they may do. May be used from any thread."""

    def __init__(
        self,
        users: Users,
        audit: AuditSink,
        policy: Policy,
        *,
        authorisations: AuthorisationProvider | None = None,
        idle: IdleLock | None = None,
    ) -> None:
        self.users = users
        self.audit = audit
        self.policy = policy
        self.authorisations = authorisations
        self.idle = idle or IdleLock(policy.idle_lock_s)
        self._lock = threading.RLock()
        self._signed_in: SignedIn | None = None

    # --- who

    @property
    def signed_in(self) -> SignedIn | None:
        return self._signed_in

    @property
    def is_locked(self) -> bool:
        """Whether the program locked itself; never while there are no users, as nobody could unlock it."""
        signed_in = self._signed_in
        return signed_in is not None and not signed_in.is_open and self.idle.is_locked

    def start(self, operator: str) -> SignedIn | None:
        """At the start of the program: the local administrator while there are no users, else None: sign in first."""
        with self._lock:
            if self.users.is_open:
                self._signed_in = self.users.nobody(operator)
            return self._signed_in

    def sign_in(self, name: str, password: Secret) -> SignedIn:
        """Raises `SignInRefused`, `LockedOut`; both are records."""
        try:
            signed_in = self.users.sign_in(name, password)
        except (SignInRefused, LockedOut) as problem:
            self.audit.append(entries.SIGN_IN_REFUSED, who=name, data={"why": problem.code})
            raise
        with self._lock:
            self._signed_in = signed_in
            self.idle.unlock()
        self.audit.append(entries.SIGN_IN, who=signed_in.name, role=str(signed_in.role))
        return signed_in

    def unlock(self, password: Secret) -> None:
        """The one who is signed in comes back."""
        signed_in = self._who()
        self.sign_in(signed_in.name, password)

    def sign_out(self) -> None:
        with self._lock:
            self._signed_in = None

    # --- may they

    def may(self, right: Right) -> bool:
        """By role alone, for what a face shows; `allow` is asked before the job itself."""
        signed_in = self._signed_in
        return signed_in is not None and signed_in.may(right)

    def require(self, right: Right, meter: MeterIdentity | str = "") -> SignedIn:
        """Raises `SignInRefused` when nobody is signed in, `ScreenLocked`, `NotAllowed` (which is a record)."""
        signed_in = self._who()
        if not signed_in.is_open:
            self.idle.require_open(signed_in.name)
        try:
            signed_in.require(right)
        except NotAllowed as problem:
            self._refuse(signed_in, right, _key(meter), problem)
            raise
        return signed_in

    def standing(self, right: Right, meter: MeterIdentity | str) -> list[Standing]:
        """The authorisations that are here for a job, with the time and the uses that remain; none where none is
        needed."""
        if not self.policy.needs_authorisation(right) or self.authorisations is None:
            return []
        return self.authorisations.standing(right, _key(meter), spent=self._spent)

    def allow(self, right: Right, meter: MeterIdentity | str = "", *, reason: str = "") -> Approval:
        """Whether a job may be done now; takes a use of an authorisation where the policy wants one.

        Raises what `require` raises, an `AuthorisationError`, `StoreError` when the approval cannot be recorded.
        """
        signed_in, key = self.require(right, meter), _key(meter)
        granted = self._take(signed_in, right, key)
        record = None
        if granted is not None or ROWS[right].changes_meter:
            data: dict[str, Any] = {"right": str(right), "reason": reason}
            if granted is not None:
                each = granted.authorisation
                data["authorisation"] = {"id": each.id, "issuer": each.issuer, "use": granted.use, "of": each.uses}
            record = self._append(entries.APPROVAL, signed_in, key, data)
        return Approval(right, key, signed_in.name, signed_in.role, granted, record)

    @contextmanager
    def job(
        self,
        right: Right,
        meter: MeterIdentity | str,
        kind: str,
        data: Mapping[str, Any] | None = None,
        *,
        reason: str = "",
    ) -> Iterator[JobNotes]:
        """Ask, run the block, and record how it ended: done, failed (with the error) or cancelled."""
        approval = self.allow(right, meter, reason=reason)
        notes = JobNotes(approval, dict(data or {}))
        outcome: dict[str, Any] = {"outcome": "done"}
        try:
            yield notes
        except Cancelled:
            outcome = {"outcome": "cancelled"}
            raise
        except FieldProError as error:
            outcome = {"outcome": "failed", "error": error.code}
            raise
        except BaseException as error:
            outcome = {"outcome": "failed", "error": type(error).__name__}
            raise
        finally:
            told = {**notes.data, **outcome, "right": str(right)}
            notes.record = self.audit.append(
                kind, who=approval.who, role=str(approval.role), meter=approval.meter, data=told
            )

    def record(self, kind: str, meter: MeterIdentity | str = "", data: Mapping[str, Any] | None = None) -> AuditRecord:
        """One record by who is signed in, of something that was done already."""
        return self._append(kind, self._who(), _key(meter), data or {})

    # --- inside

    def _who(self) -> SignedIn:
        signed_in = self._signed_in
        if signed_in is None:
            raise SignInRefused("")
        return signed_in

    def _take(self, signed_in: SignedIn, right: Right, meter: str) -> Granted | None:
        if not self.policy.needs_authorisation(right):
            return None
        try:
            if self.authorisations is None:
                raise AuthorisationMissing("", title(right), meter)
            return self.authorisations.take(right, meter, who=signed_in.name, spent=self._spent)
        except FieldProError as problem:
            self._refuse(signed_in, right, meter, problem)
            raise

    def _spent(self, each: Authorisation) -> int:
        """Uses of an authorisation that are in the log."""
        uses = [0]
        for record in self.audit.records(entries.APPROVAL, limit=MOST_APPROVALS):
            told = record.told.get("authorisation")
            if isinstance(told, dict) and (told.get("id"), told.get("issuer")) == (each.id, each.issuer):
                uses.append(int(told.get("use", 0)))
        return max(uses)

    def _refuse(self, signed_in: SignedIn, right: Right, meter: str, problem: FieldProError) -> None:
        data = {"right": str(right), "why": problem.code, **problem.data()}
        self._append(entries.REFUSAL, signed_in, meter, data)

    def _append(self, kind: str, signed_in: SignedIn, meter: str, data: Mapping[str, Any]) -> AuditRecord:
        return self.audit.append(kind, who=signed_in.name, role=str(signed_in.role), meter=meter, data=data)


def _key(meter: MeterIdentity | str) -> str:
    return meter if isinstance(meter, str) else meter.key
