"""Playing at a meter from the command line: may who works here, are the writes agreed to, and the record of it.

What a plan changes takes two sessions: in the first one nothing but reads is sent, and the differences are shown; in
the second one it is played, to the same meter, as long as it still holds what was shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TypeAlias

from fieldpro.cli import console, differences
from fieldpro.cli.confirm import agree, serial_number
from fieldpro.cli.line import MeterLine
from fieldpro.errors import ChangedSinceShown, Interrupted, WrongMeter
from fieldpro.meter.collection import Collection
from fieldpro.meter.device_profile import DeviceProfile
from fieldpro.meter.procedures import is_dangerous, note_of
from fieldpro.meter.read import identify
from fieldpro.meter.reading import Visit
from fieldpro.records import MeterIdentity, ReadOut
from fieldpro.security import entries
from fieldpro.security.guard import JobNotes
from fieldpro.security.rights import ROWS, Right
from fieldpro.session.conversation import Conversation
from fieldpro.transports.tap import Tap
from table_playback.compare import Masks
from table_playback.play import (
    PlannedWrite,
    PlayPlan,
    PlayResult,
    changes_meter,
    check_fit,
    finish,
    play,
    rights,
)
from table_playback.play.plan import is_call
from table_playback.play.writes import Writes
from table_playback.record import Mode, Recorder

Planned: TypeAlias = tuple[PlannedWrite, ...]
NOTHING = ("nothing", "nothing")
MANUFACTURER = 2048


@dataclass(frozen=True)
class Terms:
    """How to play, and what was agreed to beforehand. speed: None waits for nothing. rounds: None until stopped.
    silent: what is to be written is not listed, for standard output is for something else."""

    speed: float | None
    rounds: int | None
    masks: Masks
    mode: Mode = Mode.NONE
    yes: bool = False
    confirm: str | None = None
    reason: str = ""
    silent: bool = False


@dataclass(frozen=True)
class Agreed:
    """The meter that the writes were shown for, and these."""

    meter: MeterIdentity
    writes: Planned


def agree_to(meter: MeterLine, plan: PlayPlan, terms: Terms) -> Agreed | None:
    """Show what a plan changes and ask; None for one that only reads.

    Raises `TapeForAnotherMeter`, `NotAllowed`, `Cancelled`, `NotApproved`, `Interrupted`, `WriteImpossible`.
    """
    if not changes_meter(plan):
        return None
    seen = Collection(operator=meter.operator)

    def look() -> Conversation[tuple[Visit, Planned]]:
        visit = Visit(seen)
        identity = yield from visit.meet()
        check_fit(plan, identity, visit.tables)
        for right in _rights(plan, visit):
            meter.here.guard.require(right, identity)
        return visit, (yield from Writes(plan, visit).look())

    visit, writes = meter.run("play, looking", look, collection=seen).result
    identity = seen.read_out().identity
    unfinished = meter.here.desk.journal.unfinished(identity)
    if unfinished is not None:
        raise Interrupted(identity.key, unfinished.root.id, unfinished.started)
    for write in () if terms.silent else writes:
        console.say(f"{plan.title(write.tape)}, step {write.step.number}:")
        differences.show(write.change_set)
    _ask(plan, writes, identity, visit.profile, terms)
    return Agreed(identity, writes)


def _keep(meter: MeterLine, read_out: ReadOut) -> None:
    console.say(f"What was there before is record {meter.here.desk.store.save(read_out)}.")


def play_at(meter: MeterLine, plan: PlayPlan, terms: Terms, agreed: Agreed | None) -> PlayResult:
    """Play it in one session, and judge the session's own end too.

    Raises as `play` does, and `WrongMeter`, `ChangedSinceShown` where it is not as it was when the writes were shown.
    """
    recorder = Recorder()
    seen = Collection(operator=meter.operator)

    def conversation() -> Conversation[PlayResult]:
        identity = yield from identify(collection=seen)
        if agreed is not None and identity.key != agreed.meter.key:
            raise WrongMeter(agreed.meter.key, identity.key)
        with ExitStack() as stack:
            jobs = Jobs(meter, plan, identity=identity, terms=terms, agreed=agreed, stack=stack)
            result = yield from play(
                plan,
                mode=terms.mode,
                speed=terms.speed,
                loops=terms.rounds,
                journal=meter.here.desk.journal,
                confirm=lambda writes: _as_shown(writes, agreed),
                allow=jobs.allow,
                heard=lambda: recorder.steps,
                keep=lambda read_out: _keep(meter, read_out),
                masks=terms.masks,
                who=meter.operator,
            )
            jobs.tell(result)
        return result

    listening = replace(meter, listen=lambda transport: Tap(transport, recorder.hear))
    result = listening.run("play", conversation, collection=seen).result
    return finish(result, recorder.steps)


class Jobs:
    """Asks the guard; what changes the meter is approved before, and a record however it ends."""

    def __init__(
        self,
        meter: MeterLine,
        plan: PlayPlan,
        *,
        identity: MeterIdentity,
        terms: Terms,
        agreed: Agreed | None,
        stack: ExitStack,
    ) -> None:
        self._guard = meter.here.guard
        self._identity = identity
        self._reason = terms.reason
        self._stack = stack
        self._notes: list[JobNotes] = []
        changes = () if agreed is None else [change for write in agreed.writes for change in write.change_set.different]
        self._told = entries.playback(
            tapes=[plan.title(index) for index in range(len(plan.tapes))],
            steps=len(plan),
            written=sorted(plan.written),
            procedures=sorted(plan.procedures),
            changes=[(change.path, change.old_text, change.new_text) for change in changes],
        )

    def allow(self, name: str) -> None:
        """Raises as `Guard.allow`."""
        right = Right(name)
        if not ROWS[right].changes_meter:
            self._guard.require(right, self._identity)
            return
        job = self._guard.job(right, self._identity, entries.PLAYBACK, self._told, reason=self._reason)
        self._notes.append(self._stack.enter_context(job))

    def tell(self, result: PlayResult) -> None:
        """What came of it, into the records."""
        for notes in self._notes:
            notes.add(
                verdicts={verdict.value: count for verdict, count in result.counts.items() if count},
                stopped=result.stopped,
                error=None if result.error is None else result.error.code,
            )


def _rights(plan: PlayPlan, visit: Visit) -> Sequence[Right]:
    return [Right(name) for name in rights(plan, profile=visit.profile, big_endian=visit.tables.formats.big)]


def _ask(plan: PlayPlan, writes: Planned, identity: MeterIdentity, profile: DeviceProfile, terms: Terms) -> None:
    """Raises `Cancelled`, `NotApproved`, and `UsageError` where nobody can be asked."""
    for number in sorted(plan.procedures):
        note = note_of(number, profile)
        if is_dangerous(note):
            deed = f"procedure {number}" if number < MANUFACTURER else f"manufacturer procedure {number - MANUFACTURER}"
            serial_number(identity, f"Playing {deed}", given=terms.confirm, warning=note.warning)
    parts = [
        _counted(sum(1 for each in writes if each.is_write), "write"),
        _counted(sum(1 for each in writes if is_call(each.step)), "procedure"),
        "what nobody knows" if plan.has_unknown else "",
    ]
    agree(f"Play {' and '.join(filter(None, parts))} to meter {identity.serial}?", yes=terms.yes)


def _as_shown(writes: Planned, agreed: Agreed | None) -> bool:
    """Raises `ChangedSinceShown`."""
    shown = {} if agreed is None else _rows(agreed.writes)
    found = _rows(writes)
    for key in shown | found:
        before, now = shown.get(key, NOTHING), found.get(key, NOTHING)
        if before != now:
            raise ChangedSinceShown(key[-1], f"{before[0]}, to become {before[1]}", f"{now[0]}, to become {now[1]}")
    return True


def _rows(writes: Planned) -> dict[tuple[int, int, str], tuple[str, str]]:
    """What each write changes: what was there and what is to be, by tape, step and element."""
    return {
        (write.tape, write.step.number, change.path): (change.old_text, change.new_text)
        for write in writes
        for change in write.change_set.different
    }


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}" if count else ""
