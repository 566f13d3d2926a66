"""Faults of single answers: the wire really has them, and our own session gets over them or says what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fieldpro.c12.link.monitor import WireItem, WireKind
from fieldpro.c12.psem import FullRead, FullWrite, Ok, ReadReply, Refusal, ResponseCode
from fieldpro.errors import FieldProError, LinkError, MessageError, ServiceRefused, UsageError
from fieldpro.session.tables import read_table
from fieldpro.simulator import VirtualMeter, describe
from fieldpro.simulator.fault_kinds import ANSWER
from fieldpro.simulator.faults import FaultPlan
from table_playback.serve import TapeMeter, meter_of_tape

Make = Callable[..., Any]
READ_AT = 6  # the step that reads table 23 for the second time
BEFORE, DATA = b"before", b"what the meter has now"


@pytest.fixture
def serve(taped: Any) -> Callable[[str], TapeMeter]:
    """A tape with faults: logs on, reads table 1, table 23, table 23 again and table 2."""

    def make(faults: str, **options: Any) -> TapeMeter:
        taped.log_on().read(1, b"one").read(23, BEFORE).read(23, DATA).read(2, b"two").log_off()
        return meter_of_tape(taped.tape(), order="strict", faults=faults, **options)

    return make


def visit(wire: Any, **plan: Any) -> list[bytes]:
    with wire.session(**plan) as session:
        return [session.run(read_table(number)) for number in (1, 23, 23, 2)]


def around(wire: Any) -> list[WireItem]:
    """What went over the wire from the second request for table 23 to the next request for anything else."""
    items: list[WireItem] = wire.wire()
    wanted = FullRead(23).encode()
    asked = [n for n, item in enumerate(items) if item.message == wanted and not item.repeated]
    following = [n for n, item in enumerate(items) if item.message == FullRead(2).encode()]
    return items[asked[1] : following[0] if following else None]


def kinds(items: list[WireItem]) -> list[tuple[str, str]]:
    return [(item.direction, str(item.kind)) for item in items]


CLEAN = [(">", "packet"), ("<", "ack"), ("<", "packet"), (">", "ack")]


def test_without_a_fault_there_is_none(serve: Make, line: Make) -> None:
    wire = line(serve(""))
    assert visit(wire) == [b"one", BEFORE, DATA, b"two"]
    assert kinds(around(wire)) == CLEAN


# --- one by one, as the bytes have it ---------------------------------------------------------------------------


def test_nak(serve: Make, line: Make) -> None:
    wire = line(serve(f"nak@{READ_AT}x2"))
    assert visit(wire) == [b"one", BEFORE, DATA, b"two"]
    items = around(wire)
    assert kinds(items) == [(">", "packet"), ("<", "nak")] * 2 + CLEAN
    assert items[0].raw == items[2].raw == items[4].raw


def test_bad_crc(serve: Make, line: Make) -> None:
    wire = line(serve(f"bad-crc@{READ_AT}"))
    assert visit(wire) == [b"one", BEFORE, DATA, b"two"]
    items = around(wire)
    assert kinds(items) == [*CLEAN[:2], ("<", "garbage"), (">", "nak"), *CLEAN[2:]]
    spoiled, good = items[2].raw, items[4].raw
    assert (spoiled[:-2], spoiled[-2:] == good[-2:]) == (good[:-2], False)


def test_delay(serve: Make, line: Make) -> None:
    wire = line(serve(f"delay@{READ_AT}=2.5"))
    assert visit(wire) == [b"one", BEFORE, DATA, b"two"]
    items = around(wire)
    assert kinds(items) == CLEAN
    assert items[2].time - items[1].time == pytest.approx(2.5)


def test_drop(serve: Make, line: Make) -> None:
    wire = line(serve(f"drop@{READ_AT}"))
    assert visit(wire) == [b"one", BEFORE, DATA, b"two"]
    items = around(wire)
    assert kinds(items) == CLEAN
    assert items[2].time - items[1].time == pytest.approx(2.0, abs=0.1)  # the meter sent it a second time


def test_duplicate(serve: Make, line: Make) -> None:
    wire = line(serve(f"duplicate@{READ_AT}"))
    assert visit(wire) == [b"one", BEFORE, DATA, b"two"]
    packets = [item for item in around(wire) if item.direction == "<" and item.kind is WireKind.PACKET]
    assert len(packets) == 2
    assert packets[0].raw == packets[1].raw
    assert packets[1].repeated


def test_busy(serve: Make, line: Make) -> None:
    meter = serve(f"busy@{READ_AT}x2")
    wire = line(meter)
    assert visit(wire) == [b"one", BEFORE, DATA, b"two"]
    answers = [item.message for item in around(wire) if item.direction == "<" and item.kind is WireKind.PACKET]
    busy = Refusal(ResponseCode.BSY).encode()
    assert answers == [busy, busy, ReadReply(DATA).encode()]
    assert not meter.mismatches
    assert list(meter.spoiled.fired) == [(READ_AT, "busy")] * 2


def test_wrong_toggle(serve: Make, line: Make) -> None:
    wire = line(serve(f"wrong-toggle@{READ_AT}"))
    assert visit(wire) == [b"one", BEFORE, DATA, b"two"]
    toggles = [
        item.packet.toggle for item in wire.wire() if item.direction == "<" and item.kind is WireKind.PACKET
    ]  # identify, negotiate, log on, 1, 23, 23, 2, log off, terminate
    assert toggles == [False, True, False, True, False, False, False, True, False]


def test_time_out(serve: Make, line: Make) -> None:
    meter = serve(f"time-out@{READ_AT}")
    wire = line(meter)
    assert visit(wire) == [b"one", BEFORE, DATA, b"two"]
    items = around(wire)
    assert items[2].message == Refusal(ResponseCode.ISSS).encode()
    assert [item.service for item in items if item.direction == ">" and item.service][1:4] == [
        "Identify",
        "Negotiate",
        "Log on",
    ]
    assert not meter.mismatches


def test_power_loss(serve: Make, line: Make) -> None:
    meter = serve(f"power-loss@{READ_AT}=5")
    wire = line(meter)
    assert visit(wire) == [b"one", BEFORE, DATA, b"two"]
    items = around(wire)
    sent = items[2]
    assert (sent.direction, sent.kind) == ("<", WireKind.GARBAGE)
    assert len(sent.raw) < len(ReadReply(DATA).encode())
    silent = [item.time for item in items if item.direction == "<" and item.time > sent.time]
    assert silent[0] - sent.time >= 5
    assert not meter.mismatches


def test_wrong_length_of_a_packet(serve: Make, line: Make) -> None:
    wire = line(serve(f"wrong-length@{READ_AT}"))
    assert visit(wire) == [b"one", BEFORE, DATA, b"two"]
    items = around(wire)
    assert kinds(items) == [*CLEAN[:2], ("<", "garbage"), (">", "nak"), *CLEAN[2:]]
    spoiled, good = items[2].raw, items[4].raw
    assert len(spoiled) == len(good)
    assert int.from_bytes(spoiled[4:6], "big") == int.from_bytes(good[4:6], "big") + 1


def test_wrong_length_of_the_data(serve: Make, line: Make) -> None:
    wire = line(serve(f"wrong-length@{READ_AT}=count"))
    assert visit(wire) == [b"one", BEFORE, DATA, b"two"]  # it was misread, and asked for again
    answers = [item.message for item in around(wire) if item.direction == "<" and item.kind is WireKind.PACKET]
    assert [int.from_bytes(answer[1:3], "big") for answer in answers] == [len(DATA) + 1, len(DATA)]
    assert answers[0][3:] == answers[1][3:]


def test_stale(serve: Make, line: Make) -> None:
    wire = line(serve(f"stale@{READ_AT}"))
    assert visit(wire) == [b"one", BEFORE, BEFORE, b"two"]  # a client cannot tell: that is what makes it worth a test


def test_stale_data_of_a_table_never_read_before_is_that_of_the_read_before(serve: Make, line: Make) -> None:
    wire = line(serve("stale@7"))
    assert visit(wire) == [b"one", BEFORE, DATA, DATA]


# --- our own session, whatever the fault ------------------------------------------------------------------------


GIVEN_UP = {("busy", 1), ("power-loss", 1), ("time-out", 2), ("busy", 3), ("time-out", 3)}
"""While the session is opened, where our own gives up with what the meter said."""


@pytest.mark.parametrize("kind", sorted(set(ANSWER) - {"stale"}))
@pytest.mark.parametrize("step", range(1, 8))
def test_a_session_gets_over_one_fault_at_any_step_or_says_what_is_wrong(
    serve: Make, line: Make, kind: str, step: int
) -> None:
    meter = serve(f"{kind}@{step}")
    if (kind, step) in GIVEN_UP:
        with pytest.raises((LinkError, MessageError, ServiceRefused)):
            visit(line(meter))
    else:
        assert visit(line(meter)) == [b"one", BEFORE, DATA, b"two"]
    assert list(meter.spoiled.fired) == [(step, kind)]
    assert not meter.spoiled.left


@pytest.mark.parametrize(
    ("faults", "reason"),
    [
        ("nak@6x99", "naks"),
        ("bad-crc@6x99", "noise|naks"),
        ("drop@6x99", "silent"),
        ("delay@6x99=7", "silent"),
        ("power-loss@6x99=60", "silent"),
        ("wrong-length@6x99", "noise|naks"),
        ("busy@6x99", "06|busy"),
        ("time-out@6x99", "10|0A|isss"),
        ("wrong-length@6x99=count", ""),
    ],
)
def test_a_fault_that_does_not_end_ends_in_a_clear_error(serve: Make, line: Make, faults: str, reason: str) -> None:
    with pytest.raises((LinkError, ServiceRefused, MessageError)) as caught:
        visit(line(serve(faults)))
    if isinstance(caught.value, LinkError):
        assert caught.value.reason in reason
    if isinstance(caught.value, ServiceRefused):
        assert caught.value.response in (ResponseCode.BSY, ResponseCode.ISSS)


def test_a_write_is_not_repeated_when_its_answer_is_lost(taped: Any, line: Make) -> None:
    taped.log_on().write(6, b"abcd").read(6, b"abcd")
    meter = meter_of_tape(taped.tape(), order="strict", faults="drop@4x99")
    steps: list[int] = []
    meter.device._on_step = steps.append  # type: ignore[union-attr]  # it is a strict one

    def write() -> Any:
        return (yield FullWrite(6, b"abcd"))

    with line(meter).session() as session, pytest.raises(LinkError):
        session.run(write())
    assert steps.count(4) == 1


def test_faults_of_the_line_are_had_too(serve: Make, line: Make) -> None:
    meter = serve("busy:2,nak:1,slow:0.5")
    wire = line(meter)
    assert visit(wire) == [b"one", BEFORE, DATA, b"two"]
    busy = Refusal(ResponseCode.BSY).encode()
    assert [item.message for item in wire.wire() if item.direction == "<"].count(busy) == 2
    assert not meter.mismatches


@pytest.mark.parametrize("faults", ["stuck:1", "backfeed:118", "actuator:0", "procedure:3"])
def test_faults_of_what_a_tape_does_not_have_are_named(serve: Make, faults: str) -> None:
    with pytest.raises(UsageError) as caught:
        serve(faults)
    assert caught.value.subject == f"fault {faults.partition(':')[0]}"


# --- at random --------------------------------------------------------------------------------------------------


def many(taped: Any, count: int = 400) -> Any:
    taped.log_on()
    for number in range(count):
        taped.read(23, number.to_bytes(4, "big"))
    return taped.tape()


@pytest.mark.parametrize("kind", ["nak", "bad-crc", "drop", "duplicate", "busy", "delay", "wrong-length", "time-out"])
def test_at_random_so_many_of_the_answers_have_it_and_the_data_is_right(taped: Any, line: Make, kind: str) -> None:
    tape = many(taped)

    def fired(seed: int) -> list[tuple[int, str]]:
        meter = meter_of_tape(tape, order="strict", faults=f"{kind}:0.05", seed=seed)
        with line(meter).session() as session:
            for number in range(400):
                assert session.run(read_table(23)) == number.to_bytes(4, "big")
        return list(meter.spoiled.fired)

    once, again, other = fired(1), fired(1), fired(2)
    assert once == again != other
    assert 8 <= len(once) <= 40


def test_all_kinds_at_once_are_got_over_or_told(taped: Any, line: Make) -> None:
    tape = many(taped, 100)
    text = "nak:0.03,bad-crc:0.03,drop:0.03,duplicate:0.03,busy:0.03,delay:0.03=1,wrong-toggle:0.03,wrong-length:0.03"
    for seed in range(5):
        meter = meter_of_tape(tape, order="strict", faults=text, seed=seed)
        try:
            with line(meter).session() as session:
                for number in range(100):
                    assert session.run(read_table(23)) == number.to_bytes(4, "big")
        except FieldProError:
            pass
        assert len({kind for _, kind in meter.spoiled.fired}) >= 3


# --- on a virtual meter that is no tape -------------------------------------------------------------------------


def test_a_virtual_meter_counts_its_answers(line: Make) -> None:
    described = describe.overridden(describe.load("centron"), days=3)
    plan = FaultPlan.parse("bad-crc@4,busy@5,nak@6x3,delay@7=2")
    meter = VirtualMeter(described, faults=plan, clock=lambda: 1_772_366_840.0)
    wire = line(meter)
    with wire.session() as session:
        for number in (1, 5, 11, 12):
            assert session.run(read_table(number)) == meter.device.bank.read(number)
    assert list(meter.spoiled.fired) == [(4, "bad-crc"), (5, "busy"), *[(6, "nak")] * 3, (7, "delay")]


def test_power_loss_is_in_the_log_of_a_meter_that_lives(line: Make) -> None:
    described = describe.overridden(describe.load("centron"), days=3)
    wire: Any = None
    meter = VirtualMeter(
        described,
        faults=FaultPlan.parse("power-loss@4=30"),
        clock=lambda: 1_772_366_840.0 + (wire.now if wire else 0.0),
    )
    wire = line(meter)
    with wire.session(reconnects=9) as session:
        log = meter.device.bank.layout(3).decode(session.run(read_table(3))).values
    assert log["ED_STD_STATUS1"]["POWER_FAILURE_FLAG"]


def test_the_answer_of_a_write_can_be_spoiled_too(taped: Any, line: Make) -> None:
    taped.log_on().read(1, b"one").write(6, b"abcd")

    def write() -> Any:
        return (yield FullWrite(6, b"abcd"))

    for kind in ("nak", "bad-crc", "drop", "duplicate", "wrong-toggle", "wrong-length", "busy", "delay"):
        meter = meter_of_tape(taped.tape(), order="strict", faults=f"{kind}@5")
        with line(meter).session() as session:
            assert session.run(read_table(1)) == b"one"
            assert session.run(write()) == Ok()
        assert list(meter.spoiled.fired) == [(5, kind)]


def test_a_wrong_toggle_can_make_an_answer_a_repeat_of_the_one_before(taped: Any, line: Make) -> None:
    taped.log_on().write(6, b"abcd")  # both answers are a bare ok

    def write() -> Any:
        return (yield FullWrite(6, b"abcd"))

    meter = meter_of_tape(taped.tape(), order="strict", faults="wrong-toggle@4")
    with line(meter).session() as session, pytest.raises(LinkError, match="silent"):
        session.run(write())
