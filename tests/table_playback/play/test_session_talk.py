"""What a session says by itself has the verdict of what was really said there, or of what was agreed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fieldpro.c12.psem import FullRead
from table_playback.play import Verdict, finish
from table_playback.tape.model import Step, Tape

OPENING = ["identify", "negotiate", "logon", "security"]


def of_service(result: Any, service: str) -> Any:
    return next(each for each in result.results if each.step.service == service)


def changed(tape: Tape, service: str, **fields: Any) -> Tape:
    return replace(tape, steps=[replace(s, **fields) if s.service == service else s for s in tape.steps])


@pytest.mark.parametrize("listen", [True, False])
def test_a_session_as_it_was_is_equal_with_and_without_a_listener(centron: Any, listen: bool) -> None:
    tape = centron.record([FullRead(6)])
    result = centron.play(tape, listen=listen)
    assert [each.step.service for each in result.results] == [*OPENING, "full-read", "logoff", "terminate"]
    assert result.counts[Verdict.EQUAL] == len(tape.steps), [each.detail for each in result.results]


@pytest.mark.parametrize("listen", [True, False])
def test_another_answer_to_identification_or_negotiation_is_a_difference(centron: Any, listen: bool) -> None:
    tape = centron.record([FullRead(6)])
    other = changed(tape, "identify", answer=b"\x02\x00\x00\x00")
    assert of_service(centron.play(other, listen=listen), "identify").verdict is Verdict.DIFFERS
    other = changed(tape, "negotiate", answer=b"\x00\x40\x01\x06")
    result = of_service(centron.play(other, listen=listen), "negotiate")
    assert result.verdict is Verdict.DIFFERS
    assert "the tape has" in result.detail


@pytest.mark.parametrize("listen", [True, False])
def test_a_refusal_on_the_tape_that_was_granted_now_is_extra(centron: Any, listen: bool) -> None:
    tape = changed(centron.record([FullRead(6)]), "security", response=3)
    result = of_service(centron.play(tape, listen=listen), "security")
    assert result.verdict is Verdict.EXTRA
    assert "insufficient security clearance" in result.detail


def test_what_this_session_did_not_say_is_skipped_and_said_so(centron: Any) -> None:
    tape = centron.record([FullRead(6)])
    extra = Step(5, 0.5, ">", "timing-setup", data=b"\x06\x01\x02\x03", response=0, answer=b"\x06\x01\x02\x03")
    steps = [*tape.steps[:4], extra, *tape.steps[4:]]
    tape = replace(tape, steps=[replace(each, number=number) for number, each in enumerate(steps, 1)])
    result = of_service(centron.play(tape), "timing-setup")
    assert (result.verdict, result.detail) == (Verdict.SKIPPED, "this session did not say it")


def test_the_end_of_the_session_is_open_until_it_has_ended(centron: Any) -> None:
    tape = centron.record([FullRead(6)])
    result = centron.play(tape)
    early = [each for each in centron.told if each.step.service in ("logoff", "terminate")]
    assert all(each.is_open for each in early)
    assert not any(each.is_open for each in result.results)
    went_on = finish(replace(result, results=tuple(centron.told)))
    assert [each.verdict for each in went_on.results[-2:]] == [Verdict.SKIPPED] * 2
    broken = finish(replace(result, results=tuple(centron.told)), clean=False)
    assert [each.verdict for each in broken.results[-2:]] == [Verdict.MISSING] * 2


def test_a_tape_of_two_sessions_is_played_in_one(centron: Any) -> None:
    first, second = centron.record([FullRead(6)]), centron.record([FullRead(21)])
    steps = [*first.steps, *second.steps]
    tape = replace(first, steps=[replace(each, number=number) for number, each in enumerate(steps, 1)])
    result = centron.play(tape)
    assert result.counts[Verdict.EQUAL] == len(steps)
    assert [step.service for step in centron.listener.steps].count("logon") == 1


def test_a_session_that_asked_otherwise_says_so(centron: Any) -> None:
    tape = changed(centron.record([FullRead(6)]), "logon", data=b"\x00\x07Somebody  ")
    result = of_service(centron.play(tape), "logon")
    assert result.verdict is Verdict.EQUAL
    assert "in its own way" in result.detail


def test_passwords_on_the_tape_are_never_compared(centron: Any) -> None:
    tape = changed(centron.record([FullRead(6)]), "security", data=bytes(20), masked=((0, 20),))
    result = of_service(centron.play(tape), "security")
    assert result.verdict is Verdict.EQUAL
    assert not result.detail


def test_what_was_said_before_anybody_listened_is_known_by_what_was_agreed(centron: Any) -> None:
    """The session was open already when the playing began."""
    tape = centron.record([FullRead(6)])
    result = centron.play(tape, heard=lambda: [s for s in centron.listener.steps if s.service.endswith("read")])
    assert result.counts[Verdict.EQUAL] == len(tape.steps)
    assert "agreed with the meter" in of_service(result, "identify").detail
