"""The command `table-playback` called in this process, beside `fieldpro`, and as a process of its own."""

from __future__ import annotations

import itertools
import json
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fieldpro.cli.main import run as run_fieldpro
from table_playback.cli.main import run

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Said:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Command = Callable[..., Said]


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv("FIELDPRO_HOME", str(folder))
    return folder


@pytest.fixture
def playback(capsys: pytest.CaptureFixture[str], home: Path) -> Command:
    """`playback("play", METER, tape, ...)` in this process, with a home of its own."""
    return lambda *arguments: _called(run, arguments, capsys)


@pytest.fixture
def fieldpro(capsys: pytest.CaptureFixture[str], home: Path) -> Command:
    """`fieldpro("read", METER, ...)` in this process, with the same home."""
    return lambda *arguments: _called(run_fieldpro, arguments, capsys)


def _called(command: Callable[[list[str]], int], arguments: Any, capsys: pytest.CaptureFixture[str]) -> Said:
    code = command([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return Said(code, captured.out, captured.err)


@pytest.fixture
def start() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """`start("table_playback", "serve", ...)` as a process of its own; whatever still runs at the end is killed."""
    processes: list[subprocess.Popen[str]] = []

    def call(module: str, *arguments: object) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", module, *map(str, arguments)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
        processes.append(process)
        return process

    yield call
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.communicate()


SEEDS = itertools.count(9001)
HIGHEST = "PRIMARY"


@pytest.fixture
def meter() -> str:
    """A virtual meter that nobody has met yet; it lives on between the commands of a test."""
    return f"sim://centron?seed={next(SEEDS)}&days=2"


@pytest.fixture
def secret_file(tmp_path: Path) -> Callable[[str], Path]:
    """A file with one line that nobody else may read."""
    numbers = itertools.count()

    def write(text: str) -> Path:
        file = tmp_path / f"secret-{next(numbers)}"
        file.write_text(text + "\n", encoding="utf-8")
        file.chmod(stat.S_IRUSR)
        return file

    return write


@pytest.fixture
def logged_on(secret_file: Callable[[str], Path]) -> tuple[str, ...]:
    """The options of whoever may do everything to the virtual meters."""
    return ("--password-file", str(secret_file(HIGHEST)))


@pytest.fixture
def tape(tmp_path: Path) -> Path:
    """Where a tape is to be recorded."""
    return tmp_path / "a.tape"
