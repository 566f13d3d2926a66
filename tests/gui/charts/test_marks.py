"""Marks on the edges of a chart: one a pixel column, runs joined, events that would cover each other counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import numpy as np

from fieldpro.gui.charts.marks import clusters, columns, marks_of, runs
from fieldpro.gui.charts.profile_data import profile_data
from fieldpro.interval.series import ChannelStatus, IntervalSeries
from fieldpro.records import LogEvent


def test_columns_hold_each_pixel_once() -> None:
    x = np.array([0.0, 1.0, 1.1, 5.0, 99.9, 200.0])
    assert columns(x, 0.0, 100.0, 100.0).tolist() == [1, 5, 99]


def test_columns_that_touch_are_one_run_and_a_lonely_one_is_wide_enough() -> None:
    assert runs(np.array([3, 4, 5, 9])) == ((3.0, 3.0), (9.0, 2.0))
    assert runs(np.empty(0, dtype=np.int64)) == ()


def test_events_close_together_share_a_flag() -> None:
    assert clusters(np.array([50.0, 10.0, 12.0, 14.0]), 0.0, 100.0, 100.0) == ((10.0, 3), (50.0, 1))


def test_marks_say_where_things_are(series_of: Callable[..., IntervalSeries]) -> None:
    series = series_of(100)
    series.status[20, 0] = ChannelStatus.PARTIAL
    series.valid[40:50] = False
    estimated = np.zeros((100, 3), dtype=bool)
    estimated[60, 2] = True
    events = [LogEvent(1, "power down", datetime(2026, 1, 1, 20, 0), None, None, b"")]
    data = profile_data(series, events=events, estimated=estimated)
    first = marks_of(data, data.start, data.end, pixels=1000.0, channels=(0, 1))
    assert first.flagged == ((205.0, 10.0),)
    assert first.gaps == ((400.0, 100.0),)
    assert first.events == ((800.0, 1),)
    assert first.estimated == ()
    assert marks_of(data, data.start, data.end, pixels=1000.0, channels=(2,)).estimated == (605,)
