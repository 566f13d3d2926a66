"""The worker of a port: one thread, one ticket a job, and every job ended properly."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from fieldpro.errors import LinkError, PortBusy, ServiceRefused
from fieldpro.session import (
    JobCancelled,
    JobDone,
    JobFailed,
    JobProgress,
    JobStarted,
    MeterSession,
    Pause,
    PortWorker,
    read_table,
)
from fieldpro.session.conversation import Progress
from fieldpro.session.rate import RateMeter
from fieldpro.transports.memory import pipe

LIMIT_S = 20.0


@pytest.fixture
def site(lab: Any, clock: Any) -> Any:
    """A worker over a scripted meter in simulated time; `site.events` is what it told."""

    class Site:
        meter = lab.ScriptedMeter()
        events: list[Any] = []  # noqa: RUF012 - one class a test
        opened = 0

        def open_session(self) -> MeterSession:
            type(self).opened += 1
            wire = lab.SimWire(self.meter, pipe("memory"), clock)
            return MeterSession(wire, clock=clock, close_transport=True)

    made = Site()
    made.worker = PortWorker(made.open_session, made.events.append, "memory", clock=clock)
    yield made
    assert made.worker.close(LIMIT_S)


def kinds(site: Any) -> list[str]:
    return [type(event).__name__ for event in site.events if not isinstance(event, JobProgress)]


def test_a_job_is_started_reported_and_done(site: Any, lab: Any) -> None:
    ticket = site.worker.submit("read", lambda: read_table(lab.LARGE, 20_000))
    assert ticket.wait(LIMIT_S)
    assert kinds(site) == ["JobStarted", "JobDone"]
    assert site.events[-1] == JobDone(ticket, lab.TABLES[lab.LARGE])
    assert any(isinstance(event, JobProgress) and event.progress.done == 20_000 for event in site.events)
    assert site.meter.services[-2:] == ["Logoff", "Terminate"]


def test_jobs_that_wait_share_one_session(site: Any, lab: Any) -> None:
    gate = threading.Event()

    def first() -> Any:
        data = yield from read_table(lab.SMALL)
        gate.wait(LIMIT_S)
        return data

    one = site.worker.submit("one", first)
    two = site.worker.submit("two", lambda: read_table(lab.MIDDLE))
    gate.set()
    assert one.wait(LIMIT_S)
    assert two.wait(LIMIT_S)
    assert site.opened == 1
    assert site.meter.services.count("Logon") == 1
    three = site.worker.submit("three", lambda: read_table(lab.MIDDLE))
    assert three.wait(LIMIT_S)
    assert site.opened == 2


def test_a_refusal_fails_its_job_only(site: Any, lab: Any) -> None:
    bad = site.worker.submit("bad", lambda: read_table(lab.SECRET))
    good = site.worker.submit("good", lambda: read_table(lab.SMALL))
    assert bad.wait(LIMIT_S)
    assert good.wait(LIMIT_S)
    failed = next(event for event in site.events if isinstance(event, JobFailed))
    assert failed.ticket is bad
    assert isinstance(failed.error, ServiceRefused)
    assert JobDone(good, lab.TABLES[lab.SMALL]) in site.events


def test_a_defect_in_a_job_does_not_end_the_worker(site: Any, lab: Any) -> None:
    def broken() -> Any:
        yield from read_table(lab.SMALL)
        raise ZeroDivisionError

    assert site.worker.submit("broken", broken).wait(LIMIT_S)
    assert isinstance(site.events[-1].error, ZeroDivisionError)
    assert site.worker.submit("good", lambda: read_table(lab.SMALL)).wait(LIMIT_S)
    assert kinds(site)[-1] == "JobDone"


def test_a_port_that_does_not_open_fails_the_job(clock: Any) -> None:
    def busy() -> MeterSession:
        raise PortBusy("COM3")

    events: list[Any] = []
    worker = PortWorker(busy, events.append, "COM3", clock=clock)
    assert worker.submit("read", lambda: read_table(1)).wait(LIMIT_S)
    assert isinstance(events[-1].error, PortBusy)
    assert worker.close(LIMIT_S)


def test_a_dead_link_fails_the_job_and_the_next_one_starts_afresh(site: Any, lab: Any) -> None:
    site.meter.silent_after, site.meter.silent_for = 3, 12
    assert site.worker.submit("one", lambda: read_table(lab.SMALL)).wait(LIMIT_S)
    assert isinstance(site.events[-1].error, LinkError)
    site.meter.silent_after = None
    assert site.worker.submit("two", lambda: read_table(lab.SMALL)).wait(LIMIT_S)
    assert kinds(site)[-1] == "JobDone"


def test_a_cancelled_job_that_waits_is_never_started(site: Any, lab: Any) -> None:
    gate = threading.Event()

    def first() -> Any:
        gate.wait(LIMIT_S)
        return (yield from read_table(lab.SMALL))

    site.worker.submit("one", first)
    two = site.worker.submit("two", lambda: read_table(lab.MIDDLE))
    two.cancel()
    gate.set()
    assert two.wait(LIMIT_S)
    assert JobCancelled(two) in site.events
    assert JobStarted(two) not in site.events


def test_cancelling_one_job_leaves_the_next_alone(site: Any, lab: Any) -> None:
    reached, gate = threading.Event(), threading.Event()

    def first() -> Any:
        reached.set()
        gate.wait(LIMIT_S)
        return (yield from read_table(lab.SMALL))

    one = site.worker.submit("one", first)
    two = site.worker.submit("two", lambda: read_table(lab.SMALL))
    assert reached.wait(LIMIT_S)
    one.cancel()
    gate.set()
    assert two.wait(LIMIT_S)
    assert kinds(site) == ["JobStarted", "JobCancelled", "JobStarted", "JobDone"]


def test_close_right_after_submit_cancels_the_job_and_says_goodbye(site: Any, lab: Any) -> None:
    def endless() -> Any:
        while True:
            yield from read_table(lab.SMALL)
            yield Pause(1.0)

    ticket = site.worker.submit("endless", endless)
    assert site.worker.close(LIMIT_S)
    assert ticket.done
    assert kinds(site)[-1] == "JobCancelled"
    assert site.meter.services == [] or site.meter.services[-1] == "Terminate"


def test_after_close_a_job_comes_back_cancelled(site: Any, lab: Any) -> None:
    site.worker.close(LIMIT_S)
    ticket = site.worker.submit("late", lambda: read_table(lab.SMALL))
    assert ticket.done
    assert ticket.cancelled
    assert site.events[-1] == JobCancelled(ticket)


def test_close_is_bounded_when_a_job_does_not_listen(clock: Any, lab: Any) -> None:
    gate = threading.Event()
    started = threading.Event()

    def deaf() -> Any:
        started.set()
        gate.wait(LIMIT_S)
        yield Pause(0.0)

    wire = lab.SimWire(lab.ScriptedMeter(), pipe("memory"), clock)
    worker = PortWorker(lambda: MeterSession(wire, clock=clock), lambda event: None, "memory", clock=clock)
    worker.submit("deaf", deaf)
    assert started.wait(LIMIT_S)
    assert not worker.close(0.05)
    gate.set()
    assert worker.close(LIMIT_S)


def test_the_rate_and_the_time_left_are_those_of_the_last_ten_seconds() -> None:
    meter = RateMeter()
    assert meter.feed(Progress(0, 3000, "bytes", ""), 0.0) == (None, None)
    assert meter.feed(Progress(100, 3000, "bytes", ""), 1.0) == (100.0, 29.0)
    for second in range(2, 30):
        rate, left = meter.feed(Progress(100 + (second - 1) * 50, 3000, "bytes", ""), float(second))
    assert rate == pytest.approx(50.0)
    assert left == pytest.approx((3000 - 1500) / 50)
    assert meter.feed(Progress(1, None, "tables", ""), 31.0) == (None, None)
