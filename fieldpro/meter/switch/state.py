"""The state of the service switch, as the device profile says where it lies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fieldpro.c12.dictionary.decoded import DecodedTable
from fieldpro.c12.dictionary.tables import Tables
from fieldpro.errors import FieldProError, SwitchError, TableError
from fieldpro.meter.device_profile import DeviceProfile
from fieldpro.meter.procedures.job import TERMS, Evidence, Job, Terms
from fieldpro.meter.registers import moment
from fieldpro.meter.switch.limit import LoadLimit, limit_of
from fieldpro.meter.switch_keys import SwitchKeys
from fieldpro.meter.view import MeterView
from fieldpro.records import ReadOut
from fieldpro.session.conversation import Conversation


@dataclass(frozen=True, slots=True)
class SwitchState:
    """The switch at one moment.

    state: "open", "closed", "armed" (open, the customer may close it), "moving", "failed" or "unknown".
    load_side_voltage: None when the meter does not tell; load_side_volts likewise. cause: why it moved last, in words.
    last_change: on the meter's own clock (naive). limit: None where there is none or it was not read.
    """

    state: str
    load_side_voltage: bool | None = None
    load_side_volts: float | None = None
    has_failed: bool = False
    cause: str = ""
    last_change: datetime | None = None
    operations: int | None = None
    trips: int | None = None
    limit: LoadLimit | None = None

    @property
    def words(self) -> str:
        """ "open, no voltage on the load side"."""
        words = "open and armed" if self.state == "armed" else self.state
        if self.load_side_volts is not None:
            words += f", {self.load_side_volts:.0f} V on the load side"
        elif self.load_side_voltage is not None:
            words += f", {'' if self.load_side_voltage else 'no '}voltage on the load side"
        return f"{words}, did not move when it was told to" if self.has_failed else words


def read_switch(*, evidence: Evidence | None = None, terms: Terms = TERMS) -> Conversation[SwitchState]:
    """The switch and its load limit. Raises `SwitchError` (no-switch) for a meter without one that is known."""
    job = Job(evidence, terms)
    terms.allow("read")
    yield from job.meet()
    keys = keys_of(job.profile, "read the switch")
    tables = {keys.table} | ({keys.limit.table} if keys.limit is not None else set())
    if not job.has(keys.table):
        raise SwitchError("no-switch", "read the switch", "unknown")
    read_out = yield from job.look_before(tables)
    return state_of(read_out, job.profile)


def keys_of(profile: DeviceProfile, deed: str) -> SwitchKeys:
    """Raises `SwitchError` (no-switch) when the profile describes none."""
    if profile.switch is None:
        raise SwitchError("no-switch", deed, "unknown")
    return profile.switch


def state_of(read_out: ReadOut, profile: DeviceProfile | None = None) -> SwitchState:
    """The switch as a read-out has it, connected or saved. Raises `SwitchError` (no-switch), and as `Tables.decode`
    does when the table was not read."""
    view = MeterView(read_out, profile=profile)
    return state_in(view.tables, keys_of(view.device_profile, "read the switch"))


def state_in(tables: Tables, keys: SwitchKeys) -> SwitchState:
    """The switch as these tables have it. Raises as `Tables.decode` does."""
    table = tables.decode(keys.table)
    value = table.get(keys.state)
    name = next((name for name, values in keys.states.items() if value in values), "unknown")
    volts = _number(table, keys.load_side_volts, keys.volts_per_count)
    present = _flag(table, keys.load_side_present)
    if volts is not None and volts >= keys.present_from_volts:
        present = True
    elif present is None and volts is not None:
        present = False
    changed = _optional(table, keys.last_change)
    return SwitchState(
        state=name,
        load_side_voltage=present if keys.load_side_voltage == "measured" else None,
        load_side_volts=volts,
        has_failed=bool(_flag(table, keys.fault)) or name == "failed",
        cause=_words(table, keys.cause),
        last_change=moment(changed),
        operations=_whole(table, keys.operations),
        trips=_whole(table, keys.trips),
        limit=_limit(tables, keys),
    )


def _limit(tables: Tables, keys: SwitchKeys) -> LoadLimit | None:
    if keys.limit is None or keys.limit.table not in tables.numbers:
        return None
    try:
        return limit_of(tables, keys.limit)
    except FieldProError:
        return None


def _optional(table: DecodedTable, path: str) -> Any:
    if not path:
        return None
    try:
        return table.get(path)
    except TableError:
        return None


def _number(table: DecodedTable, path: str, per_count: float) -> float | None:
    value = _optional(table, path)
    return None if value is None else float(value) * per_count


def _whole(table: DecodedTable, path: str) -> int | None:
    value = _optional(table, path)
    return None if value is None else int(value)


def _flag(table: DecodedTable, path: str) -> bool | None:
    value = _optional(table, path)
    return None if value is None else bool(value)


def _words(table: DecodedTable, path: str) -> str:
    value = _optional(table, path)
    if value is None:
        return ""
    words = table.layout.node(path).annotation.words
    return words.get(value, str(value))
