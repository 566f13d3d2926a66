"""Register data with names, units and values: C12.19 tables 22 to 28, scaled by the sources.

    table 22  which source each summation, demand and coincident value is
    table 23  current registers; 24 previous season, 25 previous demand reset, 26 self reads: the same block
    table 27  which source each present demand and value is; 28 their values

A block holds SUMMATIONS, DEMANDS and COINCIDENTS; TOT_DATA_BLOCK is tier 0, TIER_DATA_BLOCK[t] is tier t + 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from fieldpro.meter.sources import SourceMap, number
from fieldpro.records import Quantity, Register, RegisterKind

NEVER = datetime(1970, 1, 1)  # a count of no minutes or seconds, as formats 3 and 4 write a time that is not set


@dataclass(frozen=True, slots=True)
class Selection:
    """Table 22. `maximum[d]` is False for a demand that keeps its minimum; `coincident_with[c]` is a demand index."""

    summations: Sequence[int] = ()
    demands: Sequence[int] = ()
    maximum: Sequence[bool] = ()
    coincidents: Sequence[int] = ()
    coincident_with: Sequence[int] = ()

    @classmethod
    def from_table(cls, values: Mapping[str, Any]) -> Selection:
        demands = values.get("DEMAND_SELECT", ())
        flags = frozenset(values.get("MIN_OR_MAX_FLAGS", ()))
        return cls(
            summations=values.get("SUMMATION_SELECT", ()),
            demands=demands,
            maximum=tuple(index in flags for index in range(len(demands))),
            coincidents=values.get("COINCIDENT_SELECT", ()),
            coincident_with=values.get("COIN_DEMAND_ASSOC", ()),
        )


@dataclass(frozen=True, slots=True)
class RegisterSnapshot:
    """Registers as they stood at one moment: now, at the end of a season, at a demand reset, at a self read.

    `taken_at` is the meter's own clock (naive); None for the current registers and where the meter keeps no time.
    """

    registers: tuple[Register, ...]
    demand_resets: int | None = None
    taken_at: datetime | None = None
    season: int | None = None
    sequence: int | None = None


class RegisterReader:
    """Turns decoded register tables into registers; what cannot be said is left out, with a note."""

    def __init__(self, sources: SourceMap, selection: Selection) -> None:
        self.notes: list[str] = []
        self._sources = sources
        self._selection = selection

    def snapshot(
        self, values: Mapping[str, Any], path: str, header: Mapping[str, Any] | None = None
    ) -> RegisterSnapshot:
        """One REGISTER_DATA_RCD at `path`; `header` holds the time, season and sequence that stand before it."""
        found = list(self._block(values.get("TOT_DATA_BLOCK", {}), 0, f"{path}.TOT_DATA_BLOCK"))
        for tier, block in enumerate(values.get("TIER_DATA_BLOCK", ()), start=1):
            found += self._block(block, tier, f"{path}.TIER_DATA_BLOCK[{tier - 1}]")
        before = header or {}
        return RegisterSnapshot(
            registers=tuple(found),
            demand_resets=values.get("NBR_DEMAND_RESETS"),
            taken_at=moment(before.get("END_DATE_TIME")),
            season=before.get("SEASON"),
            sequence=before.get("SELF_READ_SEQ_NBR"),
        )

    def present(self, chosen: Mapping[str, Any], values: Mapping[str, Any], path: str) -> tuple[Register, ...]:
        """Tables 27 and 28: what the meter measures at this moment."""
        found: list[Register] = []
        demands = values.get("PRESENT_DEMAND", ())
        for index, (source, entry) in enumerate(zip(chosen.get("PRESENT_DEMAND_SELECT", ()), demands, strict=False)):
            place = f"{path}.PRESENT_DEMAND[{index}].DEMAND_VALUE"
            found += self._register(source, RegisterKind.PRESENT_DEMAND, 0, entry["DEMAND_VALUE"], place)
        readings = values.get("PRESENT_VALUE", ())
        for index, (source, value) in enumerate(zip(chosen.get("PRESENT_VALUE_SELECT", ()), readings, strict=False)):
            found += self._register(source, RegisterKind.PRESENT_VALUE, 0, value, f"{path}.PRESENT_VALUE[{index}]")
        return tuple(found)

    def _block(self, block: Mapping[str, Any], tier: int, path: str) -> Iterator[Register]:
        select = self._selection
        summations = block.get("SUMMATIONS", ())
        for index, (source, value) in enumerate(zip(select.summations, summations, strict=False)):
            yield from self._register(source, RegisterKind.SUMMATION, tier, value, f"{path}.SUMMATIONS[{index}]")
        for index, (source, demand) in enumerate(zip(select.demands, block.get("DEMANDS", ()), strict=False)):
            yield from self._demand(index, source, demand, tier, f"{path}.DEMANDS[{index}]")
        coincidents = block.get("COINCIDENTS", ())
        for index, (source, entry) in enumerate(zip(select.coincidents, coincidents, strict=False)):
            name = f"{self._name(source)}{self._at_demand(index)}"
            for nth, value in enumerate(entry["COINCIDENT_VALUES"]):
                place = f"{path}.COINCIDENTS[{index}].COINCIDENT_VALUES[{nth}]"
                yield from self._register(source, RegisterKind.COINCIDENT, tier, value, place, name=_nth(name, nth))

    def _demand(self, index: int, source: int, demand: Mapping[str, Any], tier: int, path: str) -> Iterator[Register]:
        maximum = index >= len(self._selection.maximum) or self._selection.maximum[index]
        name = self._name(source) + ("" if maximum else ", minimum")
        times = demand.get("EVENT_TIME", ())
        for nth, value in enumerate(demand.get("DEMAND", ())):
            when = moment(times[nth]) if nth < len(times) else None
            place = f"{path}.DEMAND[{nth}]"
            yield from self._register(source, RegisterKind.DEMAND, tier, value, place, name=_nth(name, nth), when=when)
        for element, kind in (
            ("CUM_DEMAND", RegisterKind.CUMULATIVE),
            ("CONT_CUM_DEMAND", RegisterKind.CONTINUOUS_CUMULATIVE),
        ):
            if element in demand:
                yield from self._register(source, kind, tier, demand[element], f"{path}.{element}", name=name)

    def _register(
        self,
        source: int,
        kind: RegisterKind,
        tier: int,
        raw: Any,
        path: str,
        *,
        name: str | None = None,
        when: datetime | None = None,
    ) -> Iterator[Register]:
        counts = number(raw)
        if counts is None:
            self.notes.append(f"{path} holds no number")
            return
        scale = self._sources.scale(source)
        quantity = scale.quantity
        if name is not None and name != quantity.name:
            quantity = Quantity(name, quantity.unit, quantity.role, quantity.phase)
        plain = int(counts) if counts == counts.to_integral_value() else float(counts)
        yield Register(quantity, kind, tier, tidy(scale.value(counts)), plain, path, when)

    def _name(self, source: int) -> str:
        return self._sources.scale(source).quantity.name

    def _at_demand(self, coincident: int) -> str:
        select = self._selection
        if coincident < len(select.coincident_with) and select.coincident_with[coincident] < len(select.demands):
            return f" at peak {self._name(select.demands[select.coincident_with[coincident]])}"
        return ""


def _nth(name: str, nth: int) -> str:
    """The name of the first, second ... highest occurrence."""
    return name if nth == 0 else f"{name} (no. {nth + 1})"


def moment(value: Any) -> datetime | None:
    """A decoded time, None where the meter has none: bytes that are no time, or a count of zero (it never happened)."""
    return value if isinstance(value, datetime) and value != NEVER else None


def tidy(value: Decimal) -> Decimal:
    """The same number without exponent: 12000, not 1.2E+4; zeros behind the point stay, the meter has those digits."""
    return Decimal(f"{value:f}")
