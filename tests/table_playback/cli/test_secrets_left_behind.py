"""No password or key is in any file that the command leaves behind, tapes unpacked: not as bytes, text or hex."""

from __future__ import annotations

import base64
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fieldpro.app import open_transport
from fieldpro.settings import data_folder
from table_playback.cli.bridge import Bridge, OurTcp
from table_playback.record import recording

METER_PASSWORDS = ("PRIMARY", "SECONDARY", "WR0NGPASSW0RD")
NEW_PASSWORDS = ("NEWTERT1ARY", "NEWSEC0NDARY")
HEX_PASSWORD = bytes.fromhex("00FF10A55AC3B7E1D2")
NEW_KEY = "K3YM3T3R"
SECRETS = [*(text.encode() for text in (*METER_PASSWORDS, *NEW_PASSWORDS, NEW_KEY)), HEX_PASSWORD]


def forms(secret: bytes) -> Iterator[bytes]:
    """The ways in which a secret may stand in a file."""
    yield secret
    yield secret.decode("latin-1").encode("utf-16-le")
    yield secret.decode("latin-1").encode("utf-8")
    for written in (secret.hex(), secret.hex(" "), secret.hex(":")):
        yield written.encode()
        yield written.upper().encode()
    yield base64.b64encode(secret).rstrip(b"=")[:-1]


def contents(path: Path) -> Iterator[tuple[str, bytes]]:
    """The file as it is, and what is packed in it."""
    yield path.name, path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield f"{path.name}/{name}", archive.read(name)


def leaks(folder: Path) -> list[str]:
    files = [each for path in folder.rglob("*") if path.is_file() for each in contents(path)]
    assert files
    return [
        f"{name}: {secret!r} as {form!r}"
        for name, content in files
        for secret in SECRETS
        for form in forms(secret)
        if form in content.replace(b"PRIMARY KEY", b"")  # SQL of the database
    ]


def test_the_search_finds_what_is_packed(tmp_path: Path) -> None:
    for nth, form in enumerate(forms(b"PRIMARY")):
        folder = tmp_path / str(nth)
        folder.mkdir()
        with zipfile.ZipFile(folder / "a.tape", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("steps.jsonl", b"..." + form + b"..." * 100)
        assert leaks(folder)


@pytest.mark.parametrize("identifiers", [(), ("--redact", "identifiers", "--redact", "users")])
def test_no_verb_leaves_a_password_or_key_behind(
    playback: Any, fieldpro: Any, meter: str, secret_file: Any, tmp_path: Path, identifiers: tuple[str, ...]
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    said: list[Any] = []

    def do(command: Any, *arguments: object, code: int = 0) -> Any:
        result = command(*arguments)
        assert result.code == code, (arguments, result.err)
        said.append(result)
        return result

    passwords = [("--password-file", secret_file(text)) for text in METER_PASSWORDS]
    passwords.append(("--password-file", secret_file(HEX_PASSWORD.hex()), "--password-hex"))
    for nth, password in enumerate(passwords):
        code = 0 if nth < 2 else 1
        do(playback, "record", meter, out / f"{nth}.tape", "--tables", "0,1,6", *identifiers, *password, code=code)
    highest = passwords[0]
    do(playback, "record", meter, out / "secret.tape", "--tables", "0,1,41,42,45", "--save", *identifiers, *highest)

    # another program writes new passwords and a key, and what it says is recorded
    file = out / "full.toml"
    do(fieldpro, "program", "make", meter, "--name", "full", "--out", file, *highest)
    blanks = re.findall(r"^\[fields\.(\w+)\]\ntitle = \"(?:Password|Keys)", file.read_text(encoding="utf-8"), re.M)
    pairs = [*zip(blanks, NEW_PASSWORDS, strict=False), (blanks[-1], NEW_KEY)]
    filling = [each for name, text in pairs for each in ("--field-file", f"{name}={secret_file(text)}")]
    written = out / "written.tape"
    with recording(written, port=meter) as made, Bridge(OurTcp("127.0.0.1", 0), open_transport(meter), made.hear) as by:
        do(fieldpro, "program", "write", by.name, file, *filling, "--yes", *highest)

    tapes = sorted(out.glob("*.tape"))
    assert len(tapes) == 6
    for tape in tapes:
        do(playback, "show", tape, "--json")
        do(playback, "show", tape, "--wire")
        do(playback, "export", tape, out / f"{tape.stem}.json")
        do(playback, "redact", tape, "passwords", "keys", "--out", out / f"{tape.stem}-redacted.tape")
    do(playback, "export", out / "secret.tape", out / "dump.csv")
    do(playback, "import", "record:1", out / "imported.tape")
    do(playback, "compare", out / "secret.tape", meter, "--html", out / "compared.html", *highest, code=1)
    report = ("--report", out / "report.html", "--report", out / "report.json")
    said.append(playback("play", meter, out / "secret.tape", "--any-meter", *report, *highest))
    anew = ("--mode", "all", "--out", out / "anew.tape")
    said.append(playback("play", meter, out / "secret.tape", "--any-meter", *anew, *highest))
    assert (out / "report.html").exists()
    assert (out / "anew.tape").exists()

    assert leaks(out) == []
    assert leaks(data_folder()) == []
    printed = "\n".join(result.out + result.err for result in said).encode()
    assert [secret for secret in SECRETS for form in forms(secret) if form in printed] == []
