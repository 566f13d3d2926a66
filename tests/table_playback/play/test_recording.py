"""Record modes: what is verified, what is recorded anew; and a session recorded by the real recorder."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from fieldpro.c12.psem import FullRead, OffsetRead
from fieldpro.secret import Secret
from fieldpro.session.meter_session import MeterSession
from fieldpro.session.plan import SessionPlan
from fieldpro.transports.tap import Tap
from table_playback.play import Verdict, finish, plan, play
from table_playback.play.verbatim import Verbatim
from table_playback.record import Mode, Recorder
from table_playback.tape.model import Redaction, Tape

OWNER = b"Shelbyville".ljust(20)


def without_answers(tape: Tape, *tables: int) -> Tape:
    steps = [replace(s, response=None, data=b"") if s.table in tables else s for s in tape.steps]
    return replace(tape, steps=steps)


def answers(tape: Any) -> dict[int, Any]:
    return {step.table: (step.response, step.data) for step in tape.steps if step.table is not None}


def test_nothing_is_recorded_unless_that_is_asked_for(centron: Any) -> None:
    assert centron.play(centron.record([FullRead(6)])).recorded is None


def test_new_records_what_has_no_answer_and_verifies_the_rest(centron: Any) -> None:
    tape = without_answers(centron.record([FullRead(6), FullRead(21), FullRead(1)]), 21)
    tape = replace(tape, steps=[replace(s, data=OWNER + s.data[20:]) if s.table == 6 else s for s in tape.steps])
    result = centron.play(tape, mode=Mode.NEW)
    verdicts = {each.step.table: each.verdict for each in result.results if each.step.table is not None}
    assert verdicts == {6: Verdict.DIFFERS, 21: Verdict.SKIPPED, 1: Verdict.EQUAL}
    again = result.recorded
    assert again is not None
    assert answers(again)[21] == (0, centron.held(21))
    assert answers(again)[6][1][:20] == OWNER
    assert [step.number for step in again.steps] == [step.number for step in tape.steps]
    assert [each.verdict for each in result.bad] == [Verdict.DIFFERS]


def test_all_records_everything_anew_and_says_what_differed(centron: Any) -> None:
    tape = centron.record([FullRead(6), FullRead(21)])
    old = replace(tape, steps=[replace(s, data=OWNER + s.data[20:]) if s.table == 6 else s for s in tape.steps])
    result = centron.play(old, mode=Mode.ALL)
    assert [each.step.table for each in result.bad] == [6]
    assert result.recorded is not None
    assert answers(result.recorded)[6] == (0, centron.held(6))
    assert centron.play(result.recorded).is_equal


@pytest.mark.parametrize("empty", [True, False])
def test_once_records_only_a_tape_that_has_no_answers(centron: Any, empty: bool) -> None:
    tape = centron.record([FullRead(6)])
    bare = replace(tape, steps=[replace(s, response=None, data=b"", answer=b"") for s in tape.steps if s.table])
    bare = replace(bare, steps=[replace(s, number=n) for n, s in enumerate(bare.steps, 1)])
    result = centron.play(bare if empty else tape, mode=Mode.ONCE)
    assert (result.recorded is not None) is empty
    if empty:
        assert answers(result.recorded)[6] == (0, centron.held(6))
        assert not list(result.bad)


def test_what_was_redacted_stays_redacted(centron: Any) -> None:
    tape = centron.record([FullRead(1)])
    steps = [replace(s, data=s.data[:16] + bytes(16), masked=((16, 16),)) if s.table == 1 else s for s in tape.steps]
    what = "GENERAL_MFG_ID_TBL.MFG_SERIAL_NUMBER"
    header = replace(tape.header, redactions=(Redaction(what, 1, False, datetime(2026, 3, 1, tzinfo=UTC)),))
    result = centron.play(replace(tape, header=header, steps=steps), mode=Mode.ALL)
    assert result.recorded is not None
    serial = centron.held(1)[16:]
    assert all(serial not in step.data for step in result.recorded.steps)


def test_a_session_recorded_by_the_recorder_is_equal_when_it_is_played(site: Any) -> None:
    """The whole way: tap, recorder, tape, player, and the recorder again as the listener."""
    requests = [FullRead(0), FullRead(1), FullRead(6), FullRead(52), FullRead(23), FullRead(2049), FullRead(99)]
    if site.name == "centron":
        requests.append(OffsetRead(6, 30, 12))

    def at_meter(recorder: Recorder, run: Any) -> Any:
        wire = Tap(site.kit.Wire(site.meter, site.clock), recorder.hear, clock=site.clock)
        password = Secret.from_text(site.kit.PASSWORDS[site.name])
        with MeterSession(wire, SessionPlan(password=password, max_baud=9600), clock=site.clock) as opened:
            return opened.run(run)

    def ask() -> Any:
        for request in requests:
            yield Verbatim(request.encode())

    recorder = Recorder(title="a session", clock=site.clock)
    at_meter(recorder, ask())
    tape = recorder.finish()
    assert tape.header.meter is not None
    site.clock.sleep(900)
    listener = Recorder(clock=site.clock)
    conversation = play(plan(tape), heard=lambda: listener.steps, clock=site.clock)
    result = finish(at_meter(listener, conversation), listener.steps)
    assert result.counts[Verdict.EQUAL] == len(tape.steps), [
        (each.step.number, each.step.service, each.step.table, each.verdict, each.detail)
        for each in result.results
        if each.verdict is not Verdict.EQUAL
    ]
