"""Table numbers as a person writes them: `0,1,20-28,mt3`. Manufacturer table n counts as 2048 + n, as everywhere."""

from __future__ import annotations

import re

from fieldpro.c12.dictionary.model import MANUFACTURER
from fieldpro.errors import UsageError

HIGHEST = MANUFACTURER - 1  # C12.19: eleven bits of a table identifier number the tables of one kind
_PART = re.compile(r"(?P<kind>st|mt)?\s*(?P<first>\d{1,4})\s*(?:-\s*(?P<last>\d{1,4}))?", re.IGNORECASE | re.ASCII)


def parse_tables(text: str) -> tuple[int, ...]:
    """The numbers named, each once, in the order written. Raises `UsageError`."""
    numbers: dict[int, None] = {}
    for part in text.split(","):
        match = _PART.fullmatch(part.strip())
        if match is None:
            raise UsageError("table numbers", "numbers such as 0,1,20-28,mt3", part.strip() or "an empty place")
        first = int(match["first"])
        last = int(match["last"] or first)
        if not first <= last <= HIGHEST:
            raise UsageError("table numbers", f"numbers from 0 to {HIGHEST}, the lower one first", part.strip())
        base = MANUFACTURER if (match["kind"] or "").lower() == "mt" else 0
        numbers |= dict.fromkeys(range(base + first, base + last + 1))
    return tuple(numbers)
