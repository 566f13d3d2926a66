"""Counters of the site diagnostics: three misses in a row trip a check, and each trip counts one.

counters = Counters()
counters = counters.after(verdicts, settings)       a new value each time
counters["D2"].count, counters["D2"].tripped

A pass ends the row of misses and the trip; what is not judged, or switched off, leaves both as they are. Counters stay
at 255. They are reset only after what they say is saved: see `fieldpro.meter.diagnosis.record`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from fieldpro.meter.diagnosis.checks import Outcome, Verdict
from fieldpro.meter.diagnosis.settings import Settings, checks, sampling


@dataclass(frozen=True, slots=True)
class Counter:
    """misses: in a row, now. tripped: the check is in error now. count: how often it tripped, 0 to 255."""

    misses: int = 0
    tripped: bool = False
    count: int = 0

    def after(self, outcome: Outcome, to_trip: int) -> Counter:
        if outcome is Outcome.PASS:
            return Counter(count=self.count)
        if outcome is not Outcome.MISS:
            return self
        misses = self.misses + 1
        if self.tripped or misses < to_trip:
            return replace(self, misses=misses)
        return Counter(misses, True, min(self.count + 1, sampling().counter_limit))


def _all() -> Mapping[str, Counter]:
    return {name: Counter() for name in checks()}


@dataclass(frozen=True)
class Counters:
    """The counter of every check."""

    by_check: Mapping[str, Counter] = field(default_factory=_all)

    def __getitem__(self, check: str) -> Counter:
        return self.by_check[check]

    def after(self, verdicts: Mapping[str, Verdict], settings: Settings) -> Counters:
        """With one more sample judged."""
        moved = {
            name: counter.after(verdicts[name].outcome, settings.misses_to_trip(name)) if name in verdicts else counter
            for name, counter in self.by_check.items()
        }
        return Counters(MappingProxyType(moved))

    @property
    def tripped(self) -> tuple[str, ...]:
        """The checks that are in error now."""
        return tuple(name for name, counter in self.by_check.items() if counter.tripped)

    @property
    def counts(self) -> dict[str, int]:
        return {name: counter.count for name, counter in self.by_check.items()}
