"""A virtual meter can be described in any format of table 0, and its tables say the same in each."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldpro.c12.dictionary import Tables
from fieldpro.dictionaries import load_dictionary
from fieldpro.simulator import VirtualMeter, describe
from fieldpro.simulator.numbers import holds_exactly, ni_value

MOMENT = datetime(2026, 3, 1, 12, 7, 20, tzinfo=UTC).timestamp()

FORMATS = st.fixed_dictionaries(
    {
        "data_order": st.sampled_from(["lsb-first", "msb-first"]),
        "time": st.integers(1, 4),
        "characters": st.integers(1, 3),
        "id_bcd": st.booleans(),
        "ni_format1": st.integers(0, 13),
        "ni_format2": st.integers(0, 13),
        "std_version": st.integers(1, 2),
    }
)


def meter_in(form: dict[str, Any]) -> VirtualMeter:
    description = describe.overridden(describe.load("centron"), days=3)
    sources = {
        name: source.model_copy(update={"pulse_weight": 2.0}) if source.pulse_weight else source
        for name, source in description.sources.items()
    }
    identity = description.identity.model_copy(update={"identification": "00000000000061873204"})
    changes = {"format": description.format.model_copy(update=form), "sources": sources, "identity": identity}
    return VirtualMeter(description.model_copy(update=changes), clock=lambda: MOMENT)


@settings(max_examples=25, deadline=None)
@given(form=FORMATS)
def test_every_table_in_every_format(form: dict[str, Any]) -> None:
    bank = meter_in(form).device.bank
    tables = Tables(load_dictionary(("fieldpro-virtual",)))
    for number in sorted(bank.numbers):
        tables.put(number, bank.read(number))
    for number in tables.numbers:
        data = tables.get(number)
        assert tables.layout(number).size == len(data or b"")
        if number != 64:
            assert tables.layout(number).encode(tables.decode(number).values) == data
    assert tables.decode(52)["CLOCK_CALENDAR"] == datetime(2026, 3, 1, 6, 7, 27)
    assert tables.decode(1)["MFG_SERIAL_NUMBER"] == "0000000061873204"
    blocks = tables.decode(64)["LP_DATA_SET1"]
    last = tables.decode(63)["LP_STATUS_SET1"]
    newest = blocks[last["LAST_BLOCK_ELEMENT"]]
    assert newest["BLK_END_TIME"] == datetime(2026, 3, 1, 6, 0)
    reading = newest["END_READINGS"][0]
    weight = 2.0 if form["ni_format1"] not in (3, 4) else None  # those have gone round by now
    if weight:
        assert float(reading["BLOCK_END_READ"]) == pytest.approx(
            float(ni_value(form["ni_format1"], reading["BLOCK_END_PULSE"] * weight)), rel=1e-6
        )


@given(st.integers(0, 13), st.floats(-1e13, 1e13))
def test_a_number_that_a_format_cannot_hold_goes_round(ni_format: int, value: float) -> None:
    from fieldpro.c12.codec import Formats, fixed_codec

    held = ni_value(ni_format, value)
    codec = fixed_codec("NI_FMAT1", Formats(ni_format1=ni_format))
    assert codec.decode(codec.encode(held)) == (held if ni_format != 1 else pytest.approx(float(np.float32(held))))


@pytest.mark.parametrize(
    ("ni_format", "value", "held"),
    [
        (6, 123_456_789, 23_456_789),
        (7, -5.4, -5),
        (5, -7, 7),
        (8, 2.0**31 + 3, 3),
        (3, 1234.5678, 1235),
        (3, 12.345678, 12.35),
        (11, 12, 12),
    ],
)
def test_some_numbers(ni_format: int, value: float, held: float) -> None:
    assert float(ni_value(ni_format, value)) == held


def test_what_a_format_holds_exactly() -> None:
    assert holds_exactly(0, 0.5)
    assert holds_exactly(4, 0.5)
    assert not holds_exactly(8, 0.5)
