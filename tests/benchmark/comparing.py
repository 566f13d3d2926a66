"""How long it takes to compare two read-outs of every table.

The read-outs are of virtual CENTRONs with 365 days of load profile (four channels at 15 minutes, 404,420 bytes of
table 64), read once over memory by a user who may read everything. Two pairs: the same meter two days later, and two
meters that were made alike and measure different loads, where all the load profile, logs and registers differ. Each run
begins with the bytes and the dictionary and ends with the verdict: contexts, layouts, differences with their words and
the volatile ones set apart; nothing is kept between two runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from figure import Bound, Figure, Group, NotMeasured, median_s

METER = "sim://centron?seed={seed}&days=365&at=2026-06-{day:02d}T12:00"
LEAST_BYTES = 400_000
LEAST_TABLES = 50

LATER = Figure("comparing two read-outs of every table, the same meter two days later", Bound.AT_MOST, 100, "ms")
OTHER = Figure("comparing two read-outs of every table, two meters of one kind", Bound.AT_MOST, 100, "ms")


@cache
def read_out(seed: int, day: int) -> Any:
    """Everything the virtual meter lists."""
    from fieldpro.app import open_transport
    from fieldpro.meter.read import read_tables
    from fieldpro.session.meter_session import MeterSession
    from fieldpro.session.plan import SessionPlan

    transport = open_transport(METER.format(seed=seed, day=day))
    with MeterSession(transport, SessionPlan(), close_transport=True) as session:
        found = session.run(read_tables())
    held = [len(reading.data) for reading in found.tables.values() if reading.data]
    if sum(held) < LEAST_BYTES or len(held) < LEAST_TABLES:
        raise NotMeasured(f"only {len(held)} tables of {sum(held)} bytes were read")
    return found


def measure() -> Mapping[str, float]:
    from table_playback.compare import Side, compare

    base = read_out(1, 1)
    figures = {}
    for figure, other, least in ((LATER, read_out(1, 3), 1), (OTHER, read_out(2, 1), 100)):

        def both(other: Any = other) -> Any:
            return compare(Side.of_read_out(base), Side.of_read_out(other))

        found = both()
        if found.counts.differences < least or not found.counts.volatile:
            raise NotMeasured(f"only {found.counts.differences} differences were found")
        figures[figure.name] = 1000 * median_s(both, runs=15)
    return figures


GROUPS = (Group("two-read-outs", (LATER, OTHER), measure),)
"""Two read-outs, element by element."""
