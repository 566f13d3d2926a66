"""Where a meter password comes from: a prompt, a file or the keyring. Never an argument or a variable: others see them.

A password is up to 20 bytes (C12.18, Security service), mostly text; with `is_hex` it is written in hexadecimal.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

import typer

from fieldpro.cli import console
from fieldpro.errors import Cancelled, FileError, UsageError
from fieldpro.secret import Secret
from fieldpro.settings import data_folder

KEYRING_SERVICE = "fieldpro"
LONGEST = 20  # bytes, C12.18 Security service
LONGEST_LINE = 4096  # characters read of a file: it may be a device that never ends


def find_password(*, ask: bool, file: Path | None, keyring_name: str | None, is_hex: bool) -> Secret | None:
    """The password from the one source that was named, or None when none was. Raises `UsageError`, `FileError`."""
    if sum((ask, file is not None, keyring_name is not None)) > 1:
        raise UsageError("the password", "one source: --ask-password, --password-file or --keyring", "more than one")
    if ask:
        return to_secret(_prompt(), is_hex=is_hex, source="the prompt")
    if file is not None:
        return to_secret(first_line(file), is_hex=is_hex, source=str(file))
    if keyring_name is not None:
        return to_secret(_from_keyring(keyring_name), is_hex=is_hex, source=f"keyring {keyring_name}")
    if is_hex:
        raise UsageError("--password-hex", "--ask-password, --password-file or --keyring beside it", "it alone")
    return None


def to_secret(text: str, *, is_hex: bool, source: str) -> Secret:
    """`source` says in an error where the password came from; the password itself stands in no error."""
    if is_hex:
        try:
            value = bytes.fromhex(text)
        except ValueError:
            raise UsageError(source, "a password in hexadecimal digits, two a byte", "something else") from None
        secret = Secret(value)
    else:
        try:
            secret = Secret.from_text(text)
        except UnicodeEncodeError:
            found = "a character no meter knows"
            raise UsageError(source, "a password of Latin letters, digits and signs", found) from None
    if len(secret.reveal()) > LONGEST:
        raise UsageError(source, f"a password of {LONGEST} bytes at most", "a longer one")
    return secret


def _prompt() -> str:
    try:
        return str(typer.prompt("Password", hide_input=True, err=True))
    except typer.Abort:
        raise Cancelled("the password") from None


def first_line(file: Path) -> str:
    """The first line of a file with a password; warns when others can read it. Raises `FileError`."""
    try:
        with file.open(encoding="utf-8") as opened:
            line = opened.readline(LONGEST_LINE).splitlines()[:1]
        mode = file.stat().st_mode
    except (OSError, UnicodeDecodeError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else "not text"
        raise FileError(str(file), "the whole file", "a text file with the password", str(reason)) from None
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        console.say(f"Others on this computer can read {file}: chmod 600 it.")
    if not line or not line[0]:
        raise FileError(str(file), "line 1", "the password", "an empty line")
    return line[0]


def _from_keyring(name: str) -> str:
    """From the keyring, or from the vault file where there is no keyring. Raises `SecretStoreError` too."""
    from fieldpro.security.secret_store import open_secret_store  # slow to import, and rarely wanted

    password = open_secret_store(data_folder()).recall(name)
    if password is None:
        command = f"keyring set {KEYRING_SERVICE} {name}"
        raise UsageError(f"keyring {name}", f"a password, stored with `{command}`,", "an empty place")
    return password.reveal().decode("latin-1")
