"""What the program must reach, as declared figures: a name, a unit, a bound, and one measurement for each group."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum


class Bound(Enum):
    AT_LEAST = "at least"
    AT_MOST = "at most"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number to reach. `unit` is "s", "ms", "x" (a ratio), "%", or "" for a count."""

    name: str
    bound: Bound
    wanted: float
    unit: str

    def reached(self, measured: float | None) -> bool:
        """What was not measured, or is no number, was not reached."""
        if measured is None:
            return False
        return measured >= self.wanted if self.bound is Bound.AT_LEAST else measured <= self.wanted

    def ratio(self, measured: float) -> float:
        """How good it is: 1 is just reached, more is better."""
        if self.bound is Bound.AT_LEAST:
            return measured / self.wanted
        if measured <= 0:
            return math.inf if self.wanted > 0 else 1.0
        return self.wanted / measured

    def line(self, measured: float | None, reason: str = "") -> str:
        """`name: measured (wanted)`, with the ratio of the two and a mark for a miss."""
        wanted = f"{self.bound.value} {_digits(self.wanted)} {self.unit}"
        if measured is None:
            return f"{self.name}: not measured ({wanted}) MISSED: {reason}"
        mark = "" if self.reached(measured) else " MISSED"
        return f"{self.name}: {_digits(measured)} {self.unit} ({wanted}; {self.ratio(measured):.2f} of it){mark}"


def _digits(value: float) -> str:
    """Three digits that count; from a thousand on, all of them."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


@dataclass(frozen=True, slots=True)
class Group:
    """Figures that one measurement gives. `measure` returns a value for each figure's name, or raises."""

    name: str
    figures: tuple[Figure, ...]
    measure: Callable[[], Mapping[str, float]]


class NotMeasured(Exception):
    """The measurement cannot be made here; the text says why."""


def seconds(action: Callable[[], object]) -> float:
    """How long one call takes."""
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def median_s(action: Callable[[], object], *, runs: int) -> float:
    """The median of several calls, after one that warms up."""
    action()
    return statistics.median(seconds(action) for _ in range(runs))


def run(groups: Iterable[Group], *, say: Callable[[str], None]) -> bool:
    """Measure group after group and say a line for each figure; whether all were reached."""
    good = True
    for group in groups:
        values: Mapping[str, float] = {}
        reason = "the measurement gives no such value"
        try:
            values = group.measure()
        except NotMeasured as problem:
            reason = str(problem)
        except Exception as problem:  # noqa: BLE001 (the outermost loop: the other groups are still to be measured)
            reason = f"{type(problem).__name__}: {problem}"
        for figure in group.figures:
            measured = values.get(figure.name)
            say(figure.line(measured, reason))
            good = good and figure.reached(measured)
    return good
