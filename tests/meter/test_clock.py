"""The meter's clock against ours: only what the meter says of its offset is believed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from fieldpro.meter.clock import dst_amount_s, reading

AT = datetime(2026, 7, 1, 18, 0, tzinfo=UTC)


def clock(shown: Any, **qualifier: bool) -> dict[str, Any]:
    return {"CLOCK_CALENDAR": shown, "TIME_DATE_QUAL": qualifier}


OFFSETS = {"TIME_ZONE_OFFSET": -300, "DST_TIME_AMT": 60}


@pytest.mark.parametrize(
    ("shown", "qualifier", "offsets", "drift"),
    [
        ("18:00:05", {"GMT_FLAG": True}, None, 5.0),
        ("18:00:05", {"GMT_FLAG": True}, OFFSETS, 5.0),
        ("13:00:00", {"TM_ZN_APPLIED_FLAG": True}, OFFSETS, 0.0),
        ("14:00:00", {"TM_ZN_APPLIED_FLAG": True, "DST_APPLIED_FLAG": True, "DST_FLAG": True}, OFFSETS, 0.0),
        ("13:00:00", {"TM_ZN_APPLIED_FLAG": True, "DST_APPLIED_FLAG": True, "DST_FLAG": False}, OFFSETS, 0.0),
        ("13:00:00", {"TM_ZN_APPLIED_FLAG": True, "DST_APPLIED_FLAG": False, "DST_FLAG": True}, OFFSETS, 0.0),
        ("17:59:58", {"TM_ZN_APPLIED_FLAG": False}, OFFSETS, -2.0),
        ("13:00:00", {"TM_ZN_APPLIED_FLAG": True}, None, None),
        ("13:00:00", {"TM_ZN_APPLIED_FLAG": True}, {"DST_TIME_AMT": 60}, None),
        ("13:00:00", {}, {}, None),
    ],
)
def test_drift(shown: str, qualifier: dict[str, bool], offsets: dict[str, int] | None, drift: float | None) -> None:
    found = reading(clock(datetime.fromisoformat(f"2026-07-01T{shown}"), **qualifier), offsets, AT)
    assert found is not None
    assert found.drift_s == drift
    assert found.dst_applied == (qualifier.get("DST_APPLIED_FLAG", False) and qualifier.get("DST_FLAG", False))


def test_our_own_zone_does_not_matter() -> None:
    elsewhere = AT.astimezone(timezone(timedelta(hours=9)))
    shown = clock(datetime(2026, 7, 1, 18, 0, 1), GMT_FLAG=True)
    found = reading(shown, None, elsewhere)
    assert found is not None
    assert found.drift_s == 1.0


def test_a_clock_that_is_not_set_is_no_reading() -> None:
    assert reading(clock(None), OFFSETS, AT) is None
    assert reading(clock(datetime(1970, 1, 1)), OFFSETS, AT) is None


def test_the_daylight_saving_amount() -> None:
    assert dst_amount_s({"DST_TIME_AMT": 30}) == 1800
    assert dst_amount_s({}) == 3600
    assert dst_amount_s(None) == 3600
