"""A request by hand: the bytes that go out, and what is said of what no request can be."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldpro.c12.dictionary.tables import Tables
from fieldpro.c12.link.packet import Packet
from fieldpro.c12.psem import decode_request
from fieldpro.dictionaries import load_dictionary
from fieldpro.gui.models.request_builder import SERVICES, Link, Typed, build, packets_of, table_number
from fieldpro.gui.pages.tables_draft import TableDraft

LINK = Link(1024, 255, 3)


@pytest.fixture(scope="module")
def tables() -> Tables:
    """Tables 0 and 1 of a meter with little-endian data and offset reads."""
    general = bytearray(40)
    return Tables(load_dictionary(), raw={0: bytes(general), 1: b"HANDMADE".ljust(32)})


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (Typed("full-read", table="23"), "30 00 17"),
        (Typed("full-read", table="mt 3"), "30 08 03"),
        (Typed("full-read", table="0x1017"), "30 10 17"),
        (Typed("full-read", table="GENERAL_MFG_ID_TBL"), "30 00 01"),
        (Typed("offset-read", table="23", offset="0x010203", count="4"), "3f 00 17 01 02 03 00 04"),
        (Typed("offset-read", table="1", offset="ED_MODEL"), "3f 00 01 00 00 04 00 08"),
        (Typed("index-read", table="23", index="1.0.2", count="3"), "33 00 17 00 01 00 00 00 02 00 03"),
        (Typed("index-read", table="1", index="HW_VERSION_NUMBER"), "31 00 01 00 02 00 01"),
        (Typed("default-read"), "3e"),
        (Typed("full-write", table="6", data=b"\x01\x02"), "40 00 06 00 02 01 02 fd"),
        (Typed("offset-write", table="6", offset="5", data=b"\xff"), "4f 00 06 00 00 05 00 01 ff 01"),
        (Typed("index-write", table="6", index="2", data=b"\0"), "41 00 06 00 02 00 01 00 00"),
        (Typed("default-write", data=b"\x07"), "4e 00 01 07 f9"),
        (Typed("wait", seconds="10"), "70 0a"),
    ],
)
def test_the_message_is_that_of_the_standard(tables: Tables, typed: Typed, message: str) -> None:
    """ANSI C12.18, Read, Write and Wait services."""
    built = build(typed, tables, LINK)
    assert built.complaints == {}
    assert built.message.hex(" ") == message
    assert decode_request(built.message) == built.request


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        (Typed("full-read", table=""), "table", "0 to 8191"),
        (Typed("full-read", table="8192"), "table", "0 to 8191"),
        (Typed("full-read", table="MT 2048"), "table", "MT 3"),
        (Typed("full-read", table="NO_SUCH_TBL"), "table", "name"),
        (Typed("offset-read", table="1", offset="16777216", count="1"), "offset", "16,777,215"),
        (Typed("offset-read", table="1", offset="NO_SUCH", count="1"), "offset", "an element of GENERAL_MFG_ID_TBL"),
        (Typed("offset-read", table="2050", offset="PART", count="1"), "offset", "layout of this table is not known"),
        (Typed("offset-read", table="1", offset="0", count="0"), "count", "1 to 65,535"),
        (Typed("offset-read", table="1", offset="0", count="65536"), "count", "1 to 65,535"),
        (Typed("index-read", table="1", index="1.2.3.4.5.6.7.8.9.0", count="1"), "index", "1 to 9"),
        (Typed("index-read", table="1", index="70000", count="1"), "index", "1 to 9"),
        (Typed("wait", seconds="256"), "seconds", "0 to 255"),
        (Typed("full-write", table="6", data=b""), "data", "1 to 65,535 bytes"),
        (Typed("full-write", table="42", data=b"x"), "table", "Configure"),
        (Typed("offset-write", table="4141", offset="0", data=b"x"), "table", "Configure"),
        (Typed("full-write", table="7", data=b"x"), "table", "starts a procedure"),
    ],
)
def test_what_no_request_can_be_is_said_at_its_field(tables: Tables, typed: Typed, field: str, words: str) -> None:
    built = build(typed, tables, LINK)
    assert built.request is None
    assert (built.message, built.packets) == (b"", ())
    assert words in built.complaints[field]


def test_every_mistake_is_said_at_once(tables: Tables) -> None:
    built = build(Typed("offset-read", table="x", offset="y", count="z"), tables, LINK)
    assert set(built.complaints) == {"table", "offset", "count"}


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        (Typed("offset-read", table="1", offset="30", count="4"), "count", "ends at 32 by its layout; this goes to 34"),
        (Typed("index-read", table="1", index="99", count="1"), "index", "no such element"),
        (Typed("full-write", table="1", data=b"abc"), "data", "32 bytes by its layout"),
        (Typed("full-read", table="4097"), "table", "pending"),
    ],
)
def test_what_may_be_meant_is_only_noted(tables: Tables, typed: Typed, field: str, words: str) -> None:
    built = build(typed, tables, LINK)
    assert built.request is not None
    assert words in built.notes[field]


def test_the_default_is_written_by_nobody_who_cannot_see_it(tables: Tables) -> None:
    built = build(Typed("default-write", data=b"\1"), tables, LINK)
    assert built.message
    assert "not sent" in built.why_not_sent


def test_a_message_too_long_for_the_packets_agreed_on_is_no_request(tables: Tables) -> None:
    built = build(Typed("full-write", table="6", data=bytes(80)), tables, Link(64, 1))
    assert "more than the packets agreed on can carry: 56" in built.complaints["data"]


def test_an_element_that_is_written_has_fields_beside_its_bytes(tables: Tables) -> None:
    built = build(Typed("offset-write", table="1", offset="MANUFACTURER", data=b"LAND"), tables, LINK)
    layout = built.data_layout
    assert layout is not None
    assert layout.decode(b"LAND").values == {"MANUFACTURER": "LAND"}
    draft = TableDraft(-1, b"LAND", layout)
    draft.set_value(layout.node("MANUFACTURER"), "SAND")
    assert draft.data == b"SAND"
    assert build(Typed("full-write", table="1", data=b"x"), tables, LINK).data_layout is not None
    assert build(Typed("offset-write", table="1", offset="3", data=b"x"), tables, LINK).data_layout is None


@given(message=st.binary(min_size=1, max_size=400), size=st.integers(9, 80), said=st.integers(0, 5))
def test_packets_carry_the_message_with_a_right_crc_and_the_toggle_of_their_turn(
    message: bytes, size: int, said: int
) -> None:
    """ANSI C12.18, packet layer: the sequence counts down to 0 and the toggle flips from packet to packet."""
    packets = [Packet.decode(raw) for raw in packets_of(message, Link(size, 255, said)) if len(raw) <= size]
    assert b"".join(packet.data for packet in packets) == message
    assert [packet.sequence for packet in packets] == list(range(len(packets)))[::-1]
    assert [packet.toggle for packet in packets] == [bool((said + turn) % 2) for turn in range(len(packets))]


def test_a_short_read_is_the_packet_of_the_vectors() -> None:
    """The bytes of a captured "Read table 1", its CRC among them, are those of another program."""
    [packet] = packets_of(bytes.fromhex("20"), Link(64, 1, 0))
    assert packet.hex() == "ee0000000001201310"  # ANSI C12.18, the Identification packet everybody sends first


def test_every_service_can_be_built_without_a_meter() -> None:
    for service in SERVICES:
        built = build(Typed(service.id), None)
        assert built.service is service
        assert (built.request is None) == bool(built.complaints)


def test_table_numbers_are_read_as_people_write_them(tables: Any) -> None:
    assert [table_number(text, tables) for text in ("ST 5", "st5", "MT5", "2053", "0x805")] == [5, 5, 2053, 2053, 2053]
