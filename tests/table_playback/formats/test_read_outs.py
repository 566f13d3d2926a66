"""A read-out becomes a tape and a read-out again: whole, partial, refused, failed and unread tables alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fieldpro.errors import LinkError, ServiceRefused
from fieldpro.meter.view import MeterView
from fieldpro.records import MeterIdentity, ReadOut, TableReading, TableStatus
from fieldpro.store import Store
from table_playback.formats import FORMATS, from_read_out, tape_of_images, to_read_out
from table_playback.tape import Header, Step, TableImage, Tape, load, save

BEGUN = datetime(2026, 3, 1, 12, 7, tzinfo=UTC)
WHO = MeterIdentity("ITRN", "C1SD", "61873204", "3.1", "5.7", "ITRN")
AT = BEGUN + timedelta(seconds=3)
READ_OUT = ReadOut(
    WHO,
    "/dev/ttyUSB0",
    "Ada",
    BEGUN,
    BEGUN + timedelta(minutes=1),
    "generic",
    {
        1: TableReading(1, TableStatus.READ, b"ITRN", None, AT),
        23: TableReading(23, TableStatus.REFUSED, error=ServiceRefused("Read", 3, "table 23")),
        26: TableReading(26, TableStatus.READ, b""),
        62: TableReading(62, TableStatus.FAILED, error=LinkError("silent", "/dev/ttyUSB0")),
        63: TableReading(63, TableStatus.NOT_READ),
        64: TableReading(64, TableStatus.READ, b"\0\0ab\0\0c", None, AT, ((2, 2), (6, 1))),
        65: TableReading(65, TableStatus.FAILED, b"ab\0\0", LinkError("silent", "/dev/ttyUSB0"), AT, ((0, 2),)),
        2053: TableReading(2053, TableStatus.READ, b"maker", None, AT),
    },
    "at the gate",
    {"baud": 9600},
)


def plain(read_out: ReadOut) -> dict[int, tuple[object, ...]]:
    """The readings with their errors as data, so that they can be compared."""
    return {
        n: (r.status, r.data, r.read_at, r.parts, None if r.error is None else (r.error.code, r.error.data()))
        for n, r in read_out.tables.items()
    }


def test_a_read_out_comes_back_as_it_was() -> None:
    again = to_read_out(from_read_out(READ_OUT))
    assert plain(again) == plain(READ_OUT)
    assert replace(again, tables={}) == replace(READ_OUT, tables={})


def test_it_comes_back_through_a_file_and_the_store(tmp_path: Path) -> None:
    save(from_read_out(READ_OUT), tmp_path / "x.tape")
    with Store(tmp_path / "records.sqlite") as store:
        kept = store.load(store.save(to_read_out(load(tmp_path / "x.tape"))))
    assert plain(kept) == plain(READ_OUT)


def test_the_steps_read_what_was_read_and_say_what_was_refused() -> None:
    tape = from_read_out(READ_OUT)
    by_table = {
        number: [(s.service, s.offset, s.data, s.response, s.enabled) for s in tape.steps if s.table == number]
        for number in READ_OUT.tables
    }
    assert by_table == {
        1: [("full-read", None, b"ITRN", 0, True)],
        23: [("full-read", None, b"", 3, True)],
        26: [("full-read", None, b"", 0, True)],
        62: [("full-read", None, b"", None, False)],
        63: [("full-read", None, b"", None, False)],
        64: [("offset-read", 2, b"ab", 0, True), ("offset-read", 6, b"c", 0, True)],
        65: [("offset-read", 0, b"ab", 0, True), ("full-read", None, b"", None, False)],
        2053: [("full-read", None, b"maker", 0, True)],
    }
    assert [step.number for step in tape.steps] == list(range(1, len(tape.steps) + 1))
    assert tape.tables[64].parts == ((2, 2), (6, 1))
    assert (tape.header.meter, tape.header.who, tape.header.note) == (WHO, "Ada", "at the gate")


def test_passwords_and_keys_of_a_read_out_are_masked_and_do_not_come_back() -> None:
    tables = {42: TableReading(42, TableStatus.READ, b"SESAME", None, AT)}
    tape = from_read_out(replace(READ_OUT, tables=tables))
    assert tape.tables[42].data == b"******"
    assert [step.data for step in tape.steps] == [b"******"]
    assert [each.what for each in tape.header.redactions] == ["passwords"]
    assert to_read_out(tape).tables == {}


def test_a_tape_of_a_meter_shows_what_the_meter_shows(images: dict[int, bytes]) -> None:
    view = MeterView(to_read_out(tape_of_images(images)))
    assert view.identity.manufacturer == "FPRO"
    assert len(view.registers()) > 3
    assert view.clock().meter_time.year == 2026


def test_a_tape_without_images_gives_what_its_steps_read() -> None:
    steps = (
        Step(1, 0.0, "<", "full-read", table=3, response=6),
        Step(2, 1.0, "<", "full-read", table=3, data=b"ab", response=0, duration_s=0.5),
        Step(3, 2.0, "<", "full-read", table=5),
        Step(4, 3.0, ">", "full-write", table=6, data=b"x", response=0),
        Step(5, 4.0, "<", "offset-read", table=8, offset=0, count=1, data=b"x", response=0),
    )
    read_out = to_read_out(Tape(Header(None, BEGUN, BEGUN, port="COM3"), steps))
    assert plain(read_out) == {
        3: (TableStatus.READ, b"ab", BEGUN + timedelta(seconds=1.5), (), None),
        5: (TableStatus.FAILED, b"", BEGUN + timedelta(seconds=2), (), ("link", LinkError("silent", "COM3").data())),
    }


def test_a_refusal_before_and_after_a_table_that_was_read_changes_nothing_of_it() -> None:
    steps = (Step(1, 0.0, "<", "full-read", table=3, response=6),)
    tape = Tape(Header(None, BEGUN, BEGUN), steps, {3: TableImage(3, b"ab")})
    assert to_read_out(tape).tables[3].status is TableStatus.READ


@pytest.mark.parametrize("format", FORMATS, ids=lambda format: format.name)
def test_every_format_has_a_name_a_title_and_endings_of_its_own(format: object) -> None:
    assert isinstance(format, type(FORMATS[0]))
    assert format.title
    assert format.suffixes
    others = [suffix for other in FORMATS if other is not format for suffix in other.suffixes]
    assert not set(format.suffixes) & {*others, ".tape"}
