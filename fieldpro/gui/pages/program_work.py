"""What the Program page has done outside the GUI thread: finding, loading and checking programs, comparing, writing.

The functions run in the lanes and in the port's thread; what they return is frozen and is only looked at by the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fieldpro.c12.dictionary.model import MANUFACTURER
from fieldpro.errors import Cancelled, FieldProError, FileError
from fieldpro.files import write_atomically
from fieldpro.meter import wanted
from fieldpro.meter.changes import (
    ChangeSet,
    Journal,
    Staged,
    Unfinished,
    Written,
    compare_with_meter,
    finish,
    finish_staging,
    go_back,
    go_back_from_staging,
    look,
    room_for_pending,
    rules,
    stage,
)
from fieldpro.meter.changes import apply as apply_changes
from fieldpro.meter.changes import compare as compare_with_view
from fieldpro.meter.collection import Collection
from fieldpro.meter.pending import AtTime, ByProcedure, Trigger
from fieldpro.meter.programs import (
    Complaint,
    Entry,
    Library,
    Program,
    check,
    dump,
    from_readout,
    load,
    template,
    template_names,
)
from fieldpro.meter.read import read_tables
from fieldpro.meter.view import MeterView
from fieldpro.records import MeterIdentity, ReadOut
from fieldpro.secret import SECRET_TABLES, Secret
from fieldpro.security import entries
from fieldpro.security.rights import Right

if TYPE_CHECKING:
    from fieldpro.c12.dictionary import Tables
    from fieldpro.gui.rights import Rights
    from fieldpro.session.conversation import Conversation

LIBRARY, TEMPLATE = "library", "template"


@dataclass(frozen=True, slots=True)
class Offer:
    """A program that can be chosen: of the library (`revision` its newest) or one that ships."""

    kind: str
    name: str
    title: str
    revision: int


@dataclass(frozen=True)
class Loaded:
    """A program in hand. `origin`: where it comes from, for a person; `complaints`: what is wrong with it."""

    program: Program
    origin: str
    complaints: tuple[Complaint, ...] = ()
    revisions: tuple[int, ...] = ()  # those of the library, the newest first
    kind: str = ""


@dataclass(frozen=True)
class Compared:
    """A comparison, and the read-out it was made with."""

    change_set: ChangeSet
    read_out: ReadOut | None


@dataclass(frozen=True)
class Done:
    """A write that was verified, and the tables read again; None when that last read failed."""

    written: Written
    read_out: ReadOut | None


@dataclass(frozen=True)
class Waits:
    """A write into pending tables that was verified: it takes hold later."""

    staged: Staged


@dataclass(frozen=True)
class PastWrite:
    """One run of bytes that was written, for the list of what was written before. `at` in local time; bytes in hex."""

    at: str
    who: str
    program: str
    what: str
    outcome: str
    is_open: bool
    before: str
    after: str


# --- programs ---------------------------------------------------------------------------------------------------


def offers(library: Library, text: str = "") -> list[Offer]:
    """Every program of the library, then the templates."""
    mine = [_offer(entry) for entry in library.search(text) if entry.error is None]
    ships = [template(name) for name in template_names()]
    return mine + [Offer(TEMPLATE, each.name, each.title or each.name, each.revision) for each in ships]


def _offer(entry: Entry) -> Offer:
    return Offer(LIBRARY, entry.name, entry.title or entry.name, entry.revision)


def open_offer(library: Library, offer: Offer, revision: int | None = None) -> Loaded:
    """Raises `UsageError`, `FileError`."""
    if offer.kind == TEMPLATE:
        program = template(offer.name)
        return Loaded(program, "template", tuple(check(program)), kind=TEMPLATE)
    program = library.load(offer.name, revision)
    history = tuple(entry.revision for entry in library.history(offer.name))
    return Loaded(program, "library", tuple(check(program)), history, LIBRARY)


def open_file(path: Path) -> Loaded:
    """Raises `FileError`."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(str(path), "the file", "UTF-8 text that can be read", str(error)) from error
    program = load(text, str(path))
    return Loaded(program, str(path), tuple(check(program, text=text)))


def of_meter(view: MeterView, name: str = "") -> Loaded:
    """This meter as a program. Raises `UsageError` when none of its configuration was read."""
    program = from_readout(view, name=name)
    return Loaded(program, "meter", tuple(check(program, tables=view.tables)))


@dataclass(frozen=True)
class Making:
    """Reads the configuration of the meter on the line and makes a program of it."""

    operator: str
    base: ReadOut | None
    view: MeterView

    def conversation(self) -> Conversation[tuple[Loaded, ReadOut]]:
        collection = Collection(operator=self.operator, base=self.base)
        numbers = configuration_numbers(self.view.tables)
        read_out = yield from read_tables(numbers, collection=collection, only_listed=True)
        return of_meter(MeterView(read_out)), read_out


def configuration_numbers(tables: Tables) -> frozenset[int]:
    """The tables that say how this meter works, as far as it lists them; passwords and keys left out."""
    known = tables.dictionary.by_name
    standard = {known[name].number for name in rules().configuration.tables if name in known}
    makers = {MANUFACTURER + number for number in tables.decode(0).values.get("MFG_TBLS_WRITE") or ()}
    return frozenset((standard | makers) & wanted.listed(tables)) - SECRET_TABLES


def keep(library: Library, program: Program) -> Entry:
    """Into the library, as its next revision."""
    return library.save_next(program)


def save_to(path: Path, program: Program, tables: Tables | None) -> Path:
    """As a file, with titles and units as comments where a meter's tables are known."""
    write_atomically(path, dump(replace(program, filled={}), tables).encode())
    return path


def fill_in(
    program: Program, texts: Mapping[str, str], secrets: Mapping[str, Secret], tables: Tables | None
) -> tuple[Program, dict[str, str]]:
    """The program with its fields filled in, and what is wrong by field; wrong ones are left open."""
    values: dict[str, Any] = {name: text for name, text in texts.items() if text}
    values |= secrets
    filled = program.filled_with(values)
    wrong: dict[str, str] = {}
    for complaint in check(filled, tables=tables):
        for name in values:
            if program.blanks[name].element == complaint.path:
                wrong[name] = complaint.expected
    good = {name: value for name, value in values.items() if name not in wrong}
    return (program.filled_with(good) if wrong else filled), wrong


# --- comparing --------------------------------------------------------------------------------------------------


def compare_here(program: Program, view: MeterView) -> Compared:
    """With what was read before, without the meter."""
    return Compared(compare_with_view(program, view), None)


class Comparing:
    """Reads what a program speaks of, and compares. `base`: what was read of this meter before."""

    def __init__(self, program: Program, operator: str, base: ReadOut | None) -> None:
        self._program = program
        self._collection = Collection(operator=operator, base=base)

    def conversation(self) -> Conversation[Compared]:
        change_set = yield from compare_with_meter(self._program, collection=self._collection)
        return Compared(change_set, self._collection.read_out())


# --- writing ----------------------------------------------------------------------------------------------------


@dataclass
class Writing:
    """One write, allowed, recorded, verified; then its tables are read again."""

    change_set: ChangeSet
    journal: Journal
    rights: Rights
    operator: str
    base: ReadOut | None
    profile: Any = None
    paths: tuple[str, ...] | None = None  # of the rows that were chosen; None: all of them
    right: Right | None = None  # another one than what is written asks for

    def conversation(self) -> Conversation[Done]:
        chosen = self.change_set if self.paths is None else self.change_set.choose(self.paths)
        with self.rights.job(self.right or right_for(chosen), chosen.identity, entries.WRITE, _told(chosen)) as notes:
            written = yield from apply_changes(chosen, journal=self.journal, who=self.operator, profile=self.profile)
            notes.add(job=written.job, verified=len(written.changes) - len(written.unproven))
        read_out = yield from self._read_again(written)
        return Done(written, read_out)

    def _read_again(self, written: Written) -> Conversation[ReadOut | None]:
        """What was written counts whatever becomes of this."""
        collection = Collection(operator=self.operator, base=self.base)
        try:
            yield from read_tables(written.change_set.tables, collection=collection, only_listed=True)
        except (FieldProError, Cancelled):
            return None
        return replace(collection.read_out(), operator=self.operator, note=note_of(written))


@dataclass(kw_only=True)
class Staging:
    """One write into pending tables: allowed, recorded, found in the meter's list of what waits."""

    change_set: ChangeSet
    trigger: Trigger
    journal: Journal
    rights: Rights
    operator: str
    profile: Any = None
    paths: tuple[str, ...] | None = None

    def conversation(self) -> Conversation[Waits]:
        chosen = self.change_set if self.paths is None else self.change_set.choose(self.paths)
        told = {**_told(chosen), "purpose": f"pending, {self.trigger.words}"}
        with self.rights.job(Right.PENDING, chosen.identity, entries.WRITE, told) as notes:
            staged = yield from stage(
                chosen, self.trigger, journal=self.journal, who=self.operator, profile=self.profile
            )
            notes.add(job=staged.job)
        return Waits(staged)


def _told(change_set: ChangeSet) -> dict[str, Any]:
    """What the audit log says of a write."""
    origin = change_set.origin
    return entries.write(
        purpose=change_set.purpose,
        changes=[(each.path, each.old_text, each.new_text) for each in change_set.different],
        program=origin.name,
        revision=origin.revision or None,
        program_hash=origin.hash,
    )


def trigger_of(when: str, at: datetime) -> Trigger | None:
    """What a person chose: "now", "at" a time of the meter's own clock, or when it is "told"."""
    triggers: dict[str, Trigger] = {"at": AtTime(at), "told": ByProcedure()}
    return triggers.get(when)


def can_wait(change_set: ChangeSet) -> bool:
    """Whether this meter takes pending tables, and these changes can be written into them."""
    if change_set.purpose != "write" or any(change.secret for change in change_set.different):
        return False
    return room_for_pending(change_set.before) > 0


def right_for(change_set: ChangeSet) -> Right:
    """Passwords and keys take a right of their own."""
    secret = any(change.secret for change in change_set.different)
    return Right.SECURITY_TABLES if secret else Right.PROGRAM_WRITE


def note_of(written: Written) -> str:
    """What stands in the record: the program with its revision and hash, and how many changes."""
    origin = written.origin
    program = f"{origin} (SHA-256 {origin.hash}): " if origin.name else ""
    count, purpose = len(written.changes), written.change_set.purpose
    return f"{program}{count} {'change' if count == 1 else 'changes'} written and read back ({purpose})"


# --- what was interrupted ---------------------------------------------------------------------------------------


@dataclass
class Resuming:
    """Looks at the meter after an interruption, and says what is left to do. Pending tables are dealt with at once."""

    unfinished: Unfinished
    journal: Journal
    rights: Rights
    to_finish: bool

    def conversation(self) -> Conversation[ChangeSet | None]:
        if self.unfinished.is_staging:
            told = entries.write(purpose="finish" if self.to_finish else "go-back", changes=[])
            with self.rights.job(Right.PENDING, self.unfinished.identity, entries.WRITE, told):
                read_out = yield from read_tables({0, 4}, collection=Collection(), only_listed=True)
                ending = finish_staging if self.to_finish else go_back_from_staging
                yield from ending(self.unfinished, MeterView(read_out).tables, journal=self.journal)
            return None
        view = yield from look(self.unfinished)
        return (finish if self.to_finish else go_back)(self.unfinished, view, self.journal)


def past_writes(journal: Journal, identity: MeterIdentity) -> list[PastWrite]:
    """Everything that was written to a meter from here, the newest first; what it held before, in hex."""
    found = []
    for job in reversed(journal.jobs(identity)):
        at = f"{datetime.fromisoformat(job.at).astimezone():%Y-%m-%d %H:%M}"
        for span, reached in job.spans:
            outcome = f"{job.purpose}, {job.outcome or f'interrupted: {reached}'}"
            found.append(
                PastWrite(
                    at,
                    job.who,
                    str(job.origin),
                    ", ".join(span.paths) or span.name,
                    outcome,
                    job.outcome is None,
                    "" if span.before is None else span.before.hex(" ").upper(),
                    span.after.hex(" ").upper(),
                )
            )
    return found
