"""A read-out as a person wants to see it; the same for a meter that is connected and for one saved years ago.

    view = MeterView(read_out)
    view.registers() ; view.status() ; view.clock() ; view.events() ; view.profile() ; view.instantaneous()
    view.notes        what could not be said, in words

Everything is computed from the bytes of the read-out, a dictionary and a device profile, when it is asked for. A
method whose own table was not read, or cannot be decoded, raises (`TableUnresolved`, `TableError`): an empty answer
would claim that there is nothing. What only a part of an answer lacks is left out of it, with a note, and never costs
the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from fieldpro.c12.dictionary.tables import Tables
from fieldpro.dictionaries import load_dictionary
from fieldpro.errors import FieldProError, TableUnresolved, UsageError
from fieldpro.interval.series import Channel, IntervalSeries
from fieldpro.meter import clock as clocks
from fieldpro.meter import device_profile, logs
from fieldpro.meter import status as statuses
from fieldpro.meter.device_profile import DeviceProfile
from fieldpro.meter.load_profile import assemble
from fieldpro.meter.phases import phase_values
from fieldpro.meter.profile_tables import blocks_of, channels_of, profile_set, ring_of
from fieldpro.meter.registers import RegisterReader, RegisterSnapshot, Selection
from fieldpro.meter.sources import SourceMap
from fieldpro.meter.status import FlagWords
from fieldpro.records import (
    ClockReading,
    LogEvent,
    MeterIdentity,
    PhaseValues,
    ReadOut,
    Register,
    StatusFlag,
    TableStatus,
)

CLOCKS = (52, 55)
STATUS, CLOCK_OFFSETS, SELECTION, CURRENT, PRESENT_SELECTION, PRESENT = 3, 53, 22, 23, 27, 28
PREVIOUS_SEASON, PREVIOUS_RESET, SELF_READS = 24, 25, 26


class MeterView:
    """One read-out seen through a device profile: the one it was read with unless another is given.

    tables: the context of the meter's tables, for decoding any of them. A table read in part is in it with zeros
    where it was not read.
    """

    def __init__(self, read_out: ReadOut, *, profile: DeviceProfile | None = None) -> None:
        self._notes: dict[str, None] = {}
        self.read_out = read_out
        self.device_profile = profile or self._profile_of(read_out)
        keys = self.device_profile.dictionary
        raw = {
            number: reading.data
            for number, reading in read_out.tables.items()
            if reading.status is TableStatus.READ and reading.data
        }
        self.tables = Tables(load_dictionary(keys.overlays), settings=keys.settings, raw=raw)

    @property
    def identity(self) -> MeterIdentity:
        return self.read_out.identity

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out of the answers given so far, and why."""
        return tuple(self._notes)

    # --- registers

    def registers(self) -> list[Register]:
        """The current registers (table 23), then present demands and values (table 28) where they were read."""
        found = list(self.current().registers)
        try:
            found += self.present()
        except FieldProError as error:
            if PRESENT in self.tables.numbers:
                self._note(f"present registers: {error}")
        return found

    def current(self) -> RegisterSnapshot:
        """The current registers with the number of demand resets (table 23)."""
        values = self._values(CURRENT)
        return self._snapshot(values, {}, "CURRENT_REG_DATA_TBL")

    def present(self) -> list[Register]:
        """Present demands and values (tables 27 and 28)."""
        chosen, values = self._values(PRESENT_SELECTION), self._values(PRESENT)
        reader = self._reader()
        found = list(reader.present(chosen, values, "PRESENT_REGISTER_DATA_TBL"))
        self._note(*reader.notes)
        return found

    def previous_season(self) -> RegisterSnapshot:
        """The registers as they stood at the end of last season (table 24)."""
        return self._previous(PREVIOUS_SEASON, "PREVIOUS_SEASON_DATA_TBL")

    def previous_demand_reset(self) -> RegisterSnapshot:
        """The registers as they stood at the last demand reset (table 25)."""
        return self._previous(PREVIOUS_RESET, "PREVIOUS_DEMAND_RESET_DATA_TBL")

    def self_reads(self) -> list[RegisterSnapshot]:
        """The self reads (table 26), newest first."""
        values = self._values(SELF_READS)
        entries = values["SELF_READS_ENTRIES"]
        indices = logs.newest_first(
            len(entries),
            values["NBR_VALID_ENTRIES"],
            values["LAST_ENTRY_ELEMENT"],
            descending=bool(values["LIST_STATUS"]["ORDER_FLAG"]),
        )
        path = "SELF_READ_DATA_TBL.SELF_READS_ENTRIES[{}].REGISTER_DATA"
        return [
            self._snapshot(
                entries[index]["REGISTER_DATA"],
                {**entries[index]["REGISTER_INFO"], "SELF_READ_SEQ_NBR": entries[index].get("SELF_READ_SEQ_NBR")},
                path.format(index),
            )
            for index in indices
        ]

    # --- state

    def status(self) -> list[StatusFlag]:
        """Every status flag of table 3, set or not, the modes other than metering first."""
        values = self._values(STATUS)
        makers = {
            flag.bit: FlagWords(flag.title, flag.meaning, flag.severity) for flag in self.device_profile.status_flags
        }
        return statuses.mode_flags(values) + statuses.flags(values, makers)

    @property
    def mode(self) -> str:
        """The meter's mode in words, "" when it is not known."""
        try:
            return statuses.mode(self._values(STATUS))
        except FieldProError:
            return ""

    def clock(self) -> ClockReading | None:
        """The meter's clock against ours when it was read (table 52, or 55); None when it holds no time."""
        number = next((number for number in CLOCKS if number in self.tables.numbers), CLOCKS[0])
        reading = self.read_out.tables.get(number)
        values = self._values(number)
        read_at = (reading.read_at if reading is not None else None) or self.read_out.ended_at
        return clocks.reading(values, self._offsets, read_at)

    def events(self) -> list[LogEvent]:
        """The event log (table 76), newest first."""
        return logs.log_events(self.tables, logs.EVENTS, self.device_profile.events)

    def history(self) -> list[LogEvent]:
        """The history log (table 74), newest first."""
        return logs.log_events(self.tables, logs.HISTORY, self.device_profile.events)

    def instantaneous(self) -> PhaseValues | None:
        """Present volts, amperes and angles; None when the device profile knows no place for them or they were not
        read."""
        where = self.device_profile.instantaneous
        if where is None or where.table not in self.tables.numbers:
            return None
        return phase_values(self.tables.decode(where.table), where)

    # --- load profile

    def profile(self, set: int = 1) -> IntervalSeries:
        """Load profile set 1 to 4 as time-stamped values, oldest first; only those blocks that were read."""
        chosen = profile_set(set)
        reading = self.read_out.tables.get(chosen.table)
        ring = ring_of(self.tables, chosen)
        channels = self.profile_channels(set)
        keys = self.device_profile.load_profile
        if reading is None or not reading.data:
            raise TableUnresolved(self.tables.dictionary.table(chosen.table).name, (chosen.table,))
        layout = self.tables.layout(chosen.table, reading.data)
        data, parts = reading.data, reading.parts
        if len(data) < layout.size:
            parts = parts or ((0, len(data)),)
            data = data.ljust(layout.size, b"\0")
        if reading.status is not TableStatus.READ:
            count = sum(length for _, length in parts)
            self._note(f"{layout.name}: only {count} of {layout.size} bytes were read; the rest shows as missing")
        blocks = blocks_of(layout, data, ring, chosen, parts=parts, set_is_valid=keys.simple_status == "set-is-valid")
        dst_s = clocks.dst_amount_s(self._offsets) if keys.dst_moves_times else 0
        notes: list[str] = []
        series = assemble(blocks, channels, interval_s=chosen.interval_s(self.tables), dst_s=dst_s, notes=notes)
        self._note(*notes)
        return series

    def profile_channels(self, set: int = 1) -> tuple[Channel, ...]:
        """The channels of a set; without table 62 they have numbers for names."""
        scaled_before = self.device_profile.load_profile.scaling == "before-recording"
        return channels_of(self.tables, profile_set(set), self.sources, scaled_before=scaled_before)

    # --- inside

    @cached_property
    def sources(self) -> SourceMap:
        """Names, units and scales of every source (tables 12, 15, 16); without table 16 sources have numbers only."""
        links = self._optional(16).get("SOURCES_LINK", ())
        uoms = self._optional(12).get("UOM_ENTRY", ())
        constants = self._optional(15).get("SELECTION", ())
        extra = {entry.code: (entry.name, entry.unit) for entry in self.device_profile.quantities}
        found = SourceMap(links, uoms, constants, extra=extra)
        self._note(*found.notes)
        return found

    @cached_property
    def _offsets(self) -> Mapping[str, Any]:
        return self._optional(CLOCK_OFFSETS)

    def _previous(self, number: int, name: str) -> RegisterSnapshot:
        values = self._values(number)
        return self._snapshot(values["REGISTER_DATA"], values["REGISTER_INFO"], f"{name}.REGISTER_DATA")

    def _snapshot(self, values: Mapping[str, Any], header: Mapping[str, Any], path: str) -> RegisterSnapshot:
        reader = self._reader()
        found = reader.snapshot(values, path, header)
        self._note(*reader.notes)
        return found

    def _reader(self) -> RegisterReader:
        return RegisterReader(self.sources, Selection.from_table(self._values(SELECTION)))

    def _values(self, number: int) -> Mapping[str, Any]:
        values: Mapping[str, Any] = self.tables.decode(number).values
        return values

    def _optional(self, number: int) -> Mapping[str, Any]:
        """The values of a table, nothing when it is not here; a note when it is here and cannot be decoded."""
        if number not in self.tables.numbers:
            return {}
        try:
            return self._values(number)
        except FieldProError as error:
            self._note(f"table {number}: {error}")
            return {}

    def _note(self, *texts: str) -> None:
        self._notes.update(dict.fromkeys(texts))

    def _profile_of(self, read_out: ReadOut) -> DeviceProfile:
        try:
            return device_profile.load(read_out.device_profile)
        except UsageError:
            self._note(f"the device profile {read_out.device_profile!r} is not here: the closest one is used")
            return device_profile.choose(read_out.identity)
