"""A tape of nothing but table images plays to the meter that they came from."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fieldpro.c12.psem import decode_request
from fieldpro.meter import device_profile
from fieldpro.secret import holds_secrets
from fieldpro.simulator import VirtualMeter
from table_playback.formats import tape_of_images
from table_playback.formats.images import PIECE, read_steps, whole_images
from table_playback.tape import Step, TableImage, Tape, edited, load, save
from table_playback.tape.messages import reply_bytes, request_bytes

AT = datetime(2026, 3, 1, 12, 7, tzinfo=UTC)


def test_the_steps_read_each_table_to_its_last_byte(tape: Tape, images: dict[int, bytes]) -> None:
    read: dict[int, bytes] = {}
    for nth, step in enumerate(tape.steps, 1):
        assert step.number == nth
        assert step.table is not None
        assert step.offset in (None, len(read.get(step.table, b"")))
        read[step.table] = read.get(step.table, b"") + step.data
    assert {n: data for n, data in read.items() if not holds_secrets(n)} == {
        n: data for n, data in images.items() if not holds_secrets(n)
    }
    assert [step.time_s for step in tape.steps] == sorted(step.time_s for step in tape.steps)


def test_each_step_is_a_request_that_the_meter_answers_with_what_the_step_says(tape: Tape, meter: VirtualMeter) -> None:
    bank = meter.device.bank
    for step in tape.steps:
        request = decode_request(request_bytes(step))
        if holds_secrets(step.table or 0):
            continue
        whole = bank.read(step.table or 0)
        part = whole if step.offset is None else whole[step.offset : step.offset + (step.count or 0)]
        reply = reply_bytes(step)
        assert reply is not None
        assert request.decode_reply(reply).data == part


def test_tables_that_shape_others_come_first_and_the_great_ones_are_read_in_pieces(
    tape: Tape, images: dict[int, bytes]
) -> None:
    order = list(dict.fromkeys(step.table for step in tape.steps))
    assert order[0] == 0
    assert order.index(21) < order.index(23)
    assert order.index(61) < order.index(64)
    great = [step for step in tape.steps if step.table == 64]
    if "VCENTRON" in str(tape.header.meter):
        assert len(great) == -(-len(images[64]) // PIECE)
    else:  # reads tables whole or by index
        assert {step.service for step in tape.steps} == {"full-read"}


def test_whose_meter_it_is_is_told_by_its_tables(tape: Tape, meter: VirtualMeter) -> None:
    assert tape.header.meter is not None
    assert tape.header.meter.serial == meter.description.identity.serial
    assert tape.header.device_profile == "fieldpro-virtual"
    assert (tape.header.started_at, tape.header.ended_at) == (AT, AT)
    nobody = tape_of_images({23: b"abc"})
    assert (nobody.header.meter, nobody.header.device_profile) == (None, "generic")
    assert [step.data for step in nobody.steps] == [b"abc"]


def test_what_may_be_written_is_what_was_said(tape: Tape) -> None:
    assert [number for number, image in tape.tables.items() if image.writable] == [6]


def test_passwords_and_keys_are_masked_and_the_header_says_so(tape: Tape, images: dict[int, bytes]) -> None:
    secret = {number for number in images if holds_secrets(number)}
    assert 42 in secret
    for number in secret:
        size = len(images[number])
        assert (tape.tables[number].data, tape.tables[number].masked) == (b"*" * size, ((0, size),))
        assert [step.data for step in tape.steps if step.table == number] == [b"*" * size]
        assert [step.masked for step in tape.steps if step.table == number] == [((0, size),)]
    kinds = {each.what: each.parts for each in tape.header.redactions}
    assert kinds == ({"passwords": 1, "keys": 1} if 45 in secret else {"passwords": 1})
    assert all(each.at_capture for each in tape.header.redactions)


def test_it_is_a_tape_like_any_other(tape: Tape, tmp_path: Path) -> None:
    save(tape, tmp_path / "x.tape")
    loaded = load(tmp_path / "x.tape")
    assert (loaded.header, loaded.steps, loaded.tables) == (tape.header, tape.steps, tape.tables)
    image = TableImage(6, b"new", writable=True)
    assert edited(loaded, tables={6: image}).tables[6] == image


@pytest.mark.parametrize(("size", "services"), [(PIECE, ["full-read"]), (PIECE + 1, ["offset-read", "offset-read"])])
def test_a_table_is_read_whole_up_to_what_one_answer_surely_carries(size: int, services: list[str]) -> None:
    tape = tape_of_images({70: bytes(size)})
    assert [step.service for step in tape.steps] == services
    assert sum(len(step.data) for step in tape.steps) == size


def test_an_empty_table_is_read_too() -> None:
    assert tape_of_images({70: b""}).steps == (Step(1, 0.0, "<", "full-read", table=70, response=0),)


def test_plain_bytes_are_those_of_tables_known_whole_and_in_the_clear() -> None:
    tape = tape_of_images({1: b"a", 3: b"ab", 4: b"abc", 5: b"", 42: b"secret"}, at=AT)
    tables = {
        **tape.tables,
        3: TableImage(3, b"ab", parts=((0, 1),)),
        4: TableImage(4, b"abc", masked=((1, 2),)),
    }
    steps = [
        *tape.steps,
        Step(len(tape.steps) + 1, 9.0, "<", "full-read", table=6, data=b"old", response=0),
        Step(len(tape.steps) + 2, 9.1, "<", "full-read", table=6, data=b"new", response=0),
        Step(len(tape.steps) + 3, 9.2, "<", "full-read", table=6, response=3),
    ]
    images, told = whole_images(replace(tape, steps=steps, tables=tables))
    assert {number: image.data for number, image in images.items()} == {1: b"a", 6: b"new"}
    assert told == (
        "table 3 is left out: only part of it was read",
        "table 4 is left out: 2 of its 3 bytes are redacted",
        "table 5 is left out: it is empty",
        "table 42 is left out: 6 of its 6 bytes are redacted",
    )


def test_the_masked_bytes_of_a_great_table_are_masked_in_the_steps_that_read_them() -> None:
    image = TableImage(70, bytes(2 * PIECE + 5), masked=((PIECE - 2, 4), (2 * PIECE + 1, 2)))
    steps = list(read_steps(image, begin=7))
    assert [step.number for step in steps] == [8, 9, 10]
    assert [step.masked for step in steps] == [((PIECE - 2, 2),), ((0, 2),), ((1, 2),)]


def test_a_meter_whose_profile_has_no_reads_by_offset_is_read_whole() -> None:
    profile = device_profile.load("generic")
    profile = profile.model_copy(update={"reading": profile.reading.model_copy(update={"offset_reads": "never"})})
    tape = tape_of_images({70: bytes(PIECE + 1)}, profile=profile)
    assert [step.service for step in tape.steps] == ["full-read"]
