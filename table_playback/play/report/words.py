"""The words of a playing, the same in every report: the verdict of the whole, its counts, each step in a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fieldpro.c12.dictionary.model import MANUFACTURER
from fieldpro.c12.psem.codes import response_words
from fieldpro.errors import FieldProError
from fieldpro.explain import explain
from table_playback.compare import FieldDifference
from table_playback.play.pace import ACCURACY
from table_playback.play.verdicts import PlayResult, StepResult, Verdict
from table_playback.tape.messages import READS, WRITES
from table_playback.tape.model import Step

TITLES = {
    Verdict.EQUAL: "Equal",
    Verdict.DIFFERS: "Differs",
    Verdict.MISSING: "Missing",
    Verdict.EXTRA: "Extra",
    Verdict.ERROR: "Error",
    Verdict.SKIPPED: "Skipped",
}
_SERVICES = {
    "identify": "Identify",
    "negotiate": "Negotiate",
    "logon": "Log on",
    "security": "Password",
    "authenticate": "Authenticate",
    "logoff": "Log off",
    "terminate": "Terminate",
    "disconnect": "Disconnect",
    "wait": "Wait",
    "timing-setup": "Timing set-up",
    "unknown": "Unknown service",
}
_PENDING = 4096


def verdict_words(result: PlayResult) -> str:
    """The whole in a line."""
    bad = sum(1 for _ in result.bad)
    if result.declined:
        return "Nothing was played: the writes were not agreed to"
    if result.error is not None:
        return f"Ended by an error after {_steps(len(result.results))}{f', {bad} of them not equal' if bad else ''}"
    if result.stopped:
        return f"Stopped after {_steps(len(result.results))}{f', {bad} of them not equal' if bad else ', none differs'}"
    if not bad:
        return "As on the tape" if result.counts[Verdict.EQUAL] else "Nothing was played"
    return f"{_steps(bad)} {'is' if bad == 1 else 'are'} not as on the tape"


def count_words(result: PlayResult) -> str:
    """ "1,998 equal, 2 differ, 3 skipped"; what there is none of is left out."""
    words = {Verdict.DIFFERS: "differ"}
    parts = [f"{count:,} {words.get(verdict, verdict)}" for verdict, count in result.counts.items() if count]
    return ", ".join(parts) or "no steps"


def notes(result: PlayResult) -> Iterator[str]:
    """What a reader must know beside the counts."""
    if result.error is not None:
        yield f"Ended by: {error_words(result.error)}"
    left = result.planned * result.rounds - len(result.results) - result.more_equal
    if left > 0 and (result.error is not None or result.stopped):
        yield f"{_steps(left)} of this round not played."
    if result.mended:
        yield f"{_steps(result.mended)} with trouble on the line, which came right."
    if result.masked:
        yield (
            f"{_steps(result.masked)} equal but for elements that a mask, a tolerance or the step's own rule lets pass."
        )
    if result.redacted:
        yield f"{result.redacted:,} redacted bytes were not compared."
    if result.timing is not None:
        timing = result.timing
        yield (
            f"{_steps(timing.steps)} waited for: begun {timing.median_s * 1000:.1f} ms after the tape's time in the "
            f"median, {timing.worst_s * 1000:.1f} ms at most. {ACCURACY}"
        )
    if result.more_equal:
        yield f"{result.more_equal:,} equal steps of later rounds are counted and not listed."


def speed_words(result: PlayResult) -> str:
    if result.speed is None:
        return "without waiting"
    return "at the times of the tape" if result.speed == 1.0 else f"{result.speed:g} times as fast as the tape"


def meter_words(result: PlayResult) -> str:
    meter = result.meter
    if meter is None:
        return ""
    return f"{meter.manufacturer} {meter.model}, serial number {meter.serial}, firmware {meter.firmware}"


def step_words(step: Step) -> str:
    """What is asked for in a step: "Read table 23", "Write 8 bytes of table 6 at 170"."""
    if step.service in READS:
        return f"Read {_place(step)}"
    if step.service in WRITES and step.table == 7 and step.service == "full-write":
        return "Run a procedure" if step.procedure is None else f"Run procedure {_number(step.procedure, 'MP')}"
    if step.service in WRITES:
        return f"Write {_place(step)}"
    return _SERVICES.get(step.service, step.service)


def answer_words(step: Step | None) -> str:
    """The answer of one side: "ok, 412 bytes"; "insufficient security clearance"; "no answer"."""
    if step is None:
        return ""
    if step.response is None:
        return "no answer"
    words = response_words(step.response)
    return f"{words}, {len(step.data):,} bytes" if step.service in READS and not step.response else words


def detail_words(result: StepResult) -> str:
    """Everything there is to say of a step beside its differences."""
    parts = [result.detail, "" if result.error is None else error_words(result.error)]
    return "; ".join(part for part in parts if part)


def flat(differences: Iterable[FieldDifference]) -> Iterator[FieldDifference]:
    """Each with the parts that are told of it behind it."""
    for difference in differences:
        yield difference
        yield from flat(difference.parts)


def difference_words(difference: FieldDifference) -> str:
    """ "CLOCK_TBL.TIME: 12:00 on the tape, 13:00 now"."""
    expected = value_words(difference.expected_text, difference.unit)
    found = value_words(difference.found_text, difference.unit)
    note = f" ({difference.note})" if difference.note else ""
    return f"{difference.path}: {expected} on the tape, {found} now{note}"


def element_words(difference: FieldDifference) -> str:
    return difference.title or difference.path


def value_words(text: str, unit: str) -> str:
    return f"{text} {unit}".rstrip() if text else "\N{EN DASH}"


def error_words(error: FieldProError) -> str:
    told = explain(error)
    return f"{told.what} ({told.subject})" if told.subject else told.what


def name_of(result: PlayResult, each: StepResult) -> str:
    """Where a step is, where that is not plain: "one.tape, round 3"."""
    parts = [result.titles[each.tape]] if len(result.titles) > 1 else []
    if result.rounds > 1:
        parts.append(f"round {each.round}")
    return ", ".join(parts)


def _place(step: Step) -> str:
    if step.table is None:
        return "the default table"
    words = f"table {_number(step.table % _PENDING, 'MT')}"
    if step.table >= _PENDING:
        words = f"pending {words}"
    if step.offset is not None:
        return f"{words} from {step.offset}, {len(step.data) if step.count is None else step.count} bytes"
    if step.indices:
        return f"{words} at index {'.'.join(map(str, step.indices))}"
    return words


def _number(number: int, prefix: str) -> str:
    return f"{prefix} {number - MANUFACTURER}" if number >= MANUFACTURER else str(number)


def _steps(count: int) -> str:
    return f"{count:,} {'step' if count == 1 else 'steps'}"
