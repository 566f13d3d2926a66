"""What the listener says of a recorded conversation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fieldpro.c12.link import Endpoint, Monitor, Packet, WireItem, WireKind
from fieldpro.c12.psem import (
    FullRead,
    FullWrite,
    Identify,
    IdentifyReply,
    Negotiate,
    Ok,
    ReadReply,
    Refusal,
    ResponseCode,
    Security,
)
from fieldpro.secret import Secret

SECRET = bytes(range(0xF1, 0xFE))  # bytes that stand nowhere else in these conversations, CRCs left aside
Exchange = tuple[Any, Any]


def record(*exchanges: Exchange, size: int = 64, chunk: int = 1 << 20) -> list[tuple[str, bytes, float]]:
    """What a tap hears of a clean conversation."""
    client, meter = Endpoint(), Endpoint()
    client.apply(size, 255)
    meter.apply(size, 255)
    records: list[tuple[str, bytes, float]] = []

    def pump() -> None:
        moved = True
        while moved:
            moved = False
            for direction, sender, receiver in ((">", client, meter), ("<", meter, client)):
                data = sender.outgoing()
                for start in range(0, len(data), chunk):
                    records.append((direction, data[start : start + chunk], len(records) * 0.01))
                receiver.receive(data, 0.0)
                moved = moved or bool(data)

    for request, reply in exchanges:
        client.send(request.encode(), 0.0)
        pump()
        meter.send(reply.encode(), 0.0)
        pump()
    return records


def listen(records: list[tuple[str, bytes, float]]) -> list[WireItem]:
    monitor = Monitor()
    items = [item for direction, data, time in records for item in monitor.feed(direction, data, time)]
    return items + monitor.flush()


def lines(items: list[WireItem]) -> list[str]:
    return [f"{item.direction} {item.service}: {item.summary}" for item in items if item.kind is not WireKind.ACK]


@pytest.mark.parametrize("chunk", [1, 3, 1 << 20])
def test_a_conversation_in_words(chunk: int) -> None:
    items = listen(
        record(
            (Identify(), IdentifyReply(0, 1, 0)),
            (FullRead(23), ReadReply(bytes(40))),
            (FullRead(24), Refusal(ResponseCode.ISC)),
            (FullRead(64), Refusal(ResponseCode.RSTL, (500).to_bytes(4, "big"))),
            (FullWrite(7, b"abc"), Ok()),
            chunk=chunk,
        )
    )
    assert lines(items) == [
        "> Identify: Identify",
        "< Identify: ok, C12.18 version 1.0",
        "> Read: Read table 23",
        "< Read: ok, 40 bytes",
        "> Read: Read table 24",
        "< Read: refused: insufficient security clearance",
        "> Read: Read table 64",
        "< Read: refused: response too large, at most 500 bytes",
        "> Write: Write table 7, 3 bytes",
        "< Write: ok",
    ]
    assert len([item for item in items if item.kind is WireKind.ACK]) == 10


def test_an_item_carries_its_bytes_time_and_parts(frames: dict[str, bytes]) -> None:
    monitor = Monitor()
    assert monitor.feed(">", frames["IDENT"][:4], 7.0) == []
    (item,) = monitor.feed(">", frames["IDENT"][4:], 7.25)
    assert (item.time, item.raw, item.kind) == (7.0, frames["IDENT"], WireKind.PACKET)
    assert (item.packet, item.message) == (Packet(0, 0, 0, b"\x20"), b"\x20")
    (ack,) = monitor.feed("<", b"\x06", 7.5)
    assert (ack.time, ack.kind, ack.summary) == (7.5, WireKind.ACK, "acknowledged")


def test_the_packets_of_a_message_are_joined() -> None:
    items = listen(record((FullWrite(64, bytes(100)), Ok()), (FullRead(64), ReadReply(bytes(150)))))
    assert lines(items) == [
        "> Write: Write, packet 1 of 2",
        "> Write: Write table 64, 100 bytes",
        "< Write: ok",
        "> Read: Read table 64",
        "< Read: reply, packet 1 of 3",
        "< Read: reply, packet 2 of 3",
        "< Read: ok, 150 bytes",
    ]
    assert items[-2].message == ReadReply(bytes(150)).encode()
    assert items[-4].message == b""


def test_retries_repeats_and_refusals_are_marked(frames: dict[str, bytes]) -> None:
    items = listen(
        [
            (">", frames["IDENT"], 0.0),
            ("<", b"\x15", 0.1),
            (">", frames["IDENT"], 0.2),
            ("<", b"\x06", 0.3),
            (">", frames["IDENT"], 2.3),
            ("<", b"\x06", 2.4),
            ("<", frames["IDENT-REPLY"], 2.5),
            (">", b"\x06", 2.6),
            (">", frames["READ-1-T"], 2.7),
            ("<", frames["IDENT-REPLY"], 2.8),
            ("<", frames["IAR-T"], 2.9),
        ]
    )
    assert [(item.summary, item.repeated) for item in items if item.kind is not WireKind.ACK] == [
        ("Identify", False),
        ("refused: send it again", False),
        ("Identify (again)", True),
        ("Identify (again)", True),
        ("ok, C12.18 version 1.0", False),
        ("Read table 1", False),
        ("ok, C12.18 version 1.0 (again)", True),
        ("refused: inappropriate action requested", False),
    ]
    assert items[1].kind is WireKind.NAK


def test_the_same_question_asked_anew_is_no_retry(frames: dict[str, bytes]) -> None:
    once = [(">", frames["READ-1"], 0.0), ("<", b"\x06" + frames["TABLE-1"], 0.1), (">", b"\x06", 0.2)]
    items = listen([*once, *once])
    assert not any(item.repeated for item in items)


def test_an_echo_is_called_one(frames: dict[str, bytes]) -> None:
    items = listen([(">", frames["IDENT"], 0.0), ("<", frames["IDENT"] + b"\x06" + frames["IDENT-REPLY"], 0.1)])
    assert [item.summary for item in items] == [
        "Identify",
        "echo of: Identify",
        "acknowledged",
        "ok, C12.18 version 1.0",
    ]


def test_noise_and_damage_are_shown(frames: dict[str, bytes]) -> None:
    items = listen(
        [
            ("<", b"\x55\x55", 0.0),
            ("<", frames["OK"][:-1] + b"\0", 1.0),
            ("<", frames["OK"], 2.0),
            ("<", b"\xee\x00\x00", 3.0),
        ]
    )
    assert [(item.time, item.kind.value, item.summary) for item in items] == [
        (0.0, "garbage", "2 bytes of noise"),
        (1.0, "garbage", "damaged packet, 9 bytes"),
        (2.0, "packet", "ok"),
        (3.0, "garbage", "damaged packet, 3 bytes"),
    ]


def test_what_cannot_be_read_says_where() -> None:
    def packet(data: str) -> bytes:
        return Packet(0, 0, 0, bytes.fromhex(data)).encode()

    items = listen(
        [
            (">", packet("30 00"), 0.0),
            ("<", packet("00 00 02 01"), 1.0),
            ("<", packet(""), 2.0),
            (">", packet("30 00 01"), 3.0),
            ("<", packet("00 00 02 01"), 4.0),
            (">", packet("7F"), 5.0),
            (">", Packet(0, 0xC0, 1, b"\x7f").encode(), 6.0),
        ]
    )
    assert [(item.service, item.summary) for item in items] == [
        ("Read", "unreadable: at byte 1 expected table number (2 bytes), found 1 bytes"),
        ("Read", "ok"),
        ("Read", "empty message"),
        ("Read", "Read table 1"),
        ("Read", "unreadable: at byte 3 expected table data (2 bytes), found 1 bytes"),
        ("", "unreadable: at byte 0 expected a service code, found 7F"),
        ("", "request, packet 1 of 2"),
    ]


def test_a_recording_that_begins_in_the_middle_of_a_message() -> None:
    rest = [Packet(0, control, sequence, bytes([0x30, 0, sequence])) for control, sequence in ((0x80, 1), (0xA0, 0))]
    items = listen([(direction, packet.encode(), at) for direction in "<>" for at, packet in enumerate(rest)])
    assert {item.summary for item in items} == {"the rest of a message without its beginning"}
    assert items[1].message == b"\x30\0\1\x30\0\0"
    assert items[3].message == b"*" * 6


def test_an_echo_is_told_behind_acknowledgements_that_came_with_it(frames: dict[str, bytes]) -> None:
    """A probe that sends everything back: the echo of our acknowledgement comes before that of our question."""
    records = [(">", b"\x06", 0.0), (">", frames["READ-1"], 0.01), ("<", b"\x06", 0.02), ("<", frames["READ-1"], 0.03)]
    items = listen([*records, ("<", b"\x06" + frames["TABLE-1"], 0.1)])
    assert [(item.direction, item.echo) for item in items if item.kind is WireKind.PACKET] == [
        (">", False),
        ("<", True),
        ("<", False),
    ]


def test_noise_ends_when_the_other_end_speaks(frames: dict[str, bytes]) -> None:
    records = [(">", frames["READ-1"], 0.0), ("<", b"\x06", 0.1), ("<", b"*" * 30, 0.2), (">", b"\x15", 0.21)]
    items = listen([*records, ("<", frames["TABLE-1"], 0.22)])
    assert [item.kind for item in items] == [
        WireKind.PACKET, WireKind.ACK, WireKind.GARBAGE, WireKind.NAK, WireKind.PACKET,
    ]  # fmt: skip


def test_the_rest_of_a_message_without_its_beginning_is_marked() -> None:
    (item,) = listen([("<", Packet(0, 0x80, 0, b"\1\2").encode(), 0.0)])
    assert item.headless


def secret_conversations() -> list[list[tuple[str, bytes, float]]]:
    exchanges: list[Exchange] = [
        (Security(Secret(SECRET)), Ok()),
        (FullWrite(42, SECRET * 8), Ok()),
        (FullRead(42), ReadReply(SECRET * 8)),
        (FullWrite(7, b"\x12\x00\x01" + SECRET), Ok()),
    ]
    sizes = (9, 12, 20, 64, 1024)
    return [record(exchange, size=size, chunk=chunk) for exchange in exchanges for size in sizes for chunk in (1, 99)]


def shown(items: list[WireItem], direction: str) -> bytes:
    return b"".join(item.raw for item in items if item.direction == direction and item.kind is not WireKind.ACK)


@pytest.mark.parametrize("spoil", [lambda raw: raw, lambda raw: raw[:-1], lambda raw: raw[1:], lambda raw: b"\0" + raw])
def test_no_byte_of_a_secret_is_shown(spoil: Callable[[bytes], bytes]) -> None:
    """Whole, cut off, without its head, behind noise: there and back as an echo."""
    for records in secret_conversations():
        for echo in (False, True):
            heard = [(direction, spoil(data) if len(data) > 1 else data, at) for direction, data, at in records]
            if echo:
                heard = [(side, data, at) for direction, data, at in heard for side in dict.fromkeys((direction, "<"))]
            items = listen(heard)
            for item in items:
                clear = item.message + (item.packet.data if item.packet else item.raw)
                assert not set(clear) & set(SECRET), item
                pairs = [SECRET[at : at + 2] for at in range(len(SECRET) - 1)]
                assert not any(pair in item.raw or repr(pair)[2:-1] in repr(item) for pair in pairs), item


def test_secrets_leave_the_rest_to_be_read() -> None:
    items = listen(
        record((Security(Secret(SECRET)), Ok()), (FullWrite(42, SECRET), Ok()), (FullRead(45), ReadReply(SECRET)))
    )
    assert lines(items) == [
        "> Security: Security password (hidden)",
        "< Security: ok",
        f"> Write: Write table 42, {len(SECRET)} bytes",
        "< Write: ok",
        "> Read: Read table 45",
        f"< Read: ok, {len(SECRET)} bytes",
    ]
    assert items[0].raw[:7] == bytes.fromhex("EE 00 00 00 00 15 51")
    assert items[0].raw[7:] == b"*" * 22
    assert items[0].message == b"\x51" + b"*" * 20


def test_a_recording_that_is_masked_already_is_read_as_well() -> None:
    exchanges = (
        (Negotiate(64, 1, (9600,)), Refusal(ResponseCode.SNS)),
        (Security(Secret(SECRET)), Ok()),
        (FullWrite(42, SECRET), Ok()),
        (FullRead(45), ReadReply(SECRET)),
    )
    masked = [(item.direction, item.raw, item.time) for item in listen(record(*exchanges))]
    assert lines(listen(masked)) == [
        "> Negotiate: Negotiate 64 bytes, 1 packets, 9600 baud",
        "< Negotiate: refused: service not supported",
        "> Security: Security password (hidden)",
        "< Security: ok",
        "> Write: Write table 42 (hidden)",
        "< Write: ok",
        "> Read: Read table 45",
        f"< Read: ok, {len(SECRET)} bytes (hidden)",
    ]
