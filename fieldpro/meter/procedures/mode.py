"""The meter's mode (ANSI C12.19 procedure 6), and test mode with its return.

How modes are coded is a matter of dispute, so that it is the device profile's PROC6_MODE_CODING; here they have the
dictionary's words: "metering", "test", "meter shop", "factory". A meter leaves test mode by itself after a time of its
own; the program leaves it earlier, when the person is ready or when the time that was asked for is over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from fieldpro.c12.dictionary.tables import Tables
from fieldpro.errors import NotVerified, UsageError
from fieldpro.meter.procedures.catalogue import parameters
from fieldpro.meter.procedures.job import TERMS, Evidence, Job, Outcome, Terms, was_read
from fieldpro.records import ReadOut
from fieldpro.session.conversation import Conversation, Pause, Progress

CHANGE_MODE = 6
METERING, TEST = "metering", "test"
_STATUS = 3
_REGISTERS = 23


@dataclass(frozen=True, slots=True)
class ModeChange(Outcome):
    """The modes in words; "" where the meter does not say. returns_after_min: when it leaves test mode by itself."""

    mode_before: str = ""
    mode_after: str = ""
    returns_after_min: float | None = None


@dataclass(frozen=True, slots=True)
class TestModeStay(Outcome):
    """A time in test mode. by_itself: the meter went back before it was told to. Times are this computer's, UTC."""

    entered_at: datetime | None = None
    left_at: datetime | None = None
    by_itself: bool = False
    mode_after: str = ""


def modes(tables: Tables) -> Mapping[int, str]:
    """The modes that procedure 6 takes, by code. Raises as `parameters` does."""
    for parameter in parameters(CHANGE_MODE, tables) or ():
        if parameter.path == "ED_MODE":
            return parameter.words
    return {}


def change_mode(mode: str, *, evidence: Evidence | None = None, terms: Terms = TERMS) -> Conversation[ModeChange]:
    """Put the meter into a mode. Raises `UsageError` for a mode it cannot be told, `NotVerified` when it says "done"
    and table 3 says otherwise."""
    job = Job(evidence, terms)
    note = yield from job.begin(CHANGE_MODE)
    code = _code(mode, job.tables)
    before = yield from job.look_before(note.before)
    result = yield from job.run(CHANGE_MODE, {"ED_MODE": code})
    after = yield from job.look_after(note.after)
    found = _mode(job, after)
    if found and mode not in found.split(", "):
        raise NotVerified("ED_MODE", mode, found)
    returns = job.profile.test_mode.returns_after_min if mode == TEST else None
    notes: tuple[str, ...] = ()
    if mode == TEST:
        by_itself = f"after {returns:g} minutes" if returns else "after a time of its own"
        notes = (f"The meter does not count for billing now; it goes back to metering by itself {by_itself}.",)
    return ModeChange(result, before, after, notes, _mode(job, before), found, returns)


def leave_test_mode(*, evidence: Evidence | None = None, terms: Terms = TERMS) -> Conversation[ModeChange]:
    """Back to metering."""
    return (yield from change_mode(METERING, evidence=evidence, terms=terms))


def stay_in_test_mode(
    *,
    for_s: float,
    is_ready: Callable[[], bool] = lambda: False,
    look_every_s: float = 5.0,
    evidence: Evidence | None = None,
    terms: Terms = TERMS,
) -> Conversation[TestModeStay]:
    """Test mode for a time, and back to metering.

    is_ready: asked at every look; True ends it early. It is the way to end it: a cancel ends the job at once and sends
    nothing more, and the meter goes back by itself. Raises `NotVerified` when the meter is not metering in the end.
    """
    job = Job(evidence, terms)
    note = yield from job.begin(CHANGE_MODE)
    codes = _code(TEST, job.tables), _code(METERING, job.tables)
    before = yield from job.look_before(note.before)
    result = yield from job.run(CHANGE_MODE, {"ED_MODE": codes[0]})
    entered_at = job.evidence.now()
    yield from _check_mode(job, TEST)
    by_itself = yield from _stay(job, for_s, look_every_s, is_ready)
    if not by_itself:
        result = yield from job.run(CHANGE_MODE, {"ED_MODE": codes[1]})
    left_at = job.evidence.now()
    after = yield from job.look_after({*note.after, _REGISTERS})
    mode = _mode(job, after)
    if mode and mode != METERING:
        raise NotVerified("ED_MODE", METERING, mode)
    notes = ("The meter went back to metering by itself.",) if by_itself else ()
    return TestModeStay(result, before, after, notes, entered_at, left_at, by_itself, mode)


def _stay(job: Job, for_s: float, look_every_s: float, is_ready: Callable[[], bool]) -> Conversation[bool]:
    """Until the time is over or the person is ready; True when the meter went back by itself."""
    done_s = 0.0
    while done_s < for_s and not is_ready():
        yield Progress(round(done_s), round(for_s), "s", "Test mode")
        pause_s = min(look_every_s, for_s - done_s)
        yield Pause(pause_s)
        done_s += pause_s
        yield from job.visit.read(_STATUS)
        mode = _mode(job, job.evidence.collection.read_out())
        if mode and TEST not in mode.split(", "):
            return True
    yield Progress(round(for_s), round(for_s), "s", "Test mode")
    return False


def _check_mode(job: Job, mode: str) -> Conversation[None]:
    yield from job.visit.read(_STATUS)
    found = _mode(job, job.evidence.collection.read_out())
    if found and mode not in found.split(", "):
        raise NotVerified("ED_MODE", mode, found)


def _code(mode: str, tables: Tables) -> int:
    known = modes(tables)
    for code, word in known.items():
        if word == mode:
            return code
    raise UsageError("mode", f"one of {', '.join(known.values())}" if known else "a mode whose code is known", mode)


def _mode(job: Job, read_out: ReadOut) -> str:
    return job.view(read_out).mode if was_read(read_out, _STATUS) else ""
