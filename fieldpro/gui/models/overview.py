"""What the Overview says of a meter, taken from its view in one go, outside the GUI thread. No Qt here.

A part that was not read or cannot be decoded is missing, and `missing` says why; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from fieldpro.errors import FieldProError, TableUnresolved
from fieldpro.explain import Explanation, explain
from fieldpro.gui.figures import grouped
from fieldpro.gui.words import mark, tr
from fieldpro.records import (
    ClockReading,
    LogEvent,
    MeterIdentity,
    PhaseValues,
    ReadOut,
    Register,
    RegisterKind,
    StatusFlag,
    TableStatus,
)

T = TypeVar("T")

EVENTS_SHOWN = 10
DAY_S = 86_400
DECIMALS_MOST = 6
STANDARDS: Mapping[int | str, str] = {0: "ANSI C12.18", 2: "ANSI C12.21", 3: "ANSI C12.22"}
"""What Identification says in its first byte (C12.18, Identification service)."""

KIND_WORDS = {
    RegisterKind.SUMMATION: mark("Energy"),
    RegisterKind.DEMAND: mark("Peak demand"),
    RegisterKind.CUMULATIVE: mark("Cumulative"),
    RegisterKind.CONTINUOUS_CUMULATIVE: mark("Continuous cumulative"),
    RegisterKind.COINCIDENT: mark("Coincident"),
    RegisterKind.PRESENT_DEMAND: mark("Demand now"),
    RegisterKind.PRESENT_VALUE: mark("Present value"),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with its unit, as it stands on the screen. `role` as in `fieldpro.records.Quantity`."""

    title: str
    value: str
    unit: str
    role: str


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One register over its tiers: `values` by tier, 0 the total; `peak_at` when a demand of the total occurred."""

    kind: str
    name: str
    unit: str
    values: dict[int, str]
    peak_at: str = ""


@dataclass(frozen=True, slots=True)
class DayStrip:
    """The last 24 hours of the first delivered channel, by the meter's clock: values oldest first, None for a gap."""

    unit: str
    role: str
    interval_s: int
    start_s: int  # where the 24 hours begin, seconds after midnight
    first_s: int  # where the first interval begins, seconds after `start_s`
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class OverviewFacts:
    identity: MeterIdentity
    figures: tuple[Figure, ...] = ()
    phases: PhaseValues | None = None
    registers: tuple[RegisterRow, ...] = ()
    tiers: tuple[int, ...] = ()
    flags: tuple[StatusFlag, ...] | None = None
    events: tuple[LogEvent, ...] = ()
    events_known: bool = False
    clock: ClockReading | None = None
    day: DayStrip | None = None
    missing: tuple[Explanation, ...] = field(default=())
    notes: tuple[str, ...] = ()
    read_at: datetime | None = None
    tables_read: int = 0
    tables_failed: int = 0
    link: str = ""

    @property
    def set_flags(self) -> tuple[StatusFlag, ...]:
        return tuple(flag for flag in self.flags or () if flag.is_set)


def overview_of(view: Any, readout: ReadOut) -> OverviewFacts:
    """Everything the Overview shows of `view`, a `fieldpro.meter.view.MeterView`."""
    missing: list[Explanation] = []

    def attempt(call: Callable[[], T], otherwise: T) -> T:
        try:
            return call()
        except TableUnresolved:  # not read: the card says so
            return otherwise
        except FieldProError as error:
            missing.append(explain(error, translate=tr))
            return otherwise

    registers: Sequence[Register] = attempt(view.registers, [])
    flags = attempt(view.status, None)
    events = attempt(view.events, None)
    if not events:
        events = attempt(view.history, None) or events
    readings = readout.tables.values()
    facts = OverviewFacts(
        identity=readout.identity,
        figures=_figures(registers),
        phases=attempt(view.instantaneous, None),
        registers=register_rows(registers),
        tiers=tuple(sorted({register.tier for register in registers})),
        flags=None if flags is None else tuple(flags),
        events=tuple((events or [])[:EVENTS_SHOWN]),
        events_known=events is not None,
        clock=attempt(view.clock, None),
        day=attempt(lambda: _last_day(view), None),
        missing=tuple(dict.fromkeys(missing)),
        read_at=readout.ended_at,
        tables_read=sum(reading.status is TableStatus.READ for reading in readings),
        tables_failed=sum(reading.status in (TableStatus.REFUSED, TableStatus.FAILED) for reading in readings),
        link=_link(readout),
    )
    return replace(facts, notes=tuple(view.notes))  # last: they grow with every answer


def _figures(registers: Sequence[Register]) -> tuple[Figure, ...]:
    """Energy delivered and received, and the demand now: what one reads from a metre away."""
    wanted = (
        (tr("Delivered"), RegisterKind.SUMMATION, "delivered"),
        (tr("Received"), RegisterKind.SUMMATION, "received"),
        (tr("Demand now"), RegisterKind.PRESENT_DEMAND, "delivered"),
    )
    found = []
    for title, kind, role in wanted:
        for register in registers:
            if register.kind is kind and register.quantity.role == role and register.tier == 0:
                found.append(Figure(title, figure(register.value), register.quantity.unit, role))
                break
    return tuple(found)


def decimals_of(value: Decimal) -> int:
    """The decimals a value needs, without the tail of zeros from its multiplier."""
    exponent = value.normalize().as_tuple().exponent
    return min(max(0, -exponent), DECIMALS_MOST) if isinstance(exponent, int) else 0


def figure(value: Decimal) -> str:
    """A register's value with the digits the meter has."""
    return grouped(value, decimals_of(value))


def register_rows(registers: Sequence[Register]) -> tuple[RegisterRow, ...]:
    """Registers of the same kind and quantity as one row over the tiers, by kind, in the order of the meter.

    The values of a row have the same decimals, so that they can be compared at a glance.
    """
    rows: dict[tuple[RegisterKind, str, str, int], list[Register]] = {}
    seen: dict[tuple[RegisterKind, str, str, int], int] = {}
    for register in registers:
        name = " ".join(text for text in (register.quantity.name, register.quantity.phase) if text)
        base = (register.kind, name, register.quantity.unit, register.tier)
        again = seen.get(base, 0)  # coincident values and repeated sources stand in rows of their own
        seen[base] = again + 1
        rows.setdefault((register.kind, name, register.quantity.unit, again), []).append(register)
    order = list(RegisterKind)
    return tuple(_row(key, rows[key]) for key in sorted(rows, key=lambda key: order.index(key[0])))


def with_headings(rows: Sequence[RegisterRow]) -> list[RegisterRow]:
    """The rows with one that has only a kind before each kind."""
    found: list[RegisterRow] = []
    for row in rows:
        if not found or found[-1].kind != row.kind:
            found.append(RegisterRow(row.kind, "", "", {}))
        found.append(row)
    return found


def _row(key: tuple[RegisterKind, str, str, int], registers: Sequence[Register]) -> RegisterRow:
    kind, name, unit, _again = key
    decimals = max(decimals_of(register.value) for register in registers)
    peak_at = next((one.occurred_at for one in registers if one.tier == 0 and one.occurred_at is not None), None)
    return RegisterRow(
        kind=tr(KIND_WORDS[kind]),
        name=name,
        unit=unit,
        values={register.tier: grouped(register.value, decimals) for register in registers},
        peak_at="" if peak_at is None else f"{peak_at:%Y-%m-%d %H:%M}",
    )


def _last_day(view: Any) -> DayStrip | None:
    """The last 24 hours of the load profile that was read, None when there is none."""
    if not view.tables.get(64):
        return None
    series = view.profile()
    if len(series) == 0:
        return None
    channel = next((n for n, one in enumerate(series.channels) if one.role == "delivered"), 0)
    ends = series.end_times.astype("datetime64[s]").astype("int64")
    start = int(ends[-1]) - DAY_S
    first = int((ends <= start).sum())
    factor = series.channels[channel].value_per_pulse
    chosen = zip(series.pulses[first:, channel].tolist(), series.valid[first:].tolist(), strict=True)
    return DayStrip(
        unit=series.channels[channel].unit,
        role=series.channels[channel].role,
        interval_s=series.interval_s,
        start_s=start % DAY_S,
        first_s=int(ends[first]) - series.interval_s - start,
        values=tuple(pulses * factor if valid else None for pulses, valid in chosen),
    )


def _link(readout: ReadOut) -> str:
    link = readout.link
    parts = []
    standard = link.get("standard")
    if standard is not None:
        parts.append(STANDARDS.get(standard, str(standard)))
    if link.get("baud"):
        parts.append(tr("{baud} baud", baud=grouped(int(link["baud"]))))
    if link.get("packet_size"):
        parts.append(tr("packets of {size} bytes", size=grouped(int(link["packet_size"]))))
    return ", ".join(parts)
