"""A command line that is called in this process, and one that is a process of its own."""

from __future__ import annotations

import itertools
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from command_driver import Command, called, processes

from fieldpro.cli.main import run

Fieldpro = Command


@pytest.fixture
def fieldpro(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Fieldpro:
    """`fieldpro("read", METER, ...)` in this process, with a home of its own."""
    monkeypatch.setenv("FIELDPRO_HOME", str(tmp_path / "home"))

    return lambda *arguments: called(run, arguments, capsys)


@pytest.fixture
def start() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """`start("simulate", ...)` as a process of its own; whatever still runs at the end is killed."""
    with processes() as begin:
        yield partial(begin, "fieldpro")


SEEDS = itertools.count(7001)


@pytest.fixture
def meter() -> str:
    """A virtual meter that nobody has met yet; it lives on between the commands of a test."""
    return f"sim://centron?seed={next(SEEDS)}&days=2"


@pytest.fixture
def raw(fieldpro: Fieldpro, logged_on: tuple[str, ...]) -> Callable[[str, int], str]:
    """`raw(meter, 6)`: what a table of the meter holds, in hex."""

    def read(url: str, number: int) -> str:
        said = fieldpro("read", url, "--tables", number, "--json", *logged_on)
        assert said.code == 0, said.err
        return str(said.json["tables"][0]["raw"])

    return read
