"""The local display: ANSI C12.19 tables 31 to 34. Lists of items, each shown as the meter would show it.

An item of a list is a display source (table 32). What a display source shows is the maker's matter; where the device
profile knows it, an item has the name of its source, its unit and the value that was read. The items of all lists of a
kind lie one behind the other; where they need more places than table 31 gives, and the meter can change that, the
change set makes room.

Values are shown with five digits, leading zeros and no decimals for amounts, two decimals for everything else: where a
meter's own display differs, that is configured in the maker's tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar, Self

from fieldpro.errors import FieldProError, UsageError
from fieldpro.meter.changes import writable
from fieldpro.meter.editors.complaint import Complaint, Weight
from fieldpro.meter.editors.editor import Editor, Spec
from fieldpro.records import Register, RegisterKind

LIMITS, DIMENSIONS, SOURCES = "ACT_DISP_TBL", "DIM_DISP_TBL", "DISP_SOURCE_TBL"
LIMITS_TABLE, SOURCES_TABLE = 31, 32
PRIMARY, SECONDARY = "primary", "secondary"
DIGITS, DECIMALS = 5, 2
AMOUNT_UNITS = ("Wh", "varh", "VAh")
BY_SOURCE = "source-number"


@dataclass(frozen=True, slots=True)
class Kind:
    """Primary lists (table 33) or secondary ones (34), and the names of their elements."""

    name: str
    table: str
    prefix: str

    @property
    def lists(self) -> str:
        return f"{self.table}.{self.prefix}_DISP_LIST"

    @property
    def items(self) -> str:
        return f"{self.table}.{self.prefix}_DISP_SOURCES"

    @property
    def room(self) -> str:
        return f"NBR_{self.prefix}_DISP_LIST_ITEMS"


KINDS = {
    PRIMARY: Kind(PRIMARY, "PRI_DISP_LIST_TBL", "PRI"),
    SECONDARY: Kind(SECONDARY, "SEC_DISP_LIST_TBL", "SEC"),
}


@dataclass(frozen=True, slots=True)
class DisplayItem:
    """One thing that can be shown. index: of table 32. source: None where nobody knows what the maker means by it.
    shown: the value as it stands on the display, "" where it was not read."""

    index: int
    source: int | None
    name: str
    shown: str = ""

    def __str__(self) -> str:
        return f"{self.name}: {self.shown}" if self.shown else self.name


@dataclass(frozen=True, slots=True)
class DisplayList:
    """A list as it is wanted. Times are None where this meter does not let them be set."""

    kind: str
    index: int
    items: tuple[DisplayItem, ...]
    on_s: int | None
    off_s: int | None
    hold_min: int | None

    @property
    def cycle_s(self) -> int | None:
        """Seconds until the list begins again."""
        return None if self.on_s is None else len(self.items) * (self.on_s + (self.off_s or 0))


class DisplayEditor(Editor):
    """Fields of list N of a kind (primary, secondary): `on_primary_N`, `off_primary_N`, `hold_primary_N`,
    `default_primary_N`. What is in a list is changed by `with_items`."""

    title: ClassVar[str] = "Display"
    needs: ClassVar[frozenset[int]] = frozenset({0, 1, *range(10, 17), *range(20, 29), 30, 31, 32, 33, 34})
    about: ClassVar[frozenset[int]] = frozenset({33})

    def specs(self) -> Iterator[Spec]:
        for kind in self.kinds:
            for index in range(self._count(kind)):
                path, group = f"{kind.lists}[{index}]", f"{kind.name.capitalize()} list {index + 1}"
                for name, flag, element in (
                    ("on", "ON_TIME_FLAG", "DISP_SCROLL1.ON_TIME"),
                    ("off", "OFF_TIME_FLAG", "DISP_SCROLL1.OFF_TIME"),
                    ("hold", "HOLD_TIME_FLAG", "DISP_SCROLL2.HOLD_TIME"),
                ):
                    if self.flag(f"{LIMITS}.DISPLAY_CTRL.{flag}"):
                        yield Spec(f"{name}_{kind.name}_{index}", f"{path}.{element}", group=group, low=0, high=15)
                default = f"{path}.DISP_SCROLL2.DEFAULT_LIST"
                yield Spec(f"default_{kind.name}_{index}", default, group=group, low=0, high=15)

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of lists that the meter has."""
        return tuple(kind for kind in KINDS.values() if self.has(kind.lists) and self._count(kind))

    @cached_property
    def items(self) -> tuple[DisplayItem, ...]:
        """Everything that can be shown, in the order of table 32; by number only where table 32 was not read."""
        if self.tables.get(SOURCES_TABLE) is None:
            return tuple(DisplayItem(index, None, f"item {index}") for index in range(self._sources_count))
        entries = self.tables.decode(SOURCES_TABLE).values["DISPLAY_SOURCES"]
        return tuple(self._item(index, bytes(entry)) for index, entry in enumerate(entries))

    def lists(self, kind: str = PRIMARY) -> tuple[DisplayList, ...]:
        """The lists of a kind as they are wanted. Raises `UsageError` for a kind that the meter does not have."""
        found, start = [], 0
        chosen = self._kind(kind)
        shown = self._wanted_items(chosen)
        for index in range(self._count(chosen)):
            count = int(self.at(f"{chosen.lists}[{index}].NBR_LIST_ITEMS"))
            items = tuple(self._named(number) for number in shown[start : start + count])
            times = [self._time(f"{name}_{kind}_{index}") for name in ("on", "off", "hold")]
            found.append(DisplayList(kind, index, items, *times))
            start += count
        return tuple(found)

    def with_items(self, kind: str, index: int, items: Sequence[int]) -> Self:
        """The same with a list that shows these display sources, by their index in table 32."""
        chosen = self._kind(kind)
        lists = [[item.index for item in each.items] for each in self.lists(kind)]
        if not 0 <= index < len(lists):
            raise UsageError(f"{kind} display list", f"0 to {len(lists) - 1}", str(index))
        lists[index] = list(items)
        together = [number for each in lists for number in each]
        held = list(self.held(chosen.items))
        room = max(len(together), len(held))
        values: dict[str, Any] = {f"{chosen.lists}[{nth}].NBR_LIST_ITEMS": len(each) for nth, each in enumerate(lists)}
        values[chosen.items] = together + held[len(together) :]
        values[f"{LIMITS}.{chosen.room}"] = room
        return self.with_elements(values)

    def room(self, kind: str = PRIMARY) -> int:
        """How many items the lists of a kind can have together."""
        chosen = self._kind(kind)
        least = int(self.held(f"{LIMITS}.{chosen.room}"))
        if LIMITS_TABLE in writable(self.tables) and self.has(f"{DIMENSIONS}.{chosen.room}"):
            return max(least, int(self.held(f"{DIMENSIONS}.{chosen.room}")))
        return least

    def complaints(self) -> Iterator[Complaint]:
        for kind in self.kinds:
            lists = self.lists(kind.name)
            count, room = sum(len(each.items) for each in lists), self.room(kind.name)
            if count > room:
                yield Complaint(f"{kind.name.capitalize()} lists", f"{count} items are too many for {room} places")
            for each in lists:
                yield from self._list(each)

    def _list(self, each: DisplayList) -> Iterator[Complaint]:
        place, name = f"{each.kind.capitalize()} list {each.index + 1}", f"{each.kind}[{each.index}]"
        for item in each.items:
            if item.index >= self._sources_count:
                yield Complaint(place, f"the meter has no display source {item.index}", name)
        doubled = {item.name for item in each.items if each.items.count(item) > 1}
        if doubled:
            yield Complaint(place, f"{', '.join(sorted(doubled))} is in it twice", name, Weight.WARNING)
        if not each.items:
            yield Complaint(place, "it shows nothing", name, Weight.WARNING)
        elif each.on_s == 0:
            yield Complaint(place, "its items are shown for 0 s", f"on_{each.kind}_{each.index}", Weight.WARNING)

    # --- inside

    @property
    def _sources_count(self) -> int:
        return int(self.held(f"{LIMITS}.NBR_DISP_SOURCES"))

    def _kind(self, name: str) -> Kind:
        known = {kind.name: kind for kind in self.kinds}
        if name not in known:
            raise UsageError("display lists", " or ".join(known) or "a meter with display lists", name)
        return known[name]

    def _count(self, kind: Kind) -> int:
        return int(self.held(f"{LIMITS}.NBR_{kind.prefix}_DISP_LISTS"))

    def _wanted_items(self, kind: Kind) -> list[int]:
        return [int(number) for number in self.at(kind.items)]

    def _time(self, name: str) -> int | None:
        return int(self.value(name)) if name in self.declared else None

    def _named(self, index: int) -> DisplayItem:
        return self.items[index] if index < len(self.items) else DisplayItem(index, None, f"item {index}")

    def _item(self, index: int, entry: bytes) -> DisplayItem:
        if self.view.device_profile.display.entries != BY_SOURCE:
            return DisplayItem(index, None, f"item {index} ({entry.hex(' ').upper()})")
        source = int.from_bytes(entry, "big" if self.tables.formats.big else "little")
        return DisplayItem(index, source, self.sources[source], self._values.get(source, ""))

    @cached_property
    def _values(self) -> dict[int, str]:
        """What each source shows, from the registers that were read: totals, and present values."""
        try:
            registers = {register.path: register for register in self.view.registers()}
        except FieldProError:
            return {}
        return {source: shown_value(registers[path]) for source, path in self._places() if path in registers}

    def _places(self) -> Iterator[tuple[int, str]]:
        """(source, path of the register that shows it); the first place of a source counts."""
        block = "CURRENT_REG_DATA_TBL.TOT_DATA_BLOCK"
        present = "PRESENT_REGISTER_DATA_TBL"
        places = [
            (27, "PRESENT_VALUE_SELECT", f"{present}.PRESENT_VALUE[{{}}]"),
            (22, "DEMAND_SELECT", f"{block}.DEMANDS[{{}}].DEMAND[0]"),
            (22, "SUMMATION_SELECT", f"{block}.SUMMATIONS[{{}}]"),
        ]
        for table, element, path in places:
            if self.tables.get(table) is not None:
                for index, source in enumerate(self.tables.decode(table).values.get(element) or ()):
                    yield int(source), path.format(index)


def shown_value(register: Register) -> str:
    """A register as it stands on a display: "00412 kWh", "2.25 kW"."""
    unit = register.quantity.unit
    if register.kind is RegisterKind.SUMMATION or unit.endswith(AMOUNT_UNITS):
        whole = int(register.value)
        return f"{whole % 10**DIGITS:0{DIGITS}d} {unit}".strip()
    return f"{register.value.quantize(Decimal(1).scaleb(-DECIMALS))} {unit}".strip()
