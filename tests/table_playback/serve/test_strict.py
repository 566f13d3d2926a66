"""A tape as a meter, strictly: the recorded answers, in the recorded order, to whoever logs on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from fieldpro.c12.psem import (
    FullRead,
    FullWrite,
    Identify,
    IdentifyReply,
    Logon,
    Negotiate,
    NegotiateReply,
    OffsetRead,
    Ok,
    ReadReply,
    ResponseCode,
    Security,
    Standard,
)
from fieldpro.errors import LinkError, ServiceRefused
from fieldpro.secret import Secret
from fieldpro.session.conversation import Conversation
from fieldpro.session.tables import read_table
from table_playback.serve import TapeMeter, meter_of_tape
from table_playback.serve.context import tables_of
from table_playback.tape import Order, TableImage, VerifyRule

Make = Callable[..., Any]


def ask(*requests: Any) -> Conversation[list[Any]]:
    """Each request in turn: its reply, or the response code it was refused with."""
    answers: list[Any] = []
    for request in requests:
        try:
            reply = yield request
            answers.append(getattr(reply, "data", None) if hasattr(reply, "data") else reply)
        except ServiceRefused as refused:
            answers.append(ResponseCode(refused.response))
    return answers


def strict(taped: Any, **options: Any) -> TapeMeter:
    return meter_of_tape(taped.tape(), order="strict", **options)


def test_it_answers_what_was_recorded_in_its_order(taped: Any, line: Make) -> None:
    taped.log_on().read(1, b"one").read(23, b"first").read(23, b"second").log_off()
    meter = strict(taped)
    with line(meter).session() as session:
        assert session.run(ask(FullRead(1), FullRead(23), FullRead(23))) == [b"one", b"first", b"second"]
    assert not meter.mismatches


def test_a_client_that_opens_the_session_in_its_own_way_is_served_too(taped: Any, line: Make) -> None:
    taped.log_on("SECRET").read(1, b"one").log_off()
    meter = strict(taped)
    with line(meter).session(negotiate=False) as session:  # no Negotiate, no Security, another user
        assert session.facts.baud == 9600
        assert session.run(ask(FullRead(1))) == [b"one"]
    assert not meter.mismatches


def test_what_is_negotiated_is_what_the_client_wants_as_far_as_the_meter_went(taped: Any, line: Make) -> None:
    taped.log_on().read(1, b"one")
    with line(strict(taped)).session() as session:
        assert (session.facts.packet_size, session.facts.packet_count, session.facts.baud) == (256, 32, 57600)
    with line(strict(taped)).session(packet_size=128, max_baud=19200) as session:
        assert (session.facts.packet_size, session.facts.baud) == (128, 19200)


def test_a_meter_that_did_not_negotiate_does_not(taped: Any, line: Make) -> None:
    taped.say(Identify(), IdentifyReply(Standard.C12_18, 1, 0))
    taped.refuse(Negotiate(512, 8, (9600,)), ResponseCode.SNS).say(Logon(0, "X"), Ok()).read(1, b"one")
    with line(strict(taped)).session() as session:
        assert (session.facts.packet_size, session.facts.packet_count) == (64, 1)
        assert session.run(ask(FullRead(1))) == [b"one"]


def test_what_is_out_of_turn_is_refused_and_told_and_the_tape_stays(taped: Any, line: Make) -> None:
    taped.log_on().read(1, b"one").read(2, b"two")
    heard: list[str] = []
    meter = strict(taped, on_mismatch=lambda mismatch: heard.append(str(mismatch)))
    with line(meter).session() as session:
        answers = session.run(ask(FullRead(2), FullRead(1), OffsetRead(2, 0, 3), FullRead(2)))
    assert answers == [ResponseCode.ONP, b"one", ResponseCode.ONP, b"two"]
    assert heard == [
        "expected step 4, Read table 1; got Read table 2",
        "expected step 5, Read table 2; got Read table 2, 3 bytes from 0",
    ]
    assert [mismatch.number for mismatch in meter.mismatches] == [4, 5]


def test_the_last_answer_may_be_had_again_unless_the_rule_says_no(taped: Any, line: Make) -> None:
    taped.log_on().read(1, b"one").read(2, b"two", verify=VerifyRule(repeats=False)).read(3, b"three")
    meter = strict(taped)
    with line(meter).session() as session:
        answers = session.run(ask(FullRead(1), FullRead(1), FullRead(2), FullRead(2), FullRead(1), FullRead(3)))
    assert answers == [b"one", b"one", b"two", ResponseCode.ONP, ResponseCode.ONP, b"three"]
    assert [mismatch.reason for mismatch in meter.mismatches] == ["no-repeat", "not-next"]
    assert str(meter.mismatches[0]) == "step 5 may not be repeated, got Read table 2 again"


def test_neighbours_in_any_order_come_in_any_order_each_once(taped: Any, line: Make) -> None:
    rule = VerifyRule(Order.ANY, repeats=False)
    taped.log_on().read(1, b"one")
    taped.read(2, b"2a", verify=rule).read(3, b"3", verify=rule).read(2, b"2b", verify=rule).read(4, b"four")
    meter = strict(taped)
    with line(meter).session() as session:
        answers = session.run(
            ask(FullRead(3), FullRead(1), FullRead(3), FullRead(2), FullRead(4), FullRead(2), FullRead(3), FullRead(4))
        )
    onp = ResponseCode.ONP
    assert answers == [onp, b"one", b"3", b"2a", onp, b"2b", onp, b"four"]


@pytest.mark.parametrize("loop", [False, True])
def test_at_its_end_the_tape_stops_or_starts_again(taped: Any, line: Make, loop: bool) -> None:
    taped.log_on().read(1, b"one").read(2, b"two").log_off()
    meter = strict(taped, loop=loop)
    with line(meter).session() as session:
        answers = session.run(ask(FullRead(1), FullRead(2), FullRead(1), FullRead(3)))
    onp = ResponseCode.ONP
    assert answers == [b"one", b"two", b"one" if loop else onp, onp]
    told = (
        ["expected step 5, Read table 2; got Read table 3"]
        if loop
        else [
            "the tape is at its end, got Read table 1",
            "the tape is at its end, got Read table 3",
        ]
    )
    assert [str(mismatch) for mismatch in meter.mismatches] == told


def test_what_is_switched_off_is_not_on_the_tape(taped: Any, line: Make) -> None:
    taped.log_on().read(1, b"one", enabled=False).read(2, b"two")
    with line(strict(taped)).session() as session:
        assert session.run(ask(FullRead(2))) == [b"two"]


def test_recorded_refusals_are_answers(taped: Any, line: Make) -> None:
    taped.log_on().refuse(FullRead(42), ResponseCode.ISC).read(1, b"one")
    with line(strict(taped)).session() as session:
        assert session.run(ask(FullRead(42), FullRead(1))) == [ResponseCode.ISC, b"one"]


def test_an_answer_that_never_came_does_not_come(taped: Any, line: Make) -> None:
    taped.log_on().say(FullRead(1), None).read(2, b"two")
    wire = line(strict(taped))
    with wire.session(reconnects=0) as session, pytest.raises(LinkError, match="silent"):
        session.run(ask(FullRead(1)))
    with wire.session() as session:  # the meter is back in its base state, the tape one step further
        assert session.run(ask(FullRead(2))) == [b"two"]


def test_after_a_lost_link_the_tape_goes_on_where_it_was(taped: Any, line: Make) -> None:
    taped.log_on().read(1, b"one").read(2, b"two")
    meter = strict(taped)
    wire = line(meter)
    with wire.session() as session:
        assert session.run(ask(FullRead(1))) == [b"one"]
        meter.line_dropped()
        assert session.run(ask(FullRead(2))) == [b"two"]
    meter.rewind()
    with wire.session() as session:
        assert session.run(ask(FullRead(1))) == [b"one"]


def test_an_answer_too_long_for_the_packets_is_refused_and_told(taped: Any, line: Make) -> None:
    taped.log_on().read(1, bytes(200))
    meter = strict(taped)
    with line(meter).session(negotiate=False) as session:
        assert session.run(ask(FullRead(1))) == [ResponseCode.ONP]
    assert meter.mismatches[0].reason == "too-long"
    with line(meter).session() as session:
        assert session.run(ask(FullRead(1))) == [bytes(200)]


def test_nothing_is_read_without_logging_on(taped: Any, line: Make) -> None:
    taped.log_on().read(1, b"one")
    meter = strict(taped)
    wire = line(meter)
    session = wire.session()
    reply = session._channel.ask(FullRead(1))
    assert reply == bytes([ResponseCode.ISSS])


# --- passwords --------------------------------------------------------------------------------------------------


def test_the_recorded_password_opens_and_another_does_not(taped: Any, line: Make) -> None:
    taped.log_on("SECRET").read(1, b"one")
    meter = strict(taped)
    assert meter.remarks == ()
    with line(meter).session("SECRET", password_fill=0) as session:
        assert session.run(ask(FullRead(1))) == [b"one"]
    with pytest.raises(ServiceRefused) as refused, line(meter).session("WRONG"):
        pass
    assert refused.value.response == ResponseCode.ISC


def test_where_the_password_is_redacted_any_opens_and_that_is_said(taped: Any, line: Make) -> None:
    taped.log_on("SECRET").read(1, b"one")
    taped.steps[3] = replace(taped.steps[3], data=bytes(20), masked=((0, 20),))
    meter = strict(taped)
    assert meter.remarks == ("The password on the tape is redacted: any password is accepted.",)
    with line(meter).session("ANYTHING") as session:
        assert session.run(ask(FullRead(1))) == [b"one"]


def test_redacted_answers_are_served_and_that_is_said(taped: Any, line: Make) -> None:
    taped.log_on("SECRET").read(5, b"no*me", masked=((2, 1),)).read(6, b"six")
    meter = strict(taped)
    with line(meter).session("SECRET") as session:
        assert session.run(ask(FullRead(5), FullRead(6))) == [b"no*me", b"six"]
    assert [remark.partition(";")[0] for remark in meter.remarks] == ["One answer is redacted in part"]


# --- writes and procedures --------------------------------------------------------------------------------------


def test_a_write_has_to_be_the_recorded_one(taped: Any, line: Make) -> None:
    taped.log_on().write(6, b"abcd").read(6, b"abcd")
    with line(strict(taped)).session() as session:
        answers = session.run(ask(FullWrite(6, b"abce"), FullWrite(6, b"abcd"), FullRead(6)))
    assert answers == [ResponseCode.ONP, Ok(), b"abcd"]


def test_but_not_where_the_tape_is_redacted_or_does_not_check(taped: Any, line: Make) -> None:
    taped.log_on().write(6, b"a\0\0d", masked=((1, 2),))
    taped.write(6, b"abcd", verify=VerifyRule(Order.UNCHECKED))
    with line(strict(taped)).session() as session:
        answers = session.run(ask(FullWrite(6, b"xbcd"), FullWrite(6, b"abcd"), FullWrite(6, b"whatever")))
    assert answers == [ResponseCode.ONP, Ok(), Ok()]


@pytest.mark.parametrize("place", ["rule", "header"])
def test_elements_that_the_rule_or_the_header_leaves_out_may_be_written_otherwise(
    taped: Any, line: Make, real_tables: dict[int, bytes], place: str
) -> None:
    layout = tables_of("virtual-centron", (), real_tables).layout(6)
    element = next(node for node in layout.root.children if node.length > 3)
    recorded = real_tables[6]
    other, elsewhere = bytearray(recorded), bytearray(recorded)
    other[element.offset] ^= 1
    elsewhere[-1 if element.offset == 0 else 0] ^= 1
    ignore = (f"{layout.name}.{element.path[-1]}",)
    taped.log_on().write(6, recorded, verify=VerifyRule(ignore=ignore if place == "rule" else ()))
    images = {number: TableImage(number, data) for number, data in real_tables.items()}
    header = {"device_profile": "virtual-centron", "ignore": ignore if place == "header" else ()}
    with line(meter_of_tape(taped.tape(images, **header), order="strict")).session() as session:
        answers = session.run(ask(FullWrite(6, bytes(elsewhere)), FullWrite(6, bytes(other))))
    assert answers == [ResponseCode.ONP, Ok()]


def test_a_client_numbers_its_procedures_as_it_likes(taped: Any, line: Make) -> None:
    taped.log_on().write(7, bytes.fromhex("0900 11 01")).read(8, bytes.fromhex("0900 11 00 AA"))
    meter = strict(taped)
    with line(meter).session() as session:
        answers = session.run(ask(FullWrite(7, bytes.fromhex("0900 77 01")), FullRead(8), FullRead(8)))
    assert answers == [Ok(), bytes.fromhex("0900 77 00 AA"), bytes.fromhex("0900 77 00 AA")]
    assert not meter.mismatches


# --- the session, exactly ---------------------------------------------------------------------------------------


def test_asked_to_it_holds_the_client_to_the_recorded_session(taped: Any, line: Make) -> None:
    taped.log_on("SECRET").read(1, b"one").log_off()
    taped.steps[3] = replace(taped.steps[3], data=bytes(20), masked=((0, 20),))
    meter = strict(taped, exact_session=True)
    with pytest.raises(ServiceRefused), line(meter).session():
        pass
    assert str(meter.mismatches[0]).startswith("expected step 2, Negotiate 256 bytes, 32 packets, 57600 or 9600 baud")

    meter = strict(taped, exact_session=True)
    wire = line(meter)
    channel = wire.session()._channel
    exact = [
        Identify(),
        Negotiate(256, 32, (57600, 9600)),
        Logon(1, "TEST"),
        Security(Secret.from_text("ANY")),
    ]
    for request in exact:
        request.decode_reply(channel.ask(request))
    assert channel.ask(FullRead(1)) == ReadReply(b"one").encode()
    assert meter.baud == 57600
    assert not meter.mismatches


def test_the_agreed_sizes_hold_in_an_exact_session(taped: Any) -> None:
    taped.log_on().read(1, bytes(500))
    meter = strict(taped, exact_session=True)
    assert meter.device.step_of(Identify().encode()) == 1
    assert meter.device.step_of(NegotiateReply(1, 1).encode()) == 0


# --- timing, and what is told -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("timing", "expected_s"), [("fast", 0.0), ("recorded", 0.25)])
def test_it_takes_as_long_as_the_meter_did_if_asked_to(taped: Any, line: Make, timing: Any, expected_s: float) -> None:
    taped.log_on().read(1, b"one", duration_s=0.25)
    wire = line(strict(taped, timing=timing))
    with wire.session() as session:
        start = wire.now
        session.run(ask(FullRead(1)))
        assert wire.now - start == pytest.approx(expected_s)


def test_every_step_that_was_answered_is_told(taped: Any, line: Make) -> None:
    taped.log_on().read(1, b"one").read(2, b"two").log_off()
    steps: list[int] = []
    meter = strict(taped, on_step=steps.append)
    with line(meter).session() as session:
        session.run(read_table(1))
        assert meter.next_step is not None
        assert meter.next_step.number == 5
        session.run(read_table(2))
    assert steps == [1, 2, 3, 4, 5, 6, 7]
    assert meter.next_step is None
