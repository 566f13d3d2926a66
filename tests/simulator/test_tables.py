"""Every table a virtual meter serves is one the dictionary reads, and the tables agree with each other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from fieldpro.c12.dictionary import Tables
from fieldpro.dictionaries import load_dictionary
from fieldpro.simulator import describe

EPOCH = datetime(1970, 1, 1)
STANDARD = [*range(9), *range(10, 17), *range(20, 29), *range(30, 35), *range(40, 46), *range(50, 57), *range(60, 65)]
STANDARD += range(70, 77)


@pytest.fixture(params=describe.names())
def meter(request: pytest.FixtureRequest, talk: Callable[..., Any]) -> Any:
    return talk(request.param)


@pytest.fixture
def tables(meter: Any) -> Tables:
    """All of a meter's tables, read by a dictionary of our own."""
    bank = meter.meter.device.bank
    found = Tables(load_dictionary(meter.meter.description.dictionary))
    for number in sorted(bank.numbers):
        found.put(number, bank.read(number))
    return found


def test_every_table_is_exactly_as_long_as_its_layout_and_comes_back_from_its_values(tables: Tables) -> None:
    for number in tables.numbers:
        data = tables.get(number)
        layout = tables.layout(number)
        assert layout.size == len(data or b""), layout.name
        assert layout.encode(tables.decode(number).values) == data, layout.name


def test_nothing_is_strange_in_them_but_times_that_are_not_set(tables: Tables) -> None:
    strange = [note for number in tables.numbers if number != 64 for note in tables.decode(number).notes]
    assert [str(note) for note in strange if note.text != "not set"] == []


def test_table_0_lists_what_is_served(tables: Tables) -> None:
    listed = tables.decode(0).values
    numbers = [*listed["STD_TBLS_USED"], *(2048 + number for number in listed["MFG_TBLS_USED"])]
    assert numbers == tables.numbers


def test_the_polyphase_meter_serves_every_table_that_the_dictionary_has_a_layout_for(talk: Callable[..., Any]) -> None:
    bank = talk("centron").meter.device.bank
    assert [number for number in sorted(bank.numbers) if number < 80] == STANDARD
    # One set of load profile: the others have no reason to be there.
    known = load_dictionary().tables
    described = {number for number in range(80) if known.get(number) and known[number].type}
    assert described - set(STANDARD) == {65, 66, 67}


def profile(tables: Tables) -> tuple[list[Any], list[int]]:
    """The blocks of ST64, oldest first, and the valid intervals of each; as ST61 and ST63 tell."""
    limits, state = tables.decode(61).values, tables.decode(63).values["LP_STATUS_SET1"]
    blocks = tables.decode(64).values["LP_DATA_SET1"]
    valid, last = state["NBR_VALID_BLOCKS"], state["LAST_BLOCK_ELEMENT"]
    if state["LP_SET_STATUS_FLAGS"]["BLOCK_ORDER_FLAG"]:
        order = [last + back for back in range(valid - 1, -1, -1)]
    else:
        order = [(last - back) % limits["NBR_BLKS_SET1"] for back in range(valid - 1, -1, -1)]
    counts = [limits["NBR_BLK_INTS_SET1"]] * (valid - 1) + [state["NBR_VALID_INT"]]
    return [blocks[place] for place in order], counts


@pytest.mark.parametrize("meter", describe.names(), indirect=True)
def test_block_end_readings_differ_by_the_pulses_between_them(tables: Tables) -> None:
    blocks, counts = profile(tables)
    channels = tables.decode(61).values["NBR_CHNS_SET1"]
    for before, block, count in zip(blocks, blocks[1:], counts[1:], strict=False):
        for channel in range(channels):
            counted = sum(each["INT_DATA"][channel] for each in block["LP_INT"][:count])
            ends = [each["END_READINGS"][channel]["BLOCK_END_PULSE"] for each in (before, block)]
            assert ends[1] - ends[0] == counted


def test_blocks_end_a_day_apart_in_standard_time(tables: Tables) -> None:
    blocks, counts = profile(tables)
    minutes = tables.decode(61).values["MAX_INT_TIME_SET1"]
    in_dst = [
        block["LP_INT"][count - 1]["EXTENDED_INT_STATUS"][0] >> 4 & 1
        for block, count in zip(blocks, counts, strict=True)
    ]
    ends = [block["BLK_END_TIME"] - timedelta(hours=dst) for block, dst in zip(blocks, in_dst, strict=True)]
    whole = counts[0] * minutes * 60
    assert {(b - a).total_seconds() for a, b in pairwise(ends[:-1])} == {whole}
    assert (ends[-1] - ends[-2]).total_seconds() == counts[-1] * minutes * 60


def test_the_profile_leads_up_to_the_present_registers(talk: Callable[..., Any]) -> None:
    meter = talk("centron").meter
    bank = meter.device.bank
    tables = Tables(load_dictionary(meter.description.dictionary))
    for number in sorted(bank.numbers):
        tables.put(number, bank.read(number))
    blocks, _ = profile(tables)
    constant = tables.decode(15).values["SELECTION"][0]["MULTIPLIER"]
    total = tables.decode(23).values["TOT_DATA_BLOCK"]["SUMMATIONS"]
    for channel, summation in enumerate((0, 1, 2, 4)):
        reading = blocks[-1]["END_READINGS"][channel]
        assert reading["BLOCK_END_READ"] == reading["BLOCK_END_PULSE"] * constant
        # What is not in an interval yet: less than one.
        assert 0 <= total[summation] - reading["BLOCK_END_READ"] < 40_000 / 4


def test_most_intervals_are_fine(tables: Tables) -> None:
    blocks, counts = profile(tables)
    status = [
        (each["EXTENDED_INT_STATUS"][0] & 0xEF)  # daylight saving aside
        for block, count in zip(blocks, counts, strict=True)
        for each in block["LP_INT"][:count]
    ]
    assert 0 < sum(map(bool, status)) < len(status) / 50


def test_the_log_has_more_than_one_kind_of_event(tables: Tables) -> None:
    log = tables.decode(76).values
    numbers = {entry["EVENT_CODE"]["EVENT_CODE"] for entry in log["ENTRIES"][: log["NBR_VALID_ENTRIES"]]}
    assert {1, 2, 3, 4, 20} <= numbers


def test_registers_of_the_last_reset_are_the_newest_self_read(talk: Callable[..., Any]) -> None:
    talk = talk("centron")
    reads = talk.log_on().values(26)
    newest = reads["SELF_READS_ENTRIES"][reads["LAST_ENTRY_ELEMENT"]]
    before = talk.values(25)
    assert newest["REGISTER_DATA"] == before["REGISTER_DATA"]
    assert newest["SELF_READ_SEQ_NBR"] == reads["LAST_ENTRY_SEQ_NBR"]
    assert reads["NBR_VALID_ENTRIES"] == 12


def test_logs_tell_of_every_outage_that_left_a_gap(tables: Tables, meter: Any) -> None:
    log = tables.decode(76).values
    valid = log["ENTRIES"][: log["NBR_VALID_ENTRIES"]]
    ups = [entry["EVENT_TIME"] for entry in valid if entry["EVENT_CODE"]["EVENT_CODE"] == 2]
    kept = [each for each in tables.decode(2050).values["OUTAGES"] if each["DURATION"]]
    told = [each["START_TIME"] + timedelta(seconds=each["DURATION"]) for each in kept]
    oldest = min(entry["EVENT_TIME"] for entry in valid)
    assert {each for each in told if each > oldest} <= set(ups)
    assert kept


def test_the_clock_of_tables_52_and_55_is_one_and_its_tier_counts(talk: Callable[..., Any], time: Any) -> None:
    meter = talk("centron").log_on()
    clock, state = meter.values(52), meter.values(55)
    assert state["CLOCK_CALENDAR"] == clock["CLOCK_CALENDAR"]
    local = time.real - 6 * 3600 + 7
    assert clock["CLOCK_CALENDAR"] == EPOCH + timedelta(seconds=int(local))
    tier = state["STATUS"]["CURR_TIER"]
    before = meter.values(23)["TIER_DATA_BLOCK"]
    time.real += 1800
    after = meter.values(23)["TIER_DATA_BLOCK"]
    grown = [sum(b["SUMMATIONS"]) > sum(a["SUMMATIONS"]) for a, b in zip(before, after, strict=True)]
    assert np.flatnonzero(grown).tolist() == [tier]


def test_a_year_of_profile_is_385_kilobytes_of_intervals_and_made_once_an_interval(talk: Callable[..., Any]) -> None:
    bank = talk("centron").meter.device.bank
    data = bank.read(64)
    assert len(data) == 366 * (4 + 4 * 12 + 96 * (3 + 4 * 2))
    assert bank.read(64) is data
