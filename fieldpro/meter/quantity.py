"""What a source measures, from its unit-of-measure entry (C12.19 table 12, UOM_ENTRY_BFLD).

    bits 0-7 ID_CODE | 8-10 TIME_BASE | 11-13 MULTIPLIER | 14-17 Q1..Q4_ACCOUNTABILITY | 18 NET_FLOW_ACCOUNTABILITY
    19-21 SEGMENTATION | 22 HARMONIC | 23-27 ID_RESOURCE | 31 NFS (not the standard's codes)

Quadrants as ANSI draws them: active power is delivered in Q1 and Q4, received in Q2 and Q3; reactive power is
delivered (lagging load) in Q1 and Q2, received in Q3 and Q4. Powers and energies are given in thousands (kW, kWh), as
the trade does; everything else in its own unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from fieldpro.records import Quantity

MULTIPLIERS = tuple(Decimal(text) for text in ("1", "1e2", "1e3", "1e6", "1e9", "1e-2", "1e-3", "1e-6"))

BULK, INSTANTANEOUS, PERIOD, SUB_BLOCK, BLOCK, NET_BULK, THERMAL, EVENTS = range(8)
ENERGY_BASES = frozenset({BULK, PERIOD, NET_BULK})  # amounts over a time; the others are rates
DEMAND_WORDS = {INSTANTANEOUS: "instantaneous", SUB_BLOCK: "sliding", BLOCK: "", THERMAL: "thermal"}

SEGMENTS = ("", "AB", "BC", "CA", "N", "A", "B", "C")

THOUSAND = Decimal(1000)


@dataclass(frozen=True, slots=True)
class _Kind:
    word: str  # of the rate
    amount: str  # of the amount over a time
    role: str
    in_thousands: bool = False


KINDS: Mapping[int, _Kind] = {
    0: _Kind("W", "Wh", "active", True),
    1: _Kind("var", "varh", "reactive", True),
    2: _Kind("VA", "VAh", "apparent", True),
    8: _Kind("V", "Vh", "voltage"),
    12: _Kind("A", "Ah", "current"),
    24: _Kind("", "", "other"),
    33: _Kind("Hz", "Hz", "other"),
}
TITLES = {24: "power factor", 33: "frequency", 8: "V rms", 12: "A rms"}

ACTIVE_FLOW = {(1, 0, 0, 1): "delivered", (0, 1, 1, 0): "received"}
REACTIVE_FLOW = {(1, 1, 0, 0): "delivered", (0, 0, 1, 1): "received"}


@dataclass(frozen=True, slots=True)
class Measure:
    """A quantity, and the factor from the meter's counts (after constants) to the quantity's unit."""

    quantity: Quantity
    factor: Decimal
    is_amount: bool  # an energy or other amount over a time, not a rate

    def called(self, name: str) -> Quantity:
        """The same quantity under a name that says more."""
        return Quantity(name, self.quantity.unit, self.quantity.role, self.quantity.phase)


PULSES = Measure(Quantity("pulses", "pulses", "other"), Decimal(1), True)


def measure(entry: Mapping[str, Any], extra: Mapping[int, tuple[str, str]] | None = None) -> Measure:
    """The measure of one UOM entry; `extra` gives (name, unit) of ID codes the standard table here does not hold."""
    code, base = int(entry["ID_CODE"]), int(entry["TIME_BASE"])
    scale = MULTIPLIERS[int(entry["MULTIPLIER"])]
    phase = SEGMENTS[int(entry["SEGMENTATION"])]
    flow = _flow(entry, code)
    if base == EVENTS:
        return Measure(Quantity(_name("count", flow), "", "other", phase), scale, True)
    is_amount = base in ENERGY_BASES
    kind = None if entry.get("NFS") else KINDS.get(code)
    if kind is None:
        title, unit = (extra or {}).get(code, (f"quantity {code}", ""))
        return Measure(Quantity(_name(title, flow), unit, "other", phase), scale, is_amount)
    unit = kind.amount if is_amount else kind.word
    title = unit if is_amount else TITLES.get(code, unit)
    if not is_amount and kind.in_thousands and DEMAND_WORDS[base]:
        title = f"{title} {DEMAND_WORDS[base]}"
    if entry.get("HARMONIC"):
        title = f"{title} harmonic"
    if kind.in_thousands:
        unit, scale = f"k{unit}", scale / THOUSAND
    role = kind.role
    if role == "active":
        role = flow if flow in ("delivered", "received") else "other"
    return Measure(Quantity(_name(title, flow), unit, role, phase), scale, is_amount)


def _flow(entry: Mapping[str, Any], code: int) -> str:
    """The direction in words: delivered, received, net, total, or the quadrants by number."""
    quadrants = tuple(int(entry[f"Q{number}_ACCOUNTABILITY"]) for number in (1, 2, 3, 4))
    known = (REACTIVE_FLOW if code == 1 else ACTIVE_FLOW).get((quadrants[0], quadrants[1], quadrants[2], quadrants[3]))
    if known:
        return known
    if not any(quadrants):
        return "net" if entry.get("NET_FLOW_ACCOUNTABILITY") else ""
    if all(quadrants):
        return "net" if entry.get("NET_FLOW_ACCOUNTABILITY") else "total"
    return " ".join(f"Q{number}" for number, used in enumerate(quadrants, start=1) if used)


def _name(title: str, flow: str) -> str:
    return f"{title} {flow}".strip()


def full_name(quantity: Quantity) -> str:
    """The name with the phase, for where the phase has no place of its own: "V rms phase A"."""
    return f"{quantity.name} phase {quantity.phase}" if quantity.phase else quantity.name
