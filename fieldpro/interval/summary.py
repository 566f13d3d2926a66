"""What one wants to know of a series at a glance: energy, peak and when, gaps; and a part of it by time.

Times are the meter's own clock, as everywhere in a series: in the hour that autumn repeats, a part by time holds both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from fieldpro.interval.series import ChannelStatus, IntervalFlag, IntervalSeries

AMOUNTS = frozenset({"kWh", "kvarh", "kVAh", "Wh", "varh", "VAh", "Vh", "Ah"})  # units that add up over time

STATUS_WORDS = {
    ChannelStatus.FINE: "",
    ChannelStatus.OVERFLOW: "overflow",
    ChannelStatus.PARTIAL: "partial interval",
    ChannelStatus.LONG: "long interval",
    ChannelStatus.SKIPPED: "skipped interval",
    ChannelStatus.TEST: "test data",
    ChannelStatus.CONFIGURATION_CHANGED: "configuration changed",
    ChannelStatus.STOPPED: "recording stopped",
}
FLAG_WORDS = {
    IntervalFlag.DST: "daylight saving",
    IntervalFlag.POWER_FAIL: "power failure",
    IntervalFlag.CLOCK_FORWARD: "clock set forward",
    IntervalFlag.CLOCK_BACK: "clock set back",
}


@dataclass(frozen=True, slots=True)
class ChannelSummary:
    """One channel over a series. `total` is None where values do not add up (volts); `peak` is None without data.

    peak_demand: the mean rate in the peak interval (kW for kWh), None where values do not add up.
    """

    name: str
    unit: str
    total: float | None
    peak: float | None
    peak_at: datetime | None
    peak_demand: float | None


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch that was not recorded: ends of its first and last interval, and how many there are."""

    first_end: datetime
    last_end: datetime
    intervals: int


@dataclass(frozen=True, slots=True)
class SeriesSummary:
    """A series at a glance. `flagged` counts recorded intervals with any channel status."""

    channels: tuple[ChannelSummary, ...]
    first_end: datetime | None
    last_end: datetime | None
    intervals: int
    missing: int
    flagged: int
    gaps: tuple[Gap, ...]


def summarise(series: IntervalSeries) -> SeriesSummary:
    """Energy, peak, gaps and counts of a series."""
    ends = series.end_times
    values = series.values
    return SeriesSummary(
        channels=tuple(_channel(series, index, values[:, index]) for index in range(len(series.channels))),
        first_end=_moment(ends[0]) if len(series) else None,
        last_end=_moment(ends[-1]) if len(series) else None,
        intervals=len(series),
        missing=int((~series.valid).sum()),
        flagged=int(((series.status != ChannelStatus.FINE).any(axis=1) & series.valid).sum()),
        gaps=tuple(gaps(series)),
    )


def gaps(series: IntervalSeries) -> Iterator[Gap]:
    """The stretches that were not recorded, oldest first."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], ~series.valid, [False]]).astype(np.int8)))
    for first, after in zip(edges[0::2], edges[1::2], strict=True):
        yield Gap(_moment(series.end_times[first]), _moment(series.end_times[after - 1]), int(after - first))


def between(series: IntervalSeries, start: datetime | None = None, end: datetime | None = None) -> IntervalSeries:
    """The intervals whose end lies after `start` and not after `end`, naive times on the meter's clock."""
    keep = np.ones(len(series), dtype=np.bool_)
    if start is not None:
        keep &= series.end_times > np.datetime64(start, "s")
    if end is not None:
        keep &= series.end_times <= np.datetime64(end, "s")
    return replace(
        series,
        end_times=series.end_times[keep],
        pulses=series.pulses[keep],
        status=series.status[keep],
        flags=series.flags[keep],
        valid=series.valid[keep],
    )


def words(status: int, flags: int = 0) -> list[str]:
    """A channel's status and an interval's flags in words; an empty list where all is fine."""
    found = [word for flag, word in FLAG_WORDS.items() if flags & flag and flag is not IntervalFlag.DST]
    code = STATUS_WORDS.get(ChannelStatus(status), "") if status in STATUS_WORDS else f"status {status}"
    return [code, *found] if code else found


def _channel(
    series: IntervalSeries, index: int, values: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> ChannelSummary:
    channel = series.channels[index]
    adds_up = channel.unit in AMOUNTS or channel.unit == "pulses"
    recorded = np.isfinite(values)
    if not recorded.any():
        return ChannelSummary(channel.name, channel.unit, 0.0 if adds_up else None, None, None, None)
    place = int(np.nanargmax(values))
    peak = float(values[place])
    demand = peak * 3600 / series.interval_s if channel.unit in AMOUNTS else None
    total = float(series.pulses[series.valid, index].sum() * channel.value_per_pulse) if adds_up else None
    return ChannelSummary(channel.name, channel.unit, total, peak, _moment(series.end_times[place]), demand)


def _moment(time: np.datetime64) -> datetime:
    found: datetime = time.astype("datetime64[s]").item()
    return found
