"""Two tapes step by step. Steps are paired by what they ask for: the first read of table 23 with the other tape's
first one, the second with the second; what a write carries is compared, not matched.

A step whose fields say nothing of what it asks for (a message that is malformed) is paired by its bytes.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Hashable
from dataclasses import replace

from fieldpro.c12.dictionary.tables import Tables
from fieldpro.c12.psem.codes import ResponseCode
from fieldpro.errors import FieldProError
from fieldpro.secret import holds_secrets
from table_playback.compare.contents import Content
from table_playback.compare.difference import differences
from table_playback.compare.masks import Masks
from table_playback.compare.records import Counts, FieldDifference, StepComparison, Verdict
from table_playback.compare.runs import byte_differences, tail_difference
from table_playback.compare.sides import Side
from table_playback.tape.messages import READS, WRITES
from table_playback.tape.model import Spans, Step

KEPT = 2000  # pairs of contents whose differences are remembered
CREDENTIALS = frozenset({"security", "authenticate"})
"""The services whose parameters are never shown."""


def compare_steps(left: Side, right: Side, *, volatile: Masks) -> tuple[tuple[StepComparison, ...], Counts]:
    """The pairs that are not equal in the order of the left tape, then what only the right one has; and all counted."""
    waiting: dict[Hashable, deque[Step]] = defaultdict(deque)
    for step in right.steps:
        waiting[asked(step)].append(step)
    found: list[StepComparison] = []
    sides = _Sides(left, right, volatile)
    counts = Counts()
    for step in left.steps:
        queue = waiting.get(asked(step))
        other = queue.popleft() if queue else None
        result = _only(step, Verdict.ONLY_LEFT) if other is None else _pair(step, other, sides)
        counts = _counted(counts, result)
        if result.verdict is not Verdict.EQUAL:
            found.append(result)
    extra = sorted((step for queue in waiting.values() for step in queue), key=lambda step: step.number)
    for step in extra:
        result = _only(step, Verdict.ONLY_RIGHT)
        counts = _counted(counts, result)
        found.append(result)
    return tuple(found), counts


def asked(step: Step) -> Hashable:
    """What a step asks for."""
    if step.sent is not None:
        return step.sent
    return step.service, step.table, step.procedure, step.offset, step.indices, step.count


def request_words(step: Step) -> str:
    """What a step asks for, in words."""
    words = step.service
    if step.table is not None:
        words += f" of table {step.table}" if step.service in READS else f" to table {step.table}"
    if step.procedure is not None:
        words += f", procedure {step.procedure}"
    if step.offset is not None:
        words += f", from byte {step.offset:,}"
    if step.indices:
        words += f", index {'.'.join(map(str, step.indices))}"
    return words


def answer_words(step: Step) -> str:
    """What came of a step, in words."""
    if step.response is None:
        return "no answer"
    try:
        return ResponseCode(step.response).words
    except ValueError:
        return f"response code {step.response}"


def bytes_of_step(side: Side, number: int) -> bytes | None:
    """What a step of a side has carried, in its place in the table; None for none, and for what is never shown."""
    if not 1 <= number <= len(side.steps):
        return None
    step = side.steps[number - 1]
    if step.service in CREDENTIALS or (step.table is not None and holds_secrets(step.table)):
        return None
    content = _content(step, side.tables) if step.data else None
    return (step.data or step.answer) if content is None else content.data


def _only(step: Step, verdict: Verdict) -> StepComparison:
    is_left = verdict is Verdict.ONLY_LEFT
    number, words = step.number, answer_words(step)
    if is_left:
        return StepComparison(number, None, request_words(step), verdict, left_answer=words)
    return StepComparison(None, number, request_words(step), verdict, right_answer=words)


def _pair(one: Step, two: Step, sides: _Sides) -> StepComparison:
    found = () if _same(one, two) else sides.differences(one, two)
    real = tuple(each for each in found if not each.volatile)
    left_out = tuple(each for each in found if each.volatile)
    differs = bool(real) or one.response != two.response
    verdict = Verdict.DIFFERS if differs else Verdict.VOLATILE if left_out else Verdict.EQUAL
    answers = answer_words(one), answer_words(two)
    return StepComparison(one.number, two.number, request_words(one), verdict, real, left_out, *answers)


class _Sides:
    """Both contexts. What was compared before, as a table that is read again and again, is not compared anew."""

    def __init__(self, left: Side, right: Side, volatile: Masks) -> None:
        self._left, self._right, self._volatile = left, right, volatile
        self._known: dict[Hashable, tuple[FieldDifference, ...]] = {}

    def differences(self, one: Step, two: Step) -> tuple[FieldDifference, ...]:
        key = (asked(one), one.verify, *(_carried(step) for step in (one, two)))
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= KEPT:
                self._known.clear()
            found = tuple(_differences(one, two, self._left.tables, self._right.tables, self._volatile))
            self._known[key] = found
        return found


def _carried(step: Step) -> Hashable:
    return step.data, step.answer, step.received, step.masked, step.masked_answer


def _same(one: Step, two: Step) -> bool:
    return (one.data, one.answer, one.received) == (two.data, two.answer, two.received)


def _differences(one: Step, two: Step, ours: Tables, theirs: Tables, volatile: Masks) -> list[FieldDifference]:
    found: list[FieldDifference] = []
    of_table = one.service in READS or one.service in WRITES
    if of_table and one.data and two.data:
        left, right = (_content(step, tables) for step, tables in ((one, ours), (two, theirs)))
        if left is not None and right is not None:
            found += differences(left, right, rule=one.verify, volatile=volatile)
        else:
            hidden = one.table is not None and holds_secrets(one.table)
            found += _bytes("data", one.data, two.data, one.masked + two.masked, secret=hidden)
    elif one.data != two.data:
        hidden = one.service in CREDENTIALS
        found += _bytes("data", one.data, two.data, one.masked + two.masked, secret=hidden)
    found += _bytes("answer", one.answer, two.answer, one.masked_answer + two.masked_answer)
    if one.received is not None or two.received is not None:
        found += _bytes("reply", one.received or b"", two.received or b"", ())
    return found


def _content(step: Step, tables: Tables) -> Content | None:
    """The bytes of a step in their place in the table; None where the place is not known."""
    if step.table is None:
        return None
    if step.service in ("full-read", "full-write"):
        return Content(tables, step.table, step.data, masked=step.masked)
    offset = step.offset
    if step.indices:
        try:
            offset = tables.layout(step.table).locate_index(step.indices).offset
        except FieldProError:
            return None
    if offset is None:
        return None
    masked = tuple((offset + start, length) for start, length in step.masked)
    data = tables.get(step.table) or b""
    placed = bytes(offset) + step.data
    return Content(tables, step.table, placed.ljust(len(data), b"\0"), ((offset, len(step.data)),), masked)


def _bytes(name: str, one: bytes, two: bytes, masked: Spans, *, secret: bool = False) -> list[FieldDifference]:
    for offset, length in masked:
        end = offset + length
        one, two = (side[:offset] + bytes(len(side[offset:end])) + side[end:] for side in (one, two))
    more = tail_difference(name, one, two, secret=secret)
    return byte_differences(name, one, two, secret=secret) + ([] if more is None else [more])


def _counted(counts: Counts, result: StepComparison) -> Counts:
    extra = counts.volatile + len(result.volatile)
    match result.verdict:
        case Verdict.EQUAL | Verdict.VOLATILE:
            return replace(counts, equal=counts.equal + 1, volatile=extra)
        case Verdict.ONLY_LEFT:
            return replace(counts, only_left=counts.only_left + 1)
        case Verdict.ONLY_RIGHT:
            return replace(counts, only_right=counts.only_right + 1)
        case _:
            many = counts.differences + max(1, len(result.differences))
            return replace(counts, differences=many, differing=counts.differing + 1, volatile=extra)
