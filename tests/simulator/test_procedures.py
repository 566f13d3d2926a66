"""Procedures do what they say, and what they do shows in registers, profile, clock and logs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from fieldpro.c12.psem import FullRead, FullWrite, ResponseCode
from fieldpro.errors import ServiceRefused
from fieldpro.simulator import describe

Make = Callable[..., Any]
DONE, BAD, CONFLICT, NOT_NOW, NO_AUTHORISATION, UNKNOWN = 0, 2, 3, 4, 5, 6


def newest(talk: Any, *, count: int = 1) -> list[int]:
    """The numbers of the newest events, newest first."""
    log = talk.values(76)
    size = len(log["ENTRIES"])
    places = [(log["LAST_ENTRY_ELEMENT"] - back) % size for back in range(count)]
    return [log["ENTRIES"][place]["EVENT_CODE"]["EVENT_CODE"] for place in places]


def test_a_demand_reset_starts_the_maxima_anew_and_keeps_the_old_ones(talk: Make) -> None:
    talk = talk().log_on("SECONDARY")
    before = talk.values(23)
    assert talk.run(9, b"\x01") == (DONE, b"")
    after = talk.values(23)
    assert after["NBR_DEMAND_RESETS"] == before["NBR_DEMAND_RESETS"] + 1
    for old, new in zip(before["TOT_DATA_BLOCK"]["DEMANDS"], after["TOT_DATA_BLOCK"]["DEMANDS"], strict=True):
        assert new["DEMAND"] == [0.0]
        assert new["CUM_DEMAND"] == old["CUM_DEMAND"] + old["DEMAND"][0]
    assert after["TOT_DATA_BLOCK"]["SUMMATIONS"] == before["TOT_DATA_BLOCK"]["SUMMATIONS"]
    assert talk.values(25)["REGISTER_DATA"] == before
    assert sorted(newest(talk, count=2)) == [9, 20]


def test_a_second_demand_reset_waits_for_the_exclusion_time(talk: Make, time: Any) -> None:
    described = describe.load("centron")
    demand = described.demand.model_copy(update={"reset_exclusion_min": 60})
    talk = talk(description=described.model_copy(update={"demand": demand})).log_on("SECONDARY")
    assert talk.run(9, b"\x01") == (DONE, b"")
    time.real += 59 * 60
    talk = talk.log_on_again("SECONDARY")
    assert talk.run(9, b"\x03") == (NOT_NOW, b"")
    assert talk.run(9, b"\x02") == (DONE, b"")  # a self read resets nothing
    time.real += 61
    assert talk.run(9, b"\x01") == (DONE, b"")


def test_a_self_read_is_kept_with_the_registers_of_its_moment(talk: Make, time: Any) -> None:
    talk = talk().log_on("SECONDARY")
    before, registers = talk.values(26), talk.values(23)
    assert talk.run(9, b"\x02") == (DONE, b"")
    time.real += 3600
    after = talk.values(26)
    assert after["LAST_ENTRY_SEQ_NBR"] == before["LAST_ENTRY_SEQ_NBR"] + 1
    assert after["SELF_READS_ENTRIES"][after["LAST_ENTRY_ELEMENT"]]["REGISTER_DATA"] == registers


@pytest.mark.parametrize("hours", [-3, 2, 50, -80])
def test_the_clock_is_set_and_the_times_before_and_after_come_back(talk: Make, time: Any, hours: int) -> None:
    talk = talk(days=20).log_on("SECONDARY")
    codec = talk.meter.device.bank.long_time
    shown = talk.values(52)["CLOCK_CALENDAR"]
    wanted = shown + timedelta(hours=hours)
    result, answer = talk.run(10, b"\x03" + codec.encode(wanted) + b"\x00")
    assert result == DONE
    assert [codec.decode(answer[:5]), codec.decode(answer[5:])] == [shown, wanted]
    assert talk.values(52)["CLOCK_CALENDAR"] == wanted
    assert set(newest(talk, count=3)) == {3, 4, 9}
    state = talk.values(63)["LP_STATUS_SET1"]
    if abs(hours) > 24:
        assert state["NBR_VALID_BLOCKS"] == 0  # the profile begins anew, at the next midnight
        time.real += 86_400
        assert talk.values(63)["LP_STATUS_SET1"]["NBR_VALID_BLOCKS"] == 1
    else:
        assert state["NBR_VALID_BLOCKS"] == 20


@pytest.mark.parametrize("hours", [-80, -1, 2, 50, 24 * 365 * 20])
def test_demand_goes_on_after_the_clock_was_set(talk: Make, time: Any, hours: int) -> None:
    talk = talk(days=20).log_on("SECONDARY")
    codec = talk.meter.device.bank.long_time
    before = talk.values(23)["TOT_DATA_BLOCK"]["DEMANDS"][0]["DEMAND"]
    talk.run(10, b"\x03" + codec.encode(talk.values(52)["CLOCK_CALENDAR"] + timedelta(hours=hours)) + b"\x00")
    if hours in (-80, -1, 2):
        assert talk.values(23)["TOT_DATA_BLOCK"]["DEMANDS"][0]["DEMAND"] == before
    talk.run(9, b"\x01")
    time.real += 1900
    assert talk.values(23)["TOT_DATA_BLOCK"]["DEMANDS"][0]["DEMAND"][0] > 0


def test_only_the_time_or_only_the_date_can_be_set(talk: Make) -> None:
    talk = talk(days=20).log_on("SECONDARY")
    codec = talk.meter.device.bank.long_time
    other = codec.encode(datetime(2031, 7, 8, 1, 2, 3))
    assert talk.run(10, b"\x01" + other + b"\0")[0] == DONE
    assert talk.values(52)["CLOCK_CALENDAR"] == datetime(2026, 3, 1, 1, 2, 3)
    assert talk.run(10, b"\x02" + other + b"\0")[0] == DONE
    assert talk.values(52)["CLOCK_CALENDAR"] == datetime(2031, 7, 8, 1, 2, 3)


@pytest.mark.parametrize(
    ("number", "parameters", "result"),
    [
        (9, b"", BAD),
        (9, b"\x00", BAD),
        (9, b"\x08", BAD),
        (9, b"\x01\x01", BAD),
        (10, b"\x03", BAD),
        (10, b"\x00" + bytes(6), BAD),
        (6, b"\x04", CONFLICT),
        (6, b"\x77", BAD),
        (4, b"\x63", BAD),
        (5, b"\x01\xff\xff", BAD),
        (0, b"\x01", BAD),
        (18, bytes(22), NO_AUTHORISATION),
        (11, b"", UNKNOWN),
        (13, bytes(6), BAD),
        (15, bytes(5), BAD),
        (200, b"abc", UNKNOWN),
        (2048 + 4, b"", UNKNOWN),
    ],
)
def test_what_makes_no_sense_is_ignored_with_the_right_result(
    talk: Make, number: int, parameters: bytes, result: int
) -> None:
    talk = talk().log_on("PRIMARY")
    before = talk.read(23)
    assert talk.run(number, parameters) == (result, b"")
    assert talk.read(23) == before


def test_a_level_that_may_not_run_it_is_told_so(talk: Make) -> None:
    talk = talk().log_on("TERTIARY")
    assert talk.run(9, b"\x01") == (NO_AUTHORISATION, b"")
    assert talk.run(3) == (NO_AUTHORISATION, b"")


def test_a_slow_procedure_is_answered_when_it_is_finished(talk: Make, time: Any) -> None:
    talk = talk(faults="procedure:5").log_on("PRIMARY")
    stale = talk.read(8)
    talk.ask(FullWrite(7, bytes.fromhex("09002a02")))
    assert talk.read(8) == stale
    assert talk.run(9, b"\x02", selector=3) == (1, b"")  # accepted, not finished
    time.real += 4
    assert talk.read(8)[3] == 1
    time.real += 1.5
    assert talk.read(8) == bytes.fromhex("09302a00")
    assert talk.run(9, b"\x08") == (BAD, b"")  # what is wrong is said at once


def test_selectors_say_when_there_is_an_answer(talk: Make) -> None:
    talk = talk().log_on("PRIMARY")
    assert talk.run(9, b"\x02", selector=3) == (DONE, b"")
    before = talk.read(8)
    talk.ask(FullWrite(7, bytes.fromhex("09202b02")))  # never
    talk.ask(FullWrite(7, bytes.fromhex("09102c02")))  # only on exception, and there was none
    assert talk.read(8) == before
    assert talk.run(9, b"\x00", selector=1) == (BAD, b"")


def test_test_mode_stops_the_registers_and_ends_by_itself(talk: Make, time: Any) -> None:
    talk = talk(days=20).log_on("PRIMARY")
    assert talk.run(6, b"\x02")[0] == DONE
    assert talk.values(3)["ED_MODE"]["TEST_MODE_FLAG"]
    before = talk.values(23)["TOT_DATA_BLOCK"]["SUMMATIONS"]
    time.real += 1200
    assert talk.values(23)["TOT_DATA_BLOCK"]["SUMMATIONS"] == before
    time.real += 1200
    assert talk.values(3)["ED_MODE"]["METERING_FLAG"]
    assert talk.values(23)["TOT_DATA_BLOCK"]["SUMMATIONS"] > before
    assert newest(talk, count=3) == [33, 9, 32]


def test_test_mode_can_be_left(talk: Make) -> None:
    talk = talk().log_on("PRIMARY")
    talk.run(6, b"\x02")
    assert talk.run(6, b"\x01")[0] == DONE
    assert talk.values(3)["ED_MODE"]["METERING_FLAG"]


def test_status_flags_are_cleared(talk: Make) -> None:
    talk = talk("residential").log_on("MASTER", negotiate=False)
    assert talk.values(3)["ED_STD_STATUS1"]["LOW_BATTERY_FLAG"]
    talk.ask(FullWrite(7, bytes.fromhex("00072a")))
    assert talk.read(8) == bytes.fromhex("00072a00")
    assert not any(talk.values(3)["ED_STD_STATUS1"].values())


def test_the_load_profile_stops_and_starts(talk: Make, time: Any) -> None:
    talk = talk(days=20).log_on("PRIMARY")
    assert talk.run(17)[0] == DONE
    assert not talk.values(63)["LP_STATUS_SET1"]["LP_SET_STATUS_FLAGS"]["ACTIVE_MODE_FLAG"]
    assert talk.values(3)["ED_MFG_STATUS"] == (0,)
    time.real += 3600
    assert talk.run(16)[0] == DONE
    assert talk.values(63)["LP_STATUS_SET1"]["LP_SET_STATUS_FLAGS"]["ACTIVE_MODE_FLAG"]
    kept = talk.meter.device.body.profile(time.real)
    assert (kept.status[-3:, 0] == 7).all()


def test_entries_are_marked_as_read(talk: Make) -> None:
    talk = talk(days=60).log_on("PRIMARY")
    before = talk.values(63)["LP_STATUS_SET1"]["NBR_UNREAD_BLOCKS"]
    assert before == 35  # somebody read the meter five weeks ago
    assert talk.run(5, b"\x03" + (30).to_bytes(2, "little"))[0] == DONE
    assert talk.values(63)["LP_STATUS_SET1"]["NBR_UNREAD_BLOCKS"] == before - 30
    assert talk.run(5, b"\x03" + (30).to_bytes(2, "little"))[0] == BAD


@pytest.mark.parametrize(("code", "table", "count"), [(1, 76, "NBR_VALID_ENTRIES"), (2, 26, "NBR_VALID_ENTRIES")])
def test_a_list_is_emptied(talk: Make, code: int, table: int, count: str) -> None:
    talk = talk().log_on("PRIMARY")
    assert talk.values(table)[count] > 2
    assert talk.run(4, bytes([code]))[0] == DONE
    assert talk.values(table)[count] <= 2  # the procedure itself is an event


def test_clearing_the_data_empties_registers_profile_and_lists(talk: Make, time: Any) -> None:
    talk = talk(days=20).log_on("PRIMARY")
    assert talk.run(3)[0] == DONE
    registers = talk.values(23)
    assert registers["TOT_DATA_BLOCK"]["SUMMATIONS"] == [0.0] * 5
    assert registers["NBR_DEMAND_RESETS"] == 0
    assert talk.values(63)["LP_STATUS_SET1"]["NBR_VALID_BLOCKS"] == 0
    assert talk.values(26)["NBR_VALID_ENTRIES"] == 0
    time.real += 7200
    assert talk.values(63)["LP_STATUS_SET1"]["NBR_VALID_INT"] == 7
    totals = talk.values(23)
    tiers = [tier["SUMMATIONS"] for tier in totals["TIER_DATA_BLOCK"]]
    assert [sum(column) for column in zip(*tiers, strict=True)] == totals["TOT_DATA_BLOCK"]["SUMMATIONS"]


def test_a_cold_start_brings_the_delivered_configuration_back(talk: Make) -> None:
    talk = talk().log_on("PRIMARY")
    delivered = talk.read(6)
    talk.ask(FullWrite(6, b"X" * 230))
    assert talk.run(0)[0] == DONE
    assert talk.read(6) == delivered
    assert talk.run(1)[0] == DONE


def test_logging_in_and_out_by_procedure(talk: Make) -> None:
    talk = talk().log_on()
    assert talk.run(18, b"\x09\x00" + b"PRIMARY".ljust(20))[0] == DONE
    talk.read(42)
    assert talk.run(19)[0] == DONE
    with pytest.raises(ServiceRefused) as caught:
        talk.ask(FullRead(42))
    assert caught.value.response == ResponseCode.ISC


def test_what_is_too_short_for_a_procedure_is_refused(talk: Make) -> None:
    talk = talk().log_on("PRIMARY")
    assert talk.say(FullWrite(7, b"\x09\x00").encode()) == bytes([ResponseCode.ONP])


@pytest.mark.parametrize("hours", [-200, -20, -1, 1, 30, 24 * 400])
def test_tiers_add_up_and_follow_the_clock_however_it_was_set(talk: Make, time: Any, hours: int) -> None:
    talk = talk(days=20).log_on("SECONDARY")
    codec = talk.meter.device.bank.long_time
    log = talk.values(76)["LAST_ENTRY_SEQ_NBR"]
    talk.run(10, b"\x03" + codec.encode(talk.values(52)["CLOCK_CALENDAR"] + timedelta(hours=hours)) + b"\x00")
    assert talk.values(76)["LAST_ENTRY_SEQ_NBR"] >= log + 3  # nothing that happened is forgotten
    for _ in range(30):
        time.real += 3600
        registers, state = talk.values(23), talk.values(55)
        tiers = [tier["SUMMATIONS"] for tier in registers["TIER_DATA_BLOCK"]]
        assert [sum(column) for column in zip(*tiers, strict=True)] == registers["TOT_DATA_BLOCK"]["SUMMATIONS"]
    local = state["CLOCK_CALENDAR"]
    calendar = talk.meter.device.body.life.calendar
    day = (local.date() - datetime(1970, 1, 1).date()).days
    instants, switched = calendar.tier_changes(day - 2, day + 1)
    shown = [calendar.local_at(at) for at in instants]
    expected = [
        tier for at, tier in zip(shown, switched, strict=True) if at <= (local - datetime(1970, 1, 1)).total_seconds()
    ]
    assert state["STATUS"]["CURR_TIER"] == expected[-1]
