"""Two sides compared: every table of either one, and the steps where both are tapes.

comparison = compare(Side.of_tape(tape), Side.of_read_out(read_out))
as_text(comparison) ; as_html(comparison) ; as_json(comparison)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from fieldpro.c12.dictionary.model import MANUFACTURER, PENDING
from fieldpro.errors import FieldProError, UsageError
from fieldpro.records import MeterIdentity
from table_playback.compare.contents import known_on_both, table_name
from table_playback.compare.difference import differences
from table_playback.compare.masks import Masks, load_masks
from table_playback.compare.records import Comparison, Counts, SideFacts, StepComparison, TableComparison, Verdict
from table_playback.compare.sides import Side
from table_playback.compare.steps import compare_steps
from table_playback.tape.verify import EXACT, VerifyRule

BY_THE_TAPE = "Left out by the tape"


def compare(
    left: Side,
    right: Side,
    *,
    masks: Masks | None = None,
    rule: VerifyRule = EXACT,
    only_differences: bool = False,
    numbers: Iterable[int] | None = None,
) -> Comparison:
    """What is different between two sides.

    masks: what does not count, `load_masks()` when None; `Masks()` for nothing. rule: what is left out without a word,
    tolerance, order of arrays. numbers: these tables only. only_differences: equal tables are counted, not listed.
    """
    chosen = (load_masks() if masks is None else masks) + Masks.of(left.ignore + right.ignore, BY_THE_TAPE)
    every = left.held.keys() | right.held.keys() | left.missing.keys() | right.missing.keys()
    if numbers is not None:
        every &= frozenset(numbers)
    shapes = Shapes(left, right)
    tables = [_table(left, right, number, chosen, rule, shapes) for number in sorted(every)]
    counts = _counts(tables)
    steps: tuple[StepComparison, ...] = ()
    step_counts: Counts | None = None
    if left.steps and right.steps and numbers is None:
        steps, step_counts = compare_steps(left, right, volatile=chosen)
    if only_differences:
        tables = [table for table in tables if table.verdict not in (Verdict.EQUAL, Verdict.VOLATILE)]
    return Comparison(
        left=_facts(left),
        right=_facts(right),
        tables=tuple(tables),
        counts=counts,
        steps=steps,
        step_counts=step_counts,
        warnings=tuple(_warnings(left, right)),
        left_out=tuple(dict.fromkeys(mask.title for mask in chosen.masks)),
        only_differences=only_differences,
    )


class Shapes:
    """Whether equal bytes mean the same on both sides: the tables that shape a layout are equal too."""

    def __init__(self, left: Side, right: Side) -> None:
        self._ours, self._theirs = left.tables, right.tables
        self._alike = self._ours.dictionary is self._theirs.dictionary and self._ours.settings == self._theirs.settings
        self._equal: dict[int, bool] = {}

    def same(self, number: int) -> bool:
        if not self._alike:
            return False
        try:
            needed = self._ours.needs(number) | self._theirs.needs(number)
        except FieldProError:  # no such table in the dictionary: bytes are all there is
            return True
        return all(self._is_equal(table) for table in needed)

    def _is_equal(self, number: int) -> bool:
        if number not in self._equal:
            self._equal[number] = self._ours.get(number) == self._theirs.get(number)
        return self._equal[number]


def _table(left: Side, right: Side, number: int, masks: Masks, rule: VerifyRule, shapes: Shapes) -> TableComparison:
    ours, theirs = left.held.get(number), right.held.get(number)
    base = _row(left, right, number)
    if ours is None or theirs is None:
        notes = [_why(side, number) for side in (left, right)]
        only = Verdict.ONLY_LEFT if ours else Verdict.ONLY_RIGHT if theirs else Verdict.UNKNOWN
        return replace(base, verdict=only, left_note=notes[0], right_note=notes[1])
    partial = ours.parts or theirs.parts or ours.masked or theirs.masked
    if ours.data == theirs.data and not partial and shapes.same(number):
        return base
    content, other = left.content(number), right.content(number)
    note = _partial_note(left, right, number)
    if partial and not known_on_both(content, other):
        return replace(base, verdict=Verdict.UNKNOWN, note="no byte of it is known on both sides")
    found = differences(content, other, rule=rule, volatile=masks)
    real = tuple(each for each in found if not each.volatile)
    left_out = tuple(each for each in found if each.volatile)
    verdict = Verdict.DIFFERS if real else Verdict.VOLATILE if left_out else Verdict.EQUAL
    reason = content.reason or other.reason
    return replace(
        base, verdict=verdict, differences=real, volatile=left_out, note="; ".join(filter(None, (reason, note)))
    )


def _row(left: Side, right: Side, number: int) -> TableComparison:
    name, title, label = table_name(left.tables, number), "", table_label(number)
    for side in (left, right):
        try:
            definition = side.tables.dictionary.table(number)
        except UsageError:
            continue
        name, title = definition.name, definition.title
        break
    sizes = [None if number not in side.held else len(side.held[number].data) for side in (left, right)]
    return TableComparison(number, name, title, label, Verdict.EQUAL, left_size=sizes[0], right_size=sizes[1])


def table_label(number: int) -> str:
    """ "ST 23", "MT 3"; "pending ST 23" for the pending one."""
    kind = "MT" if number & MANUFACTURER else "ST"
    return f"{'pending ' if number & PENDING else ''}{kind} {number % MANUFACTURER}"


def _why(side: Side, number: int) -> str:
    return "" if number in side.held else side.missing.get(number, "not there")


def _partial_note(left: Side, right: Side, number: int) -> str:
    notes = []
    for side, word in ((left, "left"), (right, "right")):
        held = side.held[number]
        if held.parts:
            known = sum(length for _, length in held.parts)
            notes.append(f"{known:,} of {len(held.data):,} bytes are known on the {word}")
        if held.masked:
            notes.append(f"{sum(length for _, length in held.masked):,} bytes are redacted on the {word}")
    return "; ".join(notes)


def _counts(tables: Iterable[TableComparison]) -> Counts:
    rows = list(tables)

    def having(*verdicts: Verdict) -> int:
        return sum(table.verdict in verdicts for table in rows)

    return Counts(
        differences=sum(len(table.differences) for table in rows),
        differing=having(Verdict.DIFFERS),
        equal=having(Verdict.EQUAL, Verdict.VOLATILE),
        volatile=sum(len(table.volatile) for table in rows),
        only_left=having(Verdict.ONLY_LEFT),
        only_right=having(Verdict.ONLY_RIGHT),
        unknown=having(Verdict.UNKNOWN),
    )


def _facts(side: Side) -> SideFacts:
    return SideFacts(side.kind, side.title, side.identity, side.when, len(side.held), len(side.steps), side.notes)


def meter_words(identity: MeterIdentity | None) -> str:
    """A meter as a heading says it: "ITRN CENTRON 00012345"."""
    if identity is None:
        return "a meter that is not named"
    words = (identity.manufacturer, identity.model, identity.serial)
    return " ".join(filter(None, words)) or "a meter that is not named"


def _warnings(left: Side, right: Side) -> Iterator[str]:
    """What a person should know before reading on."""
    for side, word in ((left, "left"), (right, "right")):
        if not side.held:
            yield f"The {word} side holds no tables."
        for note in side.notes:
            yield f"On the {word} side, {note}."
    one, two = left.identity, right.identity
    names = meter_words(one), meter_words(two)
    if one is None or two is None or not (one.serial and two.serial):
        if left.held and right.held:
            yield f"Whether both sides are the same meter is not known: {names[0]} and {names[1]}."
    elif one.key != two.key:
        yield f"These are two different meters: {names[0]} and {names[1]}."
    if one is not None and two is not None and one.device_class != two.device_class:
        yield (
            f"The meters are of different device classes ({one.device_class or 'none'} and "
            f"{two.device_class or 'none'}): their manufacturer tables need not mean the same."
        )
    if left.tables.dictionary is not right.tables.dictionary:
        yield "The two sides are read with different dictionaries."
