"""A comparison as text for a terminal: the verdict first, then table by table, left and right side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from table_playback.compare.records import Comparison, FieldDifference, StepComparison, TableComparison, Verdict
from table_playback.compare.verdict import (
    VERDICTS,
    element_words,
    meter_of,
    side_words,
    step_words,
    table_notes,
    table_words,
    verdict_words,
)

WIDEST = (60, 36, 36)  # characters of an element and of the values, for the columns to stand in line
STEPS_TOLD = 1000
ONLY = {"only-left": "only left", "only-right": "only right"}


def as_text(comparison: Comparison, *, volatile: bool = False) -> str:
    """The whole comparison, lines ended by a newline. `volatile`: what was left out is told too."""
    return "".join(f"{line}\n" for line in _lines(comparison, volatile=volatile))


def _lines(comparison: Comparison, *, volatile: bool) -> Iterator[str]:
    yield verdict_words(comparison)
    if comparison.step_counts is not None:
        yield f"Steps: {step_words(comparison)}"
    for name, side in (("Left", comparison.left), ("Right", comparison.right)):
        yield f"{name + ':':<7}{_plain(side.title)}: {_plain(meter_of(side))}; {side_words(side)}"
    for warning in comparison.warnings:
        yield f"! {_plain(warning)}"
    for table in comparison.tables:
        if table.differences or (volatile and table.volatile):
            yield ""
            yield from _table(table, volatile=volatile)
    yield from _others(comparison)
    if comparison.steps:
        yield from _steps(comparison.steps[:STEPS_TOLD], volatile=volatile)
    if len(comparison.steps) > STEPS_TOLD:
        yield f"... and {len(comparison.steps) - STEPS_TOLD:,} more steps; as JSON all of them are told"


def _table(table: TableComparison, *, volatile: bool) -> Iterator[str]:
    yield f"{table_words(table)}  ({table.name})" + (f"  {_plain(table_notes(table))}" if table_notes(table) else "")
    rows = [*table.differences, *(table.volatile if volatile else ())]
    yield from _rows(rows)


def _rows(rows: Iterable[FieldDifference]) -> Iterator[str]:
    cells = [_cells(row) for row in rows]
    widths = [min(WIDEST[column], max((len(cell[column]) for cell in cells), default=0)) for column in range(3)]
    for element, left, right, note in cells:
        columns = (element, left, right)
        texts = [text.ljust(width) for text, width in zip(columns, widths, strict=True)]
        yield f"  {'  '.join(texts)}  {note}".rstrip()


def _cells(row: FieldDifference) -> tuple[str, str, str, str]:
    unit = f" {row.unit}" if row.unit else ""
    left, right = (f"{_plain(text)}{unit}" if text else "-" for text in (row.expected_text, row.found_text))
    words = [f"[{row.volatile}]" if row.volatile else "", ONLY.get(row.kind, ""), row.note]
    return _plain(element_words(row)), left, right, _plain("; ".join(filter(None, words)))


def _others(comparison: Comparison) -> Iterator[str]:
    """The tables without a difference to tell: on one side only, not compared, equal."""
    rest = [table for table in comparison.tables if table.verdict is not Verdict.DIFFERS]
    if rest:
        yield ""
    for table in rest:
        notes = table_notes(table)
        yield f"{table_words(table)}: {VERDICTS[table.verdict]}" + (f" ({_plain(notes)})" if notes else "")


def _steps(steps: Iterable[StepComparison], *, volatile: bool) -> Iterator[str]:
    yield ""
    yield "Steps"
    for step in steps:
        if step.verdict is Verdict.VOLATILE and not volatile:
            continue
        numbers = f"{step.left or '-'} | {step.right or '-'}"
        answers = ""
        if step.left_answer != step.right_answer and step.left and step.right:
            answers = f": {step.left_answer} | {step.right_answer}"
        yield f"{numbers}  {_plain(step.request)}: {VERDICTS[step.verdict]}{answers}"
        yield from _rows([*step.differences, *(step.volatile if volatile else ())])


def _plain(text: str) -> str:
    """A text from a meter commands no terminal."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
