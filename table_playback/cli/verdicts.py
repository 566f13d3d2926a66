"""What a playing came to, for a person: the steps to look at, with the fields that differ, and the counts."""

from __future__ import annotations

from collections.abc import Iterator

from fieldpro.cli import console
from fieldpro.explain import explain
from table_playback.cli import words
from table_playback.play import PlayResult, StepResult

FIELDS_SHOWN = 12
LONGEST_CELL = 44


def show(result: PlayResult, *, everything: bool = False) -> None:
    """Rows on standard output; what else is to be said on standard error."""
    shown = [each for each in result.results if everything or each.verdict.is_bad]
    if shown:
        console.rows(
            ("STEP", "VERDICT", "SERVICE", "TABLE", "ELEMENT", "TAPE", "METER", "UNIT"),
            [row for each in shown for row in _rows(each, result)],
            right=(0,),
        )
    if result.redacted:
        console.say(f"{result.redacted:,} bytes are redacted on the tape and were not compared.")
    if result.masked:
        console.say(f"{result.masked:,} steps are equal but for elements that are left out.")
    timing = result.timing
    if timing is not None:
        console.say(
            f"Of {timing.steps:,} steps the middle one began {timing.median_s * 1000:.1f} ms late, "
            f"the last of all {timing.worst_s * 1000:.1f} ms."
        )
    counts = ", ".join(f"{count:,} {verdict.value}" for verdict, count in result.counts.items() if count)
    console.say(f"{counts or 'No step was played'}; {result.duration_s:.1f} s.")


def _rows(each: StepResult, result: PlayResult) -> Iterator[tuple[str, ...]]:
    """The step with its first difference, then the others; where there are none, why it came to its verdict."""
    tape = f"{result.titles[each.tape]} " if len(result.titles) > 1 else ""
    lead = (f"{tape}{each.step.number}", each.verdict.value, each.step.service, _about(each))
    again = ("", "", "", "")
    for place, difference in enumerate(each.differences[:FIELDS_SHOWN]):
        yield (
            *(again if place else lead),
            difference.path,
            _cell(difference.expected_text),
            _cell(difference.found_text),
            difference.unit,
        )
    left = len(each.differences) - FIELDS_SHOWN
    if left > 0:
        yield (*again, f"and {left:,} more", "", "", "")
    if not each.differences:
        why = each.detail or ("" if each.error is None else explain(each.error).what)
        bad = each.verdict.is_bad
        found = "" if each.actual is None or not bad else words.response(each.actual)
        yield (*lead, why, words.response(each.step) if bad else "", found, "")


def _about(each: StepResult) -> str:
    step = each.step
    return (
        words.subject(step)
        if step.procedure is not None
        else " ".join((words.table_words(step.table), words.range_words(step))).strip()
    )


def _cell(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 4] + " ..."
