"""Changed copies of a tape: every step keeps its place, so that a number means the same step in both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from fieldpro.errors import TapeError
from table_playback.tape.model import Header, Step, TableImage, Tape


def edited(
    tape: Tape,
    steps: Mapping[int, Step] | None = None,
    *,
    tables: Mapping[int, TableImage] | None = None,
    header: Header | None = None,
) -> Tape:
    """A copy in which these steps, by number, these table images and this header stand for the ones there were.

    A step that was switched off stays, with `enabled` False. Raises `TapeError` "malformed" for a step that the tape
    does not have, or that would take another's place.
    """
    changed = list(tape.steps)
    for number, step in (steps or {}).items():
        if not 1 <= number <= len(changed):
            raise TapeError("malformed", tape.path, f"step {number}", f"the tape has {len(changed)} steps")
        if step.number != number:
            raise TapeError("malformed", tape.path, f"step {number}", f"it says that it is number {step.number}")
        changed[number - 1] = step
    images = {**tape.tables, **(tables or {})}
    return replace(tape, steps=tuple(changed), tables=images, header=header or tape.header)
