"""A visit to each virtual meter: read over a link, met, and reported; what is said is what is in the meter."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from fieldpro.errors import FieldProError, OrderMismatch
from fieldpro.export import visit_report
from fieldpro.meter.collection import Collection
from fieldpro.meter.programs.target import form_of
from fieldpro.meter.view import MeterView
from fieldpro.meter.visit import VisitJob, WorkOrder
from fieldpro.meter.visit.collect import reading_of
from fieldpro.meter.visit.looking import look, look_who
from fieldpro.records import ReadOut
from fieldpro.session.meter_session import MeterSession
from fieldpro.session.plan import SessionPlan
from fieldpro.simulator import describe
from fieldpro.simulator.serve import MemoryServer
from fieldpro.simulator.virtual import VirtualMeter
from fieldpro.visit_record import Diagnosis

NOON = datetime(2026, 3, 20, 12, 34, tzinfo=UTC)
BOTH = pytest.mark.parametrize("name", ["centron", "residential"])


def watched(conversation, said: set[str]):
    """The same conversation, with the kinds of its requests written down."""
    reply, error = None, None
    while True:
        try:
            item = conversation.send(reply) if error is None else conversation.throw(error)
        except StopIteration as end:
            return end.value
        said.add(type(item).__name__)
        reply, error = None, None
        try:
            reply = yield item
        except FieldProError as raised:
            error = raised


def read(meter: VirtualMeter, conversation, said: set[str] | None = None) -> MeterView:
    collection = Collection(now=lambda: NOON)
    server = MemoryServer(meter)
    try:
        with MeterSession(server.client, SessionPlan(user="TESTER")) as session:
            read_out: ReadOut = session.run(
                watched(conversation(collection=collection), said if said is not None else set())
            )
    finally:
        server.close()
    return MeterView(read_out)


@pytest.fixture
def meter(name: str) -> VirtualMeter:
    description = describe.overridden(describe.load(name), days=3)
    return VirtualMeter(description, seed=1, clock=NOON.timestamp)


@BOTH
def test_a_reading_shows_the_registers_the_clock_and_the_form(meter: VirtualMeter) -> None:
    view = read(meter, look)
    found = reading_of(view, 12)
    assert (found.meter.serial, found.record) == (view.identity.serial, 12)
    assert found.meter.form == form_of(view.tables)
    assert found.clock.startswith("2026-03-20 ")
    shown = {(line.title, line.value, line.unit) for line in found.registers}
    total = next(r for r in view.current().registers if r.quantity.name == "Wh delivered" and r.tier == 0)
    assert ("Wh delivered", f"{total.value:f}", "kWh") in shown
    assert len({line.title for line in found.registers}) == len(found.registers)


@BOTH
def test_a_reading_visit_changes_nothing_and_is_reported(meter: VirtualMeter, tmp_path: Path) -> None:
    said: set[str] = set()
    who = read(meter, look_who, said)
    order = WorkOrder(number="1", kind="read-only", serial=who.identity.serial, form=form_of(who.tables))
    job = VisitJob.begin(order, who="Ada", role="reader", folder=tmp_path)
    job.done("order")
    job.meet(who.identity, form_of(who.tables))
    job.done("identify")
    view = read(meter, look, said)
    job.take_before(reading_of(view))
    job.done("before")
    job.take_diagnosis(Diagnosis(NOON.isoformat(), (), view.instantaneous()))
    job.done("diagnose")
    record = job.close()
    visit_report.write_pdf(tmp_path / "visit.pdf", record, zone=UTC)
    visit_report.write_html(tmp_path / "visit.html", record, zone=UTC)
    assert who.identity.serial in (tmp_path / "visit.html").read_text(encoding="utf-8")
    assert "FullRead" in said
    assert said <= {"FullRead", "OffsetRead", "AskFacts", "Progress", "Pause"}


@BOTH
def test_an_order_for_another_meter_is_refused_by_what_the_line_says(meter: VirtualMeter, tmp_path: Path) -> None:
    who = read(meter, look_who)
    job = VisitJob.begin(
        WorkOrder(number="1", kind="program", serial="does not exist"), who="Ada", role="lab", folder=tmp_path
    )
    job.done("order")
    with pytest.raises(OrderMismatch):
        job.meet(who.identity, form_of(who.tables))
