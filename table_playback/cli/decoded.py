"""The bytes of one step seen through the dictionary: the elements that a read or write of a table holds."""

from __future__ import annotations

from collections.abc import Iterator

from fieldpro.c12.dictionary.decoded import Field
from fieldpro.c12.dictionary.layout import Layout
from fieldpro.c12.dictionary.tables import Tables
from fieldpro.errors import FieldProError, UsageError
from fieldpro.explain import explain
from table_playback.tape import Step
from table_playback.tape.messages import READS, WRITES

PROCEDURE_HEAD = 3
"""Bytes of table 7 before the parameters: TABLE_IDB_BFLD and sequence number (ANSI C12.19 table 7)."""


def fields(step: Step, tables: Tables) -> Iterator[Field]:
    """The elements that have values of their own, with their spans in the table, in the order of the bytes.

    Raises `TableError`, `TableUnresolved` and `UsageError` where the bytes cannot be understood.
    """
    if step.table is None or (step.service not in READS and step.service not in WRITES):
        return
    number = step.table & 0x0FFF
    if step.procedure is not None and len(step.data) >= PROCEDURE_HEAD:
        yield from _parameters(step.procedure, step.data[PROCEDURE_HEAD:], tables)
        return
    whole = step.service in ("full-read", "full-write")
    layout = tables.layout(number, step.data if whole else None)
    start = _start(step, layout)
    end = start + len(step.data)
    decoded = layout.decode(step.data if whole else bytes(start) + step.data + bytes(max(0, layout.size - end)))
    for node in layout.within(start, min(end, layout.size) - start):
        yield from (decoded.field(each) for each in node.walk() if each.is_leaf)


def _start(step: Step, layout: Layout) -> int:
    """Where in its table the step's data begin."""
    return layout.locate_index(step.indices).offset if step.indices else step.offset or 0


def _part_of(step: Step, tables: Tables) -> str:
    """Words for data that hold no whole element."""
    if step.table is None or step.procedure is not None or (step.service not in READS and step.service not in WRITES):
        return ""
    layout = tables.layout(step.table & 0x0FFF)
    start = _start(step, layout)
    return f"these bytes are a part of {layout.at(start).full_path}" if start < layout.size else "they lie behind it"


def _parameters(procedure: int, data: bytes, tables: Tables) -> Iterator[Field]:
    decoded = tables.procedure_request(procedure, data).decode(data)
    yield from (field for field in decoded.fields() if field.value is not None)


def known_fields(step: Step, tables: Tables) -> tuple[list[Field], str]:
    """The elements, and why there are none."""
    if not step.data:
        return [], ""
    try:
        found = list(fields(step, tables))
        return found, "" if found else _part_of(step, tables)
    except UsageError:
        return [], "the dictionary has no layout for it"
    except FieldProError as error:
        return [], explain(error).what
