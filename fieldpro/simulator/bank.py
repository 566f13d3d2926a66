"""A meter's tables as bytes: configuration kept, everything else made at the moment it is asked for.

Bytes come from values through the dictionary; what is written is decoded by it first, so that a table never holds what
it cannot have. ST64 is made as one NumPy array and kept until the next interval closes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from fieldpro.c12.codec import fixed_codec
from fieldpro.c12.dictionary import PENDING, Layout, Tables
from fieldpro.c12.values import Codec
from fieldpro.dictionaries import load_dictionary
from fieldpro.errors import TableError
from fieldpro.simulator import events
from fieldpro.simulator.access import Access
from fieldpro.simulator.body import Body, User
from fieldpro.simulator.limits import LIMITS, SHAPED, beyond, reshaped
from fieldpro.simulator.pending import HEADER_BYTES, Waiting, is_good, is_pending
from fieldpro.simulator.switch import limit_from
from fieldpro.simulator.tables import clock, display, general, load_profile, logs, maker, registers, security, sources
from fieldpro.simulator.tables.moment import Moment, Values

Builder = Callable[[Moment], Values]

MAKER = 2048
PROFILE_DATA = 64
SWITCH_STATUS, LOAD_LIMIT = MAKER + 3, MAKER + 4

CONFIGURATION: Mapping[int, Builder] = {  # in the order in which they need each other
    MAKER: maker.configuration,
    1: general.manufacturer_identification,
    2: general.nameplate,
    5: general.identification,
    6: general.utility,
    10: sources.limits,
    11: sources.limits,
    12: sources.units,
    13: sources.demand_control,
    14: sources.data_control,
    15: sources.constants,
    16: sources.sources,
    20: registers.limits,
    21: registers.limits,
    22: registers.selection,
    27: registers.present_selection,
    30: display.dimensions,
    31: display.limits,
    32: display.display_sources,
    33: display.primary,
    34: display.secondary,
    40: security.limits,
    41: security.limits,
    42: security.passwords,
    43: security.defaults,
    44: security.control,
    45: security.keys,
    50: clock.dimensions,
    51: clock.limits,
    53: clock.offsets,
    54: clock.calendar_values,
    60: load_profile.limits,
    61: load_profile.limits,
    62: load_profile.control,
    70: logs.limits,
    71: logs.limits,
    72: logs.supported,
    73: logs.history_control,
    75: logs.event_control,
    LOAD_LIMIT: maker.load_limit,
}

LIVE: Mapping[int, Builder] = {
    3: general.mode_status,
    4: general.pending_status,
    23: registers.current,
    24: registers.previous_season,
    25: registers.previous_reset,
    26: registers.self_reads,
    28: registers.present,
    52: clock.clock,
    55: clock.clock_state,
    56: clock.time_remaining,
    63: load_profile.status,
    74: logs.history,
    76: logs.event_log,
    MAKER + 1: maker.instantaneous,
    MAKER + 2: maker.outages,
    SWITCH_STATUS: maker.switch_status,
}

_PROCEDURE_TABLES = {7: bytes(3), 8: bytes(4)}
_SHAPED_ANEW = frozenset({4})  # at every reading, by the triggers of what waits
_SECURITY = frozenset({42, 43, 44})
_CALENDAR = frozenset({53, 54})


class Bank:
    """The tables of one meter. Numbers count manufacturer tables from 2048."""

    def __init__(self, body: Body, procedures: Iterable[int]) -> None:
        self.body = body
        self._procedures = tuple(procedures)
        self._tables = Tables(load_dictionary(body.description.dictionary))
        self._layouts: dict[int, Layout] = {}
        self._profile_data: tuple[object, bytes] | None = None
        self.numbers = frozenset(self._served())
        self.writable = frozenset(body.description.security.writable) & self.numbers
        self.restore()

    @property
    def big(self) -> bool:
        return self.body.description.format.data_order == "msb-first"

    @cached_property
    def long_time(self) -> Codec:
        """How this meter writes an LTIME_DATE."""
        return fixed_codec("LTIME_DATE", self._tables.formats)

    @cached_property
    def access(self) -> Access:
        """What the security tables say now."""
        tables, procedures = security.read_control(self._tables.decode(44).values)
        defaults = self._tables.decode(43).values
        return Access(
            passwords=security.read_passwords(self._tables.decode(42).values),
            tables=tables,
            procedures=procedures,
            table_default=security.read_rights(defaults["TABLE_DEFAULT"]),
            procedure_default=security.read_rights(defaults["PROCEDURE_DEFAULT"]),
        )

    def restore(self) -> None:
        """All configuration as the description has it; nothing waits."""
        self.body.pending.entries = []
        moment = self._moment()
        lists = {"numbers": self.numbers, "writable": self.writable, "procedures": self._procedures}
        self._put(0, self._tables.encode(0, general.general_configuration(moment, **lists)))
        for number, build in CONFIGURATION.items():
            if number in self.numbers:
                self._put(number, self._tables.encode(number, build(moment)))
        if LOAD_LIMIT in self.numbers:
            self._set_limit(self._tables.decode(LOAD_LIMIT).values, moment.now)
        for number, data in _PROCEDURE_TABLES.items():
            self._put(number, data)

    def has(self, number: int) -> bool:
        """Whether there is such a table; a pending one is there for writing even when none waits."""
        return number % PENDING in (self.body.description.pending.tables if is_pending(number) else self.numbers)

    def takes(self, number: int) -> bool:
        """Whether it can be written."""
        return self.has(number) and number % PENDING in self.writable

    def is_empty(self, number: int) -> bool:
        """Whether it is a pending table and none waits."""
        return is_pending(number) and self.body.pending.of(number % PENDING) is None

    def read(self, number: int) -> bytes:
        """A table's bytes now. There must be such a table, and it must not be empty."""
        if is_pending(number):
            waiting = self.body.pending.of(number % PENDING)
            return b"" if waiting is None else waiting.header + waiting.data
        if number == PROFILE_DATA:
            return self._profile()
        build = LIVE.get(number)
        if build is None:
            return self._tables.get(number) or b""
        values = build(self._moment())
        known = self._layouts.get(number)
        if known is not None:
            return known.encode(values)
        data = self._tables.encode(number, values)  # the first time the values give a table its shape
        if number not in _SHAPED_ANEW:
            self._layouts[number] = self._tables.layout(number, data)
        return data

    def layout(self, number: int) -> Layout:
        """A table's layout; it stays the same until a table is written."""
        if number not in self._layouts:
            data = self.read(number) if number in LIVE else None
            layout = self._tables.layout(number, data)
            if number in _SHAPED_ANEW:
                return layout
            self._layouts[number] = layout
        return self._layouts[number]

    def keep(self, number: int, data: bytes) -> None:
        """A table's bytes from now on, unchecked: what the meter itself writes."""
        self._put(number, data)

    def write(self, number: int, data: bytes) -> None:
        """A client's bytes. Raises `TableError` when the table cannot hold them."""
        if is_pending(number):
            self._write_pending(number, data)
        else:
            self._write_now(number, data, None)

    def activate(self, waiting: Waiting, at: float | None = None) -> None:
        """A pending table takes hold; at the real time given, now when None."""
        body = self.body
        now = body.now() if at is None else at
        body.pending.drop(waiting)
        if waiting.reads_itself:
            body.self_read(now)
        if waiting.resets_demand:
            body.demand_reset(now)
        try:
            self._write_now(waiting.table, waiting.data, now)
        except TableError:  # it does not fit any more: something else was written since
            body.note(events.PENDING_CANCELLED, user=User(), argument=waiting.table, now=now)
            return
        body.pending.last_activation = body.life.local_at(now)
        body.note(events.PENDING_ACTIVATED, user=User(), argument=waiting.table, now=now)

    def activate_due(self, now: float) -> None:
        """Everything that should have taken hold by now, each at its time."""
        while (due := self.body.pending.next_due(self.body.life, now)) is not None:
            self.activate(due[1], due[0])

    def _write_pending(self, number: int, data: bytes) -> None:
        table = number % PENDING
        layout = self._tables.layout(number, data)
        if len(data) != layout.size:
            raise TableError(layout.name, layout.name, 0, f"{layout.size} bytes", f"{len(data)} bytes")
        values = layout.decode(data).values["PENDING_HEADER"]
        header = data[:HEADER_BYTES]
        if not is_good(values):
            raise TableError(layout.name, "PENDING_HEADER", 0, "a trigger that this meter knows", header.hex())
        if not self.body.pending.put(Waiting(table, header, values, data[HEADER_BYTES:], self.body.now())):
            raise TableError(layout.name, layout.name, 0, "room for one more pending table", "none")

    def _write_now(self, number: int, data: bytes, at: float | None) -> None:
        layout = self._tables.layout(number)
        if len(data) != layout.size:
            raise TableError(layout.name, layout.name, 0, f"{layout.size} bytes", f"{len(data)} bytes")
        values = layout.decode(data).values
        if number in LIMITS:
            self._set_limits(number, data, values, layout)
            return
        if number in _CALENDAR:
            self._set_calendar(number, values, layout, at)
        if number == LOAD_LIMIT and not self._set_limit(values, self.body.now() if at is None else at):
            raise TableError(layout.name, "POLICY", layout.locate("POLICY").offset, "a policy", str(values["POLICY"]))
        if number == 42:
            data = layout.encode(security.with_previous(self._tables.decode(42).values, values))
        self._put(number, data)

    def _set_limits(self, number: int, data: bytes, values: Values, layout: Layout) -> None:
        """Limits in use; the tables they shape get their new shapes with them."""
        found = beyond(values, self._tables.decode(LIMITS[number]).values)
        if found:
            raise TableError(layout.name, found, 0, "what the device can do", "more")
        shaped = [table for table in SHAPED[number] if table in self.numbers]
        held = {table: (self._tables.get(table) or b"", self._tables.layout(table)) for table in shaped}
        self._put(number, data)
        for table, (old, before) in held.items():
            self._put(table, reshaped(old, before, self._tables.layout(table)))

    def _set_limit(self, values: Values, now: float) -> bool:
        """The load limit of MT4 in force; False when it makes no sense."""
        limit = limit_from(values)
        if limit is None or self.body.switch is None:
            return False
        self.body.switch.set_limit(limit, now)
        return True

    def _set_calendar(self, number: int, values: Values, layout: Layout, at: float | None) -> None:
        current = {each: self._tables.decode(each).values for each in _CALENDAR} | {number: values}
        calendar = clock.read_calendar(current[53], current[54])
        if calendar is None:
            raise TableError(layout.name, layout.name, 0, "dates and times that exist", "one that does not")
        self.body.set_calendar(calendar, at)

    def _put(self, number: int, data: bytes) -> None:
        self._tables.put(number, data)
        self._layouts.clear()
        if number in _SECURITY:
            self.__dict__.pop("access", None)

    def _profile(self) -> bytes:
        moment = self._moment()
        recorded = self.body.profile(moment.now)
        if self._profile_data is None or self._profile_data[0] is not recorded:
            self._profile_data = (recorded, load_profile.data(moment, self.layout(PROFILE_DATA)))
        return self._profile_data[1]

    def _moment(self) -> Moment:
        return Moment(self.body, self.body.now())

    def _served(self) -> set[int]:
        """What the description gives this meter a reason to have."""
        description = self.body.description
        served = {0, *_PROCEDURE_TABLES, *CONFIGURATION, *LIVE, PROFILE_DATA}
        if not description.registers.tiers:
            served -= {24, 56}
        if not description.registers.self_reads:
            served.discard(26)
        if not description.display.test_lists:
            served.discard(34)
        if not description.security.keys:
            served.discard(45)
        if description.switch is None:
            served -= {SWITCH_STATUS, LOAD_LIMIT}
        if not description.log.history_entries:
            served -= {73, 74}
        return served
