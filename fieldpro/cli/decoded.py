"""One table of a read-out for a person or for JSON. A table that could not be read or decoded says so in its notes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fieldpro.c12.dictionary.decoded import DecodedTable, plain
from fieldpro.c12.dictionary.layout import Node
from fieldpro.c12.dictionary.tables import Tables
from fieldpro.cli import console
from fieldpro.errors import FieldProError
from fieldpro.explain import explain
from fieldpro.records import TableReading, TableStatus

INDENT = "  "


def json_entry(reading: TableReading, tables: Tables) -> dict[str, Any]:
    """`{number, name, status, raw, values, notes}`; `values` is null when the bytes could not be decoded."""
    decoded, notes = _decode(reading, tables)
    if decoded is not None:
        notes = [str(note) for note in decoded.notes]
    definition = tables.dictionary.tables.get(reading.number)
    return {
        "number": reading.number,
        "name": "" if definition is None else definition.name,
        "status": reading.status.value,
        "raw": reading.data.hex(),
        "values": None if decoded is None else plain(decoded.values),
        "notes": notes,
    }


def show(reading: TableReading, tables: Tables, *, elements: int) -> None:
    """Titled values, line by line. Of an array at most `elements` are shown; 0 shows all."""
    name, title = _names(reading.number, tables)
    size = f"{len(reading.data)} bytes" if reading.status is TableStatus.READ else reading.status.value
    console.line(f"{name}  {title}  ({size})")
    decoded, notes = _decode(reading, tables)
    if decoded is not None:
        for text in _lines(decoded, decoded.layout.root, elements):
            console.line(text)
    elif reading.data:
        console.line(INDENT + reading.data.hex(" "))
    for note in notes:
        console.line(f"{INDENT}! {note}")
    console.line()


def _decode(reading: TableReading, tables: Tables) -> tuple[DecodedTable | None, list[str]]:
    if reading.status is not TableStatus.READ:
        return None, [] if reading.error is None else [str(explain(reading.error))]
    try:
        return tables.decode(reading.number, reading.data), []
    except FieldProError as error:
        return None, [str(explain(error))]


def _lines(decoded: DecodedTable, node: Node, elements: int) -> Iterator[str]:
    count = len(node.children)
    is_array = count > 0 and node.children[0].name.startswith("[")
    shown = min(count, elements) if is_array and elements else count
    for child in node.children[:shown]:
        field = decoded.field(child)
        label = f"{child.name} {field.title}" if field.title and not child.name.startswith("[") else child.name
        unit = f" {field.unit}" if field.unit and child.is_leaf else ""
        notes = "".join(f"  ! {note}" for note in field.notes)
        value = f": {field.text}{unit}{notes}" if child.is_leaf else ""
        yield f"{INDENT * child.depth}{label}{value}"
        yield from _lines(decoded, child, elements)
    if shown < count:
        yield f"{INDENT * (node.depth + 1)}... {count - shown:,} more"


def _names(number: int, tables: Tables) -> tuple[str, str]:
    """ "ST 23 NAME" for a table the dictionary knows, else its number; and its title."""
    definition = tables.dictionary.tables.get(number)
    if definition is None:
        return f"table {number}", "not in the dictionary"
    return f"{definition.label} {definition.name}", definition.title
