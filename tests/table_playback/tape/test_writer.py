"""A tape while it is recorded: nothing is lost, and what cannot be kept is said."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from fieldpro.errors import TapeError
from table_playback.tape import Step, TableImage, Tape, TapeWriter, WirePacket, limits, load, part_of, recover


def record(tape: Tape, path: Path) -> TapeWriter:
    writer = TapeWriter(path, tape.header)
    for packet in tape.wire:
        writer.wire(packet)
    for step in tape.steps:
        writer.step(step)
    for image in tape.tables.values():
        writer.image(image)
    return writer


def test_what_was_recorded_is_the_tape(tape: Tape, tmp_path: Path) -> None:
    path = tmp_path / "new" / "r.tape"
    writer = record(tape, path)
    assert not path.exists()
    assert writer.close() == path
    loaded = load(path)
    assert (loaded.header, loaded.tables) == (tape.header, tape.tables)
    assert (loaded.steps, loaded.wire) == (tape.steps, tape.wire)
    assert [each.name for each in path.parent.iterdir()] == ["r.tape"]


def test_packets_in_a_row_are_kept_all_or_none(tape: Tape, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pieces = [(packet.time_s, packet.direction, packet.data) for packet in tape.wire]
    writer = TapeWriter(tmp_path / "r.tape", tape.header)
    writer.heard(())
    writer.heard(pieces)
    monkeypatch.setitem(limits.MAX_MEMBER, limits.WIRE, 200)
    with pytest.raises(TapeError) as caught:
        writer.heard(pieces * 3)
    assert (caught.value.reason, caught.value.place) == ("too-large", "wire.jsonl, line 8")
    writer.close()
    assert load(tmp_path / "r.tape").wire == [WirePacket(*piece) for piece in pieces]


def test_the_header_may_be_known_only_at_the_end(tape: Tape, tmp_path: Path) -> None:
    writer = record(tape, tmp_path / "r.tape")
    writer.close(replace(tape.header, title="as it ended"))
    assert load(tmp_path / "r.tape").header.title == "as it ended"


def test_a_later_image_of_a_table_stands_for_an_earlier_one(tape: Tape, tmp_path: Path) -> None:
    writer = TapeWriter(tmp_path / "r.tape", tape.header)
    for data in (b"a", b"b"):
        writer.image(TableImage(3, data))
    writer.close()
    assert load(tmp_path / "r.tape").tables == {3: TableImage(3, b"b")}


def test_an_abandoned_recording_leaves_nothing(tape: Tape, tmp_path: Path) -> None:
    record(tape, tmp_path / "r.tape").abandon()
    assert list(tmp_path.iterdir()) == []


def test_a_recording_that_died_is_recovered(tape: Tape, tmp_path: Path) -> None:
    writer = record(tape, tmp_path / "r.tape")
    writer.flush()
    found = recover(part_of(tmp_path / "r.tape"))
    assert (found.steps, found.wire, found.tables) == (tape.steps, tape.wire, tape.tables)
    assert found.header == replace(
        tape.header, interrupted=True, ended_at=tape.header.started_at + timedelta(seconds=4.5)
    )
    assert found.path == ""
    writer.abandon()


def test_a_line_torn_anywhere_costs_only_itself(tape: Tape, tmp_path: Path) -> None:
    writer = record(tape, tmp_path / "r.tape")
    writer.flush()
    part = part_of(tmp_path / "r.tape")
    content = part.read_bytes()
    writer.abandon()
    first = content.index(b"\n") + 1
    for size in range(first, len(content), 5):
        for tail in (b"", bytes(64)):  # what a file system leaves when the power goes
            part.write_bytes(content[:size] + tail)
            found = recover(part)
            whole = content[:size].count(b"\n") - 1
            assert len(found.steps) + len(found.wire) + len(found.tables) == whole
    part.write_bytes(content[: first - 1])
    assert recover(part).steps == ()


def test_a_program_that_is_killed_loses_at_most_the_last_second(tmp_path: Path) -> None:
    script = """
        import os, sys
        from datetime import UTC, datetime
        from table_playback.tape import Header, Step, TapeWriter
        now = datetime.now(UTC)
        seconds = iter(range(100_000))
        writer = TapeWriter(sys.argv[1], Header(None, now, now), clock=lambda: next(seconds) * 0.25)
        for number in range(1, 42):
            writer.step(Step(number, number * 0.25, "<", "full-read", table=1, data=b"a", response=0))
        os.kill(os.getpid(), 9)
    """
    path = tmp_path / "r.tape"
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path))
    subprocess.run([sys.executable, "-c", textwrap.dedent(script), str(path)], env=environment, check=False, timeout=60)
    assert len(recover(part_of(path)).steps) >= 41 - 4


def test_a_recording_does_not_run_over_one_that_was_interrupted(tape: Tape, tmp_path: Path) -> None:
    first = record(tape, tmp_path / "r.tape")
    with pytest.raises(TapeError) as caught:
        TapeWriter(tmp_path / "r.tape", tape.header)
    assert (caught.value.reason, caught.value.place) == ("denied", "r.tape.part")
    assert "recover" in caught.value.detail
    first.close()


def test_steps_come_one_after_the_other(tape: Tape, tmp_path: Path) -> None:
    writer = TapeWriter(tmp_path / "r.tape", tape.header)
    with pytest.raises(TapeError) as caught:
        writer.step(tape.steps[1])
    assert (caught.value.reason, caught.value.place) == ("malformed", "step 1 (steps.jsonl, line 1)")
    for bad in (Step(1, 0.0, "<", "full-read"), Step(1, 0.0, "<", "full-read", table=1, note="\ud800")):
        with pytest.raises(TapeError) as caught:
            writer.step(bad)
        assert caught.value.reason == "malformed"
    with pytest.raises(TapeError):
        writer.wire(WirePacket(-1.0, ">", b""))
    with pytest.raises(TapeError):
        writer.image(TableImage(1, b"a", masked=((1, 1),)))
    writer.step(tape.steps[0])
    writer.close()
    assert load(tmp_path / "r.tape").steps == tape.steps[:1]


def test_a_full_tape_says_so_and_keeps_what_it_has(tape: Tape, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.MAX_MEMBER, limits.STEPS, 400)
    writer = TapeWriter(tmp_path / "r.tape", tape.header)
    for nth, step in enumerate(tape.steps):
        try:
            writer.step(step)
        except TapeError as full:
            error, kept = full, nth
            break
    assert error.reason == "too-large"
    assert error.place == f"step {kept + 1} (steps.jsonl, line {kept + 1})"
    assert kept > 0
    writer.close()
    assert load(tmp_path / "r.tape").steps == tape.steps[:kept]


def test_an_exchange_that_is_too_long_for_a_line_is_said(tape: Tape, tmp_path: Path) -> None:
    writer = TapeWriter(tmp_path / "r.tape", tape.header)
    with pytest.raises(TapeError) as caught:
        writer.step(Step(1, 0.0, ">", "unknown", sent=bytes(limits.MAX_LINE[limits.STEPS] // 2)))
    assert caught.value.reason == "too-large"
    writer.abandon()


def test_a_tape_that_cannot_be_made_leaves_its_part(tape: Tape, tmp_path: Path) -> None:
    (tmp_path / "r.tape").mkdir()
    writer = record(tape, tmp_path / "r.tape")
    with pytest.raises(TapeError) as caught:
        writer.close()
    assert caught.value.reason == "denied"
    assert recover(part_of(tmp_path / "r.tape")).steps == tape.steps


def test_a_place_that_cannot_be_written_is_said_at_once(tape: Tape, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(TapeError) as caught:
        TapeWriter(tmp_path / "file" / "r.tape", tape.header)
    assert caught.value.reason == "denied"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is full")
def test_a_full_disk_is_said(tape: Tape, tmp_path: Path) -> None:
    writer = TapeWriter(tmp_path / "r.tape", tape.header)
    with open("/dev/full", "wb", buffering=0) as full:  # noqa: PTH123 (a device, and no file of ours)
        os.dup2(full.fileno(), writer._file.fileno())
        writer.step(tape.steps[0])
        with pytest.raises(TapeError) as caught:
            writer.flush()
    assert caught.value.reason == "denied"
    writer.abandon()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "reason", "place"),
    [
        (b"", "not-a-tape", "line 1"),
        (b"PK\3\4", "not-a-tape", "line 1"),
        (b"{}\n", "not-a-tape", "line 1"),
        (b'{"format":"fieldpro-tape-part","version":2}\n', "newer-version", "line 1"),
        (b'{"format":"fieldpro-tape-part","version":1}\n', "not-a-tape", "line 1"),
        (b"[" * 100_000 + b"\n", "not-a-tape", "line 1"),
    ],
)
def test_a_file_that_is_no_recording(tmp_path: Path, content: bytes, reason: str, place: str) -> None:
    path = tmp_path / "no.part"
    path.write_bytes(content)
    with pytest.raises(TapeError) as caught:
        recover(path)
    assert (caught.value.reason, caught.value.place) == (reason, place)


@pytest.mark.parametrize("line", [b"{}", b'{"step":1', b'{"song":{}}', b'{"step":{"number":1}}', b""])
def test_a_recording_with_a_strange_line_in_its_midst(tape: Tape, tmp_path: Path, line: bytes) -> None:
    writer = record(tape, tmp_path / "r.tape")
    writer.flush()
    part = part_of(tmp_path / "r.tape")
    first, _, rest = part.read_bytes().partition(b"\n")
    part.write_bytes(first + b"\n" + line + b"\n" + rest)
    with pytest.raises(TapeError) as caught:
        recover(part)
    assert caught.value.reason == "malformed"
    writer.abandon()
