"""Secrets are kept where they are safe, come back as they were, and show themselves nowhere."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import keyring
import pytest
from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.errors import KeyringLocked, PasswordDeleteError

from fieldpro.errors import SecretStoreError
from fieldpro.meter.changes.journal import Keeper
from fieldpro.secret import Secret
from fieldpro.security.secret_store import (
    KeyringStore,
    MemoryStore,
    SecretStore,
    StoredKey,
    has_keyring,
    open_secret_store,
)
from fieldpro.security.vault import Cost, VaultFile

CHEAP = Cost(1, 64, 1)
PASSPHRASE = Secret(b"a long passphrase")
VALUES = [b"PASSWORD", b"", b"\x00\xff\x10", b"base64:AAAA", "größe".encode("latin-1"), bytes(range(256))]


class Keyring(KeyringBackend):
    """A keyring of the desktop, in memory."""

    priority = 1  # type: ignore[assignment] # keyring wants a number here, and types it as a property
    is_locked = False

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        if self.is_locked:
            raise KeyringLocked("the collection is locked")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("not there")


@pytest.fixture
def desktop(monkeypatch: pytest.MonkeyPatch) -> Keyring:
    backend = Keyring()
    monkeypatch.setattr(keyring.core, "_keyring_backend", backend)
    return backend


@pytest.fixture(params=["vault with a passphrase", "vault with a key file", "keyring", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> SecretStore:
    match request.param:
        case "vault with a passphrase":
            return VaultFile(tmp_path / "vault.json", passphrase=PASSPHRASE, cost=CHEAP)
        case "vault with a key file":
            return VaultFile(tmp_path / "vault.json")
        case "keyring":
            request.getfixturevalue("desktop")
            return KeyringStore()
    return MemoryStore()


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_what_is_kept_is_recalled_and_forgotten(store: SecretStore, value: bytes) -> None:
    assert store.recall("meter") is None
    store.keep("meter", Secret(b"before"))
    store.keep("meter", Secret(value))
    store.keep("other", Secret(b"other"))
    assert store.recall("meter") == Secret(value)
    store.forget("meter")
    store.forget("meter")
    assert store.recall("meter") is None
    assert store.recall("other") == Secret(b"other")
    assert store.protection.endswith(".")


def test_each_store_serves_the_journal_as_its_keeper(store: SecretStore) -> None:
    keeper: Keeper = store
    keeper.keep("job", Secret(b"x"))
    assert keeper.recall("job") == Secret(b"x")


def test_a_key_of_our_own_is_made_once(store: SecretStore) -> None:
    key = StoredKey(store, "audit key")
    assert key.recall() is None
    made = key.make()
    assert len(made.reveal()) == 32
    assert key.recall() == made
    assert not key.is_settled()
    key.settle()
    assert key.is_settled()
    assert key.recall() == made
    assert StoredKey(store, "other key").make() != made


# --- the vault ----------------------------------------------------------------------------------------------------


@pytest.fixture
def vault(tmp_path: Path) -> VaultFile:
    vault = VaultFile(tmp_path / "vault.json", passphrase=PASSPHRASE, cost=CHEAP)
    vault.keep("meter", Secret(b"PASSWORD"))
    return vault


def test_the_vault_is_argon2id_and_aes_gcm_as_written(vault: VaultFile) -> None:
    """Opened here by hand, with the two libraries alone."""
    file = json.loads(vault.path.read_text())
    kdf = file["kdf"]
    key = hash_secret_raw(
        PASSPHRASE.reveal(), bytes.fromhex(kdf["salt"]), kdf["time"], kdf["memory_kib"], kdf["lanes"], 32, Type.ID
    )
    head = f'FieldPro vault 1 {{"lanes":1,"memory_kib":64,"name":"argon2id","salt":"{kdf["salt"]}","time":1}}'.encode()
    text = AESGCM(key).decrypt(bytes.fromhex(file["nonce"]), base64.b64decode(file["content"]), head)
    assert json.loads(text) == {"meter": base64.b64encode(b"PASSWORD").decode()}


def test_the_vault_shows_nothing_of_what_is_in_it(vault: VaultFile) -> None:
    content = vault.path.read_bytes()
    for text in (b"PASSWORD", base64.b64encode(b"PASSWORD"), b"meter", PASSPHRASE.reveal()):
        assert text not in content
    if os.name == "posix":
        assert vault.path.stat().st_mode & 0o777 == 0o600
    assert "PASSWORD" not in repr(vault) + str(vars(vault))


def test_another_passphrase_does_not_open_it(vault: VaultFile) -> None:
    for passphrase in (Secret(b"wrong"), None):
        with pytest.raises(SecretStoreError) as refused:
            VaultFile(vault.path, passphrase=passphrase).recall("meter")
        assert refused.value.reason == "passphrase"
        assert "wrong" not in str(refused.value)


def test_the_passphrase_can_be_changed(vault: VaultFile) -> None:
    vault.change_passphrase(Secret(b"another"))
    vault.keep("more", Secret(b"1"))
    assert VaultFile(vault.path, passphrase=Secret(b"another")).names() == ("meter", "more")
    with pytest.raises(SecretStoreError):
        VaultFile(vault.path, passphrase=PASSPHRASE).recall("meter")


def test_each_write_has_a_nonce_of_its_own(vault: VaultFile) -> None:
    nonces = set()
    for _ in range(20):
        vault.keep("meter", Secret(b"PASSWORD"))
        nonces.add(json.loads(vault.path.read_text())["nonce"])
    assert len(nonces) == 20


@pytest.mark.parametrize("part", ["nonce", "content", "kdf"])
def test_a_vault_that_was_changed_does_not_open(vault: VaultFile, part: str) -> None:
    file = json.loads(vault.path.read_text())
    if part == "kdf":
        file["kdf"]["lanes"] = 2
    else:
        file[part] = file[part][:8] + ("0" if file[part][8] != "0" else "1") + file[part][9:]
    vault.path.write_text(json.dumps(file))
    with pytest.raises(SecretStoreError):
        VaultFile(vault.path, passphrase=PASSPHRASE).recall("meter")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"schema": 9}',
        '{"schema": 1}',
        '{"schema": 1, "kdf": {"name": "md5"}, "nonce": "", "content": ""}',
        '{"schema": 1, "kdf": {"name": "argon2id", "time": 1, "memory_kib": 999999999, "lanes": 1}, "nonce": "00"}',
    ],
)
def test_a_file_that_is_no_vault_is_said_to_be_damaged(tmp_path: Path, text: str) -> None:
    path = tmp_path / "vault.json"
    path.write_text(text)
    with pytest.raises(SecretStoreError) as refused:
        VaultFile(path, passphrase=PASSPHRASE).recall("meter")
    assert refused.value.reason == "damaged"


def test_a_vault_without_its_key_file_does_not_open(tmp_path: Path) -> None:
    vault = VaultFile(tmp_path / "vault.json")
    vault.keep("meter", Secret(b"PASSWORD"))
    key = tmp_path / "vault.json.key"
    if os.name == "posix":
        assert key.stat().st_mode & 0o777 == 0o600
    key.unlink()
    with pytest.raises(SecretStoreError) as refused:
        VaultFile(tmp_path / "vault.json").recall("meter")
    assert refused.value.reason == "damaged"
    assert not key.exists()


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SecretStoreError) as refused:
        VaultFile(tmp_path / "file" / "vault.json").keep("meter", Secret(b"PASSWORD"))
    assert refused.value.reason == "denied"
    assert "PASSWORD" not in str(refused.value)


KEEPER = """
import sys
from pathlib import Path
from fieldpro.secret import Secret
from fieldpro.security.vault import VaultFile
vault = VaultFile(Path(sys.argv[1]))
for n in range(10):
    vault.keep(f"{sys.argv[2]} {n}", Secret(b"x"))
"""


def test_two_programs_that_keep_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "vault.json"
    VaultFile(path).keep("first", Secret(b"x"))
    programs = [subprocess.Popen([sys.executable, "-c", KEEPER, str(path), name]) for name in ("a", "b")]
    assert [program.wait(timeout=60) for program in programs] == [0, 0]
    assert len(VaultFile(path).names()) == 21


# --- the keyring --------------------------------------------------------------------------------------------------


def test_what_a_person_stored_with_the_keyrings_command_is_recalled(desktop: Keyring) -> None:
    desktop.kept["fieldpro", "shop"] = "größe 7"
    assert KeyringStore().recall("shop") == Secret("größe 7".encode("latin-1"))


def test_a_locked_keyring_is_said_and_holds_no_secret(desktop: Keyring) -> None:
    desktop.is_locked = True
    with pytest.raises(SecretStoreError) as refused:
        KeyringStore().recall("shop")
    assert refused.value.reason == "keyring"
    assert "locked" in refused.value.detail


def test_the_keyring_is_taken_where_there_is_one(desktop: Keyring, tmp_path: Path) -> None:
    assert has_keyring()
    assert isinstance(open_secret_store(tmp_path), KeyringStore)


@pytest.mark.parametrize("backend", [null.Keyring, fail.Keyring])
def test_a_vault_is_taken_where_there_is_no_keyring(
    backend: type[KeyringBackend], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring.core, "_keyring_backend", backend())
    assert not has_keyring()
    store = open_secret_store(tmp_path)
    assert isinstance(store, VaultFile)
    assert "beside it" in store.protection


def test_a_vault_that_is_there_stays_in_use(desktop: Keyring, tmp_path: Path) -> None:
    VaultFile(tmp_path / "vault.json").keep("meter", Secret(b"x"))
    store = open_secret_store(tmp_path)
    assert store.recall("meter") == Secret(b"x")
