"""What the Calendar page has done outside the GUI thread: reading a calendar, comparing it, putting it in programs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from fieldpro.errors import FieldProError, TableUnresolved, UsageError
from fieldpro.meter.calendar import TABLES, Calendar, change_set, elements, read_calendar
from fieldpro.meter.calendar.tables import CALENDAR
from fieldpro.meter.changes import ChangeSet, Journal, Staged, room_for_pending, stage
from fieldpro.meter.collection import Collection
from fieldpro.meter.pending import AtTime
from fieldpro.meter.programs import Complaint, Library, check, from_readout
from fieldpro.meter.programs.values import file_values
from fieldpro.meter.read import read_tables
from fieldpro.meter.view import MeterView
from fieldpro.records import ReadOut
from fieldpro.security import entries
from fieldpro.security.rights import Right

if TYPE_CHECKING:
    from fieldpro.gui.rights import Rights
    from fieldpro.session.conversation import Conversation

READ = tuple(sorted(TABLES))


@dataclass(frozen=True)
class Compared:
    """The calendar against what the meter holds now, and the read-out it was compared with."""

    change_set: ChangeSet
    read_out: ReadOut


def of_view(view: MeterView) -> Calendar | None:
    """The calendar of what is shown; None when its tables were not read, or the meter has none."""
    if view.tables.get(CALENDAR) is None:
        return None
    try:
        return read_calendar(view.tables)
    except TableUnresolved:
        return None


def has_calendar(view: MeterView) -> bool:
    """Whether the meter lists a calendar; True where it is not known."""
    listed = view.tables.get(0)
    if listed is None:
        return True
    try:
        used = view.tables.decode(0).values["STD_TBLS_USED"]
    except FieldProError:
        return True
    return CALENDAR in used


class Comparing:
    """Reads the meter's calendar again, and compares. `base`: what was read of this meter before."""

    def __init__(self, calendar: Calendar, operator: str, base: ReadOut | None) -> None:
        self._calendar = calendar
        self._collection = Collection(operator=operator, base=base)

    def conversation(self) -> Conversation[Compared]:
        yield from read_tables(READ, collection=self._collection, only_listed=True)
        read_out = self._collection.read_out()
        return Compared(change_set(MeterView(read_out).tables, self._calendar), read_out)


@dataclass
class Staging:
    """The calendar into pending tables, to take hold at a time of the meter's own clock; allowed and recorded."""

    change_set: ChangeSet
    at: datetime
    journal: Journal
    rights: Rights
    operator: str
    profile: Any = None

    def conversation(self) -> Conversation[Staged]:
        trigger = AtTime(self.at)
        told = entries.write(
            purpose=f"pending, {trigger.words}",
            changes=[(each.path, each.old_text, each.new_text) for each in self.change_set.different],
        )
        with self.rights.job(Right.CALENDAR, self.change_set.identity, entries.WRITE, told) as notes:
            staged = yield from stage(
                self.change_set, trigger, journal=self.journal, who=self.operator, profile=self.profile
            )
            notes.add(job=staged.job)
        return staged


def takes_pending(view: MeterView) -> bool:
    """Whether the meter can keep tables that take hold later."""
    try:
        return room_for_pending(view.tables) > 0
    except FieldProError:
        return False


@dataclass(frozen=True, slots=True)
class Kept:
    """A program that holds the calendar now, and what is wrong with it as a whole."""

    name: str
    revision: int
    complaints: tuple[Complaint, ...] = ()


def program_names(library: Library) -> list[tuple[str, str]]:
    """(name, title) of the library's programs."""
    return [(entry.name, entry.title or entry.name) for entry in library.search() if entry.error is None]


def into_program(library: Library, name: str, calendar: Calendar, view: MeterView | None) -> Kept:
    """The calendar into a program of the library, as its next revision; a new program where there is none of this name.

    What a program said of the calendar before is replaced. Raises `UsageError` for a new program without a meter to
    say what it is for, `FileError`.
    """
    wanted = {path: file_values(value) for path, value in elements(calendar).items() if _counts_too(calendar, path)}
    if name in library.names():
        program = library.load(name)
        kept = {path: value for path, value in program.elements.items() if not _is_of_calendar(path)}
        program = replace(program, elements={**kept, **wanted})
    elif view is None:
        raise UsageError("program", "one of the library, or a meter to say what it is for", name)
    else:
        made = from_readout(view, (CALENDAR,), name=name)
        program = replace(made, elements=wanted, blanks={})
    entry = library.save_next(program)
    return Kept(entry.name, entry.revision, tuple(check(library.load(entry.name))))


def _is_of_calendar(path: str) -> bool:
    return path.startswith(("CALENDAR_TBL.", "TIME_OFFSET_TBL."))


def _counts_too(calendar: Calendar, path: str) -> bool:
    """The counts of table 51 only where the meter takes them."""
    return calendar.limits.counts_can_change or not path.startswith("ACT_TIME_TOU_TBL.")


def rows_of(changes: ChangeSet) -> list[tuple[str, str, str]]:
    """(element, as it is, as it will be) for the dialog."""
    from fieldpro.gui.models.differences import title_of, with_unit

    return [
        (title_of(each), with_unit(each.old_text, each.unit), with_unit(each.new_text, each.unit))
        for each in changes.different
    ]
