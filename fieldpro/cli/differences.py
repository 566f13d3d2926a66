"""A change set for a person or for JSON: what differs, the counts, and what is to be thought about."""

from __future__ import annotations

from typing import Any

from fieldpro.cli import console
from fieldpro.meter.changes import Change, ChangeSet, State, Unfinished, states
from fieldpro.meter.programs.values import file_values

LONGEST_CELL = 44


def show(change_set: ChangeSet, *, everything: bool = False) -> None:
    """Rows on standard output, what to think about on standard error."""
    shown = [change for change in change_set.changes if everything or change.state is State.DIFFERENT]
    if shown:
        console.rows(
            ("ELEMENT", "TITLE", "METER", "WANTED", "UNIT", "STATE"),
            [
                (change.path, change.title, _cell(change.old_text), _cell(change.new_text), change.unit, _state(change))
                for change in shown
            ],
        )
    counts = change_set.counts
    console.say(
        f"{counts.different} different, {counts.same} the same, {counts.read_only} that cannot be written, "
        f"{counts.unknown} unknown to this meter."
    )
    for warning in change_set.warnings:
        console.say(f"{warning}.")


def tell_unfinished(unfinished: Unfinished) -> None:
    """Said before anything else of a meter where a write was interrupted."""
    what = f" of {unfinished.origin}" if unfinished.origin.name else ""
    console.say(f"A write{what} to this meter was interrupted at {unfinished.started}:")
    for line in states(unfinished):
        console.say(f"  {line}")
    console.say("`fieldpro program resume PORT` finishes it or takes it back.")


def as_plain(change_set: ChangeSet, *, everything: bool = True) -> dict[str, Any]:
    """`{program, counts, warnings, changes}` in the types of JSON; a secret has no values."""
    counts, origin = change_set.counts, change_set.origin
    return {
        "meter": change_set.identity.key,
        "program": {"name": origin.name, "revision": origin.revision, "hash": origin.hash} if origin.name else None,
        "counts": {
            "different": counts.different,
            "same": counts.same,
            "read_only": counts.read_only,
            "unknown": counts.unknown,
        },
        "warnings": [str(warning) for warning in change_set.warnings],
        "changes": [
            plain_change(change) for change in change_set.changes if everything or change.state is State.DIFFERENT
        ],
    }


def plain_change(change: Change) -> dict[str, Any]:
    return {
        "path": change.path,
        "table": change.table,
        "title": change.title,
        "unit": change.unit,
        "group": change.group,
        "state": change.state.value,
        "reason": change.reason,
        "secret": change.secret,
        "old": None if change.secret else file_values(change.old),
        "new": None if change.secret else file_values(change.new),
        "old_text": change.old_text,
        "new_text": change.new_text,
    }


def _state(change: Change) -> str:
    return f"{change.state.value}: {change.reason}" if change.reason else change.state.value


def _cell(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 4] + " ..."
