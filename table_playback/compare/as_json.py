"""A comparison as JSON, for other programs. The shape is stable: names are added, never changed or taken away.

    {"format": "fieldpro-comparison", "version": 1,
     "equal": false, "verdict": "14 differences in 5 tables, ...",
     "left": SIDE, "right": SIDE, "warnings": [text], "left_out": [title of a mask],
     "counts": COUNTS, "tables": [TABLE], "step_counts": COUNTS or null, "steps": [STEP]}

SIDE   {"kind": "tape" | "read-out" | "meter", "title", "when": ISO 8601 or null, "tables", "steps", "notes": [text],
        "meter": null or {"manufacturer", "model", "serial", "hardware", "firmware", "device_class", "identification"}}
COUNTS {"differences": elements, "differing", "equal", "only_left", "only_right", "unknown": tables or steps,
        "volatile": elements}
TABLE  {"number", "name", "title", "label", "verdict": "equal" | "volatile" | "differs" | "only-left" | "only-right" |
        "unknown", "left_size", "right_size": bytes or null, "left_note", "right_note", "note": text,
        "differences": [DIFFERENCE], "volatile": [DIFFERENCE]}
STEP   {"left", "right": number or null, "request", "verdict", "left_answer", "right_answer": text,
        "differences", "volatile": [DIFFERENCE]}
DIFFERENCE {"path", "title", "unit", "kind": "differs" | "only-left" | "only-right", "left", "right": text,
        "left_bytes", "right_bytes": {"offset", "length"} or null, "bits": [first, last] or null, "note",
        "volatile": title of the mask or "", "parts": [DIFFERENCE]}

Numbers of tables count manufacturer ones from 2048. Of passwords and keys there is no value in it.
"""

from __future__ import annotations

import json
from typing import Any

from table_playback.compare.records import (
    Comparison,
    Counts,
    FieldDifference,
    Kind,
    SideFacts,
    StepComparison,
    TableComparison,
)
from table_playback.compare.verdict import verdict_words

FORMAT = "fieldpro-comparison"
VERSION = 1


def as_json(comparison: Comparison) -> str:
    """The text, indented, UTF-8 as it is."""
    return json.dumps(as_object(comparison), indent=2, ensure_ascii=False) + "\n"


def as_object(comparison: Comparison) -> dict[str, Any]:
    """The same as plain values."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "equal": comparison.equal,
        "verdict": verdict_words(comparison),
        "left": _side(comparison.left),
        "right": _side(comparison.right),
        "warnings": list(comparison.warnings),
        "left_out": list(comparison.left_out),
        "only_differences": comparison.only_differences,
        "counts": _counts(comparison.counts),
        "tables": [_table(table) for table in comparison.tables],
        "step_counts": None if comparison.step_counts is None else _counts(comparison.step_counts),
        "steps": [_step(step) for step in comparison.steps],
    }


def _side(side: SideFacts) -> dict[str, Any]:
    meter = side.identity
    names = ("manufacturer", "model", "serial", "hardware", "firmware", "device_class", "identification")
    return {
        "kind": str(side.kind),
        "title": side.title,
        "when": None if side.when is None else side.when.isoformat(),
        "meter": None if meter is None else {name: getattr(meter, name) for name in names},
        "tables": side.tables,
        "steps": side.steps,
        "notes": list(side.notes),
    }


def _counts(counts: Counts) -> dict[str, int]:
    names = ("differences", "differing", "equal", "volatile", "only_left", "only_right", "unknown")
    return {name: getattr(counts, name) for name in names}


def _table(table: TableComparison) -> dict[str, Any]:
    return {
        "number": table.number,
        "name": table.name,
        "title": table.title,
        "label": table.label,
        "verdict": str(table.verdict),
        "left_size": table.left_size,
        "right_size": table.right_size,
        "left_note": table.left_note,
        "right_note": table.right_note,
        "note": table.note,
        "differences": [difference_object(each) for each in table.differences],
        "volatile": [difference_object(each) for each in table.volatile],
    }


def _step(step: StepComparison) -> dict[str, Any]:
    return {
        "left": step.left,
        "right": step.right,
        "request": step.request,
        "verdict": str(step.verdict),
        "left_answer": step.left_answer,
        "right_answer": step.right_answer,
        "differences": [difference_object(each) for each in step.differences],
        "volatile": [difference_object(each) for each in step.volatile],
    }


def difference_object(each: FieldDifference) -> dict[str, Any]:
    """One difference as plain values, see above."""
    left = None if each.kind is Kind.ONLY_RIGHT else {"offset": each.offset, "length": each.length}
    right = None if each.kind is Kind.ONLY_LEFT else {"offset": each.found_offset, "length": each.found_length}
    return {
        "path": each.path,
        "title": each.title,
        "unit": each.unit,
        "kind": str(each.kind),
        "left": each.expected_text,
        "right": each.found_text,
        "left_bytes": left,
        "right_bytes": right,
        "bits": None if each.bits is None else list(each.bits),
        "note": each.note,
        "volatile": each.volatile,
        "parts": [difference_object(part) for part in each.parts],
    }
