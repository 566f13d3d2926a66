"""The meter's port: packets, silence, rates, faults; by bytes others made, and by hand-moved time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fieldpro.c12.psem import FullRead, Identify, Logon, Negotiate, OffsetRead, Terminate, TimingSetup, Wait
from fieldpro.errors import ServiceRefused
from fieldpro.simulator import describe

Make = Callable[..., Any]

# ANSI C12.18 worked bytes, as independent implementations and captures of real meters have them.
IDENTIFICATION = bytes.fromhex("EE 00 00 00 00 01 20 13 10")
ITS_REPLY = bytes.fromhex("EE 00 00 00 00 05 00 00 01 00 00 C6 B5")
LOGON = bytes.fromhex("EE 00 00 00 00 0D 50 00 00 30 30 30 30 20 20 20 20 20 20 76 35")
READ_TABLE_1 = bytes.fromhex("EE 00 20 00 00 03 30 00 01 D6 6E")
OK_TOGGLED = bytes.fromhex("EE 00 20 00 00 01 00 80 51")
ACK, NAK = b"\x06", b"\x15"


def test_it_speaks_the_worked_bytes(talk: Make) -> None:
    meter = talk().meter
    meter.receive(IDENTIFICATION, 1.0)
    assert meter.outgoing(1.0) == ACK + ITS_REPLY
    meter.receive(ACK + LOGON, 1.1)
    assert meter.outgoing(1.1) == ACK + OK_TOGGLED
    meter.receive(ACK + READ_TABLE_1, 1.2)
    answer = meter.outgoing(1.2)
    assert answer[:1] == ACK
    assert answer[1:7] == bytes.fromhex("EE 00 00 00 00 24")
    assert answer[7:10] == bytes.fromhex("00 00 20")
    assert answer[10:22] == b"FPROVCENTRON"


def test_a_byte_at_a_time_is_the_same(talk: Make) -> None:
    meter = talk().meter
    sent = b""
    for byte in IDENTIFICATION:
        meter.receive(bytes([byte]), 1.0)
        sent += meter.outgoing(1.0)
    assert sent == ACK + ITS_REPLY


def test_a_damaged_packet_is_refused(talk: Make) -> None:
    meter = talk().meter
    meter.receive(IDENTIFICATION[:-1] + b"\x11", 1.0)
    meter.tick(meter.deadline)
    assert meter.outgoing(2.0) == NAK


def test_new_rate_and_sizes_hold_once_the_answer_is_acknowledged(talk: Make) -> None:
    talk = talk()
    talk.ask(Identify())
    meter = talk.meter
    meter.receive(talk.link.outgoing(), talk.time.steady)
    talk.link.send(Negotiate(1024, 255, (57600,)).encode(), talk.time.steady)
    meter.receive(talk.link.outgoing(), talk.time.steady)
    reply = meter.outgoing(talk.time.steady)
    assert meter.baud == 9600
    talk.link.receive(reply, talk.time.steady)
    meter.receive(talk.link.outgoing(), talk.time.steady)
    assert meter.baud == 57600


def test_silence_brings_it_back_to_the_base_state(talk: Make, time: Any) -> None:
    talk = talk().log_on("PRIMARY")
    assert talk.meter.baud == 57600
    for _ in range(5):
        time.pass_by(5.5)
        talk.read(1)
    time.pass_by(6.1)
    talk.meter.tick(time.steady)
    assert talk.meter.baud == 9600
    talk.start_again()
    with pytest.raises(ServiceRefused):
        talk.read(1)
    talk.start_again()
    talk.meter.line_dropped()
    talk.log_on()
    with pytest.raises(ServiceRefused):
        talk.read(42)


def test_a_wait_stretches_the_silence_once(talk: Make, time: Any) -> None:
    talk = talk().log_on()
    talk.ask(Wait(60))
    time.pass_by(58)
    talk.meter.tick(time.steady)
    talk.read(1)
    time.pass_by(10)
    talk.meter.tick(time.steady)
    assert talk.meter.baud == 9600


def test_a_client_that_never_acknowledges_is_given_up(talk: Make) -> None:
    meter = talk().meter
    meter.receive(IDENTIFICATION, 1.0)
    now, answers = 1.0, 0
    while meter.deadline is not None:
        answers += meter.outgoing(now).count(ITS_REPLY)
        now = meter.deadline
        meter.tick(now)
    assert answers == 4
    meter.receive(IDENTIFICATION, now + 1)
    assert meter.outgoing(now + 1) == ACK + ITS_REPLY


def test_terminate_brings_the_first_rate_back(talk: Make) -> None:
    talk = talk().log_on()
    talk.ask(Terminate())
    assert talk.meter.baud == 9600


def test_a_modem_meter_takes_time_limits_and_waits_longer(talk: Make, time: Any) -> None:
    description = describe.load("centron")
    link = description.link.model_copy(update={"standard": "C12.21"})
    talk = talk(description=description.model_copy(update={"link": link}))
    assert talk.ask(Identify()).standard == 2
    reply = talk.ask(TimingSetup(20, 1, 3, 2))
    assert (reply.traffic_s, reply.inter_character_s, reply.response_s, reply.retries) == (20, 1, 3, 2)
    time.pass_by(19)
    talk.meter.tick(time.steady)
    talk.ask(Logon(0, "X"))
    time.pass_by(21)
    talk.meter.tick(time.steady)
    with pytest.raises(ServiceRefused):
        talk.ask(FullRead(1))


# --- faults -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("faults", ["nak:3", "silent:3", "nak:2,silent:1", "slow:1.5", "nak:1,slow:1.9"])
def test_a_client_gets_over_what_it_should(talk: Make, faults: str) -> None:
    talk = talk(faults=faults).log_on()
    assert talk.read(1) == talk.meter.device.bank.read(1)


@pytest.mark.parametrize(("faults", "reason"), [("nak:4", "naks"), ("silent:4", "silent")])
def test_and_gives_up_on_what_it_should_not(talk: Make, link_lost: type[Exception], faults: str, reason: str) -> None:
    with pytest.raises(link_lost, match=reason):
        talk(faults=faults).log_on()


def test_a_refused_packet_is_carried_out_once(talk: Make) -> None:
    talk = talk(faults="nak:2")
    calls = []
    answer = talk.meter.device.answer
    talk.meter.device.answer = lambda message: calls.append(message) or answer(message)
    talk.ask(Identify())
    assert calls == [Identify().encode()]


@pytest.mark.parametrize("seed", range(6))
def test_over_a_bad_wire_the_bytes_are_right_or_the_link_is_lost(
    talk: Make, link_lost: type[Exception], seed: int
) -> None:
    talk = talk(faults=f"lose:0.004,corrupt:0.004,seed:{seed}")
    try:
        talk.log_on(negotiate=False)
        for offset in range(0, 2000, 50):
            assert talk.ask(OffsetRead(26, offset, 50)).data == talk.meter.device.bank.read(26)[offset : offset + 50]
    except (link_lost, ServiceRefused):
        pass


def test_the_same_seed_spoils_the_same_bytes(talk: Make) -> None:
    def spoiled(seed: int) -> bytes:
        meter = talk(faults=f"corrupt:0.2,seed:{seed}").meter
        return meter._faults.spoil(bytes(500), baud=9600)

    assert spoiled(1) == spoiled(1) != spoiled(2)


def test_a_rate_that_the_line_cannot_carry_is_silence_until_the_meter_falls_back(
    talk: Make, link_lost: type[Exception]
) -> None:
    talk = talk(faults="deaf:9600")
    with pytest.raises(link_lost, match="silent"):
        talk.log_on()
    talk.time.pass_by(7)
    talk.meter.tick(talk.time.steady)
    talk.start_again()
    assert talk.log_on(negotiate=False).read(1) == talk.meter.device.bank.read(1)


def test_the_power_fails_in_the_middle_of_a_packet_and_the_meter_remembers(
    talk: Make, link_lost: type[Exception], time: Any
) -> None:
    talk = talk(faults="powerfail:3000,off:20", days=20).log_on()
    with pytest.raises(link_lost):
        talk.ask(OffsetRead(64, 0, 20_000))
    time.pass_by(30)
    talk.start_again()
    talk.meter.tick(time.steady)
    talk.log_on()
    log = talk.values(76)
    newest = log["ENTRIES"][log["LAST_ENTRY_ELEMENT"]]
    assert newest["EVENT_CODE"]["EVENT_CODE"] == 2
    assert talk.values(2050)["OUTAGES"][0]["DURATION"] >= 20
    assert talk.values(3)["ED_STD_STATUS1"]["POWER_FAILURE_FLAG"]
