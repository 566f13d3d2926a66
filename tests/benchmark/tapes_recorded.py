"""Recording tapes: what it adds to a read, and that no secret is found in them.

The time: every table of the virtual CENTRON is read in one session, again and again, by turns without and with a
recording: a tap, a recorder and a part on the disk, as `table-playback record` has it. Unpaced, over a pty and in
memory, the meter answers as fast as this machine can, so that nothing hides behind the line; paced at 57,600 baud is
what a person meets. Each is the best of its runs with against the best of its runs without.

The secrets: 100 sessions of `credential_talk`, each with passwords and keys of its own, on good lines and bad ones;
every member of every saved file is searched, and the part that lay beside it before.
"""

from __future__ import annotations

import contextlib
import gc
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from figure import Bound, Figure, Group, NotMeasured, seconds

MEMORY = Figure("recording a read, unpaced in memory: time added", Bound.AT_MOST, 2, "%")
PTY = Figure("recording a read, unpaced over a pty: time added", Bound.AT_MOST, 2, "%")
PACED = Figure("recording a read at 57,600 baud: time added", Bound.AT_MOST, 2, "%")
SECRETS = Figure("secrets found in 100 tapes of every kind of credential", Bound.AT_MOST, 0, "")

AT = "2026-03-01T12:00"
RUNS = 40
PACED_RUNS = 3
TAPES = 100
LEAST_SAID = 40  # secrets that pass in one session


def measure_time() -> Mapping[str, float]:
    return {
        MEMORY.name: _added(_in_memory, RUNS),
        PTY.name: _added(_over_pty, RUNS),
        PACED.name: _added(_paced, PACED_RUNS),
    }


def _added(port: Callable[[], contextlib.AbstractContextManager[object]], runs: int) -> float:
    """Per cent that the best recorded read takes longer than the best other one."""
    bare: list[float] = []
    recorded: list[float] = []
    for nth in range(runs):
        for with_tape in (False, True) if nth % 2 else (True, False):
            (recorded if with_tape else bare).append(_read_s(port, with_tape=with_tape))
    return 100 * (min(recorded) / min(bare) - 1)


def _read_s(port: Callable[[], contextlib.AbstractContextManager[object]], *, with_tape: bool) -> float:
    from fieldpro.meter.read import read_tables
    from fieldpro.session.meter_session import MeterSession
    from fieldpro.session.plan import SessionPlan
    from table_playback.record import Recording

    with tempfile.TemporaryDirectory() as folder, port() as transport:
        recording = Recording(Path(folder) / "read.tape") if with_tape else None
        heard = recording.listen(transport) if recording else transport
        with MeterSession(heard, SessionPlan(max_baud=57_600)) as session:
            gc.collect()

            def read() -> None:
                session.run(read_tables())
                if recording:
                    recording.recorder.spill()

            took = seconds(read)
        if recording and len(recording.stop().steps) < 50:
            raise NotMeasured(f"only {len(recording.steps)} steps on the tape")
    return took


@contextlib.contextmanager
def _in_memory(pace: int = 0) -> Iterator[object]:
    from fieldpro.app import open_transport

    transport = open_transport(f"sim://centron?seed=3&days=30&pace={pace}&at={AT}")
    try:
        yield transport
    finally:
        transport.close()


def _paced() -> contextlib.AbstractContextManager[object]:
    return _in_memory(pace=1)


@contextlib.contextmanager
def _over_pty() -> Iterator[object]:
    from datetime import UTC, datetime

    from fieldpro.simulator import PtyServer, VirtualMeter, describe
    from fieldpro.transports import open_port

    moment = datetime(2026, 3, 1, 12, tzinfo=UTC).timestamp()
    with PtyServer(VirtualMeter(describe.load("centron"), seed=3, clock=lambda: moment)) as server:
        transport = open_port(server.url)
        try:
            yield transport
        finally:
            transport.close()


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
