"""Series that a test knows by heart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import numpy as np
import pytest

from fieldpro.gui.charts.profile_data import ProfileData, profile_data
from fieldpro.interval.series import Channel, IntervalSeries

CHANNELS = (
    Channel("Wh delivered", "kWh", "delivered", 0.01),
    Channel("Wh received", "kWh", "received", 0.01),
    Channel("V phase A", "V", "voltage", 0.1),
)


def make_series(
    count: int = 96 * 60, *, start: datetime = datetime(2026, 1, 1, 0, 15), channels: tuple[Channel, ...] = CHANNELS
) -> IntervalSeries:
    """`count` quarter hours; pulses of channel c at interval n are n % 97 + c."""
    ends = np.datetime64(start, "s") + np.arange(count) * np.timedelta64(900, "s")
    pulses = np.arange(count)[:, None] % 97 + np.arange(len(channels))
    zeros = np.zeros((count, len(channels)), dtype=np.uint8)
    flags = np.zeros(count, dtype=np.uint8)
    return IntervalSeries(channels, 900, ends, pulses.astype(np.int64), zeros, flags, np.ones(count, dtype=bool))


@pytest.fixture
def series_of() -> Callable[..., IntervalSeries]:
    return make_series


@pytest.fixture
def data() -> ProfileData:
    return profile_data(make_series())
