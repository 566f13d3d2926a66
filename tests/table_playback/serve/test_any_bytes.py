"""Whatever is on a tape and whatever a client sends: an answer, or silence where the tape has none, and no crash."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldpro.c12.link import Packet
from fieldpro.c12.psem import FullRead, Identify, Logon, Negotiate, OffsetRead
from fieldpro.simulator.fault_kinds import ANSWER
from table_playback.serve import TapeMeter, meter_of_tape
from table_playback.tape import Header, Order, Step, TableImage, Tape, VerifyRule
from table_playback.tape.messages import NAMES

NOW = datetime(2026, 3, 1, tzinfo=UTC)
REPEATED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
HEADS = [
    b"",
    b"\x20",
    b"\x30",
    b"\x32\x00",
    b"\x3f\x00",
    b"\x40\x00\x06",
    b"\x40\x00\x07",
    b"\x4f\x00\x06",
    b"\x51",
    b"\x62",
]

steps = st.builds(
    Step,
    number=st.just(1),
    time_s=st.just(0.0),
    direction=st.sampled_from("><"),
    service=st.sampled_from(sorted(NAMES)),
    table=st.none() | st.sampled_from([0, 1, 6, 7, 8, 64, 2048, 4102, 70000]),
    offset=st.none() | st.integers(0, 2**25),
    indices=st.lists(st.integers(0, 70000), max_size=3).map(tuple),
    count=st.none() | st.integers(0, 70000),
    data=st.binary(max_size=90),
    response=st.none() | st.sampled_from([0, 0, 0, 1, 2, 3, 4, 5, 6, 10, 200]),
    answer=st.binary(max_size=30),
    duration_s=st.none() | st.floats(0, 2),
    verify=st.builds(
        VerifyRule, st.sampled_from(Order), st.sampled_from([(), ("*",), ("GENERAL*",)]), st.just(()), st.booleans()
    ),
    masked=st.sampled_from([(), ((0, 4),), ((80, 40),)]),
    sent=st.none() | st.binary(max_size=10),
    received=st.none() | st.binary(max_size=120),
)
images = st.dictionaries(
    st.sampled_from([0, 1, 6, 7, 8, 64, 2048]),
    st.tuples(st.binary(max_size=60), st.booleans()),
    max_size=4,
)
messages = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(HEADS), st.binary(max_size=40)).map(lambda pair: pair[0] + pair[1]),
        st.sampled_from([FullRead(0).encode(), FullRead(6).encode(), OffsetRead(64, 0, 9).encode()]),
    ),
    max_size=8,
)


def talk(meter: TapeMeter, said: list[bytes]) -> None:
    now = 1.0
    opening = [Identify().encode(), Negotiate(512, 4, (9600,)).encode(), Logon(0, "X").encode()]
    for nth, message in enumerate([*opening, *said]):
        packet = Packet(0, 0x20 * (nth % 2), 0, message).encode()
        meter.receive((b"\x06" if nth else b"") + packet, now)
        for _ in range(6):  # what comes later, and again for a client that does not acknowledge
            meter.outgoing(now)
            if meter.deadline is None:
                break
            now = max(now, meter.deadline)
            if now > 1e6:
                break
            meter.tick(now)


def tape_of(made: list[Step], held: dict[int, tuple[bytes, bool]]) -> Tape:
    numbered = tuple(replace(step, number=number) for number, step in enumerate(made, 1))
    tables = {number: TableImage(number, data, writable=writable) for number, (data, writable) in held.items()}
    return Tape(Header(None, NOW, NOW), numbered, tables)


@pytest.mark.parametrize(
    "options", [{"order": "free"}, {"order": "strict"}, {"order": "strict", "exact_session": True}]
)
@REPEATED
@given(made=st.lists(steps, max_size=12), held=images, said=messages, timing=st.sampled_from(["fast", "recorded"]))
def test_any_tape_takes_any_message(
    options: dict[str, Any], made: list[Step], held: dict[int, tuple[bytes, bool]], said: list[bytes], timing: Any
) -> None:
    meter = meter_of_tape(tape_of(made, held), timing=timing, loop=True, **options)
    talk(meter, said)
    for mismatch in meter.mismatches:
        assert str(mismatch)


@REPEATED
@given(
    made=st.lists(steps, max_size=6),
    held=images,
    faults=st.lists(st.sampled_from(sorted(ANSWER)).map(lambda kind: f"{kind}:0.3"), max_size=4),
    said=messages,
    order=st.sampled_from(["free", "strict"]),
)
def test_any_faults_too(
    made: list[Step], held: dict[int, tuple[bytes, bool]], faults: list[str], said: list[bytes], order: Any
) -> None:
    talk(meter_of_tape(tape_of(made, held), order=order, faults=",".join(faults)), said)


@given(pieces=st.lists(st.binary(max_size=60), max_size=8))
def test_any_bytes_leave_a_meter_that_still_answers(pieces: list[bytes]) -> None:
    meter = meter_of_tape(tape_of([], {1: (b"one", False)}))
    now = 1.0
    for piece in pieces:
        meter.receive(piece, now)
        meter.outgoing(now)
        now += 0.3
    while meter.deadline is not None:
        now = meter.deadline
        meter.tick(now)
        meter.outgoing(now)
    meter.receive(bytes.fromhex("EE 00 00 00 00 01 20 13 10"), now + 10)
    assert meter.outgoing(now + 10) == bytes.fromhex("06 EE 00 00 00 00 05 00 00 01 00 00 C6 B5")
