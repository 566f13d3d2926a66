"""Cuts the power at any packet boundary of a program write to a virtual meter, and looks at what is left.

The wire is in memory and in a time of its own: every packet and every acknowledgement passes one by one, and after so
many of them something dies: the laptop (the session is gone, the journal is what was on the disk), the probe (nothing
passes any more), or the meter (it loses what it was about, and starts again three seconds later).

    case = Case.of("centron")
    case.boundaries()             how many packets and acknowledgements the whole conversation has
    case.run(17, "meter")         raises `AssertionError` when anything is not as it must be
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from fieldpro.errors import FieldProError
from fieldpro.meter.changes import ChangeSet, Journal, Stage, apply, compare, finish, go_back, look
from fieldpro.meter.changes.records import Outcome
from fieldpro.meter.programs import Program, Target
from fieldpro.meter.read import read_tables
from fieldpro.meter.view import MeterView
from fieldpro.secret import Secret
from fieldpro.session.meter_session import MeterSession
from fieldpro.session.plan import SessionPlan
from fieldpro.simulator import VirtualMeter, describe

Death = Literal["laptop", "probe", "meter"]
DEATHS: tuple[Death, ...] = ("laptop", "probe", "meter")
MOMENT = datetime(2026, 3, 1, 12, 7, 20, tzinfo=UTC)
OFF_S = 3.0
TABLES = (0, 1, 2, 5, 6, *range(10, 63), 2048)
START, ACK_NAK = 0xEE, (0x06, 0x15)

PASSWORDS = {"centron": "PRIMARY", "residential": "MASTER"}
ELEMENTS: Mapping[str, Mapping[str, Any]] = {
    "centron": {
        "DEVICE_IDENT_TBL.IDENTIFICATION": "FP-NEW-1",
        "UTIL_INFO_TBL.OWNER_NAME": "Shelbyville Light",
        "UTIL_INFO_TBL.TARIFF_ID": "TOU-2",
        "UTIL_INFO_TBL.MISC_ID": "programmed in a thunderstorm",
        "PRI_DISP_LIST_TBL.PRI_DISP_LIST[0].DISP_SCROLL1.ON_TIME": 9,
        "PRI_DISP_LIST_TBL.PRI_DISP_LIST[1].DISP_SCROLL1.ON_TIME": 3,
        "PRI_DISP_LIST_TBL.PRI_DISP_SOURCES[2]": 7,
        "TIME_OFFSET_TBL.DST_TIME_AMT": 30,
        "CALENDAR_TBL.TIER_SWITCHES[1].TIER_SWITCH.SWITCH_HOUR": 6,
        "CALENDAR_TBL.TIER_SWITCHES[12].TIER_SWITCH.SWITCH_MIN": 30,
        "CALENDAR_TBL.RECURR_DATES[7].RECURR_DATE": "month=7 day=5",
    },
    "residential": {
        "DEVICE_IDENT_TBL.IDENTIFICATION": "4711",
        "UTIL_INFO_TBL.OWNER_NAME": "Capital City Power",
        "UTIL_INFO_TBL.UTILITY_DIV": "West",
        "UTIL_INFO_TBL.MISC_ID": "programmed in a thunderstorm",
        "PRI_DISP_LIST_TBL.PRI_DISP_LIST[0].DISP_SCROLL1.ON_TIME": 9,
        "PRI_DISP_LIST_TBL.PRI_DISP_SOURCES[1]": 2,
        "TIME_OFFSET_TBL.DST_TIME_AMT": 30,
    },
}


class LaptopDied(BaseException):
    """Nothing of the program runs on; what is on the disk stays."""


class Time:
    """The meter's real time and everybody's steady clock, moved by hand."""

    def __init__(self) -> None:
        self.steady = 1000.0

    def __call__(self) -> float:
        return MOMENT.timestamp() + self.steady

    def monotonic(self) -> float:
        return self.steady

    def time(self) -> float:
        return self()

    def sleep(self, seconds: float) -> None:
        self.steady += seconds


@dataclass
class Wire:
    """A transport to a virtual meter. `cut`: the boundary at which `death` comes, None for never."""

    meter: VirtualMeter
    clock: Time
    cut: int | None = None
    death: Death = "probe"
    on_death: Any = None
    name: str = "memory"
    baud: int = 9600
    passed: int = 0
    bytes_passed: int = 0
    dead: bool = False
    off_until: float | None = None
    _arriving: list[bytes] = field(default_factory=list)

    def set_baud(self, baud: int) -> None:
        self.baud = baud

    def write(self, data: bytes) -> None:
        for unit in units(data):
            if self._passes(unit):
                self.meter.receive(unit, self.clock.steady)
                self._collect()

    def read(self, timeout_s: float) -> bytes:
        until = self.clock.steady + timeout_s
        while True:
            while self._arriving:
                unit = self._arriving.pop(0)
                if self._passes(unit):
                    return unit
            if self.clock.steady >= until:
                return b""
            due = [at for at in (self.meter.deadline, self.off_until) if at is not None and at > self.clock.steady]
            self.clock.steady = min([until, *due])
            self._wake()
            if self.off_until is None:
                self.meter.tick(self.clock.steady)
                self._collect()

    def discard_input(self) -> None:
        self._arriving.clear()

    def cancel_read(self) -> None: ...

    def close(self) -> None: ...

    def _passes(self, unit: bytes) -> bool:
        """One packet or acknowledgement more; whether it gets through."""
        self._wake()
        if self.dead and self.death == "laptop":
            raise LaptopDied
        if self.dead or self.off_until is not None:
            return False
        if self.passed == self.cut:
            self.cut = None
            self._die()
            return False
        self.passed += 1
        self.bytes_passed += len(unit)
        return self.baud == self.meter.baud

    def _die(self) -> None:
        self._arriving.clear()
        if self.death == "meter":
            self.off_until = self.clock.steady + OFF_S
            self._failed_at = self.clock()
            return
        self.dead = True
        if self.death == "laptop":
            self.on_death()
            raise LaptopDied

    def _wake(self) -> None:
        """The power is back: the meter starts in base state, with what it has stored."""
        if self.off_until is not None and self.clock.steady >= self.off_until:
            self.off_until = None
            self.meter.device.power_failed(self._failed_at, self.clock())
            self.meter.line_dropped()

    def _collect(self) -> None:
        self._arriving += units(self.meter.outgoing(self.clock.steady))


def units(data: bytes) -> Iterator[bytes]:
    """Packets and acknowledgements, one by one."""
    position = 0
    while position < len(data):
        end = position + 1
        if data[position] == START and len(data) >= position + 6:
            end = position + 8 + int.from_bytes(data[position + 4 : position + 6], "big")
        yield data[position:end]
        position = end


@dataclass
class Case:
    """One meter and one program for it. `before` and `after`: the tables that it changes."""

    name: str
    program: Program
    change_set: ChangeSet
    before: Mapping[int, bytes]
    after: Mapping[int, bytes]

    @classmethod
    def of(cls, name: str, elements: Mapping[str, Any] | None = None) -> Case:
        program = Program("storm", 1, Target(overlays=("fieldpro-virtual",)), elements or ELEMENTS[name])
        meter, clock = make_meter(name)
        with open_session(Wire(meter, clock), name) as session:
            change_set = compare(program, MeterView(session.run(read_tables(TABLES, only_listed=True))))
        before = {number: meter.device.bank.read(number) for number in change_set.tables}
        after = {number: image.after for number, image in change_set.images.items()}
        assert elements or change_set.counts.different == len(program.elements), "the program changes what it says"
        return cls(name, program, change_set, before, after)

    def boundaries(self) -> int:
        """Packets and acknowledgements of the whole conversation, log-on and log-off included."""
        meter, clock = make_meter(self.name)
        wire = Wire(meter, clock)
        with tempfile.TemporaryDirectory() as folder:
            self._write(wire, Path(folder))
        assert self._held(meter) == dict(self.after), "an undisturbed write ends in the after state"
        return wire.passed

    def run(self, cut: int, death: Death) -> str:
        """One run; what it came to, in a word. Raises `AssertionError`."""
        meter, clock = make_meter(self.name)
        with tempfile.TemporaryDirectory() as folder:
            disk, copy = Path(folder, "disk"), Path(folder, "copy")

            def died() -> None:
                if disk.exists():
                    shutil.copytree(disk, copy)

            completed = False
            try:
                self._write(Wire(meter, clock, cut, death, died), disk)
                completed = True
            except LaptopDied:
                disk = copy
            except FieldProError:
                pass
            clock.sleep(60)
            meter.tick(clock.steady)
            return self._judge(meter, clock, open_journal(disk), cut=cut, completed=completed)

    def _judge(self, meter: VirtualMeter, clock: Time, journal: Journal, *, cut: int, completed: bool) -> str:
        unfinished = journal.unfinished(self.change_set.identity)
        held = self._held(meter)
        if unfinished is None:
            assert held in (dict(self.before), dict(self.after)), "half written, and no journal says so"
            assert not completed or held == dict(self.after), "said to be done, and is not"
            if held == dict(self.after):
                return "after"
            with open_session(Wire(meter, clock), self.name) as session:
                again = compare(self.program, MeterView(session.run(read_tables(self.change_set.tables))))
                session.run(apply(again, journal=journal))
            assert self._held(meter) == dict(self.after), "written again, and not there"
            return "before"
        assert not completed, "done, and the journal does not know"
        self._named_exactly(held, unfinished)
        goes_back = cut % 2 == 1
        with open_session(Wire(meter, clock), self.name) as session:
            view = session.run(look(unfinished))
            change_set = (go_back if goes_back else finish)(unfinished, view, journal)
            assert not change_set.warnings, [str(warning) for warning in change_set.warnings]
            session.run(apply(change_set, journal=journal))
        assert self._held(meter) == dict(self.before if goes_back else self.after), "resumed, and elsewhere"
        assert journal.unfinished(self.change_set.identity) is None, "resumed, and the journal does not know"
        ended = {job.outcome for job in journal.jobs(self.change_set.identity)}
        assert ended == {Outcome.GONE_BACK if goes_back else Outcome.FINISHED}
        return "gone back" if goes_back else "finished"

    def _named_exactly(self, held: Mapping[int, bytes], unfinished: Any) -> None:
        """Every byte of the meter is what the journal says: before, after, and one or the other for what was on its
        way."""
        expected = {number: bytearray(data) for number, data in self.before.items()}
        for state in unfinished.spans:
            span = state.span
            place = slice(span.offset, span.offset + len(span.after))
            found = held[span.table][place]
            if state.reshaped and state.stage in (Stage.NOT_STARTED, Stage.INTENDED):
                expected[span.table] = bytearray(held[span.table])  # what the meter made of it, or what was written
                continue
            if span.whole:
                expected[span.table] = bytearray(span.after if state.stage is not Stage.NOT_STARTED else span.before)
                continue
            if state.stage is Stage.INTENDED:
                assert found in (span.before, span.after), f"{span.paths}: neither before nor after"
                expected[span.table][place] = found
            elif state.stage is not Stage.NOT_STARTED:
                expected[span.table][place] = span.after
        assert held == {number: bytes(data) for number, data in expected.items()}, "the journal names another state"

    def _write(self, wire: Wire, folder: Path) -> None:
        with open_session(wire, self.name) as session:
            session.run(apply(self.change_set, journal=open_journal(folder), who="Ada"))

    def _held(self, meter: VirtualMeter) -> dict[int, bytes]:
        return {number: meter.device.bank.read(number) for number in self.change_set.tables}


def make_meter(name: str) -> tuple[VirtualMeter, Time]:
    clock = Time()
    return VirtualMeter(describe.overridden(describe.load(name), days=1), seed=3, clock=clock), clock


def open_session(wire: Wire, name: str, *, packet_size: int = 64) -> MeterSession:
    """With packets of 64 bytes a table takes several."""
    password = Secret.from_text(PASSWORDS[name])
    plan = SessionPlan(password=password, packet_size=packet_size, packet_count=16, max_baud=9600)
    return MeterSession(wire, plan, clock=wire.clock)  # type: ignore[arg-type] # `Time` is a clock with more to it


def open_journal(folder: Path) -> Journal:
    """In memory, so to speak: what is written is not forced onto a disk that nobody unplugs."""
    return Journal(folder, now=lambda: MOMENT + timedelta(seconds=1), sync=lambda descriptor: None)
