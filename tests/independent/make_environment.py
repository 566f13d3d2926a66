"""Makes `.venv-termineter`: an environment of its own for termineter, so that nothing of it and of FieldPro is shared.

python tests/independent/make_environment.py     needs the package registry; nothing to do when the stamp is right

Every package is pinned by its hash. Some are source archives: what builds them is pinned as well and installed first,
so that pip fetches nothing by itself. Standard library only.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ENVIRONMENT = HERE.parents[1] / ".venv-termineter"
LOCKS = (HERE / "build-requirements.txt", HERE / "requirements.txt")
STAMP = ENVIRONMENT / "made-from"


def python_of(environment: Path = ENVIRONMENT) -> Path:
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def fingerprint() -> str:
    """What the environment is made from: this Python and the locks."""
    digest = hashlib.sha256(sys.version.encode())
    for lock in LOCKS:
        digest.update(lock.read_bytes())
    return digest.hexdigest()


def is_made() -> bool:
    return STAMP.is_file() and STAMP.read_text(encoding="ascii") == fingerprint() and python_of().exists()


def make() -> None:
    """Raises `subprocess.CalledProcessError` when pip fails."""
    if is_made():
        return
    venv.EnvBuilder(with_pip=True, clear=True).create(ENVIRONMENT)
    install = [str(python_of()), "-m", "pip", "install", "--quiet", "--require-hashes", "--disable-pip-version-check"]
    subprocess.run([*install, "--only-binary", ":all:", "-r", str(LOCKS[0])], check=True)
    subprocess.run([*install, "--no-build-isolation", "--no-deps", "-r", str(LOCKS[1])], check=True)
    STAMP.write_text(fingerprint(), encoding="ascii")


if __name__ == "__main__":
    make()
