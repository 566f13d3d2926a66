"""Visits of an independent client, termineter 1.0.6, on one tape: every question and every answer, once each."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from fieldpro.simulator import MemoryServer, VirtualMeter, describe
from fieldpro.simulator.faults import FaultPlan
from table_playback.cli.bridge import Bridge, OurPty
from table_playback.record import Recording
from table_playback.tape import load
from tests.independent.conftest import HERE, MOMENT, PYTHON

WANTED = ("0", "1", "5", "26")


def visit(device: str, *wanted: str) -> dict[str, str]:
    if not PYTHON.exists():
        pytest.fail("termineter's environment is not there: run python3 dev.py setup")
    command = [str(PYTHON), str(HERE / "visit.py"), "tables", device, "PRIMARY", *wanted]
    done = subprocess.run(command, capture_output=True, text=True, timeout=50, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("faults", ["", "nak:1", "bad-crc@4"])
def test_two_visits_are_on_one_tape_with_every_answer(tmp_path: Path, faults: str) -> None:
    plan = FaultPlan.parse(faults) if faults else None
    meter = VirtualMeter(describe.load("centron"), clock=lambda: MOMENT, faults=plan)
    recording = Recording(tmp_path / "visits.tape", title="termineter, twice")
    with MemoryServer(meter) as server, Bridge(OurPty(), server.client, recording.hear) as bridge:
        found = [visit(bridge.name, *WANTED), visit(bridge.name, *reversed(WANTED))]
    recording.stop()
    tape = load(tmp_path / "visits.tape")
    starts = [step.number - 1 for step in tape.steps if step.service == "identify"]
    assert len(starts) == 2
    for begin, end, read in zip(starts, (*starts[1:], None), found, strict=True):
        reads = [step for step in tape.steps[begin:end] if step.service == "full-read" and str(step.table) in read]
        assert {str(step.table): step.data.hex() for step in reads} == {each: read[each].lower() for each in read}
        assert list(dict.fromkeys(str(step.table) for step in reads)) == list(read)
    assert all(step.response is not None and step.duration_s is not None for step in tape.steps)
    assert {each.step for each in tape.wire} == {step.number for step in tape.steps}
    assert tape.header.meter is not None
    assert tape.header.meter.serial == describe.load("centron").identity.serial
    assert b"PRIMARY".hex() not in (tmp_path / "visits.tape").read_bytes().hex()
