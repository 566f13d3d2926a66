"""The arrays of a profile: lanes, gaps, flags, events, and which interval a moment lies in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import numpy as np

from fieldpro.gui.charts.profile_data import ProfileData, profile_data
from fieldpro.interval.series import Channel, ChannelStatus, IntervalFlag, IntervalSeries
from fieldpro.records import LogEvent

Series = Callable[..., IntervalSeries]


def test_energy_shares_one_lane_and_a_voltage_has_its_own(data: ProfileData) -> None:
    assert [(lane.channels, lane.units, lane.energy) for lane in data.lanes] == [
        ((0, 1), ("kWh",), True),
        ((2,), ("V",), False),
    ]


def test_phases_of_one_unit_share_a_lane(series_of: Series) -> None:
    channels = tuple(Channel(f"V phase {phase}", "V", "voltage", 0.1) for phase in "ABC")
    assert [lane.channels for lane in profile_data(series_of(8, channels=channels)).lanes] == [(0, 1, 2)]


def test_intervals_not_recorded_and_holes_between_them_are_gaps(series_of: Series) -> None:
    series = series_of(100)
    valid = series.valid.copy()
    valid[[10, 11, 50]] = False
    keep = np.ones(100, dtype=bool)
    keep[[51, 52, 80]] = False
    cut = replace(
        series,
        end_times=series.end_times[keep],
        pulses=series.pulses[keep],
        status=series.status[keep],
        flags=series.flags[keep],
        valid=valid[keep],
    )
    gaps = profile_data(cut).gaps
    start = profile_data(series).start
    assert [((gap.start - start) / 900, (gap.end - start) / 900, gap.intervals) for gap in gaps] == [
        (10, 12, 2),
        (50, 53, 3),
        (80, 81, 1),
    ]


def test_statuses_and_power_failures_are_flagged_but_daylight_saving_is_not(series_of: Series) -> None:
    series = series_of(10)
    series.status[3, 1] = ChannelStatus.PARTIAL
    series.flags[5] = IntervalFlag.POWER_FAIL
    series.flags[:] |= np.uint8(IntervalFlag.DST)
    assert np.flatnonzero(profile_data(series).flagged).tolist() == [3, 5]


def test_an_interval_is_found_by_any_moment_in_it(data: ProfileData) -> None:
    assert data.index_at(data.start) == 0
    assert data.index_at(data.start + 1) == 0
    assert data.index_at(float(data.x[4])) == 4
    assert data.index_at(data.start - 2 * 900) is None
    assert data.index_at(data.end + 1) is None
    assert data.nearest(data.end + 1e6) == len(data) - 1
    assert data.nearest(data.start - 1e6) == 0


def test_in_a_hole_the_nearer_side_counts(series_of: Series) -> None:
    series = series_of(20)
    keep = np.r_[0:5, 15:20]
    cut = replace(
        series,
        end_times=series.end_times[keep],
        pulses=series.pulses[keep],
        status=series.status[keep],
        flags=series.flags[keep],
        valid=series.valid[keep],
    )
    data = profile_data(cut)
    assert data.index_at(float(data.x[4]) + 1000) is None
    assert data.nearest(float(data.x[4]) + 1000) == 4
    assert data.nearest(float(data.x[5]) - 1000) == 5


def test_events_belong_to_the_interval_they_happened_in(series_of: Series) -> None:
    def event(number: int, at: datetime | None) -> LogEvent:
        return LogEvent(number, f"event {number}", at, None, None, b"")

    events = [event(1, datetime(2026, 1, 1, 0, 20)), event(2, datetime(2026, 1, 1, 0, 15)), event(3, None)]
    data = profile_data(series_of(10), events=events)
    assert [found.number for found in data.events_at(0)] == [2]
    assert [found.number for found in data.events_at(1)] == [1]
    assert data.events_at(2) == ()


def test_a_clock_that_was_set_back_still_gives_rising_x(series_of: Series) -> None:
    series = series_of(20)
    back = series.end_times.copy()
    back[10:] -= np.timedelta64(2700, "s")
    data = profile_data(replace(series, end_times=back))
    assert (np.diff(data.x) >= 0).all()
    assert sorted(data.values[:, 0]) == sorted(profile_data(series).values[:, 0])
