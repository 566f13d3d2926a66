"""How fast a load profile is read: against the least time the protocol allows, and against termineter.

The meter is the virtual CENTRON on a pty, with 38 days of load profile (table 64, four channels at 15 minutes: 42 kB).
Paced, its bytes take the time that a UART at the agreed rate needs; unpaced they go as fast as the two programs do.
Against the protocol's least time, the read of the table in an open session counts. Against termineter, the whole visit
counts for both: open the port, identify, negotiate, log on, read, log off. termineter is given the packets that suit it
best (what it takes by default are two of 512 bytes); its driver stays at 9600 baud by its own design.
"""

from __future__ import annotations

import hashlib
import json
import statistics
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from figure import Bound, Figure, Group, NotMeasured, seconds
from least_time import least_time_s

ROOT = Path(__file__).parents[2]
TERMINETER = ROOT / ".venv-termineter" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
TABLE = 64
DAYS = 38
AT_LEAST_BYTES = 40_000
MOMENT = datetime(2026, 6, 1, 12, 0, tzinfo=UTC).timestamp()
PACKET_SIZE, PACKET_COUNT = 1024, 255

AT_9600 = Figure("load profile at 9600 baud, least time by the protocol / time", Bound.AT_LEAST, 0.97, "x")
AT_57600 = Figure("load profile at 57,600 baud, least time by the protocol / time", Bound.AT_LEAST, 0.95, "x")
PACED = Figure("load profile paced up to 57,600 baud, termineter's time / ours", Bound.AT_LEAST, 4, "x")
UNPACED = Figure("load profile unpaced over a pty, termineter's time / ours", Bound.AT_LEAST, 2, "x")


class Bench:
    """The virtual meter on a pty, and what table 64 holds at the moment its clock stands at."""

    def __init__(self, *, pace: bool) -> None:
        from fieldpro.simulator.serve import PtyServer

        self.server = PtyServer(_meter(), pace=pace)
        self.data = b""

    def __enter__(self) -> Bench:
        return self

    def __exit__(self, *_: object) -> None:
        self.server.close()

    def read_s(self, baud: int) -> tuple[float, float]:
        """(time of the read alone, time of the whole visit), in seconds. Remembers and checks the bytes."""
        from fieldpro.app import open_transport
        from fieldpro.session.meter_session import MeterSession
        from fieldpro.session.plan import SessionPlan
        from fieldpro.session.tables import read_table

        read_times: list[float] = []

        def visit() -> None:
            plan = SessionPlan(max_baud=baud, packet_size=PACKET_SIZE, packet_count=PACKET_COUNT)
            with MeterSession(open_transport(self.server.path), plan, close_transport=True) as session:
                if session.facts.baud != baud:
                    raise NotMeasured(f"the session runs at {session.facts.baud} baud, not at {baud}")
                self.facts = session.facts
                read_times.append(seconds(lambda: self._keep(session.run(read_table(TABLE, _size())))))

        whole = seconds(visit)
        return read_times[0], whole

    def termineter_s(self) -> float:
        """The time of a whole visit by termineter, which must bring the same bytes."""
        if not TERMINETER.exists():
            raise NotMeasured("termineter's environment is not there: python3 dev.py setup")
        script = Path(__file__).with_name("termineter_read.py")
        command = [TERMINETER, script, self.server.path, TABLE, _size(), PACKET_SIZE, PACKET_COUNT]
        outcome = subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=600)
        if outcome.returncode != 0:
            raise NotMeasured("termineter failed: " + outcome.stderr.strip().rpartition("\n")[2])
        result = json.loads(outcome.stdout)
        if self.data and result["sha256"] != hashlib.sha256(self.data).hexdigest():
            raise NotMeasured("termineter read other bytes")
        return float(result["seconds"])

    def _keep(self, data: bytes) -> None:
        if len(data) < AT_LEAST_BYTES:
            raise NotMeasured(f"only {len(data)} bytes were read")
        if self.data and data != self.data:
            raise NotMeasured("two reads brought different bytes")
        self.data = data


def measure_9600() -> Mapping[str, float]:
    return {AT_9600.name: _of_least_time(9600, runs=3)}


def measure_57600() -> Mapping[str, float]:
    return {AT_57600.name: _of_least_time(57_600, runs=5)}


def measure_paced() -> Mapping[str, float]:
    """One visit of termineter, which takes most of a minute, against the median of three of ours around it."""
    with Bench(pace=True) as bench:
        ours = [bench.read_s(57_600)[1]]
        theirs = bench.termineter_s()
        ours += [bench.read_s(57_600)[1] for _ in range(2)]
        return {PACED.name: theirs / statistics.median(ours)}


def measure_unpaced() -> Mapping[str, float]:
    """Turn about, so that whatever else the machine does meets both."""
    with Bench(pace=False) as bench:
        bench.read_s(57_600)
        pairs = [(bench.termineter_s(), bench.read_s(57_600)[1]) for _ in range(5)]
        theirs, ours = (statistics.median(times) for times in zip(*pairs, strict=True))
        return {UNPACED.name: theirs / ours}


def _of_least_time(baud: int, *, runs: int) -> float:
    with Bench(pace=True) as bench:
        taken_s = statistics.median(bench.read_s(baud)[0] for _ in range(runs))
        facts = bench.facts
        least_s = least_time_s(
            len(bench.data), packet_size=facts.packet_size, packet_count=facts.packet_count, baud=facts.baud
        )
        return least_s / taken_s


@cache
def _description() -> Any:
    from fieldpro.simulator import describe

    return describe.overridden(describe.load("centron"), days=DAYS)


def _meter() -> Any:
    """The meter at a moment that does not move, so that every read must bring the same bytes."""
    from fieldpro.simulator.virtual import VirtualMeter

    return VirtualMeter(_description(), clock=lambda: MOMENT)


@cache
def _size() -> int:
    """How long table 64 is, by an unhurried read."""
    from fieldpro.session.meter_session import MeterSession
    from fieldpro.session.tables import read_table
    from fieldpro.simulator.serve import MemoryServer

    with MemoryServer(_meter()) as server, MeterSession(server.client, close_transport=True) as session:
        return len(session.run(read_table(TABLE)))


GROUPS = (
    Group("unpaced", (UNPACED,), measure_unpaced),
    Group("57600", (AT_57600,), measure_57600),
    Group("termineter", (PACED,), measure_paced),
    Group("9600", (AT_9600,), measure_9600),
)
