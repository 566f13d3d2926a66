"""Orders to the service switch: disconnect, arm, connect.

1  the meter is who it should be, the right and the approval hold        else nothing is sent
2  the state is read; an order that does not fit it is refused           connect: no voltage on the load side
3  the order is given, through the procedure that the device profile names
4  the state is read until the switch has come to rest, within its time
5  it is where it should be, or the error says what it did instead
"""

from __future__ import annotations

from dataclasses import dataclass, field

from fieldpro.errors import LinkError, ProcedureRefused, ProcedureUnanswered, SwitchError
from fieldpro.meter.procedures.job import TERMS, Evidence, Job, Terms
from fieldpro.meter.procedures.result import ProcedureResult, ResultCode, Selector
from fieldpro.meter.switch.approval import Approval, Deed, require_approval
from fieldpro.meter.switch.state import SwitchState, keys_of, state_in
from fieldpro.meter.switch_keys import SwitchCommand, SwitchKeys
from fieldpro.records import ReadOut
from fieldpro.session.conversation import Conversation, Pause, Progress

_LOOK_FIRST_S, _LOOK_LONGEST_S = 0.3, 2.0
_STATUS = 3
_GOAL = {Deed.DISCONNECT: "open", Deed.ARM: "armed", Deed.CONNECT: "closed"}
_ALREADY_OPEN = ("open", "armed")


@dataclass(frozen=True, slots=True)
class SwitchOutcome:
    """An order that was carried out. result: None when the switch was there already and nothing was sent.

    moved_in_s: how long it took to come to rest, as far as it was watched.
    """

    deed: Deed
    before: SwitchState
    after: SwitchState
    result: ProcedureResult | None
    approval: Approval
    read_before: ReadOut
    read_after: ReadOut
    moved_in_s: float = 0.0
    notes: tuple[str, ...] = field(default=())


def disconnect(
    approval: Approval | None, *, evidence: Evidence | None = None, terms: Terms = TERMS
) -> Conversation[SwitchOutcome]:
    """Cut the customer off. Raises `NotApproved`, `SwitchError`, and as `run_procedure` does."""
    return (yield from _order(Deed.DISCONNECT, approval, evidence, terms))


def arm(
    approval: Approval | None, *, evidence: Evidence | None = None, terms: Terms = TERMS
) -> Conversation[SwitchOutcome]:
    """Let the customer close the open switch at the meter."""
    return (yield from _order(Deed.ARM, approval, evidence, terms))


def connect(
    approval: Approval | None, *, evidence: Evidence | None = None, terms: Terms = TERMS
) -> Conversation[SwitchOutcome]:
    """Connect the customer. Refused, before anything is sent, while there is voltage on the load side; and where the
    meter cannot tell, unless the approval says that a person has measured it."""
    return (yield from _order(Deed.CONNECT, approval, evidence, terms))


def _order(
    deed: Deed, approval: Approval | None, evidence: Evidence | None, terms: Terms
) -> Conversation[SwitchOutcome]:
    job = Job(evidence, terms)
    if approval is None:
        require_approval(approval, deed, "", job.evidence.now())
    identity = yield from job.meet()
    keys = keys_of(job.profile, deed.words)
    command: SwitchCommand | None = {
        Deed.DISCONNECT: keys.disconnect,
        Deed.ARM: keys.arm,
        Deed.CONNECT: keys.connect,
    }[deed]
    if command is None or not job.has(keys.table):
        raise SwitchError("no-switch", deed.words, "unknown")
    terms.allow(deed.right)
    approved = require_approval(approval, deed, identity.key, job.evidence.now())
    read_before = yield from job.look_before(_tables(keys))
    before = state_in(job.tables, keys)
    _refuse_what_does_not_fit(deed, before, approved)
    if before.state == _GOAL[deed]:
        nothing = f"The switch was {before.state} already: nothing was sent."
        return SwitchOutcome(deed, before, before, None, approved, read_before, read_before, notes=(nothing,))
    result, answer_s = yield from _tell(job, deed, command, keys)
    after, settled_s = yield from _settle(job, deed, before, keys)
    read_after = yield from job.look_after(_tables(keys))
    notes = _notes(deed, before, after)
    return SwitchOutcome(deed, before, after, result, approved, read_before, read_after, answer_s + settled_s, notes)


def _refuse_what_does_not_fit(deed: Deed, state: SwitchState, approval: Approval) -> None:
    if state.state == "moving":
        raise SwitchError("moving", deed.words, state.words)
    if state.state not in ("open", "closed", "armed"):
        raise SwitchError("wrong-state", deed.words, state.words, "its state is not known")
    if deed is Deed.ARM and state.state == "closed":
        raise SwitchError("wrong-state", deed.words, state.words, "only an open switch can be armed")
    if deed is Deed.DISCONNECT or state.state == "closed":
        return
    if state.load_side_voltage:  # to arm is to let somebody connect who cannot know
        detail = "present" if state.load_side_volts is None else f"{state.load_side_volts:.0f} V"
        raise SwitchError("load-side-voltage", deed.words, state.words, detail)
    if state.load_side_voltage is None and not approval.measured_dead:
        raise SwitchError("load-side-unknown", deed.words, state.words)


def _tell(
    job: Job, deed: Deed, command: SwitchCommand, keys: SwitchKeys
) -> Conversation[tuple[ProcedureResult, float]]:
    """Give the order. When the meter does not say what came of it, or says that it was not done, the switch itself is
    looked at before that is believed."""
    try:
        result = yield from job.run(command.procedure, command.parameters, selector=Selector(command.selector))
    except (ProcedureUnanswered, ProcedureRefused) as error:
        try:
            yield from job.visit.read(keys.table)
        except LinkError:
            raise error from None
        now = state_in(job.tables, keys)
        if isinstance(error, ProcedureRefused):
            if error.result != ResultCode.CONFLICT:
                raise
            if deed is not Deed.DISCONNECT and now.state != "closed" and now.load_side_voltage:
                raise SwitchError("load-side-voltage", deed.words, now.words, "the meter found it") from error
            if now.has_failed:
                raise SwitchError("stuck", deed.words, now.words, f"it is still {now.state}") from error
            raise
        if now.state not in ("moving", _GOAL[deed]):
            raise
        return ProcedureResult(command.procedure, deed.words, ResultCode.NOT_FINISHED, answered=False), error.waited_s
    return result, result.waited_s


def _settle(job: Job, deed: Deed, before: SwitchState, keys: SwitchKeys) -> Conversation[tuple[SwitchState, float]]:
    """Look until the switch is where it should be. Raises `SwitchError` (stuck, slow). That it failed before says
    nothing of this time: only a flag that came up since counts."""
    waited_s, pause_s = 0.0, _LOOK_FIRST_S
    while True:
        yield from job.visit.read(keys.table)
        now = state_in(job.tables, keys)
        failed_now = now.has_failed and not before.has_failed
        if now.state == _GOAL[deed] and not failed_now:
            return now, waited_s
        if failed_now and now.state != "moving":
            raise SwitchError("stuck", deed.words, now.words, f"it was {before.state} and is {now.state} now")
        if waited_s >= keys.settle_s:
            if now.state == "moving":
                raise SwitchError("slow", deed.words, now.words, f"it has been moving for {waited_s:.0f} s")
            raise SwitchError("stuck", deed.words, now.words, f"it is {now.state} after {waited_s:.0f} s")
        yield Progress(round(waited_s), round(keys.settle_s), "s", f"{deed.words}: the switch is {now.state}")
        pause_s = min(pause_s, max(keys.settle_s - waited_s, 0.1))
        yield Pause(pause_s)
        waited_s += pause_s
        pause_s = min(pause_s * 1.5, _LOOK_LONGEST_S)


def _tables(keys: SwitchKeys) -> frozenset[int]:
    limit = frozenset() if keys.limit is None else frozenset({keys.limit.table})
    return frozenset({_STATUS, keys.table}) | limit


def _notes(deed: Deed, before: SwitchState, after: SwitchState) -> tuple[str, ...]:
    if deed is Deed.DISCONNECT and after.load_side_voltage and before.state not in _ALREADY_OPEN:
        return ("There is voltage on the load side although the switch is open: something else feeds it.",)
    return ()
