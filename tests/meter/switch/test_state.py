"""The state of the switch, from a meter or from a saved read-out, wherever a device profile says that it lies."""

from __future__ import annotations

from typing import Any

import pytest

from fieldpro.errors import SwitchError, TableUnresolved
from fieldpro.meter.device_profile import load, parse
from fieldpro.meter.read import identify, read_tables
from fieldpro.meter.switch import read_switch, state_of
from fieldpro.meter.switch.state import state_in
from fieldpro.meter.switch_keys import SwitchKeys

OTHER_MAKE = """
name = "other"
title = "Another make, whose switch is read elsewhere"
[[match]]
manufacturer = "OTHR"
[dictionary]
overlays = ["fieldpro-virtual"]
[switch]
table = 2051
state = "SWITCH_FLAGS.FAULT_FLAG"
states = { closed = [0], failed = [1] }
load_side_volts = "NBR_OPERATIONS"
volts_per_count = 0.5
present_from_volts = 3.0
"""


def test_what_the_meter_says_of_it(both: Any) -> None:
    found = both.run(read_switch(evidence=both.evidence()))
    assert (found.state, found.has_failed, found.load_side_voltage) == ("closed", False, True)
    assert found.load_side_volts == pytest.approx({"centron": 120, "residential": 240}[both.name], rel=0.03)
    assert (found.operations, found.trips, found.last_change) == (0, 0, None)
    assert found.limit is not None
    assert found.words


def test_it_is_the_same_from_a_saved_read_out(both: Any) -> None:
    found = both.run(read_switch(evidence=both.evidence()))
    saved = state_of(both.run(read_tables()))
    assert (saved.state, saved.limit, saved.operations) == (found.state, found.limit, found.operations)


def test_when_and_why_it_moved(bench: Any) -> None:
    at = bench("centron")
    at.meter.device.body.switch.disconnect(at.real)
    at.real += 5
    found = at.run(read_switch(evidence=at.evidence()))
    assert (found.state, found.cause, found.operations) == ("open", "command", 1)
    age = at.values(52)["CLOCK_CALENDAR"] - found.last_change
    assert 2 <= age.total_seconds() <= 8


def test_a_read_out_without_it_says_nothing(bench: Any) -> None:
    at = bench("centron")
    at.run(identify())
    with pytest.raises(TableUnresolved):
        state_of(at.run(read_tables([3])))


def test_a_make_without_a_switch_says_so(bench: Any) -> None:
    at = bench("centron")
    with pytest.raises(SwitchError):
        state_of(at.run(read_tables([2051])), load("generic"))


def test_another_make_is_another_file(bench: Any) -> None:
    at = bench("centron")
    at.meter.device.body.switch.operations = 7
    profile = parse(OTHER_MAKE, "other.toml")
    found = state_of(at.run(read_tables([2051])), profile)
    assert (found.state, found.load_side_volts, found.load_side_voltage) == ("closed", 3.5, True)
    assert (found.cause, found.limit, found.trips) == ("", None, None)


def test_a_value_that_the_profile_does_not_name_is_unknown(bench: Any) -> None:
    at = bench("centron")
    keys = load("fieldpro-virtual").switch
    assert isinstance(keys, SwitchKeys)
    from fieldpro.meter.view import MeterView

    view = MeterView(at.run(read_tables([2051])))
    assert state_in(view.tables, keys.model_copy(update={"states": {"open": (0,)}})).state == "unknown"
