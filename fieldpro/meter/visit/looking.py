"""The reads of a visit: everything that its report shows, in one conversation that changes nothing in the meter."""

from __future__ import annotations

from fieldpro.meter import wanted
from fieldpro.meter.collection import Collection
from fieldpro.meter.programs.target import NAMEPLATE
from fieldpro.meter.read import read_overview, read_tables
from fieldpro.records import ReadOut
from fieldpro.session.conversation import Conversation

IDENTIFY = wanted.IDENTITY | {NAMEPLATE}


def look_who(*, collection: Collection | None = None) -> Conversation[ReadOut]:
    """Who the meter is, with the nameplate that tells its form."""
    return (yield from read_tables(IDENTIFY, collection=collection, only_listed=True))


def look(*, collection: Collection | None = None) -> Conversation[ReadOut]:
    """Identity, nameplate, registers, clock, status, events and present values: a reading before or after."""
    collection = collection or Collection()
    yield from read_overview(collection=collection)
    return (yield from read_tables({NAMEPLATE}, collection=collection, only_listed=True))
