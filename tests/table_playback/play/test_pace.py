"""The times of the tape are kept, n times as fast or not at all; a stop is heard in the longest wait."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import Any

import pytest

from fieldpro.c12.psem import FullRead
from fieldpro.errors import UsageError
from fieldpro.secret import Secret
from fieldpro.session import JobCancelled, MeterSession, PortWorker, SessionPlan
from fieldpro.session.ticket import Ticket
from fieldpro.simulator import open_url
from fieldpro.transports.tap import Tap
from table_playback.play import plan, play
from table_playback.tape.model import Tape

SPACED = [FullRead(0), 3.0, FullRead(1), 0.5, FullRead(6), 20.0, FullRead(21), FullRead(23)]


def begun(site: Any, result: Any) -> list[float]:
    """When each step that was sent began, from the first one."""
    times = [each.actual.time_s for each in result.results if each.actual is not None and each.step.table is not None]
    return [time_s - times[0] for time_s in times]


def recorded(tape: Any) -> list[float]:
    times = [step.time_s for step in tape.steps if step.table is not None]
    return [time_s - times[0] for time_s in times]


def apart(site: Any, seconds: float) -> Tape:
    """Two reads, so far apart, and nothing in between."""
    tape = site.record([FullRead(0), FullRead(6)])
    at = next(step.time_s for step in tape.steps if step.table == 0)
    steps = [replace(s, time_s=at + seconds) if s.number > 5 else s for s in tape.steps]
    return replace(tape, steps=steps)


@pytest.mark.parametrize("speed", [1.0, 4.0, 0.5])
def test_steps_begin_when_they_did_on_the_tape(centron: Any, speed: float) -> None:
    tape = centron.record(SPACED)
    result = centron.play(tape, speed=speed)
    assert begun(centron, result) == pytest.approx([time_s / speed for time_s in recorded(tape)], abs=0.002)
    assert result.timing is not None
    assert result.timing.worst_s < 0.002
    assert result.is_equal


def test_without_a_wait_nothing_is_waited_for(centron: Any) -> None:
    tape = centron.record(SPACED)
    before = centron.clock.monotonic()
    result = centron.play(tape)
    assert centron.clock.monotonic() - before < 2.0
    assert result.timing is None


def test_a_step_that_is_late_is_sent_at_once_and_the_next_is_on_time_again(centron: Any) -> None:
    tape = centron.record(SPACED)

    def on_step(result: Any) -> None:
        if result.step.table == 1:
            centron.clock.sleep(2.0)

    result = centron.play(tape, speed=1.0, on_step=on_step)
    times = begun(centron, result)
    assert times[2] == pytest.approx(recorded(tape)[1] + 2.0, abs=0.1)
    assert times[3] == pytest.approx(recorded(tape)[3], abs=0.002)
    late = {each.step.table: each.late_s for each in result.results}
    assert late[6] is None
    assert late[21] == pytest.approx(0.0, abs=0.002)


def test_a_long_wait_keeps_the_session_alive(centron: Any) -> None:
    tape = apart(centron, 60.0)
    result = centron.play(tape, speed=1.0)
    services = [step.service for step in centron.listener.steps]
    assert services.count("identify") == 1
    assert services.count("wait") >= 3
    assert result.is_equal


def test_a_stop_in_a_long_wait_ends_it_with_log_off(centron: Any) -> None:
    tape = apart(centron, 600.0)
    ticket = Ticket("play")
    honest = centron.clock.monotonic
    deadline = honest() + 100.0

    def monotonic() -> float:
        if honest() > deadline:
            ticket.cancel()
        return honest()

    centron.clock.monotonic = monotonic
    result = centron.play(tape, speed=1.0, ticket=ticket)
    assert result.stopped
    assert honest() < deadline + 10.0
    assert [step.service for step in centron.listener.steps][-2:] == ["logoff", "terminate"]
    assert [each.step.table for each in result.results if each.step.table is not None] == [0]


def test_a_stop_wakes_a_worker_that_waits_in_real_time(centron: Any) -> None:
    """The same over a thread and a virtual meter that runs by itself: a wait of ten minutes ends in a moment."""
    tape = apart(centron, 600.0)
    heard: list[Any] = []
    events: list[Any] = []
    asked, ended = threading.Event(), threading.Event()

    def on_event(event: Any) -> None:
        events.append(event)
        if isinstance(event, JobCancelled):
            ended.set()

    def on_step(result: Any) -> None:
        if result.step.table == 0:
            asked.set()

    def session() -> MeterSession:
        transport = Tap(open_url("sim://centron?seed=3"), heard.append)
        plan_ = SessionPlan(password=Secret.from_text("PRIMARY"), max_baud=9600)
        return MeterSession(transport, plan_, close_transport=True)

    worker = PortWorker(session, on_event, "test")
    ticket = worker.submit("play", lambda: play(plan(tape, any_meter=True), speed=1.0, on_step=on_step))
    assert asked.wait(30.0), events
    stopped_at = time.monotonic()
    ticket.cancel()
    assert ended.wait(10.0)
    assert time.monotonic() - stopped_at < 3.0
    (cancelled,) = (event for event in events if isinstance(event, JobCancelled))
    assert cancelled.result.stopped
    assert [each.step.table for each in cancelled.result.results if each.step.table is not None] == [0]
    assert worker.close()


@pytest.mark.parametrize("speed", [0.0, -1.0, 1e6, float("nan")])
def test_a_speed_that_makes_no_sense_is_refused(centron: Any, speed: float) -> None:
    tape = centron.record([FullRead(0)])
    with pytest.raises(UsageError):
        centron.play(tape, speed=speed)
