"""The command as a whole: help without waiting, the version, wrong use."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from table_playback.cli.verbs import VERBS

ROOT = Path(__file__).parents[3]
HEAVY = ("numpy", "pydantic", "sqlite_utils", "PySide6", "serial", "cryptography", "argon2", "lark")


def test_help_names_every_verb(playback: Any) -> None:
    said = playback("--help")
    assert said.code == 0
    assert [name for name in VERBS if name not in said.out] == []


def test_without_a_verb_the_help_is_shown(playback: Any) -> None:
    said = playback()
    assert said.code == 2
    assert "Usage: table-playback" in said.out + said.err


def test_help_imports_none_of_what_the_verbs_need() -> None:
    imported = f"assert not {set(HEAVY)!r} & set(sys.modules)"
    code = f"import sys; from table_playback.cli.main import run; run(['--help']); {imported}"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert said.returncode == 0, said.stderr


def test_the_version_is_told(playback: Any) -> None:
    said = playback("--version")
    assert said.code == 0
    assert said.out.startswith("table-playback ")


@pytest.mark.parametrize("arguments", [("rewind",), ("--fast",), ("--", "rewind")])
def test_what_is_no_verb_is_wrong_use(playback: Any, arguments: tuple[str, ...]) -> None:
    said = playback(*arguments)
    assert said.code == 2
    assert said.out == ""


@pytest.mark.parametrize("name", VERBS)
def test_the_line_of_help_is_the_verbs_own(name: str) -> None:
    documentation = VERBS[name].load().__doc__ or ""
    assert documentation.splitlines()[0] == VERBS[name].help


@pytest.mark.parametrize("name", VERBS)
def test_every_verb_has_help_of_its_own(playback: Any, name: str) -> None:
    said = playback(name, "--help")
    assert said.code == 0
    assert f"Usage: table-playback {name}" in said.out
