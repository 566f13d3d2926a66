"""Decade 7, history and event logs (ANSI C12.19 tables 70 to 76). Circular lists: entry n in element n modulo size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fieldpro.simulator.body import ListName
from fieldpro.simulator.events import IN_HISTORY, LOGGED, SWITCH_EVENTS, Entry
from fieldpro.simulator.tables.moment import Moment, Values
from fieldpro.simulator.tables.registers import list_status

_EVENT_BYTES, _MFG_EVENT_BYTES = 10, 1  # sets for events 0 to 79, and 0 to 7


def limits(moment: Moment) -> Values:
    """ST70 and ST71."""
    log = moment.description.log
    values: Values = {
        "LOG_FLAGS": {
            "EVENT_NUMBER_FLAG": False,
            "HIST_DATE_TIME_FLAG": True,
            "HIST_SEQ_NBR_FLAG": True,
            "HIST_INHIBIT_OVF_FLAG": False,
            "EVENT_INHIBIT_OVF_FLAG": False,
        },
        "NBR_STD_EVENTS": _EVENT_BYTES,
        "NBR_MFG_EVENTS": _MFG_EVENT_BYTES if moment.description.switch else 0,
        "HIST_DATA_LENGTH": log.argument_length,
        "EVENT_DATA_LENGTH": log.argument_length,
        "NBR_HISTORY_ENTRIES": log.history_entries,
        "NBR_EVENT_ENTRIES": log.event_entries,
    }
    if moment.description.format.std_version > 1:
        values["EXT_LOG_FLAGS"] = 0
        values["NBR_PROGRAM_TABLES"] = 0
    return values


def supported(moment: Moment) -> Values:
    """ST72."""
    return {"STD_EVENTS_SUPPORTED": LOGGED, "MFG_EVENTS_SUPPORTED": _makers_events(moment)}


def _makers_events(moment: Moment) -> tuple[int, ...]:
    return SWITCH_EVENTS if moment.description.switch else ()


def _monitored(moment: Moment, numbers: Sequence[int], makers: Sequence[int] = ()) -> Values:
    tables = [number for number in moment.description.security.writable if number < 80]
    return {
        "STD_EVENTS_MONITORED_FLAGS": tuple(sorted(numbers)),
        "MFG_EVENTS_MONITORED_FLAGS": tuple(makers),
        "STD_TBLS_MONITORED_FLAGS": tuple(sorted(tables)),
        "MFG_TBLS_MONITORED_FLAGS": (),
        "STD_PROC_MONITORED_FLAGS": tuple(range(24)),
        "MFG_PROC_MONITORED_FLAGS": (),
    }


def history_control(moment: Moment) -> Values:
    """ST73."""
    return _monitored(moment, sorted(IN_HISTORY))


def event_control(moment: Moment) -> Values:
    """ST75."""
    return _monitored(moment, LOGGED, _makers_events(moment))


def _list(moment: Moment, name: ListName, entries: list[Entry], *, size: int, prefix: str) -> Values:
    kept = list(enumerate(entries))[-size:] if size else []
    listed: list[Any] = [None] * size
    for sequence, entry in kept:
        listed[sequence % size] = _entry(moment, entry, sequence=sequence, prefix=prefix)
    if len(kept) < size:
        blank = _entry(moment, None, sequence=0, prefix=prefix)
        listed = [blank if entry is None else entry for entry in listed]
    last = max(len(entries) - 1, 0)
    unread = moment.body.unread(name, len(entries))
    return {
        "NBR_VALID_ENTRIES": len(kept),
        "LAST_ENTRY_ELEMENT": last % size if size else 0,
        "LAST_ENTRY_SEQ_NBR": last,
        "NBR_UNREAD_ENTRIES": min(unread, size),
        "ENTRIES": listed,
        "status": list_status(circular=True, overflowed=unread > size),
    }


def _entry(moment: Moment, entry: Entry | None, *, sequence: int, prefix: str) -> Values:
    length = moment.description.log.argument_length
    argument = min(entry.argument if entry else 0, (1 << 8 * length) - 1)
    return {
        f"{prefix}_TIME": moment.long_time(entry.local) if entry else moment.no_time("LTIME_DATE"),
        f"{prefix}_SEQ_NBR": sequence & 0xFFFF,
        "USER_ID": entry.user_id if entry else 0,
        f"{prefix}_CODE": {"EVENT_CODE": entry.number if entry else 0, "SELECTOR": 0},
        f"{prefix}_ARGUMENT": argument.to_bytes(length, moment.byte_order),
    }


def history(moment: Moment) -> Values:
    """ST74."""
    size = moment.description.log.history_entries
    values = _list(moment, "history", moment.body.log.history(moment.now), size=size, prefix="HISTORY")
    return {"HIST_FLAGS": values.pop("status"), **values}


def event_log(moment: Moment) -> Values:
    """ST76."""
    size = moment.description.log.event_entries
    values = _list(moment, "events", moment.body.log.events(moment.now), size=size, prefix="EVENT")
    return {"EVENT_FLAGS": values.pop("status"), **values}
