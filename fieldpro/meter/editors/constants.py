"""Constants of an electricity meter (ANSI C12.19 table 15): multiplier and offset of a source, and the current and
voltage transformers in front of the meter."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, ClassVar

from fieldpro.meter.editors.complaint import Complaint, Weight
from fieldpro.meter.editors.editor import Editor, Spec
from fieldpro.meter.sources import number

TABLE, LIMITS = "CONSTANTS_TBL", "ACT_SOURCES_LIM_TBL"
ELECTRICITY = 2  # CONSTANTS_SELECTOR
LARGEST_RATIO = 100_000
SETS = (1, 2)


class ConstantsEditor(Editor):
    """Fields of entry N: `multiplier_N`, `offset_N`, and of set S of transformers `ct_N_S`, `vt_N_S`, `applied_N_S`."""

    title: ClassVar[str] = "Constants"
    needs: ClassVar[frozenset[int]] = frozenset({0, 1, 10, 11, 12, 15, 16})
    about: ClassVar[frozenset[int]] = frozenset({11, 15})

    def specs(self) -> Iterator[Spec]:
        if not self.has(f"{LIMITS}.CONSTANTS_SELECTOR") or self.held(f"{LIMITS}.CONSTANTS_SELECTOR") != ELECTRICITY:
            return
        for index, source in enumerate(self.entries):
            path = f"{TABLE}.SELECTION[{index}]"
            group = self.sources[source] if source is not None else f"Constants {index + 1}"
            yield Spec(f"multiplier_{index}", f"{path}.MULTIPLIER", group=group)
            yield Spec(f"offset_{index}", f"{path}.OFFSET", group=group)
            for each in SETS:
                part = f"{path}.SET{each}_CONSTANTS"
                if self.has(f"{part}.RATIO_F1"):
                    yield Spec(f"ct_{index}_{each}", f"{part}.RATIO_F1", group=group, high=LARGEST_RATIO)
                    yield Spec(f"vt_{index}_{each}", f"{part}.RATIO_P1", group=group, high=LARGEST_RATIO)
                    yield Spec(f"applied_{index}_{each}", f"{part}.SET_FLAGS.SET_APPLIED_FLAG", group=group)

    @property
    def entries(self) -> tuple[int | None, ...]:
        """For each entry of table 15 the source that it belongs to: the k-th one with constants (table 16)."""
        count = int(self.held(f"{LIMITS}.NBR_CONSTANTS_ENTRIES"))
        links = self.tables.decode(16).values["SOURCES_LINK"] if self.tables.get(16) is not None else ()
        users = [source for source, link in enumerate(links) if link["CONSTANTS_FLAG"]]
        return tuple(users[index] if index < len(users) else None for index in range(count))

    def transformer_factor(self, index: int) -> Decimal:
        """What the ratios of an entry that are still to be applied multiply an energy by."""
        product = Decimal(1)
        for each in SETS:
            if f"ct_{index}_{each}" in self.declared and not self.value(f"applied_{index}_{each}"):
                product *= _number(self.value(f"ct_{index}_{each}")) * _number(self.value(f"vt_{index}_{each}"))
        return product

    def complaints(self) -> Iterator[Complaint]:
        for name, spec in self.declared.items():
            kind = name.partition("_")[0]
            value = self.value(name)
            if kind in ("multiplier", "ct", "vt") and _number(value) <= 0:
                what = {"multiplier": "multiplier", "ct": "current transformer", "vt": "voltage transformer"}[kind]
                place = f"{spec.group}: {what}"
                weight = Weight.ERROR if spec.path in self.wanted else Weight.WARNING
                yield Complaint(place, "a number above 0 is wanted", name, weight)
        for name, spec in self.declared.items():
            if name.startswith("applied") and spec.path in self.wanted:
                text = "whether the meter applies the ratios itself was changed: every reading changes with it"
                yield Complaint(spec.group, text, name, Weight.WARNING)


def _number(value: Any) -> Decimal:
    return number(value) or Decimal(0)
