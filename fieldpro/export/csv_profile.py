"""A load profile as CSV (RFC 4180, UTF-8, lines end with LF): one line an interval, oldest first.

    end,dst,Wh delivered [kWh],Wh received [kWh],status
    2026-03-08 01:45:00,0,0.1250,0.0000,
    2026-03-08 02:00:00,0,,,skipped interval

`end` is the end of the interval as the meter's own clock showed it, without a zone; `dst` is 1 where the meter had
daylight saving applied, which tells the two halves of the repeated hour apart. A value that was not recorded is empty,
never zero. `status` says in words what the meter noted: once where all channels agree, else channel by channel.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import numpy as np

from fieldpro.errors import FileError
from fieldpro.files import write_atomically
from fieldpro.interval.series import Channel, IntervalFlag, IntervalSeries
from fieldpro.interval.summary import words


def write(path: Path, series: IntervalSeries) -> int:
    """Write the file and return the number of intervals in it. Raises `FileError`."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header(series))
    writer.writerows(rows(series))
    try:
        write_atomically(path, text.getvalue().encode())
    except OSError as error:
        raise FileError(str(path), "the file", "a place that can be written", error.strerror or str(error)) from error
    return len(series)


def header(series: IntervalSeries) -> list[str]:
    return ["end", "dst", *(_title(channel) for channel in series.channels), "status"]


def rows(series: IntervalSeries) -> Iterator[list[str]]:
    """The lines of the file as texts, one an interval."""
    ends = np.datetime_as_string(series.end_times, unit="s")
    formats = [_formatter(channel, series.pulses.dtype.kind == "f") for channel in series.channels]
    columns = zip(
        ends.tolist(),
        series.flags.tolist(),
        series.pulses.tolist(),
        series.status.tolist(),
        series.valid.tolist(),
        strict=True,
    )
    for end, flags, pulses, status, valid in columns:
        values = [form(count) if valid else "" for form, count in zip(formats, pulses, strict=True)]
        dst = "1" if flags & IntervalFlag.DST else "0"
        yield [end.replace("T", " "), dst, *values, _status(series.channels, status, flags)]


def _title(channel: Channel) -> str:
    return f"{channel.name} [{channel.unit}]" if channel.unit else channel.name


def _formatter(channel: Channel, floating: bool) -> Callable[[float], str]:
    """Counts to text, exact: as many decimals as one pulse has, so that no digit is made up and none is lost."""
    factor = Decimal(repr(channel.value_per_pulse))
    if floating:
        return lambda count: f"{count * channel.value_per_pulse:.6g}"
    places = min(max(0, -int(factor.normalize().as_tuple().exponent)), 9)
    return lambda count: f"{int(count) * factor:.{places}f}"


def _status(channels: tuple[Channel, ...], status: list[int], flags: int) -> str:
    if len(set(status)) == 1:
        return "; ".join(words(status[0], flags))
    each = [f"{channel.name}: {word}" for channel, code in zip(channels, status, strict=True) for word in words(code)]
    return "; ".join([*each, *words(0, flags)])
