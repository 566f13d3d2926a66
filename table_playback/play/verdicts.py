"""What a step came to when it was played, and what a whole playing came to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from statistics import median

from fieldpro.errors import FieldProError
from fieldpro.records import MeterIdentity
from table_playback.compare import FieldDifference
from table_playback.tape.model import Step, Tape


class Verdict(StrEnum):
    """MISSING: the meter did not answer, refused what the tape has, or gave less. EXTRA: it answered where the tape has
    no answer, or gave more. ERROR: nobody knows, because the step could not be played. SKIPPED: it was not played, or
    there was nothing to compare its answer with."""

    EQUAL = "equal"
    DIFFERS = "differs"
    MISSING = "missing"
    EXTRA = "extra"
    ERROR = "error"
    SKIPPED = "skipped"

    @property
    def is_bad(self) -> bool:
        """Whether a person must look at it."""
        return self not in (Verdict.EQUAL, Verdict.SKIPPED)


@dataclass(frozen=True, slots=True)
class StepResult:
    """One step of a tape and what the meter said to it.

    actual: the exchange as it was now, None when there was none. detail: why, in words, for every verdict but a plain
    "equal". masked: elements that differ and that a mask or a tolerance lets pass. redacted: bytes that were not
    compared. late_s: how much later than the tape's time the request began, None where no time was kept.
    tape: which of the tapes, from 0; round: from 1. is_open: the session says it when it is closed; `finish` judges it.
    mended: something went wrong on the line, or took long, and came right; `detail` says what.
    """

    step: Step
    verdict: Verdict
    actual: Step | None = None
    differences: tuple[FieldDifference, ...] = ()
    error: FieldProError | None = None
    detail: str = ""
    masked: int = 0
    redacted: int = 0
    late_s: float | None = None
    tape: int = 0
    round: int = 1
    is_open: bool = False
    mended: bool = False


@dataclass(frozen=True, slots=True)
class Timing:
    """How exactly the times of the tape were kept: seconds by which steps began late, of `steps` that were waited
    for. What began late because the meter still answered the one before is not counted."""

    steps: int
    median_s: float
    worst_s: float


def _nothing(results: tuple[StepResult, ...]) -> Mapping[int, Tape]:
    return {}


@dataclass(frozen=True)
class PlayResult:
    """What was played, in order; complete also after a stop or an error.

    error: what ended it before its end. stopped: a person did. declined: the writes were shown and not agreed to, and
    nothing was played. speed: 1.0 is the tape's own times, None no wait. planned: steps in one
    round. more_equal: equal steps of later rounds that
    were counted and not kept. recordings: the tapes as they are recorded anew, by tape, where the mode says so.
    record: makes them of the results.
    """

    results: tuple[StepResult, ...]
    titles: tuple[str, ...]
    meter: MeterIdentity | None
    started_at: datetime
    ended_at: datetime
    port: str = ""
    who: str = ""
    speed: float | None = None
    rounds: int = 1
    planned: int = 0
    stopped: bool = False
    declined: bool = False
    error: FieldProError | None = None
    more_equal: int = 0
    recordings: Mapping[int, Tape] = field(default_factory=dict)
    record: Callable[[tuple[StepResult, ...]], Mapping[int, Tape]] = field(default=_nothing, repr=False, compare=False)

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """How many steps came to what; every verdict is in it."""
        counts = dict.fromkeys(Verdict, 0)
        counts[Verdict.EQUAL] = self.more_equal
        for result in self.results:
            counts[result.verdict] += 1
        return counts

    @property
    def recorded(self) -> Tape | None:
        """The (first) tape as it was recorded anew; None where nothing was to be recorded."""
        return next(iter(self.recordings.values()), None)

    @property
    def is_equal(self) -> bool:
        """Played to its end, and nothing to look at."""
        return self.error is None and not self.stopped and not self.declined and not any(self.bad)

    @property
    def bad(self) -> Iterator[StepResult]:
        """The steps that a person must look at."""
        return (result for result in self.results if result.verdict.is_bad)

    @property
    def duration_s(self) -> float:
        return (self.ended_at - self.started_at).total_seconds()

    @property
    def mended(self) -> int:
        """Steps in which something went wrong on the line and came right."""
        return sum(result.mended for result in self.results)

    @property
    def masked(self) -> int:
        """Steps that are equal only because a mask or a tolerance lets some element pass."""
        return sum(1 for result in self.results if result.masked and result.verdict is Verdict.EQUAL)

    @property
    def redacted(self) -> int:
        """Bytes that were not compared."""
        return sum(result.redacted for result in self.results)

    @property
    def timing(self) -> Timing | None:
        late = [result.late_s for result in self.results if result.late_s is not None]
        return Timing(len(late), median(late), max(late)) if late else None
