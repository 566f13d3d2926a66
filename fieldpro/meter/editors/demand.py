"""Demand intervals and exclusions: ANSI C12.19 table 13, with the sources of table 16 that are measured by them.

A block demand is the average of one interval; a rolling (sliding) one that of the last few sub-intervals, renewed with
each of them. In table 13 both are a sub-interval and how many make an interval, or an interval only, as table 11 says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from fieldpro.meter.editors.complaint import Complaint, Weight
from fieldpro.meter.editors.editor import Editor, Spec

TABLE, LIMITS = "DEMAND_CONTROL_TBL", "ACT_SOURCES_LIM_TBL"
HOUR_MIN, DAY_MIN, BYTE = 60, 1440, 255
EXCLUSIONS = {  # element -> name of the field
    "RESET_EXCLUSION": "reset_exclusion",
    "P_FAIL_RECOGNTN_TM": "power_fail_recognition",
    "P_FAIL_EXCLUSION": "power_fail_exclusion",
    "COLD_LOAD_PICKUP": "cold_load_pickup",
}


@dataclass(frozen=True, slots=True)
class DemandInterval:
    """One entry of table 13. sources: names of what is measured by it."""

    index: int
    sources: tuple[str, ...]
    subinterval_min: int
    subintervals: int

    @property
    def interval_min(self) -> int:
        return self.subinterval_min * self.subintervals

    @property
    def kind(self) -> str:
        return "block" if self.subintervals == 1 else "rolling"

    def __str__(self) -> str:
        if self.kind == "block":
            return f"block, {self.interval_min} min"
        return f"rolling, {self.interval_min} min in {self.subintervals} sub-intervals of {self.subinterval_min} min"


class DemandEditor(Editor):
    """Fields: `interval_N` or `subinterval_N` with `subintervals_N`, for entry N; the exclusions by their names."""

    title: ClassVar[str] = "Demand"
    needs: ClassVar[frozenset[int]] = frozenset({0, 1, 10, 11, 12, 13, 15, 16})
    about: ClassVar[frozenset[int]] = frozenset({11, 13})

    def specs(self) -> Iterator[Spec]:
        for index, sources in enumerate(self.entries):
            path = f"{TABLE}.INTERVAL_VALUE[{index}]"
            group = ", ".join(sources) or f"Demand control {index + 1}"
            if self.is_sliding:
                yield Spec(f"subinterval_{index}", f"{path}.SUB_INT", group=group, low=1, high=HOUR_MIN)
                yield Spec(f"subintervals_{index}", f"{path}.INT_MULTIPLIER", group=group, low=1, high=HOUR_MIN)
            else:
                yield Spec(f"interval_{index}", f"{path}.INT_LENGTH", group=group, low=1, high=DAY_MIN)
        for element, name in EXCLUSIONS.items():
            if self.has(f"{TABLE}.{element}"):
                yield Spec(name, f"{TABLE}.{element}", group="Exclusion", low=0, high=BYTE)

    @property
    def is_sliding(self) -> bool:
        """Whether entries have sub-intervals at all."""
        return self.flag(f"{LIMITS}.SLIDING_DEMAND_FLAG")

    @property
    def entries(self) -> tuple[tuple[str, ...], ...]:
        """For each entry of table 13 the sources measured by it: the k-th source that has a demand control has the
        k-th entry (table 16)."""
        count = int(self.held(f"{LIMITS}.NBR_DEMAND_CTRL_ENTRIES"))
        links = self.tables.decode(16).values["SOURCES_LINK"] if self.tables.get(16) is not None else ()
        users = [source for source, link in enumerate(links) if link["DEMAND_CTRL_FLAG"]]
        return tuple((self.sources[users[index]],) if index < len(users) else () for index in range(count))

    @property
    def intervals(self) -> tuple[DemandInterval, ...]:
        """Every entry as it is wanted."""
        found = []
        for index, sources in enumerate(self.entries):
            if self.is_sliding:
                sub, count = (int(self.value(f"{name}_{index}")) for name in ("subinterval", "subintervals"))
            else:
                sub, count = int(self.value(f"interval_{index}")), 1
            found.append(DemandInterval(index, sources, sub, count))
        return tuple(found)

    def complaints(self) -> Iterator[Complaint]:
        block_allowed = self.flag(f"{LIMITS}.BLOCK_DEMAND_FLAG") or not self.is_sliding
        for each in self.intervals:
            place = ", ".join(each.sources) or f"demand control {each.index + 1}"
            name = f"subinterval_{each.index}" if self.is_sliding else f"interval_{each.index}"
            if each.interval_min > DAY_MIN:
                yield Complaint(place, f"an interval of {each.interval_min} min is longer than a day", name)
            elif DAY_MIN % each.interval_min:
                yield Complaint(place, f"intervals of {each.interval_min} min do not fill a day evenly", name)
            elif each.interval_min <= HOUR_MIN and HOUR_MIN % each.interval_min:
                text = f"intervals of {each.interval_min} min do not end on the hour"
                yield Complaint(place, text, name, Weight.WARNING)
            if each.kind == "block" and not block_allowed:
                yield Complaint(place, "this meter has no block demand: more than one sub-interval is wanted", name)
        lengths = {each.interval_min for each in self.intervals}
        if "cold_load_pickup" in self.declared and "power_fail_recognition" in self.declared:
            recognised_s, cold_min = (int(self.value(name)) for name in ("power_fail_recognition", "cold_load_pickup"))
            if cold_min and cold_min * 60 < recognised_s:
                text = f"an outage of {cold_min} min is not yet recognised: that takes {recognised_s} s"
                yield Complaint("Cold load pick-up", text, "cold_load_pickup", Weight.WARNING)
        if len(lengths) > 1:
            text = f"demands are measured by intervals of different lengths: {', '.join(map(str, sorted(lengths)))} min"
            yield Complaint("Demand intervals", text, "", Weight.WARNING)
