"""An office makes its key pair, signs, and is trusted by who has its public key; the private one is well kept."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fieldpro.errors import FileError, UsageError
from fieldpro.secret import Secret
from fieldpro.security.authorisation import read, sign, trusted_keys
from fieldpro.security.issuing import load_private, make_issuer

PASSPHRASE = Secret(b"of the office")


@pytest.mark.parametrize("p_256", [False, True])
def test_what_the_office_signs_is_trusted(tmp_path: Path, office, p_256: bool) -> None:
    public, private = make_issuer(tmp_path, "office", PASSPHRASE, p_256=p_256)
    good = office.authorisation()
    content = sign(good, load_private(private, PASSPHRASE))
    assert read(content, trusted_keys(tmp_path), "x") == good
    assert public == tmp_path / "office.pem"
    assert b"ENCRYPTED PRIVATE KEY" in private.read_bytes()
    if os.name == "posix":
        assert private.stat().st_mode & 0o777 == 0o600


def test_the_private_key_opens_with_its_passphrase_only(tmp_path: Path) -> None:
    public, private = make_issuer(tmp_path, "office", PASSPHRASE)
    for path, passphrase in ((private, Secret(b"wrong")), (public, PASSPHRASE), (tmp_path / "none", PASSPHRASE)):
        with pytest.raises(FileError) as refused:
            load_private(path, passphrase)
        assert "wrong" not in str(refused.value)


def test_no_key_is_written_over_another(tmp_path: Path) -> None:
    make_issuer(tmp_path, "office", PASSPHRASE)
    with pytest.raises(FileError):
        make_issuer(tmp_path, "office", PASSPHRASE)


@pytest.mark.parametrize(("name", "passphrase"), [("../x", PASSPHRASE), ("", PASSPHRASE), ("office", Secret(b""))])
def test_a_name_or_a_passphrase_that_is_none_is_refused(tmp_path: Path, name: str, passphrase: Secret) -> None:
    with pytest.raises(UsageError):
        make_issuer(tmp_path, name, passphrase)
    assert list(tmp_path.iterdir()) == []
