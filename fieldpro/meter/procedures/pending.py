"""Pending tables put into force or given up (ANSI C12.19 procedures 12 to 15)."""

from __future__ import annotations

from dataclasses import dataclass

from fieldpro.errors import FieldProError
from fieldpro.meter.pending import Trigger, Waiting, header, waiting
from fieldpro.meter.procedures.job import TERMS, Evidence, Job, Outcome, Terms
from fieldpro.records import ReadOut
from fieldpro.session.conversation import Conversation

ACTIVATE_ALL, ACTIVATE_SPECIFIC, CLEAR_ALL, CLEAR_SPECIFIC = 12, 13, 14, 15


@dataclass(frozen=True, slots=True)
class PendingOutcome(Outcome):
    """What table 4 listed as still waiting, before and after; None where it could not be read."""

    waiting_before: tuple[Waiting, ...] | None = None
    waiting_after: tuple[Waiting, ...] | None = None


def activate_pending(
    trigger: Trigger | None = None, *, evidence: Evidence | None = None, terms: Terms = TERMS
) -> Conversation[PendingOutcome]:
    """Put pending tables into force now: all of them, or those with exactly this trigger."""
    return (yield from _tell(ACTIVATE_ALL if trigger is None else ACTIVATE_SPECIFIC, trigger, evidence, terms))


def clear_pending(
    trigger: Trigger | None = None, *, evidence: Evidence | None = None, terms: Terms = TERMS
) -> Conversation[PendingOutcome]:
    """Give up pending tables: all of them, or those with exactly this trigger."""
    return (yield from _tell(CLEAR_ALL if trigger is None else CLEAR_SPECIFIC, trigger, evidence, terms))


def _tell(
    number: int, trigger: Trigger | None, evidence: Evidence | None, terms: Terms
) -> Conversation[PendingOutcome]:
    job = Job(evidence, terms)
    note = yield from job.begin(number)
    before = yield from job.look_before(note.before)
    result = yield from job.run(number, {} if trigger is None else {"HEADER": header(trigger)})
    after = yield from job.look_after(note.after)
    left = _waiting(job, after)
    notes = (f"{len(left)} pending tables still wait.",) if left else ()
    return PendingOutcome(result, before, after, notes, _waiting(job, before), left)


def _waiting(job: Job, read_out: ReadOut) -> tuple[Waiting, ...] | None:
    try:
        return tuple(entry for entry in waiting(job.view(read_out).tables) if entry.still_pending)
    except FieldProError:
        return None
