"""Every service: its codes, what it cannot carry, what it says to a person, what it makes of bad bytes."""

from __future__ import annotations

import re
from typing import Any

import pytest

from fieldpro.c12 import psem
from fieldpro.c12.psem import (
    SERVICES,
    Authenticate,
    AuthenticateReply,
    DefaultRead,
    DefaultWrite,
    Disconnect,
    FullRead,
    FullWrite,
    Identify,
    IdentifyReply,
    IndexRead,
    IndexWrite,
    Logoff,
    Logon,
    LogonReply,
    Negotiate,
    NegotiateReply,
    OffsetRead,
    OffsetWrite,
    Ok,
    ReadReply,
    Refusal,
    Request,
    ResponseCode,
    Security,
    Terminate,
    TimingSetup,
    TimingSetupReply,
    Wait,
    decode_request,
    response_words,
    service_of,
    table_name,
    wire_number,
)
from fieldpro.errors import MessageError, ServiceRefused
from fieldpro.secret import Secret

PASSWORD = Secret(b"xyzzy")

WORDS: list[tuple[Request[Any], str]] = [
    (Identify(), "Identify"),
    (Terminate(), "Terminate"),
    (Disconnect(), "Disconnect"),
    (FullRead(23), "Read table 23"),
    (FullRead(wire_number(5, manufacturer=True)), "Read manufacturer table 5"),
    (IndexRead(23, (3, 0, 1), 2), "Read table 23 from index 3.0.1, 2 elements"),
    (DefaultRead(), "Read default table"),
    (OffsetRead(64, 1171, 293), "Read table 64, 293 bytes from 1171"),
    (FullWrite(wire_number(12, pending=True), b"ab"), "Write pending table 12, 2 bytes"),
    (IndexWrite(13, (1,), b"abc"), "Write table 13 at index 1, 3 bytes"),
    (DefaultWrite(b"a"), "Write default table, 1 bytes"),
    (OffsetWrite(13, 4, b"abcd"), "Write table 13, 4 bytes at 4"),
    (Logon(1, "me"), 'Log on user 1 "me"'),
    (Security(PASSWORD), "Security password (hidden)"),
    (Logoff(), "Log off"),
    (Authenticate(2, b"12345678"), "Authenticate key 2"),
    (Negotiate(1024, 4, (57600, 9600)), "Negotiate 1024 bytes, 4 packets, 57600 or 9600 baud"),
    (Negotiate(1024, 4), "Negotiate 1024 bytes, 4 packets"),
    (Wait(9), "Wait 9 s"),
    (TimingSetup(30, 1, 4, 3), "Timing set-up traffic 30 s, response 4 s, 3 retries"),
]


@pytest.mark.parametrize(("request_", "words"), WORDS, ids=[words for _, words in WORDS])
def test_a_request_says_what_it_asks_for(request_: Request[Any], words: str) -> None:
    assert request_.summary == words


def test_the_registry_knows_every_service_of_the_table_and_no_code_twice() -> None:
    codes = [code for service in SERVICES for code in service.codes]
    wanted = {0x20, 0x21, 0x22, *range(0x30, 0x3A), 0x3E, 0x3F, *range(0x40, 0x4A), 0x4E, 0x4F}
    wanted |= {0x50, 0x51, 0x52, 0x53, *range(0x60, 0x6C), 0x70, 0x71}
    assert len(codes) == len(set(codes))
    assert set(codes) == wanted
    assert {type(request) for request, _ in WORDS} == set(SERVICES)


@pytest.mark.parametrize("code", [0x24, 0x25, 0x26, 0x27, 0x3A, 0x4D, 0x54, 0x6C, 0x72, 0x7F, 0x00, 0xFF])
def test_a_code_that_is_no_service_is_a_message_error(code: int) -> None:
    assert service_of(code) is None
    with pytest.raises(MessageError) as caught:
        decode_request(bytes([code, 0, 0]))
    assert (caught.value.offset, caught.value.found) == (0, f"{code:02X}")


@pytest.mark.parametrize("request_", [request for request, _ in WORDS], ids=[words for _, words in WORDS])
def test_every_truncation_and_every_extra_byte_is_a_message_error(request_: Request[Any]) -> None:
    whole = request_.encode()
    for length in range(len(whole)):
        with pytest.raises(MessageError):
            decode_request(whole[:length])
    with pytest.raises(MessageError) as caught:
        decode_request(whole + b"\xaa\xbb\xcc")
    assert caught.value.offset <= len(whole) + 2


@pytest.mark.parametrize("request_", [request for request, _ in WORDS], ids=[words for _, words in WORDS])
@pytest.mark.parametrize("code", [code for code in ResponseCode if code])
def test_every_service_can_be_refused_with_every_code(request_: Request[Any], code: ResponseCode) -> None:
    with pytest.raises(ServiceRefused) as caught:
        request_.decode_reply(Refusal(code).encode())
    assert caught.value.response == code
    assert caught.value.service == request_.title
    assert caught.value.subject == request_.subject
    assert caught.value.limit is None


@pytest.mark.parametrize("code", [ResponseCode.RQTL, ResponseCode.RSTL])
def test_a_message_too_large_is_refused_with_the_limit(code: ResponseCode) -> None:
    with pytest.raises(ServiceRefused) as caught:
        FullRead(64).decode_reply(Refusal(code, (1000).to_bytes(4, "big")).encode())
    assert caught.value.limit == 1000


def test_a_response_code_of_no_standard_is_a_refusal_too() -> None:
    with pytest.raises(ServiceRefused) as caught:
        FullRead(1).decode_reply(b"\x1f")
    assert caught.value.response == 0x1F
    assert response_words(0x1F) == "unknown response code 1F"


def test_every_response_code_has_words_of_its_own() -> None:
    assert [code.value for code in ResponseCode] == list(range(0x13))
    words = [response_words(code) for code in ResponseCode]
    assert len(set(words)) == len(words)
    assert all(re.fullmatch(r"[a-z][a-z -]+", text) for text in words)


@pytest.mark.parametrize("data", ["", "20", "EE", "00 aa"])
def test_a_reply_that_is_none_is_a_message_error(data: str) -> None:
    with pytest.raises(MessageError):
        Wait(1).decode_reply(bytes.fromhex(data))


def test_a_read_reply_with_a_bad_checksum_is_not_believed() -> None:
    with pytest.raises(MessageError) as caught:
        FullRead(8).decode_reply(bytes.fromhex("00 00 04 09 00 2B 00 CD"))
    assert caught.value == caught.value
    assert (caught.value.message, caught.value.offset) == ("Read reply", 7)
    assert (caught.value.expected, caught.value.found) == ("checksum CC", "CD")


def test_a_write_request_with_a_bad_checksum_is_not_believed() -> None:
    with pytest.raises(MessageError):
        decode_request(bytes.fromhex("40 00 07 00 04 09 00 2A 01 CD"))


@pytest.mark.parametrize("data", ["00 00 05 09 00 2A 00 CD", "00 00 03 09 00 2A 00 CD"])
def test_a_read_reply_with_a_wrong_count_is_not_believed(data: str) -> None:
    with pytest.raises(MessageError):
        FullRead(8).decode_reply(bytes.fromhex(data))


@pytest.mark.parametrize(
    "make",
    [
        lambda: FullRead(-1),
        lambda: FullRead(0x10000),
        lambda: IndexRead(1, (), 1),
        lambda: IndexRead(1, (0,) * 10, 1),
        lambda: IndexRead(1, (0x10000,), 1),
        lambda: IndexRead(1, (0,), 0x10000),
        lambda: OffsetRead(1, 0x1000000, 1),
        lambda: OffsetRead(1, 0, -1),
        lambda: FullWrite(1, bytes(0x10000)),
        lambda: IndexWrite(1, (-1,), b""),
        lambda: DefaultWrite(bytes(0x10000)),
        lambda: OffsetWrite(1, -1, b""),
        lambda: Logon(0x10000, ""),
        lambda: Logon(0, "elevenchars"),
        lambda: Logon(0, "\u20ac"),
        lambda: Logon(0, "", 0x10000),
        lambda: LogonReply(0x10000),
        lambda: Security(Secret(bytes(21))),
        lambda: Security(PASSWORD, 0x10000),
        lambda: Security(PASSWORD, fill=256),
        lambda: Authenticate(256, b""),
        lambda: AuthenticateReply(0, bytes(255)),
        lambda: Negotiate(0x10000, 1),
        lambda: Negotiate(64, 256),
        lambda: Negotiate(64, 1, (9601,)),
        lambda: Negotiate(64, 1, (9600,) * 12),
        lambda: NegotiateReply(64, -1),
        lambda: NegotiateReply(64, 1, 12345),
        lambda: Wait(256),
        lambda: TimingSetup(256, 0, 0, 0),
        lambda: TimingSetupReply(0, 0, 0, -1),
        lambda: IdentifyReply(256, 0, 0),
    ],
)
def test_what_could_not_be_sent_cannot_be_made(make: Any) -> None:
    with pytest.raises(MessageError):
        make()


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Ok(), "ok"),
        (ReadReply(bytes(412)), "ok, 412 bytes"),
        (NegotiateReply(1024, 4, 57600), "ok, 1024 bytes, 4 packets, 57600 baud"),
        (NegotiateReply(64, 1), "ok, 64 bytes, 1 packets"),
        (IdentifyReply(3, 1, 0), "ok, C12.22 version 1.0"),
        (IdentifyReply(9, 2, 1), "ok, standard 9 version 2.1"),
    ],
)
def test_a_reply_says_what_came(reply: Any, words: str) -> None:
    assert reply.summary == words


def test_a_short_password_is_filled_up_as_the_meter_wants_it() -> None:
    assert Security(PASSWORD).encode() == b"\x51xyzzy" + b" " * 15
    assert Security(PASSWORD, fill=0).encode() == b"\x51xyzzy" + bytes(15)
    assert Security(PASSWORD, 7).encode() == b"\x51xyzzy" + b" " * 15 + b"\0\7"


def test_a_password_is_never_shown() -> None:
    request = Security(PASSWORD)
    assert "xyzzy" not in repr(request) + str(request) + request.summary
    with pytest.raises(MessageError) as caught:
        Security(Secret(b"xyzzy" * 5))
    assert "xyzzy" not in repr(caught.value) + str(caught.value)


def test_a_user_name_is_read_without_its_fill() -> None:
    assert decode_request(b"\x50\x00\x07me" + bytes(8)) == Logon(7, "me")
    assert decode_request(b"\x50\x00\x07me" + b" " * 8 + b"\x00\x3c") == Logon(7, "me", 60)


def test_an_authentication_ticket_counts_its_key_id() -> None:
    assert Authenticate(1, b"12345678").encode()[:3] == bytes.fromhex("53 09 01")
    assert Authenticate(1, bytes(16)).encode()[:3] == bytes.fromhex("53 11 01")
    with pytest.raises(MessageError):
        decode_request(bytes.fromhex("53 00"))


def test_a_baud_code_nobody_knows_is_not_chosen() -> None:
    assert decode_request(bytes.fromhex("63 04 00 02 0C 06 FE")) == Negotiate(1024, 2, (9600,))
    with pytest.raises(MessageError) as caught:
        Negotiate(1024, 2, (9600,)).decode_reply(bytes.fromhex("00 04 00 02 0C"))
    assert caught.value.offset == 4


def test_a_negotiate_reply_without_a_baud_code_is_a_modem_s() -> None:
    assert Negotiate(128, 2).decode_reply(bytes.fromhex("00 00 80 02")) == NegotiateReply(128, 2, None)
    assert Negotiate(128, 2).decode_reply(bytes.fromhex("00 00 80 02 00")) == NegotiateReply(128, 2, 0)


def test_a_table_number_says_its_kind() -> None:
    assert wire_number(5, manufacturer=True) == 2053
    assert wire_number(5, manufacturer=True, pending=True) == 4096 + 2053
    assert table_name(4096 + 2053) == "pending manufacturer table 5"
    assert table_name(23) == "table 23"


def test_the_public_names_exist() -> None:
    assert all(hasattr(psem, name) for name in psem.__all__)
