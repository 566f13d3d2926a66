"""What a program, or a person, wants of a meter against what the meter holds: pure, offline, element by element.

change_set = compare(program, view)                        a program; view: MeterView or Tables
change_set = edit(tables, {"UTIL_INFO_TBL.TARIFF_ID": "TOU-2"})   by hand: strict, every element must be there
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fieldpro.c12.dictionary import Tables
from fieldpro.errors import UsageError
from fieldpro.meter.changes.change import Origin, State
from fieldpro.meter.changes.change_set import ChangeSet
from fieldpro.meter.changes.comparison import Comparison, same_shape
from fieldpro.meter.changes.image import leaves, value_in
from fieldpro.meter.changes.warnings import warnings_for
from fieldpro.meter.programs.model import Program
from fieldpro.meter.programs.paths import tree
from fieldpro.meter.programs.rules import Rules, rules
from fieldpro.meter.view import MeterView
from fieldpro.records import TableStatus
from fieldpro.secret import Secret


def compare(program: Program, tables: Tables | MeterView, *, by: Rules | None = None) -> ChangeSet:
    """Every element of the program against the meter. Raises `ValueRefused` for a value that its element can never
    have; what this meter does not have is an unknown change, not an error."""
    context = context_of(tables)
    origin = Origin(program.name, program.revision, program.hash)
    found = warnings_for(program, context)
    return ChangeSet.of(Comparison(context, program.tree, by or rules()), origin=origin, warnings=found)


def edit(tables: Tables | MeterView, values: Mapping[str, Any], *, by: Rules | None = None) -> ChangeSet:
    """Changes made by hand, by element path. Raises `ValueRefused` for a value that does not fit, `UsageError` for an
    element that is not there."""
    comparison = Comparison(context_of(tables), tree(values), by or rules())
    change_set = ChangeSet.of(comparison)
    for change in change_set.changes:
        if change.state is State.UNKNOWN:
            raise UsageError(change.path, "an element that this meter has and that was read", change.reason)
    return change_set


def towards(
    tables: Tables, images: Mapping[int, bytes], *, also: Mapping[str, Any] | None = None, by: Rules | None = None
) -> ChangeSet:
    """The changes that bring a meter's tables to hold these bytes: how a write is taken back, or finished. `also`:
    further elements, of tables that cannot be read."""
    by = by or rules()
    after = Tables(
        tables.dictionary,
        settings=tables.settings,
        raw={number: tables.get(number) or b"" for number in tables.numbers},
    )
    for number, data in images.items():
        after.put(number, data)
    values: dict[str, Any] = dict(also or {})
    for number, data in images.items():
        layout, held = after.layout(number), tables.get(number)
        alike = held is not None and same_shape(layout, tables.layout(number))
        decoded = layout.decode(data)
        for node in leaves(layout.root):
            raw = data[node.offset : node.offset + node.length]
            value = decoded.get(node.path)
            if alike and held is not None:
                there = held[node.offset : node.offset + node.length]
                if there == raw or (node.bit is not None and value_in(node, there) == value):
                    continue
            path = node.full_path
            values[path] = Secret(raw) if by.secret.has(path) else value
    return edit(tables, values, by=by)


def context_of(tables: Tables | MeterView) -> Tables:
    """The tables that are here as a whole."""
    if isinstance(tables, Tables):
        return tables
    keys = tables.tables
    raw = {
        number: reading.data
        for number, reading in tables.read_out.tables.items()
        if reading.status is TableStatus.READ and reading.data and not reading.parts
    }
    if raw.keys() == set(keys.numbers):
        return keys
    return Tables(keys.dictionary, settings=keys.settings, raw=raw)
