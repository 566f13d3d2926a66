"""What a session said by itself, against the steps of a tape that a session says: identify, negotiate, log on, log off.

Every session is opened and closed in one place, so these steps are not sent a second time: their verdict is what was
really said. `heard` is what listened on the same transport (`table_playback.record.Recorder`: `lambda:
recorder.steps`); without it, or for what was said before it listened, the session's own facts have to do. A tape of
several sessions is played in one: each of its openings and closings is held to the one that was said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from fieldpro.c12.psem import decode_request
from fieldpro.c12.psem.codes import ResponseCode, response_words
from fieldpro.c12.psem.identification import IdentifyReply
from fieldpro.c12.psem.negotiate import NegotiateReply
from fieldpro.errors import FieldProError
from fieldpro.session.conversation import SessionFacts
from table_playback.play.judge import judge_answer
from table_playback.play.verdicts import PlayResult, StepResult, Verdict
from table_playback.tape.messages import SESSION, reply_bytes, request_bytes
from table_playback.tape.model import Step

Heard = Callable[[], Sequence[Step]]
CLOSING = frozenset({"logoff", "terminate", "disconnect"})
SAID_BY_SESSION = SESSION - {"wait"}
KNOWN_BY_FACTS = frozenset({"identify", "negotiate", "logon", "security"})
NOT_SAID = "this session did not say it"
TO_COME = "said when the session is closed"


def judge_opening(step: Step, heard: Iterable[Step], facts: SessionFacts, *, has_listener: bool) -> StepResult:
    """A step that the session's opening says. What was said before anybody listened is known by what was agreed."""
    same = [each for each in heard if each.service == step.service]
    if same:
        return _against(step, same)
    if step.service not in KNOWN_BY_FACTS:
        words = NOT_SAID if has_listener else "nobody listened whether this session said it"
        return StepResult(step, Verdict.SKIPPED, detail=words)
    return _by_facts(step, facts)


def finish(result: PlayResult, heard: Sequence[Step] = (), *, clean: bool | None = None) -> PlayResult:
    """The result once the session is closed: the steps that its end says get their verdict.

    heard: everything that was heard up to the end. clean: without a listener, whether the session was closed as it
    should be (`session.events.Closed`). None: it goes on, and its end was not said.
    """
    said = list(heard)[-len(CLOSING) :]
    results = tuple(_closed(each, said, clean) for each in result.results)
    return replace(result, results=results, recordings=result.record(results))


def _closed(result: StepResult, said: Sequence[Step], clean: bool | None) -> StepResult:
    if not result.is_open:
        return result
    same = [each for each in said if each.service == result.step.service]
    judged = _against(result.step, same)
    if not same and clean is not None and result.step.service != "disconnect":
        is_same = clean == (result.step.response == ResponseCode.OK)
        words = "the meter confirmed the end of the session" if clean else "the meter did not confirm the end"
        judged = StepResult(result.step, Verdict.EQUAL if is_same else Verdict.MISSING, detail=words)
    return replace(judged, tape=result.tape, round=result.round)


def _against(step: Step, heard: Sequence[Step]) -> StepResult:
    """The best of the exchanges that were of this service."""
    if not heard:
        return StepResult(step, Verdict.SKIPPED, detail=NOT_SAID)
    judged = [judge_answer(step, replace(each, number=step.number)) for each in heard]
    best = next((each for each in judged if each.verdict is Verdict.EQUAL), judged[-1])
    assert best.actual is not None
    if not step.masked and request_bytes(best.actual) != request_bytes(step):
        words = "the session asked in its own way"
        best = replace(best, detail=f"{best.detail}; {words}" if best.detail else words)
    return best


# --- without a listener -------------------------------------------------------------------------------------------


def _by_facts(step: Step, facts: SessionFacts) -> StepResult:
    """From what the session has agreed with the meter. That it is open says that everything needed was granted."""
    if step.service == "security" and not facts.authenticated:
        return StepResult(step, Verdict.SKIPPED, detail="this session has no password")
    if step.response != ResponseCode.OK:
        had = "no answer" if step.response is None else f"a refusal: {response_words(step.response)}"
        return StepResult(step, Verdict.EXTRA, detail=f"granted; the tape has {had}")
    expected, found = _agreed(step), _facts_of(step.service, facts)
    if expected is None or (expected and expected == found[: len(expected)]):
        return StepResult(step, Verdict.EQUAL, detail="by what the session agreed with the meter")
    return StepResult(step, Verdict.DIFFERS, detail=f"agreed on {_words(found)}; the tape has {_words(expected)}")


def _agreed(step: Step) -> tuple[int, ...] | None:
    """What the answer on the tape says of what the facts know too; None where it says nothing."""
    message = reply_bytes(step)
    if message is None or step.service not in ("identify", "negotiate"):
        return None
    try:
        reply = decode_request(request_bytes(step)).decode_reply(message)
    except FieldProError:
        return ()
    match reply:
        case IdentifyReply():
            return int(reply.standard), reply.version, reply.revision
        case NegotiateReply():
            return (reply.packet_size, reply.packet_count) + (() if reply.baud is None else (reply.baud,))
        case _:
            return None


def _facts_of(service: str, facts: SessionFacts) -> tuple[int, ...]:
    if service == "identify":
        return facts.standard, facts.version, facts.revision
    return facts.packet_size, facts.packet_count, facts.baud


def _words(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers)) or "something else"
