"""Which bytes of a message are secret."""

from __future__ import annotations

from typing import Any

import pytest

from fieldpro.c12.psem import (
    DefaultRead,
    DefaultWrite,
    FullRead,
    FullWrite,
    IndexRead,
    IndexWrite,
    OffsetRead,
    OffsetWrite,
    Request,
    Security,
    reads_secret,
    secret_start,
    wire_number,
)
from fieldpro.secret import Secret

MARK = b"\xa5SECRET\xa5"


@pytest.mark.parametrize(
    "request_",
    [
        Security(Secret(MARK)),
        FullWrite(42, MARK),
        FullWrite(45, MARK),
        FullWrite(wire_number(46, pending=True), MARK),
        IndexWrite(42, (1, 2, 3), MARK),
        OffsetWrite(45, 8, MARK),
        FullWrite(7, b"\x12\x00\x2a" + MARK),
        FullWrite(7, b"\x00\x12\x2a" + MARK),
    ],
)
def test_the_secret_of_a_request_begins_where_it_is(request_: Request[Any]) -> None:
    message = request_.encode()
    assert secret_start(message) == message.index(MARK)
    assert secret_start(message[:32]) == message.index(MARK)


@pytest.mark.parametrize(
    "request_",
    [
        FullRead(42),
        FullWrite(41, MARK),
        FullWrite(wire_number(42, manufacturer=True), MARK),
        DefaultWrite(MARK),
        FullWrite(7, b"\x09\x00\x2a" + MARK),
        FullWrite(7, b"\x12\x08\x2a" + MARK),
    ],
)
def test_other_requests_have_none(request_: Request[Any]) -> None:
    assert secret_start(request_.encode()) is None


def test_what_is_not_there_yet_is_no_secret() -> None:
    assert secret_start(b"") is None
    assert secret_start(b"\x40\x00") is None
    assert secret_start(b"\x40\x00\x07\x00\x20\x12") is None


def test_reads_that_bring_a_secret() -> None:
    assert all(reads_secret(read.encode()) for read in (FullRead(42), IndexRead(45, (1,), 1), OffsetRead(46, 0, 8)))
    assert not any(reads_secret(read.encode()) for read in (FullRead(41), DefaultRead(), FullWrite(42, b"")))
    assert not reads_secret(b"\x30\x00")
