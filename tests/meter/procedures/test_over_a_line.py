"""Procedures over real sessions: a line that refuses packets, a busy meter, a cancel."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from fieldpro.errors import Cancelled
from fieldpro.meter.procedures import Evidence, demand_reset, set_clock, stay_in_test_mode
from fieldpro.secret import Secret
from fieldpro.session import MeterSession, SessionPlan
from fieldpro.session.ticket import Ticket
from fieldpro.simulator import VirtualMeter, describe
from fieldpro.simulator.clock import running_clock
from fieldpro.simulator.faults import FaultPlan
from fieldpro.simulator.serve import MemoryServer

MOMENT = datetime(2026, 3, 20, 16, 34, 20, tzinfo=UTC).timestamp()


@contextmanager
def session_with(name: str, password: str, faults: str = "") -> Iterator[tuple[VirtualMeter, MeterSession]]:
    description = describe.overridden(describe.load(name), days=5)
    meter = VirtualMeter(description, clock=running_clock(start=MOMENT), faults=FaultPlan.parse(faults))
    plan = SessionPlan(user="TESTER", password=Secret.from_text(password))
    with MemoryServer(meter) as server, MeterSession(server.client, plan) as session:
        yield meter, session


def evidence(meter: VirtualMeter) -> Evidence:
    return Evidence(now=lambda: datetime.fromtimestamp(meter.clock(), UTC))


@pytest.mark.parametrize(("name", "password"), [("centron", "SECONDARY"), ("residential", "READER")])
def test_a_demand_reset(name: str, password: str) -> None:
    with session_with(name, password) as (meter, session):
        outcome = session.run(demand_reset(evidence=evidence(meter)))
        assert outcome.resets_after == outcome.resets_before + 1


def test_a_procedure_that_takes_its_time_is_waited_for() -> None:
    with session_with("centron", "SECONDARY", "procedure:2") as (meter, session):
        outcome = session.run(demand_reset(evidence=evidence(meter)))
        assert outcome.result.done
        assert outcome.result.waited_s >= 1.5


def test_a_clock_is_set_on_the_second() -> None:
    with session_with("centron", "SECONDARY") as (meter, session):
        body = meter.device.body
        body.set_clock(meter.clock() + body.life.clock.zone_s - 7200)
        outcome = session.run(set_clock(evidence=evidence(meter)))
        now = meter.clock()
        off_s = body.life.clock.standard_at(now) - (now + body.life.clock.zone_s)
        assert outcome.was_set
        assert abs(off_s) < 0.6


@pytest.mark.parametrize("faults", ["nak:2", "silent:1", "busy:3"])
def test_a_bad_line_resets_once_and_only_once(faults: str) -> None:
    with session_with("centron", "SECONDARY", faults) as (meter, session):
        before = meter.device.body.snapshot(meter.clock()).resets
        session.run(demand_reset(evidence=evidence(meter)))
        assert meter.device.body.snapshot(meter.clock()).resets == before + 1


def test_a_cancel_in_test_mode_ends_the_job_and_the_meter_goes_back_by_itself() -> None:
    with session_with("centron", "PRIMARY") as (meter, session):
        ticket = Ticket("test mode")
        seen: list[Any] = []

        def stop(progress: Any) -> None:
            seen.append(progress)
            if progress.text == "Test mode" and not ticket.cancelled:
                threading.Timer(0.2, ticket.cancel).start()

        with pytest.raises(Cancelled):
            session.run(stay_in_test_mode(for_s=600, evidence=evidence(meter)), ticket, stop)
        assert meter.device.body.in_test_mode(meter.clock())
        assert not meter.device.body.in_test_mode(meter.clock() + 1_801)
