"""The tables of a meter as a catalogue: what it has, what was read, what it lacks. No widget here.

Numbers as everywhere: manufacturer table n is 2048 + n. What the meter has is what its table 0 lists (C12.19 table 0,
STD_TBLS_USED and MFG_TBLS_USED), and whatever was read all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from fieldpro.c12.dictionary import model
from fieldpro.errors import FieldProError
from fieldpro.explain import explain
from fieldpro.gui.words import mark, tr
from fieldpro.records import TableReading, TableStatus

if TYPE_CHECKING:
    from fieldpro.c12.dictionary.build import Dictionary
    from fieldpro.c12.dictionary.tables import Tables
    from fieldpro.meter.device_profile import DeviceProfile

MAKERS = -1  # the group of manufacturer tables
PROCEDURES = -2  # the group of procedures
PROCEDURE = 1 << 16  # procedure n stands among the tables as this + n


class Presence(StrEnum):
    READ = "read"
    PARTIAL = "partial"  # some of its bytes are here
    REFUSED = "refused"
    FAILED = "failed"
    NOT_READ = "not-read"  # the meter has it
    LACKING = "lacking"  # the meter does not have it


PRESENCE_WORDS = {
    Presence.PARTIAL: mark("in part"),
    Presence.REFUSED: mark("refused"),
    Presence.FAILED: mark("failed"),
    Presence.NOT_READ: mark("not read"),
    Presence.LACKING: mark("not in this meter"),
}


@dataclass(frozen=True, slots=True)
class TableEntry:
    """One table. `label` is "ST 23" or "MT 3"; `reason` says in words why there are no bytes; `words` is what a search
    looks into: number, names, titles, elements, in lower case."""

    number: int
    label: str
    name: str
    title: str
    presence: Presence = Presence.READ
    size: int = 0
    reason: str = ""
    words: str = ""

    @property
    def has_bytes(self) -> bool:
        return self.presence in (Presence.READ, Presence.PARTIAL)

    @property
    def in_meter(self) -> bool:
        return self.presence is not Presence.LACKING

    @property
    def is_procedure(self) -> bool:
        return self.number >= PROCEDURE

    @property
    def state(self) -> str:
        """`412 B` or a word."""
        if self.is_procedure:
            return ""
        if self.presence is Presence.READ:
            return size_text(self.size)
        return tr(PRESENCE_WORDS[self.presence])


@dataclass(frozen=True, slots=True)
class Group:
    """A decade of standard tables, or the manufacturer's."""

    decade: int
    title: str
    entries: tuple[TableEntry, ...]

    @property
    def in_meter(self) -> int:
        return sum(entry.in_meter for entry in self.entries)


def size_text(size: int) -> str:
    return f"{size:,} B" if size < 10_000 else f"{size / 1000:,.0f} kB"


def catalogue(tables: Tables, readings: Mapping[int, TableReading]) -> tuple[Group, ...]:
    """Every table of the dictionary and of the meter, by decade."""
    dictionary = tables.dictionary
    listed = _listed(tables)
    numbers = sorted({number for number in {*dictionary.tables, *listed, *readings} if number < model.PENDING})
    entries = [_entry(dictionary, number, number in listed, readings.get(number)) for number in numbers]
    groups: dict[int, list[TableEntry]] = {}
    for entry in entries:
        maker = entry.number >= model.MANUFACTURER
        groups.setdefault(MAKERS if maker else entry.number // 10, []).append(entry)
    ordered = sorted(groups, key=lambda decade: (decade == MAKERS, decade))
    return tuple(Group(decade, _group_title(dictionary, decade), tuple(groups[decade])) for decade in ordered)


def procedures_group(tables: Tables, profile: DeviceProfile | None = None) -> Group:
    """Every procedure of the dictionary and of the meter, as one branch below the tables."""
    from fieldpro.meter.procedures import offers

    entries = []
    for offer in offers(tables, profile):
        label = offer.label if offer.label.startswith("MP") else f"SP {offer.label}"
        lacks = offer.listed is False
        reason = tr("The meter does not list this procedure.") if lacks else ""
        definition = tables.dictionary.procedures.get(offer.number)
        words = [label, str(offer.number), offer.name, offer.title]
        for part in () if definition is None else (definition.request, definition.response):
            words += [] if part is None else element_names(tables.dictionary, part)
        entries.append(
            TableEntry(
                PROCEDURE + offer.number,
                label,
                offer.name,
                offer.title,
                Presence.LACKING if lacks else Presence.READ,
                0,
                reason,
                " ".join(dict.fromkeys(words)).lower(),
            )
        )
    return Group(PROCEDURES, tr("Procedures"), tuple(entries))


def _listed(tables: Tables) -> frozenset[int]:
    from fieldpro.meter.wanted import listed

    try:
        return listed(tables)
    except FieldProError:
        return frozenset()


def _group_title(dictionary: Dictionary, decade: int) -> str:
    if decade == MAKERS:
        return tr("Manufacturer tables")
    known = dictionary.decades.get(decade)
    return known.title or known.name if known is not None else tr("Decade {number}", number=decade)


def _entry(dictionary: Dictionary, number: int, listed: bool, reading: TableReading | None) -> TableEntry:
    definition = dictionary.tables.get(number)
    own = number % model.MANUFACTURER
    maker = number >= model.MANUFACTURER
    label = f"MT {own}" if maker else f"ST {own}"
    name = definition.name if definition is not None else ""
    unknown = tr("Manufacturer table {number}", number=own) if maker else tr("Table {number}", number=own)
    title = (definition.title or definition.name) if definition is not None else unknown
    presence, reason = _presence(listed, reading)
    words = [label, str(own), name, title]
    if definition is not None and definition.type is not None:
        words += element_names(dictionary, definition.type)
    size = len(reading.data) if reading is not None and presence is not Presence.LACKING else 0
    return TableEntry(number, label, name, title, presence, size, reason, " ".join(dict.fromkeys(words)).lower())


def _presence(listed: bool, reading: TableReading | None) -> tuple[Presence, str]:
    if reading is None or reading.status is TableStatus.NOT_READ:
        if listed:
            return Presence.NOT_READ, tr("This table has not been read.")
        return Presence.LACKING, tr("The meter does not list this table.")
    if reading.status is TableStatus.READ and not reading.parts:
        return Presence.READ, ""
    reason = ""
    if reading.error is not None:
        words = explain(reading.error, translate=tr)
        reason = f"{words.what}. {words.next_step}"
    if reading.parts:
        have = sum(length for _, length in reading.parts)
        part = tr("{have} of {all} bytes are here; zeros stand for the rest.", have=f"{have:,}", all=len(reading.data))
        return Presence.PARTIAL, f"{part} {reason}".strip()
    return (Presence.REFUSED if reading.status is TableStatus.REFUSED else Presence.FAILED), reason


def element_names(dictionary: Dictionary, of: model.TypeExpr) -> list[str]:
    """The names and titles of every element of a type, through all branches of its choices."""
    found: list[str] = []
    seen: set[str] = set()
    waiting: list[model.TypeExpr] = [of]
    while waiting:
        kind = waiting.pop()
        if isinstance(kind, model.NamedType):
            if kind.name in dictionary.types and kind.name not in seen:
                seen.add(kind.name)
                waiting.append(dictionary.types[kind.name].type)
        elif isinstance(kind, model.ArrayType):
            waiting.append(kind.element)
        elif isinstance(kind, model.RecordType | model.BitFieldType):
            for element in model.elements(kind.body):
                found += [element.name, element.annotation.title]
                if isinstance(element, model.Element):
                    waiting.append(element.type)
        elif isinstance(kind, model.Choice):
            waiting += [branch.body for branch in kind.branches if not isinstance(branch.body, tuple)]
    return [text for text in dict.fromkeys(found) if text]


def filtered(groups: Sequence[Group], text: str, *, only_meter: bool = False) -> tuple[Group, ...]:
    """The groups with the tables in which every word of `text` occurs; empty groups are left out."""
    wanted = text.lower().split()

    def kept(entries: Iterable[TableEntry]) -> Iterator[TableEntry]:
        for entry in entries:
            if (entry.in_meter or not only_meter) and all(word in entry.words for word in wanted):
                yield entry

    found = (replace(group, entries=tuple(kept(group.entries))) for group in groups)
    return tuple(group for group in found if group.entries)


def find(groups: Sequence[Group], number: int) -> TableEntry | None:
    return next((entry for group in groups for entry in group.entries if entry.number == number), None)
