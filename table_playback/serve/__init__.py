"""A tape, or table images, as a virtual meter.

    meter = meter_of_tape(load("visit.tape"), order="strict", timing="recorded", faults="busy@12,drop:0.02", seed=7)
    meter = meter_of_images({0: b"...", 1: b"..."})
    with PtyServer(meter) as server: ...                 or TcpServer, MemoryServer: fieldpro.simulator
    open_url("tape:visit.tape?order=free&faults=nak@3")  the client's end of one in memory

*freely* (the default) it answers any read from its table images, and takes writes where the tape says so. *strictly* it
answers what was recorded, in the recorded order: strict about tables, tolerant about the session, in which every client
has its own ways (`exact_session` holds it to that, too). What is asked out of turn is refused and told: `mismatches`.

`fast` (the default) answers at once, `recorded` after as long as the meter took. Faults are those of
`fieldpro.simulator.fault_kinds`.
"""

from table_playback.serve.meter import TapeMeter, meter_of_images, meter_of_tape
from table_playback.serve.mismatch import Mismatch
from table_playback.serve.url import open_url, tape_url

__all__ = ["Mismatch", "TapeMeter", "meter_of_images", "meter_of_tape", "open_url", "tape_url"]
