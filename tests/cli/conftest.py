"""A command line that is called in this process, and one that is a process of its own."""

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

from fieldpro.cli.main import run

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Said:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Fieldpro = Callable[..., Said]


@pytest.fixture
def fieldpro(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Fieldpro:
    """`fieldpro("read", METER, ...)` in this process, with a home of its own."""
    monkeypatch.setenv("FIELDPRO_HOME", str(tmp_path / "home"))

    def call(*arguments: object) -> Said:
        code = run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return call


@pytest.fixture
def start() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """`start("simulate", ...)` as a process of its own; whatever still runs at the end is killed."""
    processes: list[subprocess.Popen[str]] = []

    def call(*arguments: object) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "fieldpro", *map(str, arguments)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
        processes.append(process)
        return process

    yield call
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.communicate()


SEEDS = itertools.count(7001)
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
    """The options of whoever may do everything."""
    return ("--password-file", str(secret_file(HIGHEST)))


@pytest.fixture
def raw(fieldpro: Fieldpro, logged_on: tuple[str, ...]) -> Callable[[str, int], str]:
    """`raw(meter, 6)`: what a table of the meter holds, in hex."""

    def read(url: str, number: int) -> str:
        said = fieldpro("read", url, "--tables", number, "--json", *logged_on)
        assert said.code == 0, said.err
        return str(said.json["tables"][0]["raw"])

    return read
