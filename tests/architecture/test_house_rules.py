"""The rules of the house that no linter knows."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST_MODULE = 500
TEXT_SUFFIXES = {".py", ".toml", ".md", ".txt", ".c1219", ".json", ".yml", ".yaml", ".cfg", ".svg", ".ts", ".sh", ""}

# A folder of one person's machine, and the host of a package registry, have no place in the project. The folders are
# spelled in parts so that this file is not its own finding.
MACHINE_PATH = re.compile(r"(?<![\w.:-])/(?:" + "|".join(["wo" + "rk", "ro" + "ot", "ho" + "me/\\w+"]) + r")(?:/|\b)")
REGISTRY_HOST = re.compile(
    r"\b(?:pypi\.org|pythonhosted\.org|registry\.npmjs|deb\.debian\.org|archive\.ubuntu\.com|proxy\.golang)|--index-url"
    r"|--extra-index|--find-links"
)
EXCUSE = re.compile(r"#\s*(?:noqa|type:\s*ignore|pragma:\s*no cover|ruff:\s*noqa)[^\n]*")
EXCUSE_WITH_REASON = re.compile(
    r"#\s*(?:noqa:\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*|type:\s*ignore\[[\w, -]+\]|pragma:\s*no cover)\W*\w.{6,}"
)


def tracked_files() -> list[Path]:
    """What git keeps, or would keep; where there is no git, the project's folders are walked."""
    if shutil.which("git") and (ROOT / ".git").exists():
        question = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
        listing = subprocess.run(question, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        return [ROOT / name for name in listing.splitlines() if (ROOT / name).is_file()]
    folders = ("fieldpro", "table_playback", "resources", "tests", "packaging")
    return [
        file
        for folder in folders
        for file in (ROOT / folder).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    ]


def lines() -> list[tuple[str, str]]:
    """(place, text) of every line of every text file."""
    return [
        (f"{file.relative_to(ROOT)}:{number}", line)
        for file in tracked_files()
        if file.suffix in TEXT_SUFFIXES and file.name != "LICENSE"
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
    ]


def python_files(*folders: str) -> list[Path]:
    wanted = [ROOT / folder for folder in folders]
    return [file for file in tracked_files() if file.suffix == ".py" and any(file.is_relative_to(f) for f in wanted)]


def test_no_file_names_a_machine_or_a_registry() -> None:
    assert len(lines()) > 1_000
    assert [place for place, line in lines() if MACHINE_PATH.search(line)] == []
    findings = [place for place, line in lines() if REGISTRY_HOST.search(line)]
    assert [place for place in findings if not place.startswith("tests/architecture/test_house_rules.py")] == []


def test_the_lock_is_made_of_names_versions_and_hashes() -> None:
    lock = (ROOT / "packaging" / "requirements" / "dev.txt").read_text(encoding="utf-8")
    requirement = re.compile(r"[a-z0-9.-]+==[\w.]+(?: ; [^\\]+)? \\")
    assert [
        line for line in lock.splitlines() if not requirement.fullmatch(line.strip()) and "--hash=" not in line
    ] == []
    assert re.search(r"://|file:|\s/", lock) is None


@pytest.mark.parametrize(
    ("line", "good"),
    [
        ("x = 1  # no" + "qa: E501 (a table of the standard, one row a line)", True),
        ("x = 1  # no" + "qa: E501", False),
        ("x = 1  # no" + "qa", False),
        ("x = 1  # type: " + "ignore[arg-type] # the stub forgets None", True),
        ("x = 1  # type: " + "ignore[arg-type]", False),
    ],
)
def test_the_rule_of_excuses_tells_good_from_bad(line: str, good: bool) -> None:
    assert bool(EXCUSE_WITH_REASON.search(line)) is good
    assert EXCUSE.search(line) is not None


def test_every_silenced_finding_says_why() -> None:
    excuses = [
        (place, line) for place, line in lines() if place.partition(":")[0].endswith(".py") and EXCUSE.search(line)
    ]
    assert [place for place, line in excuses if EXCUSE_WITH_REASON.search(line) is None] == []


def test_no_module_is_two() -> None:
    lengths = {
        file: len(file.read_text(encoding="utf-8").splitlines())
        for file in python_files("fieldpro", "table_playback", "tests")
    }
    assert {str(file.relative_to(ROOT)): count for file, count in lengths.items() if count > LONGEST_MODULE} == {}


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(file.relative_to(ROOT))
        for file in python_files("fieldpro", "table_playback")
        if file.stat().st_size and ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) is None
    ]
    assert silent == []
