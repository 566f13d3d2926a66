"""The stretch of time a chart shows, and the moves that people make with it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from fieldpro.gui.charts.timeline import DAY_S

LEAST_INTERVALS = 8


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """left..right, inside first..last (all x, seconds); never narrower than `least`."""

    first: float
    last: float
    least: float
    left: float
    right: float

    @classmethod
    def over(cls, first: float, last: float, interval_s: float) -> TimeWindow:
        """The whole range."""
        least = min(LEAST_INTERVALS * interval_s, last - first)
        return cls(first, last, least, first, last)

    @property
    def span(self) -> float:
        return self.right - self.left

    @property
    def is_whole(self) -> bool:
        return self.left <= self.first and self.right >= self.last

    def to(self, left: float, right: float) -> TimeWindow:
        """left..right, as far as it can be shown: kept inside by moving it, not by squeezing it."""
        span = min(max(right - left, self.least), self.last - self.first)
        middle = (left + right) / 2
        start = min(max(middle - span / 2, self.first), self.last - span)
        return replace(self, left=start, right=start + span)

    def zoom(self, factor: float, at: float | None = None) -> TimeWindow:
        """Show `factor` times as much; what stands at `at` (the middle, when None) stays where it is."""
        centre = (self.left + self.right) / 2 if at is None else min(max(at, self.left), self.right)
        span = min(max(self.span * factor, self.least), self.last - self.first)
        left = centre - (centre - self.left) * span / self.span
        return self.to(left, left + span)

    def pan(self, seconds: float) -> TimeWindow:
        return self.to(self.left + seconds, self.right + seconds)

    def page(self, pages: float) -> TimeWindow:
        """Move by a part of what is shown."""
        return self.pan(self.span * pages)

    def days(self, count: float) -> TimeWindow:
        """`count` days: the last ones when everything is shown, else those that end where the view ends."""
        right = self.last if self.is_whole else self.right
        return self.to(right - count * DAY_S, right)

    def last_days(self, count: float) -> TimeWindow:
        return self.to(self.last - count * DAY_S, self.last)

    def whole(self) -> TimeWindow:
        return self.to(self.first, self.last)

    def home(self) -> TimeWindow:
        return self.to(self.first, self.first + self.span)

    def end(self) -> TimeWindow:
        return self.to(self.last - self.span, self.last)

    def showing(self, x: float) -> TimeWindow:
        """The same span, moved as little as makes x visible."""
        if self.left <= x <= self.right:
            return self
        margin = self.span * 0.05
        left = x - margin if x < self.left else x + margin - self.span
        return self.to(left, left + self.span)
