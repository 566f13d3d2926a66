"""Load profile recording started and stopped (ANSI C12.19 procedures 16 and 17)."""

from __future__ import annotations

from dataclasses import dataclass

from fieldpro.c12.dictionary.tables import Tables
from fieldpro.errors import FieldProError, NotVerified
from fieldpro.meter.procedures.job import TERMS, Evidence, Job, Outcome, Terms
from fieldpro.session.conversation import Conversation

START_LOAD_PROFILE, STOP_LOAD_PROFILE = 16, 17
_STATUS = 63


@dataclass(frozen=True, slots=True)
class RecordingOutcome(Outcome):
    """Whether each set records, before and after, by set number; {} where the meter does not say."""

    recorded: tuple[tuple[int, bool], ...] = ()
    records: tuple[tuple[int, bool], ...] = ()


def start_load_profile(*, evidence: Evidence | None = None, terms: Terms = TERMS) -> Conversation[RecordingOutcome]:
    """The load profile is recorded again. Raises `NotVerified` when no set records afterwards."""
    return (yield from _tell(START_LOAD_PROFILE, evidence, terms))


def stop_load_profile(*, evidence: Evidence | None = None, terms: Terms = TERMS) -> Conversation[RecordingOutcome]:
    """No load profile is recorded until it is started again. Raises `NotVerified` when a set still records."""
    return (yield from _tell(STOP_LOAD_PROFILE, evidence, terms))


def recording(tables: Tables) -> tuple[tuple[int, bool], ...]:
    """(set, whether it records) by table 63; () where it does not say."""
    try:
        values = tables.decode(_STATUS).values
    except FieldProError:
        return ()
    found = []
    for nth in (1, 2, 3, 4):
        status = values.get(f"LP_STATUS_SET{nth}")
        if status is not None:
            found.append((nth, bool(status["LP_SET_STATUS_FLAGS"]["ACTIVE_MODE_FLAG"])))
    return tuple(found)


def _tell(number: int, evidence: Evidence | None, terms: Terms) -> Conversation[RecordingOutcome]:
    job = Job(evidence, terms)
    note = yield from job.begin(number)
    before = yield from job.look_before(note.before)
    result = yield from job.run(number, {})
    after = yield from job.look_after(note.after)
    recorded, records = (recording(job.view(each).tables) for each in (before, after))
    wanted = number == START_LOAD_PROFILE
    if records and not any(is_active is wanted for _, is_active in records):
        raise NotVerified(
            "ACTIVE_MODE_FLAG", "recording" if wanted else "stopped", "stopped" if wanted else "recording"
        )
    return RecordingOutcome(result, before, after, (), recorded, records)
