"""Tables that were written to wait take hold at their own time, when they are told to, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from fieldpro.c12.psem import FullRead, FullWrite, IndexRead, OffsetWrite, ResponseCode
from fieldpro.errors import ServiceRefused

Make = Callable[..., Any]
DONE, BAD, UNKNOWN = 0, 2, 6
UTILITY, CALENDAR, PENDING = 6, 54, 4096
BY_PROCEDURE = bytes.fromhex("02 0000000000")


def newest(talk: Any) -> tuple[int, int]:
    """The number and the argument of the newest event."""
    log = talk.values(76)
    entry = log["ENTRIES"][log["LAST_ENTRY_ELEMENT"]]
    return entry["EVENT_CODE"]["EVENT_CODE"], int.from_bytes(entry["EVENT_ARGUMENT"], "little")


def at_time(talk: Any, minutes: int) -> bytes:
    """A pending header for so many minutes from now on the meter's own clock, its time in minutes since 1970."""
    shown = talk.values(52)["CLOCK_CALENDAR"] + timedelta(minutes=minutes)
    since_1970 = int((shown.replace(second=0) - shown.min.replace(year=1970)).total_seconds()) // 60
    return b"\x00" + since_1970.to_bytes(4, "little") + b"\x00"


def waiting(talk: Any) -> list[int]:
    status = talk.values(4)
    listed = status["PENDING_TABLES"][: status["NBR_PENDING_TABLES"]]
    assert sorted(entry["TABLE_SELECTOR"]["TBL_PROC_NBR"] for entry in listed) == sorted(status["STD_PENDING"])
    return list(status["STD_PENDING"])


def test_what_waits_is_listed_and_changes_nothing_yet(talk: Make) -> None:
    talk = talk().log_on("PRIMARY")
    before = talk.read(UTILITY)
    talk.ask(FullWrite(PENDING + UTILITY, BY_PROCEDURE + b"X" * 230))
    assert talk.read(UTILITY) == before
    assert talk.read(PENDING + UTILITY) == BY_PROCEDURE + b"X" * 230
    assert waiting(talk) == [UTILITY]


def test_it_takes_hold_when_procedure_12_says_so(talk: Make) -> None:
    talk = talk().log_on("PRIMARY")
    talk.ask(FullWrite(PENDING + UTILITY, BY_PROCEDURE + b"X" * 230))
    assert talk.run(12)[0] == DONE
    assert talk.read(UTILITY) == b"X" * 230
    assert waiting(talk) == []
    shown = talk.values(52)["CLOCK_CALENDAR"].replace(second=0)
    assert talk.values(4)["LAST_ACTIVATION_DATE_TIME"] == shown


def test_procedure_13_takes_only_those_with_its_trigger(talk: Make) -> None:
    talk = talk().log_on("PRIMARY")
    other = b"\x02" + b"OTHER"
    talk.ask(FullWrite(PENDING + UTILITY, BY_PROCEDURE + b"X" * 230))
    talk.ask(FullWrite(PENDING + CALENDAR, other + talk.read(CALENDAR)))
    assert talk.run(13, b"\x02WRONG")[0] == BAD
    assert talk.run(13, other)[0] == DONE
    assert waiting(talk) == [UTILITY]


@pytest.mark.parametrize(("number", "parameters"), [(14, b""), (15, BY_PROCEDURE)])
def test_it_can_be_given_up(talk: Make, number: int, parameters: bytes) -> None:
    talk = talk().log_on("PRIMARY")
    before = talk.read(UTILITY)
    talk.ask(FullWrite(PENDING + UTILITY, BY_PROCEDURE + b"X" * 230))
    assert talk.run(number, parameters)[0] == DONE
    assert waiting(talk) == []
    assert talk.run(12)[0] == DONE
    assert talk.read(UTILITY) == before


def test_it_takes_hold_at_its_time_by_the_meters_clock(talk: Make, time: Any) -> None:
    talk = talk().log_on("PRIMARY")
    talk.ask(FullWrite(PENDING + UTILITY, at_time(talk, 30) + b"X" * 230))
    time.real += 25 * 60
    assert waiting(talk) == [UTILITY]
    time.real += 6 * 60
    assert talk.read(UTILITY) == b"X" * 230
    assert newest(talk) == (28, UTILITY)


def test_a_span_counts_from_the_write(talk: Make, time: Any) -> None:
    talk = talk().log_on("PRIMARY")
    talk.ask(FullWrite(PENDING + UTILITY, bytes([1, 0, 1, 2, 0, 0]) + b"X" * 230))  # a day and two hours
    time.real += 26 * 3600 - 60
    assert waiting(talk) == [UTILITY]
    time.real += 61
    assert waiting(talk) == []


def test_a_calendar_is_in_force_from_the_midnight_after_its_own_time_however_late_one_looks(
    talk: Make, time: Any
) -> None:
    early, late = talk(days=20).log_on("PRIMARY"), talk(days=20).log_on("PRIMARY")
    calendar = bytearray(early.read(CALENDAR))
    place = early.meter.device.bank.layout(CALENDAR).locate("TIER_SWITCHES[0].TIER_SWITCH").offset
    calendar[place] |= 3  # the first switch of the weekday goes to tier D instead of A
    for each in (early, late):
        each.ask(FullWrite(PENDING + CALENDAR, at_time(each, 90) + bytes(calendar)))
    for _ in range(72):
        time.real += 3600
        early.meter.device.catch_up()
    for each in (early, late):
        each.log_on_again("PRIMARY")
    assert early.read(CALENDAR) == late.read(CALENDAR) == bytes(calendar)
    assert early.read(23) == late.read(23)


def test_a_demand_reset_comes_with_it_when_it_is_asked_for(talk: Make) -> None:
    talk = talk().log_on("PRIMARY")
    resets = talk.values(23)["NBR_DEMAND_RESETS"]
    talk.ask(FullWrite(PENDING + UTILITY, b"\x32" + bytes(5) + b"X" * 230))
    talk.run(12)
    assert talk.values(23)["NBR_DEMAND_RESETS"] == resets + 1


def test_the_offset_of_a_part_does_not_count_the_header(talk: Make) -> None:
    talk = talk().log_on("PRIMARY")
    before = talk.read(UTILITY)
    talk.ask(OffsetWrite(PENDING + UTILITY, 10, BY_PROCEDURE + b"part"))
    talk.ask(OffsetWrite(PENDING + UTILITY, 20, BY_PROCEDURE + b"more"))
    expected = before[:10] + b"part" + before[14:20] + b"more" + before[24:]
    assert talk.read(PENDING + UTILITY) == BY_PROCEDURE + expected


@pytest.mark.parametrize(
    ("ask", "response"),
    [
        (FullWrite(PENDING + UTILITY, b"\x07" + bytes(5) + b"X" * 230), ResponseCode.ONP),  # no such trigger
        (FullWrite(PENDING + UTILITY, BY_PROCEDURE + b"X" * 229), ResponseCode.ONP),
        (FullWrite(PENDING + 5, BY_PROCEDURE + b"X" * 20), ResponseCode.IAR),  # it cannot wait
        (FullRead(PENDING + UTILITY), ResponseCode.ONP),  # nothing waits
        (IndexRead(PENDING + UTILITY, (0,), 1), ResponseCode.ONP),
    ],
)
def test_what_cannot_wait_is_refused(talk: Make, ask: Any, response: ResponseCode) -> None:
    talk = talk().log_on("PRIMARY")
    with pytest.raises(ServiceRefused) as caught:
        talk.ask(ask)
    assert caught.value.response == response
    assert waiting(talk) == []


def test_only_so_many_wait(talk: Make) -> None:
    from fieldpro.simulator import describe

    described = describe.load("centron")
    narrow = described.model_copy(update={"pending": described.pending.model_copy(update={"entries": 1})})
    talk = talk(description=narrow).log_on("PRIMARY")
    talk.ask(FullWrite(PENDING + UTILITY, BY_PROCEDURE + b"X" * 230))
    talk.ask(FullWrite(PENDING + UTILITY, BY_PROCEDURE + b"Y" * 230))
    with pytest.raises(ServiceRefused):
        talk.ask(FullWrite(PENDING + CALENDAR, BY_PROCEDURE + talk.read(CALENDAR)))
    assert talk.read(PENDING + UTILITY).endswith(b"Y")


def test_the_rights_are_those_of_the_table_itself(talk: Make) -> None:
    talk = talk().log_on("SECONDARY")
    with pytest.raises(ServiceRefused) as caught:
        talk.ask(FullWrite(PENDING + UTILITY, BY_PROCEDURE + b"X" * 230))
    assert caught.value.response == ResponseCode.ISC


def test_a_meter_without_them_has_none_of_their_procedures(talk: Make) -> None:
    talk = talk("residential").log_on("MASTER", negotiate=False)
    assert talk.values(0)["NBR_PENDING"] == 0
    talk.ask(FullWrite(7, bytes.fromhex("000c2a")))
    assert talk.read(8) == bytes.fromhex("000c2a06")
