"""Decoded values as JSON: bytes as hexadecimal, times as ISO 8601, exact decimals as text that loses nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, TypeAlias

import numpy as np

Json: TypeAlias = str | int | float | bool | list["Json"] | dict[str, "Json"] | None


def jsonable(value: Any) -> Json:
    """Any value a decoded table can hold. NaN and infinity, which JSON lacks, become the words "nan" and "inf"."""
    match value:
        case None | bool() | str():
            return value
        case Enum():
            return jsonable(value.value)
        case np.bool_():
            return bool(value)
        case int() | np.integer():
            return int(value)
        case float() | np.floating():
            number = float(value)
            return number if math.isfinite(number) else str(number)
        case Decimal():
            return _decimal(value)
        case bytes() | bytearray() | memoryview():
            return bytes(value).hex()
        case np.void():
            names = value.dtype.names
            return value.tobytes().hex() if names is None else {name: jsonable(value[name]) for name in names}
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case np.datetime64():
            return None if np.isnat(value) else str(value)
        case np.timedelta64():
            return None if np.isnat(value) else float(value / np.timedelta64(1, "s"))
        case Mapping():
            return {str(key): jsonable(item) for key, item in value.items()}
        case np.ndarray() | Sequence() | set() | frozenset():
            return [jsonable(item) for item in value]
    return str(value)


def _decimal(value: Decimal) -> Json:
    """A whole number as such; else a float where it says the same, and text where it would not."""
    if not value.is_finite():
        return str(value).lower()
    if value == value.to_integral_value():
        return int(value)
    number = float(value)
    return number if Decimal(repr(number)) == value else str(value)
