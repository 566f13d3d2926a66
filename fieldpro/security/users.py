"""The users of the program: who there is, signing in, and the lock-out after wrong passwords.

    users = Users(folder / "users.json", keys)
    signed_in = users.sign_in("Ada", Secret.from_text(...))     or users.nobody("operator") while there are none
    signed_in.require(Right.CLOCK)                               raises `NotAllowed`

As long as nobody was added, everybody who uses the computer is the local administrator, without a password, so that the
program works out of the box; `is_open` says so and a face shows it. The first user is an administrator with a password,
and from then on everybody signs in. There is always an administrator left.

The file lies in the data folder, mode 0600, written whole or not at all, one process at a time, and is sealed with a
key from the secret store: a role that was raised by hand, or a file that was taken away to be nobody again, is found
(`UsersForged`) as long as the one who did it does not have the key.

Lock-out: after three wrong passwords in a row each further one doubles the time in which none is looked at. It is kept
in the file and so survives a restart; it never lasts longer than the longest time from now, whatever the clock was.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fieldpro.errors import FileError, LockedOut, SignInRefused, UsageError, UsersForged
from fieldpro.files import write_atomically
from fieldpro.secret import Secret
from fieldpro.security.canonical import canonical
from fieldpro.security.chain import KeySource
from fieldpro.security.exclusive import exclusive
from fieldpro.security.passwords import Passwords
from fieldpro.security.rights import RIGHTS, Right, Role, require

SCHEMA = 1
DOMAIN = b"FieldPro users 1\n"
OPEN_WORDS = "No users are set up: everybody at this computer is administrator. Add a user to change that."


@dataclass(frozen=True, slots=True)
class LockOut:
    """Wrong passwords that are free, and how long the first and the longest wait is."""

    free: int = 3
    first_s: int = 5
    longest_s: int = 900

    def wait_s(self, failures: int) -> int:
        if failures < self.free:
            return 0
        return int(min(self.longest_s, self.first_s * 2 ** min(failures - self.free, 32)))


@dataclass(frozen=True, slots=True)
class User:
    """One user as a list shows it."""

    name: str
    role: Role
    is_disabled: bool = False
    failures: int = 0
    locked_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who works here now. `is_open`: nobody was asked, for there are no users."""

    name: str
    role: Role
    at: datetime
    is_open: bool = False

    def may(self, right: Right) -> bool:
        return right in RIGHTS[self.role]

    def require(self, right: Right) -> None:
        """Raises `NotAllowed`."""
        require(self.role, right, user=self.name)


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    role: Role
    hashed: str
    is_disabled: bool = False
    failures: int = 0
    locked_until: str = ""


def utc_now() -> datetime:
    return datetime.now(UTC)


class Users:
    """The file of users. Raises `FileError` for one that cannot be read or written, `UsersForged`, `SecretStoreError`.

    keys: where the seal's key is; None leaves the file without a seal.
    """

    def __init__(
        self,
        path: Path,
        keys: KeySource | None = None,
        *,
        now: Callable[[], datetime] = utc_now,
        passwords: Passwords | None = None,
        lock_out: LockOut | None = None,
    ) -> None:
        self.path = path
        self._keys = keys
        self._now = now
        self._passwords = passwords or Passwords()
        self._lock_out = lock_out or LockOut()

    # --- signing in

    @property
    def is_open(self) -> bool:
        """Whether there are no users, so that nobody is asked."""
        return not self._read()

    def nobody(self, name: str) -> SignedIn:
        """The local administrator, while there are no users; raises `SignInRefused` when there are."""
        if not self.is_open:
            raise SignInRefused(name)
        return SignedIn(name, Role.ADMINISTRATOR, self._now(), is_open=True)

    def sign_in(self, name: str, password: Secret) -> SignedIn:
        """Raises `SignInRefused` (which of name and password was wrong is not said) or `LockedOut`."""
        with self._changing() as entries:
            entry = entries.get(_key(name))
            if entry is None:
                self._passwords.waste(password)
                raise SignInRefused(name)
            self._check_lock(entry)
            if entry.is_disabled or not self._passwords.is_right(entry.hashed, password):
                entries[_key(name)] = self._after_a_failure(entry)
                self._write(entries)
                raise SignInRefused(name)
            hashed = self._passwords.renewed(entry.hashed, password)
            entries[_key(name)] = replace(entry, hashed=hashed, failures=0, locked_until="")
            if entries[_key(name)] != entry:
                self._write(entries)
        return SignedIn(entry.name, entry.role, self._now())

    # --- managing

    def list(self) -> Sequence[User]:
        return [_shown(entry) for entry in sorted(self._read().values(), key=lambda entry: _key(entry.name))]

    def add(self, name: str, role: Role, password: Secret, *, by: SignedIn) -> User:
        """Raises `NotAllowed`, and `UsageError` for a name that is taken, a weak password, or a first user who is no
        administrator."""
        by.require(Right.USERS)
        name = name.strip()
        if not name or not name.isprintable():
            raise UsageError("user", "a name", "nothing that can be read")
        hashed = self._passwords.hash(password)
        with self._changing() as entries:
            if _key(name) in entries:
                raise UsageError("user", "a name that is not taken", name)
            if not entries and role is not Role.ADMINISTRATOR:
                raise UsageError("user", "an administrator as the first user", role)
            entries[_key(name)] = _Entry(name, role, hashed)
            self._write(entries)
            return _shown(entries[_key(name)])

    def set_role(self, name: str, role: Role, *, by: SignedIn) -> None:
        """Raises `NotAllowed`, and `UsageError` when no administrator would be left."""
        self._manage(name, by, role=role)

    def set_disabled(self, name: str, disabled: bool, *, by: SignedIn) -> None:
        self._manage(name, by, is_disabled=disabled)

    def unlock(self, name: str, *, by: SignedIn) -> None:
        """End a lock-out."""
        self._manage(name, by, failures=0, locked_until="")

    def remove(self, name: str, *, by: SignedIn) -> None:
        by.require(Right.USERS)
        with self._changing() as entries:
            self._entry(entries, name)
            del entries[_key(name)]
            self._write(_with_an_administrator(entries))

    def set_password(self, name: str, password: Secret, *, by: SignedIn) -> None:
        """One's own, or any with the right to manage users. Raises `NotAllowed`."""
        if _key(by.name) != _key(name) or by.is_open:
            by.require(Right.USERS)
        hashed = self._passwords.hash(password)
        with self._changing() as entries:
            entries[_key(name)] = replace(self._entry(entries, name), hashed=hashed, failures=0, locked_until="")
            self._write(entries)

    # --- inside

    def _manage(self, name: str, by: SignedIn, **changes: Any) -> None:
        by.require(Right.USERS)
        with self._changing() as entries:
            entries[_key(name)] = replace(self._entry(entries, name), **changes)
            self._write(_with_an_administrator(entries))

    def _entry(self, entries: Mapping[str, _Entry], name: str) -> _Entry:
        if _key(name) not in entries:
            raise UsageError("user", "one of " + ", ".join(entry.name for entry in entries.values()), name)
        return entries[_key(name)]

    def _check_lock(self, entry: _Entry) -> None:
        if not entry.locked_until:
            return
        left_s = (datetime.fromisoformat(entry.locked_until) - self._now()).total_seconds()
        if left_s > 0:
            raise LockedOut(entry.name, -int(-min(left_s, self._lock_out.longest_s) // 1))

    def _after_a_failure(self, entry: _Entry) -> _Entry:
        failures = entry.failures + 1
        wait_s = self._lock_out.wait_s(failures)
        until = (self._now() + timedelta(seconds=wait_s)).isoformat() if wait_s else ""
        return replace(entry, failures=failures, locked_until=until)

    @contextmanager
    def _changing(self) -> Iterator[dict[str, _Entry]]:
        try:
            with exclusive(self.path):
                yield self._read()
        except OSError as problem:
            raise FileError(str(self.path), "the file", "a file that can be written", str(problem)) from problem

    def _read(self) -> dict[str, _Entry]:
        key = self._keys.recall() if self._keys is not None else None
        try:
            file = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            if self._keys is not None and self._keys.is_settled():
                raise UsersForged(str(self.path), "the file is missing") from None
            return {}
        except (OSError, ValueError) as problem:
            raise FileError(str(self.path), "the whole file", "the file of users", str(problem)) from problem
        try:
            if file["schema"] != SCHEMA:
                raise FileError(str(self.path), "schema", str(SCHEMA), repr(file["schema"]))
            found = [_Entry(**{**entry, "role": Role(entry["role"])}) for entry in file["users"]]
        except (KeyError, TypeError, ValueError) as problem:
            raise FileError(str(self.path), "users", "names, roles and hashes", str(problem)) from problem
        if self._keys is not None and (key is None or not _is_sealed(key, file)):
            raise UsersForged(str(self.path), "its seal is not ours")
        return {_key(entry.name): entry for entry in found}

    def _write(self, entries: Mapping[str, _Entry]) -> None:
        file: dict[str, Any] = {"schema": SCHEMA, "users": [asdict(entry) for entry in entries.values()]}
        if self._keys is not None:
            file["seal"] = _seal(self._keys.recall() or self._keys.make(), file)
        write_atomically(self.path, (json.dumps(file, indent=2) + "\n").encode(), private=True)
        if self._keys is not None:
            self._keys.settle()


def _key(name: str) -> str:
    return name.strip().casefold()


def _shown(entry: _Entry) -> User:
    until = datetime.fromisoformat(entry.locked_until) if entry.locked_until else None
    return User(entry.name, entry.role, entry.is_disabled, entry.failures, until)


def _with_an_administrator(entries: Mapping[str, _Entry]) -> Mapping[str, _Entry]:
    if not any(entry.role is Role.ADMINISTRATOR and not entry.is_disabled for entry in entries.values()):
        raise UsageError("users", "an administrator who can sign in", "none left")
    return entries


def _seal(key: Secret, file: Mapping[str, Any]) -> str:
    content = canonical({"schema": file["schema"], "users": file["users"]})
    return hmac.new(key.reveal(), DOMAIN + content.encode(), hashlib.sha256).hexdigest()


def _is_sealed(key: Secret, file: Mapping[str, Any]) -> bool:
    return hmac.compare_digest(_seal(key, file).encode(), str(file.get("seal", "")).encode())
