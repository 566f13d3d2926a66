"""The verdict of a comparison in words, and the words that texts, pages and the window share."""

from __future__ import annotations

import re
from collections.abc import Iterator

from table_playback.compare.records import Comparison, Counts, FieldDifference, SideFacts, TableComparison, Verdict
from table_playback.compare.words import counted

VERDICTS = {
    Verdict.EQUAL: "equal",
    Verdict.VOLATILE: "equal but for volatile elements",
    Verdict.DIFFERS: "differs",
    Verdict.ONLY_LEFT: "only left",
    Verdict.ONLY_RIGHT: "only right",
    Verdict.UNKNOWN: "not compared",
}


def verdict_words(comparison: Comparison) -> str:
    """ "14 differences in 5 tables, 31 equal, 6 volatile left out"."""
    counts = comparison.counts
    parts = list(_parts(counts, "table", "tables"))
    if not (counts.equal or counts.differing or counts.only_left or counts.only_right or counts.unknown):
        return "Nothing to compare"
    return ", ".join(parts)


def step_words(comparison: Comparison) -> str:
    """The same for steps, "" where there are none on both sides."""
    counts = comparison.step_counts
    return "" if counts is None else ", ".join(_parts(counts, "step", "steps"))


def _parts(counts: Counts, one: str, many: str) -> Iterator[str]:
    if counts.differences:
        where = counted(counts.differing, one, many)
        yield f"{counted(counts.differences, 'difference', 'differences')} in {where}"
        yield f"{counts.equal:,} equal"
    else:
        yield f"{counted(counts.equal, one, many)} equal"
    if counts.volatile:
        yield f"{counts.volatile:,} volatile left out"
    if counts.only_left:
        yield f"{counts.only_left:,} only left"
    if counts.only_right:
        yield f"{counts.only_right:,} only right"
    if counts.unknown:
        yield f"{counts.unknown:,} not compared"


def side_words(side: SideFacts) -> str:
    """What a side holds: "read-out, 56 tables, 2026-03-01 12:00 UTC"."""
    words = [side.kind, counted(side.tables, "table", "tables")]
    if side.steps:
        words.append(counted(side.steps, "step", "steps"))
    if side.when is not None:
        words.append(f"{side.when:%Y-%m-%d %H:%M} UTC")
    return ", ".join(words)


def meter_of(side: SideFacts) -> str:
    identity = side.identity
    if identity is None:
        return "meter not named"
    return " ".join(filter(None, (identity.manufacturer, identity.model, identity.serial))) or "meter not named"


def table_words(table: TableComparison) -> str:
    """A table as a heading: "ST 23 Current registers"."""
    return f"{table.label} {table.title or table.name}"


def table_notes(table: TableComparison) -> str:
    """What is to be said beside a table's verdict."""
    notes = [f"left: {table.left_note}" if table.left_note else ""]
    notes.append(f"right: {table.right_note}" if table.right_note else "")
    return "; ".join(filter(None, [*notes, table.note]))


def element_words(difference: FieldDifference) -> str:
    """An element by its title, by its path where it has none."""
    return difference.title or difference.path


def within_table(path: str) -> str:
    """A path without its table's name."""
    return re.sub(r"^[^.\[@]*\.?", "", path)
