"""What a session with a virtual meter leaves on a tape."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest

from fieldpro.c12.psem import FullRead, FullWrite, IndexRead, OffsetRead, OffsetWrite
from fieldpro.errors import Cancelled, FieldProError, TapeError, UsageError
from fieldpro.meter.read import read_tables
from fieldpro.records import ReadOut
from fieldpro.secret import Secret
from fieldpro.session.conversation import Conversation
from fieldpro.session.meter_session import MeterSession
from fieldpro.session.plan import SessionPlan
from fieldpro.transports.base import Transport
from fieldpro.transports.tap import Tap, TapRecord
from table_playback.record import Recorder, Recording, rebuilt, recording
from table_playback.record import recorder as module
from table_playback.tape import Tape, load, part_of, recover
from table_playback.tape.messages import request_bytes

OpenMeter = Callable[..., Transport]
PASSWORDS = {"centron": b"PRIMARY", "residential": b"MASTER"}


def say(*requests: object) -> Conversation[None]:
    for request in requests:
        with contextlib.suppress(FieldProError):
            yield request  # type: ignore[misc]  # a request of any kind


def session(transport: Transport, name: str, *requests: object) -> ReadOut | None:
    """One session that says these requests, or reads every table when there are none."""
    with MeterSession(transport, SessionPlan(password=Secret(PASSWORDS[name]))) as open_session:
        if requests:
            open_session.run(say(*requests))
            return None
        return open_session.run(read_tables())


def recorded(open_meter: OpenMeter, name: str, *requests: object, identifiers: tuple[str, ...] = ()) -> Tape:
    recorder = Recorder(title="a read", who="Ada", port="sim://", identifiers=identifiers)
    session(Tap(open_meter(name), recorder.hear), name, *requests)
    return recorder.finish()


@pytest.mark.parametrize("name", ["centron", "residential"])
def test_the_tape_of_a_read_holds_every_table_as_it_was_read(open_meter: OpenMeter, name: str) -> None:
    recorder = Recorder(title="a read", who="Ada", port="sim://")
    read_out = session(Tap(open_meter(name), recorder.hear), name)
    tape = recorder.finish()
    assert read_out is not None
    read = {number: each.data for number, each in read_out.tables.items() if each.data and number not in (42, 45)}
    assert len(read) > 30
    assert {number: tape.tables[number].data for number in read} == read
    assert not any(image.parts for image in tape.tables.values())
    header = tape.header
    assert header.meter == read_out.identity
    assert (header.device_profile, header.title, header.who, header.port) == (
        read_out.device_profile, "a read", "Ada", "sim://",
    )  # fmt: skip
    assert header.link == {key: read_out.link[key] for key in ("baud", "packet_size", "packet_count", "standard")}
    assert header.started_at <= header.ended_at
    assert [step.service for step in tape.steps[:4]] == ["identify", "negotiate", "logon", "security"]
    assert [step.service for step in tape.steps[-2:]] == ["logoff", "terminate"]
    assert [step.number for step in tape.steps] == list(range(1, len(tape.steps) + 1))
    assert {each.step for each in tape.wire} == {step.number for step in tape.steps}


@pytest.mark.parametrize(("name", "order"), [("centron", "little"), ("residential", "big")])
def test_the_procedure_that_a_write_starts_is_told_in_the_meters_own_byte_order(
    open_meter: OpenMeter, name: str, order: Literal["little", "big"]
) -> None:
    reset = (9).to_bytes(2, order) + b"\x05\x01"
    makers = (0x0803).to_bytes(2, order) + b"\x06"
    tape = recorded(open_meter, name, FullRead(0), FullWrite(7, reset), FullWrite(7, makers), FullRead(8))
    assert [step.procedure for step in tape.steps if step.table == 7] == [9, 2048 + 3]
    assert 7 not in tape.tables


def test_pieces_and_writes_make_the_image(open_meter: OpenMeter) -> None:
    requests = [
        FullRead(0),
        OffsetRead(5, 0, 8),
        OffsetRead(5, 8, 12),
        OffsetRead(6, 20, 20),
        IndexRead(1, (6,), 1),
        OffsetWrite(6, 0, b"Shelbyville"),
        FullWrite(5, b"NEW NAME".ljust(20)),
    ]
    tape = recorded(open_meter, "centron", *requests)
    five, six, one = tape.tables[5], tape.tables[6], tape.tables[1]
    assert (five.data, five.parts, five.writable) == (b"NEW NAME".ljust(20), (), True)
    assert (six.data[:11], six.parts, six.writable) == (b"Shelbyville", ((0, 11), (20, 20)), True)
    assert six.data[20:40].rstrip() == b"North"
    assert one.parts == ((16, 16),)
    assert len(one.data) == 32


def test_a_write_that_was_refused_changes_no_image(open_meter: OpenMeter) -> None:
    recorder = Recorder()
    with MeterSession(Tap(open_meter("centron"), recorder.hear), SessionPlan()) as open_session:
        open_session.run(say(FullRead(0), FullRead(5), FullWrite(5, b"NEW NAME".ljust(20))))
    tape = recorder.finish()
    assert next(step.response for step in tape.steps if step.service == "full-write") not in (0, None)
    assert tape.tables[5].data.startswith(b"FP-")
    assert not tape.tables[5].writable


def test_what_was_heard_so_far_can_be_asked_for_at_any_time(open_meter: OpenMeter) -> None:
    recorder = Recorder()
    seen = []
    with MeterSession(Tap(open_meter("centron"), recorder.hear), SessionPlan()) as open_session:
        for table in (0, 1, 5):
            open_session.run(say(FullRead(table)))
            seen.append([step.table for step in recorder.steps if step.table is not None])
    assert seen == [[0], [0, 1], [0, 1, 5]]


def test_the_same_tape_comes_of_recordings_in_any_pieces(open_meter: OpenMeter) -> None:
    records: list[TapRecord] = []
    session(Tap(open_meter("centron"), records.append), "centron", FullRead(0), FullRead(1), FullRead(26))
    whole, single = Recorder(), Recorder()
    for record in records:
        whole.hear(record)
        for at in range(len(record.data)):
            single.hear(TapRecord(record.time, record.direction, record.data[at : at + 1]))
    assert single.finish().steps == whole.finish().steps
    assert single.finish().tables == whole.finish().tables


# --- on the disk ----------------------------------------------------------------------------------------------------


def test_a_job_is_recorded_into_a_file_and_its_part_goes(open_meter: OpenMeter, tmp_path: Path) -> None:
    path = tmp_path / "read.tape"
    with recording(path, title="a read") as made:
        session(made.listen(open_meter("centron")), "centron", FullRead(0), FullRead(1))
    tape = load(path)
    assert made.tape is not None
    assert list(tape.steps) == list(made.tape.steps)
    assert tape.header.title == "a read"
    assert not tape.header.interrupted
    assert not part_of(path).exists()


@pytest.mark.parametrize(("error", "interrupted"), [(Cancelled(), False), (ValueError("broken"), True)])
def test_a_job_that_fails_leaves_its_tape(
    open_meter: OpenMeter, tmp_path: Path, error: Exception, interrupted: bool
) -> None:
    path = tmp_path / "read.tape"

    def fail() -> None:
        with recording(path) as made:
            session(made.listen(open_meter("centron")), "centron", FullRead(0))
            raise error

    with pytest.raises(type(error)):
        fail()
    tape = load(path)
    assert tape.header.interrupted is interrupted
    assert 0 in tape.tables


@pytest.mark.parametrize("identifiers", [(), ("identifiers",)])
def test_what_a_crash_leaves_makes_the_same_tape(
    open_meter: OpenMeter, tmp_path: Path, identifiers: tuple[str, ...]
) -> None:
    path = tmp_path / "read.tape"
    made = Recording(path, identifiers=identifiers)
    session(made.listen(open_meter("centron")), "centron", FullRead(0), FullRead(1), FullRead(5), FullRead(42))
    made.recorder.spill()
    left = part_of(path).read_bytes()
    crashed = tmp_path / "crashed.tape.part"
    crashed.write_bytes(left)
    whole = made.stop()
    again = rebuilt(recover(crashed))
    assert [(step.service, step.table, step.data, step.masked, step.answer) for step in again.steps] == [
        (step.service, step.table, step.data, step.masked, step.answer) for step in whole.steps
    ]
    assert {n: i.data for n, i in again.tables.items()} == {n: i.data for n, i in whole.tables.items()}
    assert again.header.meter == whole.header.meter
    assert again.header.interrupted
    assert [each.what for each in again.header.redactions] == [each.what for each in whole.header.redactions]
    if identifiers:
        assert b"FP-61873204".hex().encode() not in left
        assert b"0000000061873204".hex().encode() not in left
    assert b"PRIMARY".hex().encode() not in left


def test_a_disk_that_is_full_ends_the_part_and_not_the_job(
    open_meter: OpenMeter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Recording(tmp_path / "read.tape")

    def full(_: object) -> None:
        raise TapeError("denied", "read.tape", "the file", "no space left")

    monkeypatch.setattr(made._writer, "heard", full)
    session(made.listen(open_meter("centron")), "centron", FullRead(0))
    made.recorder.spill()
    assert made.recorder.trouble is not None
    assert 0 in made.stop().tables


def test_a_tape_that_is_full_says_so_and_keeps_what_it_has(
    open_meter: OpenMeter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_SHARE", 3000 / module.MAX_MEMBER[module.WIRE])
    recorder = Recorder(note="long")
    session(Tap(open_meter("centron"), recorder.hear), "centron")
    tape = recorder.finish()
    assert recorder.is_full
    assert tape.header.interrupted
    assert tape.header.note == "long\nThe tape was full: what came after is not on it."
    assert 2 < len(tape.steps) < 20


def test_an_identifier_that_nothing_has_is_refused_before_there_is_a_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        Recording(tmp_path / "read.tape", identifiers=["SERIAL_NUMBR"])
    assert list(tmp_path.iterdir()) == []


def test_nothing_heard_is_an_empty_tape() -> None:
    recorder = Recorder()
    before = datetime.now(UTC)
    tape = recorder.finish()
    assert (len(tape.steps), len(tape.wire), tape.tables, tape.header.meter) == (0, 0, {}, None)
    assert tape.header.started_at <= before


# --- identifiers ----------------------------------------------------------------------------------------------------


def test_identifiers_are_taken_out_as_it_is_recorded(open_meter: OpenMeter) -> None:
    wanted = ("identifiers", "users")
    tape = recorded(open_meter, "centron", FullRead(0), FullRead(1), FullRead(5), identifiers=wanted)
    by_table = {step.table: step for step in tape.steps if step.table is not None}
    assert by_table[1].data[16:] == b"*" * 16
    assert by_table[1].masked == ((16, 16),)
    assert (by_table[5].data, tape.tables[5].data, tape.tables[5].masked) == (b"*" * 20, b"*" * 20, ((0, 20),))
    assert tape.header.meter is not None
    assert (tape.header.meter.serial, tape.header.meter.model, tape.header.who) == ("", "VCENTRON", "")
    logon = next(step for step in tape.steps if step.service == "logon")
    assert (logon.data[2:], logon.masked) == (b" " * 10, ((2, 10),))
    assert {each.what: each.at_capture for each in tape.header.redactions} == {
        "passwords": True, "identifiers": True, "users": True,
    }  # fmt: skip
    assert request_bytes(logon)[:1] == b"\x50"
