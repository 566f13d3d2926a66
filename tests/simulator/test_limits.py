"""Limits in use, written: the tables they shape get their new shapes, within what the device can do."""

from __future__ import annotations

from typing import Any

import pytest

from fieldpro.c12.psem import FullWrite
from fieldpro.errors import ServiceRefused


def with_counts(talk: Any, number: int, **counts: int) -> bytes:
    tables = talk.meter.device.bank._tables
    data: bytes = tables.encode(number, {**tables.decode(number).values, **counts})
    return data


def test_more_items_make_room_for_them_and_keep_those_there_are(talk: Any) -> None:
    talk = talk().log_on("PRIMARY")
    before = talk.read(33)
    talk.ask(FullWrite(31, with_counts(talk, 31, NBR_PRI_DISP_LIST_ITEMS=10)))
    assert talk.read(33) == before + bytes(4)


def test_fewer_cut_the_last_ones_off(talk: Any) -> None:
    talk = talk().log_on("PRIMARY")
    before = talk.read(33)
    talk.ask(FullWrite(31, with_counts(talk, 31, NBR_PRI_DISP_LIST_ITEMS=6)))
    assert talk.read(33) == before[:-4]


def test_a_calendar_keeps_what_both_shapes_have_wherever_it_lies(talk: Any) -> None:
    talk = talk().log_on("PRIMARY")
    before = talk.values(54)
    counts = {"NBR_RECURR_DATES": len(before["RECURR_DATES"]) + 2, "NBR_NON_RECURR_DATES": 0}
    talk.ask(FullWrite(51, with_counts(talk, 51, **counts)))
    after = talk.values(54)
    assert after["NON_RECURR_DATES"] == []
    assert after["RECURR_DATES"][:-2] == before["RECURR_DATES"]
    assert after["TIER_SWITCHES"] == before["TIER_SWITCHES"]


@pytest.mark.parametrize(("table", "name"), [(31, "NBR_PRI_DISP_LIST_ITEMS"), (51, "NBR_TIER_SWITCHES")])
def test_more_than_the_device_can_do_is_refused_and_nothing_changes(talk: Any, table: int, name: str) -> None:
    talk = talk().log_on("PRIMARY")
    before = {number: talk.read(number) for number in (31, 33, 51, 54)}
    most = talk.values(table - 1)[name]
    with pytest.raises(ServiceRefused):
        talk.ask(FullWrite(table, with_counts(talk, table, **{name: most + 1})))
    assert {number: talk.read(number) for number in before} == before
    talk.ask(FullWrite(table, with_counts(talk, table, **{name: most})))


def test_limits_go_back_to_what_was_described_when_the_meter_starts_cold(talk: Any) -> None:
    talk = talk().log_on("PRIMARY")
    before = talk.read(33)
    talk.ask(FullWrite(31, with_counts(talk, 31, NBR_PRI_DISP_LIST_ITEMS=10)))
    talk.meter.device.bank.restore()
    assert talk.read(33) == before
