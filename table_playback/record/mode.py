"""Which answers are recorded anew when a tape is played, as video recorders and their namesakes for programs have it.

    once   a tape without any answer is recorded; one that has some is only verified
    new    what has an answer is verified, what has none is recorded
    all    everything is recorded anew
    none   nothing is recorded

again = recorded_again(tape, Mode.NEW, {4: actual, ...})     the tape with those of these answers that the mode takes
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from fieldpro.c12.dictionary import Tables
from table_playback.record.images import images_of
from table_playback.redact import CREDENTIALS, redact
from table_playback.redact.tables import tables_of
from table_playback.tape.messages import READS
from table_playback.tape.model import Step, Tape


class Mode(StrEnum):
    ONCE = "once"
    NEW = "new"
    ALL = "all"
    NONE = "none"


def has_answer(step: Step) -> bool:
    """Whether the tape knows what the meter said."""
    return step.response is not None or step.received is not None


def recorded_anew(mode: Mode, steps: Sequence[Step]) -> Callable[[Step], bool]:
    """Whether the answer to a step goes onto the tape that has these steps. The steps are looked at now, once."""
    if mode is Mode.ONCE:
        is_fresh = not any(has_answer(step) for step in steps)
        return lambda step: is_fresh
    if mode is Mode.NEW:
        return lambda step: not has_answer(step)
    return lambda step: mode is Mode.ALL


def recorded_again(
    tape: Tape,
    mode: Mode,
    answers: Mapping[int, Step],
    *,
    when: datetime,
    tables: Tables | None = None,
) -> Tape | None:
    """The tape with new answers; None when the mode takes none of them.

    answers: what was really said, by the number of the step it was said to. What was redacted on the tape is redacted
    in them too, and passwords and keys in any case. A step keeps its request, time, note, rule and whether it is on.
    when: the moment of the recording. tables: how the meter's tables are decoded, where the tape does not say.
    """
    anew = recorded_anew(mode, tape.steps)
    steps, changed = [], []
    for old in tape.steps:  # read from the file anew every time: one is never the other
        is_taken = old.number in answers and anew(old)
        step = _answered(old, answers[old.number]) if is_taken else old
        steps.append(step)
        if is_taken:
            changed.append(step)
    if not changed:
        return None
    tables = tables or tables_of(tape)
    images = {**tape.tables, **images_of(changed, started_at=when, tables=tables, before=tape.tables)}
    told = [each.what for each in tape.header.redactions]
    new = {step.number for step in changed}
    wire = [packet for packet in tape.wire if packet.step not in new]  # they are of the answers before
    before = tuple(each for each in tape.header.redactions if not each.at_capture)
    header = replace(tape.header, ended_at=when, redactions=before)
    again = replace(tape, header=header, steps=steps, tables=images, wire=wire, path="")
    return redact(again, dict.fromkeys([*CREDENTIALS, *told]), at_capture=True, when=when)


def _answered(step: Step, actual: Step) -> Step:
    """The request as the tape has it, and the answer as it was now."""
    is_read = step.service in READS
    return replace(
        step,
        data=actual.data if is_read else step.data,
        response=actual.response,
        answer=actual.answer,
        duration_s=actual.duration_s,
        masked=actual.masked if is_read else step.masked,
        masked_answer=actual.masked_answer,
        received=actual.received,
    )
