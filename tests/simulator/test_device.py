"""What a meter answers: the order of services, access, partial reads, writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fieldpro.c12.dictionary import Tables
from fieldpro.c12.psem import (
    Authenticate,
    Disconnect,
    FullRead,
    FullWrite,
    Identify,
    IndexRead,
    IndexWrite,
    Logoff,
    Logon,
    Negotiate,
    OffsetRead,
    OffsetWrite,
    ResponseCode,
    Security,
    Terminate,
    TimingSetup,
    Wait,
)
from fieldpro.errors import ServiceRefused
from fieldpro.secret import Secret
from fieldpro.simulator import describe

Make = Callable[..., Any]


def refusal(talk: Any, request: Any) -> ResponseCode:
    with pytest.raises(ServiceRefused) as caught:
        talk.ask(request)
    return ResponseCode(caught.value.response)


# --- session ----------------------------------------------------------------------------------------------------


def test_who_it_is(talk: Make) -> None:
    reply = talk().ask(Identify())
    assert (reply.standard, reply.version, reply.revision, reply.features) == (0, 1, 0, ())


@pytest.mark.parametrize(
    "request_",
    [FullRead(1), Logon(0, "X"), Security(Secret(b"x")), Logoff(), Terminate(), Negotiate(64, 1, (9600,)), Wait(1)],
)
def test_nothing_but_identification_in_the_base_state(talk: Make, request_: Any) -> None:
    assert refusal(talk(), request_) is ResponseCode.ISSS


def test_no_table_before_log_on_and_none_after_log_off(talk: Make) -> None:
    talk = talk()
    talk.ask(Identify())
    assert refusal(talk, FullRead(1)) is ResponseCode.ISSS
    talk.ask(Logon(0, "X"))
    talk.read(1)
    assert refusal(talk, Negotiate(64, 1, (9600,))) is ResponseCode.ISSS
    talk.ask(Logoff())
    assert refusal(talk, FullRead(1)) is ResponseCode.ISSS
    talk.ask(Logon(0, "X"))
    talk.ask(Terminate())
    talk.start_again()
    assert refusal(talk, Logon(0, "X")) is ResponseCode.ISSS


def test_disconnect_ends_a_session_too(talk: Make) -> None:
    talk = talk().log_on()
    talk.ask(Disconnect())
    assert talk.meter.baud == 9600


@pytest.mark.parametrize(
    ("asked", "agreed"),
    [
        (Negotiate(1024, 255, (57600, 9600)), (1024, 255, 57600)),
        (Negotiate(256, 2, (9600, 19200, 14400)), (256, 2, 19200)),
        (Negotiate(8192, 255, (4800,)), (1024, 255, 9600)),
        (Negotiate(16, 0, ()), (64, 1, None)),
    ],
)
def test_it_agrees_to_the_best_that_both_can_do(
    talk: Make, asked: Negotiate, agreed: tuple[int, int, int | None]
) -> None:
    talk = talk()
    talk.ask(Identify())
    reply = talk.ask(asked)
    assert (reply.packet_size, reply.packet_count, reply.baud) == agreed
    assert talk.meter.baud == (agreed[2] or 9600)


def test_a_description_may_offer_less(talk: Make) -> None:
    talk = talk(baud=14400, packet=128, packets=9)
    talk.ask(Identify())
    reply = talk.ask(Negotiate(1024, 255, (57600, 28800, 14400, 9600)))
    assert (reply.packet_size, reply.packet_count, reply.baud) == (128, 9, 14400)


def test_services_it_does_not_have(talk: Make) -> None:
    small = talk("residential")
    small.ask(Identify())
    assert refusal(small, Negotiate(1024, 1, (9600,))) is ResponseCode.SNS
    assert refusal(small, TimingSetup(10, 1, 2, 3)) is ResponseCode.SNS
    small.ask(Logon(0, "X"))
    assert refusal(small, OffsetRead(64, 0, 10)) is ResponseCode.SNS
    assert refusal(small, OffsetWrite(6, 0, b"x")) is ResponseCode.SNS
    assert refusal(small, Authenticate(0, b"x" * 8)) is ResponseCode.SNS
    assert small.say(b"\x7f") == bytes([ResponseCode.SNS])


def test_a_request_with_bad_bytes_is_an_error(talk: Make) -> None:
    talk = talk().log_on()
    assert talk.say(b"\x30\x00") == bytes([ResponseCode.ERR])
    assert talk.say(b"\x40\x00\x06\x00\x01A\x00") == bytes([ResponseCode.ERR])  # a checksum that is wrong


# --- access -----------------------------------------------------------------------------------------------------


def test_without_a_password_all_but_the_security_tables_can_be_read(talk: Make) -> None:
    talk = talk(days=20).log_on()
    for number in sorted(talk.meter.device.bank.numbers - {42, 43, 44, 45}):
        assert talk.read(number) is not None
    for number in (42, 43, 44, 45):
        assert refusal(talk, FullRead(number)) is ResponseCode.ISC


@pytest.mark.parametrize("request_", [FullWrite(5, b"X" * 20), OffsetWrite(6, 0, b"X"), IndexWrite(6, (0,), b"X" * 20)])
def test_without_a_password_nothing_can_be_written(talk: Make, request_: Any) -> None:
    assert refusal(talk().log_on(), request_) is ResponseCode.ISC


def test_without_a_password_no_procedure_can_be_run(talk: Make) -> None:
    talk = talk().log_on()
    assert refusal(talk, FullWrite(7, bytes.fromhex("09002a01"))) is ResponseCode.ISC


@pytest.mark.parametrize(
    ("password", "codes"),
    [
        ("TERTIARY", (ResponseCode.ISC, ResponseCode.ISC, ResponseCode.ISC)),
        ("SECONDARY", (ResponseCode.ISC, ResponseCode.ISC, ResponseCode.ISC)),
        ("LIMITED", (ResponseCode.OK, ResponseCode.ISC, ResponseCode.ISC)),
        ("OLDLIMITED", (ResponseCode.OK, ResponseCode.ISC, ResponseCode.ISC)),
        ("PRIMARY", (ResponseCode.OK, ResponseCode.OK, ResponseCode.OK)),
        ("OLDPRIMARY", (ResponseCode.OK, ResponseCode.OK, ResponseCode.OK)),
    ],
)
def test_each_level_may_what_its_rules_say(talk: Make, password: str, codes: tuple[ResponseCode, ...]) -> None:
    talk = talk().log_on(password)
    requests = (FullWrite(6, talk.read(6)), FullWrite(5, talk.read(5)), FullRead(42))
    assert [ResponseCode(talk.say(request.encode())[0]) for request in requests] == list(codes)


@pytest.mark.parametrize("password", ["WRONG", "PRIMARYX", "primary", "", " ", "\0"])
def test_a_wrong_password_opens_nothing(talk: Make, password: str) -> None:
    talk = talk().log_on()
    assert refusal(talk, Security(Secret.from_text(password))) is ResponseCode.ISC
    assert refusal(talk, FullRead(42)) is ResponseCode.ISC


def test_a_password_may_be_filled_up_with_blanks_or_nuls(talk: Make) -> None:
    talk = talk().log_on()
    talk.ask(Security(Secret(b"PRIMARY"), fill=0))
    talk.read(42)


def test_the_clearance_ends_with_the_session(talk: Make) -> None:
    talk = talk().log_on("PRIMARY")
    talk.ask(Logoff())
    talk.ask(Logon(7, "TEST"))
    assert refusal(talk, FullRead(42)) is ResponseCode.ISC


def test_a_changed_password_counts_at_once_and_the_old_one_stays_valid(talk: Make) -> None:
    talk = talk().log_on("PRIMARY")
    table = talk.read(42)
    talk.ask(OffsetWrite(42, 3 * 21, b"NEWPRIMARY".ljust(20)))
    assert talk.read(42)[7 * 21 :] == table[3 * 21 : 4 * 21]
    for password, code in (("NEWPRIMARY", 0), ("PRIMARY", 0), ("OLDPRIMARY", 3), ("LIMITED", 0)):
        talk.ask(Logoff())
        talk.ask(Logon(7, "TEST"))
        assert talk.say(Security(Secret.from_text(password)).encode()) == bytes([code]), password


def test_changed_rights_count_at_once(talk: Make) -> None:
    talk = talk().log_on("PRIMARY")
    values = talk.values(44)
    entry = next(each for each in values["ACCESS_CONTROL"] if each["ACCESS_TABLE_DEF"]["TBL_PROC_NBR"] == 42)
    entry["ACCESS_TABLE_DEF"]["ANY_READ_FLAG"] = True
    talk.ask(FullWrite(44, talk.meter.device.bank.layout(44).encode(values)))
    talk.ask(Logoff())
    talk.ask(Logon(7, "TEST"))
    talk.read(42)


# --- tables -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "code"), [("centron", ResponseCode.IAR), ("residential", ResponseCode.ONP)])
@pytest.mark.parametrize("number", [9, 65, 79, 2060, 4096 + 42])
def test_a_table_it_does_not_have(talk: Make, name: str, code: ResponseCode, number: int) -> None:
    talk = talk(name).log_on("PRIMARY" if name == "centron" else "MASTER", negotiate=name == "centron")
    assert refusal(talk, FullRead(number)) is code
    assert refusal(talk, FullWrite(number, b"X")) is code


def test_a_read_that_no_answer_can_hold(talk: Make) -> None:
    talk = talk()
    talk.ask(Identify())
    talk.ask(Logon(7, "TEST"))
    assert len(talk.read(0)) == 45
    assert refusal(talk, FullRead(6)) is ResponseCode.ONP  # 230 bytes do not fit one packet of 64
    assert talk.ask(OffsetRead(6, 0, 52)).data == talk.meter.device.bank.read(6)[:52]
    assert refusal(talk, OffsetRead(6, 0, 53)) is ResponseCode.ONP


def test_a_table_longer_than_a_count_can_say_is_read_in_parts_only(talk: Make) -> None:
    talk = talk().log_on()
    assert refusal(talk, FullRead(64)) is ResponseCode.ONP
    whole = talk.meter.device.bank.read(64)
    assert talk.ask(OffsetRead(64, 300_000, 60_000)).data == whole[300_000:360_000]


def test_the_small_meter_answers_in_more_packets_than_were_agreed(talk: Make) -> None:
    talk = talk("residential").log_on(negotiate=False)
    assert len(talk.read(64)) == 60 * (5 + 4 + 24 * 3)


def test_reads_past_the_end(talk: Make) -> None:
    refusing = talk().log_on()
    size = len(refusing.read(6))
    assert refusal(refusing, OffsetRead(6, size - 4, 8)) is ResponseCode.ONP
    assert refusing.ask(OffsetRead(6, size - 4, 4)).data == refusing.read(6)[-4:]
    description = describe.load("centron")
    link = description.link.model_copy(update={"past_end": "pad"})
    padding = talk(description=description.model_copy(update={"link": link})).log_on()
    assert padding.ask(OffsetRead(6, size - 4, 8)).data == padding.read(6)[-4:] + bytes(4)


def test_reads_by_index_path(talk: Make) -> None:
    talk = talk("residential").log_on(negotiate=False)
    layout = talk.meter.device.bank.layout(64)
    whole = talk.read(64)
    span = layout.locate("LP_DATA_SET1[3]")
    path = layout.index_path("LP_DATA_SET1[3]")
    assert talk.ask(IndexRead(64, path, 2)).data == whole[span.offset : span.offset + 2 * span.length]
    assert refusal(talk, IndexRead(64, (0, 60), 1)) is ResponseCode.ONP
    assert refusal(talk, IndexRead(64, (0, 59), 2)) is ResponseCode.ONP


@pytest.mark.parametrize("number", [0, 1, 3, 21, 23, 52, 64, 76, 2049])
def test_what_is_read_only_cannot_be_written_at_any_level(talk: Make, number: int) -> None:
    talk = talk(days=20).log_on("PRIMARY")
    assert refusal(talk, FullWrite(number, talk.read(number)[:60])) is ResponseCode.IAR


def test_what_is_written_is_read_back_and_logged(talk: Make) -> None:
    talk = talk().log_on("LIMITED")
    table = bytearray(talk.read(6))
    table[:20] = b"SOMEBODY ELSE".ljust(20)
    talk.ask(FullWrite(6, bytes(table)))
    talk.ask(OffsetWrite(6, 20, b"SOUTH".ljust(20)))
    talk.ask(IndexWrite(6, (2,), b"SP-1".ljust(20)))
    assert talk.read(6)[:60] == b"SOMEBODY ELSE".ljust(20) + b"SOUTH".ljust(20) + b"SP-1".ljust(20)
    log = talk.values(76)
    newest = log["ENTRIES"][log["LAST_ENTRY_ELEMENT"]]
    assert (newest["EVENT_CODE"]["EVENT_CODE"], newest["USER_ID"], newest["EVENT_ARGUMENT"]) == (10, 7, b"\x06\0\0\0")


@pytest.mark.parametrize("data", [b"", b"X", b"X" * 229, b"X" * 231])
def test_data_of_another_length_is_refused_and_changes_nothing(talk: Make, data: bytes) -> None:
    talk = talk().log_on("PRIMARY")
    before = talk.read(6)
    assert refusal(talk, FullWrite(6, data)) is ResponseCode.ONP
    assert refusal(talk, OffsetWrite(6, 225, b"X" * 6)) is ResponseCode.ONP
    assert talk.read(6) == before


def test_a_new_calendar_holds_from_the_next_midnight_and_leaves_the_past_alone(talk: Make, time: Any) -> None:
    talk = talk().log_on("PRIMARY")
    before = talk.values(23)["TIER_DATA_BLOCK"]
    calendar = talk.values(54)
    for switch in calendar["TIER_SWITCHES"]:
        switch["TIER_SWITCH"]["NEW_TIER"] = 3
    tables: Tables = talk.meter.device.bank._tables
    talk.ask(FullWrite(54, tables.encode(54, calendar)))
    assert talk.values(23)["TIER_DATA_BLOCK"] == before
    assert talk.values(54) == calendar
    time.real += 86_400
    assert talk.values(55)["STATUS"]["CURR_TIER"] == 3


def test_a_calendar_with_a_date_that_is_none_is_refused(talk: Make) -> None:
    talk = talk().log_on("PRIMARY")
    assert refusal(talk, OffsetWrite(54, 0, bytes.fromhex("9A 0F"))) is ResponseCode.ONP  # 1 of month 15, 2026


def test_a_single_date_of_zeros_is_an_entry_that_is_not_used(talk: Make) -> None:
    talk = talk().log_on("PRIMARY")
    talk.ask(OffsetWrite(54, 0, bytes(2)))
    assert talk.read(54)[:2] == bytes(2)
    assert talk.meter.device.body.life.calendar.one_off == ()


def test_it_answers_busy_as_often_as_it_is_told(talk: Make) -> None:
    talk = talk(faults="busy:2").log_on()
    assert [refusal(talk, FullRead(1)), refusal(talk, FullRead(1))] == [ResponseCode.BSY] * 2
    talk.read(1)
