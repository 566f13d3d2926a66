"""From bytes to steps: retries, refusals, echoes, noise, sessions that are torn off."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.table_playback.record.conftest import ACK, NAK, Wire, packet

IDENTIFY, IDENTITY = packet(b"\x20"), packet(bytes.fromhex("00 00 01 00 00"))
READ_1 = packet(bytes.fromhex("30 00 01"), 0x20)
TABLE = bytes(range(1, 9))
REPLY = packet(b"\0\0\x08" + TABLE + bytes([-sum(TABLE) & 0xFF]), 0x20)
READ_2 = packet(bytes.fromhex("30 00 02"))
REFUSED = packet(b"\x05")
TERMINATE, OK = packet(b"\x21"), packet(b"\0")
READ_STEP = ("full-read", 1, 0, TABLE)
"""Golden: what a full read of table 1 is, C12.18 Read service."""


def test_an_exchange_is_a_step_with_its_time_and_duration(wire: Wire) -> None:
    wire >> IDENTIFY << ACK + IDENTITY >> ACK >> READ_1 << ACK
    wire.wait(0.5) << REPLY >> ACK
    assert wire.steps == [("identify", None, 0, b""), READ_STEP]
    first, second = wire.exchanges.steps
    assert (first.number, first.time_s, first.answer) == (1, 0.0, bytes.fromhex("00 01 00 00"))
    assert first.duration_s == pytest.approx(0.01, abs=1e-5)
    assert (second.number, second.direction) == (2, "<")
    assert second.time_s == pytest.approx(0.03, abs=1e-5)
    assert second.duration_s == pytest.approx(0.52, abs=1e-5)
    assert wire.belongs == [1, 1, 1, 1, 2, 2, 2, 2]


def test_retries_and_refused_packets_belong_to_the_step_they_are_of(wire: Wire) -> None:
    wire >> READ_1 << NAK >> READ_1 << ACK >> READ_1 << ACK << REPLY >> NAK << REPLY >> ACK
    wire >> READ_2 << REPLY << ACK << REFUSED >> ACK
    assert wire.steps == [READ_STEP, ("full-read", 2, 5, b"")]
    assert wire.belongs == [1] * 10 + [2] * 5


def test_the_same_question_twice_is_two_steps_whatever_the_toggle(wire: Wire) -> None:
    for _ in range(2):
        wire >> READ_1 << ACK << REPLY >> ACK
    assert wire.steps == [READ_STEP, READ_STEP]


def test_a_request_without_an_answer_is_a_step_without_one(wire: Wire) -> None:
    wire >> READ_1 << ACK
    wire.wait(3) >> READ_2 << ACK << REFUSED >> ACK
    wire.wait(1) >> TERMINATE
    wire.exchanges.finish()
    assert wire.steps == [("full-read", 1, None, b""), ("full-read", 2, 5, b""), ("terminate", None, None, b"")]
    assert [step.duration_s is None for step in wire.exchanges.steps] == [True, False, True]


def test_a_message_of_several_packets_is_one_step(wire: Wire) -> None:
    data = bytes(range(100))
    whole = b"\0\0\x64" + data + bytes([-sum(data) & 0xFF])
    parts = [whole[at : at + 40] for at in range(0, len(whole), 40)]
    controls = (0xC0, 0xA0, 0x80)
    wire >> READ_1 << ACK
    for left, (part, control) in zip((2, 1, 0), zip(parts, controls, strict=True), strict=True):
        wire << packet(part, control, left) >> ACK
    assert wire.steps == [("full-read", 1, 0, data)]
    assert set(wire.belongs) == {1}


def test_an_answer_that_breaks_off_is_no_answer_and_says_so(wire: Wire) -> None:
    wire >> READ_1 << ACK << packet(b"\0\0\x64" + bytes(37), 0xC0, 2) >> ACK
    wire.wait(8) >> TERMINATE << ACK << OK >> ACK
    torn, end = wire.exchanges.steps
    assert (torn.response, torn.data, torn.note) == (None, b"", "The answer broke off after 40 bytes.")
    assert (end.service, end.response) == ("terminate", 0)


def test_a_request_that_breaks_off_is_no_step(wire: Wire) -> None:
    wire >> packet(b"\x40\0\x40\0\x64" + bytes(30), 0xC0, 2) << ACK
    wire.wait(8) >> TERMINATE << ACK << OK >> ACK
    assert wire.steps == [("terminate", None, 0, b"")]
    assert wire.belongs == [0, 0, 1, 1, 1, 1]


def test_an_answer_to_nothing_and_the_end_of_a_message_are_no_steps(wire: Wire) -> None:
    wire << REPLY >> ACK << packet(b"\1\2\3", 0x80, 0) >> ACK >> packet(b"\1\2\3", 0x80, 0)
    wire >> READ_1 << ACK << REPLY >> ACK
    wire.exchanges.finish()
    assert wire.steps == [READ_STEP]
    assert wire.belongs == [0, 0, 0, 0, 0, 1, 1, 1, 1]


def test_an_echo_is_no_answer_with_its_acknowledgements_or_without(wire: Wire) -> None:
    wire >> READ_1 << READ_1 << ACK << REPLY >> ACK >> READ_2 << ACK << READ_2 << ACK << REFUSED >> ACK << ACK
    assert wire.steps == [READ_STEP, ("full-read", 2, 5, b"")]


def test_noise_and_damaged_packets_are_kept_beside_the_step(wire: Wire) -> None:
    damaged = REPLY[:10] + b"\xff" + REPLY[11:]
    wire >> READ_1 << ACK << damaged
    wire.wait(0.7) >> NAK << REPLY >> ACK << b"\x55\x55"
    wire.wait(0.7) >> READ_2 << ACK << REFUSED >> ACK
    assert wire.steps == [READ_STEP, ("full-read", 2, 5, b"")]
    garbage = {
        each.data: each.step for each in wire.exchanges.wire if len(each.data) == 2 or each.data[:10] == REPLY[:10]
    }
    assert garbage == {damaged: 1, REPLY: 1, b"\x55\x55": 1}


def test_several_sessions_make_one_tape(wire: Wire) -> None:
    for _ in range(2):
        wire >> IDENTIFY << ACK + IDENTITY >> ACK >> READ_1 << ACK + REPLY >> ACK >> TERMINATE << ACK + OK >> ACK
        wire.wait(60)
    assert [each[0] for each in wire.steps] == ["identify", "full-read", "terminate"] * 2
    assert wire.exchanges.steps[3].time_s > 60


def test_a_password_is_marked_as_masked_and_the_step_can_be_sent(wire: Wire) -> None:
    hidden = b"\xee\0\0\0\0\x15\x51" + b"*" * 22
    wire >> hidden << ACK << OK >> ACK
    (step,) = wire.exchanges.steps
    assert (step.service, step.data, step.masked, step.response) == ("security", b"*" * 20, ((0, 20),), 0)


def test_a_write_of_keys_and_its_read_have_their_fields_with_the_data_masked(wire: Wire) -> None:
    wire >> b"\xee\0\0\0\0\x0a\x40\0\x2d\0\x04" + b"*" * 7 << ACK << OK >> ACK
    wire >> packet(b"\x30\0\x2d", 0x20) << ACK << b"\xee\0\0\0\0\x08\0\0\x04" + b"*" * 7 >> ACK
    write, read = wire.exchanges.steps
    assert (write.service, write.table, write.data, write.masked, write.sent) == (
        "full-write", 45, b"****", ((0, 4),), None,
    )  # fmt: skip
    assert (read.service, read.table, read.data, read.masked, read.received) == (
        "full-read", 45, b"****", ((0, 4),), None,
    )  # fmt: skip


def test_a_clock_that_is_set_does_not_tear_the_tape(wire: Wire) -> None:
    wire >> READ_1 << ACK
    wire.wait(-3600) << REPLY >> ACK
    wire.wait(40 * 365 * 86_400) >> READ_2 << ACK << REFUSED >> ACK
    times = [step.time_s for step in wire.exchanges.steps]
    assert wire.steps == [READ_STEP, ("full-read", 2, 5, b"")]
    assert times == sorted(times)
    assert times[-1] < 1


@given(st.lists(st.tuples(st.sampled_from("<>"), st.binary(min_size=1, max_size=40)), max_size=30))
def test_whatever_passes_is_kept_and_numbered(pieces: list[tuple[str, bytes]]) -> None:
    wire = Wire()
    for direction, data in pieces:
        wire._say(direction, data)
    wire.exchanges.finish()
    for direction in "<>":
        heard = sum(len(data) for side, data in pieces if side == direction)
        assert sum(len(each.data) for each in wire.exchanges.wire if each.direction == direction) == heard
    assert [step.number for step in wire.exchanges.steps] == list(range(1, len(wire.exchanges.steps) + 1))
    assert {each.step for each in wire.exchanges.wire} <= set(range(len(wire.exchanges.steps) + 1))
