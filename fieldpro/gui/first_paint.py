"""How long a start takes: from before the process is made until the window's first paint. No Qt in this process."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time

from fieldpro.errors import UsageError


def measure(starts: int = 9, *, warm: int = 1) -> list[float]:
    """Seconds of each start, after `warm` starts that are not counted: they leave Python's compiled modules behind, as
    the first start on any computer does. Uses the Qt platform of the environment, offscreen when none is set and there
    is no display. Raises `UsageError` when the window does not open."""
    environment = dict(os.environ)
    if not environment.get("QT_QPA_PLATFORM") and sys.platform == "linux" and not environment.get("DISPLAY"):
        environment["QT_QPA_PLATFORM"] = "offscreen"
    with tempfile.TemporaryDirectory(prefix="fieldpro-first-paint-") as home:
        environment["FIELDPRO_HOME"] = home
        environment["PYTHONPYCACHEPREFIX"] = f"{home}/compiled"
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        times = [_once(environment) for _ in range(warm + starts)]
    return times[warm:]


def _once(environment: dict[str, str]) -> float:
    command = [sys.executable, "-m", "fieldpro.gui", "--first-paint-once"]
    started = time.time()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    try:
        return float(done.stdout.strip().splitlines()[-1]) - started
    except (IndexError, ValueError) as error:
        raise UsageError("the window's first paint", "a time", (done.stderr or done.stdout)[-400:]) from error
