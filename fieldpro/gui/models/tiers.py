"""Tiers as pictures and tables show them: a year of quarter hours, a day as arcs, letters. No Qt here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

DAY_MIN = 1_440
MOST_TIERS = 8  # NEW_TIER of a tier switch has three bits (C12.19 table 54)
NOWHERE = 255  # no tier is known, or the clock leaves the time out


@dataclass(frozen=True, slots=True)
class YearTiers:
    """`days` from `first` on, each of equally many slots; a slot holds its tier, 255 where none is known."""

    first: date
    days: tuple[bytes, ...]

    @property
    def slots(self) -> int:
        return len(self.days[0]) if self.days else 0

    def at(self, day: int, minute: int) -> int | None:
        """The tier `minute` minutes into day number `day`."""
        tier = self.days[day][minute * self.slots // DAY_MIN]
        return None if tier == NOWHERE else tier

    def hours(self) -> dict[int, float]:
        """Hours of the year in each tier."""
        counts: Counter[int] = Counter()
        for day in self.days:
            counts.update(day)
        return {tier: count * 24 / self.slots for tier, count in sorted(counts.items()) if tier != NOWHERE}


@dataclass(frozen=True, slots=True)
class Arc:
    """From `start_min` to `end_min` minutes after midnight a tier is in force; -1 where that of the day before goes
    on."""

    start_min: int
    end_min: int
    tier: int


def tier_letter(tier: int) -> str:
    """0 -> "A"; what is no tier has none."""
    return chr(ord("A") + tier) if 0 <= tier < MOST_TIERS else "?"


def clock_face(minute: int) -> str:
    """870 -> "14:30"."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def stretches(day: bytes) -> list[tuple[int, int, int]]:
    """(first slot, slot after the last, tier) of each run of the same tier."""
    found: list[tuple[int, int, int]] = []
    start = 0
    for slot in range(1, len(day) + 1):
        if slot == len(day) or day[slot] != day[start]:
            found.append((start, slot, day[start]))
            start = slot
    return found


def plain_day(days: Sequence[bytes], first: int, last: int) -> int:
    """Of the days that are most often so, between two, the one in the middle."""
    common = Counter(days[first:last]).most_common(1)[0][0]
    middle = (first + last) // 2
    return min((n for n in range(first, last) if days[n] == common), key=lambda n: abs(n - middle))
