"""Between seconds since 1970 on the meter's own clock and the values the table codecs take."""

from __future__ import annotations

from datetime import datetime, timedelta

EPOCH = datetime(1970, 1, 1)


def time_value(local: float) -> datetime:
    """Local seconds as a naive time, whole seconds."""
    return EPOCH + timedelta(seconds=int(local // 1))


def seconds_of(moment: datetime) -> float:
    return (moment - EPOCH).total_seconds()
