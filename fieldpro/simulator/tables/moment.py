"""What a table is made from: the meter at one moment, and how its description writes numbers and times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

from fieldpro.c12.values import Odd, odd
from fieldpro.simulator import parts
from fieldpro.simulator.body import Body
from fieldpro.simulator.describe import MeterDescription
from fieldpro.simulator.life import Life
from fieldpro.simulator.moments import time_value
from fieldpro.simulator.numbers import ni_value
from fieldpro.simulator.specs import flow_of

_TIME_BYTES = {"LTIME_DATE": (0, 6, 6, 5, 4), "STIME_DATE": (0, 5, 5, 4, 4), "TIME": (0, 3, 3, 4, 4)}


@dataclass(frozen=True)
class Moment:
    """`now`: real time."""

    body: Body
    now: float

    @property
    def description(self) -> MeterDescription:
        return self.body.description

    @property
    def life(self) -> Life:
        return self.body.life

    @cached_property
    def local(self) -> float:
        """What the clock shows, in seconds since 1970."""
        return self.life.local_at(self.now)

    @cached_property
    def standard(self) -> float:
        return self.life.clock.standard_at(self.now)

    @property
    def byte_order(self) -> Literal["big", "little"]:
        return "big" if self.description.format.data_order == "msb-first" else "little"

    def ni1(self, value: float) -> float | int | Decimal:
        return ni_value(self.description.format.ni_format1, value)

    def ni2(self, value: float) -> float | int | Decimal:
        return ni_value(self.description.format.ni_format2, value)

    # --- times

    def long_time(self, local: float) -> datetime:
        return time_value(local)

    def short_time(self, local: float) -> datetime:
        """To the minute, as STIME_DATE has it in every format but one."""
        return time_value(local // 60 * 60)

    def no_time(self, kind: str) -> Odd:
        """A time that is not set: all bytes zero."""
        return odd(bytes(_TIME_BYTES[kind][self.description.format.time]), "not set")

    def time_of_day(self, seconds: float) -> time:
        whole = min(max(int(seconds), 0), 86_399)
        return time(whole // 3600, whole // 60 % 60, whole % 60)

    # --- sources

    def source(self, name: str) -> parts.Source:
        return self.description.sources[name]

    def register_value(self, name: str, pulses: int) -> float:
        """A summation as its source gives it: pulses, or watt-hours in the source's scale."""
        source = self.source(name)
        if not source.engineering:
            return float(pulses)
        weight = float(self.body.energy.weights[flow_of(source)])
        return pulses * weight / float(source.scale)

    def scaled(self, name: str, value: float) -> float:
        """A power or other rate in the source's scale."""
        return value / float(self.source(name).scale)


Values = dict[str, Any]


def flags(names: tuple[str, ...], *on: str) -> dict[str, bool]:
    """A bit field of flags with some of them set."""
    return {name: name in on for name in names}
