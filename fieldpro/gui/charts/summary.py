"""A load profile in one line, and its statuses in words, for any stretch of a chart.

Energy is added up; the peak is the greatest average power of one interval, which is what a demand limit is held
against.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from fieldpro.gui.charts.numbers import decimals_of, number
from fieldpro.gui.charts.profile_data import ENERGY_ROLES, ProfileData
from fieldpro.gui.words import tr
from fieldpro.interval.series import ChannelStatus, IntervalFlag
from fieldpro.interval.summary import FLAG_WORDS, STATUS_WORDS


def status_words(data: ProfileData, index: int, *, with_dst: bool = False) -> list[str]:
    """What the meter says of one interval, in words; nothing when all is well."""
    flags = int(data.series.flags[index])
    shown = [flag for flag in FLAG_WORDS if flags & flag and (with_dst or flag is not IntervalFlag.DST)]
    words = [tr(FLAG_WORDS[flag]) for flag in shown]
    codes = data.series.status[index]
    for code in sorted({int(code) for code in codes} - {0}):
        known = STATUS_WORDS.get(ChannelStatus(code)) if code in STATUS_WORDS else None
        word = tr(known) if known else tr("status {code}", code=code)
        if len(codes) > 1 and (codes != code).any():
            names = ", ".join(data.series.channels[place].name for place in np.flatnonzero(codes == code))
            word = f"{word} ({names})"
        words.append(word)
    if data.estimated[index].any():
        words.append(tr("estimated"))
    if not data.series.valid[index] and not words:
        words.append(tr("not recorded"))
    return words


@dataclass(frozen=True, slots=True)
class Total:
    """The energy of one channel over a range."""

    channel: int
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Peak:
    """The greatest average power, at the interval that ends at x."""

    channel: int
    index: int
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Summary:
    """What a range of a profile says. `intervals` counts what should be there, `missing` what is not."""

    start: float
    end: float
    totals: tuple[Total, ...]
    peak: Peak | None
    gaps: int
    missing: int
    flagged: int


def power_unit(unit: str) -> str | None:
    """The unit of the average of an energy over time: kWh -> kW; None where the unit is no energy."""
    return unit[:-1] if unit.endswith("h") and len(unit) > 1 else None


def summarize(data: ProfileData, left: float, right: float) -> Summary:
    """The summary of the intervals that end in (left, right]."""
    first, last = (int(np.searchsorted(data.x, edge, side="right")) for edge in (left, right))
    part = data.values[first:last]
    recorded = np.isfinite(part)
    energies = [i for i, channel in enumerate(data.series.channels) if channel.role in ENERGY_ROLES]
    totals = tuple(
        Total(i, float(part[:, i][recorded[:, i]].sum()), data.series.channels[i].unit)
        for i in energies
        if data.series.channels[i].role in ("delivered", "received")
    )
    gaps = [gap for gap in data.gaps if gap.end > left and gap.start < right]
    inside = [min(gap.end, right) - max(gap.start, left) for gap in gaps]
    return Summary(
        left,
        right,
        totals,
        _peak(data, first, last, energies),
        len(gaps),
        sum(max(1, round(seconds / data.series.interval_s)) for seconds in inside),
        int(data.flagged[first:last].sum()),
    )


def _peak(data: ProfileData, first: int, last: int, energies: list[int]) -> Peak | None:
    """The peak of the first channel of energy (delivered, when there is one), or of the first channel at all."""
    candidates = [i for i in energies if data.series.channels[i].role == "delivered"] or energies or [0]
    channel = candidates[0]
    part = data.values[first:last, channel] if data.series.channels else np.empty(0)
    if not np.isfinite(part).any():
        return None
    place = int(np.nanargmax(part))
    unit = data.series.channels[channel].unit
    power = power_unit(unit)
    factor = 3600.0 / data.series.interval_s if power is not None else 1.0
    return Peak(channel, first + place, float(part[place]) * factor, power or unit)


def summary_line(data: ProfileData, summary: Summary) -> str:
    """`1,204.5 kWh delivered · 3.2 kWh received · peak 8.40 kW on 12 Mar 18:15 · 2 gaps, 5 intervals`"""
    parts = []
    most = max((abs(total.value) for total in summary.totals), default=0.0)
    for total in summary.totals:
        channel = data.series.channels[total.channel]
        word = tr("delivered") if channel.role == "delivered" else tr("received")
        places = min(decimals_of(channel.value_per_pulse), 1 if most >= 100 else 3)
        parts.append(f"{number(total.value, places)} {total.unit} {word}")
    if summary.peak is not None:
        at = data.time.moment(float(data.x[summary.peak.index]))
        value = f"{number(summary.peak.value, 2)} {summary.peak.unit}"
        parts.append(tr("peak {value} on {when}", value=value, when=f"{at.day} {at:%b %H:%M}"))
    parts.append(gap_words(summary))
    if summary.flagged:
        parts.append(tr("{count} flagged", count=f"{summary.flagged:,}"))
    return " · ".join(parts)


def gap_words(summary: Summary) -> str:
    if not summary.gaps:
        return tr("no gaps")
    gaps = tr("1 gap") if summary.gaps == 1 else tr("{count} gaps", count=summary.gaps)
    lost = tr("1 interval") if summary.missing == 1 else tr("{count} intervals", count=f"{summary.missing:,}")
    return f"{gaps}, {lost}"


def range_words(data: ProfileData, left: float, right: float) -> str:
    """`12 Feb to 13 Mar 2026` for whole days, else with the time of day."""
    start, end = data.time.moment(left), data.time.moment(right)
    if (start.hour, start.minute, end.hour, end.minute) == (0, 0, 0, 0) and end > start:
        last = end - timedelta(days=1)
        if last.date() == start.date():
            return f"{start:%a} {start.day} {start:%b %Y}"
        year = "" if last.year == start.year else f" {start.year}"
        return tr("{start} to {end}", start=f"{start.day} {start:%b}{year}", end=f"{last.day} {last:%b %Y}")
    year = "" if end.year == start.year else f" {start.year}"
    return tr(
        "{start} to {end}", start=f"{start.day} {start:%b}{year} {start:%H:%M}", end=f"{end.day} {end:%b %Y %H:%M}"
    )
