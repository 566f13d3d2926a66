"""What the sources of a meter are called: by quantity, direction and phase, never by number alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cached_property

from fieldpro.meter.quantity import full_name
from fieldpro.meter.sources import SourceMap


class SourceNames:
    """Names by source number; of sources that would have the same name each has its number behind it."""

    def __init__(self, sources: SourceMap) -> None:
        self.sources = sources

    @cached_property
    def names(self) -> Mapping[int, str]:
        plain = {number: self._plain(number) for number in range(len(self.sources))}
        counts = Counter(plain.values())
        return {number: name if counts[name] == 1 else f"{name} (source {number})" for number, name in plain.items()}

    def __getitem__(self, number: int) -> str:
        """The name of any source; one that the meter does not describe is "source 200"."""
        return self.names.get(number, f"source {number}")

    def __len__(self) -> int:
        return len(self.sources)

    def unit(self, number: int) -> str:
        return self.sources.scale(number).quantity.unit

    def _plain(self, number: int) -> str:
        quantity = self.sources.scale(number).quantity
        unit = f" [{quantity.unit}]" if quantity.unit == "pulses" and quantity.name != "pulses" else ""
        return f"{full_name(quantity)}{unit}"
