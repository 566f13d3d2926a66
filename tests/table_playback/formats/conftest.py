"""Tables of a virtual meter at a moment that does not move, as a tape and as a read-out."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fieldpro.simulator import VirtualMeter, describe
from table_playback.formats import tape_of_images
from table_playback.tape import Tape

MOMENT = datetime(2026, 3, 1, 12, 7, tzinfo=UTC)
TERMINETER = Path(__file__).resolve().parents[3] / ".venv-termineter" / "bin" / "termineter"

Termineter = Callable[[str], str]


@pytest.fixture(params=["centron", "residential"])
def meter(request: pytest.FixtureRequest) -> VirtualMeter:
    return VirtualMeter(describe.load(request.param), clock=lambda: MOMENT.timestamp())


@pytest.fixture
def images(meter: VirtualMeter) -> dict[int, bytes]:
    bank = meter.device.bank
    return {number: bank.read(number) for number in bank.numbers}


@pytest.fixture
def tape(images: dict[int, bytes]) -> Tape:
    return tape_of_images(images, at=MOMENT, writable=(6,))


@pytest.fixture
def termineter(tmp_path: Path) -> Termineter:
    """Gives commands to termineter itself, in an environment of its own, and says what it printed."""
    if not TERMINETER.exists():
        pytest.fail("termineter's environment is not there: run python3 dev.py setup")

    def run(commands: str) -> str:
        home = tmp_path / "home"
        home.mkdir(exist_ok=True)
        done = subprocess.run(
            [str(TERMINETER)],
            input=f"{commands}\nexit\n",
            capture_output=True,
            text=True,
            timeout=80,
            check=False,
            env={**os.environ, "HOME": str(home)},
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run
