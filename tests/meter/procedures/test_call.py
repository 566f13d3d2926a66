"""One procedure through tables 7 and 8, with a meter that answers late, wrongly, or not at all.

Bytes by hand: TABLE_IDB (2), sequence (1), then parameters or result and response; least significant byte first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from fieldpro.c12.dictionary.tables import Tables
from fieldpro.c12.psem import FullRead, FullWrite, ResponseCode
from fieldpro.c12.psem.message import Ok
from fieldpro.c12.psem.table_data import ReadReply
from fieldpro.dictionaries import load_dictionary
from fieldpro.errors import (
    FieldProError,
    LinkError,
    ProcedureRefused,
    ProcedureUnanswered,
    ServiceRefused,
    TableError,
    UsageError,
)
from fieldpro.explain import explain
from fieldpro.meter.procedures import Patience, ResultCode, Selector, ask_procedure, run_procedure
from fieldpro.session.conversation import Conversation, Pause, Progress

STALE = bytes.fromhex("0900 2A 00")  # an answer to somebody before, with sequence number 2A
RESET = {"ACTION_FLAG": {"DEMAND_RESET_FLAG": True, "SELF_READ_FLAG": False, "SEASON_CHANGE_FLAG": False}}
SILENT = LinkError("silent", "memory", 3)
REFUSED = ServiceRefused("Full read", ResponseCode.ISC, "table 8")


@dataclass
class Scripted:
    """Gives the contents of table 8 one after the other; the last one stays. An error is raised instead."""

    responses: list[bytes | FieldProError]
    on_write: FieldProError | None = None
    written: list[bytes] = field(default_factory=list)
    waited_s: float = 0.0
    pauses: list[float] = field(default_factory=list)

    def run(self, conversation: Conversation[Any]) -> Any:
        reply: Any = None
        error: FieldProError | None = None
        while True:
            try:
                item = conversation.send(reply) if error is None else conversation.throw(error)
            except StopIteration as end:
                return end.value
            reply, error = None, None
            match item:
                case Pause(seconds):
                    self.waited_s += seconds
                    self.pauses.append(seconds)
                case Progress():
                    pass
                case FullWrite(7, data):
                    self.written.append(data)
                    reply, error = Ok(), self.on_write
                case FullRead(8):
                    content = self.responses.pop(0) if len(self.responses) > 1 else self.responses[0]
                    if isinstance(content, FieldProError):
                        error = content
                    else:
                        reply = ReadReply(content)
                case _:
                    raise AssertionError(item)


def tables_of(first: str) -> Tables:
    """A meter whose table 0 begins with this FORMAT_CONTROL_1 and has no sets; time format 3."""
    general = bytes.fromhex(first + "1B 10 54455354 02 00 00 00 02 00 00 00 00 00 00 00")
    return Tables(load_dictionary(("fieldpro-virtual",)), raw={0: general})


@pytest.fixture
def tables() -> Tables:
    return tables_of("02")


def answer(result: int, *, number: str = "0900", sequence: str = "2B", data: str = "") -> bytes:
    return bytes.fromhex(number + sequence + f"{result:02X}" + data)


def test_a_procedure_is_written_with_the_next_number_and_its_answer_read(tables: Tables) -> None:
    meter = Scripted([STALE, answer(0)])
    result = meter.run(run_procedure(9, RESET, tables=tables))
    assert meter.written == [bytes.fromhex("0900 2B 01")]
    assert (result.number, result.code, result.words, result.sequence) == (9, 0, "done", 0x2B)
    assert meter.waited_s == 0


def test_the_most_significant_byte_comes_first_where_table_0_says_so() -> None:
    meter = Scripted([bytes.fromhex("0009 2A 00"), bytes.fromhex("0009 2B 00")])
    meter.run(run_procedure(9, RESET, tables=tables_of("03")))
    assert meter.written == [bytes.fromhex("0009 2B 01")]


def test_a_makers_procedure_has_bit_11(tables: Tables) -> None:
    meter = Scripted([STALE, answer(0, number="0108")])
    meter.run(run_procedure(2048 + 1, {}, tables=tables))
    assert meter.written == [bytes.fromhex("0108 2B")]


def test_parameters_may_be_bytes_of_a_procedure_that_nobody_has_described(tables: Tables) -> None:
    meter = Scripted([STALE, answer(0, number="E70F", data="CAFE")])
    result = meter.run(run_procedure(2048 + 0x7E7, bytes.fromhex("0102"), tables=tables))
    assert meter.written == [bytes.fromhex("E70F 2B 0102")]
    assert result.title == "Manufacturer procedure 2023"
    assert (result.raw, result.response) == (b"\xca\xfe", {})


def test_the_sequence_number_goes_round(tables: Tables) -> None:
    meter = Scripted([bytes.fromhex("0900 FF 00"), answer(0, sequence="00")])
    assert meter.run(run_procedure(9, RESET, tables=tables)).sequence == 0


def test_a_table_8_that_holds_nothing_yet_is_no_obstacle(tables: Tables) -> None:
    meter = Scripted([REFUSED, answer(0, sequence="01")])
    assert meter.run(run_procedure(9, RESET, tables=tables)).done


def test_an_old_answer_is_not_taken_for_ours(tables: Tables) -> None:
    meter = Scripted([STALE, STALE, STALE, answer(0)])
    assert meter.run(run_procedure(9, RESET, tables=tables)).done
    assert meter.pauses == pytest.approx([0.2, 0.4])


def test_an_answer_to_another_procedure_with_our_number_is_not_ours(tables: Tables) -> None:
    meter = Scripted([STALE, answer(0, number="0A00"), answer(0)])
    assert meter.run(run_procedure(9, RESET, tables=tables)).number == 9


def test_a_selector_that_the_meter_does_not_give_back_is_no_matter(tables: Tables) -> None:
    meter = Scripted([STALE, answer(0, number="0900")])
    result = meter.run(run_procedure(9, RESET, tables=tables, selector=Selector.AT_ONCE_AND_WHEN_DONE))
    assert meter.written == [bytes.fromhex("0930 2B 01")]
    assert result.done


def test_accepted_and_not_finished_is_waited_for(tables: Tables) -> None:
    meter = Scripted([STALE, answer(1), answer(1), answer(1), answer(0)])
    result = meter.run(run_procedure(9, RESET, tables=tables))
    assert result.done
    assert result.waited_s == meter.waited_s == pytest.approx(1.4)


def test_what_is_never_finished_ends_in_an_error_within_its_time(tables: Tables) -> None:
    meter = Scripted([STALE, answer(1)])
    with pytest.raises(ProcedureUnanswered) as caught:
        meter.run(run_procedure(9, RESET, tables=tables, patience=Patience(finish_s=30)))
    assert caught.value.reason == "unfinished"
    assert meter.waited_s == pytest.approx(30)
    assert max(meter.pauses) <= 2.0


def test_a_meter_that_never_answers_ends_in_an_error_within_its_time(tables: Tables) -> None:
    meter = Scripted([STALE])
    with pytest.raises(ProcedureUnanswered) as caught:
        meter.run(run_procedure(9, RESET, tables=tables, patience=Patience(answer_s=5)))
    assert (caught.value.reason, caught.value.waited_s) == ("no-answer", 5.0)
    assert "may or may not" in explain(caught.value).what


def test_a_table_8_that_may_not_be_read_ends_in_its_own_error(tables: Tables) -> None:
    meter = Scripted([REFUSED])
    with pytest.raises(ProcedureUnanswered) as caught:
        meter.run(run_procedure(9, RESET, tables=tables, patience=Patience(answer_s=1)))
    assert caught.value.reason == "unreadable"


@pytest.mark.parametrize("code", [2, 3, 4, 5, 6, 77])
def test_every_other_result_is_an_error_with_words(tables: Tables, code: int) -> None:
    with pytest.raises(ProcedureRefused) as caught:
        Scripted([STALE, answer(code)]).run(run_procedure(9, RESET, tables=tables))
    assert caught.value.result == code
    explanation = explain(caught.value)
    assert explanation.subject == "Demand reset, self read, season change"
    assert explanation.next_step
    if code == 77:
        assert "77" in explanation.what


@pytest.mark.parametrize("code", list(ResultCode))
def test_who_only_asks_gets_every_result(tables: Tables, code: ResultCode) -> None:
    if code is ResultCode.NOT_FINISHED:
        return
    result = Scripted([STALE, answer(code)]).run(ask_procedure(9, RESET, tables=tables))
    assert (result.code, result.done) == (code, code is ResultCode.DONE)
    assert result.words


def test_a_make_that_means_something_else_by_a_code_is_believed(tables: Tables) -> None:
    """OSGP meters answer 1 when no pending table fits, and never anything after it."""
    meter = Scripted([STALE, answer(1)])
    with pytest.raises(ProcedureRefused) as caught:
        meter.run(run_procedure(9, RESET, tables=tables, final=frozenset({1})))
    assert "nothing" in explain(caught.value).what
    assert meter.waited_s == 0


def test_the_response_is_decoded(tables: Tables) -> None:
    # set the clock: minutes since 1970 and seconds, before and after
    before, after = "A070C40105", "A170C40100"
    meter = Scripted([STALE, answer(0, number="0A00", data=before + after)])
    result = meter.run(run_procedure(10, bytes.fromhex("03 A170C40100 00"), tables=tables))
    step = result.response["CLOCK_CALENDAR_AFTER"] - result.response["CLOCK_CALENDAR_BEFORE"]
    assert step.total_seconds() == 55


def test_a_response_of_another_shape_stays_bytes(tables: Tables) -> None:
    result = Scripted([STALE, answer(0, number="0A00", data="01")]).run(
        run_procedure(10, bytes.fromhex("03 A170C40100 00"), tables=tables)
    )
    assert (result.raw, result.response) == (b"\x01", {})


def test_values_that_a_procedure_cannot_have_are_found_before_anything_is_sent(tables: Tables) -> None:
    meter = Scripted([STALE, answer(0)])
    for values in ({}, {"ACTION_FLAG": {"OTHER": True}}, {"ACTION_FLAG": 1}):
        with pytest.raises(TableError):
            meter.run(run_procedure(9, values, tables=tables))
    assert meter.written == []


def test_nothing_is_waited_for_where_nothing_is_to_come(tables: Tables) -> None:
    meter = Scripted([STALE])
    result = meter.run(run_procedure(9, RESET, tables=tables, selector=Selector.NEVER))
    assert (result.done, result.answered, meter.waited_s) == (True, False, 0)
    assert "no answer" in result.words


def test_silence_is_good_where_only_exceptions_are_answered(tables: Tables) -> None:
    meter = Scripted([STALE])
    result = meter.run(run_procedure(9, RESET, tables=tables, selector=Selector.ON_EXCEPTION))
    assert (result.done, result.answered) == (True, False)
    assert meter.waited_s == pytest.approx(2.0)
    with pytest.raises(ProcedureRefused):
        Scripted([STALE, STALE, answer(3)]).run(run_procedure(9, RESET, tables=tables, selector=Selector.ON_EXCEPTION))


def test_a_meter_that_does_not_take_the_request_says_so_and_nothing_was_done(tables: Tables) -> None:
    refusal = ServiceRefused("Full write", ResponseCode.ISC, "table 7")
    with pytest.raises(ServiceRefused):
        Scripted([STALE], on_write=refusal).run(run_procedure(9, RESET, tables=tables))


def test_a_write_whose_acknowledgement_was_lost_is_proved_by_its_answer_and_never_repeated(tables: Tables) -> None:
    meter = Scripted([STALE, answer(0)], on_write=SILENT)
    assert meter.run(run_procedure(9, RESET, tables=tables)).done
    assert len(meter.written) == 1


@pytest.mark.parametrize("then", [STALE, SILENT, REFUSED])
def test_a_write_that_nobody_can_prove_is_in_doubt_and_never_repeated(
    tables: Tables, then: bytes | FieldProError
) -> None:
    meter = Scripted([STALE, then], on_write=SILENT)
    with pytest.raises(ProcedureUnanswered) as caught:
        meter.run(run_procedure(9, RESET, tables=tables))
    assert caught.value.reason == "broken"
    assert len(meter.written) == 1


def test_late_parameters_are_made_after_table_8_was_looked_at(tables: Tables) -> None:
    order: list[str] = []

    def late() -> Conversation[Any]:
        order.append("late")
        yield Pause(0.5)
        return RESET

    meter = Scripted([STALE, answer(0)])
    sample = {"ACTION_FLAG": {**RESET["ACTION_FLAG"], "DEMAND_RESET_FLAG": False}}
    meter.run(run_procedure(9, sample, tables=tables, late=late))
    assert meter.written == [bytes.fromhex("0900 2B 01")]
    assert order == ["late"]
    assert meter.waited_s == 0.5


def test_a_procedure_without_a_known_layout_takes_bytes_only(tables: Tables) -> None:
    with pytest.raises((UsageError, TableError)):
        Scripted([STALE]).run(run_procedure(21, {"RELAY": 1}, tables=tables))
