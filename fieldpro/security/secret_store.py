"""Where passwords and keys are kept: the operating system's keyring, or a vault file where there is none.

    store = open_secret_store(folder)
    store.keep("meter ITRN 00012345 level 2", Secret(...)) ; store.recall(name) -> Secret | None ; store.forget(name)
    store.protection        what protects them here, in a sentence for a person

A text that a person stored with the keyring's own command (`keyring set fieldpro NAME`) is recalled as the bytes that
`Secret.from_text` makes of it; other bytes are stored with a mark before their base64 form.
"""

from __future__ import annotations

import base64
import secrets
from pathlib import Path
from typing import Protocol

from fieldpro.errors import SecretStoreError
from fieldpro.secret import Secret
from fieldpro.security.vault import VaultFile

SERVICE = "fieldpro"
MARK = "base64:"
NO_KEYRING = ("keyring.backends.fail", "keyring.backends.null")
VAULT = "vault.json"
AUDIT_KEY = "audit key"
USERS_KEY = "users key"
KEY_BYTES = 32
UNSETTLED = b"?"


class SecretStore(Protocol):
    """Secrets by name. Every method raises `SecretStoreError`, and no error holds a secret."""

    @property
    def protection(self) -> str: ...
    def recall(self, name: str) -> Secret | None: ...
    def keep(self, name: str, value: Secret) -> None: ...
    def forget(self, name: str) -> None: ...


class MemoryStore:
    """As long as the program runs: for tests, and for who does not want anything kept."""

    protection = "Passwords and keys are forgotten when the program ends."

    def __init__(self) -> None:
        self._kept: dict[str, Secret] = {}

    def recall(self, name: str) -> Secret | None:
        return self._kept.get(name)

    def keep(self, name: str, value: Secret) -> None:
        self._kept[name] = value

    def forget(self, name: str) -> None:
        self._kept.pop(name, None)


class KeyringStore:
    """The keyring of the desktop: Secret Service, KWallet, macOS Keychain, Windows Credential Locker."""

    def __init__(self, service: str = SERVICE) -> None:
        self._service = service

    @property
    def protection(self) -> str:
        import keyring

        return f"Passwords and keys lie in the system's keyring ({keyring.get_keyring().name})."

    def recall(self, name: str) -> Secret | None:
        import keyring  # slow to import, and rarely wanted
        from keyring.errors import KeyringError

        try:
            text = keyring.get_password(self._service, name)
        except KeyringError as problem:
            raise self._trouble(problem) from None
        return None if text is None else _to_secret(text)

    def keep(self, name: str, value: Secret) -> None:
        import keyring
        from keyring.errors import KeyringError

        try:
            keyring.set_password(self._service, name, _to_text(value))
        except KeyringError as problem:
            raise self._trouble(problem) from None

    def forget(self, name: str) -> None:
        import keyring
        from keyring.errors import KeyringError, PasswordDeleteError

        try:
            keyring.delete_password(self._service, name)
        except PasswordDeleteError:
            return  # it was not there
        except KeyringError as problem:
            raise self._trouble(problem) from None

    def _trouble(self, problem: Exception) -> SecretStoreError:
        detail = str(problem).partition("\n")[0] or type(problem).__name__
        return SecretStoreError("keyring", f"keyring {self._service}", detail)


class StoredKey:
    """A key of our own in a secret store: made once, by chance, when it is first wanted.

    Until it is settled (see `fieldpro.security.chain.KeySource`) one byte more is kept with it.
    """

    def __init__(self, store: SecretStore, name: str) -> None:
        self._store = store
        self._name = name

    def recall(self) -> Secret | None:
        kept = self._store.recall(self._name)
        return None if kept is None else Secret(kept.reveal()[:KEY_BYTES])

    def make(self) -> Secret:
        key = Secret(secrets.token_bytes(KEY_BYTES))
        self._store.keep(self._name, Secret(key.reveal() + UNSETTLED))
        return key

    def is_settled(self) -> bool:
        kept = self._store.recall(self._name)
        return kept is not None and len(kept.reveal()) == KEY_BYTES

    def settle(self) -> None:
        key = self.recall()
        if key is not None and not self.is_settled():
            self._store.keep(self._name, key)


def has_keyring() -> bool:
    """Whether this computer has a keyring that keeps what it is given."""
    import keyring
    from keyring.backends.chainer import ChainerBackend

    found = keyring.get_keyring()
    if isinstance(found, ChainerBackend):
        return any(type(backend).__module__ not in NO_KEYRING for backend in found.backends)
    return type(found).__module__ not in NO_KEYRING


def open_secret_store(folder: Path, *, passphrase: Secret | None = None) -> SecretStore:
    """The keyring where there is one; else the vault file in `folder`, which stays in use once it is there.

    passphrase: of the vault; without one its key lies in a file beside it, and `protection` says so.
    """
    vault = folder / VAULT
    if vault.exists() or not has_keyring():
        return VaultFile(vault, passphrase=passphrase)
    return KeyringStore()


def _to_text(value: Secret) -> str:
    text = value.reveal().decode("latin-1")
    plain = text.isprintable() and not text.startswith(MARK)
    return text if plain else MARK + base64.b64encode(value.reveal()).decode()


def _to_secret(text: str) -> Secret:
    if not text.startswith(MARK):
        return Secret.from_text(text)
    try:
        return Secret(base64.b64decode(text.removeprefix(MARK), validate=True))
    except ValueError:
        raise SecretStoreError("damaged", f"keyring {SERVICE}", "a key that is no base64") from None
