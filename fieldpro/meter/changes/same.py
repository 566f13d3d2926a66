"""When two values of an element count as the same: real numbers within a tolerance, everything else exactly."""

from __future__ import annotations

import math
from typing import Any

from fieldpro.c12.codec import Float
from fieldpro.c12.values import Codec, Odd
from fieldpro.meter.programs.rules import Tolerance


def same_value(first: Any, second: Any, codec: Codec, tolerance: Tolerance) -> bool:
    """Both as `codec` decodes them. A text is its characters, however it is padded."""
    if isinstance(codec, Float) and isinstance(first, float) and isinstance(second, float):
        if math.isnan(first) or math.isnan(second):
            return math.isnan(first) and math.isnan(second)
        part = tolerance.float32 if codec.size == 4 else tolerance.float64
        return first == second or math.isclose(first, second, rel_tol=part, abs_tol=0.0)
    if isinstance(first, Odd) != isinstance(second, Odd):
        return False
    return bool(first == second)
