"""Pending tables are put into force, or given up, by their trigger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from fieldpro.c12.dictionary.tables import Tables
from fieldpro.c12.psem import FullWrite
from fieldpro.dictionaries import load_dictionary
from fieldpro.errors import ProcedureRefused
from fieldpro.meter.pending import After, AtTime, ByProcedure, Trigger, header, last_activation, trigger_of, waiting
from fieldpro.meter.procedures import activate_pending, clear_pending

Make = Callable[..., Any]
UTILITY, PENDING = 6, 4096
OTHER = ByProcedure(b"OTHER", self_read=True)
TRIGGERS = [
    (ByProcedure(), "02 0000000000"),
    (OTHER, "12 4F54484552"),
    (ByProcedure(demand_reset=True), "22 0000000000"),
    (After(weeks=1, days=2, hours=3, minutes=4, seconds=5), "01 01 02 03 04 05"),
    # minutes since 1970, least significant byte first; one byte is left over in this time format
    (AtTime(datetime(1970, 1, 1, 0, 7)), "00 07000000 00"),
]


def stage(at: Any, trigger: Trigger, data: bytes) -> None:
    tables = Tables(load_dictionary(), raw={0: at.meter.device.bank.read(0)})
    sample = tables.encode(7, {"PROC": _PROC, "SEQ_NBR": 0, "PARM": {"HEADER": header(trigger)}})
    at._say(FullWrite(PENDING + UTILITY, sample[3:] + data))


_PROC = {"TBL_PROC_NBR": 13, "STD_VS_MFG_FLAG": False, "SELECTOR": 0}


@pytest.mark.parametrize(("trigger", "expected"), TRIGGERS)
def test_a_trigger_is_six_bytes(bench: Make, trigger: Trigger, expected: str) -> None:
    at = bench("centron")
    tables = Tables(load_dictionary(), raw={0: at.meter.device.bank.read(0)})
    data = tables.encode(7, {"PROC": _PROC, "SEQ_NBR": 0, "PARM": {"HEADER": header(trigger)}})
    assert data[3:] == bytes.fromhex(expected)
    values = tables.procedure_request(13, data[3:]).decode(data[3:]).values["HEADER"]
    assert trigger_of(values) == trigger
    assert trigger.words


def test_what_waits_is_told(bench: Make) -> None:
    at = bench("centron")
    stage(at, OTHER, b"X" * 230)
    bank = at.meter.device.bank
    tables = Tables(load_dictionary(), raw={0: bank.read(0), 4: bank.read(4)})
    assert [(entry.table, entry.trigger, entry.still_pending) for entry in waiting(tables)] == [(UTILITY, OTHER, True)]
    assert last_activation(tables) is None


def test_all_of_them_are_put_into_force(bench: Make) -> None:
    at = bench("centron")
    stage(at, OTHER, b"X" * 230)
    outcome = at.run(activate_pending(evidence=at.evidence()))
    assert [entry.table for entry in outcome.waiting_before] == [UTILITY]
    assert outcome.waiting_after == ()
    assert at.meter.device.bank.read(UTILITY) == b"X" * 230
    assert at.procedures_sent == [12]


def test_only_those_of_a_trigger_are(bench: Make) -> None:
    at = bench("centron")
    stage(at, OTHER, b"X" * 230)
    with pytest.raises(ProcedureRefused):
        at.run(activate_pending(ByProcedure(), evidence=at.evidence()))
    outcome = at.run(activate_pending(OTHER, evidence=at.evidence()))
    assert outcome.waiting_after == ()
    assert at.procedures_sent == [13, 13]


@pytest.mark.parametrize(("trigger", "number"), [(None, 14), (OTHER, 15)])
def test_they_are_given_up(bench: Make, trigger: Trigger | None, number: int) -> None:
    at = bench("centron")
    before = at.meter.device.bank.read(UTILITY)
    stage(at, OTHER, b"X" * 230)
    outcome = at.run(clear_pending(trigger, evidence=at.evidence()))
    assert outcome.waiting_after == ()
    assert at.procedures_sent == [number]
    assert at.meter.device.bank.read(UTILITY) == before


def test_a_meter_without_pending_tables_says_so(bench: Make) -> None:
    at = bench("residential")
    for job in (activate_pending, clear_pending):
        with pytest.raises(ProcedureRefused) as caught:
            at.run(job(evidence=at.evidence()))
        assert caught.value.result == 6
