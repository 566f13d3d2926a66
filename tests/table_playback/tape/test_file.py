"""A tape comes back from its file as it was."""

from __future__ import annotations

import stat
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldpro.errors import TapeError
from table_playback.tape import Step, TableImage, Tape, VerifyRule, WirePacket, load, save
from table_playback.tape.file import check
from table_playback.tape.lines import DECODE_STEP, check_step, make_packet, make_step, step_line, wire_line
from table_playback.tape.messages import NAMES, READS, WRITES, reply_bytes, request_bytes, step_of


def test_a_tape_comes_back_as_it_was(tape: Tape, good: Path) -> None:
    loaded = load(good)
    assert loaded.header == tape.header
    assert loaded.steps == tape.steps
    assert loaded.tables == tape.tables
    assert loaded.wire == tape.wire
    assert loaded.path == str(good)
    check(loaded)


def test_a_loaded_tape_can_be_saved_again_and_is_the_same_file(good: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.tape"
    save(load(good), again)
    assert again.read_bytes() == good.read_bytes()


def test_an_empty_tape_is_a_tape(tape: Tape, tmp_path: Path) -> None:
    save(Tape(replace(tape.header, meter=None)), tmp_path / "empty.tape")
    loaded = load(tmp_path / "empty.tape")
    assert (len(loaded.steps), len(loaded.wire), loaded.tables, loaded.header.meter) == (0, 0, {}, None)


def test_steps_are_had_by_place_from_either_end_and_in_runs(tape: Tape, good: Path) -> None:
    steps = load(good).steps
    assert len(steps) == 6
    assert (steps[0], steps[5], steps[-1], steps[-6]) == (tape.steps[0], tape.steps[5], tape.steps[5], tape.steps[0])
    assert list(steps[1:3]) == list(tape.steps[1:3])
    assert list(steps[::-2]) == list(tape.steps[::-2])
    for beyond in (6, -7):
        with pytest.raises(IndexError):
            steps[beyond]


@pytest.mark.skipif(sys.platform == "win32", reason="a Windows file has the rights of its folder")
def test_a_tape_is_for_its_owner_alone(good: Path) -> None:
    assert stat.S_IMODE(good.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("step", "what"),
    [
        (Step(2, 0.0, "<", "full-read", table=1), "number 2"),
        (Step(1, 0.0, "<", "full-read"), "needs its table"),
        (Step(1, 0.0, "<", "offset-read", table=1, count=2), "offset"),
        (Step(1, 0.0, "<", "index-read", table=1, count=2), "indices"),
        (Step(1, 0.0, ">", "index-write", table=1, data=b"a"), "indices"),
        (Step(1, 0.0, ">", "offset-write", table=1, data=b"a"), "offset"),
        (Step(1, 0.0, ">", "negotiate", data=b"a"), "bytes that were sent"),
        (Step(1, 0.0, ">", "shout"), "'shout'"),
        (Step(1, 0.0, ">", "shout", sent=b"\1"), "'shout'"),
        (Step(1, -1.0, "<", "full-read", table=1), "time_s"),
        (Step(1, 0.0, "<", "full-read", table=70_000), "table"),
        (Step(1, 0.0, "<", "full-read", table=1, response=256), "response"),
        (Step(1, 0.0, "<", "full-read", table=1, data=b"ab", masked=((1, 2),)), "masked"),
        (Step(1, 0.0, ">", "full-write", table=1, data=bytes(65_536)), "65536 bytes"),
        (Step(1, 0.0, "<", "full-read", table=1, note="\ud800"), "surrogates"),
    ],
)
def test_a_step_that_no_tape_can_hold_is_not_saved(tape: Tape, tmp_path: Path, step: Step, what: str) -> None:
    path = tmp_path / "bad.tape"
    with pytest.raises(TapeError) as caught:
        save(replace(tape, steps=(step,)), path)
    assert caught.value.reason == "malformed"
    assert caught.value.place == "step 1 (steps.jsonl, line 1)"
    assert what in caught.value.detail
    assert not path.exists()


def test_other_parts_that_no_tape_can_hold_are_not_saved(tape: Tape, tmp_path: Path) -> None:
    naive = datetime(2026, 3, 1)
    for bad in (
        replace(tape, header=replace(tape.header, started_at=naive)),
        replace(tape, header=replace(tape.header, title="\ud800")),
        replace(tape, tables={1: TableImage(1, b"a", naive)}),
        replace(tape, tables={1: TableImage(2, b"a")}),
        replace(tape, tables={1: TableImage(1, b"a", masked=((0, 2),))}),
        replace(tape, tables={8192: TableImage(8192, b"a")}),
        replace(tape, wire=(WirePacket(-1.0, ">", b"a"),)),
        replace(tape, wire=(WirePacket(float("nan"), ">", b"a"),)),
    ):
        with pytest.raises(TapeError) as caught:
            save(bad, tmp_path / "bad.tape")
        assert caught.value.reason == "malformed"
        assert list(tmp_path.iterdir()) == []


def test_a_title_too_long_for_a_tape_is_said(tape: Tape, tmp_path: Path) -> None:
    with pytest.raises(TapeError) as caught:
        save(replace(tape, header=replace(tape.header, note="x" * 2_000_000)), tmp_path / "bad.tape")
    assert (caught.value.reason, caught.value.place) == ("too-large", "tape.json")


exchanges = st.tuples(st.binary(max_size=40), st.one_of(st.none(), st.binary(max_size=40)))


@given(exchanges, st.floats(0, 1e6), st.one_of(st.none(), st.floats(0, 100)), st.text(st.characters(codec="utf-8")))
def test_whatever_was_said_to_a_meter_is_a_line_and_comes_back(
    said: tuple[bytes, bytes | None], time_s: float, duration_s: float | None, note: str
) -> None:
    step = replace(step_of(*said, number=7, time_s=time_s, duration_s=duration_s), note=note)
    line = step_line(step)
    assert line.count(b"\n") == 1
    check_step(DECODE_STEP(line))
    assert make_step(line) == step


@given(st.floats(0, 1e6), st.sampled_from("<>"), st.binary(max_size=40), st.integers(0, 1_000_000))
def test_a_packet_is_a_line_and_comes_back(time_s: float, direction: str, data: bytes, step: int) -> None:
    packet = WirePacket(time_s, direction, data, step)  # type: ignore[arg-type]  # sampled_from knows only texts
    assert make_packet(wire_line(packet)) == packet


small = st.one_of(st.none(), st.integers(0, 0xFFFF))


@given(
    st.sampled_from(sorted(NAMES)),
    small,
    st.one_of(st.none(), st.integers(0, 0xFF_FFFF)),
    st.lists(st.integers(0, 0xFFFF), max_size=9),
    small,
    st.binary(max_size=9),
    st.one_of(st.none(), st.integers(0, 255)),
    st.one_of(st.none(), st.binary(max_size=4)),
)
def test_a_step_that_passes_can_be_sent_and_answered(
    service: str,
    table: int | None,
    offset: int | None,
    indices: list[int],
    count: int | None,
    data: bytes,
    response: int | None,
    sent: bytes | None,
) -> None:
    direction = "<" if service in READS else ">"
    step = Step(1, 0.0, direction, service, table, None, offset, tuple(indices), count, data, response, sent=sent)
    try:
        check_step(DECODE_STEP(step_line(step)))
    except ValueError:
        assert sent is None  # the bytes of a request are always a request
        return
    assert request_bytes(step) or sent == b""
    assert response is None or reply_bytes(step) is not None
    if service in WRITES and sent is None:
        assert data in request_bytes(step)


def test_the_rule_of_a_step_is_left_out_where_it_is_the_usual_one() -> None:
    assert b"verify" not in step_line(Step(1, 0.0, ">", "logoff", verify=VerifyRule()))
