"""Which requests a table is read with, told as a playbook: >> what is asked, << what the meter answers."""

from __future__ import annotations

from typing import Any

import pytest

from fieldpro.c12.psem.codes import ResponseCode
from fieldpro.c12.psem.full_read import FullRead
from fieldpro.c12.psem.offset_read import OffsetRead
from fieldpro.c12.psem.table_data import ReadReply
from fieldpro.errors import ProtocolError, ServiceRefused
from fieldpro.session.conversation import AskFacts, Progress, SessionFacts
from fieldpro.session.tables import largest_reply, piece_size, read_range, read_table


def facts(packet_size: int = 1024, packet_count: int = 255, baud: int = 9600) -> SessionFacts:
    return SessionFacts("p", 0, 1, 0, packet_size, packet_count, baud, "u", False)


def play(conversation: Any, answer: Any, agreed: SessionFacts) -> tuple[list[Any], Any]:
    """The requests made, and the result."""
    asked: list[Any] = []
    reply: Any = None
    error: Any = None
    try:
        while True:
            step = conversation.send(reply) if error is None else conversation.throw(error)
            reply = error = None
            if isinstance(step, AskFacts):
                reply = agreed
            elif not isinstance(step, Progress):
                asked.append(step)
                try:
                    reply = answer(step)
                except ServiceRefused as refused:
                    error = refused
    except StopIteration as stop:
        return asked, stop.value


def meter(data: bytes) -> Any:
    def answer(request: Any) -> ReadReply:
        if isinstance(request, OffsetRead):
            return ReadReply(data[request.offset : request.offset + request.count])
        return ReadReply(data)

    return answer


def without_offsets(data: bytes, code: int) -> Any:
    def answer(request: Any) -> ReadReply:
        if isinstance(request, OffsetRead):
            raise ServiceRefused("Read", code)
        return ReadReply(data)

    return answer


def test_a_table_of_unknown_size_is_read_whole() -> None:
    assert play(read_table(3), meter(b"abc"), facts()) == ([FullRead(3)], b"abc")


def test_a_small_table_is_read_whole() -> None:
    data = bytes(3000)
    assert play(read_table(23, 3000), meter(data), facts()) == ([FullRead(23)], data)


def test_a_large_table_is_read_in_pieces_of_whole_packets_and_some_four_seconds() -> None:
    data = bytes(range(256)) * 160
    asked, result = play(read_table(64, len(data)), meter(data), facts())
    assert result == data
    assert all(isinstance(request, OffsetRead) for request in asked)
    assert {request.count for request in asked[:-1]} == {4 * 1016 - 4}
    assert sum(request.count for request in asked) == len(data)


@pytest.mark.parametrize(
    ("agreed", "size"),
    [
        (facts(64, 1, 9600), 52),
        (facts(256, 4, 57600), 988),
        (facts(1024, 255, 57600), 22 * 1016 - 4),
        (facts(8192, 255, 9600), 8180),
    ],
)
def test_a_piece_fits_what_was_negotiated(agreed: SessionFacts, size: int) -> None:
    assert piece_size(agreed) == size <= largest_reply(agreed)


def test_no_request_counts_more_than_sixteen_bits() -> None:
    assert largest_reply(facts(8192, 255)) == 65_535


@pytest.mark.parametrize("code", [ResponseCode.SNS, ResponseCode.ONP, ResponseCode.IAR])
def test_a_meter_without_offset_access_is_read_whole(code: int) -> None:
    data = bytes(9000)
    asked, result = play(read_table(64, 9000), without_offsets(data, code), facts())
    assert [type(request) for request in asked] == [OffsetRead, FullRead]
    assert result == data


def test_a_meter_known_to_have_no_offset_access_is_not_tried() -> None:
    asked, _ = play(read_table(64, 9000, offset_access=False), meter(bytes(9000)), facts())
    assert asked == [FullRead(64)]


def test_a_table_beyond_sixteen_bits_cannot_be_read_whole() -> None:
    with pytest.raises(ServiceRefused):
        play(read_table(64, 100_000), without_offsets(b"", ResponseCode.SNS), facts())


def test_a_refused_table_is_not_asked_for_twice() -> None:
    asked: list[Any] = []

    def answer(request: Any) -> ReadReply:
        asked.append(request)
        raise ServiceRefused("Read", ResponseCode.ISC)

    with pytest.raises(ServiceRefused):
        play(read_table(64, 9000), answer, facts())
    assert len(asked) == 1


def test_an_answer_of_another_size_is_asked_for_again_and_believed_the_second_time() -> None:
    asked, result = play(read_table(5, 20), meter(b"0123456789"), facts())
    assert asked == [FullRead(5)] * 2
    assert result == b"0123456789"


def test_an_answer_that_belongs_to_an_earlier_question_is_not_taken() -> None:
    answers = [b"\x00", b"x" * 20]
    asked, result = play(read_table(5, 20), lambda _: ReadReply(answers.pop(0)), facts())
    assert asked == [FullRead(5)] * 2
    assert result == b"x" * 20


def test_answers_that_never_agree_are_an_error() -> None:
    sizes = iter(range(1, 9))
    with pytest.raises(ProtocolError):
        play(read_table(5, 20), lambda _: ReadReply(bytes(next(sizes))), facts())


def test_a_table_that_ends_early_ends_the_reading() -> None:
    data = bytes(6000)
    asked, result = play(read_range(64, 1000, 9000), meter(data), facts())
    assert result == data[1000:]
    assert asked[0] == OffsetRead(64, 1000, 4060)


def test_a_table_cannot_be_longer_than_its_offset_counts() -> None:
    with pytest.raises(ProtocolError):
        play(read_range(64, 0xFFFFFF, 2), meter(b""), facts())
