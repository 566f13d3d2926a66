"""`tape:` URLs: a tape, a dump or a read-out as a meter, from one line of text, through the program's own door."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from fieldpro.app import default_store, open_transport
from fieldpro.errors import FieldProError, StoreError, TapeError, UsageError
from fieldpro.meter.read import read_tables
from fieldpro.records import MeterIdentity, ReadOut, TableReading, TableStatus
from fieldpro.session.meter_session import MeterSession
from fieldpro.session.tables import read_table
from fieldpro.simulator.faults import FaultPlan
from table_playback.formats import FORMATS, tape_of_images
from table_playback.serve.url import TapeOrder, open_url, parse, source, tape_url
from table_playback.tape import TableImage, Tape, save

Make = Callable[..., Any]


def read(url: str, *numbers: int) -> list[bytes]:
    with MeterSession(open_transport(url), close_transport=True) as session:
        return [session.run(read_table(number)) for number in numbers]


@pytest.fixture
def tape(taped: Any) -> Tape:
    made: Tape = taped.log_on().read(1, b"one").read(23, b"two").write(5, b"five").log_off().tape()
    return made


# --- what a URL says --------------------------------------------------------------------------------------------


def test_a_plain_url_serves_freely_and_fast() -> None:
    assert parse("tape:a.tape") == TapeOrder("a.tape", order="free", timing="fast", keep=True)


def test_every_option() -> None:
    wanted = parse(
        "tape:/t/a.tape?order=strict&timing=recorded&faults=busy@12,delay@5=2.5&seed=7&loop=1&session=exact&pace=1&keep=1"
    )
    faults = FaultPlan.parse("busy@12,delay@5=2.5,seed:7")
    assert wanted == TapeOrder("/t/a.tape", "strict", "recorded", faults, True, True, True, True)
    assert not parse("tape:a.tape?faults=nak@3").keep
    assert not parse("tape:a.tape?order=strict").keep


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("tape:a.tape", "a.tape"),
        ("TAPE:a.tape", "a.tape"),
        ("tape:visits/my meter.tape?order=free", "visits/my meter.tape"),
        ("tape:/visits/my%20meter.tape", "/visits/my meter.tape"),
        ("tape:///visits/a.tape", "/visits/a.tape"),
        ("tape:C:\\tapes\\a b.tape?loop=1", "C:\\tapes\\a b.tape"),
        ("tape:C:/tapes/a.tape", "C:/tapes/a.tape"),
        ("tape:/C:/tapes/a.tape", "C:/tapes/a.tape"),
        ("tape:///C:/tapes/a%20b.tape?order=strict", "C:/tapes/a b.tape"),
        ("tape://server/share/a.tape", "//server/share/a.tape"),
        ("tape:\\\\server\\share\\a.tape", "\\\\server\\share\\a.tape"),
        ("tape:what%3F.tape?order=free", "what?.tape"),
        ("tape:100%25.tape", "100%.tape"),
        ("tape:100%.tape", "100%.tape"),
        ("tape:a#b&c.tape?loop=0", "a#b&c.tape"),
        ("tape:Z%C3%A4hler.tape", "Zähler.tape"),
        ("tape:Zähler.tape", "Zähler.tape"),
        ("tape:record:12?order=free", "record:12"),
    ],
)
def test_the_path_in_it(url: str, path: str) -> None:
    assert parse(url).path == path


@pytest.mark.parametrize(
    "path",
    [
        "a.tape",
        "C:\\tapes\\a b.tape",
        "/what? #1 & 100%.tape",
        "/a%20b/Zähler.tape",
        "\\\\server\\share\\x.tape",
        "a+b=c.tape",
    ],
)
def test_a_url_that_is_written_is_read_again(path: str) -> None:
    faults = "busy@12,drop:0.02,delay@5=2.5"
    wanted = parse(tape_url(path, order="strict", faults=faults, seed=3))
    assert (wanted.path, wanted.order) == (path, "strict")
    assert wanted.faults == FaultPlan.parse(faults + ",seed:3")


@pytest.mark.parametrize(
    ("url", "subject"),
    [
        ("tape:", "tape"),
        ("tape:?order=free", "tape"),
        ("tape:a.tape?colour=red", "tape option"),
        ("tape:a.tape?order=any", "order"),
        ("tape:a.tape?timing=slow", "timing"),
        ("tape:a.tape?session=none", "session"),
        ("tape:a.tape?loop=perhaps", "loop"),
        ("tape:a.tape?seed=-1", "seed"),
        ("tape:a.tape?faults=earthquake@1", "fault"),
    ],
)
def test_what_makes_no_sense_is_named(url: str, subject: str) -> None:
    with pytest.raises(UsageError) as caught:
        open_transport(url)
    assert caught.value.subject == subject


# --- what it opens ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.tape", "my meter (1).tape", "100%25 & more #2.tape"])
def test_a_tape_is_read_like_a_meter(tape: Tape, tmp_path: Path, name: str) -> None:
    save(tape, tmp_path / name)
    assert read(tape_url(tmp_path / name), 23, 1) == [b"two", b"one"]
    assert read(tape_url(tmp_path / name, order="strict"), 1, 23) == [b"one", b"two"]


@pytest.mark.skipif(sys.platform == "win32", reason="no such file names there")
def test_a_question_mark_in_a_name(tape: Tape, tmp_path: Path) -> None:
    save(tape, tmp_path / "what?.tape")
    assert read(tape_url(tmp_path / "what?.tape", order="free"), 1) == [b"one"]


def test_written_data_is_there_at_the_next_connection_until_the_file_changes(tape: Tape, tmp_path: Path) -> None:
    from fieldpro.c12.psem import FullWrite

    path = tmp_path / "a.tape"
    tape = Tape(tape.header, tape.steps, {5: TableImage(5, b"five")})
    save(tape, path)
    url = tape_url(path)

    def write() -> Any:
        return (yield FullWrite(5, b"FIVE"))

    assert read(url, 5) == [b"five"]
    with MeterSession(open_transport(url), close_transport=True) as session:
        session.run(write())
    assert read(url, 5) == [b"FIVE"]
    assert read(url + "?keep=0", 5) == [b"five"]
    save(Tape(tape.header, tape.steps, {5: TableImage(5, b"other")}), path)
    assert read(url, 5) == [b"other"]


def test_other_formats_are_served_as_they_are(tmp_path: Path, real_tables: dict[int, bytes]) -> None:
    images = {number: real_tables[number] for number in (0, 1, 5, 23)}
    tape = tape_of_images(images)
    served = 0
    for each in FORMATS:
        if not (each.can_read and each.can_write):
            continue
        path = tmp_path / f"meter{each.suffixes[0]}" if each.suffixes and each.suffixes[0] else tmp_path / "meter"
        each.write(tape, path)
        assert read(tape_url(path), 23, 1) == [images[23], images[1]]
        served += 1
    assert served >= 3


def test_a_saved_read_out_is_served_byte_for_byte(real_tables: dict[int, bytes]) -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    identity = MeterIdentity("FPRO", "VCENTRON", "1", "1.0", "1.0", "FPRO")
    readings = {
        number: TableReading(number, TableStatus.READ, real_tables[number], read_at=now) for number in (0, 1, 5, 23)
    }
    with default_store() as store:
        number = store.save(ReadOut(identity, "sim://centron", "Ada", now, now, "virtual-centron", readings))
    with MeterSession(open_transport(f"tape:record:{number}"), close_transport=True) as session:
        read_out = session.run(read_tables([0, 1, 5, 23]))
    assert {table: read_out.tables[table].data for table in readings} == {n: each.data for n, each in readings.items()}
    with pytest.raises(StoreError):
        open_transport("tape:record:999")
    with pytest.raises(UsageError):
        open_transport("tape:record:twelve")
    with pytest.raises(UsageError):
        open_url("tape:record:998")


def test_what_is_no_tape_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.tape"
    with pytest.raises(TapeError):
        open_transport(tape_url(path))
    path.write_bytes(b"no tape")
    with pytest.raises(TapeError):
        open_transport(tape_url(path))
    with pytest.raises(FieldProError):
        source(str(tmp_path / "nothing.csv"))


def test_a_fault_in_the_url_happens(tape: Tape, tmp_path: Path) -> None:
    from fieldpro.errors import ServiceRefused

    save(tape, tmp_path / "a.tape")
    with pytest.raises(ServiceRefused), MeterSession(open_transport(tape_url(tmp_path / "a.tape", faults="busy@1"))):
        pass


def test_bytes_take_their_time_if_asked_to(tape: Tape, tmp_path: Path) -> None:
    import time

    save(tape, tmp_path / "a.tape")
    start = time.monotonic()
    read(tape_url(tmp_path / "a.tape", pace=1), 1)
    assert time.monotonic() - start > 0.05  # some 150 bytes, the first of them at 9600 baud
