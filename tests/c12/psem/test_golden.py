"""Service bytes that others made: a GE I210+c capture, a published list, and the packet builder of termineter."""

from __future__ import annotations

from typing import Any

import pytest

from fieldpro.c12.psem import (
    FullRead,
    FullWrite,
    Identify,
    IdentifyReply,
    Logoff,
    Logon,
    LogonReply,
    Negotiate,
    OffsetRead,
    Ok,
    ReadReply,
    Request,
    Security,
    Terminate,
    Wait,
    decode_request,
)
from fieldpro.secret import Secret

GE_TABLE_1 = bytes.fromhex("47452020493231302B6320200109020033383031383032322020202020202020")

REQUESTS: list[tuple[str, Request[Any]]] = [
    ("20", Identify()),
    ("61 01 00 01 06", Negotiate(256, 1, (9600,))),
    ("61 02 00 01 06", Negotiate(512, 1, (9600,))),
    ("50 00 00 30 30 30 30 20 20 20 20 20 20", Logon(0, "0000")),
    ("50 00 02 54 45 52 4d 20 20 20 20 20 20", Logon(2, "TERM")),
    ("51" + "20" * 20, Security(Secret(b" " * 20))),
    ("51" + "30" * 20, Security(Secret(b"0" * 20))),
    ("30 00 00", FullRead(0)),
    ("30 00 01", FullRead(1)),
    ("3F 00 40 00 04 93 01 25", OffsetRead(64, 0x493, 0x125)),
    ("3f 00 03 00 00 00 00 05", OffsetRead(3, 0, 5)),
    ("40 00 07 00 04 09 00 2A 01 CC", FullWrite(7, bytes.fromhex("09 00 2A 01"))),
    ("70 01", Wait(1)),
    ("70 78", Wait(120)),
    ("52", Logoff()),
    ("21", Terminate()),
]


@pytest.mark.parametrize(("data", "request_"), REQUESTS, ids=[data for data, _ in REQUESTS])
def test_requests_in_both_directions(data: str, request_: Request[Any]) -> None:
    assert request_.encode() == bytes.fromhex(data)
    assert decode_request(bytes.fromhex(data)) == request_


@pytest.mark.parametrize(
    ("request_", "data", "reply"),
    [
        (Identify(), "00 00 01 00 00", IdentifyReply(0, 1, 0)),
        (FullRead(1), "00 00 20" + GE_TABLE_1.hex() + "E6", ReadReply(GE_TABLE_1)),
        (FullRead(8), "00 00 04 09 00 2A 00 CD", ReadReply(bytes.fromhex("09 00 2A 00"))),
        (FullWrite(7, b""), "00", Ok()),
        (Logon(0, "0000"), "00", LogonReply()),
    ],
)
def test_replies_in_both_directions(request_: Request[Any], data: str, reply: Any) -> None:
    assert request_.decode_reply(bytes.fromhex(data)) == reply
    assert reply.encode() == bytes.fromhex(data)
