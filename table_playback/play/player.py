"""Playing tapes to a meter, as a conversation: each step sent, answered, judged.

recorder = Recorder() ; transport = Tap(open_transport(url), recorder.hear)
with MeterSession(transport, session_plan) as session:
    result = session.run(play(plan(tape), allow=..., journal=..., confirm=..., heard=lambda: recorder.steps))
result = finish(result, recorder.steps)          what the session's end said

1  who is the meter, and is this for it? may the user do it?
2  what the writes touch is read, and their differences are shown and agreed to
3  the steps, one by one; a stop or an error ends it, and what was played until then is the result
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias

from fieldpro.c12.psem.codes import ResponseCode
from fieldpro.errors import (
    Cancelled,
    FieldProError,
    LinkError,
    MessageError,
    NotApproved,
    ProtocolError,
    ServiceRefused,
    UsageError,
)
from fieldpro.meter import wanted
from fieldpro.meter.changes import Journal
from fieldpro.meter.collection import Collection, utc_now
from fieldpro.meter.device_profile import DeviceProfile
from fieldpro.meter.reading import Visit
from fieldpro.records import MeterIdentity, ReadOut
from fieldpro.session.conversation import AskFacts, AskQuality, Conversation, Pause, Progress, SessionFacts
from fieldpro.session.events import LinkQuality
from fieldpro.transports.clock import SYSTEM_CLOCK, Clock
from table_playback.compare import Masks, load_masks
from table_playback.play.calls import call, kept_before, why_not_called
from table_playback.play.context import Sides, shaping
from table_playback.play.fit import check_fit
from table_playback.play.judge import Judge, joined
from table_playback.play.line import line_words, slow_words
from table_playback.play.pace import Pace
from table_playback.play.plan import PlayPlan, is_call, is_write, why_not
from table_playback.play.recordings import Recordings
from table_playback.play.rights import changes_meter, rights
from table_playback.play.session_talk import CLOSING, SAID_BY_SESSION, TO_COME, Heard, judge_opening
from table_playback.play.verbatim import Verbatim
from table_playback.play.verdicts import PlayResult, StepResult, Verdict
from table_playback.play.writes import Confirm, Writes
from table_playback.record.mode import Mode
from table_playback.tape.messages import request_bytes, step_of
from table_playback.tape.model import Step, Tape

MOST_KEPT, MOST_BYTES = 200_000, 64 << 20
"""So many results, and bytes of steps and answers, are kept; equal ones of later rounds are only counted then."""
Keep: TypeAlias = Callable[[ReadOut], object]
"""Takes what was read of a meter before a procedure may clear it; raises when it cannot be kept."""
SILENT_STEPS = 2
"""So many steps in a row without the answer that the tape has, and the meter is taken to be gone."""
ASK_AGAIN_S = 0.1
_WRITE = "Write"  # what the services of a write are called


def play(
    plan: PlayPlan,
    *,
    mode: Mode = Mode.NONE,
    speed: float | None = None,
    loops: int | None = 1,
    journal: Journal | None = None,
    confirm: Confirm | None = None,
    allow: Callable[[str], None] | None = None,
    on_step: Callable[[StepResult], None] | None = None,
    heard: Heard | None = None,
    keep: Keep | None = None,
    masks: Masks | None = None,
    profile: DeviceProfile | None = None,
    who: str = "",
    clock: Clock = SYSTEM_CLOCK,
    now: Callable[[], datetime] = utc_now,
) -> Conversation[PlayResult]:
    """Play a plan.

    mode: whether answers are recorded anew (`table_playback.record.Mode`); the result has the tapes then.
    speed: 1.0 keeps the tape's own times, None waits for nothing. loops: how often; None until it is stopped.
    allow: called with the name of each right that is needed, before anything is sent; it raises when the user does not
    have it. What changes the meter is not played without it. confirm: shows what changes the meter, writes, calls of
    procedures, unknown requests, and agrees to it, or not.
    journal: where writes are recorded. on_step: hears of every step as it is judged, in the session's thread.
    keep: is given what the procedures of the plan may clear, read before the first step; without it nothing is read.
    heard: the exchanges that somebody listening to the transport has heard so far, for what the session says by itself.
    masks: what no step is held to, the volatile elements when None; the tape's own are added.
    profile: None chooses by the meter's identity.

    Raises, with nothing played: `TapeForAnotherMeter`, `NotApproved`, what `allow` raises, `WriteImpossible`,
    `UsageError`, and what reading tables 0 and 1 raises. A stop or an error after that ends the result.
    """
    if loops is not None and loops < 1:
        raise UsageError("rounds", "1 or more, or until it is stopped", str(loops))
    if changes_meter(plan):
        if allow is None:
            raise NotApproved("Playing what changes the meter", "nobody was asked whether it may be done")
        if confirm is None or (plan.writes and journal is None):
            raise NotApproved("Playing what changes the meter", "it is shown to nobody, or there is no journal of it")
    player = Player(
        plan, mode, speed, loops, journal, confirm, allow, on_step, heard, keep, masks, profile, who, clock, now
    )
    return (yield from player.run())


@dataclass
class Player:
    """One playing under way."""

    plan: PlayPlan
    mode: Mode
    speed: float | None
    loops: int | None
    journal: Journal | None
    confirm: Confirm | None
    allow: Callable[[str], None] | None
    on_step: Callable[[StepResult], None] | None
    heard: Heard | None
    keep: Keep | None
    masks: Masks | None
    profile: DeviceProfile | None
    who: str
    clock: Clock
    now: Callable[[], datetime]
    results: list[StepResult] = field(default_factory=list)
    uncounted: int = 0
    kept_bytes: int = 0
    round: int = 1
    silent: int = 0
    sent: int = 0

    def run(self) -> Conversation[PlayResult]:
        self.pace = Pace(self.speed, self.clock)
        self.started = self.now()
        self.facts: SessionFacts = yield AskFacts()
        note = f"Read before {self.plan.title(0)} was played"
        self.visit = Visit(Collection(operator=self.who, note=note), profile=self.profile)
        identity = yield from self.visit.meet()
        check_fit(self.plan, identity, self.visit.tables)
        if self.allow is not None:
            big = self.visit.tables.formats.big
            for right in rights(self.plan, profile=self.visit.profile, big_endian=big):
                self.allow(right)
        self.writes = Writes(self.plan, self.visit)
        planned = yield from self.writes.look()
        if planned and not (yield from self._agreed()):
            return self._result(identity, declined=True)
        yield from self._keep_before()
        yield from self._look_around()
        volatile = load_masks() if self.masks is None else self.masks
        self.judges = [
            Judge(Sides(tape, self.visit.tables), volatile + Masks.of(tape.header.ignore)) for tape in self.plan.tapes
        ]
        self.recordings = Recordings(self.plan, self.mode, self.visit.tables)
        self.began_s = self.clock.monotonic()
        try:
            yield from self._rounds()
        except Cancelled:
            return self._result(identity, stopped=True)
        except FieldProError as error:
            return self._result(identity, error=error)
        return self._result(identity)

    def _keep_before(self) -> Conversation[None]:
        """Read what the procedures of the plan may clear, and hand it over."""
        numbers = kept_before(self.plan, self.visit.tables, self.visit.profile) & self.visit.listed()
        if self.keep is None or not numbers:
            return
        order = wanted.in_order(self.visit.tables, numbers)
        self.visit.expect(order)
        for number in order:
            yield from self.visit.read(number)
        self.keep(self.visit.collection.read_out())

    def _look_around(self) -> Conversation[None]:
        """Read what shapes the tables to come, where the tapes do not have it; without it they are told as bytes."""
        order = wanted.in_order(self.visit.tables, shaping(self.plan, self.visit.tables, self.visit.listed()))
        self.visit.expect(order)
        for number in order:
            yield from self.visit.read(number)

    def _agreed(self) -> Conversation[bool]:
        """Ask until somebody has decided; the session is kept alive meanwhile."""
        assert self.confirm is not None
        while (answer := self.confirm(self.writes.planned)) is None:
            yield Pause(ASK_AGAIN_S)
        return answer

    def _result(
        self,
        identity: MeterIdentity,
        *,
        stopped: bool = False,
        declined: bool = False,
        error: FieldProError | None = None,
    ) -> PlayResult:
        when, results = self.now(), tuple(self.results)

        def record(results: tuple[StepResult, ...]) -> Mapping[int, Tape]:
            return {} if declined else self.recordings.of(results, when)

        return PlayResult(
            results,
            tuple(self.plan.title(index) for index in range(len(self.plan.tapes))),
            identity,
            self.started,
            when,
            self.facts.port,
            self.who,
            self.speed,
            self.round,
            len(self.plan),
            stopped,
            declined,
            error,
            self.uncounted,
            record(results),
            record,
        )

    # --- the steps

    def _rounds(self) -> Conversation[None]:
        total = None if self.loops is None else self.loops * len(self.plan)
        done = 0
        while True:
            sent, tape = self.sent, -1
            for index, step in self.plan.steps():
                if index != tape:
                    self.pace.restart()
                    tape = index
                shown = Progress(done, total, "steps", f"Step {step.number}: {step.service}")
                yield from self._play(index, step, shown)
                done += 1
            yield Progress(done, total, "steps", f"Round {self.round} is over")
            yield AskFacts()  # where a cancel is heard of, also when no step asks the meter anything
            if self.round == self.loops or (self.loops is None and self.sent == sent):
                return
            self.round += 1

    def _play(self, index: int, step: Step, shown: Progress) -> Conversation[None]:
        why = why_not(step)
        late_s: float | None = None
        if not why and is_call(step):
            why = why_not_called(step, self.visit.tables, self.visit.profile)
        if why:
            result = StepResult(step, Verdict.SKIPPED, detail=why)
        elif step.service in SAID_BY_SESSION:
            result = self._said(step)
        else:
            late_s = yield from self.pace.wait(step.time_s, shown)
            yield shown
            self.sent += 1
            try:
                result = yield from self._exchange(index, step)
            except FieldProError as error:
                if not isinstance(error, Cancelled):
                    self._tell(StepResult(step, Verdict.ERROR, error=error), index, late_s)
                raise
        self._tell(result, index, late_s)
        self._look_out(result)

    def _exchange(self, index: int, step: Step) -> Conversation[StepResult]:
        if is_write(step):
            return (yield from self._write(index, step))
        if is_call(step):
            return (yield from self._call(index, step))
        before: LinkQuality = yield AskQuality()
        began_s = self.clock.monotonic()
        reply: bytes | None = None
        error: FieldProError | None = None
        try:
            reply = (yield Verbatim.of(step)).message
        except ServiceRefused as refused:
            reply = bytes([refused.response])
        except LinkError as broken:
            error = broken
        except (MessageError, ProtocolError) as wrong:
            return StepResult(step, Verdict.ERROR, error=wrong)
        actual = self._actual(step, reply, began_s)
        if actual.data == step.data:
            actual = replace(actual, data=step.data)  # one copy of it in memory
        result = self.judges[index].judge(step, actual)
        line = joined(line_words(before, (yield AskQuality())), slow_words(step, actual))
        return replace(result, error=error, detail=joined(result.detail, line), mended=bool(line))

    def _actual(self, step: Step, reply: bytes | None, began_s: float) -> Step:
        return step_of(
            request_bytes(step),
            reply,
            number=step.number,
            time_s=began_s - self.began_s,
            duration_s=self.clock.monotonic() - began_s,
        )

    def _write(self, index: int, step: Step) -> Conversation[StepResult]:
        """Through its change set. A refusal is an answer like others; whatever else goes wrong ends the playing."""
        assert self.journal is not None
        began_s = self.clock.monotonic()
        response, detail = int(ResponseCode.OK), "read back as written"
        try:
            written = yield from self.writes.write(index, step, journal=self.journal, who=self.who)
        except ServiceRefused as refused:
            if refused.service != _WRITE:
                raise
            response, detail = refused.response, ""
        else:
            if written.unproven:
                detail = "written; the meter does not let it be read back"
            if written.side_effects:
                detail += f"; {len(written.side_effects)} other elements changed along with it"
        result = self.judges[index].judge(step, self._actual(step, bytes([response]), began_s))
        return replace(result, detail=joined(result.detail, detail))

    def _call(self, index: int, step: Step) -> Conversation[StepResult]:
        began_s = self.clock.monotonic()
        response, detail = int(ResponseCode.OK), ""
        try:
            answered = yield from call(step, self.visit.tables, self.visit.profile)
            detail = f"{answered.title}: {answered.words}"
        except ServiceRefused as refused:
            if refused.service != _WRITE:
                raise
            response = refused.response
        result = self.judges[index].judge(step, self._actual(step, bytes([response]), began_s))
        return replace(result, detail=joined(result.detail, detail))

    def _said(self, step: Step) -> StepResult:
        """What the session says by itself."""
        if step.service in CLOSING:
            return StepResult(step, Verdict.SKIPPED, detail=TO_COME, is_open=True)
        heard = () if self.heard is None else self.heard()
        return judge_opening(step, heard, self.facts, has_listener=self.heard is not None)

    # --- what came of it

    def _tell(self, result: StepResult, index: int, late_s: float | None) -> None:
        result = replace(self.recordings.judged(index, result), tape=index, round=self.round, late_s=late_s)
        is_full = len(self.results) >= MOST_KEPT or self.kept_bytes >= MOST_BYTES
        if is_full and self.round > 1 and result.verdict is Verdict.EQUAL:
            self.uncounted += 1
        else:
            self.results.append(result)
            self.kept_bytes += len(result.step.data) + (0 if result.actual is None else len(result.actual.data))
        if self.on_step is not None:
            self.on_step(result)

    def _look_out(self, result: StepResult) -> None:
        """Raises what the link has when the meter seems to be gone."""
        if result.verdict is Verdict.SKIPPED:
            return
        is_silent = isinstance(result.error, LinkError) and result.step.response is not None
        self.silent = self.silent + 1 if is_silent else 0
        if self.silent >= SILENT_STEPS and result.error is not None:
            raise result.error
