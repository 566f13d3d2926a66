"""What the Tables page has done outside the GUI thread: decoding, looking before a write, keeping a draft as a file,
earlier values of a table.

A write takes the road of every other: a change set of exactly these bytes, shown and confirmed, journalled, read back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fieldpro.c12.dictionary import Tables
from fieldpro.c12.dictionary.layout import Layout
from fieldpro.errors import FieldProError, FileError, UsageError
from fieldpro.gui.changed_bytes import changed_runs
from fieldpro.gui.models.differences import title_of, with_unit
from fieldpro.gui.pages.tables_draft import NEAR, TableDraft, is_same_layout, laid_over
from fieldpro.meter.changes import Change, ChangeSet, exact, writable
from fieldpro.meter.changes.exact import Place
from fieldpro.meter.changes.plan import EXCHANGE, OFFSET_HEAD, WHOLE_HEAD, Access, access_of
from fieldpro.meter.collection import Collection
from fieldpro.meter.read import read_tables
from fieldpro.meter.view import MeterView
from fieldpro.records import ReadOut, TableReading, TableStatus
from fieldpro.secret import holds_secrets
from fieldpro.security import entries
from fieldpro.security.rights import Right

if TYPE_CHECKING:
    from fieldpro.gui.rights import Rights
    from fieldpro.meter.device_profile import DeviceProfile
    from fieldpro.session.conversation import Conversation
    from fieldpro.store.database import Store

Request = tuple[int, Place, bytes]
MOST_RECORDS = 200  # of one meter, looked through for earlier values of a table
MOST_DIFFERENCES = 2_000


def overlaid(tables: Tables, images: Mapping[int, bytes]) -> Tables:
    """A meter's tables with those that are being changed."""
    if not images:
        return tables
    raw = {number: tables.get(number) or b"" for number in tables.numbers}
    return Tables(tables.dictionary, settings=tables.settings, raw=raw | dict(images))


def layout_of(tables: Tables, number: int, data: bytes, images: Mapping[int, bytes]) -> Layout | None:
    """The layout that a table has with these bytes; None where there is none."""
    try:
        return overlaid(tables, images).layout(number, data)
    except FieldProError:
        return None


@dataclass(frozen=True, slots=True)
class NewLayout:
    """An answer to "is it another layout now?". `same`: it is not."""

    number: int
    version: int
    layout: Layout | None
    same: bool


def look_at_layout(
    tables: Tables, number: int, data: bytes, images: Mapping[int, bytes], held: Layout | None, version: int
) -> NewLayout:
    found = layout_of(tables, number, data, images)
    return NewLayout(number, version, found, is_same_layout(found, held))


# --- writing ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Looked:
    """What would be written, against what the meter holds now. `read_out`: what was read for it."""

    change_set: ChangeSet
    read_out: ReadOut | None
    warnings: tuple[str, ...] = ()

    @property
    def rows(self) -> list[tuple[str, str, str]]:
        """Element, in the meter, will be."""
        return [row_of(change) for change in self.change_set.different]


def row_of(change: Change) -> tuple[str, str, str]:
    what = f"{change.group.split(' ', 2)[0]} {change.group.split(' ', 2)[1]}: {title_of(change)}"
    return what, with_unit(change.old_text, change.unit), with_unit(change.new_text, change.unit)


class LookingBefore:
    """Reads the changed tables again and makes the change set. `base`: what was read of this meter before."""

    def __init__(self, drafts: Sequence[TableDraft], operator: str, base: ReadOut | None, profile: Any = None) -> None:
        self._drafts = tuple(drafts)
        self._profile = profile
        self._collection = Collection(operator=operator, base=base)

    def conversation(self) -> Conversation[Looked]:
        numbers = [draft.number for draft in self._drafts]
        yield from read_tables(numbers, collection=self._collection)
        read_out = self._collection.read_out()
        return self.of(read_out)

    def of(self, read_out: ReadOut) -> Looked:
        """Raises `UsageError` for a table that could not be read again."""
        tables = MeterView(read_out).tables
        requests: list[Request] = []
        for draft in self._drafts:
            reading = read_out.tables.get(draft.number)
            if reading is None or not reading.data or reading.status is not TableStatus.READ:
                raise UsageError(name_of(tables, draft.number), "a table that can be read before it is written", "none")
            requests += requests_of(tables, draft, reading.data, self._profile)
        change_set = exact(tables, requests)
        warnings = [str(warning) for warning in change_set.warnings]
        allowed = _attempt_writable(tables)
        for number in [] if allowed is None else [each.number for each in self._drafts if each.number not in allowed]:
            warnings.append(f"{name_of(tables, number)} is not among the tables that this meter lists as writable.")
        return Looked(change_set, read_out, tuple(warnings))


def requests_of(tables: Tables, draft: TableDraft, held: bytes, profile: DeviceProfile | None = None) -> list[Request]:
    """The writes that bring a table from what it holds to what the draft wants: the changed bytes by offset where the
    meter takes such writes and it is shorter, else all of it."""
    target = laid_over(draft, held)
    whole: list[Request] = [(draft.number, None, target)]
    if len(target) != len(held) or not _takes_offsets(tables, profile):
        return whole
    runs = draft.runs(near=NEAR)
    cost = sum(EXCHANGE + OFFSET_HEAD + length for _, length in runs)
    if cost >= EXCHANGE + WHOLE_HEAD + len(target):
        return whole
    return [(draft.number, offset, target[offset : offset + length]) for offset, length in runs]


def _takes_offsets(tables: Tables, profile: DeviceProfile | None) -> bool:
    parts = "as-listed" if profile is None else profile.writing.parts
    if parts != "as-listed":
        return parts == "offset"
    try:
        return Access.OFFSET in access_of(int(tables.decode(0).get("DATA_ACCESS_METHOD")))
    except FieldProError:
        return False


def _attempt_writable(tables: Tables) -> frozenset[int] | None:
    try:
        return writable(tables)
    except FieldProError:
        return None


def name_of(tables: Tables, number: int) -> str:
    """ "ST 23 Current registers"."""
    known = tables.dictionary.tables.get(number)
    label = f"MT {number - 2048}" if number >= 2048 else f"ST {number}"
    return label if known is None else f"{label} {known.title or known.name}"


# --- a draft as a file --------------------------------------------------------------------------------------------


def save_draft(readout: ReadOut, images: Mapping[int, bytes], path: Path, rights: Rights) -> Path:
    """What was read with what was changed, as a tape or another format of tapes, by the ending of the name; passwords
    and keys are masked. Raises `TapeError`, `UsageError`, `FileError`, and as `Rights.job`."""
    from table_playback.formats import FORMATS, from_read_out
    from table_playback.tape import save

    now = datetime.now(readout.ended_at.tzinfo)
    read = {n: TableReading(n, TableStatus.READ, data, None, now) for n, data in images.items()}
    changed = ", ".join(map(str, sorted(images)))
    draft = replace(readout, tables={**readout.tables, **read}, note=f"Draft; changed: {changed}" if images else "")
    tape = from_read_out(draft)
    suffix = path.suffix.casefold()
    form = next((each for each in FORMATS if each.can_write and suffix and suffix in each.suffixes), None)
    if form is None and suffix != ".tape":
        known = [".tape", *(suffix for each in FORMATS if each.can_write for suffix in each.suffixes if suffix)]
        raise UsageError("draft", f"a name that ends with {', '.join(known)}", path.name)
    told = entries.export(file=path, format="tape" if form is None else form.name, source="draft", count=len(images))
    with rights.job(Right.EXPORT, readout.identity, entries.EXPORT, told):
        try:
            if form is None:
                save(tape, path)
            else:
                form.write(tape, path)
        except OSError as error:
            raise FileError(str(path), "the file", "a place that can be written", str(error)) from error
    return path


# --- earlier values -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Earlier:
    """The table in a record of the same meter. `same`: it held what it holds now; `data` b"" where it was not read."""

    record: int
    at: datetime
    operator: str
    data: bytes
    parts: tuple[tuple[int, int], ...]
    differs: int  # bytes


@dataclass(frozen=True, slots=True)
class Step:
    """One element that is not as it was."""

    path: str
    title: str
    then: str
    now: str


def earlier_values(store: Store, readout: ReadOut, number: int, data: bytes) -> list[Earlier]:
    """Every saved read of a table of this meter, the newest first; none for tables of passwords and keys."""
    if holds_secrets(number):
        return []
    found = []
    for summary in store.find(readout.identity.serial, limit=MOST_RECORDS):
        if summary.identity.key != readout.identity.key:
            continue
        reading = store.load(summary.id).tables.get(number)
        if reading is not None and reading.data:
            differs = _differing(reading.data, data)
            at = reading.read_at or summary.started_at
            found.append(Earlier(summary.id, at, summary.operator, reading.data, reading.parts, differs))
    return found


def _differing(one: bytes, other: bytes) -> int:

    return sum(length for _, length in changed_runs(one, other))


def changes_since(store: Store, record: int, readout: ReadOut, number: int, data: bytes) -> list[Step]:
    """What of a table is not as it was in a record, element by element, each in the context of its own reading."""
    from table_playback.compare.contents import Content
    from table_playback.compare.difference import differences

    before = store.load(record)
    then, now = MeterView(before).tables, MeterView(readout).tables
    old = before.tables[number]
    current = readout.tables.get(number)
    parts = () if current is None else current.parts
    found = differences(Content(then, number, old.data, old.parts), Content(now, number, data, parts))
    return list(_steps(found))[:MOST_DIFFERENCES]


def _steps(found: Sequence[Any]) -> Iterator[Step]:
    for each in found:
        yield Step(
            each.path,
            each.title or each.path.partition(".")[2] or each.path,
            with_unit(each.expected_text, each.unit),
            with_unit(each.found_text, each.unit),
        )
