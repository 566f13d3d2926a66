"""The workbench: jobs, what is read, what is saved, and what becomes of it when something fails."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from fieldpro.errors import LinkError, StoreError
from fieldpro.gui.standing import JobOutcome, Standing
from fieldpro.gui.workbench import Workbench
from fieldpro.records import ReadOut, TableReading, TableStatus
from fieldpro.session.conversation import Progress
from fieldpro.session.events import JobCancelled, JobDone, JobFailed, JobProgress, JobStarted


@pytest.fixture
def connected(workbench: Workbench, desk: Any, readout: ReadOut, qtbot: Any) -> Any:
    """A connected meter whose first read has ended; gives (workbench, worker)."""
    workbench.connect_virtual()
    qtbot.waitUntil(lambda: workbench.connected)
    worker = desk.connections[0].worker
    with qtbot.waitSignal(workbench.view_changed):
        workbench.jobs.on_event(JobDone(worker.tickets[0], readout))
    return SimpleNamespace(bench=workbench, worker=worker, desk=desk)


def test_connecting_shows_what_was_read(connected: Any, readout: ReadOut) -> None:
    bench = connected.bench
    assert bench.meter.standing is Standing.CONNECTED
    assert bench.meter.identity == readout.identity
    assert bench.meter.headline == "Battery low"
    assert bench.meter.drift_s == 3.0
    assert bench.readout is readout


def test_a_job_tells_its_progress_and_its_end(connected: Any, qtbot: Any) -> None:
    bench, worker = connected.bench, connected.worker
    got: list[Any] = []
    ticket = bench.submit("Reading tables", lambda: None, then=got.append)
    bench.jobs.on_event(JobStarted(ticket))
    bench.jobs.on_event(JobProgress(ticket, Progress(3, 10, "tables", "table 23"), 2.0, 3.5))
    qtbot.waitUntil(lambda: bench.jobs.job is not None and bench.jobs.job.done == 3)
    job = bench.jobs.job
    assert (job.name, job.total, job.unit, job.rate_per_s, job.remaining_s) == (
        "Reading tables",
        10,
        "tables",
        2.0,
        3.5,
    )
    bench.cancel()
    assert worker.tickets[-1].cancelled
    assert bench.jobs.job.cancelling
    bench.jobs.on_event(JobDone(ticket, "what was read"))
    qtbot.waitUntil(lambda: got == ["what was read"])
    assert bench.jobs.job.outcome is JobOutcome.DONE
    assert not bench.jobs.busy


def test_a_cancelled_job_gives_what_it_had(connected: Any, qtbot: Any) -> None:
    bench, got, failed = connected.bench, [], []
    for result in ("half", None):
        ticket = bench.submit("Reading", lambda: None, then=got.append, failed=failed.append)
        bench.jobs.on_event(JobStarted(ticket))
        bench.jobs.on_event(JobCancelled(ticket, result))
    qtbot.waitUntil(lambda: len(failed) == 1)
    assert got == ["half"]
    assert failed[0].code == "cancelled"
    assert bench.jobs.job.outcome is JobOutcome.CANCELLED


def test_a_failed_job_is_told_with_its_moment(connected: Any, qtbot: Any) -> None:
    bench = connected.bench
    ticket = bench.submit("Reading", lambda: None)
    with qtbot.waitSignal(bench.troubled) as told:
        bench.jobs.on_event(JobStarted(ticket))
        bench.jobs.on_event(JobFailed(ticket, LinkError("silent", "sim://centron")))
    trouble = told.args[0]
    assert trouble.explanation.what == "The meter does not answer"
    assert [remedy.text for remedy in trouble.remedies] == ["Connect again"]
    assert trouble.at_s is not None


def test_a_defect_in_a_job_is_raised_where_it_is_seen(connected: Any, qtbot: Any) -> None:
    bench = connected.bench
    ticket = bench.submit("Reading", lambda: None)
    with qtbot.captureExceptions() as caught:
        bench.jobs.on_event(JobStarted(ticket))
        bench.jobs.on_event(JobFailed(ticket, ZeroDivisionError()))
        qtbot.waitUntil(lambda: bool(caught))
    assert bench.jobs.job.outcome is JobOutcome.FAILED


def test_without_a_meter_a_job_is_refused_with_a_way_out(workbench: Workbench, qtbot: Any) -> None:
    with qtbot.waitSignal(workbench.troubled) as told:
        assert workbench.submit("Reading", lambda: None) is None
    assert [remedy.text for remedy in told.args[0].remedies] == ["Connect a meter"]


def test_what_is_read_is_laid_over_what_was_read(connected: Any, readout: ReadOut, qtbot: Any) -> None:
    bench = connected.bench
    from dataclasses import replace

    fresh = replace(readout, tables={64: TableReading(64, TableStatus.READ, b"new")})
    with qtbot.waitSignal(bench.view_changed):
        bench.merge(fresh)
    assert set(bench.readout.tables) == {*readout.tables, 64}


def test_saving_and_opening_again(connected: Any, readout: ReadOut, qtbot: Any) -> None:
    bench = connected.bench
    with qtbot.waitSignal(bench.records_changed):
        bench.save()
    assert bench.meter.record_id == 1
    with qtbot.waitSignal(bench.view_changed, check_params_cb=lambda view: view is not None):
        bench.open_record(1)
    assert bench.meter.standing is Standing.SAVED
    assert bench.readout.tables[23].data == readout.tables[23].data
    assert not bench.connected
    qtbot.waitUntil(lambda: connected.desk.connections[0].closed)


def test_a_record_that_is_gone_is_told(workbench: Workbench, qtbot: Any) -> None:
    with qtbot.waitSignal(workbench.troubled) as told:
        workbench.open_record(99)
    assert "no such record" in told.args[0].explanation.what


def test_a_store_that_cannot_be_opened_is_told(workbench: Workbench, qtbot: Any) -> None:
    def broken(_store: object) -> None:
        raise StoreError("locked", "fieldpro.db")

    with qtbot.waitSignal(workbench.troubled) as told:
        workbench.store(broken)
    assert "in use by another program" in told.args[0].explanation.what


def test_disconnecting_keeps_what_was_read(connected: Any, qtbot: Any) -> None:
    bench = connected.bench
    bench.disconnect_meter()
    assert bench.meter.standing is Standing.SAVED
    assert bench.view is not None
    qtbot.waitUntil(lambda: connected.desk.connections[0].closed)


def test_what_comes_after_another_meter_is_shown_is_dropped(workbench: Workbench, readout: ReadOut, qtbot: Any) -> None:
    late: list[int] = []
    workbench.compute(lambda: 1, late.append)
    with qtbot.waitSignal(workbench.view_changed):
        workbench.show_readout(readout, standing=Standing.SAVED)
    assert late == []


def test_disconnecting_while_connecting_closes_the_port(workbench: Workbench, desk: Any, qtbot: Any) -> None:
    workbench.connect_virtual()
    workbench.disconnect_meter()
    qtbot.waitUntil(lambda: bool(desk.connections) and desk.connections[0].closed)
    assert workbench.meter.standing is Standing.NONE


def test_wire_records_come_in_batches(workbench: Workbench, qtbot: Any) -> None:
    workbench.connect_virtual()
    with qtbot.waitSignal(workbench.wire_recorded) as told:
        for number in range(5):
            workbench.wire.add(number)
    assert told.args[0] == [0, 1, 2, 3, 4]
    assert workbench.wire.records == [0, 1, 2, 3, 4]
