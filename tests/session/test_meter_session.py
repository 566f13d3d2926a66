"""A session as a playbook: what goes over the wire, in which order, and how it ends."""

from __future__ import annotations

from typing import Any

import pytest

from fieldpro.c12.psem.full_write import FullWrite
from fieldpro.errors import Cancelled, LinkError, ServiceRefused
from fieldpro.secret import Secret
from fieldpro.session import MeterSession, Pause, Progress, SessionPlan, Ticket, read_table
from fieldpro.session.events import ProbeChosen, ProbeTried
from fieldpro.transports.probed import ProbedPort
from fieldpro.transports.probes import ProbeProfile


@pytest.fixture
def open_lab(lab: Any, clock: Any, memory_ends: Any) -> Any:
    def make(plan: SessionPlan | None = None, *, wire: dict[str, Any] | None = None, **meter: Any) -> Any:
        made = lab.ScriptedMeter(**meter)
        line = lab.SimWire(made, memory_ends, clock, **(wire or {}))
        return made, line, MeterSession(line, plan, clock=clock)

    return make


def test_a_session_identifies_negotiates_logs_on_reads_and_says_goodbye(open_lab: Any, lab: Any) -> None:
    meter, wire, session = open_lab()
    with session:
        assert session.run(read_table(lab.SMALL)) == lab.TABLES[lab.SMALL]
    assert meter.services == ["Identify", "Negotiate", "Logon", "FullRead", "Logoff", "Terminate"]
    assert wire.baud == 9600
    assert session.facts.baud == 28800
    assert (session.facts.packet_size, session.facts.packet_count) == (256, 32)


def test_a_meter_that_does_not_negotiate_is_read_with_the_packets_of_the_base_state(open_lab: Any, lab: Any) -> None:
    meter, _, session = open_lab(negotiates=False, packet_size=64, packet_count=1)
    with session:
        assert session.run(read_table(lab.SMALL)) == lab.TABLES[lab.SMALL]
    assert (session.facts.packet_size, session.facts.packet_count, session.facts.baud) == (64, 1, 9600)
    assert meter.services.count("Negotiate") == 1


def test_the_fastest_rate_that_plan_probe_and_meter_share_is_taken(open_lab: Any) -> None:
    _, wire, session = open_lab(SessionPlan(max_baud=19200), bauds=(9600, 14400, 19200, 28800))
    with session:
        assert wire.baud == session.facts.baud == 19200


def test_a_silent_rate_is_given_up_for_9600_after_the_meter_has_timed_out(open_lab: Any, clock: Any) -> None:
    events: list[object] = []
    meter, wire, session = open_lab(deaf_bauds=frozenset({28800}))
    session._on_event = events.append
    with session:
        assert session.facts.baud == 9600
    assert [type(event).__name__ for event in events[:3]] == ["ProbeChosen", "BaudFailed", "ProbeChosen"]
    identifications = [at for at, direction, data in wire.transcript if direction == ">" and data[6:7] == b"\x20"]
    last_before = max(at for at, direction, _ in wire.transcript if direction == ">" and at < identifications[1])
    assert identifications[1] - last_before > meter.timing.traffic_s


def test_a_password_opens_the_session_and_is_shown_nowhere(open_lab: Any) -> None:
    _, _, session = open_lab(SessionPlan(password=Secret(b"OPEN SESAME")), password=b"OPEN SESAME")
    with session:
        assert session.facts.authenticated
        assert "SESAME" not in repr(session.facts) + repr(session.plan)


def test_a_wrong_password_is_told_with_its_user_and_the_meter_is_logged_off(open_lab: Any) -> None:
    plan = SessionPlan(user_id=2, user="Ada", password=Secret(b"WRONG"))
    meter, _, session = open_lab(plan, password=b"OPEN SESAME")
    with pytest.raises(ServiceRefused) as refused, session:
        pytest.fail("opened")
    assert (refused.value.response, refused.value.subject) == (3, 'password of user 2 "Ada"')
    assert "WRONG" not in str(refused.value)
    assert meter.services[-3:] == ["Security", "Logoff", "Terminate"]


def test_a_meter_still_in_an_old_session_is_told_that_it_is_over(open_lab: Any, lab: Any) -> None:
    meter, _, session = open_lab()
    meter.state = lab.State.SESSION
    meter._heard_at = 1000.0
    with session:
        assert meter.services == ["Identify", "Terminate", "Identify", "Negotiate", "Logon"]


def test_a_c12_21_meter_is_addressed_by_its_identity_and_agrees_on_time_limits(open_lab: Any, lab: Any) -> None:
    meter, wire, session = open_lab(SessionPlan(identity=7), standard=2, identity=7)
    with session:
        session.run(read_table(lab.SMALL))
    assert meter.services[:4] == ["Identify", "Negotiate", "TimingSetup", "Logon"]
    assert meter.heard[1].bauds == ()
    assert (meter.heard[2].traffic_s, meter.heard[2].response_s) == (30, 4)
    assert all(data[1] == 7 for _, direction, data in wire.transcript if direction == ">" and data[:1] == b"\xee")


def test_a_refused_table_is_the_conversations_own_affair(open_lab: Any, lab: Any) -> None:
    def read_what_there_is() -> Any:
        try:
            yield from read_table(lab.SECRET)
        except ServiceRefused as error:
            return error.response, (yield from read_table(lab.SMALL))

    _, _, session = open_lab()
    with session:
        assert session.run(read_what_there_is()) == (3, lab.TABLES[lab.SMALL])


def test_a_busy_meter_is_asked_again_a_bounded_number_of_times(open_lab: Any, lab: Any, clock: Any) -> None:
    meter, _, session = open_lab(busy=[6, 7, 6])
    with session:
        before = clock.now
        assert session.run(read_table(lab.SMALL)) == lab.TABLES[lab.SMALL]
        assert 0.25 + 0.5 + 1.0 <= clock.now - before < 3
        meter.busy = [6] * 100
        with pytest.raises(ServiceRefused):
            session.run(read_table(lab.SMALL))
    assert len(meter.busy) == 100 - (1 + session.plan.busy_retries)


def test_a_write_that_is_refused_as_not_ready_is_not_repeated(open_lab: Any, lab: Any) -> None:
    meter, _, session = open_lab()
    with session:
        meter._answer = lambda request: lab.Refusal(lab.ResponseCode.DNR)  # the next thing is the write
        with pytest.raises(ServiceRefused):
            session.run(_write(lab.SMALL, b"x"))
    assert meter.services.count("FullWrite") == 1


def test_a_pause_keeps_the_session_alive(open_lab: Any, lab: Any, clock: Any) -> None:
    def patient() -> Any:
        yield Pause(20.0)
        return (yield from read_table(lab.SMALL))

    meter, _, session = open_lab()
    with session:
        before = clock.now
        assert session.run(patient()) == lab.TABLES[lab.SMALL]
        assert clock.now - before >= 20.0
    assert meter.services.count("Identify") == 1
    assert meter.services.count("Wait") >= 4


def test_a_session_left_alone_too_long_is_opened_again(open_lab: Any, lab: Any, clock: Any) -> None:
    meter, wire, session = open_lab()
    with session:
        wire.read(60.0)
        assert session.run(read_table(lab.SMALL)) == lab.TABLES[lab.SMALL]
    assert meter.services.count("Logon") == 2


def test_a_link_that_dies_in_a_read_is_opened_again_and_only_the_read_repeated(open_lab: Any, lab: Any) -> None:
    def job() -> Any:
        yield FullWrite(40, b"once")
        return (yield from read_table(lab.LARGE, len(lab.TABLES[lab.LARGE])))

    meter, _, session = open_lab(silent_after=6, silent_for=1)
    with session:
        assert session.run(job()) == lab.TABLES[lab.LARGE]
    assert meter.written == [(40, b"once")]
    assert meter.services.count("Logon") == 2
    offsets = [request.offset for request in meter.heard if hasattr(request, "offset")]
    assert offsets == sorted(set(offsets)), "what had been read was read again"


def test_a_session_that_the_meter_has_forgotten_is_opened_again(open_lab: Any, lab: Any) -> None:
    meter, _, session = open_lab()
    with session:
        meter.state = lab.State.ID
        session.run(_write(40, b"once"))
        assert session.run(read_table(lab.SMALL)) == lab.TABLES[lab.SMALL]
    assert meter.written == [(40, b"once")]
    assert meter.services.count("Logon") == 2


def test_a_write_is_never_repeated(open_lab: Any, lab: Any) -> None:
    meter, _, session = open_lab(silent_after=3, silent_for=1)
    with session, pytest.raises(LinkError):
        session.run(_write(40, b"once"))
    assert meter.written == []
    assert meter.services.count("(silence)") == 1
    assert meter.services.count("Logon") == 1


def test_a_dead_link_ends_in_one_clear_error_within_a_minute(open_lab: Any, lab: Any, clock: Any) -> None:
    _, _, session = open_lab(silent_after=3)
    with pytest.raises(LinkError) as dead, session:
        session.run(read_table(lab.SMALL))
    assert (dead.value.reason, dead.value.port) == ("silent", "memory")
    assert clock.now - 1000.0 < 60


def test_nobody_there_is_said_after_the_retries(open_lab: Any, clock: Any) -> None:
    _, wire, session = open_lab(silent_after=0)
    wire.to_meter = lambda data, rng: []
    with pytest.raises(LinkError) as dead, session:
        pytest.fail("opened")
    assert (dead.value.reason, dead.value.attempts, dead.value.service) == ("silent", 4, "Identify")
    assert clock.now - 1000.0 < 10


def test_an_exception_in_a_conversation_still_logs_off(open_lab: Any, lab: Any) -> None:
    def broken() -> Any:
        yield from read_table(lab.SMALL)
        raise ZeroDivisionError

    meter, wire, session = open_lab()
    with pytest.raises(ZeroDivisionError), session:
        session.run(broken())
    assert meter.services[-2:] == ["Logoff", "Terminate"]
    assert wire.baud == 9600


def test_a_cancel_between_two_exchanges_ends_with_log_off(open_lab: Any, lab: Any) -> None:
    ticket = Ticket("read")
    meter, _, session = open_lab()
    with pytest.raises(Cancelled), session:
        session.run(
            read_table(lab.LARGE, 20_000), ticket, on_progress=lambda p: ticket.cancel() if p.done > 9000 else None
        )
    assert meter.services[-2:] == ["Logoff", "Terminate"]
    assert session.was_cancelled
    assert len([request for request in meter.heard if hasattr(request, "offset")]) < 3


def test_a_cancel_in_a_silent_wait_does_not_wait_for_the_retries(open_lab: Any, lab: Any, clock: Any) -> None:
    ticket = Ticket("read")
    meter, wire, session = open_lab(silent_after=3)
    started = clock.now

    def cancel_later() -> None:
        if "(silence)" in meter.services:
            ticket.cancel()

    wire.on_read = cancel_later
    with pytest.raises(Cancelled), session:
        session.run(read_table(lab.SMALL), ticket)
    assert clock.now - started < 3


def test_a_cancel_while_opening_leaves_no_session_behind(open_lab: Any, lab: Any) -> None:
    ticket = Ticket("read")
    meter, wire, session = open_lab()
    wire.on_read = lambda: ticket.cancel() if "Negotiate" in meter.services else None
    with pytest.raises(Cancelled):
        session.open(ticket)
    wire.on_read = None
    wire.read(0.1)  # the last acknowledgement arrives
    assert meter.state is lab.State.BASE


def test_a_conversation_may_give_what_it_has_when_it_is_cancelled(open_lab: Any, lab: Any) -> None:
    ticket = Ticket("read")

    def job() -> Any:
        data = yield from read_table(lab.SMALL)
        ticket.cancel()
        try:
            yield from read_table(lab.LARGE)
        except Cancelled:
            return data

    _, _, session = open_lab()
    with session:
        assert session.run(job(), ticket) == lab.TABLES[lab.SMALL]
        assert session.was_cancelled


def test_progress_counts_bytes_up_to_the_size_and_never_back(open_lab: Any, lab: Any) -> None:
    seen: list[Progress] = []
    _, _, session = open_lab()
    with session:
        session.run(read_table(lab.LARGE, 20_000), on_progress=seen.append)
    done = [progress.done for progress in seen]
    assert done == sorted(done)
    assert done[0] == 0
    assert done[-1] == 20_000
    assert len(done) > 20_000 / 256, "a report for every packet"


def test_the_first_frame_refused_is_sent_again(open_lab: Any) -> None:
    naks = [b"\x15", b"\x15"]
    meter, _, session = open_lab()
    receive = meter.receive
    meter.receive = lambda data, now: None if naks else receive(data, now)
    outgoing = meter.outgoing
    meter.outgoing = lambda: naks.pop() if naks else outgoing()
    with session:
        assert session.quality.naks == 2


def test_the_wake_byte_goes_before_the_first_packet(lab: Any, clock: Any, memory_ends: Any) -> None:
    profile = ProbeProfile(name="w", title="w", wake=b"\x55", turn_round_s=0.02)
    wire = lab.SimWire(lab.ScriptedMeter(), memory_ends, clock)
    with MeterSession(ProbedPort(wire, probe=profile, clock=clock), clock=clock) as session:
        session.run(read_table(lab.SMALL))
    sent = [data for _, direction, data in wire.transcript if direction == ">"]
    assert sent[0] == bytes.fromhex("55 EE 00 00 00 00 01 20 13 10")
    assert not any(data[:1] == b"\x55" for data in sent[1:])
    heard_at = 0.0
    for at, direction, _ in wire.transcript:
        heard_at = at if direction == "<" else heard_at
        assert direction == "<" or at >= heard_at + 0.02 - 1e-9


def test_probe_profiles_are_tried_until_the_meter_answers(lab: Any, clock: Any, memory_ends: Any) -> None:
    lines: list[tuple[bool, bool]] = []
    powered = [False]

    def set_lines(dtr: bool, rts: bool) -> bool:
        lines.append((dtr, rts))
        powered[0] = (dtr, rts) == (True, False)
        return True

    wire = lab.SimWire(lab.ScriptedMeter(), memory_ends, clock, to_meter=lambda data, rng: [(0.0, data)] * powered[0])
    choices = [
        ProbeProfile(name="both", title="both", dtr=True, rts=True),
        ProbeProfile(name="rts", title="rts", dtr=False, rts=True),
        ProbeProfile(name="dtr", title="dtr", dtr=True, rts=False, settle_s=0.3),
    ]
    events: list[object] = []
    port = ProbedPort(wire, choices=choices, set_lines=set_lines, clock=clock)
    with MeterSession(port, clock=clock, on_event=events.append) as session:
        assert session.run(read_table(lab.SMALL)) == lab.TABLES[lab.SMALL]
    assert lines == [(True, True), (False, True), (True, False)]
    assert events[:3] == [ProbeTried("both"), ProbeTried("rts"), ProbeChosen("dtr", False)]
    assert port.choices == ()


def _write(table: int, data: bytes) -> Any:
    yield FullWrite(table, data)
