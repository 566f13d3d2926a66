"""Setting the meter's clock (ANSI C12.19 procedure 10), gently where it records a load profile.

    shown      what table 52 says, with its qualifier: GMT, zone and daylight saving applied or not
    wanted     this computer's time in the same way of counting
    difference wanted - shown; positive when the meter is behind

A difference up to `gradual_up_to_s` is taken away in steps of at most `step_s` while a load profile records, none of
them across the end of an interval, so that no interval is lost, doubled or marked. A greater one is set at once, and
the outcome says what that does to the intervals. A time is sent when it begins to be true: at the turn of the second.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from fieldpro.errors import FieldProError, NotVerified, UsageError
from fieldpro.meter import clock as clocks
from fieldpro.meter.procedures.catalogue import parameters
from fieldpro.meter.procedures.job import TERMS, Evidence, Job, Terms, was_read
from fieldpro.meter.procedures.result import ProcedureResult
from fieldpro.meter.registers import moment
from fieldpro.records import ReadOut
from fieldpro.session.conversation import AskFacts, Conversation, Pause, Progress, SessionFacts

SET_DATE_TIME = 10
_CLOCKS = (52, 55)
_OFFSETS, _PROFILE_LIMITS, _PROFILE_STATUS = 53, 61, 63
_SETS = (1, 2, 3, 4)
_ROUNDS = 2  # a meter that changes daylight saving when it is set shows another time than it was given
_REQUEST_BITS = 300  # some thirty bytes of packet, ten bits each
_RESOLUTION_S = 1.0  # the clock is shown in whole seconds


@dataclass(frozen=True, slots=True)
class ClockRules:
    """When and how a clock is set. leave_within_s: a smaller difference is left alone. within_s: how exact it must be
    afterwards. pause_s: between two steps."""

    leave_within_s: float = 1.5
    gradual_up_to_s: float = 60.0
    step_s: int = 5
    pause_s: float = 2.0
    within_s: float = 3.0


RULES = ClockRules()


@dataclass(frozen=True, slots=True)
class ClockStep:
    """One setting. The times are the meter's own way of counting; `said_before` and `said_after` are its answer."""

    sent: datetime
    said_before: datetime | None
    said_after: datetime | None
    result: ProcedureResult


@dataclass(frozen=True, slots=True)
class ClockSet:
    """What became of a clock. difference: wanted minus shown, seconds; positive when the meter is behind."""

    difference_before_s: float
    difference_after_s: float
    shown_before: datetime
    shown_after: datetime
    steps: tuple[ClockStep, ...]
    gradual: bool
    before: ReadOut
    after: ReadOut
    notes: tuple[str, ...] = ()

    @property
    def was_set(self) -> bool:
        return bool(self.steps)


@dataclass(frozen=True, slots=True)
class _Look:
    """The clock at one look. offset_s: what the meter's time is ahead of UTC."""

    shown: datetime
    qualifier: Mapping[str, Any]
    offset_s: float
    read_at: datetime

    @property
    def difference_s(self) -> float:
        ours = self.read_at.astimezone(UTC).replace(tzinfo=None) + timedelta(seconds=self.offset_s)
        return (ours - self.shown).total_seconds() - _RESOLUTION_S / 2


def set_clock(
    *,
    zone: tzinfo | None = None,
    rules: ClockRules = RULES,
    evidence: Evidence | None = None,
    terms: Terms = TERMS,
) -> Conversation[ClockSet]:
    """Set the meter's clock to this computer's (`evidence.now`).

    zone: the meter's, for one that does not tell how far it is from UTC; local time with daylight saving.
    Raises `UsageError` when such a meter is set without one, or when nobody knows the procedure's parameters here;
    `NotVerified` when the clock is not right afterwards.
    """
    job = Job(evidence, terms)
    note = yield from job.begin(SET_DATE_TIME)
    before = yield from job.look_before(note.before)
    setter = _Setter(job, rules, zone)
    first = look = setter.look(before)
    notes = setter.notes_before(first)
    gradual = setter.is_gradual(first.difference_s)
    steps: list[ClockStep] = []
    for _ in range(_ROUNDS):
        if abs(look.difference_s) <= rules.leave_within_s:
            break
        steps += yield from setter.correct(look)
        look = yield from setter.look_again()
    after = yield from job.look_after(note.after)
    last = setter.look(after)
    if abs(last.difference_s) > rules.within_s:
        shown = timedelta(seconds=last.difference_s)
        raise NotVerified("CLOCK_CALENDAR", str(last.shown + shown), str(last.shown))
    differences = first.difference_s, last.difference_s
    return ClockSet(*differences, first.shown, last.shown, tuple(steps), gradual, before, after, tuple(notes))


class _Setter:
    """The clock of one job's meter."""

    def __init__(self, job: Job, rules: ClockRules, zone: tzinfo | None) -> None:
        self._job, self._rules, self._zone = job, rules, zone
        listed = [number for number in _CLOCKS if job.has(number)]
        if not listed:
            raise UsageError("clock", "a meter with table 52 or 55", "neither")
        self._table = listed[0]
        self._names = {parameter.path for parameter in parameters(SET_DATE_TIME, job.tables) or ()}
        if "DATE_TIME" not in self._names:
            raise UsageError("procedure 10", "a device profile that says how its parameters are laid out", "none")
        self.interval_s = self._interval_s()

    # --- looking

    def look(self, read_out: ReadOut) -> _Look:
        """The clock as it is in a read-out."""
        reading = read_out.tables.get(self._table)
        if reading is None or reading.read_at is None or not was_read(read_out, self._table):
            raise UsageError("clock", "a clock that can be read", "none")
        values = self._job.tables.decode(self._table, reading.data).values
        shown = moment(values.get("CLOCK_CALENDAR"))
        if shown is None:
            raise UsageError("clock", "a time in table 52", "none; set the time format first")
        qualifier = values.get("TIME_DATE_QUAL", {})
        offset_s = clocks.utc_offset_s(qualifier, self._offsets())
        if offset_s is None:
            offset_s = self._zone_offset_s(reading.read_at)
        return _Look(shown, qualifier, offset_s, reading.read_at)

    def look_again(self) -> Conversation[_Look]:
        yield from self._job.visit.read(self._table)
        return self.look(self._job.evidence.collection.read_out())

    def notes_before(self, look: _Look) -> list[str]:
        notes = []
        told = clocks.utc_offset_s(look.qualifier, self._offsets())
        if self._zone is not None and told is not None and told != self._zone_offset_s(look.read_at):
            notes.append(f"The meter counts its time {told / 60:g} minutes from UTC, another zone than the one given.")
        if self.interval_s and not self.is_gradual(look.difference_s):
            into = _seconds_of_day(look.shown)
            crossed = int(abs((into + look.difference_s) // self.interval_s - into // self.interval_s))
            if abs(look.difference_s) > self._rules.leave_within_s:
                what = f"{crossed} ends of load profile intervals were jumped over" if crossed else "one is cut or long"
                notes.append(f"The clock was moved by {look.difference_s:.0f} s while a load profile records: {what}.")
        return notes

    def is_gradual(self, difference_s: float) -> bool:
        rules = self._rules
        return bool(self.interval_s) and rules.leave_within_s < abs(difference_s) <= rules.gradual_up_to_s

    # --- setting

    def correct(self, look: _Look) -> Conversation[list[ClockStep]]:
        """Take the difference away, in one setting or in steps."""
        difference_s = look.difference_s
        count = math.ceil(abs(difference_s) / self._rules.step_s) if self.is_gradual(difference_s) else 1
        steps: list[ClockStep] = []
        for left in range(count - 1, -1, -1):
            yield Progress(count - 1 - left, count, "steps", "Setting the clock")
            if len(steps):
                yield Pause(self._rules.pause_s)
            if count > 1:
                yield from self._keep_clear(look, behind_s=difference_s * (left + 1) / count, by=difference_s / count)
            steps.append((yield from self._set(look, behind_s=round(difference_s * left / count))))
        yield Progress(count, count, "steps", "Setting the clock")
        return steps

    def _set(self, look: _Look, *, behind_s: int) -> Conversation[ClockStep]:
        """One setting: to the right time, less what is left for later steps."""
        sent: list[datetime] = []

        def late() -> Conversation[Mapping[str, Any]]:
            facts: SessionFacts = yield AskFacts()
            on_the_way_s = _REQUEST_BITS / facts.baud
            arrives = self._wanted(look) + timedelta(seconds=on_the_way_s)
            missing_s = -arrives.microsecond / 1e6 % 1.0
            if missing_s:
                yield Pause(missing_s)
            arrives = self._wanted(look) + timedelta(seconds=on_the_way_s - behind_s)
            sent.append((arrives + timedelta(seconds=0.5)).replace(microsecond=0))
            return self._values(look, sent[-1])

        sample = self._values(look, look.shown)
        result = yield from self._job.run(SET_DATE_TIME, sample, late=late)
        answers = [moment(result.response.get(f"CLOCK_CALENDAR_{when}")) for when in ("BEFORE", "AFTER")]
        return ClockStep(sent[-1], answers[0], answers[1], result)

    def _values(self, look: _Look, time: datetime) -> dict[str, Any]:
        """The parameters in the layout of this meter; the qualifier stays as the meter has it, but for the weekday."""
        values: dict[str, Any] = {"DATE_TIME": time}
        if any(name.startswith("SET_MASK") for name in self._names):
            values["SET_MASK"] = {"SET_TIME_FLAG": True, "SET_DATE_FLAG": True, "SET_TIME_DATE_QUAL": False}
        if any(name.startswith("TIME_DATE_QUAL") for name in self._names):
            weekday = (time.weekday() + 1) % 7  # 0 is Sunday
            values["TIME_DATE_QUAL"] = {**look.qualifier, "DAY_OF_WEEK": weekday}
        return values

    def _keep_clear(self, look: _Look, *, behind_s: float, by: float) -> Conversation[None]:
        """Wait while a step `by` so many seconds would cross the end of an interval; the clock is behind by so much."""
        shown = self._wanted(look) - timedelta(seconds=behind_s)
        into = _seconds_of_day(shown) % self.interval_s
        edge_s = _RESOLUTION_S
        if into + by >= self.interval_s - edge_s:
            yield Pause(self.interval_s - into + edge_s)
        elif into + by < edge_s:
            yield Pause(edge_s - (into + by))

    def _wanted(self, look: _Look) -> datetime:
        """What the meter should show now."""
        now = self._job.evidence.now().astimezone(UTC).replace(tzinfo=None)
        return now + timedelta(seconds=look.offset_s)

    # --- what shapes it

    def _offsets(self) -> Mapping[str, Any]:
        try:
            values: Mapping[str, Any] = self._job.tables.decode(_OFFSETS).values
        except FieldProError:
            return {}
        return values

    def _zone_offset_s(self, at: datetime) -> float:
        offset = at.astimezone(self._zone).utcoffset() if self._zone is not None else None
        if offset is None:
            raise UsageError("the meter's zone", "a zone, for this meter does not tell its own", "none")
        return offset.total_seconds()

    def _interval_s(self) -> int:
        """The shortest interval of the load profile sets that record; 0 when none does."""
        try:
            limits = self._job.tables.decode(_PROFILE_LIMITS).values
        except FieldProError:
            return 0
        try:
            status = self._job.tables.decode(_PROFILE_STATUS).values
        except FieldProError:
            status = {}
        found = []
        for number in _SETS:
            minutes = limits.get(f"MAX_INT_TIME_SET{number}")
            flags = status.get(f"LP_STATUS_SET{number}", {}).get("LP_SET_STATUS_FLAGS", {})
            if minutes and flags.get("ACTIVE_MODE_FLAG", True):
                found.append(int(minutes) * 60)
        return min(found, default=0)


def _seconds_of_day(time: datetime) -> float:
    return time.hour * 3600 + time.minute * 60 + time.second + time.microsecond / 1e6
