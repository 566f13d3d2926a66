from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from fieldpro.security.authorisation import Authorisation, PrivateKey, sign
from fieldpro.security.ledger import Ledger
from fieldpro.security.passwords import Hashing, Passwords
from fieldpro.security.providers import LocalFileAuthorisations
from fieldpro.security.rights import Right
from fieldpro.security.secret_store import MemoryStore, StoredKey
from fieldpro.security.users import Users

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
METER = "ITRN 00012345"


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def go(self, **step: float) -> None:
        self.now += timedelta(**step)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cheap() -> Passwords:
    """Hashes that cost little; what they cost in earnest is tested by itself."""
    return Passwords(Hashing(1, 64, 1))


@pytest.fixture
def secrets_kept() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def users(tmp_path: Path, clock: Clock, cheap: Passwords, secrets_kept: MemoryStore) -> Users:
    return Users(tmp_path / "users.json", StoredKey(secrets_kept, "users key"), now=clock, passwords=cheap)


class Office:
    """An issuing office, the folder that its files are put into, and the key that is trusted."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder, self.clock = folder, clock
        self.key: PrivateKey = Ed25519PrivateKey.generate()
        self.trust("office", self.key)

    def trust(self, name: str, key: PrivateKey) -> None:
        trusted = self.folder / "trusted"
        trusted.mkdir(parents=True, exist_ok=True)
        pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        (trusted / f"{name}.pem").write_bytes(pem)

    def authorisation(self, id: str = "A-1", **changes: object) -> Authorisation:
        values: dict[str, object] = {
            "id": id,
            "issuer": "office",
            "meters": frozenset({METER}),
            "rights": frozenset({Right.SWITCH_DISCONNECT}),
            "valid_from": NOON - timedelta(hours=1),
            "valid_to": NOON + timedelta(hours=8),
        }
        return Authorisation(**{**values, **changes})  # type: ignore[arg-type] # a test's choice of fields

    def issue(self, id: str = "A-1", *, key: PrivateKey | None = None, **changes: object) -> Path:
        path = self.folder / f"{id}.fpauth"
        path.write_bytes(sign(self.authorisation(id, **changes), key or self.key))
        return path

    def provider(self) -> LocalFileAuthorisations:
        return LocalFileAuthorisations(
            self.folder, trusted=self.folder / "trusted", ledger=Ledger(self.folder / "ledger"), now=self.clock
        )


@pytest.fixture
def office(tmp_path: Path, clock: Clock) -> Office:
    return Office(tmp_path / "authorisations", clock)


Issue = Callable[..., Path]
