"""Reading a meter, as conversations: who it is, everything it lists, a chosen set, registers, events, clock.

    collection = Collection(operator="Ada")
    read_out = worker.submit("read", lambda: read_tables(collection=collection))
    collection.read_out()      at any moment, also after the link died: what was read so far

Each returns a `ReadOut`; a table that the meter refuses is a refused reading in it, not an exception. A dead link is
raised, with everything read so far in the collection. A cancel returns what was read so far.
"""

from __future__ import annotations

from collections.abc import Iterable

from fieldpro.errors import Cancelled
from fieldpro.meter import wanted
from fieldpro.meter.collection import Collection
from fieldpro.meter.device_profile import DeviceProfile
from fieldpro.meter.reading import Visit
from fieldpro.records import MeterIdentity, ReadOut
from fieldpro.session.conversation import Conversation


def identify(*, collection: Collection | None = None) -> Conversation[MeterIdentity]:
    """Who the meter is: tables 0, 1 and 5."""
    visit = Visit(collection or Collection())
    return (yield from visit.meet())


def read_tables(
    numbers: Iterable[int] | None = None,
    *,
    collection: Collection | None = None,
    profile: DeviceProfile | None = None,
    only_listed: bool = False,
) -> Conversation[ReadOut]:
    """Read everything the meter lists, or these tables.

    numbers: those wanted; the tables that shape their layouts are read with them unless they are here already.
    Tables the meter does not list are tried all the same, unless `only_listed`.
    """
    collection = collection or Collection()
    visit = Visit(collection, profile=profile)
    try:
        yield from visit.meet()
        for number in _order(visit, numbers, only_listed=only_listed):
            yield from visit.read(number)
    except Cancelled:
        if visit.identity is None:
            raise
    return collection.read_out()


def read_registers(
    *, collection: Collection | None = None, profile: DeviceProfile | None = None
) -> Conversation[ReadOut]:
    """Registers, self reads and present values, with the tables that give them names and units."""
    return (yield from read_tables(wanted.REGISTERS, collection=collection, profile=profile, only_listed=True))


def read_events(*, collection: Collection | None = None, profile: DeviceProfile | None = None) -> Conversation[ReadOut]:
    """The history and event logs."""
    return (yield from read_tables(wanted.EVENTS, collection=collection, profile=profile, only_listed=True))


def read_clock(*, collection: Collection | None = None, profile: DeviceProfile | None = None) -> Conversation[ReadOut]:
    """The meter's clock and its offsets; the moment it was read is that of the reading."""
    return (yield from read_tables(wanted.CLOCK, collection=collection, profile=profile, only_listed=True))


def read_overview(
    *, collection: Collection | None = None, profile: DeviceProfile | None = None
) -> Conversation[ReadOut]:
    """What one wants to see first: identity, status, clock, registers, events and present values."""
    collection = collection or Collection()
    visit = Visit(collection, profile=profile)
    try:
        yield from visit.meet()
        present = visit.profile.instantaneous
        numbers = wanted.OVERVIEW | (frozenset({present.table}) if present else frozenset())
        for number in _order(visit, numbers, only_listed=True):
            yield from visit.read(number)
    except Cancelled:
        if visit.identity is None:
            raise
    return collection.read_out()


def _order(visit: Visit, numbers: Iterable[int] | None, *, only_listed: bool) -> list[int]:
    """The tables still to be read after the meeting, in order, and announced as planned."""
    listed = visit.listed()
    here = frozenset(visit.tables.numbers)
    if numbers is None:
        chosen = listed - wanted.LEFT_OUT - visit.profile.reading.skip_tables
    else:
        asked = frozenset(numbers)
        shaping = wanted.closure(visit.tables, asked) - asked
        chosen = (asked & listed if only_listed else asked) | ((shaping & listed) - here)
    order = wanted.in_order(visit.tables, chosen - visit.fresh)
    visit.expect(order)
    return order
