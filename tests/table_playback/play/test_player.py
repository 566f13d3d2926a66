"""Playing: what the meter says now against what it said then."""

from __future__ import annotations

import struct
from dataclasses import replace
from typing import Any

import pytest

from fieldpro.c12.psem import FullRead, IndexRead, OffsetRead
from fieldpro.c12.psem.codes import ResponseCode
from fieldpro.errors import LinkError, UsageError
from fieldpro.session.ticket import Ticket
from table_playback.compare import Masks
from table_playback.play import PlayResult, StepResult, Verdict
from table_playback.play.context import tables_of as tape_tables
from table_playback.tape.model import Step, Tape
from table_playback.tape.verify import Order, VerifyRule


def changed(tape: Tape, number: int, **fields: Any) -> Tape:
    """The tape with one step otherwise."""
    steps = [replace(step, **fields) if step.number == number else step for step in tape.steps]
    return replace(tape, steps=steps)


def of_table(tape: Tape, table: int, service: str = "full-read") -> Step:
    return next(step for step in tape.steps if step.table == table and step.service == service)


def result_of(result: PlayResult, step: Step) -> StepResult:
    return next(each for each in result.results if each.step.number == step.number)


def asked(site: Any, result: PlayResult) -> list[int | None]:
    """The tables that were read for the steps, behind what every playing reads of the meter first."""
    return [step.table for step in site.listener.steps if step.service.endswith("read")][3:]


def reads(site: Any) -> list[Any]:
    part = OffsetRead(6, 4, 30) if site.name == "centron" else IndexRead(6, (1,), 1)
    return [FullRead(0), FullRead(1), FullRead(6), part, FullRead(52), FullRead(23), FullRead(21), FullRead(2048)]


def test_what_was_recorded_is_equal_when_it_is_played_to_the_same_meter(site: Any) -> None:
    tape = site.record(reads(site))
    site.clock.sleep(3600)
    result = site.play(tape)
    assert [each.step.service for each in result.results][:3] == ["identify", "negotiate", "logon"]
    assert result.counts[Verdict.EQUAL] == len(tape.steps), [each for each in result.results if each.verdict != "equal"]
    assert result.is_equal
    clock = next(each for each in result.results if each.step.table == 52)
    assert clock.masked > 0
    assert "may" in clock.detail
    assert [each.step.number for each in site.told] == [step.number for step in tape.steps]


def test_an_element_that_differs_is_named_with_both_values(centron: Any) -> None:
    tape = centron.record(reads(centron))
    step = of_table(tape, 6)
    other = b"Shelbyville Light".ljust(20) + step.data[20:]
    result = result_of(centron.play(changed(tape, step.number, data=other)), step)
    assert result.verdict is Verdict.DIFFERS
    (difference,) = result.differences
    assert (difference.path, difference.expected_text, difference.found_text) == (
        "UTIL_INFO_TBL.OWNER_NAME",
        "Shelbyville Light",
        "Springfield Power",
    )
    assert (difference.offset, difference.length) == (0, 20)


def test_a_part_of_a_table_is_told_by_element_too(centron: Any) -> None:
    tape = centron.record(reads(centron))
    step = of_table(tape, 6, "offset-read")
    result = result_of(centron.play(changed(tape, step.number, data=b"X" + step.data[1:])), step)
    assert result.verdict is Verdict.DIFFERS
    assert [each.path for each in result.differences] == ["UTIL_INFO_TBL.OWNER_NAME"]
    assert result.differences[0].expected_text == "SpriXgfield Power"


def test_an_element_that_is_read_by_index_is_told_too(make_site: Any) -> None:
    residential = make_site("residential")
    tape = residential.record(reads(residential))
    step = of_table(tape, 6, "index-read")
    result = result_of(residential.play(changed(tape, step.number, data=b"X" + step.data[1:])), step)
    assert [each.path for each in result.differences] == ["UTIL_INFO_TBL.UTILITY_DIV"]


@pytest.mark.parametrize(
    ("fields", "verdict", "words"),
    [
        ({"response": ResponseCode.ISC, "data": b""}, Verdict.EXTRA, "insufficient security clearance"),
        ({"response": None, "data": b""}, Verdict.EXTRA, "the tape has no answer"),
        ({"table": 19}, Verdict.MISSING, "inappropriate action requested"),
    ],
)
def test_another_answer_is_told_in_words(centron: Any, fields: dict[str, Any], verdict: Verdict, words: str) -> None:
    tape = centron.record(reads(centron))
    step = of_table(tape, 6)
    if "table" in fields:  # the meter refuses what the tape has
        tape = centron.record([FullRead(19), *reads(centron)])
        step = of_table(tape, 19)
        assert step.response == ResponseCode.IAR
        refused = centron.play(tape)
        assert result_of(refused, step).verdict is Verdict.EQUAL
        tape = changed(tape, step.number, response=ResponseCode.ONP)
        result = result_of(centron.play(tape), step)
        assert result.verdict is Verdict.DIFFERS
        assert "operation not possible" in result.detail
    else:
        result = result_of(centron.play(changed(tape, step.number, **fields)), step)
        assert result.verdict is verdict
    assert words in result.detail


def test_more_bytes_than_on_the_tape_are_extra_and_fewer_are_missing(centron: Any) -> None:
    tape = centron.record(reads(centron))
    step = of_table(tape, 6)
    shorter = result_of(centron.play(changed(tape, step.number, data=step.data[:-5])), step)
    longer = result_of(centron.play(changed(tape, step.number, data=step.data + b"12345")), step)
    assert (shorter.verdict, longer.verdict) == (Verdict.EXTRA, Verdict.MISSING)
    assert f"{len(step.data)} bytes, the tape has {len(step.data) - 5}" in shorter.detail
    part = of_table(tape, 6, "offset-read")
    result = result_of(centron.play(changed(tape, part.number, count=20)), part)
    assert result.verdict is Verdict.MISSING


def test_a_disabled_step_is_not_sent_and_is_shown_as_skipped(centron: Any) -> None:
    tape = centron.record(reads(centron))
    step = of_table(tape, 23)
    result = centron.play(changed(tape, step.number, enabled=False))
    assert result_of(result, step).verdict is Verdict.SKIPPED
    assert result_of(result, step).detail == "disabled"
    assert 23 not in asked(centron, result)
    assert result.is_equal


def test_from_a_step_to_a_step_and_exactly_one(centron: Any) -> None:
    tape = centron.record(reads(centron))
    tail = centron.play(tape, first=9, last=11)
    assert [each.step.number for each in tail.results] == [9, 10, 11]
    assert asked(centron, tail) == [52, 23, 21]
    one = centron.play(tape, only=10)
    assert [each.step.number for each in one.results] == [10]
    assert asked(centron, one) == [23]


def test_steps_that_are_not_there_cannot_be_played(centron: Any) -> None:
    tape = centron.record(reads(centron))
    for wrong in ({"first": 0}, {"first": 99}, {"only": 15}, {"last": 40}, {"first": 5, "last": 3}):
        with pytest.raises(UsageError):
            centron.play(tape, **wrong)


def test_a_loop_runs_so_often_and_several_tapes_run_in_order(centron: Any) -> None:
    first, second = centron.record([FullRead(6)], title="one"), centron.record([FullRead(21)], title="two")
    result = centron.play([first, second], loops=3)
    assert asked(centron, result) == [6, 21] * 3
    assert [(each.tape, each.round) for each in result.results if each.step.table] == [
        (tape, round_) for round_ in (1, 2, 3) for tape in (0, 1)
    ]
    assert result.titles == ("one", "two")
    assert (result.rounds, result.planned) == (3, len(first.steps) + len(second.steps))
    assert result.is_equal


def test_a_loop_without_an_end_runs_until_it_is_stopped_and_logs_off(centron: Any) -> None:
    tape = centron.record([FullRead(6)])
    ticket = Ticket("play")

    def on_step(result: StepResult) -> None:
        if result.round == 4 and result.step.table == 6:
            ticket.cancel()

    result = centron.play(tape, loops=None, ticket=ticket, on_step=on_step)
    assert result.stopped
    assert len([each for each in result.results if each.step.table == 6]) == 4
    assert [step.service for step in centron.listener.steps][-2:] == ["logoff", "terminate"]


def test_of_a_loop_that_runs_for_days_equal_steps_are_counted_only(
    centron: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("table_playback.play.player.MOST_BYTES", 1000)
    tape = centron.record([FullRead(6), FullRead(21)])
    told: list[StepResult] = []
    result = centron.play(tape, loops=20, on_step=told.append)
    assert len(told) == 20 * len(tape.steps)
    assert len(result.results) < 60
    assert result.more_equal > 50
    assert result.counts[Verdict.EQUAL] == 20 * len(tape.steps)
    assert result.is_equal


def test_a_loop_in_which_nothing_is_sent_ends_by_itself(centron: Any) -> None:
    tape = centron.record([FullRead(6)])
    step = of_table(tape, 6)
    result = centron.play(changed(tape, step.number, enabled=False), loops=None)
    assert result.rounds == 1


def test_a_stop_ends_between_two_steps_and_what_was_played_is_reported(centron: Any) -> None:
    tape = centron.record(reads(centron))
    ticket = Ticket("play")

    def on_step(result: StepResult) -> None:
        if result.step.table == 52:
            ticket.cancel()

    result = centron.play(tape, ticket=ticket, on_step=on_step)
    assert result.stopped
    assert not result.is_equal
    assert result.results[-1].step.table == 52
    assert [step.service for step in centron.listener.steps][-2:] == ["logoff", "terminate"]


def test_a_meter_that_is_busy_is_not_asked_again_its_answer_is_what_counts(centron: Any) -> None:
    tape = centron.record(reads(centron))
    step = of_table(tape, 6)

    def on_step(result: StepResult) -> None:
        if result.step.number == step.number - 1:
            centron.meter._faults.busy_left = 1

    result = centron.play(tape, on_step=on_step)
    assert result_of(result, step).verdict is Verdict.MISSING
    assert "device busy" in result_of(result, step).detail
    assert sum(result.counts[verdict] for verdict in Verdict if verdict.is_bad) == 1


def test_a_step_without_an_answer_is_missing_and_a_meter_that_is_gone_ends_it(centron: Any) -> None:
    tape = centron.record(reads(centron))
    site = centron

    def on_step(result: StepResult) -> None:
        if result.step.table == 6 and result.step.service == "full-read":
            site.wire.inner.dead = True

    result = site.play(tape, on_step=on_step)
    assert isinstance(result.error, LinkError)
    bad = [(each.step.number, each.verdict) for each in result.bad]
    assert bad == [(8, Verdict.MISSING), (9, Verdict.MISSING)]
    assert "no answer" in result.results[-1].detail
    assert len(result.results) == 9


def test_redacted_bytes_are_not_compared_and_that_is_said(centron: Any) -> None:
    tape = centron.record(reads(centron))
    step = of_table(tape, 1)
    data = step.data[:16] + bytes(16)
    masked = changed(tape, step.number, data=data, masked=((16, 16),))
    result = result_of(centron.play(masked), step)
    assert result.verdict is Verdict.EQUAL
    assert result.redacted == 16
    assert "16 redacted bytes not compared" in result.detail
    other = changed(tape, step.number, data=b"X" + data[1:], masked=((16, 16),))
    assert result_of(centron.play(other), step).verdict is Verdict.DIFFERS


OWNER = "UTIL_INFO_TBL.OWNER_NAME"


@pytest.mark.parametrize(
    ("rule", "verdict"),
    [
        (VerifyRule(), Verdict.DIFFERS),
        (VerifyRule(ignore=(OWNER,)), Verdict.EQUAL),
        (VerifyRule(ignore=("UTIL_INFO_TBL",)), Verdict.EQUAL),
        (VerifyRule(ignore=("*.TARIFF_ID",)), Verdict.DIFFERS),
        (VerifyRule(order=Order.UNCHECKED), Verdict.EQUAL),
    ],
)
def test_a_step_is_held_to_its_own_rule(centron: Any, rule: VerifyRule, verdict: Verdict) -> None:
    tape = centron.record(reads(centron))
    step = of_table(tape, 6)
    other = changed(tape, step.number, data=b"Shelbyville".ljust(20) + step.data[20:], verify=rule)
    assert result_of(centron.play(other), step).verdict is verdict


@pytest.mark.parametrize(("tolerance", "verdict"), [(50.0, Verdict.EQUAL), (0.001, Verdict.DIFFERS)])
def test_a_tolerance_is_in_the_unit_of_the_value(centron: Any, tolerance: float, verdict: Verdict) -> None:
    tape = centron.record([FullRead(2049)])
    step = of_table(tape, 2049)
    layout = tape_tables(tape).layout(2049)
    volts = layout.locate("INSTANTANEOUS_TBL.PHASES[0].VOLTS")
    data = step.data[: volts.offset] + struct.pack("<f", 124.0) + step.data[volts.end :]
    rule = VerifyRule(tolerance=(("INSTANTANEOUS_TBL.PHASES[*].VOLTS", tolerance),))
    result = result_of(centron.play(changed(tape, step.number, data=data, verify=rule), masks=Masks()), step)
    assert result.verdict is verdict, result.differences
    named = {each.path for each in result.differences}
    assert ("INSTANTANEOUS_TBL.PHASES[0].VOLTS" in named) == (verdict is Verdict.DIFFERS)


def test_the_tapes_own_ignored_elements_hold_for_every_step(centron: Any) -> None:
    tape = centron.record(reads(centron))
    step = of_table(tape, 6)
    other = changed(tape, step.number, data=b"Shelbyville".ljust(20) + step.data[20:])
    other = replace(other, header=replace(other.header, ignore=(OWNER,)))
    result = result_of(centron.play(other), step)
    assert (result.verdict, result.masked) == (Verdict.EQUAL, 1)


@pytest.mark.parametrize(("order", "verdict"), [(Order.ANY, Verdict.EQUAL), (Order.RECORDED, Verdict.DIFFERS)])
def test_entries_may_come_in_any_order_where_the_step_says_so(centron: Any, order: Order, verdict: Verdict) -> None:
    tape = centron.record([FullRead(33)])
    step = of_table(tape, 33)
    layout = tape_tables(tape).layout(33)
    first, second = (layout.locate(f"PRI_DISP_LIST_TBL.PRI_DISP_SOURCES[{place}]") for place in (0, 1))
    data = bytearray(step.data)
    data[first.offset : first.end], data[second.offset : second.end] = (
        step.data[second.offset : second.end],
        step.data[first.offset : first.end],
    )
    assert bytes(data) != step.data
    other = changed(tape, step.number, data=bytes(data), verify=VerifyRule(order=order))
    assert result_of(centron.play(other), step).verdict is verdict


def test_a_tape_that_does_not_say_its_dictionary_is_told_by_that_of_the_meter(centron: Any) -> None:
    """As imported tapes are: images and steps, and no device profile."""
    tape = centron.record([FullRead(2052)])
    step = of_table(tape, 2052)
    bare = replace(tape, header=replace(tape.header, device_profile="", dictionary=()))
    other = changed(bare, step.number, data=step.data[:5] + b"\x05\x00" + step.data[7:])
    result = result_of(centron.play(other), step)
    assert [each.path for each in result.differences] == ["LOAD_LIMIT_TBL.DURATION"]
