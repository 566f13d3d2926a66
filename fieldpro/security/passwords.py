"""Passwords of the program's users, kept as Argon2id hashes (RFC 9106) in the PHC string form.

These are the passwords of people at this program. Passwords of meters are `Secret`s in the secret store.
"""

from __future__ import annotations

from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from fieldpro.errors import UsageError
from fieldpro.secret import Secret

SHORTEST = 8
LONGEST = 1024  # bytes: a hash must not be asked to chew a file


@dataclass(frozen=True, slots=True)
class Hashing:
    """What a hash costs: RFC 9106, section 4, the second recommended set."""

    time: int = 3
    memory_kib: int = 65_536
    lanes: int = 4


class Passwords:
    """Makes and checks hashes, and makes anew those of a lower cost."""

    def __init__(self, hashing: Hashing | None = None, *, shortest: int = SHORTEST) -> None:
        cost = hashing or Hashing()
        self._hasher = PasswordHasher(time_cost=cost.time, memory_cost=cost.memory_kib, parallelism=cost.lanes)
        self._shortest = shortest
        self._nobody = ""

    def hash(self, password: Secret) -> str:
        """Raises `UsageError` for a password that is too short to be one."""
        value = password.reveal()
        if not self._shortest <= len(value) <= LONGEST:
            expected = f"{self._shortest} characters or more"
            raise UsageError("password", expected, "a shorter one" if len(value) < self._shortest else "a longer one")
        return self._hasher.hash(value)

    def is_right(self, hashed: str, password: Secret) -> bool:
        try:
            return self._hasher.verify(hashed, password.reveal()[: LONGEST + 1])
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return False

    def waste(self, password: Secret) -> None:
        """As much work as a check, for a user that there is not: how long it takes tells nothing."""
        if not self._nobody:
            self._nobody = self._hasher.hash(b"nobody at all")
        self.is_right(self._nobody, password)

    def renewed(self, hashed: str, password: Secret) -> str:
        """The hash of a password that was just proven, made anew where it was made at a lower cost."""
        return self._hasher.hash(password.reveal()) if self._hasher.check_needs_rehash(hashed) else hashed
