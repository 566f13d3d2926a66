"""A step of a tape against what the meter said now: the verdict, the elements that differ, the words.

What a mask, a tolerance or the step's own rule lets pass does not make a step differ, but it is counted. Redacted parts
are never compared.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from fieldpro.c12.psem.codes import ResponseCode, response_words
from fieldpro.secret import holds_secrets
from table_playback.compare import Masks
from table_playback.play.context import Sides, is_whole_read
from table_playback.play.plan import RESPONSE
from table_playback.play.verdicts import StepResult, Verdict
from table_playback.tape.messages import READS
from table_playback.tape.model import Spans, Step
from table_playback.tape.verify import EXACT, Order

_SEQUENCE = 2  # where tables 7 and 8 have the sequence number of the call
_RESULT = 3
_NOT_FINISHED = 1


@dataclass
class Judge:
    """Of the steps of one tape. `volatile`: what no step is held to."""

    sides: Sides
    volatile: Masks

    def judge(self, step: Step, actual: Step) -> StepResult:
        """Of a step that was asked. `actual` has no response when no answer came."""
        if step.response != actual.response or step.response is None:
            return _other_response(StepResult(step, Verdict.EQUAL, actual), step, actual)
        if step.received is not None or actual.received is not None:
            is_same = step.received == actual.received or step.verify.order is Order.UNCHECKED
            words = "" if is_same else "the bytes of the answer are not those of the tape"
            return StepResult(step, Verdict.EQUAL if is_same else Verdict.DIFFERS, actual, detail=words)
        if step.service in READS and step.response == ResponseCode.OK:
            return self._read(step, actual)
        return judge_answer(step, actual)

    def _read(self, step: Step, actual: Step) -> StepResult:
        if is_whole_read(actual):
            self.sides.learn(step, actual.data)
        redacted = sum(length for _, length in step.masked)
        result = StepResult(step, Verdict.EQUAL, actual, redacted=redacted, detail=_redacted_words(redacted))
        if step.verify.order is Order.UNCHECKED:
            return replace(result, detail=joined(result.detail, "only that it answers is checked"))
        expected, found = _without(step.data, step.masked), _without(actual.data, step.masked)
        if step.table == RESPONSE and step.service == "full-read":
            expected, found, note = _of_a_call(expected, found)
            result = replace(result, detail=joined(result.detail, note))
        return result if expected == found else self._differing(result, expected, found)

    def _differing(self, result: StepResult, expected: bytes, found: bytes) -> StepResult:
        """The bytes differ: by element, and by what may differ."""
        step = result.step
        is_long = len(found) != len(expected)
        by_element = None
        if not is_long or step.service == "full-read":
            by_element = self.sides.differences(step, expected, found, rule=step.verify, volatile=self.volatile)
        if by_element is not None and not by_element:
            passed = self.sides.differences(step, expected, found, rule=EXACT, volatile=Masks())
            if passed:
                return replace(result, masked=len(passed), detail=joined(result.detail, _passed_words(len(passed))))
        words, verdict = "", Verdict.DIFFERS
        if is_long:
            words = f"{len(found)} bytes, the tape has {len(expected)}"
            if found[: len(expected)] == expected[: len(found)]:
                verdict = Verdict.EXTRA if len(found) > len(expected) else Verdict.MISSING
        elif not by_element:
            secret = step.table is not None and holds_secrets(step.table)
            words = "the bytes differ" if secret else _bytes_words(expected, found)
        return replace(result, verdict=verdict, differences=by_element or (), detail=joined(words, result.detail))


def _other_response(result: StepResult, step: Step, actual: Step) -> StepResult:
    if step.response is None and actual.response is None:
        return replace(result, detail="no answer, as on the tape")
    if actual.response is None:
        return replace(result, verdict=Verdict.MISSING, detail=f"no answer; {_had(step)}")
    if step.response is None:
        return replace(result, verdict=Verdict.EXTRA, detail=f"{_gave(actual)}; the tape has no answer")
    words = f"{_gave(actual)}; {_had(step)}"
    if step.response == ResponseCode.OK:
        return replace(result, verdict=Verdict.MISSING, detail=words)
    if actual.response == ResponseCode.OK:
        return replace(result, verdict=Verdict.EXTRA, detail=words)
    return replace(result, verdict=Verdict.DIFFERS, detail=words)


def judge_answer(step: Step, actual: Step) -> StepResult:
    """Of a service whose answer is no table: the response code, and what follows it."""
    result = StepResult(step, Verdict.EQUAL, actual)
    if step.response != actual.response or step.response is None:
        return _other_response(result, step, actual)
    redacted = sum(length for _, length in step.masked_answer)
    result = replace(result, redacted=redacted, detail=_redacted_words(redacted))
    expected, found = _without(step.answer, step.masked_answer), _without(actual.answer, step.masked_answer)
    if expected == found or step.verify.order is Order.UNCHECKED:
        return result
    words = f"answered {found.hex(' ') or 'nothing more'}; the tape has {expected.hex(' ') or 'nothing more'}"
    return replace(result, verdict=Verdict.DIFFERS, detail=joined(words, result.detail))


def _of_a_call(expected: bytes, found: bytes) -> tuple[bytes, bytes, str]:
    """Table 8 of both: the sequence number is another one in every call, and a look too early is no difference."""
    note = ""
    if len(found) > _RESULT and len(expected) > _RESULT:
        found = found[:_SEQUENCE] + expected[_SEQUENCE:_RESULT] + found[_RESULT:]
        is_early = expected[_RESULT] == _NOT_FINISHED and found[_RESULT] != _NOT_FINISHED
        if is_early and found[:_SEQUENCE] == expected[:_SEQUENCE]:
            return expected, expected, "the procedure was finished sooner than on the tape"
        note = "sequence numbers are not compared"
    return expected, found, note


def _without(data: bytes, spans: Spans) -> bytes:
    """The bytes with what is redacted blanked."""
    if not spans:
        return data
    blank = bytearray(data)
    for offset, length in spans:
        length = max(0, min(length, len(blank) - offset))
        blank[offset : offset + length] = bytes(length)
    return bytes(blank)


def _gave(actual: Step) -> str:
    assert actual.response is not None
    if actual.response != ResponseCode.OK:
        return f"refused: {response_words(actual.response)}"
    return f"answered with {len(actual.data)} bytes" if actual.service in READS else "done"


def _had(step: Step) -> str:
    if step.response is None:
        return "the tape has no answer"
    if step.response != ResponseCode.OK:
        return f"the tape has a refusal: {response_words(step.response)}"
    return f"the tape has {len(step.data)} bytes" if step.service in READS else "the tape has it done"


def _bytes_words(expected: bytes, found: bytes) -> str:
    """The first byte that differs, where no element can be named."""
    at = next(place for place, pair in enumerate(zip(expected, found, strict=True)) if pair[0] != pair[1])
    return f"byte {at} of what was read is {found[at]:02X}, the tape has {expected[at]:02X}"


def _redacted_words(count: int) -> str:
    if not count:
        return ""
    return f"{count} redacted {'byte' if count == 1 else 'bytes'} not compared"


def _passed_words(count: int) -> str:
    return f"{count} {'element differs' if count == 1 else 'elements differ'}, and may"


def joined(*texts: str) -> str:
    """What is said of a step, the parts that there are."""
    return "; ".join(text for text in texts if text)
