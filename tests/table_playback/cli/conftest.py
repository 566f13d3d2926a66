"""The command `table-playback` called in this process, beside `fieldpro`, and as a process of its own."""

from __future__ import annotations

import itertools
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from command_driver import Command, called, processes

from fieldpro.cli.main import run as run_fieldpro
from table_playback.cli.main import run


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv("FIELDPRO_HOME", str(folder))
    return folder


@pytest.fixture
def playback(capsys: pytest.CaptureFixture[str], home: Path) -> Command:
    """`playback("play", METER, tape, ...)` in this process, with a home of its own."""
    return lambda *arguments: called(run, arguments, capsys)


@pytest.fixture
def fieldpro(capsys: pytest.CaptureFixture[str], home: Path) -> Command:
    """`fieldpro("read", METER, ...)` in this process, with the same home."""
    return lambda *arguments: called(run_fieldpro, arguments, capsys)


@pytest.fixture
def start() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """`start("table_playback", "serve", ...)` as a process of its own; whatever still runs at the end is killed."""
    with processes() as begin:
        yield begin


SEEDS = itertools.count(9001)


@pytest.fixture
def meter() -> str:
    """A virtual meter that nobody has met yet; it lives on between the commands of a test."""
    return f"sim://centron?seed={next(SEEDS)}&days=2"


@pytest.fixture
def tape(tmp_path: Path) -> Path:
    """Where a tape is to be recorded."""
    return tmp_path / "a.tape"
