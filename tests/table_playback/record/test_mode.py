"""Which answers a mode takes, and what becomes of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from table_playback.record import Mode, recorded_anew
from table_playback.record.mode import recorded_again
from table_playback.tape import Header, Redaction, Step, Tape, VerifyRule, WirePacket

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 3, 2, 12, tzinfo=UTC)
NOTED = VerifyRule(ignore=("CLOCK_TBL",))
ANSWERED = Step(1, 0.0, "<", "full-read", table=1, data=b"old", response=0, duration_s=0.1, note="mine", verify=NOTED)
OPEN = Step(2, 1.0, "<", "full-read", table=2)
WRITTEN = Step(3, 2.0, ">", "full-write", table=5, data=b"abc", response=4)


def tape(*steps: Step) -> Tape:
    return Tape(Header(None, START, START), steps=steps)


def answers(*steps: Step) -> dict[int, Step]:
    return {step.number: replace(step, data=b"new" if step.direction == "<" else step.data, response=0, duration_s=0.7)
            for step in steps}  # fmt: skip


@pytest.mark.parametrize(
    ("mode", "steps", "taken"),
    [
        (Mode.ONCE, (ANSWERED, OPEN), [False, False]),
        (Mode.ONCE, (OPEN, replace(OPEN, number=3)), [True, True]),
        (Mode.NEW, (ANSWERED, OPEN), [False, True]),
        (Mode.ALL, (ANSWERED, OPEN), [True, True]),
        (Mode.NONE, (ANSWERED, OPEN), [False, False]),
    ],
)
def test_what_each_mode_records(mode: Mode, steps: tuple[Step, ...], taken: list[bool]) -> None:
    anew = recorded_anew(mode, steps)
    assert [anew(step) for step in steps] == taken


def test_new_answers_keep_request_note_and_rule() -> None:
    again = recorded_again(tape(ANSWERED, OPEN, WRITTEN), Mode.ALL, answers(ANSWERED, OPEN, WRITTEN), when=LATER)
    assert again is not None
    first, second, third = again.steps
    assert (first.data, first.note, first.verify, first.time_s, first.duration_s) == (b"new", "mine", NOTED, 0.0, 0.7)
    assert second.data == b"new"
    assert (third.data, third.response) == (b"abc", 0)
    assert {number: image.data for number, image in again.tables.items()} == {1: b"new", 2: b"new", 5: b"abc"}
    assert again.header.ended_at == LATER


def test_only_what_is_missing_is_recorded() -> None:
    packets = (WirePacket(0.0, ">", b"\x06", 1), WirePacket(1.0, ">", b"\x06", 2))
    before = replace(tape(ANSWERED, OPEN), wire=packets)
    again = recorded_again(before, Mode.NEW, answers(ANSWERED, OPEN), when=LATER)
    assert again is not None
    assert [step.data for step in again.steps] == [b"old", b"new"]
    assert list(again.wire) == [packets[0]]


@pytest.mark.parametrize("mode", [Mode.NONE, Mode.ONCE])
def test_nothing_taken_is_no_new_tape(mode: Mode) -> None:
    assert recorded_again(tape(ANSWERED), mode, answers(ANSWERED), when=LATER) is None


def test_secrets_and_what_was_redacted_before_are_not_recorded_again() -> None:
    secret = Step(1, 0.0, "<", "full-read", table=42)
    name = Step(2, 0.0, "<", "full-read", table=5)
    told = (Redaction("identifiers", 1, at_capture=False, when=START),)
    before = Tape(Header(None, START, START, redactions=told), steps=(secret, name))
    found = {
        1: replace(secret, data=b"open sesame", response=0),
        2: replace(name, data=b"FP-61873204".ljust(20), response=0),
    }
    again = recorded_again(before, Mode.ALL, found, when=LATER)
    assert again is not None
    assert b"sesame" not in again.steps[0].data
    assert b"61873204" not in again.steps[1].data
    assert [step.masked for step in again.steps] == [((0, 11),), ((0, 20),)]
