"""What registers measure, for the titles of their differences: "Total: Summations [0]: Wh delivered".

The registers of C12.19 tables 23 to 26 are sources that table 22 selects, those of table 28 that table 27 selects;
tables 12 and 16 say what a source measures. Where one of these tables is not here, a title stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from fieldpro.c12.dictionary.tables import Tables
from fieldpro.errors import FieldProError
from fieldpro.meter.sources import SourceMap
from table_playback.compare.records import FieldDifference

REGISTERS = frozenset({23, 24, 25, 26, 28})
SELECTIONS = {
    "SUMMATIONS": (22, "SUMMATION_SELECT"),
    "DEMANDS": (22, "DEMAND_SELECT"),
    "COINCIDENTS": (22, "COINCIDENT_SELECT"),
    "PRESENT_DEMAND": (27, "PRESENT_DEMAND_SELECT"),
    "PRESENT_VALUE": (27, "PRESENT_VALUE_SELECT"),
}
_REGISTER = re.compile(rf"\.({'|'.join(SELECTIONS)})\[(\d+)\]")


def with_quantities(found: Iterable[FieldDifference], tables: Tables, number: int) -> list[FieldDifference]:
    """The same differences, of registers with what they measure."""
    every = list(found)
    if number not in REGISTERS or not every:
        return every
    names = _Names(tables)
    return [_named(each, names) for each in every]


class _Names:
    """The quantity of each register of one meter."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._values: dict[int, Mapping[str, Any]] = {}
        self._sources = SourceMap(self._of(16).get("SOURCES_LINK", ()), self._of(12).get("UOM_ENTRY", ()))

    def of(self, path: str) -> str:
        """What the register at a path measures, "" when it is not known."""
        match = _REGISTER.search(path)
        if match is None:
            return ""
        table, element = SELECTIONS[match[1]]
        chosen, index = self._of(table).get(element, ()), int(match[2])
        if index >= len(chosen) or not chosen[index] < len(self._sources):
            return ""
        return self._sources.scale(chosen[index]).measure.quantity.name

    def _of(self, number: int) -> Mapping[str, Any]:
        if number not in self._values:
            try:
                self._values[number] = self._tables.decode(number).values
            except FieldProError:
                self._values[number] = {}
        return self._values[number]


def _named(difference: FieldDifference, names: _Names) -> FieldDifference:
    name = names.of(difference.path)
    parts = tuple(_named(part, names) for part in difference.parts)
    title = f"{difference.title}: {name}" if name and difference.title else difference.title or name
    return replace(difference, title=title, parts=parts)
