"""The script that sets everything up: what it does where something is missing, and how each verb ends."""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def dev() -> Any:
    spec = importlib.util.spec_from_file_location("dev", ROOT / "dev.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_it_needs_nothing_but_the_standard_library() -> None:
    tree = ast.parse((ROOT / "dev.py").read_text(encoding="utf-8"))
    modules = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    modules |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    assert {name.partition(".")[0] for name in modules} <= sys.stdlib_module_names


def test_every_verb_is_explained_and_forwarded(dev: Any) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.search(r"^([\w ]+):$", makefile, re.MULTILINE)
    assert targets is not None
    assert set(targets[1].split()) == set(dev.VERBS)
    assert all(f"python3 dev.py {verb} " in dev.__doc__ for verb in dev.VERBS)


def test_the_build_server_runs_the_tests() -> None:
    assert "python3 dev.py test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.parametrize(("arguments", "code"), [([], 0), (["--help"], 0), (["nonsense"], 2)])
def test_without_a_verb_it_explains_itself(
    dev: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int
) -> None:
    monkeypatch.setattr(sys, "argv", ["dev.py", *arguments])
    assert dev.main() == code
    assert "python3 dev.py test" in capsys.readouterr().out


def test_an_old_python_is_told_what_is_needed(
    dev: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["dev.py", "test"])
    monkeypatch.setattr(sys, "version_info", (3, 10, 12))
    assert dev.main() == 1
    assert "Python 3.11" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "added"),
    [([], True), (["tests/cli", "-k", "read"], True), (["-n0"], False), (["-n", "4"], False), (["--pdb"], False)],
)
def test_the_tests_use_every_core_unless_told_otherwise(dev: Any, given: list[str], added: bool) -> None:
    assert ("-n" in dev.in_parallel(given)) is added


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="system packages are Debian's")
def test_who_may_not_install_is_given_the_line_to_type(
    dev: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    installed = "installed libgl1 \ninstalled libglib2.0-0t64 libglib2.0-0 (= 2.80)\nconfig-files xvfb \n"

    def answer(command: list[str], **_: object) -> SimpleNamespace:
        known = {"libegl1": "Candidate: 1.7", "libdbus-1-3t64": "Candidate: 1.14"}
        stdout = installed if command[0] == "dpkg-query" else known.get(command[-1], "Candidate: (none)")
        return SimpleNamespace(stdout=stdout, returncode=1)

    monkeypatch.setattr(subprocess, "run", answer)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(dev.shutil, "which", lambda name: None if name == "sudo" else f"/usr/bin/{name}")
    with pytest.raises(SystemExit) as ended:
        dev.install_system_packages()
    assert ended.value.code == 1
    line = capsys.readouterr().err.splitlines()[-1].split()
    assert line[:2] == ["apt-get", "install"]
    assert "libglib2.0-0" not in line  # another package provides it
    assert {"libegl1", "libdbus-1-3t64", "xvfb"} <= set(line)
    assert "libgl1" not in line


def test_another_system_is_left_as_it_is(
    dev: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev.shutil, "which", lambda _: None)
    dev.install_system_packages()
    assert "no Debian" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("broken", "last_line"),
    [("", "ready to push"), ("mypy", "not ready: types"), ("pytest", "not ready: tests")],
)
def test_check_goes_through_every_step_and_ends_with_one_line(
    dev: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], broken: str, last_line: str
) -> None:
    commands: list[list[str]] = []

    def answer(command: list[str], **_: object) -> SimpleNamespace:
        commands.append(command)
        return SimpleNamespace(returncode=int(broken in command))

    monkeypatch.setattr(dev, "set_up_tests", lambda: None)
    monkeypatch.setattr(subprocess, "run", answer)
    assert dev.check([]) == (1 if broken else 0)
    assert capsys.readouterr().out.splitlines()[-1] == last_line
    assert len(commands) == 6
