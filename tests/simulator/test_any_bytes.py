"""Whatever a client sends, the meter answers with a response code and goes on metering."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldpro.c12.psem import FullRead, FullWrite, ResponseCode
from fieldpro.simulator import VirtualMeter, describe

Make = Callable[..., Any]
REPEATED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)


def small(name: str) -> Any:
    return describe.overridden(describe.load(name), days=3)


@pytest.mark.parametrize("name", describe.names())
@REPEATED
@given(
    message=st.binary(max_size=40),
    head=st.sampled_from([b"", b"\x30", b"\x3f\x00", b"\x32\x00", b"\x40\x00", b"\x4f\x00"]),
)
def test_any_message_is_answered(talk: Make, name: str, head: bytes, message: bytes) -> None:
    password = {"centron": "PRIMARY", "residential": "MASTER"}[name]
    device = talk(name, days=3).log_on(password, negotiate=name == "centron").meter.device
    answer = device.answer(head + message)
    assert ResponseCode(answer.data[0]) is not None


@REPEATED
@given(now=st.floats(0, 50), pieces=st.lists(st.binary(max_size=60), max_size=8))
def test_any_bytes_on_the_wire_leave_a_meter_that_still_answers(pieces: list[bytes], now: float) -> None:
    meter = VirtualMeter(small("centron"), clock=lambda: 1_772_366_840.0)
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


@REPEATED
@given(data=st.data())
def test_any_calendar_that_can_be_written_can_be_lived_by(talk: Make, time: Any, data: st.DataObject) -> None:
    talk = talk(days=3).log_on("PRIMARY")
    size = len(talk.read(54))
    table = data.draw(st.binary(min_size=size, max_size=size))
    code = talk.say(FullWrite(54, table).encode())[0]
    assert code in (ResponseCode.OK, ResponseCode.ONP)
    time.real += data.draw(st.sampled_from([0, 3_600, 86_400, 40 * 86_400]))
    for number in (23, 24, 25, 26, 52, 55, 56, 63, 64, 74, 76):
        assert talk.ask(FullRead(number)).data
    blocks = talk.values(23)
    tiers = np.sum([tier["SUMMATIONS"] for tier in blocks["TIER_DATA_BLOCK"]], axis=0)
    assert tiers.tolist() == blocks["TOT_DATA_BLOCK"]["SUMMATIONS"]
    time.real = 1_772_366_840.0


@REPEATED
@given(number=st.integers(0, 40), parameters=st.binary(max_size=24), selector=st.integers(0, 15))
def test_any_procedure_leaves_a_meter_that_can_be_read(
    talk: Make, number: int, parameters: bytes, selector: int
) -> None:
    talk = talk(days=3).log_on("PRIMARY")
    word = number | selector << 12
    assert talk.say(FullWrite(7, word.to_bytes(2, "little") + b"\x01" + parameters).encode())[0] == ResponseCode.OK
    for table in (3, 8, 23, 26, 28, 52, 55, 56, 63, 64, 76):
        assert talk.ask(FullRead(table)).data
