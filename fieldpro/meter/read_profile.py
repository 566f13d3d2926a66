"""Reading a load profile, whole or from a time on, with no more bytes than that takes (C12.19 tables 61 to 64).

Table 63 says where in the ring the newest block is and how many are valid; table 61 how long each is. The newest block
is read first, for its end time says how far back the others reach; then the older ones that are wanted, in pieces that
lie together, newest first. A meter that does not read by offset gives the whole table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from fieldpro.errors import Cancelled, FieldProError
from fieldpro.meter import wanted
from fieldpro.meter.collection import Collection
from fieldpro.meter.device_profile import DeviceProfile
from fieldpro.meter.load_profile import Ring
from fieldpro.meter.profile_tables import ProfileSet, profile_set, ring_of
from fieldpro.meter.reading import Visit, merged
from fieldpro.meter.registers import moment
from fieldpro.records import MeterIdentity, ReadOut
from fieldpro.session.conversation import Conversation

Since = datetime | Callable[[MeterIdentity], datetime | None] | None

CLOCK, LP_STATUS = 52, 63
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
    chosen = profile_set(set_number)
    collection = collection or Collection()
    visit = Visit(collection, profile=profile)
    try:
        identity = yield from visit.meet()
        start = since(identity) if callable(since) else since
        yield from _read_set(visit, chosen, start)
    except Cancelled:
        if visit.identity is None:
            raise
    return collection.read_out()


def _read_set(visit: Visit, chosen: ProfileSet, since: datetime | None) -> Conversation[None]:
    before = _earlier_ring(visit, chosen)
    control = wanted.closure(visit.tables, (wanted.PROFILE_CONTROL & visit.listed()) | {chosen.table})
    control = (control & visit.listed()) - visit.fresh - {chosen.table, CLOCK}
    order = wanted.in_order(visit.tables, control)
    order += [CLOCK] if CLOCK in visit.listed() else []
    visit.expect([*order, chosen.table])
    for number in order:
        yield from visit.read(number)
    try:
        ring = ring_of(visit.tables, chosen)
        places = _places(visit, chosen, ring)
    except FieldProError:
        yield from visit.read(chosen.table)
        return
    if visit.reads_by_offset is False or not places:
        yield from visit.read(chosen.table)
        return
    size = visit.tables.layout(chosen.table).size
    newest = ring.newest(ring.blocks) or [0]
    if len(newest) == ring.blocks and since is None:
        yield from visit.read(chosen.table)
        return
    goes_on = before is not None and _grown_by(before, ring) is not None
    visit.expect_bytes(chosen.table, sum(places[block][1] for block in newest))
    first = yield from visit.read_parts(chosen.table, [places[newest[0]]], size=size, go_on=goes_on)
    if first is None:
        if visit.refused_offset(chosen.table):
            yield from visit.read(chosen.table)
        return
    count = len(newest)
    if since is not None:
        end = moment(visit.tables.decode(chosen.table).get(f"{chosen.data}[{newest[0]}].BLK_END_TIME"))
        count = _blocks_since(ring, chosen.interval_s(visit.tables), since, end)
        if goes_on and before is not None:
            count = max(count, (_grown_by(before, ring) or 0) + 1)
    older = newest[1:count]
    visit.expect_bytes(chosen.table, sum(places[block][1] for block in older))
    if older:
        yield from visit.read_parts(chosen.table, _pieces(older, places), size=size)


def _places(visit: Visit, chosen: ProfileSet, ring: Ring) -> list[tuple[int, int]]:
    """(offset, length) of every block."""
    layout = visit.tables.layout(chosen.table)
    if not ring.blocks:
        return []
    span = layout.locate(f"{chosen.data}[0]")
    return [(span.offset + index * span.length, span.length) for index in range(ring.blocks)]


def _earlier_ring(visit: Visit, chosen: ProfileSet) -> Ring | None:
    """The ring as an earlier read of the same meter left it, None when there was none."""
    base = visit.collection.base
    if base is None or chosen.table not in base.tables or LP_STATUS not in base.tables:
        return None
    try:
        return ring_of(visit.tables, chosen)
    except FieldProError:
        return None


def _grown_by(before: Ring, now: Ring) -> int | None:
    """Blocks begun since `before`; None when what was read then lies elsewhere now, or is gone."""
    grown = now.sequence - before.sequence
    same = (before.blocks, before.intervals, before.newest_first) == (now.blocks, now.intervals, now.newest_first)
    if not same or not 0 <= grown < now.blocks:
        return None
    moved = (before.last_block + (-grown if now.newest_first else grown)) % now.blocks
    return grown if moved == now.last_block else None


def _blocks_since(ring: Ring, interval_s: int, since: datetime, end: datetime | None) -> int:
    """How many of the newest blocks may hold intervals that end after `since`; `end` is that of the newest one."""
    if end is None:
        return ring.blocks
    newest_s = max(ring.last_count, 1) * interval_s
    older_s = (end - since + CLOCK_SLACK).total_seconds() - newest_s
    return 1 + max(0, -int(-older_s // (ring.intervals * interval_s)))


def _pieces(blocks: Sequence[int], places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The bytes of these blocks (newest first) as runs that lie together, the run with the newest block first."""
    rank = {places[block][0]: nth for nth, block in enumerate(blocks)}
    runs = merged(places[block] for block in blocks)
    return sorted(runs, key=lambda run: min(nth for offset, nth in rank.items() if run[0] <= offset < sum(run)))
