"""One step of a tape, expected against actual: its elements side by side, made outside the GUI thread.

The elements of a table come from the dictionary; what differs comes from the verdict, which knows the rule of the step
and the volatile elements. An element that is otherwise and yet no difference was left out by one of these. Where the
dictionary has no layout, the bytes stand in rows of sixteen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from fieldpro.c12.psem.table_number import NUMBER_MASK, table_name
from fieldpro.errors import FieldProError
from fieldpro.gui.models import tape_words as words
from fieldpro.gui.words import tr
from table_playback.tape.messages import READS, WRITES
from table_playback.tape.model import Spans, Step

if TYPE_CHECKING:
    from fieldpro.c12.dictionary.decoded import Field
    from fieldpro.c12.dictionary.tables import Tables
    from table_playback.play.verdicts import StepResult

MOST = 3_000  # elements that are listed of one step; what differs always is
ROW = 16
PROCEDURE_HEAD = 3  # TABLE_IDB_BFLD and sequence number (ANSI C12.19 table 7)
_INDEX = re.compile(r"\[(\d+)\]")
KIND_MASK = 0x0FFF  # a table without its pending bit


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One element on both sides. offset, length: in the bytes that are shown; length 0 where it has none there.

    differs: it is why the verdict is what it is. otherwise: it is not the same, and need not be.
    """

    path: str
    title: str
    unit: str
    expected: str
    found: str
    offset: int = 0
    length: int = 0
    differs: bool = False
    otherwise: bool = False


@dataclass(frozen=True)
class StepContent:
    """What the detail of a step shows. found None: the step was not played, or the meter did not answer.

    why: what there is to say about rows that are missing. count: of elements, also those that are not listed.
    """

    step: Step
    result: StepResult | None
    rows: tuple[FieldRow, ...]
    expected: bytes
    found: bytes | None
    why: str = ""
    count: int = 0

    @property
    def differing(self) -> tuple[FieldRow, ...]:
        return tuple(row for row in self.rows if row.differs)


def content_of(step: Step, result: StepResult | None, tables: Tables) -> StepContent:
    """The content of one step. `tables`: those of the tape, as the context of its layouts."""
    actual = None if result is None else result.actual
    if step.table is None or step.service not in READS | WRITES:
        rows = tuple(_talk_rows(step, actual))
        return StepContent(step, result, rows, step.answer or step.data, _found(actual), count=len(rows))
    found = actual.data if actual is not None and step.service in READS and actual.response == 0 else None
    listed, why = _element_rows(step, result, found, tables)
    rows = (*_head_rows(step, actual), *listed)
    return StepContent(step, result, rows, step.data, found, why, len(listed))


def _found(actual: Step | None) -> bytes | None:
    return None if actual is None else actual.answer or actual.data


def _head_rows(step: Step, actual: Step | None) -> Iterator[FieldRow]:
    """The answer itself, where it is not simply ok on both sides."""
    if step.response or (actual is not None and actual.response != step.response):
        yield _answer_row(step, actual)


def _answer_row(step: Step, actual: Step | None) -> FieldRow:
    found = "" if actual is None else words.answer_words(actual)
    differs = actual is not None and actual.response != step.response
    return FieldRow("", tr("Answer"), "", words.answer_words(step), found, differs=differs)


def _talk_rows(step: Step, actual: Step | None) -> Iterator[FieldRow]:
    """A service of the session: what was said and what came back, as bytes."""
    yield _answer_row(step, actual)
    pairs = ((tr("Said"), "data", step.masked), (tr("Answered"), "answer", step.masked_answer))
    for title, name, masked in pairs:
        mine = getattr(step, name)
        theirs = b"" if actual is None else getattr(actual, name)
        if mine or theirs:
            otherwise = actual is not None and mine != theirs
            yield FieldRow("", title, "", _hex(mine, masked), _hex(theirs, masked), otherwise=otherwise)


def _hex(data: bytes, masked: Spans) -> str:
    if masked:
        return tr("redacted")
    shown = data[:24].hex(" ")
    return f"{shown} …" if len(data) > 24 else shown


# --- elements -----------------------------------------------------------------------------------------------------


def _element_rows(
    step: Step, result: StepResult | None, found: bytes | None, tables: Tables
) -> tuple[list[FieldRow], str]:
    """The rows, and why there are only bytes, or not all of them."""
    differences = () if result is None else result.differences
    try:
        start, mine = _fields(step, step.data, tables)
        _, theirs = _fields(step, found, tables) if found is not None else (start, iter(()))
        rows = _paired(step, start, mine, theirs, differences, has_found=found is not None)
        listed = list(islice(rows, MOST + 1))
    except FieldProError as error:
        return _byte_rows(step.data, found, step.masked), _why(step, error)
    why = ""
    if len(listed) > MOST:
        why = tr("The first {count} elements; what differs is always listed.", count=f"{MOST:,}")
        listed = listed[:MOST]
    return _with_differences(listed, differences, start), why


def _fields(step: Step, data: bytes, tables: Tables) -> tuple[int, Iterator[Field]]:
    """Where in its table the step begins, and its elements with `data` in them."""
    assert step.table is not None
    if step.procedure is not None and len(step.data) >= PROCEDURE_HEAD:
        decoded = tables.procedure_request(step.procedure, data[PROCEDURE_HEAD:]).decode(data[PROCEDURE_HEAD:])
        return -PROCEDURE_HEAD, (field for field in decoded.fields() if field.value is not None)
    number = step.table & KIND_MASK
    whole = step.service in ("full-read", "full-write")
    layout = tables.layout(number, data if whole else None)
    if whole:
        start = 0
    elif step.indices:
        start = layout.locate_index(step.indices).offset
    else:
        start = step.offset or 0
    end = start + len(data)
    padded = data if whole else bytes(start) + data + bytes(max(0, layout.size - end))
    table = layout.decode(padded)
    nodes = layout.within(start, min(end, layout.size) - start)
    return start, (table.field(each) for node in nodes for each in node.walk() if each.is_leaf)


def _paired(
    step: Step,
    start: int,
    mine: Iterator[Field],
    theirs: Iterator[Field],
    differences: tuple[object, ...],
    *,
    has_found: bool,
) -> Iterator[FieldRow]:
    """Elements of the tape with those of the meter, in order; a table that grew has elements on one side only."""
    counts = _Counts(differences)
    for field in mine:
        other = next(theirs, None) if has_found else None
        if other is not None and other.path != field.path:
            other = None
        offset = field.span.offset - start
        hidden = _touches(step.masked, offset, field.span.length)
        expected = tr("redacted") if hidden else field.text
        found = "" if other is None else other.text
        differs = counts.has(field.path)
        otherwise = not differs and not hidden and other is not None and other.raw != field.raw
        yield FieldRow(
            field.path,
            counts.title(field.path) or _named(field),
            field.unit,
            expected,
            found,
            offset,
            field.span.length,
            differs,
            otherwise,
        )


def _named(field: Field) -> str:
    """Its title, and which of many it is."""
    places = _INDEX.findall(field.path)
    return f"{field.title or field.name}  [{', '.join(places)}]" if places else field.title or field.name


class _Counts:
    """Which paths a verdict names; an array that is named stands for what is in it."""

    def __init__(self, differences: tuple[object, ...]) -> None:
        self._paths = tuple(getattr(each, "path", "") for each in differences)
        self._titles: dict[str, str] = {
            path: getattr(each, "title", "") for path, each in zip(self._paths, differences, strict=True)
        }

    def title(self, path: str) -> str:
        """The titles on the way to an element that differs, which say which of many it is."""
        return self._titles.get(path, "")

    def has(self, path: str) -> bool:
        if path in self._titles:
            return True
        return any(path.startswith(each) and path[len(each) : len(each) + 1] in (".", "[") for each in self._paths)


def _with_differences(rows: list[FieldRow], differences: tuple[object, ...], start: int) -> list[FieldRow]:
    """What the verdict names and no row shows: elements on one side only, and those behind the last row."""
    shown = [row.path for row in rows if row.differs]
    more = []
    for each in differences:
        path = getattr(each, "path", "")
        if not any(one == path or one.startswith((f"{path}.", f"{path}[")) for one in shown):
            more.append(row_of_difference(each, start))
    return more + rows


def row_of_difference(difference: object, start: int = 0) -> FieldRow:
    """A `table_playback.play.verdicts.Difference` as a row."""
    path: str = getattr(difference, "path", "")
    offset: int = getattr(difference, "offset", 0)
    return FieldRow(
        path,
        getattr(difference, "title", "") or path.partition(".")[2] or path,
        getattr(difference, "unit", ""),
        getattr(difference, "expected_text", ""),
        getattr(difference, "found_text", ""),
        max(0, offset - start),
        getattr(difference, "length", 0),
        differs=True,
    )


def _byte_rows(expected: bytes, found: bytes | None, masked: Spans) -> list[FieldRow]:
    rows = []
    for offset in range(0, max(len(expected), len(found or b"")), ROW)[:MOST]:
        mine, theirs = expected[offset : offset + ROW], (found or b"")[offset : offset + ROW]
        hidden = _touches(masked, offset, ROW)
        differs = found is not None and mine != theirs and not hidden
        rows.append(
            FieldRow(
                "",
                tr("Bytes from {offset}", offset=offset),
                "",
                tr("redacted") if hidden else mine.hex(" "),
                theirs.hex(" "),
                offset,
                len(mine),
                differs,
            )
        )
    return rows


def _touches(spans: Spans, offset: int, length: int) -> bool:
    return any(at < offset + length and offset < at + size for at, size in spans)


def _why(step: Step, error: FieldProError) -> str:
    name = "" if step.table is None else table_name(step.table & (NUMBER_MASK | 0x0800))
    return tr("{table} cannot be laid out here: {why}", table=name, why=str(error))
