"""A re-programming from the order to the report, with every part in earnest: rights, journal, log, meter, paper.

Of five differences two are chosen and written; the clock is set; the log has a record of each deed, and is whole.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from fieldpro.errors import NotAllowed
from fieldpro.export import visit_report
from fieldpro.meter.changes import Journal, apply, compare
from fieldpro.meter.diagnosis import diagnose
from fieldpro.meter.procedures.job import Evidence
from fieldpro.meter.procedures.set_clock import set_clock
from fieldpro.meter.programs import Program, Target
from fieldpro.meter.programs.target import form_of
from fieldpro.meter.read import read_tables
from fieldpro.meter.view import MeterView
from fieldpro.meter.visit import VisitJob, WorkOrder
from fieldpro.meter.visit.collect import clock_set_words, differences_of, program_line, reading_of
from fieldpro.meter.visit.job import digest
from fieldpro.meter.visit.looking import look, look_who
from fieldpro.secret import Secret
from fieldpro.security import entries, policy
from fieldpro.security.guard import Guard
from fieldpro.security.passwords import Hashing, Passwords
from fieldpro.security.rights import Right, Role
from fieldpro.security.secret_store import MemoryStore, StoredKey
from fieldpro.security.users import Users
from fieldpro.store import Store
from fieldpro.store.audit import AuditLog
from fieldpro.visit_record import local

BENCHMARKS = Path(__file__).parents[2] / "benchmark"
ZONE = timezone(timedelta(minutes=-300))
GOOD = Secret(b"correct horse")
ELEMENTS = {
    "DEVICE_IDENT_TBL.IDENTIFICATION": "4711",
    "UTIL_INFO_TBL.OWNER_NAME": "Capital City Power",
    "UTIL_INFO_TBL.UTILITY_DIV": "West",
    "UTIL_INFO_TBL.MISC_ID": "programmed in a thunderstorm",
    "TIME_OFFSET_TBL.DST_TIME_AMT": 30,
}
CHOSEN = ("DEVICE_IDENT_TBL.IDENTIFICATION", "UTIL_INFO_TBL.OWNER_NAME")


@pytest.fixture(scope="module")
def kit() -> Any:
    sys.path.insert(0, str(BENCHMARKS))
    try:
        import power_cut
    finally:
        sys.path.remove(str(BENCHMARKS))
    return power_cut


@dataclass
class Truck:
    """What a technician has: the meter, the program's guard and log, a folder."""

    kit: Any
    meter: Any
    clock: Any
    guard: Guard
    log: AuditLog
    journal: Journal
    folder: Path

    def run(self, conversation: Any) -> Any:
        wire = self.kit.Wire(self.meter, self.clock)
        with self.kit.open_session(wire, "residential", packet_size=1024) as session:
            return session.run(conversation)

    def now(self) -> datetime:
        """70 s ahead of the meter."""
        return datetime.fromtimestamp(self.clock() + 70, UTC)


@pytest.fixture
def truck(kit: Any, tmp_path: Path) -> Iterator[Truck]:
    meter, clock = kit.make_meter("residential")
    keys = MemoryStore()
    users = Users(tmp_path / "users.json", StoredKey(keys, "users key"), passwords=Passwords(Hashing(1, 64, 1)))
    with Store(tmp_path / "records.sqlite") as store:
        log = AuditLog(store, StoredKey(keys, "audit key"))
        guard = Guard(users, log, policy.load())
        nobody = guard.start("op")
        assert nobody is not None
        users.add("Root", Role.ADMINISTRATOR, GOOD, by=nobody)
        users.add("Ada", Role.TECHNICIAN, GOOD, by=nobody)
        users.add("Rob", Role.READER, GOOD, by=nobody)
        journal = Journal(tmp_path / "journal", sync=lambda descriptor: None, keeper=keys)
        yield Truck(kit, meter, clock, guard, log, journal, tmp_path)


def test_a_technician_reprograms_a_meter_and_proves_it(truck: Truck) -> None:
    guard = truck.guard
    ada = guard.sign_in("Ada", GOOD)
    program = Program("residential-tou", 7, Target(overlays=("fieldpro-virtual",)), ELEMENTS)
    order = WorkOrder(number="4711", kind="program", premise="12 Elm Street", form="2S", program=program.name)
    job = VisitJob.begin(order, who=ada.name, role=ada.role, folder=truck.folder / "visits")
    job.done("order")

    who: MeterView = MeterView(truck.run(look_who()))
    meter = who.identity
    job.meet(meter, form_of(who.tables))
    job.done("identify")

    with guard.job(Right.READ, meter, entries.SESSION, entries.session(port="memory", user_id=0)):
        before = MeterView(truck.run(look()))
    job.take_before(reading_of(before, 1))
    job.done("before")

    change_set = compare(program, MeterView(truck.run(read_tables((0, 1, 2, 5, 6, 51, 53), only_listed=True))))
    assert change_set.counts.different == 5
    chosen = change_set.choose(CHOSEN)
    told = entries.write(
        purpose="write",
        changes=[(change.path, change.old_text, change.new_text) for change in chosen.different],
        program=program.name,
        revision=program.revision,
        program_hash=program.hash,
    )
    with guard.job(Right.PROGRAM_WRITE, meter, entries.WRITE, told) as notes:
        written = truck.run(apply(chosen, journal=truck.journal, who=ada.name))
        notes.add(job=written.job, verified=len(written.changes))
    job.take_differences(
        program_line(written.origin),
        differences_of(
            change_set.different, written={c.path for c in written.changes}, unproven=frozenset(written.unproven)
        ),
    )
    job.done("program")

    with guard.job(
        Right.CLOCK, meter, entries.PROCEDURE, entries.procedure(number=10, name="Set clock", parameters={})
    ):
        done = truck.run(set_clock(zone=ZONE, evidence=Evidence(operator="Ada", now=truck.now)))
    job.take_clock(clock_set_words(done))
    job.done("clock")

    with guard.job(Right.READ, meter, entries.SESSION, entries.session(port="memory", user_id=0)):
        after = MeterView(truck.run(look()))
    job.take_after(reading_of(after, 2))
    job.done("after")
    job.take_diagnosis(truck.run(diagnose(samples=1, now=truck.now)).for_visit())
    job.done("diagnose")
    record = job.close_with(guard)

    # the meter holds what was chosen and nothing else of it
    held = MeterView(truck.run(read_tables((0, 1, 5, 6, 53), only_listed=True)))
    assert held.identity.identification.lstrip("0") == "4711"
    assert {c.path for c in compare(program, held).different} == set(ELEMENTS) - set(CHOSEN)

    # the log tells it all, is whole, and its last record is that of the visit as it lies on the disk
    assert truck.log.verify(known=[record.audit_hash]) == []
    kinds = [entry.kind for entry in reversed(truck.log.records())]
    assert kinds == ["sign-in", "session", "approval", "write", "approval", "procedure", "session", "visit"]
    assert all(entry.who == "Ada" for entry in truck.log.records())
    last = truck.log.records()[0]
    assert (last.number, last.hash) == (record.audit_number, record.audit_hash)
    assert json.loads(last.data)["sha256"] == digest(VisitJob.resume(job.path).record)

    # the paper says what was done
    visit_report.write_pdf(truck.folder / "visit.pdf", record, zone=UTC)
    visit_report.write_html(truck.folder / "visit.html", record, zone=UTC)
    pages = PdfReader(io.BytesIO((truck.folder / "visit.pdf").read_bytes())).pages
    text = pages[0].extract_text()
    assert len(pages) == 1
    for wanted in ("Re-program", "Completed", "4711", meter.serial, "Capital City Power", record.audit_hash):
        assert wanted in text
    assert text.count("written, read back") == 2
    assert text.count("left; ") == 3
    assert "Volts" in text
    assert "D2  Phase voltages" in text
    assert "behind, set" in text
    assert local(record.started_at, UTC) in text


def test_a_reader_does_not_get_to_write(truck: Truck) -> None:
    truck.guard.sign_in("Rob", GOOD)
    before = truck.meter.device.bank.read(6)
    program = Program("p", 1, Target(overlays=("fieldpro-virtual",)), ELEMENTS)
    change_set = compare(program, MeterView(truck.run(read_tables((0, 1, 2, 5, 6, 51, 53), only_listed=True))))
    with pytest.raises(NotAllowed), truck.guard.job(Right.PROGRAM_WRITE, "FPRO 1", entries.WRITE):
        truck.run(apply(change_set, journal=truck.journal, who="Rob"))
    assert truck.meter.device.bank.read(6) == before
    assert truck.log.records()[0].kind == "refusal"
