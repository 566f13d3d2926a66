"""A change set written now to take hold later: pending tables (ANSI C12.19, tables 4096 + n).

    staged = yield from stage(change_set, AtTime(datetime(2026, 6, 1)), journal=journal)
    staged.triggers             how table 4 knows them; `meter.procedures.activate_pending` and `clear_pending` take one

A pending table is written whole: its header of six bytes, then all of the table as it is to be. What is in force is not
touched until then, so an interruption leaves the meter as it was but for a pending table, which the journal names; to
finish it is to stage the change set again, to go back is to clear it.

    4096 + n :  PENDING_HEADER (6) | table n
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fieldpro.c12.dictionary import Tables
from fieldpro.c12.dictionary.model import PENDING
from fieldpro.c12.psem.codes import ResponseCode
from fieldpro.c12.psem.full_write import FullWrite
from fieldpro.errors import NotVerified, ServiceRefused, WriteImpossible
from fieldpro.meter.changes.apply import Work
from fieldpro.meter.changes.change_set import ChangeSet
from fieldpro.meter.changes.image import Image
from fieldpro.meter.changes.journal import STAGING, Journal, Unfinished
from fieldpro.meter.changes.plan import Operation
from fieldpro.meter.changes.records import Outcome, Span, Stage
from fieldpro.meter.device_profile import DeviceProfile
from fieldpro.meter.pending import PENDING_STATUS, Trigger, Waiting, header, trigger_of, waiting
from fieldpro.meter.procedures.call import run_procedure
from fieldpro.records import MeterIdentity
from fieldpro.secret import holds_secrets
from fieldpro.session.conversation import Conversation, Progress
from fieldpro.session.tables import read_table

HEADER_BYTES = 6
CLEAR_SPECIFIC = 15
_PROCEDURE = 13  # its parameters are a pending header
_NOT_READABLE = (ResponseCode.IAR, ResponseCode.ONP, ResponseCode.ISC)


@dataclass(frozen=True, eq=False)
class Staged:
    """What waits in the meter. `tables`: the numbers of the tables that will change."""

    identity: MeterIdentity
    change_set: ChangeSet
    trigger: Trigger
    tables: tuple[int, ...]
    job: str
    staged_at: datetime

    def inverse(self) -> ChangeSet:
        """The change set that takes it back once it is in force; before that, clear what is pending."""
        return self.change_set.inverse()


def room_for_pending(tables: Tables) -> int:
    """How many tables can be pending at once (table 0, NBR_PENDING); 0: this meter has no pending tables."""
    return int(tables.decode(0).values.get("NBR_PENDING") or 0)


def pending_header(tables: Tables, trigger: Trigger) -> bytes:
    """The six bytes in front of a pending table. Raises `TableError` for a trigger that this meter cannot have."""
    return tables.procedure_request(_PROCEDURE, _header_sample(trigger)).encode({"HEADER": header(trigger)})


def stage(
    change_set: ChangeSet,
    trigger: Trigger,
    *,
    journal: Journal,
    who: str = "",
    profile: DeviceProfile | None = None,
) -> Conversation[Staged]:
    """Write a change set that was shown and chosen, to take hold by `trigger`.

    Raises, with nothing written, what `apply` raises and `WriteImpossible` where the meter has no room for it.
    """
    tables = change_set.before
    wanted = len(change_set.images)
    if room_for_pending(tables) < wanted:
        few = f"it takes {room_for_pending(tables)} pending tables, and these are {wanted}"
        raise WriteImpossible(", ".join(image.layout.table for image in change_set.images.values()), few)
    head = pending_header(tables, trigger)
    work = Work(change_set, journal, who, profile)
    identity = yield from work.meet()
    contents: list[tuple[Image, bytes, bytes]] = []
    for image in change_set.images.values():
        held = yield from _held(work, image)
        contents.append((image, held, head + _operation(image).laid_over(held)))
    spans = [[_span(image, content)] for image, _, content in contents]
    job = journal.begin(identity, spans, origin=change_set.origin, who=who, purpose=STAGING)
    for number, (image, _, content) in enumerate(contents):
        yield Progress(number, len(contents), "tables", f"Writing {image.layout.title or image.layout.table}, pending")
        journal.mark(job, number, Stage.INTENDED)
        try:
            yield FullWrite(PENDING + image.number, content)
        except ServiceRefused:
            if number == 0:
                journal.end(job, Outcome.NOTHING_WRITTEN)
            raise
        journal.mark(job, number, Stage.WRITTEN)
        yield from _prove(tables, image, trigger, content)
        journal.mark(job, number, Stage.VERIFIED)
    yield Progress(len(contents), len(contents), "tables", "Written, pending")
    journal.end(job, Outcome.DONE)
    return Staged(identity, change_set, trigger, change_set.tables, job.id, journal.now())


def finish_staging(unfinished: Unfinished, tables: Tables, *, journal: Journal) -> Conversation[None]:
    """Write again, whole, what an interrupted staging was to write. `tables`: the meter's, with table 0."""
    for span, stage_ in unfinished.root.spans:
        if stage_ is not Stage.VERIFIED:
            yield FullWrite(span.table, span.after)
        trigger = _trigger_in(tables, span.after)
        if trigger is None or not (yield from _is_waiting(tables, span.table - PENDING, trigger)):
            raise NotVerified(span.name, "listed in table 4", "not there")
    journal.end(unfinished.last, Outcome.FINISHED)


def go_back_from_staging(unfinished: Unfinished, tables: Tables, *, journal: Journal) -> Conversation[None]:
    """Clear what an interrupted staging left pending; what was in force has never changed."""
    for span, _ in unfinished.root.spans:
        trigger = _trigger_in(tables, span.after)
        if trigger is not None and (yield from _is_waiting(tables, span.table - PENDING, trigger)):
            yield from run_procedure(CLEAR_SPECIFIC, {"HEADER": header(trigger)}, tables=tables)
    journal.end(unfinished.last, Outcome.GONE_BACK)


def _trigger_in(tables: Tables, content: bytes) -> Trigger | None:
    head = content[:HEADER_BYTES]
    values = tables.procedure_request(_PROCEDURE, head).decode(head).values
    return trigger_of(values["HEADER"])


def _is_waiting(tables: Tables, number: int, trigger: Trigger) -> Conversation[bool]:
    return any(entry.trigger == trigger for entry in (yield from _listed(tables, number)))


def _listed(tables: Tables, number: int) -> Conversation[list[Waiting]]:
    """What table 4 says of one table."""
    status: bytes = yield from read_table(PENDING_STATUS)
    raw = {each: tables.get(each) or b"" for each in tables.numbers} | {PENDING_STATUS: status}
    here = Tables(tables.dictionary, settings=tables.settings, raw=raw)
    return [entry for entry in waiting(here) if entry.table == number and entry.still_pending]


def _held(work: Work, image: Image) -> Conversation[bytes]:
    """The table as it is in force, and as it was shown."""
    if image.before is None or image.reshaped_from is not None or holds_secrets(image.number):
        raise WriteImpossible(image.layout.table, "a pending table is written whole, and this one cannot be")
    held: bytes = yield from read_table(image.number, image.layout.size)
    work.check_unchanged(image, _operation(image), held)
    return held


def _operation(image: Image) -> Operation:
    return Operation(image.number, image.layout.table, 0, image.layout.size, image.regions, whole=True)


def _span(image: Image, content: bytes) -> Span:
    paths = (f"PENDING_{image.layout.table}",)
    return Span(PENDING + image.number, f"PENDING_{image.layout.table}", 0, None, content, paths, whole=True)


def _prove(tables: Tables, image: Image, trigger: Trigger, content: bytes) -> Conversation[None]:
    """Table 4 must list it with its trigger; where the meter lets the pending table be read, it holds what was
    written."""
    listed = yield from _listed(tables, image.number)
    if not any(entry.trigger == trigger for entry in listed):
        found = ", ".join(entry.trigger.words for entry in listed if entry.trigger) or "not in table 4"
        raise NotVerified(f"PENDING_{image.layout.table}", trigger.words, found)
    try:
        found_bytes: bytes = yield from read_table(PENDING + image.number, len(content))
    except ServiceRefused as refused:
        if refused.response not in _NOT_READABLE:
            raise
        return
    if found_bytes != content:
        raise NotVerified(f"PENDING_{image.layout.table}", f"{len(content)} bytes as written", "other bytes")


def _header_sample(trigger: Trigger) -> bytes:
    """Bytes from which the header's own layout follows: its first byte says which trigger it is."""
    return bytes([header(trigger)["EVENT_SELECTOR"]["EVENT_CODE"]]).ljust(HEADER_BYTES, b"\0")
