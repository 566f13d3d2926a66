"""Writes of a tape: shown and agreed to, sent as they are, read back, journalled; rights hold; procedures are run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fieldpro.c12.psem import FullRead, FullWrite, OffsetWrite
from fieldpro.c12.psem.codes import ResponseCode
from fieldpro.errors import Cancelled, ChangedSinceShown, Interrupted, NotAllowed, NotApproved
from fieldpro.meter.changes import Outcome
from fieldpro.meter.device_profile import load
from fieldpro.session.ticket import Ticket
from table_playback.play import Verdict, changes_meter, plan, right_to_write, rights
from table_playback.tape.model import Step, Tape

TARIFF_AT = 170
TARIFF = "UTIL_INFO_TBL.TARIFF_ID"


def writing(site: Any, *requests: Any) -> Tape:
    """Recorded at the meter, and the meter put back to what it was before."""
    before = site.held(6)
    tape: Tape = site.record(requests)
    site.bank.keep(6, before)
    return tape


def of_write(tape: Tape) -> Step:
    return next(step for step in tape.steps if step.service.endswith("write"))


def result_of(result: Any, step: Step) -> Any:
    return next(each for each in result.results if each.step.number == step.number)


def sent(site: Any) -> list[Step]:
    return [step for step in site.listener.steps if step.service.endswith("write")]


def test_a_write_is_shown_agreed_to_sent_as_it_is_read_back_and_kept_in_the_journal(centron: Any) -> None:
    tape = writing(centron, FullRead(6), OffsetWrite(6, TARIFF_AT, b"TOU-2   "), FullRead(6))
    result = centron.play(tape)
    assert result.is_equal, list(result.bad)
    ((planned,),) = centron.shown
    (row,) = planned.change_set.different
    assert (row.path, row.old_text, row.new_text) == (TARIFF, "GS-TOU", "TOU-2")
    assert [(step.offset, step.data) for step in sent(centron)] == [(TARIFF_AT, b"TOU-2   ")]
    assert "read back" in result_of(result, of_write(tape)).detail
    (job,) = centron.journal.jobs(result.meter)
    assert job.outcome is Outcome.DONE
    assert str(job.origin).startswith("recorded, step ")
    assert centron.rights == ["read", "program.write"]


def test_one_write_step_is_exactly_one_step(centron: Any) -> None:
    tape = writing(centron, FullRead(6), OffsetWrite(6, TARIFF_AT, b"TOU-2   "), OffsetWrite(6, 0, b"Nobody".ljust(20)))
    result = centron.play(tape, only=of_write(tape).number)
    assert [each.step.service for each in result.results] == ["offset-write"]
    assert len(sent(centron)) == 1
    assert len(centron.shown[0]) == 1


def test_a_later_write_is_shown_against_what_the_earlier_one_leaves(centron: Any) -> None:
    tape = writing(centron, OffsetWrite(6, TARIFF_AT, b"TOU-2   "), OffsetWrite(6, TARIFF_AT, b"TOU-3   "))
    assert centron.play(tape).is_equal
    ((first, second),) = centron.shown
    assert [row.old_text for row in first.change_set.different] == ["GS-TOU"]
    assert [row.old_text for row in second.change_set.different] == ["TOU-2"]


def test_in_a_loop_every_round_writes_again(centron: Any) -> None:
    tape = writing(centron, OffsetWrite(6, TARIFF_AT, b"TOU-2   "))
    result = centron.play(tape, loops=3)
    assert result.is_equal
    assert len(sent(centron)) == 3


def test_nothing_is_sent_when_nobody_agrees(centron: Any) -> None:
    tape = writing(centron, FullRead(6), OffsetWrite(6, TARIFF_AT, b"TOU-2   "))
    result = centron.play(tape, confirm=lambda writes: False)
    assert result.declined
    assert not result.results
    assert not sent(centron)
    assert not result.is_equal


def test_the_session_waits_alive_for_a_person_who_thinks(centron: Any) -> None:
    tape = writing(centron, OffsetWrite(6, TARIFF_AT, b"TOU-2   "))
    answers = iter([*[None] * 300, True])
    result = centron.play(tape, confirm=lambda writes: next(answers))
    assert result.is_equal
    assert any(step.service == "wait" for step in centron.listener.steps)
    assert [step.service for step in centron.listener.steps].count("identify") == 1


def test_a_person_who_thinks_can_stop(centron: Any) -> None:
    tape = writing(centron, OffsetWrite(6, TARIFF_AT, b"TOU-2   "))
    ticket = Ticket("play")

    def confirm(writes: Any) -> None:
        ticket.cancel()

    with pytest.raises(Cancelled):
        centron.play(tape, confirm=confirm, ticket=ticket)
    assert not sent(centron)


def test_without_somebody_who_allows_or_sees_it_nothing_that_writes_is_played(centron: Any) -> None:
    tape = writing(centron, OffsetWrite(6, TARIFF_AT, b"TOU-2   "))
    for missing in ("allow", "confirm", "journal"):
        with pytest.raises(NotApproved):
            centron.play(tape, **{missing: None})
    assert not sent(centron)


def test_a_user_without_the_right_plays_nothing(centron: Any) -> None:
    tape = writing(centron, FullRead(6), OffsetWrite(6, TARIFF_AT, b"TOU-2   "))

    def allow(right: str) -> None:
        if right != "read":
            raise NotAllowed(right, right, "Ada", "Reader", ())

    with pytest.raises(NotAllowed):
        centron.play(tape, allow=allow)
    assert not sent(centron)
    assert not centron.shown


def test_what_a_plan_needs_is_known_before(centron: Any) -> None:
    tape = writing(centron, FullRead(6), OffsetWrite(6, TARIFF_AT, b"TOU-2   "), FullWrite(7, b"\x04\x00\x05\x02"))
    assert rights(plan(tape)) == ("read", "program.write", "procedure.clear")
    assert changes_meter(plan(tape))
    assert rights(plan(tape, only=5)) == ("read",)
    assert not changes_meter(plan(tape, only=5))


@pytest.mark.parametrize(
    ("table", "right"),
    [(6, "program.write"), (42, "security-tables"), (4096 + 42, "security-tables"), (4096 + 54, "program.pending")],
)
def test_the_right_to_write_is_by_what_a_table_holds(table: int, right: str) -> None:
    assert right_to_write(table) == right


def test_the_load_limit_takes_the_right_of_the_load_limit() -> None:
    assert right_to_write(2048 + 4, load("fieldpro-virtual")) == "switch.load-limit"
    assert right_to_write(2048 + 4, load("generic")) == "program.write"


def test_a_redacted_write_is_left_out_and_that_is_said(centron: Any) -> None:
    tape = writing(centron, OffsetWrite(6, TARIFF_AT, b"TOU-2   "))
    step = of_write(tape)
    steps = [replace(each, data=bytes(8), masked=((0, 8),)) if each is step else each for each in tape.steps]
    result = centron.play(replace(tape, steps=steps))
    found = result_of(result, step)
    assert found.verdict is Verdict.SKIPPED
    assert found.detail.startswith("redacted")
    assert not sent(centron)
    assert "program.write" not in centron.rights


def test_a_refused_write_is_compared_like_every_answer(centron: Any) -> None:
    """Table 1 of this meter is not to be written."""
    serial = centron.held(1)[16:]
    tape = centron.record([OffsetWrite(1, 16, serial)])
    step = of_write(tape)
    assert step.response != ResponseCode.OK
    result = centron.play(tape)
    assert result_of(result, step).verdict is Verdict.EQUAL
    steps = [replace(each, response=0) if each is step else each for each in tape.steps]
    result = centron.play(replace(tape, steps=steps))
    assert result_of(result, step).verdict is Verdict.MISSING
    assert "refused" in result_of(result, step).detail
    assert centron.journal.unfinished(result.meter) is None


def test_what_somebody_else_changed_since_it_was_shown_is_not_written_over(centron: Any) -> None:
    tape = writing(centron, FullRead(6), OffsetWrite(6, TARIFF_AT, b"TOU-2   "), FullRead(6))

    def on_step(result: Any) -> None:
        if result.step.table == 6:
            held = centron.held(6)
            centron.bank.keep(6, held[:TARIFF_AT] + b"SOMEBODY" + held[TARIFF_AT + 8 :])

    result = centron.play(tape, on_step=on_step)
    assert isinstance(result.error, ChangedSinceShown)
    assert result.results[-1].verdict is Verdict.ERROR
    assert not sent(centron)
    assert result_of(result, tape.steps[4]).verdict is Verdict.EQUAL


def test_a_write_that_breaks_off_is_in_the_journal_as_every_other(centron: Any) -> None:
    tape = writing(centron, FullRead(6), OffsetWrite(6, TARIFF_AT, b"TOU-2   "), FullRead(6))
    site = centron

    def on_write(site: Any) -> None:
        honest = site.bank.write

        def cut(number: int, data: bytes) -> None:
            honest(number, data)
            site.wire.inner.dead = True

        site.bank.write = cut

    on_write(site)
    result = site.play(tape)
    assert result.error is not None
    assert result.results[-1].verdict is Verdict.ERROR
    unfinished = site.journal.unfinished(result.meter)
    assert unfinished is not None
    del site.bank.write
    again = site.play(tape)
    assert isinstance(again.error, Interrupted)


# --- procedures


def test_a_procedure_is_run_with_its_own_sequence_number(centron: Any) -> None:
    """Procedure 4: reset list pointers, of list 2; the meter's last sequence number is another one by now."""
    tape = centron.record([FullWrite(7, b"\x04\x00\x05\x02"), FullRead(8)])
    step = of_write(tape)
    assert (step.response, tape.steps[5].data[3]) == (0, 0)
    result = centron.play(tape)
    assert result.is_equal, list(result.bad)
    (called,) = sent(centron)
    assert called.data[:2] + called.data[3:] == b"\x04\x00\x02"
    assert called.data[2] != 5
    assert "sequence numbers are not compared" in result_of(result, tape.steps[5]).detail
    assert centron.rights == ["read", "procedure.clear"]
    ((shown,),) = centron.shown
    (row,) = shown.change_set.different
    assert (row.path, row.title) == ("RESET_LIST_POINTERS", "Reset list pointers")
    assert row.new_text.startswith("run, ")
    assert not shown.is_write


def test_a_procedure_is_run_only_when_somebody_has_seen_and_agreed(centron: Any) -> None:
    tape = centron.record([FullWrite(7, b"\x04\x00\x05\x02"), FullRead(8)])
    with pytest.raises(NotApproved):
        centron.play(tape, confirm=None)
    result = centron.play(tape, confirm=lambda planned: False)
    assert result.declined
    assert not sent(centron)


def test_what_a_procedure_loses_is_told_before(centron: Any) -> None:
    tape = centron.record([FullRead(6)])
    call = Step(1, 0.0, ">", "full-write", table=7, procedure=9, data=b"\x09\x00\x01\x01", response=0)
    steps = [*tape.steps[:5], call, *tape.steps[5:]]
    tape = replace(tape, steps=[replace(each, number=number) for number, each in enumerate(steps, 1)])
    assert centron.play(tape, confirm=lambda planned: bool(centron.shown.append(planned))).declined
    ((shown,),) = centron.shown
    assert shown.change_set.warnings
    assert "Demand reset" in str(shown.change_set.warnings[0])
    assert rights(plan(tape)) == ("read", "demand-reset")


def test_a_request_that_nobody_knows_is_shown_and_sent_as_it_is(centron: Any) -> None:
    tape = centron.record([FullRead(6)])
    strange = Step(1, 0.0, ">", "unknown", sent=b"\x5a\x01\x02", response=ResponseCode.SNS)
    steps = [*tape.steps[:5], strange, *tape.steps[5:]]
    tape = replace(tape, steps=[replace(each, number=number) for number, each in enumerate(steps, 1)])
    result = centron.play(tape)
    ((shown,),) = centron.shown
    assert [row.new_text for row in shown.change_set.different] == ["5a 01 02"]
    assert result.results[5].verdict is Verdict.EQUAL, result.results[5]
    assert any(step.sent == b"\x5a\x01\x02" for step in centron.listener.steps)
    assert centron.rights == ["read", "program.write"]


def test_another_result_of_a_procedure_is_a_difference(centron: Any) -> None:
    tape = centron.record([FullWrite(7, b"\x04\x00\x05\x02"), FullRead(8)])
    steps = [
        replace(each, data=each.data[:3] + b"\x02" + each.data[4:]) if each.table == 8 else each for each in tape.steps
    ]
    result = centron.play(replace(tape, steps=steps))
    found = result_of(result, tape.steps[5])
    assert found.verdict is Verdict.DIFFERS
    assert [each.path for each in found.differences] == ["PROC_RESPONSE_TBL.RESULT_CODE"]


def test_an_order_to_the_switch_is_not_played(centron: Any) -> None:
    tape = centron.record([FullRead(6)])
    call = Step(1, 0.0, ">", "full-write", table=7, data=b"\x01\x08\x01", response=0)
    steps = [*tape.steps[:5], call, *tape.steps[5:]]
    tape = replace(tape, steps=[replace(each, number=number) for number, each in enumerate(steps, 1)])
    result = centron.play(tape)
    found = result.results[5]
    assert found.verdict is Verdict.SKIPPED
    assert "its own job only" in found.detail
    assert not sent(centron)
