"""What the sources of a meter are called: by quantity, direction, phase and kind, never by number alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from fieldpro.errors import FieldProError
from fieldpro.meter.quantity import PERIOD, full_name
from fieldpro.meter.view import MeterView

UNITS, SOURCES = 12, 16


class SourceNames:
    """Names by source number; those that would be the same after all have their number behind them."""

    def __init__(self, view: MeterView) -> None:
        self._view = view

    @cached_property
    def names(self) -> Mapping[int, str]:
        plain = {number: self._plain(number) for number in range(len(self))}
        counts = Counter(plain.values())
        return {number: name if counts[name] == 1 else f"{name} (source {number})" for number, name in plain.items()}

    def __getitem__(self, number: int) -> str:
        """The name of any source; one that the meter does not describe is "source 200"."""
        return self.names.get(number, f"source {number}")

    def __len__(self) -> int:
        return len(self._view.sources)

    def unit(self, number: int) -> str:
        return self._view.sources.scale(number).quantity.unit

    def _plain(self, number: int) -> str:
        name = full_name(self._view.sources.scale(number).quantity)
        return f"{name} per interval" if self._time_bases.get(number) == PERIOD else name

    @cached_property
    def _time_bases(self) -> Mapping[int, int]:
        """TIME_BASE by source: the k-th source with a unit has the k-th entry of table 12."""
        links, units = self._entries(SOURCES, "SOURCES_LINK"), self._entries(UNITS, "UOM_ENTRY")
        users = [number for number, link in enumerate(links) if link["UOM_ENTRY_FLAG"]]
        return {number: int(unit["TIME_BASE"]) for number, unit in zip(users, units, strict=False)}

    def _entries(self, table: int, name: str) -> list[Mapping[str, Any]]:
        try:
            return list(self._view.tables.decode(table).values[name])
        except FieldProError:
            return []
