"""A step says its messages exactly: what was heard is what is said again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from table_playback.tape.messages import NAMES, READS, reply_bytes, request_bytes, request_of, service_name, step_of

# Requests as ANSI C12.18 lays them out, with the answers a meter gives.
EXCHANGES = [
    ("20", "00 02 01 00 00", "identify"),
    ("61 00 40 02 06", "00 00 40 02 06", "negotiate"),
    ("50 00 02 66 69 65 6c 64 70 72 6f 20 20", "00", "logon"),
    ("51" + " 2a" * 20, "03", "security"),
    ("30 00 01", "00 00 04 49 54 52 4e c3", "full-read"),
    ("3f 00 17 00 00 08 00 02", "00 00 02 01 02 fd", "offset-read"),
    ("32 00 17 00 01 00 02 00 01", "00 00 01 07 f9", "index-read"),
    ("30 00 63", "05", "full-read"),
    ("40 00 07 00 03 09 00 01 f6", "00", "full-write"),
    ("4f 00 06 00 00 02 00 01 41 bf", "03", "offset-write"),
    ("52", "00", "logoff"),
    ("21", "00", "terminate"),
]


@pytest.mark.parametrize(("sent", "answered", "service"), EXCHANGES)
def test_an_exchange_keeps_its_bytes(sent: str, answered: str, service: str) -> None:
    request, reply = bytes.fromhex(sent), bytes.fromhex(answered)
    step = step_of(request, reply, number=1, time_s=0.0)
    assert step.service == service
    assert (request_bytes(step), reply_bytes(step)) == (request, reply)
    if service in READS:
        assert step.sent is None
        assert step.received is None
        assert request_of(step) is not None


def test_the_parts_of_a_read_are_fields() -> None:
    step = step_of(bytes.fromhex("3f 08 17 00 00 08 00 02"), bytes.fromhex("00 00 02 01 02 fd"), number=3, time_s=1.5)
    assert (step.table, step.offset, step.count, step.data, step.response) == (2071, 8, 2, b"\1\2", 0)


def test_a_reply_whose_checksum_is_wrong_is_kept_as_it_was() -> None:
    step = step_of(bytes.fromhex("30 00 01"), bytes.fromhex("00 00 02 01 02 00"), number=1, time_s=0.0)
    assert step.received == bytes.fromhex("00 00 02 01 02 00")
    assert step.data == b""


def test_an_exchange_without_an_answer_has_no_reply() -> None:
    assert reply_bytes(step_of(b"\x30\x00\x01", None, number=1, time_s=0.0)) is None


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_any_two_messages_come_back_as_they_were(request: bytes, reply: bytes) -> None:
    step = step_of(request, reply, number=1, time_s=0.0)
    assert request_bytes(step) == request
    assert reply_bytes(step) == reply


def test_every_service_code_has_a_name() -> None:
    assert {service_name(code) for code in range(256)} == set(NAMES)
