"""What is asked of a series at a glance."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest

from fieldpro.interval.series import Channel, IntervalSeries
from fieldpro.interval.summary import Gap, between, gaps, summarise, words

CHANNELS = (Channel("Wh delivered", "kWh", "delivered", 0.5), Channel("V rms phase A", "V", "voltage", 0.1))


def hours(count: int, missing: tuple[int, ...] = ()) -> IntervalSeries:
    valid = np.ones(count, dtype=np.bool_)
    valid[list(missing)] = False
    return IntervalSeries(
        CHANNELS,
        900,
        np.datetime64("2026-01-01T00:00:00") + np.arange(1, count + 1) * np.timedelta64(900, "s"),
        np.stack([np.arange(count), 2300 + np.arange(count)[::-1]], axis=1).astype(np.int64),
        np.zeros((count, 2), dtype=np.uint8),
        np.zeros(count, dtype=np.uint8),
        valid,
    )


def test_energy_adds_up_over_what_was_recorded_and_volts_do_not() -> None:
    summary = summarise(hours(8, missing=(7,)))
    energy, volts = summary.channels
    assert energy.total == pytest.approx(sum(range(7)) * 0.5)
    assert energy.peak == 3.0
    assert energy.peak_at == datetime(2026, 1, 1, 1, 45)
    assert energy.peak_demand == 12.0
    assert volts.total is None
    assert volts.peak_demand is None
    assert volts.peak == pytest.approx(230.7)
    assert (summary.intervals, summary.missing) == (8, 1)
    assert summary.first_end == datetime(2026, 1, 1, 0, 15)
    assert summary.last_end == datetime(2026, 1, 1, 2, 0)


def test_gaps_are_stretches_with_both_ends() -> None:
    found = list(gaps(hours(8, missing=(0, 3, 4, 7))))
    assert found == [
        Gap(datetime(2026, 1, 1, 0, 15), datetime(2026, 1, 1, 0, 15), 1),
        Gap(datetime(2026, 1, 1, 1, 0), datetime(2026, 1, 1, 1, 15), 2),
        Gap(datetime(2026, 1, 1, 2, 0), datetime(2026, 1, 1, 2, 0), 1),
    ]
    assert list(gaps(hours(3))) == []
    assert [gap.intervals for gap in gaps(hours(3, missing=(0, 1, 2)))] == [3]


def test_a_series_without_data_has_no_peak() -> None:
    summary = summarise(hours(3, missing=(0, 1, 2)))
    assert summary.channels[0].peak is None
    assert summary.channels[0].total == 0
    empty = summarise(hours(0))
    assert (empty.first_end, empty.intervals, empty.gaps) == (None, 0, ())


def test_flagged_counts_intervals_not_channels() -> None:
    series = hours(4, missing=(3,))
    series.status[1] = (1, 2)
    series.status[3] = (4, 4)
    assert summarise(series).flagged == 1


def test_a_part_holds_the_intervals_that_end_in_it() -> None:
    series = hours(8)
    part = between(series, datetime(2026, 1, 1, 0, 30), datetime(2026, 1, 1, 1, 0))
    assert part.pulses[:, 0].tolist() == [2, 3]
    assert len(between(series)) == 8
    assert len(between(series, start=datetime(2026, 1, 1, 2, 0))) == 0
    assert len(between(series, end=datetime(2026, 1, 1, 0, 15))) == 1


@pytest.mark.parametrize(
    ("status", "flags", "said"),
    [
        (0, 0, []),
        (0, 1, []),
        (2, 2, ["partial interval", "power failure"]),
        (5, 13, ["test data", "clock set forward", "clock set back"]),
        (11, 0, ["status 11"]),
    ],
)
def test_statuses_in_words(status: int, flags: int, said: list[str]) -> None:
    assert words(status, flags) == said
