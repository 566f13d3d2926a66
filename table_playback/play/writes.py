"""The writes of a plan, each as a change set: what is there is read, what differs is shown before the first is sent.

    writes = yield from Writes.look(plan, visit)     reads what the writes touch; `planned` are their change sets
    yield from writes.write(index, step, ...)        sends one exactly as the tape has it, reads it back, journals it

Later writes are shown against what the earlier ones will have left. When a step comes to be written, the meter must
still hold that; if it does not, nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from fieldpro.c12.dictionary import Tables
from fieldpro.c12.dictionary.model import Annotation
from fieldpro.meter import wanted
from fieldpro.meter.changes import Change, ChangeSet, Journal, Origin, State, Written, apply, exact, rules
from fieldpro.meter.changes.exact import Place
from fieldpro.meter.identity import identity_of
from fieldpro.meter.reading import Visit
from fieldpro.session.conversation import Conversation
from table_playback.play.calls import shown_call, why_not_called
from table_playback.play.plan import PENDING, PlayPlan, is_write
from table_playback.tape.messages import UNKNOWN, request_bytes
from table_playback.tape.model import Step

IDENTITY = frozenset({0, 1})


@dataclass(frozen=True)
class PlannedWrite:
    """One write to come, or one call of a procedure, or a request that nobody knows: everything that may change the
    meter. `tape`: which of the tapes, from 0. The change set of what is no write has one row, and nothing to apply."""

    tape: int
    step: Step
    change_set: ChangeSet

    @property
    def is_write(self) -> bool:
        return bool(self.change_set)


Confirm: TypeAlias = Callable[[tuple[PlannedWrite, ...]], bool | None]
"""Shows what may change the meter and says whether it may be sent. None: not decided yet; it is asked again a moment
later, with the session kept alive meanwhile."""


def request_of(step: Step) -> tuple[int, Place, bytes]:
    """A write step as `changes.exact` takes it."""
    assert step.table is not None
    place: Place = None
    if step.service == "offset-write":
        place = step.offset
    elif step.service == "index-write":
        place = step.indices
    return step.table, place, step.data


class Writes:
    """`planned`: what is to be shown. `tables`: what the meter holds, as far as is known."""

    def __init__(self, plan: PlayPlan, visit: Visit) -> None:
        self._plan = plan
        self._visit = visit
        self.tables = _copy(visit.tables)
        self.planned: tuple[PlannedWrite, ...] = ()

    def look(self) -> Conversation[tuple[PlannedWrite, ...]]:
        """Read what the writes touch and what shapes it. Raises `WriteImpossible`."""
        touched, visit = self._plan.written, self._visit
        bare = {number % PENDING for number in touched}
        shaping = wanted.closure(visit.tables, bare) & visit.listed()
        order = wanted.in_order(visit.tables, (shaping | touched) - IDENTITY)
        visit.expect(order)
        for number in order:
            yield from visit.read(number)
        self.tables = _copy(visit.tables)
        later = _copy(visit.tables)
        planned = []
        for index, step in self._plan.survey.changing:
            if is_write(step):
                change_set = self._change_set(later, index, step)
                _advance(later, change_set)
                planned.append(PlannedWrite(index, step, change_set))
            elif step.service != UNKNOWN:
                if not why_not_called(step, later, visit.profile):
                    planned.append(PlannedWrite(index, step, shown_call(step, later, visit.profile)))
            else:
                planned.append(PlannedWrite(index, step, _unknown(step, later)))
        self.planned = tuple(planned)
        return self.planned

    def write(self, index: int, step: Step, *, journal: Journal, who: str) -> Conversation[Written]:
        """One write step. Raises as `changes.apply` does."""
        change_set = self._change_set(self.tables, index, step)
        written = yield from apply(change_set, journal=journal, who=who, profile=self._visit.profile)
        _advance(self.tables, change_set)
        return written

    def _change_set(self, tables: Tables, index: int, step: Step) -> ChangeSet:
        change_set = exact(_copy(tables), [request_of(step)])
        origin = Origin(f"{self._plan.title(index)}, step {step.number}")
        return replace(change_set, origin=origin, purpose="playback")


def _unknown(step: Step, tables: Tables) -> ChangeSet:
    """Bytes that are sent as they are; what they do nobody knows."""
    text = request_bytes(step).hex(" ")
    row = Change("UNKNOWN_SERVICE", -1, State.DIFFERENT, None, text, annotation=Annotation("Unknown service"))
    return ChangeSet(identity_of(tables), tables, (row,), {}, rules())


def _advance(tables: Tables, change_set: ChangeSet) -> None:
    """What the meter holds after the write: where a whole table was written shorter than it is, its end stays."""
    for number, image in change_set.images.items():
        held = tables.get(number)
        if held is not None:
            tables.put(number, image.after + held[len(image.after) :])


def _copy(tables: Tables) -> Tables:
    raw = {number: tables.get(number) or b"" for number in tables.numbers}
    return Tables(tables.dictionary, settings=tables.settings, raw=raw)
