"""Every procedure of the standard, and the virtual meters' own, runs against both virtual meters.

`centron` has all that a virtual meter can do; `residential` has no pending tables and says so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fieldpro.c12.dictionary.tables import Tables
from fieldpro.dictionaries import load_dictionary
from fieldpro.errors import NotApproved, ProcedureRefused
from fieldpro.meter.pending import ByProcedure, header
from fieldpro.meter.procedures import ResultCode, carry_out, listed, note_of, offers

Make = Callable[..., Any]

QUALIFIER = {
    "DAY_OF_WEEK": 5,
    "DST_FLAG": True,
    "GMT_FLAG": False,
    "TM_ZN_APPLIED_FLAG": True,
    "DST_APPLIED_FLAG": True,
    "DST_SUPPORTED_FLAG": True,
}
NOT_DONE_HERE = {11, 20, 21, 22, 23, 24, 27, 28, 29, 30, 31, 32}  # no virtual meter has these
PENDING = {12, 13, 14, 15}
SWITCH = {2049, 2050, 2051}


def parameters(number: int, bench: Any) -> Any:
    """Something sensible to ask for."""
    match number:
        case 4:
            return {"LIST": 1}
        case 5:
            return {"LIST": 1, "ENTRIES_READ": 1}
        case 6:
            return {"ED_MODE": 1}
        case 9:
            return {"ACTION_FLAG": {"DEMAND_RESET_FLAG": True, "SELF_READ_FLAG": True, "SEASON_CHANGE_FLAG": False}}
        case 10:
            mask = {"SET_TIME_FLAG": True, "SET_DATE_FLAG": True, "SET_TIME_DATE_QUAL": False}
            time = bench.values(52)["CLOCK_CALENDAR"]
            return {"SET_MASK": mask, "DATE_TIME": time, "TIME_DATE_QUAL": QUALIFIER}
        case 13 | 15:
            return {"HEADER": header(ByProcedure())}
        case 18:
            return {"USER_ID": 2, "PASSWORD": bench.password_now.encode().ljust(20)}
        case 20:
            return {"PHONE_NUMBER": 0}
        case _ if number in NOT_DONE_HERE:
            return b""
        case _:
            return {}


@pytest.mark.parametrize("name", ["centron", "residential"])
@pytest.mark.parametrize("number", [*range(25), *range(27, 33), *sorted(SWITCH)])
def test_it_runs_or_the_meter_says_rightly_that_it_does_not(bench: Make, name: str, number: int) -> None:
    at = bench(name)
    evidence = at.evidence()
    job = carry_out(number, parameters(number, at), evidence=evidence)
    if number in SWITCH:
        with pytest.raises(NotApproved):
            at.run(job)
        assert at.procedures_sent == []
        return
    lacks = number in NOT_DONE_HERE or (name == "residential" and number in PENDING)
    if lacks or number in (13, 15):
        with pytest.raises(ProcedureRefused) as caught:
            at.run(job)
        unknown = ResultCode.UNKNOWN if lacks else ResultCode.BAD_PARAMETER  # nothing waits for this trigger
        assert caught.value.result == unknown
    else:
        outcome = at.run(job)
        assert outcome.result.done
        assert set(outcome.before.tables) >= set(note_of(number).before) & set(at.values(0)["STD_TBLS_USED"])
    assert at.procedures_sent == [number]


@pytest.mark.parametrize("name", ["centron", "residential"])
def test_what_a_meter_lists_is_what_it_does(bench: Make, name: str) -> None:
    at = bench(name)
    tables = Tables(load_dictionary(("fieldpro-virtual",)), raw={0: at.meter.device.bank.read(0)})
    there = listed(tables)
    expected = set(range(20)) - {11} - (PENDING if name == "residential" else set())
    assert there == expected | SWITCH
    offered = {offer.number: offer.listed for offer in offers(tables)}
    assert {number for number, is_there in offered.items() if is_there} == there
    assert offered.keys() >= NOT_DONE_HERE
