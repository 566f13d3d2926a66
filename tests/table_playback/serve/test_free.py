"""A tape, or table images, as a meter, freely: any read in any order, writes where the tape says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from fieldpro.c12.psem import (
    DefaultRead,
    FullRead,
    FullWrite,
    IndexRead,
    IndexWrite,
    OffsetRead,
    OffsetWrite,
    Ok,
    ReadReply,
    ResponseCode,
)
from fieldpro.errors import ServiceRefused
from fieldpro.meter.read import read_tables
from fieldpro.records import MeterIdentity, ReadOut, TableReading, TableStatus
from fieldpro.session.conversation import Conversation
from table_playback.formats import from_read_out
from table_playback.serve import TapeMeter, meter_of_images, meter_of_tape
from table_playback.serve.context import tables_of
from table_playback.tape import TableImage

Make = Callable[..., Any]
PROFILE = "virtual-centron"
ISC, IAR, ONP, SNS = ResponseCode.ISC, ResponseCode.IAR, ResponseCode.ONP, ResponseCode.SNS


def ask(*requests: Any) -> Conversation[list[Any]]:
    """Each request in turn: its data, Ok, or the response code it was refused with."""
    answers: list[Any] = []
    for request in requests:
        try:
            reply = yield request
            answers.append(reply.data if isinstance(reply, ReadReply) else reply)
        except ServiceRefused as refused:
            answers.append(ResponseCode(refused.response))
    return answers


def asked(line: Make, meter: TapeMeter, *requests: Any, password: str = "") -> list[Any]:
    with line(meter).session(password) as session:
        answers: list[Any] = session.run(ask(*requests))
        return answers


# --- images -----------------------------------------------------------------------------------------------------


def test_every_table_of_a_meter_is_served_byte_for_byte(line: Make, real_tables: dict[int, bytes]) -> None:
    meter = meter_of_images(real_tables)
    with line(meter).session() as session:
        read_out = session.run(read_tables())
    served = {number: reading.data for number, reading in read_out.tables.items() if reading.data}
    secret = {42, 45}
    assert served.keys() >= real_tables.keys() - secret - {7, 8}
    assert {number: real_tables[number] for number in served} == served


def test_reads_in_part_by_offset_and_by_index(line: Make, real_tables: dict[int, bytes]) -> None:
    layout = tables_of(PROFILE, (), real_tables).layout(23)
    span = layout.locate("CURRENT_REG_DATA_TBL.TOT_DATA_BLOCK.SUMMATIONS[1]")
    path = layout.index_path("CURRENT_REG_DATA_TBL.TOT_DATA_BLOCK.SUMMATIONS[1]")
    data = real_tables[23]
    meter = meter_of_images(real_tables, device_profile=PROFILE)
    answers = asked(
        line,
        meter,
        OffsetRead(23, 3, 10),
        IndexRead(23, path, 1),
        IndexRead(23, path, 2),
        OffsetRead(23, len(data) - 2, 3),
        IndexRead(23, (99, 99), 1),
        FullRead(999),
        OffsetRead(999, 0, 1),
    )
    first, length = span.offset, span.length
    assert answers == [data[3:13], data[first : first + length], data[first : first + 2 * length], ONP, ONP, IAR, IAR]


def test_an_answer_that_no_packets_can_hold_is_refused(line: Make) -> None:
    meter = meter_of_images({64: bytes(2_000)})
    with line(meter).session(negotiate=False) as session:
        assert session.run(ask(FullRead(64), OffsetRead(64, 1990, 10))) == [ONP, bytes(10)]


def test_a_table_known_in_part_answers_for_that_part(taped: Any, line: Make) -> None:
    image = TableImage(64, bytes(10) + b"known" + bytes(5) + b"more!", parts=((10, 3), (13, 2), (20, 5)))
    meter = meter_of_tape(taped.tape({64: image}))
    answers = asked(
        line,
        meter,
        FullRead(64),
        OffsetRead(64, 10, 5),
        OffsetRead(64, 20, 5),
        OffsetRead(64, 9, 2),
        OffsetRead(64, 14, 7),
    )
    assert answers == [ONP, b"known", b"more!", ONP, ONP]


def test_what_the_steps_read_is_there_where_no_image_is(taped: Any, line: Make) -> None:
    taped.log_on().read(1, b"old").read(1, b"new").read(2, b"step")
    taped.say(OffsetRead(64, 4, 2), ReadReply(b"ef")).say(OffsetRead(64, 2, 2), ReadReply(b"cd"))
    meter = meter_of_tape(taped.tape({2: TableImage(2, b"image")}))
    answers = asked(line, meter, FullRead(1), FullRead(2), OffsetRead(64, 2, 4), OffsetRead(64, 0, 4))
    assert answers == [b"new", b"image", b"cdef", ONP]


def test_what_no_image_can_answer_is_answered_as_recorded(taped: Any, line: Make) -> None:
    taped.log_on().say(IndexRead(9, (1, 2), 1), ReadReply(b"nine")).say(DefaultRead(), ReadReply(b"default"))
    answers = asked(line, meter_of_tape(taped.tape()), DefaultRead(), IndexRead(9, (1, 2), 1), IndexRead(9, (1, 3), 1))
    assert answers == [b"default", b"nine", IAR]


# --- writing ----------------------------------------------------------------------------------------------------


def test_written_is_what_may_be_written_and_stays(taped: Any, line: Make) -> None:
    taped.log_on().write(5, b"written!")
    images = {
        5: TableImage(5, b"recorded"),
        6: TableImage(6, b"abcdefgh", writable=True),
        7: TableImage(7, bytes(3)),
        9: TableImage(9, b"fast"),
    }
    meter = meter_of_tape(taped.tape(images))
    answers = asked(
        line,
        meter,
        FullWrite(9, b"FAST"),
        OffsetWrite(9, 0, b"F"),
        FullWrite(5, b"mine now"),
        FullWrite(5, b"short"),
        OffsetWrite(6, 2, b"CD"),
        OffsetWrite(6, 7, b"HI"),
        FullRead(5),
    )
    assert answers == [IAR, IAR, Ok(), ONP, Ok(), ONP, b"mine now"]
    assert asked(line, meter, FullRead(6), FullRead(5), FullRead(9)) == [b"abCDefgh", b"mine now", b"fast"]


def test_a_table_that_was_only_written_is_known_as_far_as_it_is_written(taped: Any, line: Make) -> None:
    taped.log_on().say(OffsetWrite(6, 10, b"recorded"), Ok())
    meter = meter_of_tape(taped.tape())
    answers = asked(line, meter, OffsetRead(6, 10, 4), OffsetWrite(6, 20, b"mine"), OffsetRead(6, 20, 4), FullRead(6))
    assert answers == [IAR, Ok(), b"mine", ONP]


def test_writing_by_index_goes_where_the_dictionary_says(line: Make, real_tables: dict[int, bytes]) -> None:
    layout = tables_of(PROFILE, (), real_tables).layout(6)
    node = layout.root.children[1]
    path = layout.index_path(f"{layout.name}.{node.path[-1]}")
    meter = meter_of_images(real_tables, writable=[6], device_profile=PROFILE)
    new = bytes(range(1, node.length + 1))
    answers = asked(line, meter, IndexWrite(6, path, new), OffsetRead(6, node.offset, node.length), FullRead(6))
    whole = real_tables[6]
    assert answers == [Ok(), new, whole[: node.offset] + new + whole[node.offset + node.length :]]


def test_a_written_limit_shapes_the_tables_that_hang_on_it(line: Make, real_tables: dict[int, bytes]) -> None:
    tables = tables_of(PROFILE, (), real_tables)
    number_of_tiers = tables.layout(21).locate("ACT_REGS_TBL.NBR_TIERS")
    path = tables.layout(23).index_path("CURRENT_REG_DATA_TBL.TIER_DATA_BLOCK[1]")
    meter = meter_of_images(real_tables, writable=[21], device_profile=PROFILE)
    before, written, after = asked(
        line, meter, IndexRead(23, path, 1), OffsetWrite(21, number_of_tiers.offset, b"\1"), IndexRead(23, path, 1)
    )
    assert (len(before) > 0, written, after) == (True, Ok(), ONP)


# --- refusals ---------------------------------------------------------------------------------------------------


def test_recorded_refusals_are_kept_until_a_password_opens(taped: Any, line: Make) -> None:
    taped.log_on().refuse(FullRead(42), ISC).log_off()
    taped.log_on("SECRET").read(42, b"passwords").refuse(FullRead(43), ISC)
    meter = meter_of_tape(taped.tape({43: TableImage(43, b"never")}))
    assert asked(line, meter, FullRead(42), OffsetRead(42, 0, 4)) == [ISC, ISC]
    assert asked(line, meter, FullRead(42), FullRead(43), password="SECRET") == [b"passwords", ISC]
    assert asked(line, meter, FullRead(42)) == [ISC]


def test_a_write_that_was_refused_without_a_password_is_refused_without_one(taped: Any, line: Make) -> None:
    taped.log_on().refuse(FullWrite(6, b"abcd"), ISC).log_off().log_on("SECRET").write(6, b"abcd")
    meter = meter_of_tape(taped.tape({6: TableImage(6, b"1234")}))
    assert asked(line, meter, FullRead(6), FullWrite(6, b"wxyz")) == [b"1234", ISC]
    assert asked(line, meter, FullWrite(6, b"wxyz"), FullRead(6), password="SECRET") == [Ok(), b"wxyz"]


def test_absent_tables_and_services_stay_absent(taped: Any, line: Make) -> None:
    taped.log_on().refuse(FullRead(77), IAR).refuse(OffsetRead(1, 0, 2), SNS).read(1, b"one")
    taped.refuse(FullRead(78), ResponseCode.BSY).read(78, b"busy once")
    meter = meter_of_tape(taped.tape())
    answers = asked(line, meter, FullRead(77), OffsetRead(1, 0, 2), FullRead(1), FullRead(78))
    assert answers == [IAR, SNS, b"one", b"busy once"]


# --- procedures -------------------------------------------------------------------------------------------------

RESET, CLOCK, NEVER = "0900", "0A00", "0500"


def test_procedures_are_answered_from_the_tape(taped: Any, line: Make) -> None:
    taped.log_on()
    taped.write(7, bytes.fromhex(RESET + "11" + "01")).read(8, bytes.fromhex(RESET + "11" + "01"))
    taped.read(8, bytes.fromhex(RESET + "11" + "00AA"))  # it was not finished at first
    taped.write(7, bytes.fromhex(RESET + "12" + "02")).read(8, bytes.fromhex(RESET + "12" + "02"))
    taped.write(7, bytes.fromhex(CLOCK + "13" + "0102")).read(8, bytes.fromhex(CLOCK + "13" + "00"))
    answers = asked(
        line,
        meter_of_tape(taped.tape()),
        FullWrite(7, bytes.fromhex(RESET + "70" + "01")),
        FullRead(8),
        FullWrite(7, bytes.fromhex(RESET + "71" + "02")),
        FullRead(8),
        FullWrite(7, bytes.fromhex(CLOCK + "72" + "FFFF")),  # other parameters: as it went then
        FullRead(8),
        FullWrite(7, bytes.fromhex(NEVER + "73")),
        FullRead(8),
        FullWrite(7, b"\0"),
    )
    assert answers[1::2] == [
        bytes.fromhex(RESET + "70" + "00AA"),
        bytes.fromhex(RESET + "71" + "02"),
        bytes.fromhex(CLOCK + "72" + "00"),
        bytes.fromhex(NEVER + "73" + "06"),
    ]
    assert answers[0::2] == [Ok(), Ok(), Ok(), Ok(), ONP]


def test_a_meter_with_the_most_significant_byte_first_numbers_its_procedures_so(taped: Any, line: Make) -> None:
    taped.log_on().write(7, bytes.fromhex("0009 11")).read(8, bytes.fromhex("0009 11 00"))
    meter = meter_of_tape(taped.tape({0: TableImage(0, b"\x01")}))
    answers = asked(line, meter, FullWrite(7, bytes.fromhex("3009 44")), FullRead(8))  # another selector
    assert answers == [Ok(), bytes.fromhex("3009 44 00")]


def test_without_a_session_on_the_tape_the_header_says_what_it_speaks(taped: Any, line: Make) -> None:
    for standard in (0, 2):
        meter = meter_of_tape(taped.tape({1: TableImage(1, b"one")}, link={"standard": standard}))
        with line(meter).session() as session:
            assert session.facts.standard == standard
            assert session.run(ask(FullRead(1))) == [b"one"]


# --- snapshots, redaction, timing -------------------------------------------------------------------------------


def test_a_read_out_becomes_a_meter_in_one_step(line: Make, real_tables: dict[int, bytes]) -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    identity = MeterIdentity("FPRO", "VCENTRON", "1", "1.0", "1.0", "FPRO")
    readings: dict[int, TableReading] = {
        number: TableReading(number, TableStatus.READ, real_tables[number], read_at=now) for number in (0, 1, 23)
    }
    refused = ServiceRefused("Read", ISC, "table 42")
    readings[42] = TableReading(42, TableStatus.REFUSED, error=refused)
    read_out = ReadOut(identity, "sim://centron", "Ada", now, now, PROFILE, readings)
    meter = meter_of_tape(from_read_out(read_out))
    answers = asked(line, meter, FullRead(42), FullRead(23), FullRead(0), FullRead(1))
    assert answers == [ISC, real_tables[23], real_tables[0], real_tables[1]]


def test_redacted_tables_are_served_and_that_is_said(taped: Any, line: Make) -> None:
    meter = meter_of_tape(taped.tape({5: TableImage(5, b"no*me", masked=((2, 1),)), 6: TableImage(6, b"six")}))
    assert asked(line, meter, FullRead(5)) == [b"no*me"]
    assert any(remark.startswith("Table 5 is redacted in one place") for remark in meter.remarks)
    assert not any("Table 6" in remark for remark in meter.remarks)


def test_it_takes_as_long_as_the_meter_did_if_asked_to(taped: Any, line: Make) -> None:
    taped.log_on().read(1, b"one", duration_s=0.25).read(2, b"two", duration_s=0.75)
    wire = line(meter_of_tape(taped.tape({3: TableImage(3, b"three")}), timing="recorded"))
    with wire.session() as session:
        took = []
        for number in (2, 1, 3):
            start = wire.now
            session.run(ask(FullRead(number)))
            took.append(wire.now - start)
    assert took == pytest.approx([0.75, 0.25, 0.5])  # the last was never read: the mean of the reads
