"""Tapes of every version that there ever was stay readable."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from table_playback.tape import Order, Redaction, Step, TableImage, VerifyRule, WirePacket, load

TAPE = Path(__file__).parent / "golden" / "version-1.tape"
BEGUN = datetime(2026, 3, 1, 12, 7, tzinfo=UTC)


def test_the_header_of_version_1_is_read() -> None:
    header = load(TAPE).header
    assert header.meter is not None
    assert (header.meter.key, header.meter.firmware, header.meter.identification) == ("ITRN 61873204", "5.7", "")
    assert (header.started_at, header.ended_at) == (BEGUN, datetime(2026, 3, 1, 12, 7, 9, 250_000, UTC))
    assert (header.device_profile, header.dictionary, header.who) == ("generic", ("fieldpro-virtual",), "Ada")
    assert (header.port, header.title, header.note) == ("/dev/ttyUSB0", "Läuft", "")
    assert header.link == {"baud": 9600, "standard": "C12.18"}
    assert header.redactions == (Redaction("passwords", 1, True, BEGUN),)
    assert (header.ignore, header.interrupted) == (("CLOCK_TBL.*",), False)


def test_the_table_images_of_version_1_are_read() -> None:
    assert load(TAPE).tables == {
        1: TableImage(1, b"ITRNC1SD", datetime(2026, 3, 1, 12, 7, 1, tzinfo=UTC), True),
        2053: TableImage(2053, b"\0\1\2\3", masked=((1, 2),), parts=((0, 2), (3, 1))),
    }


def test_the_steps_of_version_1_are_read() -> None:
    rule = VerifyRule(Order.ANY, ("CLOCK_TBL.*",), (("A.B", 2.5),), False)
    assert load(TAPE).steps == [
        Step(1, 0.0, ">", "identify", response=0, answer=b"\2\1\0\0"),
        Step(2, 0.5, ">", "security", data=b"****", response=0, masked=((0, 4),)),
        Step(3, 1.25, "<", "full-read", table=1, data=b"ITRNC1SD", response=0, duration_s=0.125),
        Step(4, 2.0, "<", "offset-read", table=2053, offset=8, count=2, response=3, note="refused"),
        Step(5, 3.0, "<", "index-read", table=23, indices=(1, 0), count=1, enabled=False),
        Step(6, 4.0, ">", "full-write", table=7, procedure=3, data=b"\3\x09\0", response=0),
        Step(7, 5.0, "<", "full-read", table=52, data=b"\0", response=0, verify=rule),
        Step(8, 6.0, ">", "unknown", sent=b"\x7f\1", received=b"\2"),
    ]


def test_the_packets_of_version_1_are_read() -> None:
    assert load(TAPE).wire == [
        WirePacket(0.0, ">", bytes.fromhex("ee 00 00 00 00 01 20 13 10")),
        WirePacket(0.01, "<", b"\6", 1),
    ]
