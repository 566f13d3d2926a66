"""The audit log in the store: every session, write, procedure and export, as a chain that shows every tampering.

    log = AuditLog(store, keys)
    log.append("write", who="Ada", role="technician", meter="ITRN 00012345", data={...}) -> AuditRecord
    log.verify() -> [Finding, ...]          nothing when the chain is whole
    log.records("write", meter=...) ; log.export(path)

What the chain is and against whom it protects is said in `fieldpro.security.chain`. A record and the anchor that counts
it are one transaction: after a kill both are there or neither is. The write lock of the database is held while the
number is chosen, so that several processes keep one chain.

The number and the previous hash of a new record come from the sealed anchor, not from the last row: a log whose end was
cut off does not heal by going on. Where the anchor is not in order, the log says so in a record of its own.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fieldpro.errors import FileError
from fieldpro.files import write_atomically
from fieldpro.secret import Secret
from fieldpro.security import chain
from fieldpro.security.canonical import canonical
from fieldpro.security.chain import Anchor, AuditRecord, Finding, KeySource, StoredRecord
from fieldpro.store.database import Store
from fieldpro.store.rows import to_text

COLUMNS = ("place", "number", "kind", "at", "who", "role", "meter", "data", "previous", "hash", "seal")
_AS_BYTES = ", ".join(f"CAST({name} AS BLOB)" for name in COLUMNS)
PROGRAM = "FieldPro"


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class _End:
    """Where the chain goes on."""

    number: int
    previous: str
    trouble: str = ""  # why the anchor cannot be believed
    jump_from: int = 0


class AuditLog:
    """The log in a store. Every method raises `StoreError`; `keys` may raise `SecretStoreError`."""

    def __init__(self, store: Store, keys: KeySource, *, now: Callable[[], datetime] = utc_now) -> None:
        self._store = store
        self._keys = keys
        self._now = now
        self._key: Secret | None = None
        self._is_new_key = False

    def append(
        self, kind: str, *, who: str, role: str = "", meter: str = "", data: Mapping[str, Any] | None = None
    ) -> AuditRecord:
        """Write one record; it is on the disk when this returns. Secrets in `data` are hidden."""
        text = canonical(data or {})
        with self._store._writing() as db:
            key, is_new_key = self._key_for_writing()
            end = self._end(db, key, is_new_key=is_new_key)
            if end.trouble:
                told = canonical({"trouble": end.trouble, "from": end.jump_from})
                broken = self._make(end, chain.BROKEN, PROGRAM, "", "", told)
                _insert(db, broken, key)
                end = _End(broken.number + 1, broken.hash)
            record = self._make(end, kind, who, role, meter, text)
            _insert(db, record, key)
            _put_anchor(db, chain.anchor(key, record.number, record.hash))
        if is_new_key:
            self._keys.settle()
            self._is_new_key = False
        return record

    def verify(self, *, known: Iterable[str] = ()) -> list[Finding]:
        """Everything that is wrong with the log, each named; nothing when it is whole.

        known: hashes from reports on paper, that must be in the chain.
        """
        with self._store._reading() as db:
            rows = _rows(db)
            anchor = _anchor(db)
        key = self._key or self._keys.recall()
        if not rows and anchor is None and not self._keys.is_settled():
            key = None  # nothing was ever sealed with it
        return chain.verify(rows, anchor, key, known=known)

    def records(
        self, kind: str | None = None, *, meter: str | None = None, limit: int = 200, offset: int = 0
    ) -> list[AuditRecord]:
        """Records, newest first; rows that do not have the form of one are left out (`verify` names them)."""
        where = " AND ".join(
            f"{column} = ?" for column, wanted in (("kind", kind), ("meter", meter)) if wanted is not None
        )
        terms = tuple(wanted for wanted in (kind, meter) if wanted is not None)
        with self._store._reading() as db:
            rows = _rows(
                db, f"{'WHERE ' + where if where else ''} ORDER BY place DESC LIMIT ? OFFSET ?", (*terms, limit, offset)
            )
        return [row.record for row in rows if row.record is not None]

    def count(self) -> int:
        """How many rows there are."""
        with self._store._reading() as db:
            return int(db.execute("SELECT count(*) FROM audit").fetchone()[0])

    @property
    def head(self) -> AuditRecord | None:
        """The last record, by the anchor; its number and hash belong on a report."""
        with self._store._reading() as db:
            anchor = _anchor(db)
            rows = _rows(db, "WHERE place = ?", (anchor.count,)) if anchor is not None else []
        return rows[0].record if rows else None

    def export(self, path: Path) -> int:
        """The whole log as JSON Lines, oldest first, its anchor as the last line; the number of records in it.

        Raises `FileError` too. `verify_export` reads such a file.
        """
        with self._store._reading() as db:
            rows = _rows(db)
            anchor = _anchor(db)
        lines = [canonical(chain.as_plain(row)) for row in rows]
        if anchor is not None:
            lines.append(canonical({"anchor": {"count": anchor.count, "head": anchor.head, "seal": anchor.seal}}))
        try:
            write_atomically(path, "".join(f"{line}\n" for line in lines).encode())
        except OSError as problem:
            raise FileError(str(path), "the file", "a place that can be written", str(problem)) from problem
        return len(rows)

    # --- inside

    def _key_for_writing(self) -> tuple[Secret, bool]:
        """The key, and whether nothing was sealed with it yet: under the database's lock, so that two programs make
        one."""
        if self._key is None:
            key = self._keys.recall()
            self._is_new_key = key is None or not self._keys.is_settled()
            self._key = self._keys.make() if key is None else key
        return self._key, self._is_new_key

    def _end(self, db: sqlite3.Connection, key: Secret, *, is_new_key: bool) -> _End:
        """Where the chain goes on. Rows that somebody has put after its end are let stand, and gone around."""
        anchor = _anchor(db)
        if anchor is not None and chain.is_sealed(key, anchor):
            count, head = anchor.count, anchor.head
            trouble = "" if _is_free(db, count + 1) else f"rows after the last record, {count}"
        else:
            last = _last_sound(db, key)
            count, head = (last.place, last.hash) if last is not None else (0, chain.FIRST)
            is_empty = db.execute("SELECT count(*) FROM audit").fetchone()[0] == 0
            trouble = "no anchor" if anchor is None else "the seal of the anchor is not ours"
            if is_empty and anchor is None:
                trouble = "" if is_new_key else "the log is empty, though its key was here before"
        number = count + 1
        while trouble and not (_is_free(db, number) and _is_free(db, number + 1)):
            number += 1
        return _End(number, head, trouble, count)

    def _make(self, end: _End, kind: str, who: str, role: str, meter: str, data: str) -> AuditRecord:
        return AuditRecord(end.number, kind, to_text(self._now()), who, role, meter, data, end.previous)


def verify_export(path: Path, key: Secret | None, *, known: Iterable[str] = ()) -> list[Finding]:
    """The same verdict on a file that `AuditLog.export` wrote. Raises `FileError` for one that is none."""
    rows: list[StoredRecord] = []
    anchor: Anchor | None = None
    try:
        for line in path.read_text(encoding="utf-8").splitlines():
            plain = json.loads(line)
            if "anchor" in plain:
                anchor = Anchor(**plain["anchor"])
            else:
                fields = {name: plain.get(name) for name in AuditRecord.__dataclass_fields__}
                whole = all(value is not None for value in fields.values())
                record = AuditRecord(**fields) if whole else None
                rows.append(StoredRecord(plain["place"], record, plain["hash"], plain["seal"]))
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise FileError(str(path), f"line {len(rows) + 1}", "an exported audit log", str(problem)) from problem
    return chain.verify(rows, anchor, key, known=known)


def _is_free(db: sqlite3.Connection, place: int) -> bool:
    return db.execute("SELECT 1 FROM audit WHERE place = ?", (place,)).fetchone() is None


def _last_sound(db: sqlite3.Connection, key: Secret) -> StoredRecord | None:
    """The last record that is whole, in its place and sealed by us."""
    for row in db.execute(f"SELECT {_AS_BYTES} FROM audit ORDER BY place DESC"):
        stored = _stored(tuple(row))
        if stored.record is not None and stored.record.number == stored.place and chain.is_sound(stored, key):
            return stored
    return None


def _insert(db: sqlite3.Connection, record: AuditRecord, key: Secret) -> None:
    fields = tuple(getattr(record, name) for name in COLUMNS[1:-2])
    db.execute(
        f"INSERT INTO audit ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})",
        (record.number, *fields, record.hash, chain.seal(key, record.hash)),
    )


def _put_anchor(db: sqlite3.Connection, anchor: Anchor) -> None:
    db.execute(
        "INSERT INTO anchor (id, count, head, seal) VALUES (1, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET count = excluded.count, head = excluded.head, seal = excluded.seal",
        (anchor.count, anchor.head, anchor.seal),
    )


def _rows(
    db: sqlite3.Connection, rest: str = "ORDER BY place", terms: tuple[str | int, ...] = ()
) -> list[StoredRecord]:
    """Rows as bytes, whatever somebody has put there: what is no UTF-8 or no number makes a row without a record."""
    return [_stored(tuple(row)) for row in db.execute(f"SELECT {_AS_BYTES} FROM audit {rest}", terms)]


def _stored(row: tuple[bytes | None, ...]) -> StoredRecord:
    place = int(row[0] or b"0")
    try:
        texts = [_text(value) for value in row[1:]]
        record = AuditRecord(_number(row[1]), *texts[1:-2])
    except ValueError:
        return StoredRecord(place, None, "", "")
    return StoredRecord(place, record, *texts[-2:])


def _anchor(db: sqlite3.Connection) -> Anchor | None:
    row = db.execute(
        "SELECT CAST(count AS BLOB), CAST(head AS BLOB), CAST(seal AS BLOB) FROM anchor WHERE id = 1"
    ).fetchone()
    if row is None:
        return None
    try:
        return Anchor(_number(row[0]), _text(row[1]), _text(row[2]))
    except ValueError:
        return Anchor(0, "", "")  # there, and of no use: its seal is nobody's


def _text(value: bytes | None) -> str:
    if value is None:
        raise ValueError("nothing")
    return value.decode("utf-8")


def _number(value: bytes | None) -> int:
    text = _text(value)
    number = int(text)
    if str(number) != text:
        raise ValueError(text)
    return number
