"""The packet, its bits and its bytes."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldpro.c12 import link
from fieldpro.c12.link import Packet, PacketControl
from fieldpro.errors import FieldProError, MessageError

SINGLE = [0x00, 0x20]


def test_every_golden_packet_in_both_directions(frames: dict[str, bytes]) -> None:
    for name, raw in frames.items():
        if len(raw) == 1:
            continue
        packet = Packet.decode(raw)
        assert packet.encode() == raw, name
        assert packet.toggle == name.endswith("-T"), name
        assert packet.is_first
        assert not packet.is_multi


def test_the_parts_of_a_golden_packet(frames: dict[str, bytes]) -> None:
    assert Packet.decode(frames["READ-1-T"]) == Packet(0, PacketControl.TOGGLE, 0, bytes.fromhex("300001"))


@given(
    st.integers(0, 255),
    st.sampled_from([(control, 0) for control in SINGLE]) | st.tuples(st.integers(0x80, 0xFF), st.integers(0, 255)),
    st.binary(max_size=200) | st.integers(0, 8184).map(bytes),
)
def test_a_packet_comes_back_as_it_was_sent(identity: int, bits: tuple[int, int], data: bytes) -> None:
    packet = Packet(identity, bits[0], bits[1], data)
    raw = packet.encode()
    assert len(raw) == len(data) + 8
    assert Packet.decode(raw) == packet


def test_first_and_following_packets() -> None:
    assert Packet(0, 0xC0, 1, b"").is_first
    assert not Packet(0, 0xA0, 0, b"").is_first
    assert Packet(0, 0xA0, 0, b"").is_multi


@pytest.mark.parametrize(
    "packet",
    [
        Packet(256, 0, 0, b""),
        Packet(0, -1, 0, b""),
        Packet(0, 0x80, 256, b""),
        Packet(0, 0, 0, bytes(8185)),
        Packet(0, 0x40, 0, b""),
        Packet(0, 0, 1, b""),
    ],
)
def test_a_packet_that_cannot_be(packet: Packet) -> None:
    with pytest.raises(MessageError):
        packet.encode()


@pytest.mark.parametrize(
    ("raw", "offset"),
    [
        ("", 0),
        ("EE 00 00 00 00 00 00", 7),
        ("06 00 00 00 00 01 20 13 10", 0),
        ("EE 00 40 00 00 01 20 13 10", 2),
        ("EE 00 00 01 00 01 20 13 10", 2),
        ("EE 00 00 00 00 02 20 13 10", 4),
        ("EE 00 00 00 00 01 20 10 13", 7),
        ("EE 00 00 00 00 01 21 13 10", 7),
    ],
)
def test_bytes_that_are_no_packet_say_where(raw: str, offset: int) -> None:
    with pytest.raises(MessageError) as caught:
        Packet.decode(bytes.fromhex(raw))
    assert caught.value.offset == offset


@given(st.binary(max_size=40))
def test_random_bytes_raise_nothing_else(data: bytes) -> None:
    for raw in (data, b"\xee" + data, b"\xee\0\0\0\0" + bytes([len(data)]) + data):
        with contextlib.suppress(FieldProError):
            Packet.decode(raw)


@given(st.binary(max_size=60), st.data())
def test_no_packet_with_a_burst_of_wrong_bits_is_taken(content: bytes, data: st.DataObject) -> None:
    """A CRC of 16 bits finds every error that lies within 16 bits."""
    raw = bytearray(Packet(0, 0, 0, content).encode())
    place = data.draw(st.integers(0, len(raw) - 2))
    flips = data.draw(st.integers(1, 0xFFFF))
    raw[place] ^= flips >> 8
    raw[place + 1] ^= flips & 0xFF
    with pytest.raises(MessageError):
        Packet.decode(bytes(raw))


def test_the_public_names_exist() -> None:
    assert all(hasattr(link, name) for name in link.__all__)
