"""The tapes as they are recorded anew while they are played, by the mode: once, new, all, none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from fieldpro.c12.dictionary import Tables
from table_playback.play.plan import PlayPlan
from table_playback.play.verdicts import StepResult, Verdict
from table_playback.record.mode import Mode, has_answer, recorded_again, recorded_anew
from table_playback.tape.model import Tape

NOT_COMPARED = "not compared: recorded now, the tape had no answer"


class Recordings:
    """`tables`: how the meter's tables are decoded."""

    def __init__(self, plan: PlayPlan, mode: Mode, tables: Tables) -> None:
        self._plan = plan
        self._mode = mode
        self._tables = tables
        self._anew = [recorded_anew(mode, tape.steps) for tape in plan.tapes]

    def judged(self, index: int, result: StepResult) -> StepResult:
        """What is recorded because the tape has no answer is no difference."""
        if result.verdict is Verdict.EXTRA and not has_answer(result.step) and self._anew[index](result.step):
            return replace(result, verdict=Verdict.SKIPPED, detail=NOT_COMPARED)
        return result

    def of(self, results: Sequence[StepResult], when: datetime) -> Mapping[int, Tape]:
        """By tape; those of which the mode takes nothing are left out. Of several rounds the last one counts."""
        found: dict[int, Tape] = {}
        if self._mode is Mode.NONE:
            return found
        for index, tape in enumerate(self._plan.tapes):
            answers = {
                each.step.number: each.actual
                for each in results
                if each.tape == index and each.actual is not None and each.verdict is not Verdict.ERROR
            }
            again = recorded_again(tape, self._mode, answers, when=when, tables=self._tables)
            if again is not None:
                found[index] = again
        return found
