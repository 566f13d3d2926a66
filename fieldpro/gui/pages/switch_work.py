"""What the Switch page has done outside the GUI thread: the state, the orders with their approval, the load limit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from fieldpro.errors import FieldProError
from fieldpro.gui.words import tr
from fieldpro.meter.changes import ChangeSet, Journal
from fieldpro.meter.collection import Collection
from fieldpro.meter.procedures import Evidence, Terms
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
)
from fieldpro.meter.switch.limit import limit_changes, policies
from fieldpro.meter.switch.state import state_in
from fieldpro.meter.view import MeterView
from fieldpro.records import MeterIdentity, ReadOut
from fieldpro.security import entries
from fieldpro.security.rights import Right

if TYPE_CHECKING:
    from fieldpro.gui.rights import Rights
    from fieldpro.session.conversation import Conversation

ORDERS: Mapping[Deed, Callable[..., Any]] = {Deed.DISCONNECT: disconnect, Deed.ARM: arm, Deed.CONNECT: connect}


@dataclass(frozen=True)
class Facts:
    """What a view tells of the switch. `has_switch`: the device profile describes one; `state` None: not read."""

    has_switch: bool
    state: SwitchState | None = None
    read_at: datetime | None = None
    policies: Mapping[str, str] | None = None  # None: no load limit that is known
    tables: frozenset[int] = frozenset()


def facts_of(view: MeterView) -> Facts:
    """The switch as far as it was read."""
    keys = view.device_profile.switch
    if keys is None:
        return Facts(False)
    limit = keys.limit
    tables = frozenset({keys.table}) if limit is None else frozenset({keys.table, limit.table})
    known = None if limit is None else policies(limit)
    reading = view.read_out.tables.get(keys.table)
    try:
        state = state_in(view.tables, keys)
    except FieldProError:
        return Facts(True, policies=known, tables=tables)
    return Facts(True, state, None if reading is None else reading.read_at, known, tables)


def why_not(deed: Deed, state: SwitchState) -> str:
    """Why an order does not fit the switch as it is, "" when it does. The order itself asks the meter again."""
    if state.state == "moving":
        return tr("The switch is moving. Look again in a few seconds.")
    if state.state not in ("open", "closed", "armed"):
        return tr("The state of the switch is not known.")
    if deed is Deed.DISCONNECT:
        return tr("It is open already.") if state.state == "open" else ""
    if state.state == "closed":
        return tr("It is closed already.") if deed is Deed.CONNECT else tr("Only an open switch can be armed.")
    if deed is Deed.ARM and state.state == "armed":
        return tr("It is armed already.")
    if state.load_side_voltage:
        volts = "" if state.load_side_volts is None else tr(" ({volts} V)", volts=round(state.load_side_volts))
        return tr("Refused: there is voltage on the load side{volts}. Something else feeds it.", volts=volts)
    return ""


def approval_for(
    deed: Deed, meter: MeterIdentity, reason: str, pressed: datetime, typed: datetime, who: str, *, measured: bool
) -> Approval:
    """The button on the page is the first act, the number typed into the dialog the second."""
    acts = (Confirmation("pressed the button", pressed), Confirmation("typed the meter number", typed))
    return Approval(deed, meter.key, reason, acts, who, measured)


@dataclass
class SwitchOrder:
    """One order under way."""

    approval: Approval
    identity: MeterIdentity
    rights: Rights
    operator: str
    profile: Any = None

    def __post_init__(self) -> None:
        self.evidence = Evidence(operator=self.operator)

    def conversation(self) -> Conversation[SwitchOutcome]:
        deed, reason = self.approval.deed, self.approval.reason
        told = {"name": deed.words, "reason": reason}
        terms = Terms(meter=self.identity, profile=self.profile)
        with self.rights.job(Right(deed.right), self.identity, entries.PROCEDURE, told, reason=reason) as notes:
            outcome: SwitchOutcome = yield from ORDERS[deed](self.approval, evidence=self.evidence, terms=terms)
            number = None if outcome.result is None else outcome.result.number
            notes.add(number=number, before=outcome.before.words, after=outcome.after.words)
        return outcome

    @property
    def read_out(self) -> ReadOut | None:
        """What was read of the switch last, whatever became of the order."""
        found = self.evidence.collection.read_out()
        return found if found.tables else None


def changes_of(limit: LoadLimit, view: MeterView) -> ChangeSet:
    """What a new limit changes. Raises `UsageError`, `ValueRefused`, and as `Tables.decode` does."""
    return limit_changes(limit, view, view.device_profile)


@dataclass
class LimitWrite:
    """One change of the load limit under way: written, read back, read again for the page."""

    change_set: ChangeSet
    approval: Approval
    journal: Journal
    rights: Rights
    operator: str
    base: ReadOut | None
    profile: Any = None

    def conversation(self) -> Conversation[ReadOut | None]:
        changes = self.change_set
        told = entries.write(
            purpose="load limit", changes=[(each.path, each.old_text, each.new_text) for each in changes.different]
        )
        reason = self.approval.reason
        with self.rights.job(Right.LOAD_LIMIT, changes.identity, entries.WRITE, told, reason=reason) as notes:
            written = yield from set_load_limit(
                changes,
                self.approval,
                journal=self.journal,
                who=self.operator,
                terms=Terms(meter=changes.identity, profile=self.profile),
            )
            notes.add(job=written.job, verified=len(written.changes) - len(written.unproven))
        collection = Collection(operator=self.operator, base=self.base)
        try:
            yield from read_tables(changes.tables, collection=collection, only_listed=True)
        except FieldProError:
            return None  # it was written and verified all the same
        return replace(collection.read_out(), operator=self.operator)
