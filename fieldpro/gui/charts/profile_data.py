"""What the chart, the heat map, the table and the summary of a load profile share: arrays, made once for a series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from fieldpro.gui.charts.timeline import TimeLine, time_line
from fieldpro.interval.series import Channel, ChannelStatus, IntervalFlag, IntervalSeries
from fieldpro.records import LogEvent

# Quantities that add up over time: one axis for all of them. The others (a voltage, a current) have lanes of their own.
ENERGY_ROLES = frozenset({"delivered", "received", "reactive", "apparent"})

# What a technician must see; daylight saving is no defect.
DEFECTS = int(IntervalFlag.POWER_FAIL | IntervalFlag.CLOCK_FORWARD | IntervalFlag.CLOCK_BACK)


@dataclass(frozen=True, slots=True)
class Lane:
    """Channels that share one value axis. `units` in the order of the channels, each once."""

    channels: tuple[int, ...]
    units: tuple[str, ...]
    energy: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch without values: x of its start and end, and how many intervals it lacks."""

    start: float
    end: float
    intervals: int


@dataclass(frozen=True, slots=True, eq=False)
class ProfileData:
    """x: (n,) end of each interval on `time`; values: (n, c), NaN where not recorded; flagged: (n,) bool, a status,
    a power failure or a clock change; estimated: (n, c) bool, values that were not measured; event_x: (e,) in the order
    of `events`, oldest first."""

    series: IntervalSeries
    time: TimeLine
    x: NDArray[np.float64]
    values: NDArray[np.float64]
    flagged: NDArray[np.bool_]
    estimated: NDArray[np.bool_]
    lanes: tuple[Lane, ...]
    gaps: tuple[Gap, ...]
    events: tuple[LogEvent, ...] = ()
    event_x: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    zone: str = ""  # of the meter's clock in standard time, in words; "" when the meter does not say

    def __len__(self) -> int:
        return len(self.x)

    @property
    def start(self) -> float:
        """x where the first interval begins."""
        return float(self.x[0]) - self.series.interval_s

    @property
    def end(self) -> float:
        return float(self.x[-1])

    def index_at(self, x: float) -> int | None:
        """The interval that x lies in; None in a hole or outside."""
        index = int(np.searchsorted(self.x, x, side="left"))
        if index >= len(self.x) or self.x[index] - x > self.series.interval_s:
            return None
        return index

    def nearest(self, x: float) -> int:
        """The interval that x lies in, or the nearest one."""
        index = min(int(np.searchsorted(self.x, x, side="left")), len(self.x) - 1)
        middle = self.x[index] - self.series.interval_s / 2
        if index and x < middle and x - self.x[index - 1] < self.x[index] - self.series.interval_s - x:
            return index - 1
        return index

    def events_at(self, index: int) -> tuple[LogEvent, ...]:
        """The events of the interval at `index`."""
        end = float(self.x[index])
        first = int(np.searchsorted(self.event_x, end - self.series.interval_s, side="right"))
        last = int(np.searchsorted(self.event_x, end, side="right"))
        return self.events[first:last]


def profile_data(
    series: IntervalSeries,
    *,
    events: Sequence[LogEvent] = (),
    estimated: NDArray[np.bool_] | None = None,
    zone: str = "",
) -> ProfileData:
    """The arrays of one series. `estimated` marks values that were filled in and not measured; `zone` says in words
    on which clock its times are."""
    dst = (series.flags & int(IntervalFlag.DST)) > 0
    x, time = time_line(series.end_times, dst, series.interval_s)
    values = series.values
    odd = (series.status != int(ChannelStatus.FINE)).any(axis=1) & series.valid
    flagged = odd | ((series.flags & DEFECTS) > 0)
    marks = np.zeros(values.shape, dtype=bool) if estimated is None else estimated
    if len(x) > 1 and (np.diff(x) < 0).any():  # a clock set back: what it recorded twice stands side by side
        order = np.argsort(x, kind="stable")
        x, values, flagged, marks = x[order], values[order], flagged[order], marks[order]
        series = IntervalSeries(
            series.channels,
            series.interval_s,
            series.end_times[order],
            series.pulses[order],
            series.status[order],
            series.flags[order],
            series.valid[order],
        )
    dated = sorted((event for event in events if event.occurred_at is not None), key=_when)
    event_x = np.array([time.x(_when(event).replace(tzinfo=UTC).timestamp()) for event in dated])
    return ProfileData(
        series,
        time,
        x,
        values,
        flagged,
        marks,
        _lanes(series.channels),
        _gaps(x, series.valid, series.interval_s),
        tuple(dated),
        event_x,
        zone,
    )


def _when(event: LogEvent) -> datetime:
    return event.occurred_at or datetime.min


def _lanes(channels: Sequence[Channel]) -> tuple[Lane, ...]:
    """Energy first, on one axis; then a lane for each other unit."""
    groups: dict[str, list[int]] = {}
    for index, channel in enumerate(channels):
        groups.setdefault("" if channel.role in ENERGY_ROLES else channel.unit or channel.role, []).append(index)
    ordered = sorted(groups.items(), key=lambda item: item[0] != "")
    return tuple(
        Lane(tuple(members), tuple(dict.fromkeys(channels[index].unit for index in members)), key == "")
        for key, members in ordered
    )


def _gaps(x: NDArray[np.float64], valid: NDArray[np.bool_], interval_s: int) -> tuple[Gap, ...]:
    """Runs of intervals that were not recorded, and holes between the intervals, joined where they touch."""
    found: list[Gap] = []
    missing = np.flatnonzero(~valid)
    for run in np.split(missing, np.flatnonzero(np.diff(missing) > 1) + 1):
        if len(run):
            found.append(Gap(float(x[run[0]]) - interval_s, float(x[run[-1]]), len(run)))
    for index in np.flatnonzero(np.diff(x) > 1.5 * interval_s):
        start, end = float(x[index]), float(x[index + 1]) - interval_s
        found.append(Gap(start, end, max(round((end - start) / interval_s), 1)))
    joined: list[Gap] = []
    for gap in sorted(found, key=lambda gap: gap.start):
        if joined and gap.start <= joined[-1].end:
            before = joined.pop()
            gap = Gap(before.start, max(before.end, gap.end), before.intervals + gap.intervals)
        joined.append(gap)
    return tuple(joined)
