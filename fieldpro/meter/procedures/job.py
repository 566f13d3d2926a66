"""What every procedure job does around the procedure itself: who is this meter, what was there before, what is now.

    evidence = Evidence(operator="Ada")
    outcome = session.run(demand_reset(evidence=evidence, terms=Terms(allow=signed_in.require)))
    evidence.before, evidence.results, evidence.after          in hand also when the job failed half-way

The identity is checked and the right is asked before anything is sent to the meter that is not a read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from fieldpro.c12.dictionary.tables import Tables
from fieldpro.errors import WrongMeter
from fieldpro.meter import wanted
from fieldpro.meter.collection import Collection, utc_now
from fieldpro.meter.device_profile import DeviceProfile
from fieldpro.meter.procedure_note import ProcedureNote
from fieldpro.meter.procedures.call import PATIENCE, Late, Parameters, Patience, ask_procedure, run_procedure
from fieldpro.meter.procedures.catalogue import note_of
from fieldpro.meter.procedures.result import ProcedureResult, Selector
from fieldpro.meter.reading import Visit
from fieldpro.meter.view import MeterView
from fieldpro.records import MeterIdentity, ReadOut, TableStatus
from fieldpro.session.conversation import Conversation

# Tables whose content changes by itself or by what is done: after a procedure they count only when read again.
LIVING = frozenset({3, 4, 23, 24, 25, 26, 28, 52, 55, 56, 63, 64, 65, 66, 67, 74, 76})


def nothing_asked(right: str) -> None:
    """Everyone may do everything: what asks for rights hands in its own."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How a job is done.

    allow: called with the name of the right before anything is sent; raises when the user does not have it.
    meter: the meter that it must be; None takes the one on the line. profile: None chooses by identity.
    """

    allow: Callable[[str], None] = nothing_asked
    meter: MeterIdentity | None = None
    profile: DeviceProfile | None = None
    patience: Patience = PATIENCE


TERMS = Terms()


class Evidence:
    """What a job read and was answered, for the record; the one who starts the job holds it whatever happens.

    before, after: read-outs of the tables concerned. results: of every procedure that was answered, in order.
    """

    def __init__(self, *, operator: str = "", note: str = "", now: Callable[[], datetime] = utc_now) -> None:
        self.now = now
        self.collection = Collection(operator=operator, note=note, now=now)
        self.before: ReadOut | None = None
        self.after: ReadOut | None = None
        self.results: list[ProcedureResult] = []


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a job came to. notes: what a person should know of it, in words."""

    result: ProcedureResult
    before: ReadOut
    after: ReadOut
    notes: tuple[str, ...] = field(default=())


class Job:
    """One procedure job at one meter.

    job = Job(evidence, terms)
    note = yield from job.begin(3)
    before = yield from job.look_before(note.before)
    result = yield from job.run(3, {})
    after = yield from job.look_after(note.after)
    """

    def __init__(self, evidence: Evidence | None, terms: Terms) -> None:
        self.evidence = evidence or Evidence()
        self.terms = terms
        self.visit = Visit(self.evidence.collection, profile=terms.profile)

    @property
    def tables(self) -> Tables:
        return self.visit.tables

    @property
    def profile(self) -> DeviceProfile:
        return self.visit.profile

    def begin(self, number: int, *, right: str = "") -> Conversation[ProcedureNote]:
        """Who the meter is, what is known of procedure `number` at it, and whether the user may run it.

        right: asked instead of the note's. Raises what `allow` raises, and `WrongMeter`.
        """
        yield from self.meet()
        note = note_of(number, self.profile)
        self.terms.allow(right or note.right)
        return note

    def meet(self) -> Conversation[MeterIdentity]:
        """Who the meter is. Raises `WrongMeter` when it is not the one that is meant."""
        identity = yield from self.visit.meet()
        meant = self.terms.meter
        if meant is not None and meant.key != identity.key:
            raise WrongMeter(meant.key, identity.key)
        return identity

    def look_before(self, numbers: Iterable[int]) -> Conversation[ReadOut]:
        """Read these tables, with those that shape them, and keep them as they were before."""
        yield from self._read(numbers, again=False)
        self.evidence.before = self.evidence.collection.read_out()
        return self.evidence.before

    def run(
        self,
        number: int,
        parameters: Parameters = b"",
        *,
        selector: Selector = Selector.WHEN_DONE,
        late: Late | None = None,
    ) -> Conversation[ProcedureResult]:
        """As `run_procedure`, with this meter's tables."""
        result = yield from run_procedure(
            number,
            parameters,
            tables=self.tables,
            selector=selector,
            patience=self.terms.patience,
            late=late,
            final=note_of(number, self.profile).final_results,
        )
        self.evidence.results.append(result)
        return result

    def ask(
        self, number: int, parameters: Parameters = b"", *, selector: Selector = Selector.WHEN_DONE
    ) -> Conversation[ProcedureResult]:
        """As `ask_procedure`: any result code is a result."""
        result = yield from ask_procedure(
            number,
            parameters,
            tables=self.tables,
            selector=selector,
            patience=self.terms.patience,
            final=note_of(number, self.profile).final_results,
        )
        self.evidence.results.append(result)
        return result

    def look_after(self, numbers: Iterable[int]) -> Conversation[ReadOut]:
        """Read these tables anew; of those that live, what was read before is not in the result."""
        fresh = yield from self._read(numbers, again=True)
        read_out = self.evidence.collection.read_out()
        kept = {number: each for number, each in read_out.tables.items() if number in fresh or number not in LIVING}
        self.evidence.after = replace(read_out, started_at=self.evidence.now(), tables=kept)
        return self.evidence.after

    def view(self, read_out: ReadOut) -> MeterView:
        """A read-out of this job through this meter's profile."""
        return MeterView(read_out, profile=self.profile)

    def has(self, number: int) -> bool:
        """Whether table 0 lists a table."""
        return number in self.visit.listed()

    def _read(self, numbers: Iterable[int], *, again: bool) -> Conversation[frozenset[int]]:
        """Those of the tables that the meter has, with the ones that shape them and are not here yet."""
        asked = frozenset(numbers) & self.visit.listed()
        here = frozenset(self.tables.numbers)
        shaping = (wanted.closure(self.tables, asked) & self.visit.listed()) - here
        order = wanted.in_order(self.tables, (asked if again else asked - self.visit.fresh) | shaping)
        self.visit.expect(order)
        for number in order:
            yield from self.visit.read(number)
        return frozenset(order)


def was_read(read_out: ReadOut, number: int) -> bool:
    """Whether a table is in a read-out, whole."""
    reading = read_out.tables.get(number)
    return reading is not None and reading.status is TableStatus.READ and not reading.parts
