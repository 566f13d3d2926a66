"""A virtual meter at a moment that does not move, and termineter in an environment of its own to visit it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from fieldpro.simulator import PtyServer, TcpServer, VirtualMeter, describe

HERE = Path(__file__).resolve().parent
PYTHON = HERE.parents[1] / ".venv-termineter" / "bin" / "python"
MOMENT = datetime(2026, 3, 1, 12, 7, tzinfo=UTC).timestamp()

Visit = Callable[..., Any]


@pytest.fixture
def meter() -> VirtualMeter:
    return VirtualMeter(describe.load("centron"), clock=lambda: MOMENT)


@pytest.fixture(params=["pty", "tcp"])
def device(request: pytest.FixtureRequest, meter: VirtualMeter) -> Iterator[str]:
    """What termineter opens: a pty by its path, a TCP port as `socket://host:port`."""
    with PtyServer(meter) if request.param == "pty" else TcpServer(meter) as server:
        yield server.url


@pytest.fixture
def visit(device: str) -> Visit:
    if not PYTHON.exists():
        pytest.fail("termineter's environment is not there: run python3 dev.py setup")

    def run(task: str, *wanted: str, password: str = "") -> Any:
        command = [str(PYTHON), str(HERE / "visit.py"), task, device, password, *wanted]
        done = subprocess.run(command, capture_output=True, text=True, timeout=50, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run
