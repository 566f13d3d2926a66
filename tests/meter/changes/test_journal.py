"""The journal: on the disk before it counts, appended only, readable after a cut anywhere, without a secret in it."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from fieldpro.errors import JournalError
from fieldpro.meter.changes.change import Origin
from fieldpro.meter.changes.journal import Journal
from fieldpro.meter.changes.records import Outcome, SecretSpan, Span, Stage, digest, line_of, record_of
from fieldpro.records import MeterIdentity

METER = MeterIdentity("ACME", "M1", "0042", "1.0", "2.0", "ACME")
OTHER = replace(METER, serial="0043")
FIRST = Span(6, "UTIL_INFO_TBL", 0, b"old", b"new", ("UTIL_INFO_TBL.OWNER_NAME",))
SECOND = Span(33, "PRI_DISP_LIST_TBL", 5, b"\1", b"\2", ("PRI_DISP_LIST_TBL.PRI_DISP_SOURCES[0]",))
ORIGIN = Origin("shop", 3, "ab" * 32)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path)


def test_a_meter_nothing_was_written_to_has_nothing_unfinished(journal: Journal) -> None:
    assert journal.unfinished(METER) is None
    assert journal.jobs(METER) == ()


def test_a_job_that_ended_is_finished(journal: Journal) -> None:
    job = journal.begin(METER, [[FIRST]], origin=ORIGIN, who="Ada")
    for stage in (Stage.INTENDED, Stage.WRITTEN, Stage.VERIFIED):
        journal.mark(job, 0, stage)
    journal.end(job, Outcome.DONE)
    assert journal.unfinished(METER) is None
    (kept,) = journal.jobs(METER)
    assert (kept.who, kept.origin, kept.outcome) == ("Ada", ORIGIN, Outcome.DONE)


@pytest.mark.parametrize(
    ("stages", "holds"),
    [
        ([], []),
        ([Stage.INTENDED], ["before or after", "before"]),
        ([Stage.INTENDED, Stage.WRITTEN], ["after", "before"]),
        ([Stage.INTENDED, Stage.WRITTEN, Stage.VERIFIED], ["after", "before"]),
    ],
)
def test_an_interrupted_job_tells_what_the_meter_holds(journal: Journal, stages: list[Stage], holds: list[str]) -> None:
    job = journal.begin(METER, [[FIRST], [SECOND]], origin=ORIGIN)
    for stage in stages:
        journal.mark(job, 0, stage)
    unfinished = Journal(journal.folder).unfinished(METER)
    assert ([] if unfinished is None else [state.holds for state in unfinished.spans]) == holds
    if unfinished is not None:
        assert unfinished.spans[0].span == FIRST
        assert unfinished.origin == ORIGIN
        assert unfinished.tables == {6, 33}


def test_meters_have_journals_of_their_own(journal: Journal) -> None:
    job = journal.begin(METER, [[FIRST]])
    journal.mark(job, 0, Stage.INTENDED)
    assert journal.unfinished(OTHER) is None
    assert journal.path(METER) != journal.path(OTHER)


@pytest.mark.parametrize("serial", ["", "../../etc/passwd", "a/b\\c:d", "é" * 200])
def test_a_serial_number_of_any_kind_makes_a_file_name(journal: Journal, serial: str) -> None:
    strange = replace(METER, serial=serial)
    journal.mark(journal.begin(strange, [[FIRST]]), 0, Stage.INTENDED)
    assert journal.path(strange).parent == journal.folder
    assert journal.unfinished(strange) is not None


def test_what_a_cut_left_of_the_last_line_is_no_record(journal: Journal) -> None:
    """Cut at every byte: the records before it count, and what follows is written behind it."""
    job = journal.begin(METER, [[FIRST], [SECOND]])
    journal.mark(job, 0, Stage.INTENDED)
    whole = journal.path(METER).read_bytes()
    journal.mark(job, 0, Stage.WRITTEN)
    longer = journal.path(METER).read_bytes()
    for cut in range(len(whole), len(longer)):
        journal.path(METER).write_bytes(longer[:cut])
        unfinished = journal.unfinished(METER)
        assert unfinished is not None
        is_whole = cut == len(longer) - 1  # only the line feed is missing
        assert unfinished.spans[0].stage is (Stage.WRITTEN if is_whole else Stage.INTENDED)
        journal.mark(job, 0, Stage.VERIFIED)
        again = journal.unfinished(METER)
        assert again is not None
        assert again.spans[0].stage is Stage.VERIFIED


def test_a_damaged_line_is_counted_and_hides_no_other(journal: Journal) -> None:
    done = journal.begin(METER, [[FIRST]])
    journal.end(done, Outcome.DONE)
    job = journal.begin(METER, [[SECOND]])
    journal.mark(job, 0, Stage.INTENDED)
    path = journal.path(METER)
    lines = path.read_bytes().split(b"\n")
    lines[1] = lines[1].replace(b"done", b"dome")
    path.write_bytes(b"\n".join(lines) + b"\xff\xfe garbage\n")
    unfinished = journal.unfinished(METER)
    assert unfinished is not None
    assert (unfinished.root.id, unfinished.damaged) == (job.id, 2)


def test_each_record_is_on_the_disk_before_the_call_returns(tmp_path: Path) -> None:
    synced: list[int] = []

    def sync(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_size)

    journal = Journal(tmp_path, sync=sync)
    job = journal.begin(METER, [[FIRST]])
    size = journal.path(METER).stat().st_size
    assert size in synced
    journal.mark(job, 0, Stage.INTENDED)
    assert synced[-1] == journal.path(METER).stat().st_size > size


def test_the_file_is_only_ever_added_to(journal: Journal) -> None:
    job = journal.begin(METER, [[FIRST]])
    seen = journal.path(METER).read_bytes()
    for stage in Stage:
        journal.mark(job, 0, stage)
        now = journal.path(METER).read_bytes()
        assert now.startswith(seen)
        seen = now


def test_finishing_ends_the_job_that_was_interrupted_too(journal: Journal) -> None:
    job = journal.begin(METER, [[FIRST], [SECOND]])
    journal.mark(job, 0, Stage.INTENDED)
    second = journal.begin(METER, [[SECOND]], purpose="finish", root=job.id)
    unfinished = journal.unfinished(METER)
    assert unfinished is not None
    assert (unfinished.root.id, unfinished.last.id) == (job.id, second.id)
    journal.mark(second, 0, Stage.INTENDED)
    journal.end(second, Outcome.FINISHED)
    assert journal.unfinished(METER) is None
    assert [each.outcome for each in journal.jobs(METER)] == [Outcome.FINISHED, Outcome.FINISHED]


def test_what_is_given_up_is_not_offered_again(journal: Journal) -> None:
    job = journal.begin(METER, [[FIRST]])
    journal.mark(job, 0, Stage.INTENDED)
    unfinished = journal.unfinished(METER)
    assert unfinished is not None
    journal.give_up(unfinished)
    assert journal.unfinished(METER) is None


def test_a_folder_that_cannot_be_written_stops_everything(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(JournalError):
        Journal(tmp_path / "file").begin(METER, [[FIRST]])


def test_a_disk_that_fails_stops_everything(tmp_path: Path) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(JournalError, match="No space left"):
        Journal(tmp_path, sync=full).begin(METER, [[FIRST]])


def test_a_line_with_any_byte_changed_is_no_record() -> None:
    line = line_of({"kind": "end", "job": "1"}).rstrip(b"\n")
    assert record_of(line) == {"kind": "end", "job": "1"}
    for at in range(len(line)):
        for bit in range(8):
            damaged = line[:at] + bytes([line[at] ^ 1 << bit]) + line[at + 1 :]
            assert record_of(damaged) is None


def test_a_secret_is_a_digest_of_its_own() -> None:
    one, other = (SecretSpan.of("SECURITY_TBL.X", 0, b"old", b"new") for _ in range(2))
    assert one.salt != other.salt
    assert one.before != other.before
    assert digest(b"old", one.salt) == one.before
    assert SecretSpan.of("X", 0, None, b"new").before == ""
