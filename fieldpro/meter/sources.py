"""From a source's counts to a value in its unit: tables 12, 15 and 16 of C12.19 together.

    table 16 SOURCES_LINK[s]   which of the tables have an entry for source s, and what its counts are
    table 12 UOM_ENTRY[k]      the k-th source with UOM_ENTRY_FLAG has entry k
    table 15                   the k-th source with CONSTANTS_FLAG has entry k

    value = (counts * MULTIPLIER + OFFSET) * ratios not applied yet * UOM multiplier

Constants count only where CONSTANT_TO_BE_APPLIED says the meter has not applied them. Counts that are pulses
(PULSE_ENGR_FLAG clear) and have no constants to apply stay pulses: nobody knows what one is worth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from fieldpro.c12.values import Odd
from fieldpro.meter.quantity import PULSES, Measure, measure
from fieldpro.records import Quantity

ONE = Decimal(1)
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Scale:
    """value = counts * `factor` + `offset`, in the quantity's unit."""

    measure: Measure
    factor: Decimal
    offset: Decimal = ZERO

    @property
    def quantity(self) -> Quantity:
        return self.measure.quantity

    def value(self, counts: Decimal) -> Decimal:
        return counts * self.factor + self.offset


def number(value: Any) -> Decimal | None:
    """A decoded number as Decimal, exactly as it reads; None for bytes that are no number and for NaN."""
    if isinstance(value, Odd | bytes | str) or value is None:
        return None
    found = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
    return found if found.is_finite() else None


class SourceMap:
    """The scale of every source of one meter.

    links, uoms, constants: the entries of tables 16, 12 and 15, each empty when the meter has no such table.
    """

    def __init__(
        self,
        links: Sequence[Mapping[str, Any]],
        uoms: Sequence[Mapping[str, Any]] = (),
        constants: Sequence[Mapping[str, Any]] = (),
        *,
        extra: Mapping[int, tuple[str, str]] | None = None,
    ) -> None:
        self.notes: list[str] = []
        self._extra = extra
        self._described: list[tuple[Mapping[str, Any], Mapping[str, Any] | None, Mapping[str, Any] | None]] = []
        self._scales: dict[int, Scale] = {}
        uom_index = constant_index = 0
        for source, link in enumerate(links):
            uom = constant = None
            if link["UOM_ENTRY_FLAG"]:
                uom = self._entry(uoms, uom_index, source, 12)
                uom_index += 1
            if link["CONSTANTS_FLAG"]:
                constant = self._entry(constants, constant_index, source, 15)
                constant_index += 1
            self._described.append((link, uom, constant))

    def __len__(self) -> int:
        return len(self._described)

    def scale(self, source: int) -> Scale:
        """The scale of a source; one that the meter does not describe keeps its counts."""
        if source not in self._scales:
            self._scales[source] = self._make(source)
        return self._scales[source]

    def _make(self, source: int) -> Scale:
        if 0 <= source < len(self._described):
            return self._scale(*self._described[source])
        unknown = Measure(Quantity(f"source {source}", "", "other"), ONE, True)
        return Scale(unknown, ONE)

    def _entry(
        self, entries: Sequence[Mapping[str, Any]], index: int, source: int, table: int
    ) -> Mapping[str, Any] | None:
        if index < len(entries):
            return entries[index]
        self.notes.append(f"source {source} has no entry in table {table}: its counts are shown as they are")
        return None

    def _scale(
        self,
        link: Mapping[str, Any],
        uom: Mapping[str, Any] | None,
        constant: Mapping[str, Any] | None,
    ) -> Scale:
        to_apply = bool(link["CONSTANT_TO_BE_APPLIED"]) and constant is not None
        what = measure(uom, self._extra) if uom is not None else PULSES
        if not link["PULSE_ENGR_FLAG"] and not to_apply:
            pulses = Measure(Quantity(what.quantity.name, "pulses", what.quantity.role), ONE, what.is_amount)
            return Scale(pulses, ONE)
        if uom is None:
            return Scale(PULSES, ONE)
        if not to_apply or constant is None:
            return Scale(what, what.factor)
        multiplier = _or_one(number(constant.get("MULTIPLIER")))
        offset = number(constant.get("OFFSET")) or ZERO
        after = what.factor * _ratios(constant, what.quantity.role)
        return Scale(what, multiplier * after, offset * after)


def _or_one(value: Decimal | None) -> Decimal:
    return ONE if value is None else value


def _ratios(constant: Mapping[str, Any], role: str) -> Decimal:
    """The transformer ratios that the meter has not applied: of currents for amperes, of voltages for volts."""
    product = ONE
    for name in ("SET1_CONSTANTS", "SET2_CONSTANTS"):
        ratios = constant.get(name)
        if ratios is None or ratios["SET_FLAGS"]["SET_APPLIED_FLAG"]:
            continue
        if role != "voltage":
            product *= _or_one(number(ratios["RATIO_F1"]))
        if role != "current":
            product *= _or_one(number(ratios["RATIO_P1"]))
    return product
