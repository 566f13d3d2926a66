"""Our own sessions with either virtual meter, recorded, and the tape served to the same conversation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from fieldpro.errors import ResetLockedOut
from fieldpro.meter.procedures import Evidence, demand_reset
from fieldpro.meter.read import read_tables
from fieldpro.secret import Secret
from fieldpro.session import MeterSession, SessionPlan
from fieldpro.simulator import VirtualMeter, describe
from fieldpro.transports.tap import Tap
from table_playback.record import Recorder
from table_playback.serve import meter_of_tape
from table_playback.tape import Tape

Make = Callable[..., Any]
MOMENT = datetime(2026, 3, 20, 16, 34, 20, tzinfo=UTC).timestamp()
PASSWORDS = {"centron": "SECONDARY", "residential": "READER"}


class RealTime:
    """The meter's real time, which goes on with the line's; and what the client takes for today."""

    def __init__(self, line: Any = None) -> None:
        self.line = line

    def __call__(self) -> float:
        return MOMENT + (self.line.now - 1000.0 if self.line else 0.0)

    def today(self) -> datetime:
        return datetime.fromtimestamp(self(), UTC)


def reading() -> Any:
    """Every table that the meter lists."""
    return read_tables()


def resetting(time: RealTime) -> Any:
    """A demand reset, with what is read before and after it."""
    return demand_reset(evidence=Evidence(now=time.today))


def record(line: Make, name: str, make: Callable[[RealTime], Any]) -> tuple[Any, Tape, Any]:
    """What came of it, the tape, and the line that it was recorded on."""
    time = RealTime()
    meter = VirtualMeter(describe.overridden(describe.load(name), days=3), clock=time)
    time.line = wire = line(meter)
    recorder = Recorder(clock=wire)
    plan = SessionPlan(password=Secret.from_text(PASSWORDS[name]))
    with MeterSession(Tap(wire, recorder.hear, clock=wire), plan, clock=wire) as session:
        result = session.run(make(time))
    return result, recorder.finish(), wire


def served(line: Make, tape: Tape, name: str, make: Callable[[RealTime], Any], **options: Any) -> tuple[Any, Any, Any]:
    meter = meter_of_tape(tape, **options)
    wire = line(meter)
    plan = SessionPlan(password=Secret.from_text(PASSWORDS[name]))
    with MeterSession(wire, plan, clock=wire) as session:
        return session.run(make(RealTime(wire))), meter, wire


@pytest.mark.parametrize("name", PASSWORDS)
@pytest.mark.parametrize(
    "options", [{"order": "strict"}, {"order": "free"}, {"order": "strict", "exact_session": True}]
)
def test_a_read_of_everything_is_the_same_from_the_tape(line: Make, name: str, options: dict[str, Any]) -> None:
    read, tape, _ = record(line, name, lambda time: reading())
    again, meter, _ = served(line, tape, name, lambda time: reading(), **options)
    assert not meter.mismatches
    assert len(read.tables) > 40
    assert {n: (each.status, each.data) for n, each in again.tables.items()} == {
        n: (each.status, each.data) for n, each in read.tables.items()
    }


@pytest.mark.parametrize("name", PASSWORDS)
def test_a_procedure_is_run_on_the_tape(line: Make, name: str) -> None:
    reset, tape, _ = record(line, name, resetting)
    again, meter, _ = served(line, tape, name, resetting, order="strict")
    assert reset.result.done
    assert again.result.done
    assert (again.resets_before, again.resets_after) == (reset.resets_before, reset.resets_after)
    assert again.resets_after == again.resets_before + 1
    assert not meter.mismatches


def test_freely_the_tables_are_as_they_were_in_the_end(line: Make) -> None:
    _, tape, _ = record(line, "centron", resetting)
    with pytest.raises(ResetLockedOut):  # the reset on the tape has been
        served(line, tape, "centron", resetting, order="free")


def test_as_recorded_it_takes_as_long_as_it_did(line: Make) -> None:
    _, tape, wire = record(line, "residential", lambda time: reading())
    _, _, slow = served(line, tape, "residential", lambda time: reading(), order="strict", timing="recorded")
    _, _, fast = served(line, tape, "residential", lambda time: reading(), order="strict")
    recorded_s = sum(step.duration_s or 0.0 for step in tape.steps)
    assert slow.now - fast.now == pytest.approx(recorded_s, abs=0.01)
    assert wire.now - 1000.0 == pytest.approx(slow.now - 1000.0, rel=0.02)


def test_a_meter_that_refuses_without_a_password_refuses_from_the_tape(line: Make) -> None:
    time = RealTime()
    meter = VirtualMeter(describe.overridden(describe.load("centron"), days=3), clock=time)
    time.line = wire = line(meter)
    recorder = Recorder(clock=wire)
    for password in ("", "PRIMARY"):
        secret = Secret.from_text(password) if password else None
        with MeterSession(Tap(wire, recorder.hear, clock=wire), SessionPlan(password=secret), clock=wire) as session:
            session.run(read_tables([1, 44]))
    tape = recorder.finish()
    found = {}
    for password in ("", "PRIMARY", "ANY"):
        again = line(meter_of_tape(tape))
        with again.session(password) as session:
            found[password] = session.run(read_tables([1, 44])).tables[44]
    assert found[""].error is not None
    assert found[""].error.response == 3
    assert found["PRIMARY"].data == found["ANY"].data == meter.device.bank.read(44)


def test_a_modem_meter_is_one_on_the_tape_too(line: Make) -> None:
    """Standard, time limits and the number on the line are those of the recording."""
    description = describe.overridden(describe.load("centron"), days=3)
    link = description.link.model_copy(update={"standard": "C12.21", "identity": 5})
    plan = SessionPlan(identity=5)
    time = RealTime()
    meter = VirtualMeter(description.model_copy(update={"link": link}), clock=time)
    time.line = wire = line(meter)
    recorder = Recorder(clock=wire)
    with MeterSession(Tap(wire, recorder.hear, clock=wire), plan, clock=wire) as session:
        facts, read = session.facts, session.run(read_tables([1, 5]))
    again = line(meter_of_tape(recorder.finish(), order="strict"))
    with MeterSession(again, plan, clock=again) as session:
        assert session.facts.standard == facts.standard == 2
        assert session.run(read_tables([1, 5])).tables[1].data == read.tables[1].data
        assert again.meter._endpoint.timing.traffic_s == 30
