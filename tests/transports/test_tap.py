"""What the tap shows: every byte, and never a password."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldpro.c12.crc import crc_bytes
from fieldpro.transports.memory import pipe
from fieldpro.transports.tap import Tap, TapRecord

PASSWORD = b"open sesame 12345678"
ACK, OK = b"\x06", bytes.fromhex("EE 00 20 00 00 01 00 80 51")


def packet(data: bytes, control: int = 0, sequence: int = 0) -> bytes:
    body = bytes([0xEE, 0, control, sequence]) + len(data).to_bytes(2, "big") + data
    return body + crc_bytes(body)


SECURITY = packet(b"\x51" + PASSWORD)
READ = packet(bytes.fromhex("30 00 01"), 0x20)


class Line:
    def __init__(self) -> None:
        self.records: list[TapRecord] = []
        ours, self.meter = pipe("line")
        self.tap = Tap(ours, self.records.append)

    def hear(self, data: bytes, step: int = 10**6) -> bytes:
        heard = b""
        for start in range(0, len(data), step):
            self.meter.write(data[start : start + step])
            heard += self.tap.read(1.0)
        return heard

    def shown(self, direction: str) -> bytes:
        return b"".join(record.data for record in self.records if record.direction == direction)


@pytest.fixture
def line() -> Line:
    return Line()


def test_every_byte_is_recorded_with_its_direction_in_order(line: Line) -> None:
    line.tap.write(READ)
    assert line.hear(ACK + OK) == ACK + OK
    assert [(record.direction, record.data) for record in line.records] == [(">", READ), ("<", ACK + OK)]
    assert line.records[0].time <= line.records[1].time


def test_what_passes_is_not_changed(line: Line) -> None:
    line.tap.write(SECURITY)
    assert line.meter.read(1.0) == SECURITY
    assert line.hear(SECURITY + ACK + OK) == SECURITY + ACK + OK


@pytest.mark.parametrize("step", [1, 2, 3, 7, 10, 100])
def test_a_password_is_masked_in_chunks_of_any_size_and_so_is_its_echo(line: Line, step: int) -> None:
    for start in range(0, len(SECURITY), step):
        line.tap.write(SECURITY[start : start + step])
    line.hear(SECURITY + ACK + OK, step)
    line.tap.write(ACK)
    line.tap.write(READ)
    masked = SECURITY[:7] + b"*" * 22
    assert line.shown(">") == masked + ACK + READ
    assert line.shown("<") == masked + ACK + OK


def test_a_password_that_is_sent_again_is_masked_again(line: Line) -> None:
    for _ in range(4):
        line.tap.write(SECURITY)
        line.hear(b"\x15")
    assert PASSWORD[:3] not in line.shown(">")
    assert line.shown("<") == b"\x15" * 4


def test_a_password_in_several_packets_is_masked_in_each(line: Line) -> None:
    message = b"\x51" + PASSWORD
    for sequence, start in zip((2, 1, 0), (0, 8, 16), strict=True):
        line.tap.write(packet(message[start : start + 8], 0xC0 if start == 0 else 0x80, sequence))
        line.hear(ACK)
    line.tap.write(READ)
    shown = line.shown(">")
    assert not any(PASSWORD[start : start + 2] in shown for start in range(len(PASSWORD) - 1))
    assert shown.endswith(READ)


@given(st.integers(0, 2**32), st.integers(1, 40), st.sampled_from([0.02, 0.1, 0.2, 0.4]))
@settings(max_examples=150, deadline=None)
def test_a_damaged_echo_shows_no_two_bytes_of_the_password(seed: int, step: int, share: float) -> None:
    rng = random.Random(seed)
    line = Line()
    line.tap.write(SECURITY)
    echo = bytearray()
    for byte in SECURITY:
        lot = rng.random()
        if lot >= share:
            echo.append(byte if lot >= 2 * share else rng.randrange(256))
    line.hear(bytes(echo) + ACK + OK, step)
    line.tap.write(ACK + READ)
    shown = line.shown("<")
    assert len(shown) == len(echo) + len(ACK + OK)
    assert not any(PASSWORD[start : start + 2] in shown for start in range(len(PASSWORD) - 1))


@pytest.mark.parametrize(
    ("request_", "clear"),
    [
        (bytes.fromhex("40 00 2A 00 04") + b"keyX\x00", 5),  # full write of table 42, security
        (bytes.fromhex("4F 00 2D 00 00 00 00 04") + b"keyX\x00", 8),  # offset write of table 45, keys
        (bytes.fromhex("41 00 2A 00 01 00 04") + b"keyX\x00", 7),  # index write of table 42
        (bytes.fromhex("40 00 07 00 07 12 00 01") + b"keyX\x00", 8),  # procedure 18, log in, low byte first
        (bytes.fromhex("40 00 07 00 07 00 12 01") + b"keyX\x00", 8),  # the same, high byte first
    ],
)
def test_keys_and_passwords_that_are_written_are_masked(line: Line, request_: bytes, clear: int) -> None:
    line.tap.write(packet(request_))
    assert line.shown(">") == packet(request_)[: 6 + clear] + b"*" * (len(request_) - clear + 2)


def test_keys_that_are_read_are_masked(line: Line) -> None:
    line.tap.write(packet(bytes.fromhex("30 00 2A")))
    line.hear(ACK + packet(b"\x00\x00\x04keyX\x00"))
    assert b"key" not in line.shown("<")


KEYS = bytes(range(0x70, 0x90)) + b"\xee\x06" + bytes(range(0x90, 0xA0))
READ_KEYS = packet(bytes.fromhex("30 00 2D"))


def pairs_in(shown: bytes, secret: bytes) -> list[bytes]:
    """Two bytes in a row of the secret that are shown."""
    return [secret[at : at + 2] for at in range(len(secret) - 1) if secret[at : at + 2] in shown]


def reply_of(data: bytes) -> bytes:
    return b"\0" + len(data).to_bytes(2, "big") + data + bytes([-sum(data) & 0xFF])


@pytest.mark.parametrize("step", [1, 7, 10**6])
def test_keys_that_are_read_are_masked_in_several_packets_and_when_they_come_again(line: Line, step: int) -> None:
    message = reply_of(KEYS)
    packets = [
        packet(message[start : start + 20], 0xC0 if start == 0 else 0x80, left)
        for left, start in zip((2, 1, 0), (0, 20, 40), strict=True)
    ]
    line.tap.write(READ_KEYS)
    line.hear(ACK, step)
    for each in packets:
        line.hear(each, step)
        line.tap.write(b"\x15")
        line.hear(each, step)
        line.tap.write(ACK)
    line.tap.write(READ)
    line.hear(packets[-1] + ACK + OK, step)  # the last one once more, after the next question
    shown = line.shown("<")
    assert pairs_in(shown, KEYS) == []
    assert shown.startswith(ACK + packets[0][:9] + b"*")
    assert shown.endswith(ACK + OK)


def test_keys_that_come_after_the_next_question_are_masked(line: Line) -> None:
    """The client gave up waiting; the meter was only slow."""
    message = reply_of(KEYS)
    line.tap.write(READ_KEYS)
    line.hear(ACK)
    line.tap.write(READ)
    line.hear(packet(message[:30], 0xC0, 1))
    line.tap.write(ACK)
    line.hear(packet(message[30:], 0x80, 0))
    line.tap.write(ACK + READ)
    line.hear(ACK + OK)
    assert pairs_in(line.shown("<"), KEYS) == []
    assert line.shown("<").endswith(OK)


def test_an_answer_that_refuses_to_give_keys_is_shown(line: Line) -> None:
    refused = packet(b"\x03")
    line.tap.write(READ_KEYS)
    line.hear(ACK + refused)
    line.tap.write(ACK + READ)
    line.hear(ACK + packet(reply_of(b"harmless")))
    assert line.shown("<") == ACK + refused + ACK + packet(reply_of(b"harmless"))


@given(st.integers(0, 2**32), st.integers(1, 60), st.sampled_from([0.02, 0.1, 0.3]))
@settings(max_examples=150, deadline=None)
def test_damaged_keys_show_no_two_bytes_of_them(seed: int, step: int, share: float) -> None:
    rng = random.Random(seed)
    line = Line()
    line.tap.write(READ_KEYS)
    damaged = bytearray(packet(reply_of(KEYS)))
    for at in range(len(damaged)):
        if rng.random() < share:
            damaged[at] = rng.randrange(256)
    heard = ACK + bytes(damaged)
    line.hear(heard, step)
    line.tap.write(b"\x15")
    line.hear(packet(reply_of(KEYS)), step)
    line.tap.write(ACK)
    shown = line.shown("<")
    assert len(shown) == len(heard) + len(packet(reply_of(KEYS)))
    assert pairs_in(shown, KEYS) == []


@pytest.mark.parametrize("step", [1, 10**6])
def test_both_tickets_of_authenticate_are_masked(line: Line, step: int) -> None:
    """ANSI C12.21: 53, length, key id, ticket; 00, length, key id, ticket."""
    ours, theirs = bytes(range(0x70, 0x78)), bytes(range(0x80, 0x88))
    request, reply = packet(b"\x53\x09\x02" + ours), packet(b"\x00\x09\x02" + theirs, 0x20)
    line.tap.write(request)
    line.hear(request + ACK + reply, step)
    line.tap.write(ACK + READ)
    line.hear(ACK + OK, step)
    assert line.shown(">") == request[:9] + b"*" * 10 + ACK + READ
    assert line.shown("<") == request[:9] + b"*" * 10 + ACK + reply[:9] + b"*" * 10 + ACK + OK


def test_other_tables_and_procedures_are_shown(line: Line) -> None:
    requests = (bytes.fromhex("40 00 07 00 04 09 00 2A 01 CC"), bytes.fromhex("40 00 28 00 01 51 AF"))
    for request in requests:
        line.tap.write(packet(request))
        line.hear(ACK + OK)
    assert line.shown(">") == b"".join(packet(request) for request in requests)
    assert line.shown("<") == (ACK + OK) * 2


@pytest.mark.parametrize("change", [lambda d: d[1:], lambda d: d[:9], lambda d: bytes(len(d)), lambda d: d * 2])
def test_anything_may_pass_and_nothing_is_lost(line: Line, change: Callable[[bytes], bytes]) -> None:
    noise = change(SECURITY[:7]) + b"\xee" * 9 + bytes(range(256))
    line.hear(noise, 5)
    line.tap.close()
    assert len(line.shown("<")) == len(noise)
