"""Sessions with the virtual meters that ship, over memory, a pty and TCP, in real time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from fieldpro.errors import LinkError, ServiceRefused
from fieldpro.secret import Secret
from fieldpro.session import (
    JobCancelled,
    JobDone,
    JobFailed,
    JobProgress,
    MeterSession,
    PortWorker,
    SessionPlan,
    read_table,
)
from fieldpro.session.probe_test import Found, probe_test
from fieldpro.simulator import describe
from fieldpro.simulator.serve import MemoryServer, PtyServer, TcpServer
from fieldpro.simulator.virtual import VirtualMeter
from fieldpro.transports import Transport, open_port
from fieldpro.transports.tap import Tap, TapRecord

LIMIT_S = 30.0
IDENTITY, PROFILE = 1, 64
MOMENT = 1_780_000_000.0


def virtual(name: str, days: int = 10) -> VirtualMeter:
    return VirtualMeter(describe.overridden(describe.load(name), days=days), clock=lambda: MOMENT)


def over_memory(meter: VirtualMeter) -> Iterator[tuple[Any, Transport]]:
    with MemoryServer(meter) as server:
        yield server, server.client


def over_pty(meter: VirtualMeter) -> Iterator[tuple[Any, Transport]]:
    with PtyServer(meter) as server:
        yield server, open_port(server.path)


def over_tcp(meter: VirtualMeter) -> Iterator[tuple[Any, Transport]]:
    with TcpServer(meter) as server:
        yield server, open_port(server.url)


@pytest.fixture(params=[over_memory, over_pty, over_tcp])
def site(request: pytest.FixtureRequest) -> Iterator[tuple[Any, Transport]]:
    for server, transport in request.param(virtual("centron")):
        yield server, transport
        transport.close()


def test_small_and_large_tables_are_read(site: tuple[Any, Transport]) -> None:
    with MeterSession(site[1]) as session:
        identity = session.run(read_table(IDENTITY))
        whole = session.run(read_table(PROFILE))
        pieces = session.run(read_table(PROFILE, len(whole)))
    assert len(identity) == 32
    assert len(whole) > 7000
    assert pieces == whole
    assert session.facts.baud > 9600


def test_two_sessions_follow_each_other_on_the_same_port(site: tuple[Any, Transport]) -> None:
    for _ in range(2):
        with MeterSession(site[1]) as session:
            assert len(session.run(read_table(IDENTITY))) == 32


def test_a_wrong_password_is_refused_and_leaves_the_meter_free(site: tuple[Any, Transport]) -> None:
    with pytest.raises(ServiceRefused), MeterSession(site[1], SessionPlan(password=Secret(b"WRONG"))):
        pytest.fail("opened")
    with MeterSession(site[1]) as session:
        assert len(session.run(read_table(IDENTITY))) == 32


def test_the_tape_of_a_session_does_not_hold_its_password(site: tuple[Any, Transport]) -> None:
    records: list[TapRecord] = []
    plan = SessionPlan(password=Secret(b"HUSH"))
    with pytest.raises(ServiceRefused), MeterSession(Tap(site[1], records.append), plan):
        pytest.fail("opened")
    shown = b"".join(record.data for record in records)
    assert b"FieldPro" in shown
    assert b"HUSH" not in shown


def test_the_meter_that_does_not_negotiate_is_read_too() -> None:
    for _, transport in over_pty(virtual("residential")):
        with MeterSession(transport) as session:
            assert session.run(read_table(IDENTITY)).startswith(b"FPRO")
            whole = session.run(read_table(PROFILE))
            assert session.run(read_table(PROFILE, len(whole))) == whole
        assert session.facts.baud == 9600
        transport.close()


def test_a_meter_that_is_taken_away_in_a_read_ends_the_job_and_comes_back_for_the_next() -> None:
    served: list[PtyServer] = [PtyServer(virtual("centron", days=60), pace=True)]
    events: list[Any] = []

    def unplug(event: Any) -> None:
        events.append(event)
        if isinstance(event, JobProgress) and event.progress.done > 0 and len(served) == 1:
            served[0]._port.close()
            served.append(PtyServer(virtual("centron"), pace=False))

    worker = PortWorker(lambda: MeterSession(open_port(served[-1].path), close_transport=True), unplug, "pty")
    assert worker.submit("profile", lambda: read_table(PROFILE, 40_000)).wait(LIMIT_S)
    assert isinstance(events[-1], JobFailed)
    assert events[-1].error.code == "port-gone"
    assert worker.submit("identity", lambda: read_table(IDENTITY)).wait(LIMIT_S)
    assert isinstance(events[-1], JobDone)
    assert worker.close(LIMIT_S)
    for server in served:
        server.close()


def test_a_cancel_in_a_paced_read_comes_through_in_seconds_and_logs_off() -> None:
    with PtyServer(virtual("centron", days=60), pace=True) as server:
        events: list[Any] = []

        def stop(event: Any) -> None:
            events.append(event)
            if isinstance(event, JobProgress) and event.progress.done > 1000:
                event.ticket.cancel()

        worker = PortWorker(lambda: MeterSession(open_port(server.path), close_transport=True), stop, "pty")
        assert worker.submit("profile", lambda: read_table(PROFILE, 40_000)).wait(LIMIT_S)
        assert isinstance(events[-1], JobCancelled)
        assert worker.submit("identity", lambda: read_table(IDENTITY)).wait(LIMIT_S)
        assert isinstance(events[-1], JobDone)
        assert worker.close(LIMIT_S)


def test_a_probe_test_finds_the_virtual_meter() -> None:
    with PtyServer(virtual("centron")) as server:
        report = probe_test(lambda: open_port(server.path), bauds=(9600, 57600))
    assert report.found is Found.METER
    assert report.best_baud is not None


def test_a_pty_without_a_meter_is_silent_and_says_so() -> None:
    from fieldpro.c12.link.timing import Timing
    from fieldpro.transports.pty import PtyPort

    server = PtyPort()
    plan = SessionPlan(timing=Timing(response_s=0.02, traffic_s=0.1))
    with pytest.raises(LinkError) as dead, MeterSession(open_port(server.path), plan, close_transport=True):
        pytest.fail("opened")
    assert (dead.value.reason, dead.value.port) == ("silent", server.path)
    server.close()
