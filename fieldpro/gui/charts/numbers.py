"""Numbers as a person reads them: grouped, and with no more digits than the meter has."""

from __future__ import annotations

import math

MOST_DECIMALS = 5


def decimals_of(resolution: float) -> int:
    """Decimals that a value in steps of `resolution` needs: 0.25 -> 2, 0.1 -> 1, 10 -> 0."""
    if resolution <= 0 or not math.isfinite(resolution):
        return 2
    scaled = ((places, resolution * 10**places) for places in range(MOST_DECIMALS))
    return next((places for places, steps in scaled if abs(steps - round(steps)) < 1e-6), MOST_DECIMALS)


def number(value: float, decimals: int) -> str:
    """`1,234.50`; a value that was not recorded is a dash."""
    return f"{value:,.{decimals}f}" if math.isfinite(value) else "\u2013"


def span_text(seconds: float) -> str:
    """`15 min`, `1 h`, `30 s`."""
    if seconds % 3600 == 0:
        return f"{seconds / 3600:.0f} h"
    return f"{seconds / 60:.0f} min" if seconds % 60 == 0 else f"{seconds:.0f} s"
