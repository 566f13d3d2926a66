"""A playing as CSV (RFC 4180): a line for each element that differs, and one for each step in which none does.

Texts that a spreadsheet would take for a formula begin with an apostrophe.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from fieldpro.plain import plain
from table_playback.compare import FieldDifference
from table_playback.play.report import words
from table_playback.play.verdicts import PlayResult, StepResult

COLUMNS = (
    "tape",
    "round",
    "step",
    "what",
    "service",
    "table",
    "offset",
    "verdict",
    "answer on the tape",
    "answer now",
    "element",
    "title",
    "unit",
    "on the tape",
    "now",
    "masked elements",
    "redacted bytes",
    "time s",
    "duration s",
    "late s",
    "detail",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(result: PlayResult) -> str:
    """Lines ended by CR LF, the names of the columns first."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for each in result.results:
        for difference in list(words.flat(each.differences)) or (None,):
            writer.writerow([_cell(value) for value in _row(result, each, difference)])
    return file.getvalue()


def _row(result: PlayResult, each: StepResult, difference: FieldDifference | None) -> Iterator[object]:
    step, actual = each.step, each.actual
    yield from (result.titles[each.tape], each.round, step.number, words.step_words(step), step.service)
    yield from (step.table, step.offset, str(each.verdict), words.answer_words(step), words.answer_words(actual))
    if difference is None:
        yield from ("", "", "", "", "")
    else:
        yield from (difference.path, difference.title, difference.unit)
        yield from (difference.expected_text, difference.found_text)
    yield from (each.masked, each.redacted, f"{step.time_s:.3f}")
    yield "" if actual is None or actual.duration_s is None else f"{actual.duration_s:.3f}"
    yield "" if each.late_s is None else f"{each.late_s:.4f}"
    yield words.detail_words(each)


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, str):
        text = plain(value)
        return f"'{text}" if text.startswith(_FORMULA) and not _is_number(text) else text
    return value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
