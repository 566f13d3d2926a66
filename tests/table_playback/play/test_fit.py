"""Whether a tape is for the meter on the line: said before anything is played, with the place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fieldpro.c12.psem import FullRead, IndexRead, OffsetRead
from fieldpro.c12.psem.codes import ResponseCode
from fieldpro.errors import TapeError, TapeForAnotherMeter
from fieldpro.explain import explain
from table_playback.play import plan
from table_playback.tape.model import Step, Tape


def whose(tape: Tape, **fields: str) -> Tape:
    meter = tape.header.meter
    assert meter is not None
    return replace(tape, header=replace(tape.header, meter=replace(meter, **fields)))


def with_step(tape: Tape, step: Step) -> Tape:
    at = len(tape.steps) - 2
    before, after = list(tape.steps[:at]), list(tape.steps[at:])
    steps = [*before, step, *after]
    return replace(tape, steps=[replace(each, number=number) for number, each in enumerate(steps, 1)])


def played(site: Any) -> list[int | None]:
    return [step.table for step in site.listener.steps if step.table not in (None, 0, 1, 5)]


@pytest.mark.parametrize(
    ("fields", "allowed", "words"),
    [
        ({"serial": "0000000000004711"}, "any_meter", "serial number 0000000000004711"),
        ({"model": "OTHER"}, "any_class", "model OTHER"),
        ({"manufacturer": "ACME"}, "any_class", "maker ACME"),
        ({"device_class": "XYZ1"}, "any_class", "device class XYZ1"),
    ],
)
def test_a_tape_of_another_meter_is_not_played_unless_that_is_meant(
    centron: Any, fields: dict[str, str], allowed: str, words: str
) -> None:
    tape = whose(centron.record([FullRead(6)]), **fields)
    with pytest.raises(TapeForAnotherMeter) as caught:
        centron.play(tape)
    assert (caught.value.tape, caught.value.place) == ("recorded", "its header")
    assert caught.value.expected == words
    assert words in explain(caught.value).what
    assert played(centron) == []
    assert not centron.told
    assert centron.play(tape, **{allowed: True}).is_equal


def test_a_tape_of_another_make_names_the_step_that_this_meter_cannot_do(centron: Any, make_site: Any) -> None:
    residential = make_site("residential")
    tape = centron.record([FullRead(6), OffsetRead(6, 4, 8)])
    with pytest.raises(TapeForAnotherMeter) as caught:
        residential.play(tape, any_meter=True)
    assert caught.value.place == "its header"
    with pytest.raises(TapeForAnotherMeter) as caught:
        residential.play(tape, any_meter=True, any_class=True)
    assert caught.value.place == "step 6"
    assert "by offset" in caught.value.expected
    assert played(residential) == []


def test_a_table_that_the_meter_does_not_have_is_named_with_the_step(centron: Any) -> None:
    read = Step(1, 0.0, "<", "full-read", table=19, response=0, data=b"12")
    tape = with_step(centron.record([FullRead(6)]), read)
    with pytest.raises(TapeForAnotherMeter) as caught:
        centron.play(tape)
    assert caught.value.place == "step 6"
    assert "table 19" in caught.value.expected
    makers = with_step(centron.record([FullRead(6)]), replace(read, table=2048 + 77))
    with pytest.raises(TapeForAnotherMeter, match="MT 77"):
        centron.play(makers)
    assert centron.play(with_step(centron.record([FullRead(6)]), replace(read, enabled=False))).is_equal


def test_a_refusal_on_the_tape_may_be_of_a_table_that_is_not_there(centron: Any) -> None:
    tape = centron.record([FullRead(19)])
    assert tape.steps[4].response == ResponseCode.IAR
    assert centron.play(tape).is_equal


def test_a_procedure_that_the_meter_does_not_have_is_named(centron: Any) -> None:
    call = Step(1, 0.0, ">", "full-write", table=7, procedure=2048 + 99, data=b"\x63\x08\x01", response=0)
    tape = with_step(centron.record([FullRead(6)]), call)
    with pytest.raises(TapeForAnotherMeter) as caught:
        centron.play(tape)
    assert (caught.value.place, caught.value.expected) == ("step 6", "a meter with procedure MP 99")


def test_an_index_read_needs_a_meter_that_reads_by_index(make_site: Any) -> None:
    residential = make_site("residential")
    assert residential.play(residential.record([IndexRead(6, (1,), 1)])).is_equal


def test_a_tape_of_nobody_may_be_read_but_not_written(centron: Any) -> None:
    tape = centron.record([FullRead(6)])
    nobody = replace(tape, header=replace(tape.header, meter=None), tables={})
    assert centron.play(nobody).is_equal
    write = Step(1, 0.0, ">", "offset-write", table=6, offset=170, data=b"TOU-2   ", response=0)
    with pytest.raises(TapeForAnotherMeter) as caught:
        centron.play(with_step(nobody, write))
    assert caught.value.place == "step 6"


def test_without_a_header_the_images_say_whose_it_is(centron: Any) -> None:
    tape = centron.record([FullRead(6)])
    image = tape.tables[1]
    other = replace(image, data=image.data[:16] + b"4711".rjust(16, b"0"))
    stranger = replace(tape, header=replace(tape.header, meter=None), tables={**tape.tables, 1: other})
    with pytest.raises(TapeForAnotherMeter):
        centron.play(stranger)


def test_a_step_that_lacks_what_its_service_needs_is_found_before_anything_is_sent(centron: Any) -> None:
    tape = with_step(centron.record([FullRead(6)]), Step(1, 0.0, "<", "offset-read", table=6, count=4))
    with pytest.raises(TapeError) as caught:
        plan(tape)
    assert (caught.value.reason, caught.value.place) == ("malformed", "step 6")
    assert "step 6" in explain(caught.value).subject


def test_a_number_that_is_not_the_steps_place_is_found(centron: Any) -> None:
    tape = centron.record([FullRead(6)])
    steps = [*tape.steps[:3], replace(tape.steps[3], number=9), *tape.steps[4:]]
    with pytest.raises(TapeError) as caught:
        plan(replace(tape, steps=steps))
    assert caught.value.place == "step 4"


@pytest.mark.parametrize(
    "smuggled",
    [
        Step(1, 0.0, "<", "full-read", table=6, sent=b"\x40\x00\x06\x00\x01X\xa8", response=0),
        Step(1, 0.0, ">", "unknown", sent=b"\x40\x00\x07\x00\x03\x09\x00\x01\xf6", response=0),
        Step(1, 0.0, ">", "wait", sent=b"\x4f\x00\x06\x00\x00\xaa\x00\x01X\xa8", response=0),
    ],
)
def test_bytes_that_are_something_else_than_their_step_says_are_never_sent(centron: Any, smuggled: Step) -> None:
    """A write that calls itself a read would pass rights, differences and journal by."""
    tape = with_step(centron.record([FullRead(6)]), smuggled)
    with pytest.raises(TapeError) as caught:
        plan(tape)
    assert (caught.value.reason, caught.value.place) == ("malformed", "step 6")


def test_a_table_number_that_no_meter_has_is_no_other_table(centron: Any) -> None:
    write = Step(1, 0.0, ">", "offset-write", table=0x2006, offset=170, data=b"TOU-2   ", response=0)
    with pytest.raises(TapeForAnotherMeter):
        centron.play(with_step(centron.record([FullRead(6)]), write))


def test_a_step_with_nothing_to_send_is_skipped(centron: Any) -> None:
    tape = with_step(centron.record([FullRead(6)]), Step(1, 0.0, ">", "unknown", sent=b""))
    result = centron.play(tape)
    assert [each.detail for each in result.results if each.step.service == "unknown"] == ["there is nothing to send"]
