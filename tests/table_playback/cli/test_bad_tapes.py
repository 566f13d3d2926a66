"""A tape that is no good: a sentence with the place, exit code 2, and nothing played, served or written."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

NO_PORT = "/dev/no-such-port"
"""Whoever opened it would end with 3."""
TABLES = "0,1,5,6"


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tape made of a read-out, once for all."""
    from fieldpro.cli.main import run as fieldpro
    from table_playback.cli.main import run as playback

    folder = tmp_path_factory.mktemp("good")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FIELDPRO_HOME", str(folder / "home"))
        assert fieldpro(["read", "sim://centron?seed=8801&days=2", "--tables", TABLES, "--save"]) == 0
        assert playback(["import", "record:1", str(folder / "good.tape")]) == 0
    return folder / "good.tape"


def members(tape: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(tape) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(content: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return out.getvalue()


def truncated(tape: Path) -> bytes:
    return tape.read_bytes()[:-100]


def cut_to_its_head(tape: Path) -> bytes:
    return tape.read_bytes()[:40]


def altered(tape: Path) -> bytes:
    content = members(tape)
    content["steps.jsonl"] = content["steps.jsonl"].replace(b"full-read", b"full-reed", 1)
    return zipped(content)


def altered_header(tape: Path) -> bytes:
    content = members(tape)
    content["tape.json"] = content["tape.json"].replace(b"FPRO", b"FPRX")
    return zipped(content)


def from_the_future(tape: Path) -> bytes:
    content = members(tape)
    header = json.loads(content["tape.json"])
    content["tape.json"] = json.dumps({**header, "version": 99}).encode()
    return zipped(content)


def bomb(tape: Path) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in members(tape).items():
            with archive.open(name, "w") as member:
                member.write(data)
                for _ in range(400 if name == "wire.jsonl" else 0):
                    member.write(bytes(1 << 20))
    return out.getvalue()


def climbing(tape: Path) -> bytes:
    return zipped({**members(tape), "../../climbed": b"out"})


def with_a_stranger(tape: Path) -> bytes:
    return zipped({**members(tape), "autorun.py": b"import os"})


def no_zip(tape: Path) -> bytes:
    return b"step,table,data\n1,0,00\n"


def empty(tape: Path) -> bytes:
    return b""


BAD = [
    truncated,
    cut_to_its_head,
    altered,
    altered_header,
    from_the_future,
    bomb,
    climbing,
    with_a_stranger,
    no_zip,
    empty,
]


def commands(bad: Path, out: Path) -> list[tuple[object, ...]]:
    return [
        ("show", bad),
        ("play", NO_PORT, bad),
        ("play", NO_PORT, bad, "--yes", "--confirm", "61873204", "--report", out / "report.html"),
        ("serve", bad, "--pty", out / "link"),
        ("compare", bad, NO_PORT),
        ("compare", NO_PORT, bad, "--html", out / "compared.html"),
        ("redact", bad, "identifiers", "--out", out / "redacted.tape"),
        ("redact", bad, "identifiers", "--in-place"),
        ("export", bad, out / "tables.csv"),
        ("identify", f"tape:{bad}"),
    ]


@pytest.mark.parametrize("spoil", BAD, ids=lambda spoil: spoil.__name__)
def test_a_bad_tape_is_refused_by_every_verb(
    playback: Any, fieldpro: Any, good: Path, tmp_path: Path, spoil: Callable[[Path], bytes]
) -> None:
    bad, out = tmp_path / "bad.tape", tmp_path / "out"
    out.mkdir()
    content = spoil(good)
    bad.write_bytes(content)
    for arguments in commands(bad, out):
        command = fieldpro if arguments[0] == "identify" else playback
        said = command(*arguments)
        assert said.code == 2, (arguments, said.err)
        assert said.out == ""
        assert "bad.tape" in said.err
        assert "Traceback" not in said.err
    assert list(out.iterdir()) == []
    assert bad.read_bytes() == content
    assert not list(tmp_path.rglob("climbed"))
    assert not (tmp_path.parent / "climbed").exists()


def test_a_tape_that_is_not_there_is_told(playback: Any, tmp_path: Path) -> None:
    for arguments in commands(tmp_path / "no.tape", tmp_path)[:-1]:
        said = playback(*arguments)
        assert said.code == 2, (arguments, said.err)
        assert "no.tape" in said.err


def test_a_folder_is_no_tape(playback: Any, tmp_path: Path) -> None:
    (tmp_path / "folder.tape").mkdir()
    said = playback("show", tmp_path / "folder.tape")
    assert said.code == 2
    assert "folder.tape" in said.err


def test_a_tape_for_another_meter_is_not_played(playback: Any, fieldpro: Any, good: Path) -> None:
    other = "sim://residential?seed=8802&days=2"
    said = playback("play", other, good)
    assert said.code == 2
    assert "another meter" in said.err
    assert "nothing was played" in said.err
    assert said.out == ""
    assert playback("play", other, good, "--any-meter").code == 2  # any meter of the kind: this is of another


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--from", "4711"), "step"),
        (("--step", "4711"), "step"),
        (("--speed", "fast"), "--speed"),
        (("--speed", "-1"), "--speed"),
        (("--report", "report.pdf"), "--report"),
        (("--mask", "moon"), "clock"),
    ],
)
def test_what_cannot_be_played_is_said_before_the_port_is_opened(
    playback: Any, good: Path, arguments: tuple[str, ...], words: str
) -> None:
    said = playback("play", NO_PORT, good, *arguments)
    assert said.code == 2, said.err
    assert words in said.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--writable", "77"), "--writable"),
        (("--faults", "gremlins"), "fault"),
        (("--tcp", "nowhere"), "--tcp"),
        (("--loop",), "--order strict"),
        (("--order", "backwards"), "order"),
    ],
)
def test_what_cannot_be_served_is_said(playback: Any, good: Path, arguments: tuple[str, ...], words: str) -> None:
    said = playback("serve", good, *arguments)
    assert said.code == 2, said.err
    assert words in said.err
