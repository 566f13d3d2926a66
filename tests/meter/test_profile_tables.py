"""The arrays see what an element-by-element decode sees, in every format a meter may choose."""

from __future__ import annotations

import importlib.util
import sys
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldpro.c12.dictionary.tables import Tables
from fieldpro.dictionaries import load_dictionary
from fieldpro.errors import TableError
from fieldpro.meter.profile_tables import blocks_of, channels_of, profile_set, ring_of
from fieldpro.meter.sources import SourceMap

START = datetime(2026, 5, 1)
LOW_HIGH = {
    1: (0, 255),
    2: (0, 65_535),
    4: (0, 2**32 - 1),
    8: (-127, 127),
    16: (-32_767, 32_767),
    32: (1 - 2**31, 2**31 - 1),
    64: (0, 9_999),
    128: (0, 9_999),
}


def hand_made_values() -> dict[int, Any]:
    path = Path(__file__).parent / "conftest.py"
    spec = importlib.util.spec_from_file_location("hand_made_meter", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["hand_made_meter"] = module
    spec.loader.exec_module(module)
    made: dict[int, Any] = module.values()
    return made


@st.composite
def meters(draw: st.DrawFn) -> tuple[Tables, dict[str, Any]]:
    """Tables 0, 61, 62, 63, 64 of a meter with any formats, dimensions and orders; and what was drawn."""
    made = hand_made_values()
    code = draw(st.sampled_from(sorted(LOW_HIGH)))
    blocks, intervals, channels = draw(st.integers(1, 4)), draw(st.integers(1, 9)), draw(st.integers(1, 4))
    extended, simple = draw(st.booleans()), draw(st.booleans())
    made[0]["FORMAT_CONTROL_1"]["DATA_ORDER"] = draw(st.integers(0, 1))
    made[0]["FORMAT_CONTROL_2"]["TM_FORMAT"] = draw(st.integers(1, 4))
    made[0]["FORMAT_CONTROL_2"]["INT_FORMAT"] = draw(st.integers(0, 2))
    made[0]["FORMAT_CONTROL_3"] = {"NI_FORMAT1": draw(st.integers(0, 13)), "NI_FORMAT2": draw(st.integers(0, 13))}
    flags = made[61]["LP_FLAGS"]
    flags["BLK_END_READ_FLAG"] = flags["SCALAR_DIVISOR_FLAG_SET1"] = False
    flags["BLK_END_PULSE_FLAG"] = draw(st.booleans())
    flags["EXTENDED_INT_STATUS_FLAG"], flags["SIMPLE_INT_STATUS_FLAG"] = extended, simple
    made[61] |= {"NBR_BLKS_SET1": blocks, "NBR_BLK_INTS_SET1": intervals, "NBR_CHNS_SET1": channels}
    link = {"CHNL_FLAG": {"END_RDG_FLAG": False}, "LP_SOURCE_SELECT": 0, "END_BLK_RDG_SOURCE_SELECT": 0}
    made[62] = {"LP_SEL_SET1": [link] * channels, "INT_FMT_CDE1": code}
    state = made[63]["LP_STATUS_SET1"]
    state["LP_SET_STATUS_FLAGS"]["BLOCK_ORDER_FLAG"] = draw(st.booleans())
    state["LP_SET_STATUS_FLAGS"]["INTERVAL_ORDER_FLAG"] = draw(st.booleans())
    state["NBR_VALID_BLOCKS"] = draw(st.integers(0, blocks))
    state["LAST_BLOCK_ELEMENT"] = draw(st.integers(0, blocks - 1))
    state["NBR_VALID_INT"] = draw(st.integers(0, intervals))
    value, byte = st.integers(*LOW_HIGH[code]), st.integers(0, 255)

    def interval() -> dict[str, Any]:
        data = {"INT_DATA": [draw(value) for _ in range(channels)]}
        if extended:
            data["EXTENDED_INT_STATUS"] = [draw(byte) for _ in range(channels // 2 + 1)]
        return data

    def block(nth: int) -> dict[str, Any]:
        made_block: dict[str, Any] = {"BLK_END_TIME": START + timedelta(minutes=15 * intervals * (nth + 1))}
        if flags["BLK_END_PULSE_FLAG"]:
            made_block["END_READINGS"] = [{"BLOCK_END_PULSE": 7}] * channels
        if simple:
            made_block["SIMPLE_INT_STATUS"] = tuple(sorted(draw(st.sets(st.integers(0, intervals - 1)))))
        return made_block | {"LP_INT": [interval() for _ in range(intervals)]}

    made[64] = {"LP_DATA_SET1": [block(nth) for nth in range(blocks)]}
    tables = Tables(load_dictionary())
    for number in (0, 61, 62, 63, 64):
        tables.put(number, tables.encode(number, made[number]))
    return tables, made


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(meters())
def test_the_arrays_are_the_decoded_values(meter: tuple[Tables, dict[str, Any]]) -> None:
    tables, made = meter
    chosen = profile_set(1)
    ring = ring_of(tables, chosen)
    decoded = tables.decode(64)
    blocks = blocks_of(decoded.layout, decoded.data, ring, chosen, parts=(), set_is_valid=True)
    order = ring.order().tolist()
    content = [decoded["LP_DATA_SET1"][index] for index in order]
    assert len(order) == made[63]["LP_STATUS_SET1"]["NBR_VALID_BLOCKS"]
    assert blocks.ends.tolist() == [(block["BLK_END_TIME"] - datetime(1970, 1, 1)).total_seconds() for block in content]
    wanted = [[list(interval["INT_DATA"]) for interval in block["LP_INT"]] for block in content]
    assert [[[Decimal(str(v)) for v in row] for row in block] for block in blocks.values.tolist()] == [
        [[Decimal(str(v)) for v in row] for row in block] for block in wanted
    ]
    if made[61]["LP_FLAGS"]["EXTENDED_INT_STATUS_FLAG"]:
        assert blocks.extended is not None
        status = [[interval["EXTENDED_INT_STATUS"] for interval in block["LP_INT"]] for block in content]
        assert blocks.extended.tolist() == status
    else:
        assert blocks.extended is None
    if made[61]["LP_FLAGS"]["SIMPLE_INT_STATUS_FLAG"]:
        assert blocks.simple is not None
        assert [set(np.flatnonzero(row).tolist()) for row in blocks.simple] == [
            set(block["SIMPLE_INT_STATUS"]) for block in content
        ]
        inverse = blocks_of(decoded.layout, decoded.data, ring, chosen, parts=(), set_is_valid=False)
        assert inverse.simple is not None
        assert (inverse.simple == ~blocks.simple).all()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(meters(), st.data())
def test_only_blocks_that_were_read_are_seen(meter: tuple[Tables, dict[str, Any]], data: st.DataObject) -> None:
    tables, _ = meter
    chosen = profile_set(1)
    ring = ring_of(tables, chosen)
    decoded = tables.decode(64)
    here = data.draw(st.sets(st.integers(0, ring.blocks - 1)))
    span = decoded.layout.locate("LP_DATA_SET1[0]")
    parts = [(span.offset + index * span.length, span.length) for index in sorted(here)] or [(0, 0)]
    blocks = blocks_of(decoded.layout, decoded.data, ring, chosen, parts=parts, set_is_valid=True)
    expected = [index for index in ring.order().tolist() if index in here]
    assert blocks.counts.tolist() == [
        min(ring.valid_intervals, ring.intervals) if index == ring.last_block else ring.intervals for index in expected
    ]
    assert len(blocks.ends) == len(blocks.values) == len(expected)


def test_a_table_cut_short_is_an_error_of_the_table() -> None:
    made = hand_made_values()
    tables = Tables(load_dictionary())
    for number in (0, 61, 62, 63, 64):
        tables.put(number, tables.encode(number, made[number]))
    layout = tables.layout(64)
    with pytest.raises(TableError):
        blocks_of(layout, b"\0" * 10, ring_of(tables, profile_set(1)), profile_set(1), parts=(), set_is_valid=True)


def test_channels_without_a_scalar_of_nought() -> None:
    made = hand_made_values()
    made[62]["SCALARS_SET1"], made[62]["DIVISOR_SET1"] = [0, 2], [0, 8]
    tables = Tables(load_dictionary())
    for number in (0, 61, 62):
        tables.put(number, tables.encode(number, made[number]))
    before = channels_of(tables, profile_set(1), SourceMap([]), scaled_before=True)
    after = channels_of(tables, profile_set(1), SourceMap([]), scaled_before=False)
    assert [channel.value_per_pulse for channel in before] == [1.0, 4.0]
    assert [channel.value_per_pulse for channel in after] == [1.0, 0.25]
