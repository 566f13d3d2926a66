"""What a load profile set records: ANSI C12.19 table 62 (channels, format) and 61 (blocks, intervals, channels).

The bytes that a set takes are those of its data table as the dictionary lays it out with the wanted numbers; they are
held against LP_MEMORY_LEN, with those of the other sets.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from fieldpro.c12.dictionary.tables import Tables
from fieldpro.errors import FieldProError, UsageError
from fieldpro.meter.changes.image import Image, carried_over, placed
from fieldpro.meter.editors.complaint import Complaint, Weight
from fieldpro.meter.editors.editor import Editor, Spec
from fieldpro.meter.programs.paths import tree
from fieldpro.meter.programs.rules import rules

LIMITS, CONTROL = "ACT_LP_TBL", "LP_CTRL_TBL"
ACTUAL, CONTROLS, FIRST_DATA = 61, 62, 64
SETS = (1, 2, 3, 4)
DAY_MIN, HOUR_MIN, MOST_CHANNELS = 1440, 60, 255
FORMATS = {  # INT_FMT_CDE -> flag of LP_FMATS
    1: "INV_UINT8_FLAG",
    2: "INV_UINT16_FLAG",
    4: "INV_UINT32_FLAG",
    8: "INV_INT8_FLAG",
    16: "INV_INT16_FLAG",
    32: "INV_INT32_FLAG",
    64: "INV_NI_FMAT1_FLAG",
    128: "INV_NI_FMAT2_FLAG",
}


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes of the load profile: what the sets take, and what there is (0 where the meter does not tell)."""

    taken: int
    there: int

    @property
    def fits(self) -> bool:
        return not self.there or self.taken <= self.there


@dataclass(frozen=True, slots=True)
class ProfileChannel:
    """One channel: source numbers with their names."""

    index: int
    source: int
    name: str
    end_source: int
    end_name: str
    has_end_reading: bool


class LoadProfileEditor(Editor):
    """Fields of set S: `blocks_S`, `intervals_S`, `minutes_S`, `format_S`, `stops_S`, and of its channel C
    `source_S_C`, `end_source_S_C`, `end_S_C`. The number of channels is changed by `with_channels`."""

    title: ClassVar[str] = "Load profile"
    needs: ClassVar[frozenset[int]] = frozenset({0, 1, 10, 11, 12, 13, 15, 16, 60, 61, 62})
    about: ClassVar[frozenset[int]] = frozenset({61})

    def specs(self) -> Iterator[Spec]:
        for each in self.sets:
            group = f"Set {each}"
            yield Spec(f"blocks_{each}", f"{LIMITS}.NBR_BLKS_SET{each}", group=group, low=1, high=0xFFFF)
            yield Spec(f"intervals_{each}", f"{LIMITS}.NBR_BLK_INTS_SET{each}", group=group, low=1, high=0xFFFF)
            yield Spec(f"minutes_{each}", f"{LIMITS}.MAX_INT_TIME_SET{each}", group=group, low=1, high=255)
            yield Spec(f"stops_{each}", f"{LIMITS}.LP_FLAGS.LP_SET{each}_INHIBIT_OVF_FLAG", group=group)
            if self.tables.get(CONTROLS) is None:
                continue
            yield Spec(f"format_{each}", f"{CONTROL}.INT_FMT_CDE{each}", group=group, choices=self.formats)
            for channel in range(self.channel_count(each)):
                path = f"{CONTROL}.LP_SEL_SET{each}[{channel}]"
                part = f"{group}, channel {channel + 1}"
                if not self.has(path):
                    continue  # a channel to come: `with_channels` holds its values
                names = self.sources.names
                yield Spec(f"source_{each}_{channel}", f"{path}.LP_SOURCE_SELECT", group=part, choices=names)
                yield Spec(f"end_{each}_{channel}", f"{path}.CHNL_FLAG.END_RDG_FLAG", group=part)
                end = f"{path}.END_BLK_RDG_SOURCE_SELECT"
                yield Spec(f"end_source_{each}_{channel}", end, group=part, choices=names)

    @property
    def sets(self) -> tuple[int, ...]:
        """The sets that the meter has."""
        return tuple(each for each in SETS if self.has(f"{LIMITS}.NBR_BLKS_SET{each}"))

    @property
    def formats(self) -> dict[int, str]:
        """The formats of interval values that the meter can record in."""
        node = self._node(f"{CONTROL}.INT_FMT_CDE{self.sets[0]}")
        able = [code for code, flag in FORMATS.items() if self.held(f"{LIMITS}.LP_FMATS.{flag}")]
        return {code: node.annotation.words[code] for code in able}

    def channel_count(self, each: int) -> int:
        return int(self.at(f"{LIMITS}.NBR_CHNS_SET{each}"))

    def channels(self, each: int) -> tuple[ProfileChannel, ...]:
        """The channels of a set as they are wanted."""
        found = []
        for index in range(self.channel_count(each)):
            path = f"{CONTROL}.LP_SEL_SET{each}[{index}]"
            source = int(self.at(f"{path}.LP_SOURCE_SELECT"))
            end = int(self.at(f"{path}.END_BLK_RDG_SOURCE_SELECT"))
            has_end = bool(self.at(f"{path}.CHNL_FLAG.END_RDG_FLAG"))
            found.append(ProfileChannel(index, source, self.sources[source], end, self.sources[end], has_end))
        return tuple(found)

    def with_channels(self, each: int, sources: list[tuple[int, int]]) -> Self:
        """A set with these channels: (source, source of the block-end reading) of each. Raises `UsageError` for no
        channels, for too many, and for a set that the meter does not have."""
        if each not in self.sets:
            raise UsageError("load profile set", f"one of {', '.join(map(str, self.sets))}", str(each))
        if not 1 <= len(sources) <= MOST_CHANNELS:
            raise UsageError("load profile channels", f"1 to {MOST_CHANNELS}", str(len(sources)))
        start = f"{CONTROL}.LP_SEL_SET{each}["
        kept = {path: value for path, value in self.wanted.items() if not path.startswith(start)}
        values: dict[str, Any] = {f"{LIMITS}.NBR_CHNS_SET{each}": len(sources)}
        for index, (source, end) in enumerate(sources):
            path = f"{start}{index}]"
            values[f"{path}.LP_SOURCE_SELECT"] = source
            values[f"{path}.END_BLK_RDG_SOURCE_SELECT"] = end
            values[f"{path}.CHNL_FLAG.END_RDG_FLAG"] = True
        for name in ("SCALARS", "DIVISOR"):
            path = f"{CONTROL}.{name}_SET{each}"
            if self.has(path):
                held = self.held(path)
                values |= {f"{path}[{index}]": 1 for index in range(len(held), len(sources))}
        return type(self)(self.view, kept).with_elements(values)

    def days(self, each: int) -> float:
        """How many days a full set holds."""
        blocks, intervals, minutes = (int(self.value(f"{name}_{each}")) for name in ("blocks", "intervals", "minutes"))
        return blocks * intervals * minutes / DAY_MIN

    def memory(self) -> Memory:
        """What the sets take as they are wanted. Raises as `Tables.layout` does."""
        after = self._after()
        taken = sum(after.layout(FIRST_DATA - 1 + each).size for each in self.sets)
        return Memory(taken, int(self.held(f"{LIMITS}.LP_MEMORY_LEN")))

    def complaints(self) -> Iterator[Complaint]:
        for each in self.sets:
            minutes, intervals = (int(self.value(f"{name}_{each}")) for name in ("minutes", "intervals"))
            place = f"Set {each}"
            if minutes > HOUR_MIN or HOUR_MIN % minutes:
                text = f"intervals of {minutes} min do not end on the hour"
                yield Complaint(place, text, f"minutes_{each}")
            elif DAY_MIN % (minutes * intervals) and (minutes * intervals) % DAY_MIN:
                text = f"a block of {intervals} intervals of {minutes} min does not fit a day evenly"
                yield Complaint(place, text, f"intervals_{each}", Weight.WARNING)
            yield from self._channels(each)
            if any(path.startswith((f"{LIMITS}.", f"{CONTROL}.")) for path in self.wanted):
                text = "a meter may drop what it has recorded when this changes: read it before"
                yield Complaint(place, text, f"blocks_{each}", Weight.WARNING)
        try:
            memory = self.memory()
        except FieldProError as error:
            yield Complaint("Memory", f"how much is wanted cannot be told: {error}", "", Weight.WARNING)
            return
        if not memory.fits:
            text = f"{memory.taken} bytes are wanted and the meter has {memory.there}: fewer blocks or channels"
            yield Complaint("Memory", text, f"blocks_{self.sets[0]}")

    def _channels(self, each: int) -> Iterator[Complaint]:
        if self.tables.get(CONTROLS) is None:
            return
        seen: dict[int, int] = {}
        for channel in self.channels(each):
            place, name = f"Set {each}, channel {channel.index + 1}", f"source_{each}_{channel.index}"
            if channel.source >= len(self.sources):
                yield Complaint(place, f"the meter has no source {channel.source}", name)
            elif channel.source in seen:
                text = f"{channel.name} is recorded by channel {seen[channel.source] + 1} too"
                yield Complaint(place, text, name, Weight.WARNING)
            seen.setdefault(channel.source, channel.index)

    def _after(self) -> Tables:
        """The meter's tables with what is wanted in them."""
        after = Tables(
            self.tables.dictionary,
            settings=self.tables.settings,
            raw={number: self.tables.get(number) or b"" for number in self.tables.numbers},
        )
        for number, name in ((ACTUAL, LIMITS), (CONTROLS, CONTROL)):
            values = {path: value for path, value in self.wanted.items() if path.startswith(f"{name}.")}
            held = self.tables.get(number)
            if held is None or (not values and number == ACTUAL):
                continue
            layout = after.layout(number)
            image = Image(layout, carried_over(layout, held, self.tables.layout(number)))
            for node, value in placed(layout.root, tree(values).get(name, {})):
                if not isinstance(node, str):
                    image.set(node, value, rules().tolerance)
            after.put(number, image.after)
        return after
