"""A tape that was recorded is redacted afterwards: nothing of it is left in the file, and it still plays."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from fieldpro.c12.crc import crc_bytes
from fieldpro.c12.psem import (
    DeviceIdentity,
    FullRead,
    FullWrite,
    Identify,
    IdentifyReply,
    IndexRead,
    OffsetRead,
    decode_request,
)
from fieldpro.errors import FieldProError, UsageError
from fieldpro.meter.read import read_tables
from fieldpro.secret import Secret
from fieldpro.session.conversation import Conversation
from fieldpro.session.meter_session import MeterSession
from fieldpro.session.plan import SessionPlan
from fieldpro.simulator import MemoryServer, VirtualMeter, describe
from fieldpro.transports.tap import Tap
from table_playback.record import Recorder
from table_playback.redact import groups, redact
from table_playback.redact.tables import tables_of
from table_playback.tape import Header, TableImage, Tape, WirePacket, load, save
from table_playback.tape.messages import reply_bytes, request_bytes, step_of

MOMENT = datetime(2026, 3, 1, 12, 7, tzinfo=UTC)
PASSWORDS = {"centron": b"PRIMARY", "residential": b"MASTER"}
Record = Callable[..., Tape]


@pytest.fixture
def record() -> Iterator[Record]:
    """A tape of a session that says these requests, or reads everything."""
    servers: list[MemoryServer] = []

    def make(name: str, *requests: Any, packet_size: int = 1024) -> Tape:
        meter = VirtualMeter(describe.load(name), clock=MOMENT.timestamp)
        servers.append(MemoryServer(meter))
        recorder = Recorder(title=f"meter {meter.description.identity.serial}", note="lab", who="Ada")

        def say() -> Conversation[None]:
            for request in requests:  # noqa: UP028 (a reply is sent in, which a tuple cannot take)
                yield request

        plan = SessionPlan(password=Secret(PASSWORDS[name]), packet_size=packet_size)
        with MeterSession(Tap(servers[-1].client, recorder.hear), plan) as session:
            session.run(say() if requests else read_tables())
        return recorder.finish()

    yield make
    for server in servers:
        server.client.close()
        server.close()


def members(tape: Tape, path: Path) -> list[bytes]:
    """Every member of the saved file, and the file."""
    save(tape, path)
    with zipfile.ZipFile(path) as archive:
        return [path.read_bytes(), *(archive.read(name) for name in archive.namelist())]


def places(value: bytes, contents: list[bytes]) -> list[int]:
    """The contents that a value stands in: as bytes, as text in any case, as hex."""
    forms = {value.lower(), value.hex().encode()}
    return [nth for nth, content in enumerate(contents) if any(form in content.lower() for form in forms)]


@pytest.mark.parametrize("name", ["centron", "residential"])
def test_nothing_that_was_redacted_is_in_the_file(record: Record, tmp_path: Path, name: str) -> None:
    tape = record(name)
    identity = describe.load(name).identity
    values = [
        identity.serial.encode(),
        identity.identification.encode(),
        tables_value(tape, "UTIL_INFO_TBL.OWNER_NAME"),
    ]
    before = members(tape, tmp_path / "before.tape")
    assert all(places(value, before) for value in values)
    redacted = redact(tape, ["identifiers"])
    after = members(redacted, tmp_path / "after.tape")
    assert [places(value, after) for value in values] == [[], [], []]
    assert redacted.header.redactions[-1].what == "identifiers"
    assert redacted.header.redactions[-1].parts > 5
    assert not redacted.header.redactions[-1].at_capture


def tables_value(tape: Tape, path: str) -> bytes:
    tables = tables_of(tape)
    span = tables.layout(6).locate(path)
    return (tables.get(6) or b"")[span.offset : span.end].rstrip()


@pytest.mark.parametrize("name", ["centron", "residential"])
def test_lengths_stay_everything_decodes_and_the_packets_are_whole(record: Record, tmp_path: Path, name: str) -> None:
    tape = record(name, packet_size=64)
    redacted = redact(tape, ["identifiers", "users"])
    assert [len(request_bytes(step)) for step in redacted.steps] == [len(request_bytes(step)) for step in tape.steps]
    for step, old in zip(redacted.steps, tape.steps, strict=True):
        assert len(reply_bytes(step) or b"") == len(reply_bytes(old) or b"")
        if step.response == 0 and step.service != "security":
            decode_request(request_bytes(step)).decode_reply(reply_bytes(step) or b"")
    assert all(len(new.data) == len(old.data) for new, old in zip(redacted.wire, tape.wire, strict=True))
    for packet in redacted.wire:
        if packet.data[:1] == b"\xee" and packet.data[-2:] != b"**":
            assert packet.data[-2:] == crc_bytes(packet.data[:-2])
    changed = sum(new != old for new, old in zip(redacted.wire, tape.wire, strict=True))
    assert changed >= 4
    tables = tables_of(redacted)
    for number in (1, 5, 6):
        tables.decode(number)
    save(redacted, tmp_path / "redacted.tape")
    assert list(load(tmp_path / "redacted.tape").steps) == list(redacted.steps)


def test_pieces_by_offset_and_index_lose_their_part(record: Record) -> None:
    requests = [
        FullRead(0),
        OffsetRead(1, 10, 10),
        OffsetRead(1, 20, 12),
        IndexRead(1, (6,), 1),
        FullWrite(5, b"FP-OTHER-1".ljust(20)),
    ]
    redacted = redact(record("centron", *requests), ["GENERAL_MFG_ID_TBL.MFG_SERIAL_NUMBER", "DEVICE_IDENT_TBL"])
    steps = [step for step in redacted.steps if step.table in (1, 5)]
    assert [(step.masked, step.data[-4:]) for step in steps] == [
        (((6, 4),), b"****"),
        (((0, 12),), b"****"),
        (((0, 16),), b"****"),
        (((0, 20),), b"****"),
    ]  # fmt: skip
    assert redacted.tables[5].data == b"*" * 20


def test_where_a_table_cannot_be_resolved_all_of_it_goes(record: Record) -> None:
    redacted = redact(record("centron", FullRead(1)), ["GENERAL_MFG_ID_TBL.MFG_SERIAL_NUMBER"])
    step = next(step for step in redacted.steps if step.table == 1)
    assert (step.data, step.masked) == (b"*" * 32, ((0, 32),))


def test_bcd_becomes_zeros() -> None:
    table_0 = record_table_0(id_form_bcd=True)
    serial = bytes.fromhex("0000061873204712")
    image = TableImage(1, b"FPROMODEL   \3\1\5\7" + serial)
    tape = Tape(Header(None, MOMENT, MOMENT), tables={0: TableImage(0, table_0), 1: image})
    redacted = redact(tape, ["identifiers"])
    assert redacted.tables[1].data == image.data[:16] + bytes(8)
    assert redacted.tables[1].masked == ((16, 8),)


def record_table_0(*, id_form_bcd: bool) -> bytes:
    meter = VirtualMeter(describe.load("centron"), clock=MOMENT.timestamp)
    data = bytearray(meter.device.bank.read(0))
    data[1] = data[1] & ~0x20 | (0x20 if id_form_bcd else 0)  # C12.19 table 0, FORMAT_CONTROL_2, ID_FORM
    return bytes(data)


def test_a_value_goes_from_every_place_that_it_is_in(record: Record) -> None:
    tape = record("centron")
    serial = describe.load("centron").identity.serial
    steps = list(tape.steps)
    steps[3] = replace(steps[3], note=f"as {serial} said")
    wire = (*tape.wire, WirePacket(99.0, "<", b"noise " + serial.encode(), 0))
    elsewhere = TableImage(2049, b"...." + serial.encode() + b"....")
    header = replace(tape.header, note=f"serial: {serial.lstrip('0')}", port=f"usb:1:2:{serial}")
    whole = replace(tape, header=header, steps=steps, wire=wire, tables={**tape.tables, 2049: elsewhere})
    redacted = redact(whole, ["GENERAL_MFG_ID_TBL.MFG_SERIAL_NUMBER"])
    bare = serial.lstrip("0")
    assert bare not in redacted.steps[3].note + redacted.header.note + redacted.header.port + redacted.header.title
    assert bare.encode() not in redacted.wire[-1].data
    assert redacted.tables[2049].masked == ((4, len(serial)),)
    assert redacted.header.meter is not None
    assert (redacted.header.meter.serial, redacted.header.meter.model) == (
        "",
        tape.header.meter and tape.header.meter.model,
    )
    assert bare not in redacted.header.meter.identification


def test_what_is_redacted_twice_stays_as_it_is(record: Record) -> None:
    once = redact(record("centron"), ["identifiers"])
    twice = redact(once, ["identifiers"])
    assert list(twice.steps) == list(once.steps)
    assert twice.tables == once.tables
    assert twice.wire == once.wire
    assert [each.parts for each in twice.header.redactions[-1:]] == [0]


def test_passwords_and_keys_of_a_tape_from_elsewhere_go() -> None:
    secret = b"open sesame 12345678"
    steps = [
        step_of(b"\x51" + secret, b"\0", number=1, time_s=0.0),
        step_of(b"\x53\x09\x01" + secret[:8], b"\0\x09\x01" + secret[8:16], number=2, time_s=1.0),
        step_of(FullRead(42).encode(), b"\0\0\x14" + secret + bytes([-sum(secret) & 0xFF]), number=3, time_s=2.0),
        step_of(FullWrite(7, b"\x12\0\5\2\0" + secret).encode(), b"\0", number=4, time_s=3.0),
        step_of(b"\x40\0\x2d\0\x14" + secret + b"\0", b"\0", number=5, time_s=4.0),  # its checksum is wrong
    ]
    tape = Tape(Header(None, MOMENT, MOMENT), steps=steps, tables={42: TableImage(42, secret)})
    redacted = redact(tape, ["passwords", "keys"])
    assert [step.masked for step in redacted.steps] == [((0, 20),), ((2, 8),), ((0, 20),), ((3, 22),), ()]
    assert redacted.steps[1].masked_answer == ((2, 8),)
    assert redacted.steps[4].sent == b"\x40\0\x2d\0\x14" + b"*" * 21
    assert redacted.tables[42].data == b"*" * 20
    whole = b"".join(request_bytes(step) + (reply_bytes(step) or b"") for step in redacted.steps)
    assert not any(secret[at : at + 4] in whole for at in range(17))
    assert {each.what: each.parts for each in redacted.header.redactions} == {"passwords": 4, "keys": 2}


def test_the_identity_in_an_identification_goes() -> None:
    reply = IdentifyReply(3, 1, 0, (DeviceIdentity(1, b"METER-0815"),)).encode()
    tape = Tape(Header(None, MOMENT, MOMENT), steps=[step_of(Identify().encode(), reply, number=1, time_s=0.0)])
    (step,) = redact(tape, ["identifiers"]).steps
    assert b"0815" not in step.answer
    assert len(step.answer) == len(reply) - 1
    assert step.masked_answer


def test_a_damaged_packet_of_a_redacted_step_is_masked(record: Record) -> None:
    tape = record("centron", FullRead(0), FullRead(5))
    number = next(step.number for step in tape.steps if step.table == 5)
    reply = next(p for p in tape.wire if p.step == number and p.direction == "<" and len(p.data) > 20)
    damaged = replace(reply, data=reply.data[:7] + b"\xff" + reply.data[8:-3])
    at = list(tape.wire).index(reply)
    wire = [*tape.wire[:at], damaged, reply, reply, *tape.wire[at + 1 :]]
    redacted = redact(replace(tape, wire=wire), ["identifiers"])
    assert redacted.wire[at].data == damaged.data[:3] + b"*" * (len(damaged.data) - 3)
    assert redacted.wire[at + 1].data == redacted.wire[at + 2].data
    assert b"FP-" not in redacted.wire[at + 1].data


@pytest.mark.parametrize("name", ["serial", "NO_SUCH_TBL.X", ""])
def test_a_name_that_nothing_has_is_refused(name: str) -> None:
    with pytest.raises(UsageError):
        redact(Tape(Header(None, MOMENT, MOMENT)), [name])


def test_every_element_of_the_groups_is_in_the_dictionary(record: Record) -> None:
    tables = tables_of(record("centron"))
    numbers = {table.name: number for number, table in tables.dictionary.tables.items()}
    for group in groups():
        for path in group.elements:
            head = path.partition(".")[0]
            if head in ("Logon", "Identify", "Header"):
                continue
            try:
                tables.layout(numbers[head]).locate(path)
            except FieldProError as error:
                pytest.fail(f"{path}: {error}")
