"""What a decoded table can hold, as JSON that any reader takes."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldpro.cli.as_json import jsonable


class Colour(Enum):
    RED = 3


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (2**64 - 1, 18446744073709551615),
        ("text", "text"),
        (b"\x00\xff", "00ff"),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        (1.5, 1.5),
        (Decimal("12"), 12),
        (Decimal("0.25"), 0.25),
        (Decimal("NaN"), "nan"),
        (Decimal("0.1234567890123456789"), "0.1234567890123456789"),
        (datetime(2026, 3, 1, 12, 15), "2026-03-01T12:15:00"),
        (datetime(2026, 3, 1, tzinfo=UTC), "2026-03-01T00:00:00+00:00"),
        (date(2026, 3, 1), "2026-03-01"),
        (time(23, 59), "23:59:00"),
        (timedelta(minutes=15), 900.0),
        (Colour.RED, 3),
        ({"A": [b"\x01", {"B": ()}]}, {"A": ["01", {"B": []}]}),
        (np.uint16(65535), 65535),
        (np.float32(0.5), 0.5),
        (np.bool_(True), True),
        (np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
        (np.datetime64("2026-03-01T00:15"), "2026-03-01T00:15"),
        (np.datetime64("NaT"), None),
        (np.array([(1, b"\x02")], dtype=[("N", "u1"), ("RAW", "V1")]), [{"N": 1, "RAW": "02"}]),
    ],
)
def test_each_kind_of_value_has_one_form(value: object, expected: object) -> None:
    assert jsonable(value) == expected


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.binary() | st.decimals() | st.datetimes(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=10,
    )
)
def test_whatever_comes_is_strict_json(value: object) -> None:
    text = json.dumps(jsonable(value), allow_nan=False)
    assert json.loads(text) == jsonable(value)
