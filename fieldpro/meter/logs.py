"""The history and event logs in words, newest first (C12.19 tables 74 and 76).

The titles of the standard's events are the dictionary's enumeration STD.EVENT_CODES; those of the maker's events
(counted from 2048) come from the device profile. Entries are put in order by their place in the ring, as table 63 does
for blocks: ORDER_FLAG, LAST_ENTRY_ELEMENT and NBR_VALID_ENTRIES.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fieldpro.c12.dictionary.model import MANUFACTURER
from fieldpro.c12.dictionary.tables import Tables
from fieldpro.meter.registers import moment
from fieldpro.records import LogEvent

HISTORY, EVENTS = 74, 76
EVENT_CODES = "STD.EVENT_CODES"
PROCEDURE_RUN = frozenset({9, 58})
TABLE_TOUCHED = frozenset({10, 59})


def log_events(tables: Tables, table: int, makers: Mapping[int, str]) -> list[LogEvent]:
    """The valid entries of table 74 or 76, newest first. Raises as `Tables.decode` does."""
    values = tables.decode(table).values
    entries = values["ENTRIES"]
    flags = values["HIST_FLAGS" if table == HISTORY else "EVENT_FLAGS"]
    indices = newest_first(
        len(entries),
        values["NBR_VALID_ENTRIES"],
        values["LAST_ENTRY_ELEMENT"],
        descending=bool(flags["ORDER_FLAG"]),
    )
    titles = tables.dictionary.words(EVENT_CODES)
    names = ("HISTORY_TIME", "HISTORY_SEQ_NBR", "HISTORY_CODE", "HISTORY_ARGUMENT")
    if table == EVENTS:
        names = ("EVENT_TIME", "EVENT_SEQ_NBR", "EVENT_CODE", "EVENT_ARGUMENT")
    return [_event(tables, entries[index], names, titles, makers) for index in indices]


def newest_first(length: int, valid: int, last: int, *, descending: bool) -> list[int]:
    """Indices of the valid entries of a list, newest first. descending: older entries have greater indices."""
    if not length:
        return []
    step = 1 if descending else -1
    return [(last + step * age) % length for age in range(min(valid, length))]


def _event(
    tables: Tables,
    entry: Mapping[str, Any],
    names: tuple[str, str, str, str],
    titles: Mapping[int, str],
    makers: Mapping[int, str],
) -> LogEvent:
    time, sequence, code, argument = names
    number = int(entry[code]["EVENT_CODE"])
    is_makers = number >= MANUFACTURER
    own = number - MANUFACTURER if is_makers else number
    title = (makers if is_makers else titles).get(own)
    data = bytes(entry[argument])
    return LogEvent(
        number=own,
        title=title or (f"Maker's event {own}" if is_makers else f"Event {own}"),
        occurred_at=moment(entry.get(time)),
        sequence=entry.get(sequence),
        user_id=entry.get("USER_ID"),
        argument=data,
        detail="" if is_makers else _detail(tables, own, data),
        manufacturer=is_makers,
    )


def _detail(tables: Tables, number: int, argument: bytes) -> str:
    """The table or procedure that an entry is about, by the TABLE_IDB in its argument (bits 0-10, maker's bit 11)."""
    if len(argument) < 2 or number not in PROCEDURE_RUN | TABLE_TOUCHED:
        return ""
    subject = int.from_bytes(argument[:2], "big" if tables.formats.big else "little") & 0x0FFF
    known = tables.dictionary.procedures if number in PROCEDURE_RUN else tables.dictionary.tables
    kind = "procedure" if number in PROCEDURE_RUN else "table"
    definition = known.get(subject)
    title = definition.title if definition is not None else ""
    label = f"maker's {kind} {subject - MANUFACTURER}" if subject >= MANUFACTURER else f"{kind} {subject}"
    return f"{label}, {title}" if title else label
