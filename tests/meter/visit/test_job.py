"""A visit goes step by step, is on disk after each, and passes nothing that was not seen."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fieldpro.errors import FileError, OrderMismatch, StepRefused, StoreError, WrongMeter
from fieldpro.meter.procedures.set_clock import ClockSet
from fieldpro.meter.visit import VisitJob, WorkOrder, listed, unfinished
from fieldpro.meter.visit.collect import clock_set_words, meter_line
from fieldpro.meter.visit.job import digest
from fieldpro.records import MeterIdentity
from fieldpro.security.chain import FIRST, AuditRecord
from fieldpro.visit_record import (
    CheckLine,
    Diagnosis,
    Difference,
    ProgramLine,
    Reading,
    RegisterLine,
    StepState,
    Verdict,
    from_plain,
    to_plain,
)

NOON = datetime(2026, 3, 1, 12)
OLD = MeterIdentity("ITRN", "CENTRON", "00098765", "1.0", "2.10", "ITRN")
NEW = MeterIdentity("ITRN", "CENTRON", "00012345", "1.0", "3.12", "ITRN")
ORDER = WorkOrder(number="4711", kind="exchange", old_serial="98765", form="9S", program="residential-tou")


class Clock:
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def reading(identity: MeterIdentity) -> Reading:
    line = RegisterLine("Wh delivered", "1.5", "kWh")
    return Reading(meter_line(identity, "9S"), "2026-03-01T12:00:00+00:00", (line,), "", (), 7)


@pytest.fixture
def job(tmp_path: Path) -> VisitJob:
    return VisitJob.begin(ORDER, who="Ada", role="technician", folder=tmp_path, now=Clock())


def go_to(job: VisitJob, id: str) -> None:
    """The shortest honest way to a step of an exchange."""
    ways = {
        "final-read": lambda: job.take_removed(reading(OLD), OLD),
        "identify": lambda: job.meet(NEW, "9S"),
        "before": lambda: job.take_before(reading(NEW)),
        "program": lambda: job.take_differences(
            ProgramLine("residential-tou", 7, "ab"), [Difference("A_TBL.X", "X", "1", "2", "", True, True)]
        ),
        "diagnose": lambda: job.take_diagnosis(
            Diagnosis("2026-03-01T12:00:00+00:00", (CheckLine("D1", "Polarity", Verdict.GOOD),))
        ),
        "switch": lambda: job.take_switch("closed"),
        "clock": lambda: job.take_clock("70 s behind, set: now right"),
        "after": lambda: job.take_after(reading(NEW)),
    }
    while job.next is not None and job.next.id != id:
        ways.get(job.next.id, lambda: None)()
        job.done(job.next.id)


def test_an_exchange_from_order_to_close(job: VisitJob) -> None:
    go_to(job, "clock")
    job.skip("clock", "1 s off")
    go_to(job, "close")
    record = job.close(1284, "ab" * 32)
    assert record.closed
    assert record.outcome == "Completed, with steps left out"
    assert [step.state for step in record.steps].count(StepState.DONE) == 13
    assert record.steps[7].note == "1 s off"
    assert all(step.who == "Ada" for step in record.steps)
    assert [step.at for step in record.steps] == sorted(step.at for step in record.steps)
    assert (record.audit_number, record.audit_hash) == (1284, "ab" * 32)
    assert record.removed is not None
    assert record.removed.meter.serial == "00098765"
    assert job.next is None
    assert unfinished(job.path.parent) == []
    assert listed(job.path.parent) == [(job.path, record)]


def test_after_each_change_the_file_says_the_same(job: VisitJob) -> None:
    while job.next is not None and job.next.id != "close":
        go_to(job, job.kind.steps[[step.id for step in job.kind.steps].index(job.next.id) + 1].id)
        again = VisitJob.resume(job.path)
        assert again.record == job.record
        assert again.next == job.next
        assert unfinished(job.path.parent) == [job.path]
    assert from_plain(json.loads(json.dumps(to_plain(job.record)))) == job.record


def test_another_person_goes_on_with_it(job: VisitJob) -> None:
    go_to(job, "swap")
    again = VisitJob.resume(job.path, who="Bob")
    again.done("swap", "seal 883214")
    assert (again.record.steps[3].who, again.record.steps[3].note, again.record.who) == ("Bob", "seal 883214", "Ada")


@pytest.mark.parametrize("id", ["swap", "identify", "close", "nonsense"])
def test_steps_are_done_in_their_order(job: VisitJob, id: str) -> None:
    for deed in (job.done, lambda id: job.skip(id, "x"), lambda id: job.refuse(id, "x")):
        with pytest.raises(StepRefused):
            deed(id)
    assert job.next is not None
    assert job.next.id == "order"


@pytest.mark.parametrize("id", ["final-read", "identify", "before", "program", "clock", "diagnose", "switch", "after"])
def test_what_was_not_seen_is_not_done(job: VisitJob, id: str) -> None:
    go_to(job, id)
    before = job.path.read_bytes()
    with pytest.raises(StepRefused):
        job.done(id)
    assert job.path.read_bytes() == before


def test_a_disconnect_is_done_when_the_switch_was_seen_after_it(tmp_path: Path) -> None:
    order = WorkOrder(number="1", kind="disconnect")
    job = VisitJob.begin(order, who="Ada", role="technician", folder=tmp_path)
    job.done("order")
    job.meet(NEW)
    job.done("identify")
    job.take_before(reading(NEW))
    job.done("before")
    job.take_switch("closed, 240 V on the load side")
    job.done("switch-before")
    with pytest.raises(StepRefused):
        job.done("disconnect")
    job.take_switch_after("open, 0 V on the load side")
    job.done("disconnect", "unpaid, order 1")


@pytest.mark.parametrize(
    ("before_s", "after_s", "was_set", "words"),
    [
        (70.2, 0.3, True, "70 s behind, set: now right"),
        (-3.0, -1.0, True, "3 s ahead, set: now 1 s ahead"),
        (0.9, 0.9, False, "1 s behind, left alone"),
    ],
)
def test_what_was_done_to_the_clock_is_said(before_s: float, after_s: float, was_set: bool, words: str) -> None:
    done = ClockSet(before_s, after_s, NOON, NOON, (None,) if was_set else (), False, None, None)
    assert clock_set_words(done) == words


def test_only_what_may_be_left_out_is_left_out_and_with_a_reason(job: VisitJob) -> None:
    with pytest.raises(StepRefused):
        job.skip("order", "no time")
    go_to(job, "clock")
    with pytest.raises(StepRefused):
        job.skip("clock", "  ")
    job.skip("clock", "1 s off")


def test_a_meter_that_is_not_the_ordered_one_is_refused_and_noted(job: VisitJob) -> None:
    go_to(job, "identify")
    for identity, form in ((NEW, "2S"), (NEW, ""), (OLD, "9S")):
        with pytest.raises(OrderMismatch):
            job.meet(identity, form)
    with pytest.raises(StepRefused):
        job.done("identify")
    for deed in (
        lambda: job.take_before(reading(NEW)),
        lambda: job.take_differences(ProgramLine("p", 1, ""), []),
        lambda: job.take_switch("closed"),
        lambda: job.take_diagnosis(Diagnosis("")),
    ):
        with pytest.raises(StepRefused):
            deed()
    assert [note.partition(",")[0] for note in job.record.notes][:1] == ["Refused a meter: form 9S was ordered"]
    job.meet(NEW, "9S")
    job.done("identify")


def test_the_old_meter_must_be_the_ordered_one_too(job: VisitJob) -> None:
    with pytest.raises(OrderMismatch):
        job.take_removed(reading(NEW), NEW)


def test_a_reading_of_another_meter_is_not_taken(job: VisitJob) -> None:
    go_to(job, "before")
    for deed in (job.take_before, job.take_after):
        with pytest.raises(WrongMeter):
            deed(reading(OLD))


def test_a_refused_step_ends_the_visit(job: VisitJob) -> None:
    go_to(job, "identify")
    job.refuse("identify", "form 2S was found")
    assert job.next is None
    with pytest.raises(StepRefused):
        job.done("before")
    record = job.close()
    assert record.outcome == "Refused"
    assert record.steps[5].state is StepState.WAITING
    assert [step.note for step in record.refused] == ["form 2S was found"]


def test_a_closed_visit_stays_as_it_is(job: VisitJob) -> None:
    go_to(job, "close")
    with pytest.raises(StepRefused):
        job.done("close")
    job.close()
    for deed in (job.close, lambda: job.note("x"), lambda: job.done("close"), lambda: job.take_switch("open")):
        with pytest.raises(StepRefused):
            deed()


class Log:
    """An audit log of one record, or one that cannot be written."""

    def __init__(self, *, is_full: bool = False) -> None:
        self.is_full = is_full
        self.told: list[tuple[str, str, dict[str, object]]] = []

    def record(self, kind: str, meter: str = "", data: dict[str, object] | None = None) -> AuditRecord:
        if self.is_full:
            raise StoreError("full", "records.sqlite")
        self.told.append((kind, meter, data or {}))
        return AuditRecord(9, kind, "2026-03-01T12:00:00.000000+00:00", "Ada", "technician", meter, "{}", FIRST)


def test_the_audit_record_of_a_visit_holds_the_hash_of_all_it_says(job: VisitJob) -> None:
    go_to(job, "close")
    log = Log()
    record = job.close_with(log)
    ((kind, meter, told),) = log.told
    assert (kind, meter, told["order"], told["outcome"]) == ("visit", "ITRN 00012345", "4711", "Completed")
    assert told["sha256"] == digest(VisitJob.resume(job.path).record)
    assert record.audit_number == 9
    assert len(record.audit_hash) == 64
    file = json.loads(job.path.read_text())
    file["visit"]["differences"][0]["new"] = "3"
    job.path.write_text(json.dumps(file))
    assert told["sha256"] != digest(VisitJob.resume(job.path).record)


def test_a_visit_that_cannot_be_recorded_stays_open(job: VisitJob) -> None:
    go_to(job, "close")
    with pytest.raises(StoreError):
        job.close_with(Log(is_full=True))
    assert not VisitJob.resume(job.path).record.closed
    log = Log()
    with pytest.raises(StepRefused):
        VisitJob.begin(ORDER, who="Ada", role="lab", folder=job.path.parent).close_with(log)
    assert log.told == []


def test_a_visit_is_not_closed_while_a_step_waits(job: VisitJob) -> None:
    with pytest.raises(StepRefused):
        job.close()


@pytest.mark.parametrize(
    "change",
    [
        lambda file: file.update(schema=2),
        lambda file: file["visit"].pop("steps"),
        lambda file: file["visit"]["steps"].pop(),
        lambda file: file["visit"].update(kind="holiday"),
        lambda file: file["visit"]["steps"][0].update(state="maybe"),
        lambda file: file["visit"].update(colour="red"),
        lambda file: file["visit"]["order"].update(number=""),
    ],
)
def test_a_file_that_is_no_visit_is_said_to_be_none(job: VisitJob, change) -> None:
    file = json.loads(job.path.read_text())
    change(file)
    job.path.write_text(json.dumps(file))
    with pytest.raises(FileError):
        VisitJob.resume(job.path)
    assert unfinished(job.path.parent) == []


def test_a_place_that_cannot_be_written_is_said_and_nothing_is_taken_for_done(job: VisitJob) -> None:
    job.path = job.path.parent / "file" / "x"
    (job.path.parent).write_text("")
    with pytest.raises(FileError):
        job.done("order")
    assert job.record.steps[0].state is StepState.WAITING


WORKER = """
import sys
from pathlib import Path
from fieldpro.meter.procedures.set_clock import ClockSet
from fieldpro.meter.visit import VisitJob
job = VisitJob.resume(Path(sys.argv[1]))
n = 0
while True:
    job.note(f"note {n}")
    print(n, flush=True)
    n += 1
"""


def test_killed_at_any_moment_the_visit_goes_on_where_it_was(job: VisitJob) -> None:
    child = subprocess.Popen([sys.executable, "-c", WORKER, str(job.path)], stdout=subprocess.PIPE)
    assert child.stdout is not None
    heard = sum(1 for _ in zip(range(5), child.stdout, strict=False))
    child.kill()
    heard += len(child.stdout.read().split())
    child.stdout.close()
    child.wait(timeout=60)
    notes = VisitJob.resume(job.path).record.notes
    assert heard <= len(notes) <= heard + 1
    assert notes == tuple(f"note {n}" for n in range(len(notes)))
