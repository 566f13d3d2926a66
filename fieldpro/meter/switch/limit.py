"""The load limit: above so much power for so long, the switch opens; what happens then is the policy.

The limit is written as any other setting, through a change set: shown, written, read back and in the journal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fieldpro.c12.dictionary.tables import Tables
from fieldpro.errors import SwitchError, UsageError
from fieldpro.meter.changes import ChangeSet, Journal, Written, apply, edit
from fieldpro.meter.changes.compare import context_of
from fieldpro.meter.collection import utc_now
from fieldpro.meter.device_profile import DeviceProfile
from fieldpro.meter.identity import identity_of
from fieldpro.meter.procedures.job import TERMS, Terms
from fieldpro.meter.switch.approval import Approval, Deed, require_approval
from fieldpro.meter.switch_keys import LimitKeys
from fieldpro.meter.view import MeterView
from fieldpro.session.conversation import Conversation

POLICY_WORDS = {
    "stay-open": "stays open until it is connected",
    "arm": "is armed: the customer may close it",
    "reconnect": "connects by itself",
}


@dataclass(frozen=True, slots=True)
class LoadLimit:
    """on: in force. policy: "stay-open", "arm", "reconnect", or "" for one without a name. reconnect_s: until it is
    armed or connects. most_trips: openings after which it stays open. None for what this make does not have."""

    on: bool | None
    threshold_watts: float
    duration_s: float
    policy: str | None = None
    reconnect_s: float | None = None
    most_trips: int | None = None

    @property
    def words(self) -> str:
        """ "above 25000 W for 300 s it opens and is armed: the customer may close it"."""
        if self.on is False:
            return "no load limit"
        then = POLICY_WORDS.get(self.policy or "", "")
        return f"above {self.threshold_watts:g} W for {self.duration_s:g} s it opens{f' and {then}' if then else ''}"


def limit_of(tables: Tables, keys: LimitKeys) -> LoadLimit:
    """The limit as these tables have it. Raises as `Tables.decode` does."""
    table = tables.decode(keys.table)
    policy: str | None = None
    if keys.policy:
        value = table.get(keys.policy)
        policy = next((name for name, code in keys.policies.items() if code == value), "")
    return LoadLimit(
        on=bool(table.get(keys.on)) if keys.on else None,
        threshold_watts=float(table.get(keys.threshold)) * keys.watts_per_count,
        duration_s=float(table.get(keys.duration)) * keys.seconds_per_count,
        policy=policy,
        reconnect_s=float(table.get(keys.reconnect_delay)) * keys.seconds_per_count if keys.reconnect_delay else None,
        most_trips=int(table.get(keys.most_trips)) if keys.most_trips else None,
    )


def limit_values(limit: LoadLimit, tables: Tables, keys: LimitKeys) -> dict[str, Any]:
    """The elements of a limit by path, for `changes.edit`. What the limit leaves None is left as it is.

    Raises `UsageError` for something that this make does not have, or a value between two counts.
    """
    name = tables.dictionary.table(keys.table).name
    decoded = tables.decode(keys.table)
    values: dict[str, Any] = {}

    def put(path: str, value: Any, what: str) -> None:
        if not path:
            raise UsageError(what, "left out: this meter has none", str(value))
        values[f"{name}.{path}"] = value

    put(
        keys.threshold,
        _counts(limit.threshold_watts, keys.watts_per_count, decoded.get(keys.threshold), "W"),
        "threshold",
    )
    put(keys.duration, _counts(limit.duration_s, keys.seconds_per_count, decoded.get(keys.duration), "s"), "duration")
    if limit.on is not None:
        put(keys.on, limit.on, "use of the limit")
    if limit.policy is not None:
        if limit.policy not in keys.policies:
            raise UsageError("reconnect policy", f"one of {', '.join(keys.policies)}", limit.policy)
        put(keys.policy, keys.policies[limit.policy], "reconnect policy")
    if limit.reconnect_s is not None:
        delay = decoded.get(keys.reconnect_delay) if keys.reconnect_delay else 0
        put(keys.reconnect_delay, _counts(limit.reconnect_s, keys.seconds_per_count, delay, "s"), "reconnect delay")
    if limit.most_trips is not None:
        put(keys.most_trips, limit.most_trips, "openings after which it stays open")
    return values


def limit_changes(limit: LoadLimit, tables: Tables | MeterView, profile: DeviceProfile) -> ChangeSet:
    """What a new limit changes, to be shown and chosen. Raises as `limit_values` and `edit` do."""
    if profile.switch is None or profile.switch.limit is None:
        raise SwitchError("no-switch", Deed.LIMIT.words, "unknown")
    context = context_of(tables)
    return edit(context, limit_values(limit, context, profile.switch.limit))


def set_load_limit(
    changes: ChangeSet,
    approval: Approval | None,
    *,
    journal: Journal,
    now: datetime | None = None,
    who: str = "",
    terms: Terms = TERMS,
) -> Conversation[Written]:
    """Write a limit that was shown (`limit_changes`). Raises `NotApproved` before anything is sent, and as `apply`
    does."""
    meter = identity_of(changes.before).key
    require_approval(approval, Deed.LIMIT, meter, now or utc_now())
    terms.allow(Deed.LIMIT.right)
    return (yield from apply(changes, journal=journal, who=who, profile=terms.profile))


def _counts(value: float, per_count: float, held: Any, unit: str) -> Any:
    """The value in the element's own counts; a real number where the element holds one."""
    counts = value / per_count
    if isinstance(held, float):
        return counts
    if abs(counts - round(counts)) > 1e-9:
        raise UsageError("load limit", f"a multiple of {per_count:g} {unit}", f"{value:g} {unit}")
    return round(counts)


def policies(keys: LimitKeys) -> Mapping[str, str]:
    """The policies that this make has, in words."""
    return {name: POLICY_WORDS[name] for name in keys.policies}
