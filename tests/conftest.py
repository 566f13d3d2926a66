"""What holds for every test: no screen, no keyring of a person's, and a home that is thrown away."""

from __future__ import annotations

import atexit
import itertools
import os
import shutil
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
os.environ["FIELDPRO_HOME"] = _home = tempfile.mkdtemp(prefix="fieldpro-tests-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)


HIGHEST = "PRIMARY"  # the password of the virtual centron that opens everything


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
