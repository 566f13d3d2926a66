"""What holds for every test: no screen, no keyring of a person's, and a home that is thrown away."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
os.environ["FIELDPRO_HOME"] = _home = tempfile.mkdtemp(prefix="fieldpro-tests-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
