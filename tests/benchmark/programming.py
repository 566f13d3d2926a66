"""Programming a meter: what a power cut leaves, what a change costs on the wire, how long a comparison takes.

The power is cut at every packet and acknowledgement of a program write (`power_cut`), each a run of its own, against
both virtual meters: the laptop dies, the probe dies, the meter dies. A run ends as it must when the meter is in the
before state, the after state, or the one that the journal names byte for byte, and finishing or going back ends in the
wanted state.

For the bytes, one element of table 6 (230 bytes) is changed in an open session: the write alone, and the whole road of
a change set (identity, read again, write, read back), both against the same with whole tables. What the table has above
200 bytes is taken off the whole-table side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from figure import Bound, Figure, Group, NotMeasured, median_s

CUTS = Figure("power cut at every packet boundary, runs that end as they must / runs", Bound.AT_LEAST, 1, "x")
WRITE = Figure("bytes of writing one element of a 200-byte table by index / of a full write", Bound.AT_MOST, 0.25, "x")
CHANGE = Figure("the same with reading again and reading back / with whole tables", Bound.AT_MOST, 0.25, "x")
COMPARE = Figure("a full program compared with a read-out", Bound.AT_MOST, 50, "ms")

ELEMENT = {"UTIL_INFO_TBL.EX1_SW_VERSION_NUMBER": 7}
METER = "centron"
TABLE, TABLE_SIZE = 6, 200
LEAST_ELEMENTS = 1000


def measure_cuts() -> Mapping[str, float]:
    from power_cut import DEATHS, PASSWORDS, Case

    runs = good = 0
    for name in PASSWORDS:
        case = Case.of(name)
        boundaries = case.boundaries()
        if boundaries < 80:
            raise NotMeasured(f"only {boundaries} packets and acknowledgements")
        for death in DEATHS:
            for cut in range(boundaries):
                runs += 1
                try:
                    case.run(cut, death)
                    good += 1
                except AssertionError as problem:
                    print(f"    {name}, {death} dies at {cut}: {problem}", flush=True)
    return {CUTS.name: good / runs}


def measure_bytes() -> Mapping[str, float]:
    one = _bytes_of("index")
    whole = _bytes_of("never")
    above = _table_size() - TABLE_SIZE
    if above < 0:
        raise NotMeasured(f"table {TABLE} is shorter than {TABLE_SIZE} bytes")
    return {WRITE.name: one[0] / (whole[0] - above), CHANGE.name: one[1] / (whole[1] - 3 * above)}


def _bytes_of(parts: str) -> tuple[int, int]:
    """(the write, all of the change set) in bytes on the wire, by index or with whole tables only."""
    import tempfile
    from pathlib import Path

    from power_cut import Wire, make_meter, open_journal, open_session

    from fieldpro.c12.psem import FullWrite, IndexWrite
    from fieldpro.meter.changes import apply, edit
    from fieldpro.meter.device_profile import Writing, load
    from fieldpro.meter.read import read_tables
    from fieldpro.meter.view import MeterView

    base = load("fieldpro-virtual")
    profile = base.model_copy(update={"writing": Writing.model_validate({"parts": parts})})
    meter, clock = make_meter(METER)
    wire = Wire(meter, clock)
    write = 0

    def watched(conversation: Any) -> Any:
        nonlocal write
        step = next(conversation)
        while True:
            before = wire.bytes_passed
            answer = yield step
            if isinstance(step, IndexWrite | FullWrite):
                write += wire.bytes_passed - before
            try:
                step = conversation.send(answer)
            except StopIteration as end:
                return end.value

    with tempfile.TemporaryDirectory() as folder, open_session(wire, METER, packet_size=1024) as session:
        change_set = edit(MeterView(session.run(read_tables((TABLE,)))), ELEMENT)
        before = wire.bytes_passed
        session.run(watched(apply(change_set, journal=open_journal(Path(folder)), profile=profile)))
        return write, wire.bytes_passed - before


def _table_size() -> int:
    from power_cut import make_meter

    return len(make_meter(METER)[0].device.bank.read(TABLE))


def measure_compare() -> Mapping[str, float]:
    """Every configuration table of the virtual CENTRON, nothing of the meter resolved before."""
    from power_cut import Wire, make_meter, open_session

    from fieldpro.meter.changes import compare
    from fieldpro.meter.programs import dump, from_readout, load
    from fieldpro.meter.read import read_tables
    from fieldpro.meter.view import MeterView

    with open_session(Wire(*make_meter(METER)), METER, packet_size=1024) as session:
        read_out = session.run(read_tables())
    view = MeterView(read_out)
    text = dump(from_readout(view), view.tables)
    counts = compare(load(text, "program"), view).counts
    if counts.same != counts.total or counts.total < LEAST_ELEMENTS:
        raise NotMeasured(f"{counts.same} of {counts.total} elements are the same")

    program = load(text, "program")
    return {COMPARE.name: 1000 * median_s(lambda: compare(replace(program), MeterView(replace(read_out))), runs=15)}


GROUPS = (
    Group("compare", (COMPARE,), measure_compare),
    Group("change", (WRITE, CHANGE), measure_bytes),
    Group("power-cut", (CUTS,), measure_cuts),
)
