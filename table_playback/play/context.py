"""The two sides that a step is compared on: the tables as the tape has them, and as the meter on the line has them.

Layouts come from what is known of each side: the images of the tape and its whole reads; tables 0 and 1 of the meter,
and what was read of it so far, laid over what the tape says. A part that was read is laid into the rest of its table,
the same rest on both sides, so that the difference is told by element.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from fieldpro.c12.dictionary import Dictionary, Tables
from fieldpro.c12.psem.codes import ResponseCode
from fieldpro.dictionaries import load_dictionary
from fieldpro.errors import FieldProError
from fieldpro.meter import device_profile, wanted
from fieldpro.secret import SECRET_TABLES
from table_playback.compare import FieldDifference, Masks, difference
from table_playback.play.plan import PlayPlan
from table_playback.tape.messages import READS
from table_playback.tape.model import Step, Tape
from table_playback.tape.verify import VerifyRule


def dictionary_of(tape: Tape) -> tuple[Dictionary, Mapping[str, int]]:
    """The dictionary of the tape's device profile with its settings; the standard one where that is not here."""
    try:
        profile = device_profile.load(tape.header.device_profile) if tape.header.device_profile else None
        overlays = tape.header.dictionary or (profile.dictionary.overlays if profile else ())
        return load_dictionary(tuple(overlays)), (profile.dictionary.settings if profile else {})
    except FieldProError:
        return load_dictionary(), {}


def tables_of(tape: Tape, steps: Iterable[Step] = ()) -> Tables:
    """The tables of a tape: its images, and the first whole read of those that it has no image of."""
    dictionary, settings = dictionary_of(tape)
    raw = {number: image.data for number, image in tape.tables.items() if not image.parts}
    for step in steps:
        if step.table is not None and step.table not in raw and is_whole_read(step):
            raw[step.table] = step.data
    return Tables(dictionary, settings=settings, raw=raw)


def is_whole_read(step: Step) -> bool:
    return step.service == "full-read" and step.response == ResponseCode.OK and not step.masked


class Sides:
    """One tape and one meter. What the tape says is gathered when it is first asked for."""

    def __init__(self, tape: Tape, live: Tables) -> None:
        self._tape = tape
        self._live = live
        self._learnt: dict[int, bytes] = {}

    @cached_property
    def expected(self) -> Tables:
        """As the tape says; what the tape does not have, as the meter says."""
        own, live = tables_of(self._tape, self._tape.steps), self._live
        header = self._tape.header
        like = own if header.device_profile or header.dictionary else live  # an imported tape does not say it
        return Tables(like.dictionary, settings=like.settings, raw=_raw(live) | _raw(own))

    @cached_property
    def found(self) -> Tables:
        """As the meter says; what nobody has read of it, as the tape says."""
        live = self._live
        return Tables(live.dictionary, settings=live.settings, raw=_raw(self.expected) | _raw(live) | self._learnt)

    def learn(self, step: Step, found: bytes) -> None:
        """The meter gave a whole table."""
        if step.table is None:
            return
        self._learnt[step.table] = found
        if "found" in self.__dict__:
            self.found.put(step.table, found)

    def differences(
        self, step: Step, expected: bytes, found: bytes, *, rule: VerifyRule, volatile: Masks
    ) -> tuple[FieldDifference, ...] | None:
        """What differs in a read, by element; None where nobody can say which elements were read."""
        number = step.table
        if number is None:
            return None
        if step.service != "full-read":
            offset = self.place(step)
            rest = self._rest(number)
            if offset is None or rest is None:
                return None
            expected, found = _laid(rest, offset, expected), _laid(rest, offset, found)
        return difference(
            self.expected, self.found, number, rule=rule, volatile=volatile, data_before=expected, data_after=found
        )

    def place(self, step: Step) -> int | None:
        """Where in its table a step reads or writes; None where that cannot be told."""
        if step.service in ("full-read", "full-write"):
            return 0
        if step.service in ("offset-read", "offset-write"):
            return step.offset
        if step.table is None or not step.indices:
            return None
        try:
            return self.expected.layout(step.table, self._rest(step.table)).locate_index(step.indices).offset
        except FieldProError:
            return None

    def _rest(self, number: int) -> bytes | None:
        """The rest of a table that a part was read of: as the tape has it, as the meter has it, or zeros."""
        held = self.expected.get(number) or self.found.get(number)
        if held is not None:
            return held
        for tables in (self.expected, self.found):
            try:
                return bytes(tables.layout(number).size)
            except FieldProError:
                continue
        return None


def shaping(plan: PlayPlan, live: Tables, listed: frozenset[int]) -> frozenset[int]:
    """The tables that shape what is going to be read, and that neither the tapes nor the meter's tables so far have."""
    asked: set[int] = set()
    known = set(live.numbers).union(*(tape.tables for tape in plan.tapes))
    for _, step in plan.survey.samples:
        if step.table is not None and step.service in READS and step.response == ResponseCode.OK:
            asked.add(step.table)
            if is_whole_read(step):
                known.add(step.table)
    needed: set[int] = set().union(*(wanted.closure(live, [number]) - {number} for number in asked))
    return frozenset(needed & listed) - known - SECRET_TABLES


def _raw(tables: Tables) -> dict[int, bytes]:
    return {number: tables.get(number) or b"" for number in tables.numbers}


def _laid(rest: bytes, offset: int, part: bytes) -> bytes:
    rest = rest.ljust(offset, b"\0")
    return rest[:offset] + part + rest[offset + len(part) :]
