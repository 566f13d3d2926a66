"""Recording tapes: what it adds to a read, and that no secret is found in them.

The time: every table of the virtual CENTRON is read in one session, again and again, by turns without and with a
recording: a tap, a recorder and a part on the disk, as `table-playback record` has it. Unpaced, the meter answers as
fast as this machine can, so that nothing hides behind the line: in memory, or as a process of its own over a pty. Paced
at 57,600 baud is what a person meets. Compared are the lower quartiles of single reads; the time that the part takes
to be written, which a thread of its own does while the meter is waited for, is counted in full on top.

The secrets: 100 sessions of `credential_talk`, each with passwords and keys of its own, on good lines and bad ones;
every member of every saved file is searched, and the part that lay beside it before.
"""

from __future__ import annotations

import contextlib
import gc
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from figure import Bound, Figure, Group, NotMeasured, seconds

MEMORY = Figure("recording a read, unpaced in memory: time added", Bound.AT_MOST, 2, "%")
PTY = Figure("recording a read, unpaced over a pty: time added", Bound.AT_MOST, 2, "%")
PACED = Figure("recording a read at 57,600 baud: time added", Bound.AT_MOST, 2, "%")
SECRETS = Figure("secrets found in 100 tapes of every kind of credential", Bound.AT_MOST, 0, "")

AT = "2026-03-01T12:00"
RUNS = 20
READS = 3
PACED_RUNS = 1
TAPES = 100
LEAST_STEPS = 50
LEAST_SAID = 40  # secrets that pass in one session


Open = Callable[[], contextlib.AbstractContextManager[Any]]


def measure_time() -> Mapping[str, float]:
    return {
        MEMORY.name: _added(_in_memory, runs=RUNS, reads=READS),
        PTY.name: _added(_over_pty, runs=RUNS, reads=READS),
        PACED.name: _added(_paced, runs=PACED_RUNS, reads=1),
    }


def _added(port: Open, *, runs: int, reads: int) -> float:
    """Per cent that a read takes longer when it is recorded."""
    bare: list[float] = []
    recorded: list[float] = []
    written: list[float] = []
    with port() as transport:
        if runs > 1:
            _read_s(transport, reads=1, with_tape=True)  # everything imported
        for nth in range(runs):
            for with_tape in (False, True) if nth % 2 else (True, False):
                took, part_s = _read_s(transport, reads=reads, with_tape=with_tape)
                (recorded if with_tape else bare).extend(took)
                written.extend([part_s] if with_tape else [])
    low = sorted(bare)[len(bare) // 4]
    return 100 * ((sorted(recorded)[len(recorded) // 4] + statistics.median(written)) / low - 1)


def _read_s(transport: Any, *, reads: int, with_tape: bool) -> tuple[list[float], float]:
    """Seconds of each of so many reads of every table, and of writing the part of one."""
    from fieldpro.meter.read import read_tables
    from fieldpro.session.meter_session import MeterSession
    from fieldpro.session.plan import SessionPlan
    from table_playback.record import Recording

    part_s = 0.0
    with tempfile.TemporaryDirectory() as folder:
        recording = Recording(Path(folder) / "read.tape") if with_tape else None
        heard = recording.listen(transport) if recording else transport
        with MeterSession(heard, SessionPlan(max_baud=57_600)) as session:
            gc.collect()
            took = [seconds(lambda: session.run(read_tables())) for _ in range(reads)]
            if recording:
                part_s = seconds(recording.recorder.spill) / reads
        if recording and len(recording.stop().steps) < LEAST_STEPS * reads:
            raise NotMeasured(f"only {len(recording.steps)} steps on the tape")
    return took, part_s


@contextlib.contextmanager
def _in_memory(pace: int = 0) -> Iterator[Any]:
    from fieldpro.app import open_transport

    transport = open_transport(f"sim://centron?seed=3&days=30&pace={pace}&at={AT}")
    try:
        yield transport
    finally:
        transport.close()


def _paced() -> contextlib.AbstractContextManager[Any]:
    return _in_memory(pace=1)


SERVER = """
import sys
from datetime import datetime
from fieldpro.simulator import PtyServer, VirtualMeter, describe
moment = datetime.fromisoformat(sys.argv[1] + "+00:00").timestamp()
with PtyServer(VirtualMeter(describe.load("centron"), seed=3, clock=lambda: moment)) as server:
    print(server.url, flush=True)
    sys.stdin.read()
"""


@contextlib.contextmanager
def _over_pty() -> Iterator[Any]:
    """A meter in a process of its own, as real ones are."""
    from fieldpro.transports import open_port

    command = [sys.executable, "-c", SERVER, AT]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        transport = open_port(server.stdout.readline().strip())
        try:
            yield transport
        finally:
            transport.close()
            server.communicate(timeout=20)


def measure_secrets() -> Mapping[str, float]:
    from credential_talk import Talk

    found = 0
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(TAPES):
            talk = Talk(seed)
            path = talk.record(Path(folder))
            if len(talk.said) < LEAST_SAID:
                raise NotMeasured(f"session {seed}: only {len(talk.said)} secrets were said")
            leaks = talk.leaks(path)
            found += len(leaks)
            if leaks:
                print(f"    session {seed}: {', '.join(leaks)}", flush=True)
    return {SECRETS.name: found}


GROUPS = (
    Group("tape-secrets", (SECRETS,), measure_secrets),
    Group("tape-recording", (MEMORY, PTY, PACED), measure_time),
)
