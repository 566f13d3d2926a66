"""No password or key is in any file that the command line leaves behind: not as bytes, not as text, not in hex."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fieldpro.errors import LinkError
from fieldpro.meter.changes import Journal, Stage
from fieldpro.settings import data_folder

METER_PASSWORDS = ("PRIMARY", "SECONDARY", "WR0NGPASSW0RD")
NEW_PASSWORDS = ("NEWTERT1ARY", "NEWSEC0NDARY")
HEX_PASSWORD = bytes.fromhex("00FF10A55AC3B7E1D2")
NEW_KEY = "K3YM3T3R"
USER_PASSWORDS = ("an administrator's own", "another one of hers", "a wr0ng user passw0rd")
SECRETS = [*(text.encode() for text in (*METER_PASSWORDS, *NEW_PASSWORDS, NEW_KEY, *USER_PASSWORDS)), HEX_PASSWORD]


def forms(secret: bytes) -> Iterator[bytes]:
    """The ways in which a secret may stand in a file."""
    text = secret.decode("latin-1")
    yield secret
    yield text.encode("utf-16-le")
    yield text.encode("utf-8")
    for written in (secret.hex(), secret.hex(" "), secret.hex(":")):
        yield written.encode()
        yield written.upper().encode()
    yield base64.b64encode(secret).rstrip(b"=")[:-1]


def leaks(folder: Path) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    found = []
    for path in files:
        content = path.read_bytes().replace(b"PRIMARY KEY", b"")  # SQL of the tables; the password is the word alone
        found += [
            f"{path.name}: {secret!r} as {form!r}" for secret in SECRETS for form in forms(secret) if form in content
        ]
    assert files
    return found


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    for nth, form in enumerate(forms(b"PRIMARY")):
        folder = tmp_path / str(nth)
        folder.mkdir()
        (folder / "file").write_bytes(b"..." + form + b"...")
        assert leaks(folder)


def test_no_verb_leaves_a_password_or_key_behind(
    fieldpro: Any, meter: str, secret_file: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    said: list[Any] = []

    def do(*arguments: object, code: int = 0) -> Any:
        result = fieldpro(*arguments)
        assert result.code == code, (arguments, result.err)
        said.append(result)
        return result

    ada, hers = secret_file(USER_PASSWORDS[0]), secret_file(USER_PASSWORDS[1])
    do("user", "add", "Ada", "--role", "administrator", "--new-password-file", ada)
    who = ("--as", "Ada", "--as-password-file", ada)
    do("user", "passwd", "Ada", "--new-password-file", hers, *who)
    who = ("--as", "Ada", "--as-password-file", hers)
    do("user", "list", "--as", "Ada", "--as-password-file", secret_file(USER_PASSWORDS[2]), code=2)
    highest = ("--password-file", secret_file(METER_PASSWORDS[0]), *who)
    do("identify", meter, "--password-file", secret_file(METER_PASSWORDS[1]), *who)
    do("identify", meter, "--password-file", secret_file(METER_PASSWORDS[2]), *who, code=1)
    do("identify", meter, "--password-file", secret_file(HEX_PASSWORD.hex()), "--password-hex", *who, code=1)
    do("read", meter, "--all", "--save", *highest)
    do("read", meter, "--tables", "0,1,41,42,45", "--save", *highest)
    do("profile", meter, "--csv", out / "profile.csv", "--save", *highest)
    file = out / "full.toml"
    do("program", "make", meter, "--name", "full", "--out", file, "--save", *highest)
    names = re.findall(
        r"^\[fields\.(\w+)\]\ntitle = \"(?:Password|Keys)", file.read_text(encoding="utf-8"), re.MULTILINE
    )
    passwords = [f"{name}={secret_file(text)}" for name, text in zip(names, NEW_PASSWORDS, strict=False)]
    key = f"{names[-1]}={secret_file(NEW_KEY)}"
    filling = [each for pair in (*passwords, key) for each in ("--field-file", pair)]
    do("program", "diff", meter, file, *filling, "--json", *highest)
    mark = Journal.mark

    def mark_and_die(self: Journal, job: Any, operation: int, stage: Stage) -> None:
        mark(self, job, operation, stage)
        if stage is Stage.WRITTEN:
            raise LinkError("silent", meter)

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "mark", mark_and_die)
        do("program", "write", meter, file, *filling, "--yes", *highest, code=3)
    assert leaks(data_folder()) == []  # what is not proven yet is the vault's
    do("program", "resume", meter, "--finish", "--yes", "--json", *highest)
    do("program", "undo", meter, "--yes", *highest)
    do("program", "write", meter, file, *filling, "--yes", "--save", *highest)
    do("procedure", meter, "7", *highest)
    do("clock", meter, "--set", "--at-once", *highest)
    do("demand-reset", meter, "--confirm", "61873204", *highest)
    do("switch", meter, "disconnect", "--reason", "Non-payment, order 4711", "--confirm", "61873204", *highest)
    do("diagnose", meter, *highest)
    do("calendar", "show", meter, *highest)
    do("audit", "export", out / "audit.jsonl", *who)
    do("audit", "verify", *who)
    assert leaks(data_folder()) == []
    assert leaks(out) == []
    printed = "\n".join(result.out + result.err for result in said).encode()
    assert [secret for secret in SECRETS if secret in printed] == []
