"""The meter's clock against ours: C12.19 table 52 or 55, with the offsets of table 53.

TIME_DATE_QUAL says what CLOCK_CALENDAR counts: GMT, or GMT with the zone offset (TM_ZN_APPLIED_FLAG) and the daylight
saving amount (DST_APPLIED_FLAG while DST_FLAG) added. Without GMT_FLAG and without a zone offset in table 53 nobody can
tell the meter's offset from UTC, and no drift is given: a guess by this computer's zone is the reader's to make.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from fieldpro.meter.registers import moment
from fieldpro.records import ClockReading


def reading(clock: Mapping[str, Any], offsets: Mapping[str, Any] | None, read_at: datetime) -> ClockReading | None:
    """The clock as table 52 or 55 gave it at `read_at` (aware); None when it holds no time."""
    shown = moment(clock.get("CLOCK_CALENDAR"))
    if shown is None:
        return None
    qualifier = clock.get("TIME_DATE_QUAL", {})
    offset_s = utc_offset_s(qualifier, offsets)
    drift = None
    if offset_s is not None:
        ours = read_at.astimezone(UTC).replace(tzinfo=None)
        drift = (shown - ours).total_seconds() - offset_s
    dst = bool(qualifier.get("DST_APPLIED_FLAG")) and bool(qualifier.get("DST_FLAG"))
    return ClockReading(shown, read_at, drift, bool(qualifier.get("GMT_FLAG")), dst)


def utc_offset_s(qualifier: Mapping[str, Any], offsets: Mapping[str, Any] | None) -> float | None:
    """Seconds the meter's clock is ahead of UTC by its own account; None when it does not say."""
    if qualifier.get("GMT_FLAG"):
        return 0.0
    zone_min = (offsets or {}).get("TIME_ZONE_OFFSET")
    if zone_min is None:
        return None
    total_min = float(zone_min) if qualifier.get("TM_ZN_APPLIED_FLAG", True) else 0.0
    if qualifier.get("DST_APPLIED_FLAG") and qualifier.get("DST_FLAG"):
        total_min += float((offsets or {}).get("DST_TIME_AMT", 0))
    return total_min * 60


def dst_amount_s(offsets: Mapping[str, Any] | None) -> int:
    """The daylight saving amount of table 53 in seconds, an hour where the meter does not say."""
    amount = (offsets or {}).get("DST_TIME_AMT")
    return 3600 if amount is None else int(amount) * 60
