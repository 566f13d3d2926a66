"""A playing as JSON: the summary, and every step with its verdict. No raw bytes: they may hold what was redacted."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from table_playback.compare import FieldDifference
from table_playback.play.report import words
from table_playback.play.verdicts import PlayResult, StepResult
from table_playback.tape.model import Step

VERSION = 1


def as_json(result: PlayResult) -> str:
    return json.dumps(plain(result), indent=1, ensure_ascii=False) + "\n"


def plain(result: PlayResult) -> dict[str, Any]:
    """The whole in the types of JSON."""
    timing = result.timing
    return {
        "format": "fieldpro-playing",
        "version": VERSION,
        "verdict": words.verdict_words(result),
        "equal": result.is_equal,
        "counts": {str(verdict): count for verdict, count in result.counts.items()},
        "notes": list(words.notes(result)),
        "tapes": list(result.titles),
        "meter": None if result.meter is None else asdict(result.meter),
        "port": result.port,
        "who": result.who,
        "started_at": result.started_at.isoformat(),
        "ended_at": result.ended_at.isoformat(),
        "duration_s": result.duration_s,
        "speed": result.speed,
        "rounds": result.rounds,
        "planned": result.planned,
        "stopped": result.stopped,
        "declined": result.declined,
        "error": None
        if result.error is None
        else {"code": result.error.code, "words": words.error_words(result.error)},
        "masked": result.masked,
        "redacted": result.redacted,
        "timing": None if timing is None else asdict(timing),
        "steps": [_step(result, each) for each in result.results],
    }


def _step(result: PlayResult, each: StepResult) -> dict[str, Any]:
    step = each.step
    return {
        "tape": result.titles[each.tape],
        "round": each.round,
        "number": step.number,
        "what": words.step_words(step),
        "service": step.service,
        "table": step.table,
        "offset": step.offset,
        "indices": list(step.indices),
        "count": step.count,
        "note": step.note,
        "verdict": str(each.verdict),
        "detail": words.detail_words(each),
        "error": None if each.error is None else each.error.code,
        "expected": _answer(step),
        "found": None if each.actual is None else _answer(each.actual),
        "masked": each.masked,
        "redacted": each.redacted,
        "late_s": each.late_s,
        "differences": [_difference(difference) for difference in each.differences],
    }


def _answer(step: Step) -> dict[str, Any]:
    return {
        "response": step.response,
        "words": words.answer_words(step),
        "bytes": len(step.data),
        "time_s": step.time_s,
        "duration_s": step.duration_s,
    }


def _difference(difference: FieldDifference) -> dict[str, Any]:
    return {
        "path": difference.path,
        "title": difference.title,
        "unit": difference.unit,
        "expected": difference.expected_text,
        "found": difference.found_text,
        "offset": difference.offset,
        "length": difference.length,
        "note": difference.note,
        "parts": [_difference(part) for part in difference.parts],
    }
