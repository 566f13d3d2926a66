"""One side of a comparison: a tape, a read-out, or a meter that is read now. All three hold tables in a context.

left = Side.of_tape(load("bench.tape"))
right = session.run(Side.of_meter(left))        a conversation that reads just what the left side has
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import PurePath

from fieldpro.c12.dictionary.tables import Tables
from fieldpro.dictionaries import load_dictionary
from fieldpro.errors import FieldProError, UsageError
from fieldpro.explain import explain
from fieldpro.meter import device_profile, wanted
from fieldpro.meter.collection import Collection
from fieldpro.meter.device_profile import DeviceProfile
from fieldpro.meter.identity import NOBODY
from fieldpro.meter.reading import Visit
from fieldpro.records import MeterIdentity, ReadOut, TableReading, TableStatus
from fieldpro.secret import SECRET_TABLES, holds_secrets
from fieldpro.session.conversation import Conversation
from table_playback.compare.contents import Content, Spans
from table_playback.compare.images import images_of
from table_playback.tape.model import Step, Tape


class SideKind(StrEnum):
    TAPE = "tape"
    READ_OUT = "read-out"
    METER = "meter"


@dataclass(frozen=True, slots=True)
class Held:
    """What a side has of a table; see `Content`."""

    data: bytes
    parts: Spans = ()
    masked: Spans = ()


@dataclass(frozen=True)
class Side:
    """`missing`: tables that were asked for and not got, with the reason in words. `ignore`: elements that the side
    itself leaves out. `notes`: what a person should know of it."""

    kind: SideKind
    title: str
    identity: MeterIdentity | None
    when: datetime | None  # UTC
    tables: Tables
    held: Mapping[int, Held]
    missing: Mapping[int, str] = field(default_factory=dict)
    steps: Sequence[Step] = ()
    ignore: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def content(self, number: int) -> Content:
        """One of the tables held."""
        held = self.held[number]
        return Content(self.tables, number, held.data, held.parts, held.masked)

    def hides(self, number: int) -> bool:
        """Whether a table's bytes are not for the eyes: passwords and keys."""
        return holds_secrets(number)

    @classmethod
    def of_read_out(cls, read_out: ReadOut, *, title: str = "", profile: DeviceProfile | None = None) -> Side:
        """A saved read-out, by the device profile it was read with unless another one is given."""
        return _of_readings(read_out, SideKind.READ_OUT, title or "Read-out", profile)

    @classmethod
    def of_tape(cls, tape: Tape, *, title: str = "", profile: DeviceProfile | None = None) -> Side:
        """A tape: its table images, and where it has none what its steps have read."""
        header = tape.header
        identity = header.meter
        profile, notes = _profile(header.device_profile, identity, profile)
        overlays, more = _overlays(header.dictionary, profile)
        if header.interrupted:
            notes += ("the recording was interrupted",)
        images = images_of(tape)
        held = {number: Held(image.data, image.parts, image.masked) for number, image in sorted(images.items())}
        return cls(
            kind=SideKind.TAPE,
            title=title or header.title or PurePath(tape.path).name or "Tape",
            identity=identity,
            when=header.started_at,
            tables=_context(overlays, profile, held),
            held=held,
            steps=tape.steps,
            ignore=header.ignore,
            notes=notes + more,
        )

    @staticmethod
    def of_meter(
        like: Side, *, title: str = "", profile: DeviceProfile | None = None, collection: Collection | None = None
    ) -> Conversation[Side]:
        """Read from the meter on the line what another side has, and only that: its tables, of a table that it has in
        part these parts, and what shapes their layouts.

        Tables of passwords and keys are not read. A table that the meter refuses is missing; a dead link is raised.
        """
        visit = Visit(collection or Collection(), profile=profile)
        yield from visit.meet()
        chosen = frozenset(like.held) - SECRET_TABLES
        here = frozenset(visit.tables.numbers)
        shaping = (wanted.closure(visit.tables, chosen) - chosen) & visit.listed()
        order = wanted.in_order(visit.tables, (chosen | shaping) - visit.fresh - (shaping & here))
        visit.expect(order)
        for number in order:
            held = like.held.get(number)
            if held is not None and held.parts and visit.reads_by_offset is not False:
                yield from visit.read_parts(number, held.parts, size=len(held.data))
            else:
                yield from visit.read(number)
        read_out = visit.collection.read_out()
        tables = {number: reading for number, reading in read_out.tables.items() if number in chosen}
        side = _of_readings(read_out, SideKind.METER, title or "Meter on the line", visit.profile, tables)
        return side


def _of_readings(
    read_out: ReadOut,
    kind: SideKind,
    title: str,
    profile: DeviceProfile | None,
    chosen: Mapping[int, TableReading] | None = None,
) -> Side:
    """`chosen`: the readings that are compared; the others only shape their layouts."""
    profile, notes = _profile(read_out.device_profile, read_out.identity, profile)
    known = {n: r for n, r in read_out.tables.items() if r.data and (r.status is TableStatus.READ or r.parts)}
    every = {number: Held(reading.data, reading.parts) for number, reading in known.items()}
    chosen = read_out.tables if chosen is None else chosen
    return Side(
        kind=kind,
        title=title,
        identity=None if read_out.identity == NOBODY else read_out.identity,
        when=read_out.started_at,
        tables=_context(profile.dictionary.overlays, profile, every),
        held={number: held for number, held in sorted(every.items()) if number in chosen},
        missing={number: _why_missing(reading) for number, reading in chosen.items() if number not in every},
        notes=notes,
    )


def _why_missing(reading: TableReading) -> str:
    if reading.status is TableStatus.READ:
        return "empty"
    if reading.error is None:
        return "not read"
    words = explain(reading.error)
    return words.what if reading.status is TableStatus.FAILED else f"refused: {words.what}"


def _profile(
    name: str, identity: MeterIdentity | None, given: DeviceProfile | None
) -> tuple[DeviceProfile, tuple[str, ...]]:
    """The device profile of this name, or the one closest to the meter, with a note when it is another one."""
    if given is not None:
        return given, ()
    try:
        if name:
            return device_profile.load(name), ()
        return device_profile.choose(identity or NOBODY), ()
    except FieldProError:
        chosen = device_profile.choose(identity or NOBODY)
        return chosen, (f"the device profile {name!r} is not here: {chosen.title} is used",)


def _overlays(names: Iterable[str], profile: DeviceProfile) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The dictionary overlays to lay on: those named, or the profile's, with a note."""
    chosen = tuple(names)
    if not chosen:
        return tuple(profile.dictionary.overlays), ()
    try:
        load_dictionary(chosen)
    except UsageError:
        named = ", ".join(chosen)
        return tuple(profile.dictionary.overlays), (f"the dictionary {named} is not here: the profile's is used",)
    return chosen, ()


def _context(overlays: Iterable[str], profile: DeviceProfile, held: Mapping[int, Held]) -> Tables:
    """The tables that are whole, so that no layout is made of bytes that nobody read."""
    raw = {number: each.data for number, each in held.items() if not each.parts}
    return Tables(load_dictionary(tuple(overlays)), settings=profile.dictionary.settings, raw=raw)
