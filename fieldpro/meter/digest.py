"""What is kept beside the bytes when a read-out is saved: decoded values for reports, and how far its profile goes.

`fieldpro.store.Store(path, digest=digest)`; the store itself knows nothing of meters.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fieldpro.c12.dictionary.decoded import plain
from fieldpro.errors import FieldProError
from fieldpro.meter.view import MeterView
from fieldpro.meter.wanted import PROFILE_DATA
from fieldpro.records import ReadOut, ReadOutDigest


def digest(read_out: ReadOut) -> ReadOutDigest:
    """Decoded values of every table that can be decoded, load profile data left out (its bytes say it in a tenth of the
    room); the end of the newest recorded interval of set 1."""
    view = MeterView(read_out)
    values: dict[int, Any] = {}
    for number in view.tables.numbers:
        if number not in PROFILE_DATA:
            try:
                values[number] = plain(view.tables.decode(number).values)
            except FieldProError:
                continue
    return ReadOutDigest(values, profile_until(view))


def profile_until(view: MeterView) -> datetime | None:
    """The end of the newest interval of set 1 on the meter's clock, None when none was read."""
    try:
        series = view.profile()
    except FieldProError:
        return None
    return series.end_times[-1].item() if len(series) else None
