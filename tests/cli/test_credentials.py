"""Passwords come from a prompt, a file or the keyring, one of them, and show in no message."""

from __future__ import annotations

import os
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend

from fieldpro.cli.credentials import find_password, to_secret
from fieldpro.errors import FileError, UsageError
from fieldpro.secret import Secret


class OneEntry(KeyringBackend):
    """A keyring that holds one password."""

    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        return "BILLING" if (service, username) == ("fieldpro", "north") else None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError

    def delete_password(self, service: str, username: str) -> None:
        raise NotImplementedError


@pytest.fixture
def one_entry() -> object:
    before = keyring.get_keyring()
    keyring.set_keyring(OneEntry())
    yield
    keyring.set_keyring(before)


def find(
    *, ask: bool = False, file: Path | None = None, keyring_name: str | None = None, is_hex: bool = False
) -> Secret | None:
    return find_password(ask=ask, file=file, keyring_name=keyring_name, is_hex=is_hex)


def write(path: Path, text: str, mode: int = 0o600) -> Path:
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def test_no_source_is_no_password() -> None:
    assert find() is None


def test_a_file_gives_its_first_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert find(file=write(tmp_path / "password", "MASTER\n")) == Secret(b"MASTER")
    assert capsys.readouterr().err == ""


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
def test_a_file_that_others_can_read_is_warned_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert find(file=write(tmp_path / "password", "MASTER\n", mode=0o644)) == Secret(b"MASTER")
    said = capsys.readouterr()
    assert "chmod 600" in said.err
    assert said.out == ""
    assert "MASTER" not in said.err


@pytest.mark.parametrize("text", ["", "\nMASTER\n"])
def test_a_file_without_a_first_line_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(FileError):
        find(file=write(tmp_path / "password", text))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="No such file"):
        find(file=tmp_path / "nothing")


def test_a_password_can_be_written_in_hexadecimal(tmp_path: Path) -> None:
    assert find(file=write(tmp_path / "password", "00 ff 41\n"), is_hex=True) == Secret(b"\x00\xffA")


@pytest.mark.usefixtures("one_entry")
def test_the_keyring_gives_what_was_stored_under_a_name() -> None:
    assert find(keyring_name="north") == Secret(b"BILLING")
    with pytest.raises(UsageError, match="keyring set fieldpro south"):
        find(keyring_name="south")


def test_two_sources_are_one_too_many(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        find(ask=True, file=tmp_path / "password")


def test_hexadecimal_alone_means_nothing() -> None:
    with pytest.raises(UsageError):
        find(is_hex=True)


@pytest.mark.parametrize(("text", "is_hex"), [("5ECRE7-ü€", False), ("5ECRE7" * 9, False), ("5ECRE7", True)])
def test_a_password_no_meter_can_have_is_refused_without_showing_it(text: str, is_hex: bool) -> None:
    with pytest.raises(UsageError) as caught:
        to_secret(text, is_hex=is_hex, source="the prompt")
    assert "5ECRE7" not in f"{caught.value!s}{caught.value!r}{caught.value.__cause__!r}"
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
