"""How fast tables are decoded: a year of load profile into arrays, and every table of the virtual meter.

The bytes are those of the virtual CENTRON with 365 days of load profile (four channels at 15 minutes), read once over
memory. For the year, the small tables that shape it have been decoded before, as when a read comes to its end; table 64
goes from bytes to arrays anew in every run, and the element-by-element decode goes over the same layout. For the whole
meter nothing is kept between two runs: each begins with the bytes and the dictionary, and resolves every layout anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from figure import Bound, Figure, Group, NotMeasured, median_s

METER = "sim://centron?seed=1&days=365&at=2026-06-01T12:00"
TABLE = 64
LEAST_BYTES = 250_000
PROFILE_DATA = range(64, 68)

YEAR = Figure("a year of load profile, bytes to times, values and statuses", Bound.AT_MOST, 5, "ms")
YEAR_X = Figure("the same, element-by-element time / ours", Bound.AT_LEAST, 100, "x")
EVERY = Figure("every table of the virtual meter decoded", Bound.AT_MOST, 50, "ms")


@cache
def read_out() -> Any:
    """Everything the virtual meter lists, by a user who may read everything."""
    from fieldpro.app import open_transport
    from fieldpro.meter.read import read_tables
    from fieldpro.session.meter_session import MeterSession
    from fieldpro.session.plan import SessionPlan

    with MeterSession(open_transport(METER), SessionPlan(), close_transport=True) as session:
        return session.run(read_tables())


def tables() -> Any:
    """A fresh context: the dictionary is there (it is the program's), nothing of the meter is resolved."""
    from fieldpro.meter.view import MeterView

    return MeterView(replace(read_out())).tables


def measure_year() -> Mapping[str, float]:
    import numpy as np

    from fieldpro.c12.dictionary.shape import read
    from fieldpro.meter.view import MeterView

    data = read_out().tables[TABLE].data
    if len(data) < LEAST_BYTES:
        raise NotMeasured(f"table {TABLE} has only {len(data)} bytes")

    view = MeterView(read_out())
    series = view.profile(1)
    if len(series) < 365 * 96 - 96:
        raise NotMeasured(f"only {len(series)} intervals came out")
    if np.shares_memory(series.end_times, view.profile(1).end_times):
        raise NotMeasured("the second decode gave the first one's arrays")
    shape = view.tables.layout(TABLE).shape
    ours_s = median_s(lambda: view.profile(1), runs=25)
    theirs_s = median_s(lambda: read(shape, data, 0), runs=3)
    return {YEAR.name: 1000 * ours_s, YEAR_X.name: theirs_s / ours_s}


def measure_every() -> Mapping[str, float]:
    """Values of every table that was read and has a layout; of load profile data the arrays, as the program uses it."""
    numbers = [number for number, reading in read_out().tables.items() if reading.data]
    known = tables().dictionary.tables
    with_layout = [number for number in numbers if number in known and known[number].type is not None]
    if len(with_layout) < 40:
        raise NotMeasured(f"only {len(with_layout)} tables with a layout were read")

    def every() -> None:
        fresh = tables()
        for number in with_layout:
            decoded = fresh.decode(number)
            if number in PROFILE_DATA:
                decoded.array(f"LP_DATA_SET{number - 63}")
            else:
                _ = decoded.values

    return {EVERY.name: 1000 * median_s(every, runs=9)}


GROUPS = (Group("year", (YEAR, YEAR_X), measure_year), Group("tables", (EVERY,), measure_every))
