"""Demand reset and self read (ANSI C12.19 procedure 9), with the billing registers saved first.

The registers are read and kept, the procedure is run, the registers are read again and the number of demand resets is
compared. A reset within the lock-out time of the last one is refused unless it is forced: two resets in one day spoil
a bill. When the last one was is the meter's own word: table 25, or its event log; measured against the meter's own
clock, so that a wrong clock does no harm.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from fieldpro.errors import FieldProError, NotVerified, ResetLockedOut
from fieldpro.meter.procedures.job import TERMS, Evidence, Job, Outcome, Terms, was_read
from fieldpro.meter.view import MeterView
from fieldpro.records import ReadOut
from fieldpro.session.conversation import Conversation

REMOTE_RESET = 9
LOCK_OUT_H = 24.0  # once a day, as meters enforce it that do
_REGISTERS, _PREVIOUS_RESET, _SELF_READS = 23, 25, 26
_EVENT_LOGS = frozenset({71, 74, 76})
_DEMAND_RESET_EVENT = 20


@dataclass(frozen=True, slots=True)
class DemandReset(Outcome):
    """resets_before, resets_after: the meter's counter, None when it keeps none. last_reset: the one before this, by
    the meter's own clock; None when it does not say."""

    resets_before: int | None = None
    resets_after: int | None = None
    last_reset: datetime | None = None
    forced: bool = False


def demand_reset(
    *,
    self_read: bool = False,
    lock_out_h: float = LOCK_OUT_H,
    force: bool = False,
    evidence: Evidence | None = None,
    terms: Terms = TERMS,
) -> Conversation[DemandReset]:
    """Reset the demands, with `self_read` also keep a self read.

    Raises `ResetLockedOut` before anything is sent, and `NotVerified` when the meter said "done" and its counter of
    demand resets stands where it stood; the snapshot is in `evidence` then.
    """
    job = Job(evidence, terms)
    note = yield from job.begin(REMOTE_RESET)
    before = yield from job.look_before(note.before)
    if not was_read(before, _PREVIOUS_RESET):
        before = yield from job.look_before({*note.before, *_EVENT_LOGS})
    view = job.view(before)
    last, now = _last_reset(view), _meter_time(view)
    locked = _is_locked(last, now, lock_out_h)
    if locked and not force:
        raise ResetLockedOut(f"{last:%Y-%m-%d %H:%M}", f"{now:%Y-%m-%d %H:%M}", lock_out_h)
    result = yield from job.run(REMOTE_RESET, reset_flags(demand_reset=True, self_read=self_read))
    after = yield from job.look_after(note.after)
    resets_before, resets_after = _counter(view), _counter(job.view(after))
    if resets_before is not None and resets_after == resets_before:
        raise NotVerified("NBR_DEMAND_RESETS", f"more than {resets_before}", str(resets_after))
    notes = []
    if lock_out_h and (last is None or now is None):
        notes.append("The meter does not say when it was last reset: the lock-out time could not be checked.")
    if locked:
        notes.append(f"The last reset was less than {lock_out_h:g} hours ago; it was done all the same, as asked.")
    if resets_before is None or resets_after is None:
        notes.append("The meter keeps no count of demand resets: compare the registers.")
    return DemandReset(result, before, after, tuple(notes), resets_before, resets_after, last, locked)


def self_read(*, evidence: Evidence | None = None, terms: Terms = TERMS) -> Conversation[Outcome]:
    """Keep the registers as they stand in the list of self reads; nothing is reset."""
    job = Job(evidence, terms)
    note = yield from job.begin(REMOTE_RESET, right="procedure")
    before = yield from job.look_before(note.before)
    result = yield from job.run(REMOTE_RESET, reset_flags(self_read=True))
    after = yield from job.look_after({_REGISTERS, _SELF_READS})
    notes = []
    if was_read(before, _SELF_READS) and was_read(after, _SELF_READS):
        counts = [job.view(each).tables.decode(_SELF_READS)["LAST_ENTRY_SEQ_NBR"] for each in (before, after)]
        if counts[0] == counts[1]:
            notes.append("The number of the newest self read has not changed: look whether it is there.")
    return Outcome(result, before, after, tuple(notes))


def reset_flags(
    *, demand_reset: bool = False, self_read: bool = False, season_change: bool = False
) -> dict[str, dict[str, bool]]:
    """The parameters of procedure 9."""
    return {
        "ACTION_FLAG": {
            "DEMAND_RESET_FLAG": demand_reset,
            "SELF_READ_FLAG": self_read,
            "SEASON_CHANGE_FLAG": season_change,
        }
    }


def last_demand_reset(read_out: ReadOut) -> datetime | None:
    """When the meter was last reset by its own clock (table 25, or the event log); None when it does not say."""
    return _last_reset(MeterView(read_out))


def _last_reset(view: MeterView) -> datetime | None:
    try:
        taken_at = view.previous_demand_reset().taken_at
    except FieldProError:
        taken_at = None
    if taken_at is not None:
        return taken_at
    for log in (view.events, view.history):
        try:
            events = log()
        except FieldProError:
            continue
        for event in events:
            if event.number == _DEMAND_RESET_EVENT and not event.manufacturer and event.occurred_at is not None:
                return event.occurred_at
    return None


def _meter_time(view: MeterView) -> datetime | None:
    try:
        shown = view.clock()
    except FieldProError:
        return None
    return None if shown is None else shown.meter_time


def _is_locked(last: datetime | None, now: datetime | None, lock_out_h: float) -> bool:
    """A reset that lies ahead, because the clock was set back since, counts like one as long ago."""
    return last is not None and now is not None and abs(now - last) < timedelta(hours=lock_out_h)


def _counter(view: MeterView) -> int | None:
    try:
        count = view.tables.decode(_REGISTERS).get("NBR_DEMAND_RESETS")
    except FieldProError:
        return None
    return None if count is None else int(count)
