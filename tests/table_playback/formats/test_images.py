"""A tape of nothing but table images plays to the meter that they came from."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from fieldpro.c12.psem import decode_request
from fieldpro.secret import holds_secrets
from fieldpro.simulator import VirtualMeter
from table_playback.formats import tape_of_images
from table_playback.formats.images import PIECE
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
