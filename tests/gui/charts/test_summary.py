"""A profile in one line, and its statuses in words."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from fieldpro.gui.charts.numbers import decimals_of, number, span_text
from fieldpro.gui.charts.profile_data import profile_data
from fieldpro.gui.charts.summary import power_unit, range_words, status_words, summarize, summary_line
from fieldpro.interval.series import Channel, ChannelStatus, IntervalFlag, IntervalSeries

Series = Callable[..., IntervalSeries]


def test_energy_is_added_up_and_the_peak_is_a_power(series_of: Series) -> None:
    series = series_of(96)
    series.pulses[:, :] = 10
    series.pulses[73, 0] = 250
    data = profile_data(series)
    found = summarize(data, data.start, data.end)
    assert [(total.channel, round(total.value, 6)) for total in found.totals] == [(0, 12.0), (1, 9.6)]
    assert found.peak is not None
    assert (found.peak.index, round(found.peak.value, 6), found.peak.unit) == (73, 10.0, "kW")
    assert (
        summary_line(data, found) == "12.00 kWh delivered · 9.60 kWh received · peak 10.00 kW on 1 Jan 18:30 · no gaps"
    )


def test_only_the_range_counts(series_of: Series) -> None:
    series = series_of(96)
    series.pulses[:, :] = 10
    data = profile_data(series)
    part = summarize(data, float(data.x[9]), float(data.x[19]))
    assert part.totals[0].value == pytest.approx(1.0)


def test_gaps_and_flags_are_counted_as_far_as_they_are_in_the_range(series_of: Series) -> None:
    series = series_of(96)
    series.valid[10:20] = False
    series.valid[40] = False
    series.status[50, 0] = ChannelStatus.PARTIAL
    data = profile_data(series)
    whole = summarize(data, data.start, data.end)
    assert (whole.gaps, whole.missing, whole.flagged) == (2, 11, 1)
    assert summary_line(data, whole).endswith("2 gaps, 11 intervals · 1 flagged")
    cut = summarize(data, float(data.x[14]), float(data.x[30]))
    assert (cut.gaps, cut.missing, cut.flagged) == (1, 5, 0)


def test_nothing_recorded_has_no_peak(series_of: Series) -> None:
    series = series_of(8)
    series.valid[:] = False
    data = profile_data(series)
    assert summarize(data, data.start, data.end).peak is None


def test_a_voltage_alone_has_a_peak_in_volts(series_of: Series) -> None:
    series = series_of(8, channels=(Channel("V phase A", "V", "voltage", 0.1),))
    series.pulses[3] = 2412
    data = profile_data(series)
    peak = summarize(data, data.start, data.end).peak
    assert peak is not None
    assert (round(peak.value, 3), peak.unit) == (241.2, "V")


def test_statuses_name_the_channels_only_when_they_differ(series_of: Series) -> None:
    series = series_of(4)
    series.status[0] = ChannelStatus.PARTIAL
    series.status[1, 2] = ChannelStatus.OVERFLOW
    series.status[2, 0] = 13
    series.flags[3] = IntervalFlag.POWER_FAIL | IntervalFlag.DST
    data = profile_data(series)
    assert status_words(data, 0) == ["partial interval"]
    assert status_words(data, 1) == ["overflow (V phase A)"]
    assert status_words(data, 2) == ["status 13 (Wh delivered)"]
    assert status_words(data, 3) == ["power failure"]
    assert "daylight saving" in status_words(data, 3, with_dst=True)


def test_an_estimated_value_says_so(series_of: Series) -> None:
    series = series_of(4)
    marks = np.zeros((4, 3), dtype=bool)
    marks[2, 0] = True
    data = profile_data(series, estimated=marks)
    assert status_words(data, 2) == ["estimated"]
    assert status_words(data, 1) == []


def test_range_words_are_the_meters_clock(series_of: Series) -> None:
    data = profile_data(series_of(96 * 3))
    day = 86_400
    assert range_words(data, data.start, data.start + day) == "Thu 1 Jan 2026"
    assert range_words(data, data.start, data.end) == "1 Jan to 3 Jan 2026"
    assert range_words(data, data.start + 900, data.end - 900) == "1 Jan 00:15 to 3 Jan 2026 23:45"
    assert range_words(data, data.start - day, data.end) == "31 Dec 2025 to 3 Jan 2026"
    assert range_words(data, data.start - day, data.end - 900) == "31 Dec 2025 00:00 to 3 Jan 2026 23:45"


@pytest.mark.parametrize(("unit", "power"), [("kWh", "kW"), ("kvarh", "kvar"), ("V", None), ("h", None)])
def test_power_units(unit: str, power: str | None) -> None:
    assert power_unit(unit) == power


def test_numbers_have_no_more_digits_than_the_meter() -> None:
    assert [decimals_of(value) for value in (0.25, 0.1, 1, 10, 0.0025, 0, 1 / 3)] == [2, 1, 0, 0, 4, 2, 5]
    assert number(1234.5, 2) == "1,234.50"
    assert number(float("nan"), 2) == "\u2013"
    assert [span_text(value) for value in (900, 3600, 30)] == ["15 min", "1 h", "30 s"]
