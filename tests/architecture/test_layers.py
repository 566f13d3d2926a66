"""Who may import whom. The contracts stand in pyproject.toml; `python3 dev.py check` prints them in full."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = (ROOT / "fieldpro", ROOT / "table_playback")

# Where the name one imports is not the name one installs.
IMPORT_NAMES = {
    "argon2-cffi": "argon2",
    "pyside6-essentials": "PySide6",
    "pyserial": "serial",
    "sqlite-utils": "sqlite_utils",
}
# Imported by no one, but needed: the data that the standard library's zoneinfo reads.
DATA_ONLY = {"tzdata"}


def imports_of(file: Path) -> Iterator[str]:
    """The top-level name of everything that one module imports from outside its own package."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module is not None:
            yield node.module.partition(".")[0]


def third_party_imports() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    ours = {package.name for package in PACKAGES} | sys.stdlib_module_names
    for file in (file for package in PACKAGES for file in package.rglob("*.py")):
        for name in imports_of(file):
            if name not in ours:
                found.setdefault(name, set()).add(str(file.relative_to(ROOT)))
    return found


def test_every_import_contract_is_kept() -> None:
    check = "from importlinter.cli import lint_imports_command as check; check()"
    outcome = subprocess.run([sys.executable, "-c", check], cwd=ROOT, capture_output=True, text=True)
    assert outcome.returncode == 0, outcome.stdout[outcome.stdout.find("Contracts") :] + outcome.stderr


def test_what_is_imported_is_declared_and_what_is_declared_is_imported() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {re.split(r"[^\w.-]", requirement)[0].lower() for requirement in project["dependencies"]}
    declared = {IMPORT_NAMES.get(name, name) for name in names - DATA_ONLY}
    found = third_party_imports()
    assert not {name: files for name, files in found.items() if name not in declared}, "imported but not declared"
    assert not declared - found.keys(), "declared but imported nowhere"


def test_the_window_is_drawn_without_the_command_lines_libraries() -> None:
    """`fieldpro` alone must not load typer and rich; the other libraries are loaded after the first paint."""
    script = "import sys; import fieldpro.__main__; print(*sorted({'typer', 'rich', 'PySide6'} & sys.modules.keys()))"
    outcome = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert outcome.stdout.split() == []


def test_c12_opens_no_file() -> None:
    """import-linter sees modules; this sees the built-in `open` and `print`."""
    calls = [
        f"{file.relative_to(ROOT)}:{node.lineno} {node.func.id}"
        for file in (ROOT / "fieldpro" / "c12").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"open", "print", "input"}
    ]
    assert calls == []
