"""One visit in progress: reads tables into a `Collection`, with the meter's layouts growing as they come in.

    visit = Visit(collection, profile=None)
    yield from visit.meet()                 tables 0 and 1: who it is, how it writes; the device profile is chosen
    yield from visit.read(number)           one table, the best way for its size
    yield from visit.read_parts(number, spans)

A refusal or undecodable bytes are a matter of that table and the visit goes on; a dead link, a cancel or a port that is
gone end it, after what was had of the table in hand is put into the collection.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from fieldpro.c12.dictionary.tables import Tables
from fieldpro.c12.psem.offset_read import OffsetRead
from fieldpro.dictionaries import load_dictionary
from fieldpro.errors import (
    Cancelled,
    FieldProError,
    LinkError,
    MessageError,
    ProtocolError,
    ServiceRefused,
    TableUnresolved,
    TransportError,
    UsageError,
)
from fieldpro.meter import device_profile, wanted
from fieldpro.meter.collection import Collection, Parts
from fieldpro.meter.device_profile import DeviceProfile
from fieldpro.meter.identity import identity_of
from fieldpro.records import MeterIdentity, TableStatus
from fieldpro.session.conversation import AskFacts, Conversation, Progress, SessionFacts
from fieldpro.session.tables import NO_OFFSET_ACCESS, read_range, read_table

ENDS_A_VISIT = (Cancelled, LinkError, TransportError)
WHOLE_ONLY, BY_OFFSET, BY_INDEX, BY_BOTH = range(4)  # C12.19 table 0, DATA_ACCESS_METHOD


class Visit:
    """The state of one read. `profile` None chooses by identity once the meter has said who it is."""

    def __init__(self, collection: Collection, *, profile: DeviceProfile | None = None) -> None:
        self.collection = collection
        self._given_profile = profile
        self.profile = profile or device_profile.load(device_profile.GENERIC)
        self.tables = self._new_tables()
        self.identity: MeterIdentity | None = None
        self.fresh: set[int] = set()  # tables read in this visit, whole or in part
        self._plan: dict[int, int] = {}  # table -> bytes expected of it, 0 while nobody knows
        self._shapeless = True  # tables that shape planned ones are still to come
        self._done = 0

    # --- who

    def meet(self) -> Conversation[MeterIdentity]:
        """Read tables 0 and 1 (and 5, where there is one), choose the device profile, say who it is.

        Raises `UsageError` when the collection goes on from a read-out of another meter.
        """
        facts: SessionFacts = yield AskFacts()
        self.collection.on_line(facts)
        self.collection.planned((0, 1))
        for number in (0, 1):
            yield from self.read(number)
        if self.collection.base is None and 5 in self.listed():
            yield from self.read(5)
        identity = identity_of(self.tables)
        base = self.collection.base
        if base is not None and identity.key != base.identity.key:
            raise UsageError("meter", base.identity.key, identity.key)
        if base is not None:
            identity = base.identity
        if self._given_profile is None:
            self.profile = device_profile.choose(identity)
            self.tables = self._new_tables()
        self.identity = identity
        self.collection.met(identity, self.profile.name)
        return identity

    def listed(self) -> frozenset[int]:
        """What the meter says it has; nothing while table 0 is not here."""
        try:
            return wanted.listed(self.tables)
        except FieldProError:
            return frozenset()

    @property
    def reads_by_offset(self) -> bool | None:
        """False where the meter or its profile says no, None where it may be tried."""
        if self.profile.reading.offset_reads == "never":
            return False
        try:
            method = self.tables.decode(0).get("DATA_ACCESS_METHOD")
        except FieldProError:
            return None
        return None if method in (BY_OFFSET, BY_BOTH) else False

    def refused_offset(self, number: int) -> bool:
        """Whether the read of a part failed because the meter, in spite of what table 0 says, has no such reads."""
        reading = self.collection.read_out().tables.get(number)
        error = None if reading is None else reading.error
        return isinstance(error, ServiceRefused) and error.response in NO_OFFSET_ACCESS

    # --- tables

    def expect(self, numbers: Iterable[int]) -> None:
        """Say what is going to be read, for progress and for the collection."""
        self.collection.planned(numbers)
        for number in numbers:
            self._plan.setdefault(number, 0)
        self._measure()

    def expect_bytes(self, number: int, size: int) -> None:
        """So much of a table is going to be read in parts."""
        self._plan[number] = size

    def read(self, number: int) -> Conversation[bytes | None]:
        """One table into the collection; None when it was not read. A dead link, a cancel and the like are raised."""
        part = bytearray()
        size = wanted.size_of(self.tables, number)
        try:
            data: bytes = yield from self._followed(
                read_table(number, size, offset_access=self.reads_by_offset), number, part
            )
        except ENDS_A_VISIT as error:
            self.collection.failed(number, error, bytes(part), ((0, len(part)),) if part else ())
            raise
        except (ServiceRefused, ProtocolError, MessageError) as error:
            self.collection.failed(number, error, bytes(part), ((0, len(part)),) if part else ())
            self._settle(number, 0)
            return None
        self.collection.got(number, data)
        self.tables.put(number, data)
        self.fresh.add(number)
        self._settle(number, len(data))
        return data

    def read_parts(
        self, number: int, spans: Sequence[tuple[int, int]], *, size: int, go_on: bool = False
    ) -> Conversation[bytes | None]:
        """Only these (offset, length) parts of a table of `size` bytes, in this order, beside those read before in
        this visit; with `go_on` also beside those of the read-out that the collection goes on from.

        None when the meter refused one; what was read before it is kept.
        """
        data, parts = self._begun(number, size, go_on=go_on)
        self.fresh.add(number)
        for offset, length in spans:
            part = bytearray()
            try:
                yield from self._followed(read_range(number, offset, length), number, part)
            except FieldProError as error:
                data[offset : offset + len(part)] = part
                parts = merged([*parts, (offset, len(part))])
                self.collection.failed(number, error, bytes(data) if parts else b"", parts)
                if isinstance(error, ENDS_A_VISIT):
                    raise
                return None
            data[offset : offset + len(part)] = part
            parts = merged([*parts, (offset, len(part))])
            self._done += len(part)
            self._plan[number] = max(0, self._plan.get(number, 0) - len(part))
            whole = parts == ((0, size),)
            self.collection.got(number, bytes(data), () if whole else parts)
        self.tables.put(number, bytes(data))
        return bytes(data)

    # --- inside

    def _begun(self, number: int, size: int, *, go_on: bool) -> tuple[bytearray, Parts]:
        """The bytes and parts of a table that are here and may stay."""
        reading = self.collection.read_out().tables.get(number)
        stays = go_on or number in self.fresh
        if not stays or reading is None or reading.status is not TableStatus.READ or len(reading.data) != size:
            return bytearray(size), ()
        return bytearray(reading.data), reading.parts or ((0, size),)

    def _new_tables(self) -> Tables:
        """The layouts by the profile in force, with the bytes that are here."""
        keys = self.profile.dictionary
        tables = Tables(load_dictionary(keys.overlays), settings=keys.settings)
        for number, reading in self.collection.read_out().tables.items():
            if reading.status is TableStatus.READ and not reading.parts:
                tables.put(number, reading.data)
        return tables

    def _followed(self, reading: Conversation[bytes], number: int, part: bytearray) -> Conversation[bytes]:
        """Run `reading` with its progress counted into that of the visit, and `part` growing as pieces arrive."""
        return follow(reading, lambda progress: self._progress(progress, number), part)

    def _progress(self, progress: Progress, number: int) -> Progress:
        text = f"Reading {wanted.title_of(self.tables, number)}"
        expected = max(progress.total or 0, progress.done)
        others = sum(size for table, size in self._plan.items() if table != number)
        known = bool(self._plan) and not self._shapeless
        total = self._done + max(expected, self._plan.get(number, 0)) + others if known else None
        return Progress(self._done + progress.done, total, "bytes", text)

    def _settle(self, number: int, size: int) -> None:
        """A table is over: its bytes are done, and those of others may have become known."""
        self._plan.pop(number, None)
        self._done += size
        self._measure()

    def _measure(self) -> None:
        self._shapeless = False
        for number in [number for number, size in self._plan.items() if not size]:
            try:
                self._plan[number] = self.tables.layout(number).size
            except TableUnresolved as error:
                self._shapeless |= not self._plan.keys().isdisjoint(error.needs)
            except FieldProError:
                continue


def follow(reading: Conversation[bytes], shown: Callable[[Progress], Progress], part: bytearray) -> Conversation[bytes]:
    """Drive one conversation from within another: its progress goes out as `shown` makes it, and the bytes of its
    reads by offset are gathered in `part`, so that they are there when it fails."""
    reply: object = None
    error: FieldProError | None = None
    while True:
        try:
            item = reading.send(reply) if error is None else reading.throw(error)
        except StopIteration as end:
            data: bytes = end.value
            return data
        reply, error = None, None
        try:
            reply = yield shown(item) if isinstance(item, Progress) else item
        except FieldProError as raised:
            error = raised
        else:
            if isinstance(item, OffsetRead):
                part += reply.data  # type: ignore[attr-defined] # the reply to a read


def merged(parts: Iterable[tuple[int, int]]) -> Parts:
    """The same bytes as few parts as can be, in order; empty ones left out."""
    result: list[tuple[int, int]] = []
    for offset, length in sorted(part for part in parts if part[1]):
        if result and offset <= sum(result[-1]):
            start = result[-1][0]
            result[-1] = (start, max(sum(result[-1]), offset + length) - start)
        else:
            result.append((offset, length))
    return tuple(result)
