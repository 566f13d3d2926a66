"""Any procedure as a job: its note says what is read before and after and which right it takes.

The typed jobs of this package are made of the same steps; this one is for procedures that have none of their own, a
maker's among them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from fieldpro.errors import FieldProError, LinkError, NotApproved, ProcedureUnanswered
from fieldpro.meter.procedures.call import Parameters, title_of
from fieldpro.meter.procedures.job import TERMS, Evidence, Job, Outcome, Terms
from fieldpro.meter.procedures.result import ProcedureResult, ResultCode, Selector
from fieldpro.meter.view import MeterView
from fieldpro.session.conversation import Conversation, Pause, Progress

_RESTART_S = (3.0, 5.0, 10.0, 20.0)  # pauses after which a meter that starts anew is asked again
_IDENTIFICATION = 1


def carry_out(
    number: int,
    parameters: Parameters = b"",
    *,
    selector: Selector = Selector.WHEN_DONE,
    before: Iterable[int] | None = None,
    after: Iterable[int] | None = None,
    evidence: Evidence | None = None,
    terms: Terms = TERMS,
) -> Conversation[Outcome]:
    """Run a procedure with the snapshots of its note, or with those given. Raises as `run_procedure` does, and
    `NotApproved` for one that its note guards: an order to the service switch takes an approval.

    number: manufacturer procedures count from 2048. parameters: values by element name, or bytes.
    """
    job = Job(evidence, terms)
    note = yield from job.begin(number)
    if note.guarded:
        raise NotApproved(title_of(job.tables, number), f"this is done by its own job only ({note.own_job})")
    patience = replace(terms.patience, finish_s=max(terms.patience.finish_s, note.finish_s))
    job.terms = replace(terms, patience=patience)
    snapshot = yield from job.look_before(note.before if before is None else before)
    notes: tuple[str, ...] = ()
    try:
        result = yield from job.run(number, parameters, selector=selector)
    except ProcedureUnanswered as unanswered:
        if not note.restarts:
            raise
        result = yield from _await_restart(job, number, unanswered)
        notes = ("The meter started anew before it answered; it was found again afterwards.",)
    look = yield from job.look_after(note.after if after is None else after)
    return Outcome(result, snapshot, look, notes)


def cold_start(*, evidence: Evidence | None = None, terms: Terms = TERMS) -> Conversation[Outcome]:
    """The meter as it was delivered. Its data is gone; so may its programming be."""
    return (yield from carry_out(0, {}, evidence=evidence, terms=terms))


def warm_start(*, evidence: Evidence | None = None, terms: Terms = TERMS) -> Conversation[Outcome]:
    """The meter starts again as after a power failure."""
    return (yield from carry_out(1, {}, evidence=evidence, terms=terms))


def save_configuration(*, evidence: Evidence | None = None, terms: Terms = TERMS) -> Conversation[Outcome]:
    """What was written outlives the next power failure, on meters that keep it apart."""
    return (yield from carry_out(2, {}, evidence=evidence, terms=terms))


def clear_data(*, evidence: Evidence | None = None, terms: Terms = TERMS) -> Conversation[Outcome]:
    """Registers, load profile, self reads and logs emptied; all of them are in the outcome's `before`."""
    return (yield from carry_out(3, {}, evidence=evidence, terms=terms))


def clear_standard_status(*, evidence: Evidence | None = None, terms: Terms = TERMS) -> Conversation[Outcome]:
    """The standard's status flags cleared; the outcome's notes name those that came back at once."""
    return (yield from _clear_status(7, evidence, terms))


def clear_manufacturer_status(*, evidence: Evidence | None = None, terms: Terms = TERMS) -> Conversation[Outcome]:
    """The maker's status flags cleared."""
    return (yield from _clear_status(8, evidence, terms))


def _clear_status(number: int, evidence: Evidence | None, terms: Terms) -> Conversation[Outcome]:
    outcome = yield from carry_out(number, {}, evidence=evidence, terms=terms)
    try:
        flags = MeterView(outcome.after, profile=terms.profile).status()
    except FieldProError:
        return outcome
    is_makers = number == 8
    left = [
        flag.title
        for flag in flags
        if flag.is_set and flag.name.startswith("ED_MFG_STATUS") is is_makers and not flag.name.endswith("MODE_FLAG")
    ]
    return replace(outcome, notes=(*outcome.notes, *(f"Still set, or set again: {title}." for title in left)))


def _await_restart(job: Job, number: int, unanswered: ProcedureUnanswered) -> Conversation[ProcedureResult]:
    """The meter may have restarted before it answered: it is asked until it is there again."""
    title = title_of(job.tables, number)
    for nth, pause_s in enumerate(_RESTART_S):
        yield Progress(nth, len(_RESTART_S), "attempts", f"{title}: waiting for the meter to come back")
        yield Pause(pause_s)
        try:
            yield from job.visit.read(_IDENTIFICATION)
        except LinkError:
            continue
        result = ProcedureResult(number, title, ResultCode.DONE, answered=False)
        job.evidence.results.append(result)
        return result
    raise unanswered
