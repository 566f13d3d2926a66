"""Records as rows and back. Times are ISO 8601 text in UTC with microseconds, so that text order is time order."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fieldpro.errors import FieldProError, RememberedError
from fieldpro.records import MeterIdentity, ReadOut, TableReading, TableStatus

IDENTITY_COLUMNS = ("manufacturer", "model", "serial", "hardware", "firmware", "device_class", "identification")


@dataclass(frozen=True, slots=True)
class RecordSummary:
    """One saved read-out in a list. `tables` counts all of it, `failed` those without data, `size` raw bytes."""

    id: int
    identity: MeterIdentity
    started_at: datetime
    ended_at: datetime
    port: str
    operator: str
    tables: int
    failed: int
    note: str
    size: int


@dataclass(frozen=True, slots=True)
class RecentMeter:
    """A meter met before: where, and when last. `read_outs` counts its saved read-outs."""

    identity: MeterIdentity
    port: str
    last_seen: datetime
    read_outs: int


@dataclass(frozen=True, slots=True)
class Deletion:
    """A read-out that was deleted, and why."""

    read_out_id: int
    meter_key: str
    started_at: datetime
    tables: int
    deleted_at: datetime
    reason: str


def to_text(time: datetime) -> str:
    """An aware time as stored. Raises `ValueError` for a naive one: nobody would know what it meant."""
    if time.tzinfo is None:
        raise ValueError("a time in the store needs its zone")
    return time.astimezone(UTC).isoformat(timespec="microseconds")


def to_time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _error_classes() -> dict[str, type[FieldProError]]:
    found: dict[str, type[FieldProError]] = {}
    waiting: list[type[FieldProError]] = [FieldProError]
    while waiting:
        kind = waiting.pop()
        found[kind.code] = kind
        waiting.extend(kind.__subclasses__())
    return found


def error_to_row(error: FieldProError | None) -> tuple[str | None, str | None]:
    """An error as (code, fields in JSON)."""
    if error is None:
        return None, None
    if isinstance(error, RememberedError):
        return error.kind, json.dumps(error.fields)
    return error.code, json.dumps(error.data(), default=str)


def error_from_row(code: str | None, data: str | None) -> FieldProError | None:
    """The error again; one that this program does not know (any more) becomes `RememberedError`."""
    if code is None:
        return None
    fields: dict[str, Any] = json.loads(data or "{}")
    kind = _error_classes().get(code)
    if kind is not None and kind is not RememberedError:
        try:
            return kind(**{name: tuple(v) if isinstance(v, list) else v for name, v in fields.items()})
        except TypeError:  # its fields have changed since
            pass
    return RememberedError(code, fields)


def to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def table_to_row(read_out_id: int, reading: TableReading) -> tuple[Any, ...]:
    """(read_out_id, number, status, data, error_code, error_data, read_at, parts)"""
    return (
        read_out_id,
        reading.number,
        reading.status.value,
        reading.data,
        *error_to_row(reading.error),
        to_text(reading.read_at) if reading.read_at else None,
        json.dumps(reading.parts) if reading.parts else None,
    )


def table_from_row(row: sqlite3.Row) -> TableReading:
    return TableReading(
        number=row["number"],
        status=TableStatus(row["status"]),
        data=row["data"],
        error=error_from_row(row["error_code"], row["error_data"]),
        read_at=to_time(row["read_at"]) if row["read_at"] else None,
        parts=tuple((offset, length) for offset, length in json.loads(row["parts"] or "[]")),
    )


def identity_to_row(identity: MeterIdentity) -> dict[str, str]:
    return {name: getattr(identity, name) for name in IDENTITY_COLUMNS}


def identity_from_row(row: sqlite3.Row) -> MeterIdentity:
    return MeterIdentity(**{name: row[name] for name in IDENTITY_COLUMNS})


def read_out_to_row(read_out: ReadOut) -> dict[str, Any]:
    """Everything of a read-out but its tables."""
    readings = read_out.tables.values()
    return {
        "meter_key": read_out.identity.key,
        **identity_to_row(read_out.identity),
        "started_at": to_text(read_out.started_at),
        "ended_at": to_text(read_out.ended_at),
        "port": read_out.port,
        "operator": read_out.operator,
        "device_profile": read_out.device_profile,
        "note": read_out.note,
        "link": json.dumps(dict(read_out.link)),
        "table_count": len(read_out.tables),
        "failed_count": sum(reading.status is not TableStatus.READ for reading in readings),
        "size": sum(len(reading.data) for reading in readings),
        "search": search_text(read_out.identity, read_out.started_at, read_out.port, read_out.operator, read_out.note),
    }


def read_out_from_rows(row: sqlite3.Row, tables: list[sqlite3.Row]) -> ReadOut:
    return ReadOut(
        identity=identity_from_row(row),
        port=row["port"],
        operator=row["operator"],
        started_at=to_time(row["started_at"]),
        ended_at=to_time(row["ended_at"]),
        device_profile=row["device_profile"],
        tables={table["number"]: table_from_row(table) for table in tables},
        note=row["note"],
        link=json.loads(row["link"]),
    )


def summary_from_row(row: sqlite3.Row) -> RecordSummary:
    return RecordSummary(
        id=row["id"],
        identity=identity_from_row(row),
        started_at=to_time(row["started_at"]),
        ended_at=to_time(row["ended_at"]),
        port=row["port"],
        operator=row["operator"],
        tables=row["table_count"],
        failed=row["failed_count"],
        note=row["note"],
        size=row["size"],
    )


def search_text(identity: MeterIdentity, started_at: datetime, port: str, operator: str, note: str) -> str:
    """What a search looks through: folded to one case, dates as UTC and as this machine's clock shows them."""
    days = dict.fromkeys((started_at.astimezone(UTC).date(), started_at.astimezone().date()))
    parts = [*identity_to_row(identity).values(), *map(str, days), port, operator, note]
    return " ".join(part for part in parts if part).casefold()


def search_terms(query: str) -> list[str]:
    """LIKE patterns, one a word of the query; every word must be found. The escape character is a backslash."""
    escaped = query.casefold().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return [f"%{word}%" for word in escaped.split()]
