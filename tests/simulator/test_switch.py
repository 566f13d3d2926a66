"""The service switch moves with time, opens by its limit, keeps what is dangerous from happening, and can fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from fieldpro.c12.psem import FullWrite, ResponseCode
from fieldpro.errors import ServiceRefused
from fieldpro.simulator.load import power

Make = Callable[..., Any]
DONE, NOT_FINISHED, CONFLICT, NOT_NOW, NO_AUTHORISATION = 0, 1, 3, 4, 5
DISCONNECT, ARM, CONNECT = 2049, 2050, 2051
STATUS, LIMIT, INSTANT = 2051, 2052, 2049
OPEN, CLOSED, ARMED, OPENING, CLOSING = range(5)
EVENTS = {1: "opened", 2: "closed", 3: "armed", 4: "limit", 5: "stuck", 6: "refused"}


def told(talk: Any, number: int, *, wait: float = 2.0) -> int:
    """Tell the switch something and let its motor run; the result in the end."""
    talk.ask(FullWrite(7, number.to_bytes(2, "little") + b"\x2a"))
    talk.time.real += wait
    answer = talk.read(8)
    assert answer[:3] == number.to_bytes(2, "little") + b"\x2a"
    return int(answer[3])


def state(talk: Any) -> int:
    return int(talk.values(STATUS)["STATE"])


def happened(talk: Any) -> list[str]:
    """The switch's own events, oldest first."""
    log = talk.values(76)
    count, size = log["NBR_VALID_ENTRIES"], len(log["ENTRIES"])
    places = [(log["LAST_ENTRY_ELEMENT"] - back) % size for back in range(count)]
    codes = [log["ENTRIES"][place]["EVENT_CODE"]["EVENT_CODE"] for place in reversed(places)]
    return [EVENTS[code - 2048] for code in codes if code > 2048]


def set_limit(talk: Any, watts: float, *, duration: int = 60, policy: int = 0, delay: int = 90, trips: int = 3) -> None:
    values = {
        "LIMIT_FLAGS": {"LIMIT_ON_FLAG": True},
        "THRESHOLD": watts,
        "DURATION": duration,
        "POLICY": policy,
        "RECONNECT_DELAY": delay,
        "MOST_TRIPS": trips,
    }
    talk.ask(FullWrite(LIMIT, talk.meter.device.bank.layout(LIMIT).encode(values)))


def watts_now(talk: Any) -> float:
    body = talk.meter.device.body
    slot = np.array([int(talk.time.real // 300)], dtype=np.int64)
    return float(power(body.shape, body.description.seed, slot).active_watts[0])


def night(talk: Make, time: Any, **more: Any) -> Any:
    """A meter at an hour without sun: the load is delivered, not received."""
    time.real += 16 * 3600
    made = talk(days=10, **more).log_on("PRIMARY")
    assert watts_now(made) > 500
    return made


def test_it_moves_with_time_and_answers_when_it_has_arrived(talk: Make, time: Any) -> None:
    talk = talk().log_on("PRIMARY")
    stale = talk.read(8)
    talk.ask(FullWrite(7, DISCONNECT.to_bytes(2, "little") + b"\x2a"))
    assert state(talk) == OPENING
    assert talk.read(8) == stale
    time.real += 1.6
    assert state(talk) == OPEN
    assert talk.read(8)[2:] == b"\x2a\x00"


def test_selector_3_says_at_once_that_it_has_accepted(talk: Make, time: Any) -> None:
    talk = talk().log_on("PRIMARY")
    assert talk.run(DISCONNECT, selector=3) == (NOT_FINISHED, b"")
    time.real += 1.6
    assert talk.read(8)[3] == DONE


def test_an_open_switch_cuts_the_customer_off(talk: Make, time: Any) -> None:
    talk = night(talk, time)
    assert talk.values(INSTANT)["PHASES"][0]["AMPS"] > 0
    assert told(talk, DISCONNECT) == DONE
    before = talk.values(23)["TOT_DATA_BLOCK"]["SUMMATIONS"]
    time.real += 3600
    talk.log_on_again("PRIMARY")
    assert talk.values(23)["TOT_DATA_BLOCK"]["SUMMATIONS"] == before
    present = talk.values(INSTANT)
    assert [phase["AMPS"] for phase in present["PHASES"]] == [0.0] * 3
    assert present["ACTIVE_POWER"] == 0.0
    assert all(phase["VOLTS"] > 100 for phase in present["PHASES"])
    assert not talk.values(STATUS)["SWITCH_FLAGS"]["LOAD_SIDE_VOLTAGE_FLAG"]
    assert 1 in talk.values(3)["ED_MFG_STATUS"]


def test_the_profile_shows_what_the_switch_let_through(talk: Make, time: Any) -> None:
    talk = night(talk, time)
    told(talk, DISCONNECT)
    time.real += 3600
    recorded = talk.meter.device.body.profile(time.real)
    assert recorded.pulses[-3:].sum() == 0
    assert (recorded.status[-3:] == 0).all()  # nothing is wrong with these intervals
    assert told(talk.log_on_again("PRIMARY"), CONNECT) == DONE
    time.real += 3600
    assert talk.meter.device.body.profile(time.real).pulses[-2:].sum() > 0


def test_the_customer_closes_it_only_while_it_is_armed(talk: Make, time: Any) -> None:
    talk = talk().log_on("PRIMARY")
    assert told(talk, ARM) == CONFLICT  # it is closed
    told(talk, DISCONNECT)
    talk.meter.press_button()
    assert state(talk) == OPEN
    assert told(talk, ARM) == DONE
    assert state(talk) == ARMED
    talk.meter.press_button()
    assert state(talk) == CLOSING
    time.real += 2
    assert (state(talk), talk.values(STATUS)["CAUSE"]) == (CLOSED, 4)
    assert happened(talk) == ["opened", "armed", "closed"]


def test_disconnecting_takes_the_arming_back(talk: Make) -> None:
    talk = talk().log_on("PRIMARY")
    told(talk, DISCONNECT)
    told(talk, ARM)
    assert told(talk, DISCONNECT) == DONE
    assert state(talk) == OPEN


def test_what_it_is_told_while_it_moves_is_refused(talk: Make) -> None:
    talk = talk().log_on("PRIMARY")
    talk.ask(FullWrite(7, DISCONNECT.to_bytes(2, "little") + b"\x01"))
    assert talk.run(CONNECT) == (NOT_NOW, b"")


def test_it_does_not_close_onto_voltage(talk: Make, time: Any) -> None:
    talk = talk(faults="backfeed:118").log_on("PRIMARY")
    told(talk, DISCONNECT)
    shown = talk.values(STATUS)
    assert shown["SWITCH_FLAGS"]["LOAD_SIDE_VOLTAGE_FLAG"]
    assert shown["LOAD_SIDE_VOLTS"] == 118.0
    assert told(talk, CONNECT) == CONFLICT
    assert state(talk) == OPEN
    assert happened(talk) == ["opened", "refused"]


def test_a_switch_that_sticks_says_so_and_may_move_the_next_time(talk: Make) -> None:
    talk = talk(faults="stuck:1").log_on("PRIMARY")
    assert told(talk, DISCONNECT) == CONFLICT
    shown = talk.values(STATUS)
    assert (shown["STATE"], shown["SWITCH_FLAGS"]["FAULT_FLAG"]) == (CLOSED, True)
    assert told(talk, DISCONNECT) == DONE
    assert not talk.values(STATUS)["SWITCH_FLAGS"]["FAULT_FLAG"]
    assert happened(talk) == ["stuck", "opened"]


def test_a_slow_motor(talk: Make, time: Any) -> None:
    talk = talk(faults="actuator:60").log_on("PRIMARY")
    talk.ask(FullWrite(7, DISCONNECT.to_bytes(2, "little") + b"\x01"))
    time.real += 59
    assert state(talk) == OPENING
    time.real += 2
    assert state(talk) == OPEN


def test_the_limit_opens_it_after_its_time_and_leaves_it_open(talk: Make, time: Any) -> None:
    talk = night(talk, time)
    time.real += 300 - time.real % 300  # a slot of the load begins
    talk.log_on_again("PRIMARY")
    set_limit(talk, watts_now(talk) - 1, duration=60)
    time.real += 58
    assert state(talk) == CLOSED
    time.real += 3
    assert state(talk) == OPENING
    time.real += 2
    shown = talk.values(STATUS)
    assert (shown["STATE"], shown["CAUSE"], shown["NBR_TRIPS"]) == (OPEN, 2, 1)
    assert shown["SWITCH_FLAGS"]["LIMIT_TRIPPED_FLAG"]
    time.real += 3600
    assert state(talk.log_on_again("PRIMARY")) == OPEN
    assert happened(talk) == ["limit", "opened"]


def test_a_load_below_the_limit_is_let_be(talk: Make, time: Any) -> None:
    talk = night(talk, time)
    set_limit(talk, 1e6)
    time.real += 86_400
    assert state(talk.log_on_again("PRIMARY")) == CLOSED


def test_by_policy_the_customer_may_close_it_after_the_delay(talk: Make, time: Any) -> None:
    talk = night(talk, time)
    set_limit(talk, 1.0, duration=10, policy=1, delay=90)
    time.real += 12
    assert state(talk) == OPEN
    time.real += 85
    assert state(talk.log_on_again("PRIMARY")) == OPEN
    time.real += 10
    assert state(talk) == ARMED


def test_by_policy_it_connects_by_itself_so_many_times(talk: Make, time: Any) -> None:
    talk = night(talk, time)
    set_limit(talk, 1.0, duration=10, policy=2, delay=90, trips=2)
    time.real += 3600
    talk.log_on_again("PRIMARY")
    assert happened(talk) == ["limit", "opened", "closed", "limit", "opened"]
    assert state(talk) == OPEN
    log = talk.values(76)
    entries = sorted(
        (entry["EVENT_TIME"], entry["EVENT_CODE"]["EVENT_CODE"] - 2048)
        for entry in log["ENTRIES"]
        if entry["EVENT_CODE"]["EVENT_CODE"] > 2048
    )
    moments = [(time - entries[0][0]).total_seconds() for time, _ in entries]
    assert moments == pytest.approx([0, 2, 93, 103, 105], abs=2)  # each at its own time, though nobody looked


def test_what_happened_does_not_depend_on_how_often_one_looks(talk: Make, time: Any) -> None:
    time.real += 16 * 3600
    often, once = talk(days=10).log_on("PRIMARY"), talk(days=10).log_on("PRIMARY")
    for each in (often, once):
        set_limit(each, 6_000.0, duration=400, policy=2, delay=700, trips=9)
    for _ in range(200):
        time.real += 97
        often.meter.device.catch_up()
    for each in (often, once):
        each.log_on_again("PRIMARY")
    assert happened(often) == happened(once)
    assert often.read(STATUS) == once.read(STATUS)
    assert often.read(23) == once.read(23)
    assert "limit" in happened(once)


def test_a_limit_without_sense_is_refused(talk: Make) -> None:
    talk = talk().log_on("PRIMARY")
    layout = talk.meter.device.bank.layout(LIMIT)
    data = bytearray(talk.read(LIMIT))
    data[layout.locate("POLICY").offset] = 9
    with pytest.raises(ServiceRefused) as caught:
        talk.ask(FullWrite(LIMIT, bytes(data)))
    assert caught.value.response == ResponseCode.ONP


def test_a_cold_start_takes_the_limit_back(talk: Make, time: Any) -> None:
    talk = night(talk, time)
    set_limit(talk, 1.0, duration=10)
    talk.run(0)
    time.real += 3600
    assert state(talk.log_on_again("PRIMARY")) == CLOSED


def test_it_takes_the_highest_level(talk: Make) -> None:
    talk = talk().log_on("LIMITED")
    assert talk.run(DISCONNECT) == (NO_AUTHORISATION, b"")


def test_a_meter_without_a_switch_has_none_of_it(talk: Make) -> None:
    from fieldpro.simulator import describe

    talk = talk(description=describe.load("centron").model_copy(update={"switch": None})).log_on("PRIMARY")
    assert talk.values(0)["MFG_PROC_USED"] == ()
    assert talk.run(DISCONNECT) == (6, b"")
    with pytest.raises(ServiceRefused):
        talk.read(STATUS)
