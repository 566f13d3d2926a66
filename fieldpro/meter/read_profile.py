"""Reading a load profile, whole or from a time on, with no more bytes than that takes (C12.19 tables 61 to 64).

Table 63 says where in the ring the newest block is and how many are valid; table 61 how long each is. The newest block
is read first, for its end time says how far back the others reach; then the older ones that are wanted, in pieces that
lie together, newest first. A meter that does not read by offset gives the whole table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from fieldpro.errors import Cancelled, FieldProError, TableError
from fieldpro.meter import wanted
from fieldpro.meter.collection import Collection
from fieldpro.meter.device_profile import DeviceProfile
from fieldpro.meter.load_profile import Ring
from fieldpro.meter.profile_tables import ring_of, set_names
from fieldpro.meter.reading import Visit, merged
from fieldpro.meter.registers import moment
from fieldpro.records import MeterIdentity, ReadOut
from fieldpro.session.conversation import Conversation

Since = datetime | Callable[[MeterIdentity], datetime | None] | None

CLOCK_SLACK = timedelta(hours=1)  # daylight saving may have moved the clock between two blocks


def read_profile(
    set_number: int = 1,
    *,
    since: Since = None,
    collection: Collection | None = None,
    profile: DeviceProfile | None = None,
) -> Conversation[ReadOut]:
    """Read load profile set 1 to 4 with the tables that explain it.

    since: only the blocks with intervals that end after this time on the meter's clock (naive); a function is asked
    once the meter has said who it is ("since the last read"); None reads every valid block.
    """
    collection = collection or Collection()
    visit = Visit(collection, profile=profile)
    try:
        identity = yield from visit.meet()
        start = since(identity) if callable(since) else since
        yield from _read_blocks(visit, set_number, start)
    except Cancelled:
        if visit.identity is None:
            raise
    return collection.read_out()


def _read_blocks(visit: Visit, set_number: int, since: datetime | None) -> Conversation[None]:
    names = set_names(set_number)
    control = (wanted.PROFILE_CONTROL & visit.listed()) | wanted.closure(visit.tables, [names.table])
    control -= {names.table, 52}
    order = wanted.in_order(visit.tables, (control & visit.listed()) - visit.fresh)
    clock = [52] if 52 in visit.listed() else []  # last, for the time it is read at counts
    visit.expect([*order, names.table, *clock])
    for number in [*order, *clock]:
        yield from visit.read(number)
    try:
        layout = visit.tables.layout(names.table)
        ring = ring_of(visit.tables, set_number)
    except FieldProError:
        yield from visit.read(names.table)
        return
    if visit.reads_by_offset is False or not ring.valid_blocks:
        yield from visit.read(names.table)
        return
    spans = [layout.locate(f"{names.data}[{index}]") for index in range(ring.blocks)]
    places = [(span.offset, span.length) for span in spans]
    newest = ring.newest(ring.blocks)
    wanted_blocks = newest
    if since is not None:
        if (yield from visit.read_parts(names.table, [places[newest[0]]], size=layout.size)) is None:
            return
        end = _end_of(visit, names.table, names.data, newest[0])
        wanted_blocks = newest[: _count_since(visit, ring, set_number, since, end)]
        wanted_blocks = wanted_blocks[1:]
    if len(wanted_blocks) == ring.blocks:
        yield from visit.read(names.table)
    elif wanted_blocks:
        pieces = _pieces(wanted_blocks, places)
        yield from visit.read_parts(names.table, pieces, size=layout.size)


def _count_since(visit: Visit, ring: Ring, set_number: int, since: datetime, end: datetime | None) -> int:
    """How many of the newest blocks hold intervals that end after `since`."""
    if end is None:
        return ring.blocks
    names = set_names(set_number)
    interval_s = names.interval_s(visit.tables)
    newest_s = max(ring.last_count, 1) * interval_s
    missing_s = (end - (since - CLOCK_SLACK)).total_seconds() - newest_s
    block_s = ring.intervals * interval_s
    return 1 + max(0, -int(-missing_s // block_s))


def _end_of(visit: Visit, table: int, data: str, block: int) -> datetime | None:
    try:
        return moment(visit.tables.decode(table).get(f"{data}[{block}].BLK_END_TIME"))
    except TableError:
        return None


def _pieces(blocks: Sequence[int], places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The bytes of these blocks (newest first) as runs that lie together, the run with the newest block first."""
    rank = {places[block][0]: nth for nth, block in reversed(list(enumerate(blocks)))}
    runs = merged(places[block] for block in blocks)

    def newest_in(run: tuple[int, int]) -> int:
        return min(nth for offset, nth in rank.items() if run[0] <= offset < sum(run))

    return sorted(runs, key=newest_in)
