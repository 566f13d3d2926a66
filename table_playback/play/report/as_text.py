"""A playing as text for a terminal or a mail: the verdict, what is not as on the tape, how it was played."""

from __future__ import annotations

from collections.abc import Iterator

from fieldpro.plain import plain
from table_playback.play.report import words
from table_playback.play.verdicts import PlayResult, StepResult

MOST = 200
"""Steps that are listed, and elements of each; the others are counted."""


def as_text(result: PlayResult, *, everything: bool = False) -> str:
    """Lines ended by a newline. everything: also the steps that are as on the tape."""
    return "".join(f"{plain(line.replace(chr(10), ' '))}\n" for line in _lines(result, everything=everything))


def _lines(result: PlayResult, *, everything: bool) -> Iterator[str]:
    yield words.verdict_words(result)
    yield f"Steps: {words.count_words(result)}"
    yield f"Tape:  {', then '.join(result.titles)}"
    if result.meter is not None:
        yield f"Meter: {words.meter_words(result)}"
    begun = f"{result.started_at:%Y-%m-%d %H:%M:%S} UTC"
    yield f"When:  {begun}, {result.duration_s:.1f} s, {words.speed_words(result)}"
    for note in words.notes(result):
        yield f"! {note}"
    listed = [each for each in result.results if everything or _is_told(each)]
    for each in listed[:MOST]:
        yield ""
        yield from _step(result, each)
    if len(listed) > MOST:
        yield ""
        yield f"... and {len(listed) - MOST:,} more steps"


def _is_told(each: StepResult) -> bool:
    return each.verdict.is_bad or each.is_open or each.error is not None or each.mended


def _step(result: PlayResult, each: StepResult) -> Iterator[str]:
    where = words.name_of(result, each)
    head = f"{each.step.number}  {words.step_words(each.step)}: {words.TITLES[each.verdict].lower()}"
    yield f"{head}{f' ({where})' if where else ''}"
    detail = words.detail_words(each)
    if detail:
        yield f"    {detail}"
    told = list(words.flat(each.differences))
    for difference in told[:MOST]:
        yield f"    {words.difference_words(difference)}"
    if len(told) > MOST:
        yield f"    ... and {len(told) - MOST:,} more elements"
