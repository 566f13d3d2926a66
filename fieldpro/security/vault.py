"""The vault: passwords and keys in one encrypted file, for computers without a keyring.

    {"schema": 1, "kdf": {"name": "argon2id", "salt": ..., "time": 3, "memory_kib": 65536, "lanes": 4},
     "nonce": hex, "content": base64 of AES-256-GCM over {"name": base64 of the secret, ...}}

The file's head is authenticated with its content. With a passphrase (Argon2id, RFC 9106, section 4, the second
recommended set) a stolen file tells nothing without it. Without one the key lies in a file `NAME.key` beside the vault,
mode 0600: that keeps secrets out of every other file of the program and of any backup of one file alone, and is no
protection against somebody who can read both; `protection` says so, and a face shows it.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fieldpro.errors import SecretStoreError
from fieldpro.files import write_atomically
from fieldpro.secret import Secret
from fieldpro.security.canonical import canonical
from fieldpro.security.exclusive import exclusive

SCHEMA = 1
KEY_BYTES = 32
NONCE_BYTES = 12  # NIST SP 800-38D, 8.2.2: random, and few enough are ever made with one key
SALT_BYTES = 16
MEMORY_LIMIT_KiB = 1 << 21
"""What a file may ask for: a forged head must not take the computer's memory."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What Argon2id costs."""

    time: int = 3
    memory_kib: int = 65_536
    lanes: int = 4


class VaultFile:
    """Secrets by name. Every method raises `SecretStoreError`; the file is made with the first secret."""

    def __init__(self, path: Path, *, passphrase: Secret | None = None, cost: Cost | None = None) -> None:
        self.path = path
        self._passphrase = passphrase
        self._cost = cost or Cost()
        self._derived: tuple[str, bytes] | None = None  # (canonical kdf, key): Argon2id is slow on purpose

    @property
    def protection(self) -> str:
        if self._passphrase is not None:
            return "Passwords and keys lie in an encrypted file, under your passphrase."
        return "Passwords and keys lie in an encrypted file whose key lies beside it: only this account is kept apart."

    def recall(self, name: str) -> Secret | None:
        """The secret of this name; None when there is none."""
        text = self._read().get(name)
        return None if text is None else Secret(base64.b64decode(text))

    def keep(self, name: str, value: Secret) -> None:
        """Keep a secret, in place of one of the same name."""
        self._change({name: base64.b64encode(value.reveal()).decode()})

    def forget(self, name: str) -> None:
        """Take a secret out; nothing happens when there is none."""
        self._change({name: None})

    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self._read()))

    def change_passphrase(self, passphrase: Secret | None) -> None:
        """Encrypt everything anew under another passphrase, or under a key file."""
        try:
            with exclusive(self.path):
                content = self._read()
                self._passphrase, self._derived = passphrase, None
                self._write(content, self._new_kdf())
        except OSError as problem:
            raise SecretStoreError("denied", str(self.path), str(problem)) from problem

    # --- inside

    def _change(self, changes: Mapping[str, str | None]) -> None:
        try:
            with exclusive(self.path):
                content = self._read()
                content.update({name: text for name, text in changes.items() if text is not None})
                for name in [name for name, text in changes.items() if text is None]:
                    content.pop(name, None)
                self._write(content, self._kdf())
        except OSError as problem:
            raise SecretStoreError("denied", str(self.path), str(problem)) from problem

    def _load(self) -> dict[str, Any] | None:
        try:
            file = json.loads(self.path.read_bytes())
        except FileNotFoundError:
            return None
        except OSError as problem:
            raise SecretStoreError("denied", str(self.path), str(problem)) from problem
        except ValueError as problem:
            raise SecretStoreError("damaged", str(self.path), "it is no vault") from problem
        if not isinstance(file, dict) or file.get("schema") != SCHEMA:
            raise SecretStoreError("damaged", str(self.path), "it is no vault of this version")
        return file

    def _kdf(self) -> dict[str, Any]:
        file = self._load()
        return self._new_kdf() if file is None else dict(file["kdf"])

    def _new_kdf(self) -> dict[str, Any]:
        if self._passphrase is None:
            return {"name": "file"}
        return {"name": "argon2id", "salt": secrets.token_hex(SALT_BYTES), **asdict(self._cost)}

    def _read(self) -> dict[str, str]:
        file = self._load()
        if file is None:
            return {}
        try:
            kdf = file["kdf"]
            key = self._key(kdf)
            sealed = base64.b64decode(file["content"], validate=True)
            text = AESGCM(key).decrypt(bytes.fromhex(file["nonce"]), sealed, _head(kdf))
            content: dict[str, str] = json.loads(text)
        except InvalidTag:
            reason = "damaged" if self._passphrase is None else "passphrase"
            raise SecretStoreError(reason, str(self.path), "its content does not fit its key") from None
        except (KeyError, TypeError, ValueError, binascii.Error):
            raise SecretStoreError("damaged", str(self.path), "parts of it are missing or malformed") from None
        return content

    def _write(self, content: Mapping[str, str], kdf: Mapping[str, Any]) -> None:
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = AESGCM(self._key(kdf)).encrypt(nonce, canonical_content(content), _head(kdf))
        file = {"schema": SCHEMA, "kdf": dict(kdf), "nonce": nonce.hex(), "content": base64.b64encode(sealed).decode()}
        try:
            write_atomically(self.path, (json.dumps(file, indent=1) + "\n").encode(), private=True)
        except OSError as problem:
            raise SecretStoreError("denied", str(self.path), str(problem)) from problem

    def _key(self, kdf: Mapping[str, Any]) -> bytes:
        told = canonical(kdf)
        if self._derived is None or self._derived[0] != told:
            self._derived = (told, self._derive(kdf))
        return self._derived[1]

    def _derive(self, kdf: Mapping[str, Any]) -> bytes:
        if kdf["name"] == "file":
            return self._key_file()
        if kdf["name"] != "argon2id" or not 0 < kdf["memory_kib"] <= MEMORY_LIMIT_KiB or not 0 < kdf["time"] <= 100:
            raise ValueError("kdf")
        if self._passphrase is None:
            raise SecretStoreError("passphrase", str(self.path), "it wants a passphrase")
        return hash_secret_raw(
            self._passphrase.reveal(),
            bytes.fromhex(kdf["salt"]),
            time_cost=kdf["time"],
            memory_cost=kdf["memory_kib"],
            parallelism=kdf["lanes"],
            hash_len=KEY_BYTES,
            type=Type.ID,
        )

    def _key_file(self) -> bytes:
        path = self.path.with_name(self.path.name + ".key")
        try:
            if not path.exists():
                if self.path.exists():
                    raise SecretStoreError("damaged", str(self.path), f"its key, {path.name}, is not here")
                write_atomically(path, secrets.token_bytes(KEY_BYTES), private=True)
            key = path.read_bytes()
        except OSError as problem:
            raise SecretStoreError("denied", str(path), str(problem)) from problem
        if len(key) != KEY_BYTES:
            raise SecretStoreError("damaged", str(path), "it is no key")
        if os.name == "posix" and path.stat().st_mode & 0o077:
            path.chmod(0o600)
        return key


def canonical_content(content: Mapping[str, str]) -> bytes:
    return json.dumps(dict(sorted(content.items())), separators=(",", ":")).encode()


def _head(kdf: Mapping[str, Any]) -> bytes:
    """What is authenticated beside the content: a forged cost or salt does not open."""
    return f"FieldPro vault {SCHEMA} {canonical(kdf)}".encode()
