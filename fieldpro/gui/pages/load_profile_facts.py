"""What the load profile page shows, made of a meter's view outside the GUI thread; and its export."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from fieldpro.errors import FieldProError
from fieldpro.gui.charts.profile_data import ProfileData, profile_data
from fieldpro.gui.words import tr
from fieldpro.interval.series import IntervalFlag, IntervalSeries
from fieldpro.records import LogEvent, MeterIdentity

TIME_OFFSETS = 53


def profile_of(view: Any) -> ProfileData | None:
    """The profile of a `fieldpro.meter.view.MeterView`, with the events of its logs; None when it holds no interval.

    Raises what `view.profile()` raises when its tables were not read. Logs that cannot be read leave the events out.
    """
    series: IntervalSeries = view.profile()
    if not len(series):
        return None
    events: list[LogEvent] = []
    for log in (view.events, view.history):
        try:
            events += log()
        except FieldProError:
            continue
    summer = bool((series.flags & int(IntervalFlag.DST)).any())
    return profile_data(series, events=events, zone=zone_words(view, summer=summer))


def zone_words(view: Any, *, summer: bool) -> str:
    """The zone of the meter's clock, from C12.19 table 53: `UTC-06:00`, or "" when the meter does not say.

    summer: daylight saving time is in effect somewhere in what is shown, so its zone is said too.
    """
    try:
        offsets = view.tables.decode(TIME_OFFSETS).values
    except FieldProError:
        return ""
    standard_min = offsets.get("TIME_ZONE_OFFSET")
    if not isinstance(standard_min, int):
        return ""
    if not summer:
        return _utc(standard_min)
    saving_min = int(offsets.get("DST_TIME_AMT") or 60)
    return tr("{standard}, in summer {summer}", standard=_utc(standard_min), summer=_utc(standard_min + saving_min))


def _utc(offset_min: int) -> str:
    hours, minutes = divmod(abs(offset_min), 60)
    return f"UTC{'-' if offset_min < 0 else '+'}{hours:02d}:{minutes:02d}"


def part(data: ProfileData, left: float, right: float) -> IntervalSeries:
    """The intervals that lie in left..right of a chart, those that are cut by its edges included."""
    series = data.series
    keep = (data.x > left) & (data.x - series.interval_s < right)
    return replace(
        series,
        end_times=series.end_times[keep],
        pulses=series.pulses[keep],
        status=series.status[keep],
        flags=series.flags[keep],
        valid=series.valid[keep],
    )


def file_name(identity: MeterIdentity | None, series: IntervalSeries) -> str:
    """`load-profile ITRN 00012345 2026-03-01 to 2026-03-31.csv`"""
    who = "" if identity is None else re.sub(r"[^\w.-]+", " ", identity.key).strip() + " "
    first, last = (str(np.datetime_as_string(series.end_times[place], unit="D")) for place in (0, -1))
    return f"load-profile {who}{first} to {last}.csv"


def save_csv(path: Path, series: IntervalSeries) -> int:
    """Write the file; the number of intervals in it. Raises `FileError`."""
    from fieldpro.export import csv_profile

    return csv_profile.write(path, series)
