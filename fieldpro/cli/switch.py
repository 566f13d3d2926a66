"""`fieldpro switch`: the service switch, its load limit, and the orders that cut a customer off or on.

An order takes a reason in words, and two acts that lie apart: the order itself, and the serial number of the meter,
typed or given with --confirm, once the meter was read. Between the two there is time to stop it with Ctrl-C.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, TypeAlias

import typer

from fieldpro.cli import console, differences
from fieldpro.cli.confirm import serial_number
from fieldpro.cli.jobs import evidence_kept, guarded
from fieldpro.cli.line import MeterLine
from fieldpro.cli.options import with_meter
from fieldpro.cli.source import view_of
from fieldpro.cli.writing import entry_of
from fieldpro.errors import NotApproved, SwitchError, UsageError
from fieldpro.meter.changes import Written
from fieldpro.meter.procedures import Terms
from fieldpro.meter.read import read_tables
from fieldpro.meter.switch import (
    Approval,
    Confirmation,
    Deed,
    LoadLimit,
    SwitchOutcome,
    SwitchState,
    arm,
    connect,
    disconnect,
    set_load_limit,
    state_of,
)
from fieldpro.meter.switch.limit import limit_changes
from fieldpro.meter.view import MeterView
from fieldpro.records import MeterIdentity
from fieldpro.security import entries
from fieldpro.security.guard import JobNotes
from fieldpro.security.rights import Right
from fieldpro.session.conversation import Conversation

APART_S = 1.0
Order: TypeAlias = Callable[..., Conversation[SwitchOutcome]]


class Action(StrEnum):
    STATUS = "status"
    DISCONNECT = "disconnect"
    ARM = "arm"
    CONNECT = "connect"
    LIMIT = "limit"


ORDERS: Mapping[Action, tuple[Deed, Order]] = {
    Action.DISCONNECT: (Deed.DISCONNECT, disconnect),
    Action.ARM: (Deed.ARM, arm),
    Action.CONNECT: (Deed.CONNECT, connect),
}
LIMIT = "The load limit"


@with_meter
def switch(
    meter: MeterLine,
    *,
    action: Annotated[Action, typer.Argument(help="What to do with it.", show_default=False)] = Action.STATUS,
    reason: Annotated[str, typer.Option(help="Why, in words.", show_default=False)] = "",
    confirm: Annotated[
        str | None, typer.Option(metavar="SERIAL", help="The meter's serial number; else asked.", show_default=False)
    ] = None,
    measured_dead: Annotated[
        bool, typer.Option("--measured-dead", help="You have measured no voltage on the load side.")
    ] = False,
    watts: Annotated[float | None, typer.Option(min=0, help="Threshold, W.", rich_help_panel=LIMIT)] = None,
    seconds: Annotated[float | None, typer.Option(min=0, help="Duration, s.", rich_help_panel=LIMIT)] = None,
    policy: Annotated[
        str | None, typer.Option(help="Afterwards: stay-open, arm, reconnect.", rich_help_panel=LIMIT)
    ] = None,
    reconnect_s: Annotated[
        float | None, typer.Option("--reconnect-after", min=0, help="By policy, s.", rich_help_panel=LIMIT)
    ] = None,
    most_trips: Annotated[
        int | None, typer.Option("--trips", min=0, help="After so many it stays open.", rich_help_panel=LIMIT)
    ] = None,
    is_on: Annotated[bool | None, typer.Option("--on/--off", help="In force or not.", rich_help_panel=LIMIT)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As an object.")] = False,
) -> None:
    """Show the service switch, give it an order, or change its load limit."""
    asked_at = datetime.now(UTC)
    view = look_at_switch(meter)
    state = state_of_view(view)
    if action is Action.STATUS:
        _show(state, as_json=as_json)
        return
    if action is Action.LIMIT:
        wanted = _wanted(state, is_on, watts, seconds, policy, reconnect_s, most_trips)
        _limit(meter, view, wanted, reason=reason, confirm=confirm, asked_at=asked_at, as_json=as_json)
        return
    outcome = give_order(
        meter, view, action, reason=reason, confirm=confirm, asked_at=asked_at, measured_dead=measured_dead
    )
    if as_json:
        content = {"deed": outcome.deed.value, "before": _plain(outcome.before), "after": _plain(outcome.after)}
        console.line(json.dumps({**content, "moved_in_s": outcome.moved_in_s, "notes": outcome.notes}, indent=2))
    else:
        console.line(f"The switch is {outcome.after.words}.")
        for note in outcome.notes:
            console.say(note)


def give_order(
    meter: MeterLine,
    view: MeterView,
    action: Action,
    *,
    reason: str,
    confirm: str | None,
    asked_at: datetime,
    measured_dead: bool = False,
) -> SwitchOutcome:
    """An order to the switch of the meter that was looked at. Raises as `approve`, `guarded` and the order do."""
    deed, order = ORDERS[action]
    console.say(f"The switch is {state_of_view(view).words}.")
    approval = approve(view.identity, deed, reason, confirm, asked_at, who=meter.operator, measured_dead=measured_dead)
    told = {"name": deed.words, "reason": reason}
    with evidence_kept(meter, deed.words) as evidence:
        terms = Terms(meter=view.identity, profile=view.device_profile)

        def job(notes: JobNotes) -> Conversation[SwitchOutcome]:
            outcome = yield from order(approval, evidence=evidence, terms=terms)
            number = None if outcome.result is None else outcome.result.number  # None: it was there already
            notes.add(number=number, before=outcome.before.words, after=outcome.after.words)
            return outcome

        return guarded(meter, view.identity, Right(deed.right), entries.PROCEDURE, told, job, reason=reason)


def approve(
    meter: MeterIdentity,
    deed: Deed,
    reason: str,
    confirm: str | None,
    asked_at: datetime,
    *,
    who: str,
    measured_dead: bool = False,
) -> Approval:
    """Two acts apart: the order on the command line, and the serial number of the meter that was found.

    Raises `NotApproved` and as `serial_number` does.
    """
    if not reason.strip():
        raise NotApproved(deed.words, "a reason in words (--reason)")
    serial_number(meter, deed.words, given=confirm)
    if confirm is not None:
        console.say(f"{deed.words}: meter {meter.serial}. Ctrl-C stops it.")
        time.sleep(APART_S)
    acts = (
        Confirmation("the order, with its reason", asked_at),
        Confirmation("the meter's serial number", datetime.now(UTC)),
    )
    return Approval(deed, meter.key, reason, acts, who, measured_dead)


def state_of_view(view: MeterView) -> SwitchState:
    return state_of(view.read_out, view.device_profile)


def look_at_switch(meter: MeterLine) -> MeterView:
    """The tables of the switch, which the device profile names."""
    first = view_of(meter, "switch", lambda collection: read_tables({0, 1}, collection=collection))
    keys = first.device_profile.switch
    if keys is None:
        raise SwitchError("no-switch", "read the switch", "unknown")
    numbers = {0, 1, keys.table, *({keys.limit.table} if keys.limit is not None else ())}
    return view_of(meter, "switch", lambda collection: read_tables(numbers, collection=collection, only_listed=True))


def _show(state: SwitchState, *, as_json: bool) -> None:
    if as_json:
        console.line(json.dumps(_plain(state), indent=2))
        return
    console.facts(
        (
            ("Switch", state.words),
            ("Moved last", f"{state.last_change or ''} {state.cause}".strip()),
            ("Operations", "" if state.operations is None else str(state.operations)),
            ("Trips", "" if state.trips is None else str(state.trips)),
            ("Load limit", "" if state.limit is None else state.limit.words),
        )
    )


def _plain(state: SwitchState) -> dict[str, Any]:
    content = asdict(state)
    content["last_change"] = None if state.last_change is None else state.last_change.isoformat()
    return {**content, "words": state.words}


def _wanted(
    state: SwitchState,
    is_on: bool | None,
    watts: float | None,
    seconds: float | None,
    policy: str | None,
    reconnect_s: float | None,
    most_trips: int | None,
) -> LoadLimit:
    held = state.limit
    if held is None:
        raise UsageError("load limit", "a meter with a load limit that can be read", "none")
    if all(each is None for each in (is_on, watts, seconds, policy, reconnect_s, most_trips)):
        raise UsageError(
            "load limit", "--watts, --seconds, --policy, --reconnect-after, --trips, --on or --off", "none"
        )
    return LoadLimit(
        is_on,
        held.threshold_watts if watts is None else watts,
        held.duration_s if seconds is None else seconds,
        policy,
        reconnect_s,
        most_trips,
    )


def _limit(
    meter: MeterLine,
    view: MeterView,
    wanted: LoadLimit,
    *,
    reason: str,
    confirm: str | None,
    asked_at: datetime,
    as_json: bool,
) -> None:
    changes = limit_changes(wanted, view, view.device_profile)
    if not as_json:
        differences.show(changes)
    if not changes:
        console.say("There is nothing to write.")
        return
    approval = approve(view.identity, Deed.LIMIT, reason, confirm, asked_at, who=meter.operator)
    terms = Terms(meter=view.identity, profile=view.device_profile)

    def job(notes: JobNotes) -> Conversation[Written]:
        written = yield from set_load_limit(
            changes, approval, journal=meter.here.desk.journal, who=meter.operator, terms=terms
        )
        notes.add(job=written.job, verified=len(written.changes))
        return written

    guarded(meter, view.identity, Right.LOAD_LIMIT, entries.WRITE, entry_of(changes), job, reason=reason)
    after = state_of_view(look_at_switch(meter))
    if as_json:
        console.line(json.dumps(_plain(after), indent=2))
    elif after.limit is not None:
        console.line(f"Load limit: {after.limit.words}.")
