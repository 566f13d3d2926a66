"""An independent client, termineter 1.0.6, reads a virtual meter while that is recorded, and then the tape as a meter.

What moves with the time (clock, registers, lists) is another thing at every visit: the tape serves what it heard. The
clock of the meter runs 600 times as fast here.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fieldpro.secret import holds_secrets
from fieldpro.simulator import MemoryServer, PtyServer, TcpServer, VirtualMeter, describe
from fieldpro.simulator.clock import running_clock
from table_playback.cli.bridge import Bridge, OurPty
from table_playback.record import Recorder
from table_playback.serve import meter_of_tape
from table_playback.tape import Tape, load, save
from tests.independent.conftest import HERE, MOMENT, PYTHON

PASSWORDS = {"centron": "PRIMARY", "residential": "MASTER"}
PARTS = {"centron": ["64:40000@1234"], "residential": []}
Visit = Callable[..., dict[str, str]]


@pytest.fixture
def visit() -> Visit:
    if not PYTHON.exists():
        pytest.fail("termineter's environment is not there: run python3 dev.py setup")

    def run(device: str, password: str, *wanted: str) -> dict[str, str]:
        command = [str(PYTHON), str(HERE / "visit.py"), "tables", device, password, *wanted]
        done = subprocess.run(command, capture_output=True, text=True, timeout=50, check=False)
        assert done.returncode == 0, done.stderr
        found: dict[str, str] = json.loads(done.stdout)
        return found

    return run


def hurried(name: str) -> VirtualMeter:
    return VirtualMeter(describe.load(name), clock=running_clock(start=MOMENT, speed=600))


def recorded(visit: Visit, meter: VirtualMeter, *wanted: str) -> tuple[dict[str, str], Tape]:
    """What termineter read of the meter, through a bridge that records, and the tape of it."""
    recorder = Recorder(title="termineter's visit")
    with MemoryServer(meter) as server, Bridge(OurPty(), server.client, recorder.hear) as bridge:
        found = visit(bridge.name, PASSWORDS[meter.description.name], *wanted)
    return found, recorder.finish()


@pytest.mark.parametrize("name", PASSWORDS)
def test_the_tape_is_read_with_the_same_bytes_as_the_meter(name: str, visit: Visit, tmp_path: Path) -> None:
    meter = hurried(name)
    numbers = sorted(meter.device.bank.numbers)
    wanted = [str(number) for number in numbers if number != 64 or name == "residential"] + PARTS[name]
    wanted = [each for each in wanted if not holds_secrets(int(each.split(":")[0]))]
    found, tape = recorded(visit, meter, *wanted)
    save(tape, tmp_path / "visit.tape")
    tape = load(tmp_path / "visit.tape")
    assert len(found) == len(wanted) > 30

    with PtyServer(meter_of_tape(tape, order="strict")) as server:
        assert visit(server.url, PASSWORDS[name], *wanted) == found
        assert not server.meter.mismatches
    with TcpServer(meter_of_tape(tape)) as server:
        assert visit(server.url, "ANY OTHER", *reversed(wanted)) == found  # the password on the tape is redacted

    with PtyServer(meter) as server:
        later = visit(server.url, PASSWORDS[name], "52", "23")
    assert all(later[table] != found[table] for table in ("52", "23"))


def test_what_is_a_secret_is_not_on_the_tape(visit: Visit) -> None:
    meter = hurried("centron")
    found, tape = recorded(visit, meter, "42", "1")
    with PtyServer(meter_of_tape(tape)) as server:
        served: dict[str, Any] = visit(server.url, "PRIMARY", "1", "42")
    assert served["1"] == found["1"]
    assert len(served["42"]) == len(found["42"])
    assert b"PRIMARY".hex() in found["42"]
    assert b"PRIMARY".hex() not in served["42"]
