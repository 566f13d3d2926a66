"""What is encoded is decoded again, and bytes of any kind raise nothing but our own errors."""

from __future__ import annotations

import contextlib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fieldpro.c12.psem import (
    BAUD_RATES,
    SERVICES,
    Authenticate,
    AuthenticateReply,
    DefaultRead,
    DefaultWrite,
    Disconnect,
    FullRead,
    FullWrite,
    Identify,
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
    Reply,
    Request,
    Security,
    Terminate,
    TimingSetup,
    TimingSetupReply,
    Wait,
    decode_request,
)
from fieldpro.errors import FieldProError
from fieldpro.secret import Secret

byte = st.integers(0, 0xFF)
word = st.integers(0, 0xFFFF)
offset = st.integers(0, 0xFFFFFF)
data = st.binary(max_size=80) | st.integers(0, 0xFFFF).map(bytes)
indices = st.lists(word, min_size=1, max_size=9).map(tuple)
user = st.text(st.characters(max_codepoint=0xFF), max_size=10).map(lambda text: text.rstrip(" \0"))
bauds = st.lists(st.sampled_from(BAUD_RATES), max_size=11).map(tuple)
ticket = st.binary(max_size=254)

REQUESTS: dict[type[Request[Any]], st.SearchStrategy[Request[Any]]] = {
    Identify: st.just(Identify()),
    Terminate: st.just(Terminate()),
    Disconnect: st.just(Disconnect()),
    FullRead: st.builds(FullRead, word),
    IndexRead: st.builds(IndexRead, word, indices, word),
    DefaultRead: st.just(DefaultRead()),
    OffsetRead: st.builds(OffsetRead, word, offset, word),
    FullWrite: st.builds(FullWrite, word, data),
    IndexWrite: st.builds(IndexWrite, word, indices, data),
    DefaultWrite: st.builds(DefaultWrite, data),
    OffsetWrite: st.builds(OffsetWrite, word, offset, data),
    Logon: st.builds(Logon, word, user, st.none() | word),
    Security: st.builds(Security, st.binary(min_size=20, max_size=20).map(Secret), st.none() | word),
    Logoff: st.just(Logoff()),
    Authenticate: st.builds(Authenticate, byte, ticket),
    Negotiate: st.builds(Negotiate, word, byte, bauds),
    Wait: st.builds(Wait, byte),
    TimingSetup: st.builds(TimingSetup, byte, byte, byte, byte),
}
REPLIES: list[tuple[Request[Any], st.SearchStrategy[Reply]]] = [
    (FullRead(1), st.builds(ReadReply, data)),
    (IndexRead(1, (1,), 1), st.builds(ReadReply, data)),
    (DefaultRead(), st.builds(ReadReply, data)),
    (OffsetRead(1, 2, 3), st.builds(ReadReply, data)),
    (FullWrite(1, b""), st.just(Ok())),
    (Logon(0, ""), st.builds(LogonReply, st.none() | word)),
    (Authenticate(0, b""), st.builds(AuthenticateReply, byte, ticket)),
    (Negotiate(64, 1), st.builds(NegotiateReply, word, byte, st.none() | st.sampled_from(BAUD_RATES))),
    (TimingSetup(0, 0, 0, 0), st.builds(TimingSetupReply, byte, byte, byte, byte)),
]
request_and_reply = st.sampled_from(REPLIES).flatmap(lambda pair: st.tuples(st.just(pair[0]), pair[1]))


def test_no_service_is_left_out() -> None:
    assert set(REQUESTS) == set(SERVICES)


@given(st.one_of(*REQUESTS.values()))
def test_every_request_comes_back_as_it_was_sent(request: Request[Any]) -> None:
    encoded = request.encode()
    assert encoded[0] in request.codes
    assert decode_request(encoded) == request


@given(request_and_reply)
def test_every_reply_comes_back_as_it_was_sent(pair: tuple[Request[Any], Reply]) -> None:
    request, reply = pair
    assert request.decode_reply(reply.encode()) == reply


@given(byte, st.binary(max_size=40))
def test_random_bytes_as_a_request_raise_nothing_else(code: int, rest: bytes) -> None:
    for message in (rest, bytes([code]) + rest):
        with contextlib.suppress(FieldProError):
            request = decode_request(message)
            assert decode_request(request.encode()) == request


@given(st.one_of(*REQUESTS.values()), st.binary(max_size=40))
def test_random_bytes_as_a_reply_raise_nothing_else(request: Request[Any], message: bytes) -> None:
    for reply in (message, b"\0" + message):
        with contextlib.suppress(FieldProError):
            assert isinstance(request.decode_reply(reply), Reply)
