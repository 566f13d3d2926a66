"""A year as a carpet: one column a day, one row an interval of the day, in the meter's clock.

Where an hour happens twice (daylight saving ends) the two readings share a cell, and it shows their mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from fieldpro.gui.charts.profile_data import ProfileData
from fieldpro.gui.charts.timeline import DAY_S


@dataclass(frozen=True, slots=True, eq=False)
class HeatData:
    """values: (rows a day, days) float64, NaN where nothing was recorded; index: (rows, days) int, the interval in the
    series or -1; first_day: the date of column 0; rows are `row_s` seconds."""

    values: NDArray[np.float64]
    index: NDArray[np.int64]
    first_day: date
    row_s: int

    @property
    def days(self) -> int:
        return int(self.values.shape[1])

    @property
    def rows(self) -> int:
        return int(self.values.shape[0])

    def day(self, column: int) -> date:
        return self.first_day + timedelta(days=column)

    @property
    def span(self) -> tuple[float, float]:
        """The least and the greatest value; 0, 1 when there is none."""
        there = self.values[np.isfinite(self.values)]
        if not len(there):
            return 0.0, 1.0
        low, high = float(there.min()), float(there.max())
        return (low, high) if high > low else (low, low + 1.0)


def heat_data(data: ProfileData, channel: int) -> HeatData:
    """The carpet of one channel."""
    row_s = min(data.series.interval_s, int(DAY_S))
    rows = int(np.ceil(DAY_S / row_s))
    begin = data.series.end_times.astype("datetime64[s]").astype(np.int64) - data.series.interval_s
    day = begin // int(DAY_S)
    row = (begin % int(DAY_S)) // row_s
    first = int(day.min()) if len(day) else 0
    days = int(day.max()) - first + 1 if len(day) else 0
    sums, counts = np.zeros((rows, days)), np.zeros((rows, days), dtype=np.int64)
    index = np.full((rows, days), -1, dtype=np.int64)
    column = day - first
    index[row, column] = np.arange(len(begin))
    value = data.values[:, channel]
    there = np.isfinite(value)
    np.add.at(sums, (row[there], column[there]), value[there])
    np.add.at(counts, (row[there], column[there]), 1)
    with np.errstate(invalid="ignore"):
        values = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
    start = datetime.fromtimestamp(first * DAY_S, UTC).date()
    return HeatData(values, index, start, row_s)
