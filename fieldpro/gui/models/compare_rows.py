"""A comparison as the window shows it: the verdict, rows under the tables they belong to, filtered. No Qt here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fieldpro.gui.figures import grouped
from fieldpro.gui.models.differences import Verdict as Said
from fieldpro.gui.models.differences import with_unit, within_table
from fieldpro.gui.words import tr

if TYPE_CHECKING:
    from table_playback.compare import Comparison, FieldDifference, StepComparison, TableComparison

EQUAL = ("equal", "volatile")
NOT_TOLD = (*EQUAL, "unknown")


@dataclass(frozen=True, slots=True)
class Heading:
    """A table, or a pair of steps. `count`: differences below it. `key`: whose bytes; see `Element`."""

    title: str
    count: int
    left: str
    right: str
    state: str
    tone: str
    name: str
    key: tuple[str, int, int]
    path: str = ""


@dataclass(frozen=True, slots=True)
class Element:
    """One element. `key`: ("table", number, number) or ("step", left number, right number), 0 for none. `left_span`,
    `right_span`: (offset, length) of its bytes, of its first part where it has some, None where a side has no such
    element. `depth`: 1 for a part of what
    stands above it."""

    title: str
    left: str
    right: str
    state: str
    tone: str
    name: str
    key: tuple[str, int, int]
    path: str
    left_span: tuple[int, int] | None
    right_span: tuple[int, int] | None
    depth: int = 0


Row = Heading | Element


def said(comparison: Comparison) -> Said:
    """The verdict, and what is to be said below it."""
    from table_playback.compare import step_words, verdict_words

    steps = step_words(comparison)
    detail = tr("Steps: {words}", words=steps) if steps else ""
    counts = comparison.counts
    nothing = not (counts.equal or counts.differing or counts.only_left or counts.only_right)
    tone = "good" if comparison.equal else "weak" if nothing else "warn"
    return Said(verdict_words(comparison), detail, tone)


def rows(comparison: Comparison, *, every: bool, volatile: bool, text: str = "") -> list[Row]:
    """The rows under their headings. `every`: equal tables too; `volatile`: what was left out too; `text`: only what
    has all these words in title, name, path or values."""
    words = text.casefold().split()
    found: list[Row] = []
    for table in comparison.tables:
        found += _kept(_of_table(table, volatile=volatile), words, every or _is_told(table, volatile=volatile))
    for step in comparison.steps:
        told = bool(step.verdict not in EQUAL or (volatile and step.volatile))
        found += _kept(_of_step(step, volatile=volatile), words, every or told)
    return found


def _is_told(table: TableComparison, *, volatile: bool) -> bool:
    return table.verdict not in NOT_TOLD or (volatile and bool(table.volatile))


def _kept(group: list[Row], words: list[str], told: bool) -> list[Row]:
    """The rows that fit the words; a heading that fits brings all below it."""
    if not told:
        return []
    heading, *elements = group
    if not words or _fits(heading, words):
        return group
    fitting: list[Row] = [row for row in elements if _fits(row, words)]
    assert isinstance(heading, Heading)
    return [replace(heading, count=len(fitting)), *fitting] if fitting else []


def _fits(row: Row, words: list[str]) -> bool:
    text = f"{row.title} {row.name} {row.path} {row.left} {row.right} {row.state}".casefold()
    return all(word in text for word in words)


def _of_table(table: TableComparison, *, volatile: bool) -> list[Row]:
    key = ("table", table.number, table.number)
    sizes = [tr("{count} bytes", count=grouped(size)) if size is not None else "" for size in _sizes(table)]
    left, right = table.left_note or sizes[0], table.right_note or sizes[1]
    state, tone = STATES[table.verdict.value]()
    if table.note:
        state = f"{state}; {table.note}" if table.differences else f"{state}: {table.note}"
    shown = [*table.differences, *(table.volatile if volatile else ())]
    title = f"{table.label}  {table.title or table.name}"
    heading = Heading(title, len(shown), left, right, state, tone, table.name, key, table.name)
    return [heading, *(row for each in shown for row in _elements(each, key))]


def _sizes(table: TableComparison) -> tuple[int | None, int | None]:
    return table.left_size, table.right_size


def _of_step(step: StepComparison, *, volatile: bool) -> list[Row]:
    key = ("step", step.left or 0, step.right or 0)
    numbers = " | ".join(str(number) if number else "\N{EN DASH}" for number in (step.left, step.right))
    state, tone = STATES[step.verdict.value]()
    shown = [*step.differences, *(step.volatile if volatile else ())]
    title = tr("Step {numbers}  {request}", numbers=numbers, request=step.request)
    heading = Heading(title, len(shown), step.left_answer, step.right_answer, state, tone, "", key)
    return [heading, *(row for each in shown for row in _elements(each, key))]


def _elements(difference: FieldDifference, key: tuple[str, int, int]) -> Iterator[Row]:
    yield _element(difference, key, 0)
    for part in difference.parts:
        below = _element(part, key, 1)
        yield replace(below, title=below.title.removeprefix(difference.title).lstrip(": ") or below.title)


def _element(difference: FieldDifference, key: tuple[str, int, int], depth: int) -> Element:
    state, tone = STATES[difference.kind.value]()
    if difference.volatile:
        state, tone = tr("volatile: {group}", group=difference.volatile), "weak"
    if difference.note:
        state = (
            difference.note
            if difference.kind == "differs" and not difference.volatile
            else f"{state}; {difference.note}"
        )
    name = within_table(difference.path)
    place = difference.parts[0] if difference.parts else difference
    return Element(
        difference.title or name,
        with_unit(difference.expected_text, difference.unit),
        with_unit(difference.found_text, difference.unit),
        state,
        tone,
        name,
        key,
        difference.path,
        None if difference.kind == "only-right" else (place.offset, place.length),
        None if difference.kind == "only-left" else (place.found_offset, place.found_length),
        depth,
    )


STATES = {
    "equal": lambda: (tr("equal"), "good"),
    "volatile": lambda: (tr("equal but for volatile elements"), "good"),
    "differs": lambda: (tr("differs"), "warn"),
    "only-left": lambda: (tr("only left"), "warn"),
    "only-right": lambda: (tr("only right"), "warn"),
    "unknown": lambda: (tr("not compared"), "weak"),
}
