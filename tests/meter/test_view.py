"""What a view says of the hand-made meter, and that it says it whatever is missing or broken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldpro.errors import FieldProError, LinkError, TableError, TableUnresolved
from fieldpro.meter import device_profile
from fieldpro.meter.collection import Collection
from fieldpro.meter.digest import digest
from fieldpro.meter.read import read_tables
from fieldpro.meter.view import MeterView
from fieldpro.records import ReadOut, RegisterKind, Severity, TableReading, TableStatus

Meter = Any  # the hand-made meter of conftest.py


@pytest.fixture
def read_out(hand_made: Meter, at_noon: Callable[[], datetime]) -> ReadOut:
    result: ReadOut = hand_made.run(read_tables(collection=Collection(now=at_noon)))
    return result


def without(read_out: ReadOut, *numbers: int) -> ReadOut:
    return replace(read_out, tables={number: r for number, r in read_out.tables.items() if number not in numbers})


def with_bytes(read_out: ReadOut, number: int, data: bytes) -> ReadOut:
    return replace(read_out, tables={**read_out.tables, number: TableReading(number, TableStatus.READ, data)})


def test_registers_have_names_units_and_the_meters_own_digits(read_out: ReadOut) -> None:
    view = MeterView(read_out)
    found = {(r.kind.value, r.quantity.name, r.tier): (str(r.value), r.quantity.unit, r.raw) for r in view.registers()}
    assert found == {
        ("summation", "Wh delivered", 0): ("1.5000", "kWh", 1500),
        ("summation", "Wh received", 0): ("4.8800000", "kWh", 20),  # (20 * 7.2 + 100) * 10 * 2 / 1000
        ("demand", "W delivered", 0): ("4.2500", "kW", 4250),
        ("cumulative", "W delivered", 0): ("0.0995", "kW", 99.5),
        ("coincident", "W delivered at peak W delivered", 0): ("0.4100", "kW", 410),
        ("summation", "Wh delivered", 1): ("1.0000", "kWh", 1000),
        ("summation", "Wh received", 1): ("4.1600000", "kWh", 15),
        ("demand", "W delivered", 1): ("4.2500", "kW", 4250),
        ("cumulative", "W delivered", 1): ("0.0995", "kW", 99.5),
        ("coincident", "W delivered at peak W delivered", 1): ("0.4100", "kW", 410),
        ("present-demand", "W delivered", 0): ("0.7500", "kW", 750),
        ("present-value", "V rms", 0): ("120.340", "V", 12034),
    }
    assert view.notes == ()
    demand = next(r for r in view.registers() if r.kind is RegisterKind.DEMAND)
    assert demand.occurred_at == datetime(2026, 1, 1, 17, 45)


def test_every_register_says_where_its_bytes_are(read_out: ReadOut) -> None:
    view = MeterView(read_out)
    for register in view.registers():
        number = 28 if register.path.startswith("PRESENT") else 23
        assert view.tables.decode(number).get(register.path) == register.raw


def test_earlier_registers(read_out: ReadOut) -> None:
    view = MeterView(read_out)
    assert view.current().demand_resets == 3
    before = view.previous_demand_reset()
    assert (before.taken_at, before.season) == (datetime(2025, 12, 1), 1)
    assert before.registers[0].value == Decimal("0.75")
    reads = view.self_reads()
    assert [(snapshot.sequence, snapshot.taken_at) for snapshot in reads] == [
        (9, datetime(2025, 11, 1)),
        (8, datetime(2025, 11, 3)),
    ]
    assert reads[0].registers[0].path.startswith("SELF_READ_DATA_TBL.SELF_READS_ENTRIES[0].REGISTER_DATA.TOT")


def test_the_last_season_is_told_apart(read_out: ReadOut) -> None:
    tables = {**read_out.tables, 24: TableReading(24, TableStatus.READ, read_out.tables[25].data)}
    season = MeterView(replace(read_out, tables=tables)).previous_season()
    assert season.season == 1
    assert season.registers[0].path.startswith("PREVIOUS_SEASON_DATA_TBL.REGISTER_DATA.TOT_DATA_BLOCK")


def test_sources_say_what_they_are_worth(read_out: ReadOut) -> None:
    view = MeterView(read_out)
    scales = [view.sources.scale(source) for source in range(7)]
    assert [scale.quantity.name for scale in scales] == [
        "Wh delivered",
        "Wh received",
        "pulses",
        "W delivered",
        "V rms",
        "pulses",
        "source 6",
    ]
    assert scales[1].factor == Decimal("7.2") * 20 / 1000
    assert scales[1].offset == Decimal("100") * 20 / 1000
    assert scales[2].factor == 1


def test_the_status_in_words(read_out: ReadOut) -> None:
    view = MeterView(read_out)
    flags = view.status()
    assert view.mode == "metering"
    assert [(flag.title, flag.severity) for flag in flags if flag.is_set] == [
        ("Battery low", Severity.WARNING),
        ("Power failure", Severity.INFO),
        ("Maker's status bit 1", Severity.INFO),
        ("Maker's status bit 6", Severity.INFO),
    ]
    assert all(flag.severity is Severity.GOOD and flag.meaning for flag in flags if not flag.is_set)
    assert len(flags) == 3 + 14 + 2


def test_the_device_profile_gives_words_for_the_makers_own(read_out: ReadOut) -> None:
    own = device_profile.parse(
        """name = "own"
title = "Own"
[[match]]
model = "MADE"
[[status_flags]]
bit = 6
title = "Cover open"
severity = "alert"
[[status_flags]]
bit = 7
title = "Magnet"
[events]
5 = "Cover removed"
[[quantities]]
code = 200
name = "temperature"
unit = "°C"
""",
        "own.toml",
    )
    view = MeterView(read_out, profile=own)
    assert {flag.title: flag.is_set for flag in view.status()[-3:]} == {
        "Maker's status bit 1": True,
        "Cover open": True,
        "Magnet": False,
    }
    assert view.events()[0].title == "Cover removed"


def test_the_drift_of_a_clock_that_says_its_zone(read_out: ReadOut) -> None:
    clock = MeterView(read_out).clock()
    assert clock is not None
    assert clock.drift_s == 10.0  # 06:50:12 at UTC-6 against 12:50:02 UTC
    assert not clock.is_gmt
    assert not clock.dst_applied


def test_no_drift_is_guessed_without_an_offset(read_out: ReadOut) -> None:
    clock = MeterView(without(read_out, 53)).clock()
    assert clock is not None
    assert clock.drift_s is None
    assert clock.meter_time == datetime(2026, 1, 1, 6, 50, 12)


def test_events_are_the_newest_first_and_in_words(read_out: ReadOut) -> None:
    events = MeterView(read_out).events()
    assert [(event.sequence, event.title, event.detail) for event in events] == [
        (8, "Maker's event 5", ""),
        (7, "Table written", "table 23, Current registers"),
        (6, "Procedure run", "procedure 9, Demand reset, self read, season change"),
        (5, "Power lost", ""),
    ]
    assert events[0].manufacturer
    assert events[0].occurred_at == datetime(2026, 1, 1, 8)


def test_the_load_profile_with_its_channels(read_out: ReadOut) -> None:
    series = MeterView(read_out).profile()
    assert [(channel.name, channel.unit, channel.role) for channel in series.channels] == [
        ("Wh delivered", "kWh", "delivered"),
        ("Wh received", "kWh", "received"),
    ]
    assert series.channels[0].value_per_pulse == pytest.approx(0.001)
    assert series.channels[1].value_per_pulse == pytest.approx(7.2 * 20 / 1000 * 6 / 3)
    assert series.pulses[:, 1].tolist() == [10 * nth + 1 for nth in range(8, 27)]
    first, last = series.end_times[[0, -1]].tolist()
    assert (first, last) == (datetime(2026, 1, 1, 2, 15), datetime(2026, 1, 1, 6, 45))
    assert series.interval_s == 900


def test_scalars_are_undone_or_applied_as_the_profile_says(read_out: ReadOut) -> None:
    own = device_profile.load("generic").model_copy(
        update={"load_profile": device_profile.LoadProfile(scaling="after-reading")}
    )
    series = MeterView(read_out, profile=own).profile()
    assert series.channels[1].value_per_pulse == pytest.approx(7.2 * 20 / 1000 * 3 / 6)


def test_no_instantaneous_values_without_a_place_for_them(read_out: ReadOut) -> None:
    assert MeterView(read_out).instantaneous() is None


@pytest.mark.parametrize(
    ("missing", "call"),
    [
        (23, "registers"),
        (22, "registers"),
        (3, "status"),
        (52, "clock"),
        (76, "events"),
        (71, "events"),
        (74, "history"),
        (64, "profile"),
        (61, "profile"),
        (63, "profile"),
        (0, "registers"),
        (25, "previous_demand_reset"),
        (26, "self_reads"),
    ],
)
def test_an_answer_whose_table_was_not_read_says_which(read_out: ReadOut, missing: int, call: str) -> None:
    view = MeterView(without(read_out, missing))
    with pytest.raises(TableUnresolved) as caught:
        getattr(view, call)()
    if missing != 74:
        assert missing in caught.value.needs or (missing == 61 and 60 in caught.value.needs)


def test_what_an_answer_only_lacks_a_part_of_costs_that_part(read_out: ReadOut) -> None:
    view = MeterView(without(read_out, 27))
    assert len(view.registers()) == 10
    assert len(view.notes) == 1
    assert "present" in view.notes[0]

    view = MeterView(without(read_out, 12, 15, 16, 62))
    assert [r.quantity.name for r in view.registers()][:2] == ["source 0", "source 1"]
    assert view.registers()[0].value == 1500
    assert [channel.name for channel in MeterView(without(read_out, 62, 16)).profile_channels()] == [
        "channel 1",
        "channel 2",
    ]

    view = MeterView(with_bytes(read_out, 12, b"\0"))
    assert view.registers()[0].quantity.name == "pulses"
    assert any("table 12" in note for note in view.notes)


def test_a_profile_read_in_part_shows_what_is_there_with_a_note(read_out: ReadOut) -> None:
    data = read_out.tables[64].data[: 44 * 2 + 10]
    failed = TableReading(64, TableStatus.FAILED, data, LinkError("silent", "p"), None, ((0, len(data)),))
    view = MeterView(replace(read_out, tables={**read_out.tables, 64: failed}))
    assert view.profile().pulses[:, 0].tolist() == [10 * nth for nth in range(20, 27)]
    assert "98 of 220 bytes" in view.notes[0]


def test_an_unknown_device_profile_falls_back_with_a_note(read_out: ReadOut) -> None:
    view = MeterView(replace(read_out, device_profile="from-another-machine"))
    assert view.device_profile.name == "generic"
    assert "from-another-machine" in view.notes[0]
    assert view.registers()


def test_the_digest_for_the_store(read_out: ReadOut) -> None:
    made = digest(read_out)
    assert made.profile_until == datetime(2026, 1, 1, 6, 45)
    assert made.values[1]["MFG_SERIAL_NUMBER"] == "0042"
    assert made.values[52]["CLOCK_CALENDAR"] == "2026-01-01T06:50:12"
    assert 64 not in made.values
    assert 42 not in made.values
    assert digest(without(read_out, 0)).profile_until is None


def test_a_profile_of_blocks_without_intervals_is_bad_data(read_out: ReadOut) -> None:
    limits = bytearray(read_out.tables[61].data)
    limits[9:11] = bytes(2)  # NBR_BLK_INTS_SET1, after the memory's length, flags, formats and NBR_BLKS_SET1
    with pytest.raises(TableError, match="0 intervals"):
        MeterView(with_bytes(read_out, 61, bytes(limits))).profile()


CALLS = (
    "registers",
    "previous_demand_reset",
    "self_reads",
    "status",
    "clock",
    "events",
    "history",
    "profile",
    "instantaneous",
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    number=st.sampled_from([0, 1, 3, 11, 12, 15, 16, 21, 22, 23, 26, 28, 52, 53, 61, 62, 63, 64, 76]), data=st.data()
)
def test_random_bytes_in_any_table_are_an_error_of_ours_or_an_answer(
    read_out: ReadOut, number: int, data: st.DataObject
) -> None:
    sound = read_out.tables[number].data
    change = data.draw(st.dictionaries(st.integers(0, len(sound) - 1), st.integers(0, 255), min_size=1, max_size=8))
    broken = bytearray(sound)
    for place, byte in change.items():
        broken[place] = byte
    cut = data.draw(st.integers(0, len(sound)))
    given_bytes = bytes(broken[:cut]) if data.draw(st.booleans()) else bytes(broken)
    view = MeterView(with_bytes(read_out, number, given_bytes))
    for call in CALLS:
        try:
            getattr(view, call)()
        except FieldProError:
            continue
    assert isinstance(view.mode, str)
    digest(view.read_out)


def test_a_year_of_profile_is_right_to_the_last_interval(read_out: ReadOut) -> None:
    """35,040 intervals: the hand-made tables with other dimensions and the blocks laid down by NumPy."""
    limits = bytearray(read_out.tables[61].data)
    limits[7:13] = (365).to_bytes(2, "little") + (96).to_bytes(2, "little") + bytes([2, 15])
    state = bytearray(read_out.tables[63].data)
    state[1:3] = (365).to_bytes(2, "little")
    state[3:5] = (364).to_bytes(2, "little")
    state[11:13] = (96).to_bytes(2, "little")
    block = np.dtype(
        [("end", "<u4"), ("readings", "<f8", 2), ("intervals", [("status", "u1", 2), ("data", "<u2", 2)], 96)]
    )
    year = np.zeros(365, dtype=block)
    start = (datetime(2025, 1, 1) - datetime(1970, 1, 1)) // timedelta(minutes=1)
    year["end"] = start + 1440 * np.arange(1, 366)
    counts = np.arange(365 * 96).reshape(365, 96)
    year["intervals"]["data"][..., 0] = counts % 60_000
    year["intervals"]["data"][..., 1] = 7
    year["intervals"]["status"][..., 0] = 0x02  # channel 1: partial interval
    changed = with_bytes(with_bytes(read_out, 61, bytes(limits)), 63, bytes(state))
    series = MeterView(with_bytes(changed, 64, year.tobytes())).profile()
    assert len(series) == 365 * 96
    assert series.pulses[:, 0].tolist() == [nth % 60_000 for nth in range(365 * 96)]
    assert set(series.pulses[:, 1].tolist()) == {7}
    assert (np.diff(series.end_times) == np.timedelta64(900, "s")).all()
    assert series.end_times[0].item() == datetime(2025, 1, 1, 0, 15)
    assert (series.status == [2, 0]).all()


def test_errors_are_of_the_table(read_out: ReadOut) -> None:
    view = MeterView(with_bytes(read_out, 23, b"\0" * 10))
    with pytest.raises(TableError):
        view.registers()
