"""The store: saves, finds, loads and deletes read-outs.

A save is one transaction: after a kill or a power cut the file holds the whole read-out or nothing of it, and every
earlier one. WAL with synchronous=FULL, so that what `save` returned for is on the disk.

Threads: one `Store` may be shared by all threads; a lock lets one call run at a time. Calls may take as long as the
disk does: a window calls from a worker thread. Other processes may have the same file open.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from fieldpro.errors import StoreError
from fieldpro.records import MeterIdentity, ReadOut, ReadOutDigest
from fieldpro.store import rows
from fieldpro.store.schema import STEPS, Step, migrate
from fieldpro.store.trouble import reason_of, told

Digest = Callable[[ReadOut], ReadOutDigest]


class Store:
    """The database in one file. Every method raises `StoreError`, with the reason, and nothing else.

    `digest` decodes a read-out for search and reports (`fieldpro.meter.digest.digest`); without it only raw bytes
    are kept. `timeout_s` is how long a call waits for another process that writes.
    """

    def __init__(
        self,
        path: Path | str,
        *,
        digest: Digest | None = None,
        timeout_s: float = 5.0,
        steps: Sequence[Step] = STEPS,
    ) -> None:
        self.path = Path(path)
        self._digest = digest
        self._lock = threading.RLock()
        with told(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self.path, timeout=timeout_s, check_same_thread=False)
        try:
            with told(self.path):
                connection.row_factory = sqlite3.Row
                _use_wal(connection, timeout_s)
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("PRAGMA foreign_keys = ON")
                migrate(connection, self.path, steps)
        except StoreError:
            connection.close()
            raise
        self._connection = connection

    # --- saving -------------------------------------------------------------------------------------------------

    def save(self, read_out: ReadOut) -> int:
        """Keep a read-out, without its tables of passwords and keys, and return its id.

        The bytes are safe before anything is computed from them.
        """
        read_out = read_out.without_secrets()
        row = rows.read_out_to_row(read_out)
        with self._writing() as db:
            names = ", ".join(row)
            places = ", ".join("?" * len(row))
            cursor = db.execute(f"INSERT INTO read_outs ({names}) VALUES ({places})", tuple(row.values()))
            read_out_id = cursor.lastrowid
            assert read_out_id is not None  # the table has an integer key
            db.executemany(
                "INSERT INTO tables (read_out_id, number, status, data, error_code, error_data, read_at, parts)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (rows.table_to_row(read_out_id, reading) for reading in read_out.tables.values()),
            )
            self._met(db, read_out.identity, read_out.port, read_out.ended_at)
        if self._digest is not None:
            self._keep_digest(read_out_id, self._digest(read_out))
        return read_out_id

    def met(self, identity: MeterIdentity, port: str, at: datetime) -> None:
        """Remember a meter that was connected, whether or not anything is saved of it."""
        with self._writing() as db:
            self._met(db, identity, port, at)

    def set_note(self, read_out_id: int, note: str) -> None:
        """Replace the note of a read-out."""
        with self._writing() as db:
            row = self._row(db, read_out_id)
            search = rows.search_text(
                rows.identity_from_row(row), rows.to_time(row["started_at"]), row["port"], row["operator"], note
            )
            db.execute("UPDATE read_outs SET note = ?, search = ? WHERE id = ?", (note, search, read_out_id))

    def delete(self, read_out_id: int, reason: str) -> None:
        """Delete a read-out; that it was there, when it went and why stays in the book of deletions."""
        with self._writing() as db:
            row = self._row(db, read_out_id)
            db.execute(
                "INSERT INTO deletions (read_out_id, meter_key, started_at, table_count, deleted_at, reason)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (
                    read_out_id,
                    row["meter_key"],
                    row["started_at"],
                    row["table_count"],
                    rows.to_text(datetime.now(UTC)),
                    reason,
                ),
            )
            db.execute("DELETE FROM tables WHERE read_out_id = ?", (read_out_id,))
            db.execute("DELETE FROM read_outs WHERE id = ?", (read_out_id,))

    # --- finding ------------------------------------------------------------------------------------------------

    def load(self, read_out_id: int) -> ReadOut:
        """A read-out as it was saved. Raises `StoreError` missing-record when there is none of this id."""
        with self._reading() as db:
            row = self._row(db, read_out_id)
            tables = db.execute("SELECT * FROM tables WHERE read_out_id = ? ORDER BY number", (read_out_id,)).fetchall()
        return rows.read_out_from_rows(row, tables)

    def decoded(self, read_out_id: int) -> dict[int, Any]:
        """The decoded values kept with a read-out, by table number; the bytes are the truth, these are for reports."""
        with self._reading() as db:
            self._row(db, read_out_id)
            found = db.execute(
                "SELECT number, decoded FROM tables WHERE read_out_id = ? AND decoded IS NOT NULL ORDER BY number",
                (read_out_id,),
            ).fetchall()
        return {row["number"]: json.loads(row["decoded"]) for row in found}

    def find(self, query: str = "", *, limit: int = 200, offset: int = 0) -> list[rows.RecordSummary]:
        """Read-outs that hold every word of `query` in meter, serial, note, port, operator or date, newest first."""
        where, terms = self._where(query)
        with self._reading() as db:
            found = db.execute(
                f"SELECT * FROM read_outs {where} ORDER BY started_at DESC, id DESC LIMIT ? OFFSET ?",
                (*terms, limit, offset),
            ).fetchall()
        return [rows.summary_from_row(row) for row in found]

    def count(self, query: str = "") -> int:
        """How many read-outs `find` would give without a limit."""
        where, terms = self._where(query)
        with self._reading() as db:
            return int(db.execute(f"SELECT count(*) FROM read_outs {where}", terms).fetchone()[0])

    def recent_meters(self, limit: int = 20) -> list[rows.RecentMeter]:
        """The meters met, the latest first."""
        with self._reading() as db:
            found = db.execute(
                "SELECT meters.*, (SELECT count(*) FROM read_outs WHERE read_outs.meter_key = meters.meter_key) AS n"
                " FROM meters ORDER BY last_seen DESC LIMIT ?",
                (limit,),
            ).fetchall()
        return [
            rows.RecentMeter(rows.identity_from_row(row), row["port"], rows.to_time(row["last_seen"]), row["n"])
            for row in found
        ]

    def last_profile_time(self, meter_key: str) -> datetime | None:
        """End of the newest load profile interval saved of a meter, on the meter's own clock (naive).

        Read-outs that were deleted do not count: what they held is to be read again.
        """
        with self._reading() as db:
            row = db.execute("SELECT max(profile_until) FROM read_outs WHERE meter_key = ?", (meter_key,)).fetchone()
        return datetime.fromisoformat(row[0]) if row[0] else None

    def deletions(self) -> list[rows.Deletion]:
        """The book of deletions, the latest first."""
        with self._reading() as db:
            found = db.execute("SELECT * FROM deletions ORDER BY id DESC").fetchall()
        return [
            rows.Deletion(
                row["read_out_id"],
                row["meter_key"],
                rows.to_time(row["started_at"]),
                row["table_count"],
                rows.to_time(row["deleted_at"]),
                row["reason"],
            )
            for row in found
        ]

    # --- the file -----------------------------------------------------------------------------------------------

    def check(self) -> None:
        """Look through the whole file; raises `StoreError` damaged with what was found first."""
        with self._reading() as db:
            verdict = str(db.execute("PRAGMA integrity_check(1)").fetchone()[0])
        if verdict != "ok":
            raise StoreError("damaged", str(self.path), verdict)

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        with self._lock:
            self._connection.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- inside -------------------------------------------------------------------------------------------------

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock, told(self.path):
            yield self._connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, told(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                self._connection.rollback()
                raise

    def _row(self, db: sqlite3.Connection, read_out_id: int) -> sqlite3.Row:
        row = db.execute("SELECT * FROM read_outs WHERE id = ?", (read_out_id,)).fetchone()
        if row is None:
            raise StoreError("missing-record", str(self.path), str(read_out_id))
        assert isinstance(row, sqlite3.Row)  # the connection's row factory
        return row

    def _keep_digest(self, read_out_id: int, digest: ReadOutDigest) -> None:
        until = digest.profile_until.isoformat() if digest.profile_until else None
        with self._writing() as db:
            db.execute("UPDATE read_outs SET profile_until = ? WHERE id = ?", (until, read_out_id))
            db.executemany(
                "UPDATE tables SET decoded = ? WHERE read_out_id = ? AND number = ?",
                ((rows.to_json(value), read_out_id, number) for number, value in digest.values.items()),
            )

    def _met(self, db: sqlite3.Connection, identity: MeterIdentity, port: str, at: datetime) -> None:
        row = {
            "meter_key": identity.key,
            **rows.identity_to_row(identity),
            "port": port,
            "last_seen": rows.to_text(at),
        }
        names = ", ".join(row)
        places = ", ".join("?" * len(row))
        newer = ", ".join(f"{name} = excluded.{name}" for name in row)
        db.execute(
            f"INSERT INTO meters ({names}) VALUES ({places}) ON CONFLICT (meter_key) DO UPDATE SET {newer}"
            " WHERE excluded.last_seen >= meters.last_seen",
            tuple(row.values()),
        )

    @staticmethod
    def _where(query: str) -> tuple[str, tuple[str, ...]]:
        terms = tuple(rows.search_terms(query))
        clauses = " AND ".join(["search LIKE ? ESCAPE '\\'"] * len(terms))
        return (f"WHERE {clauses}" if terms else "", terms)


def _use_wal(connection: sqlite3.Connection, timeout_s: float) -> None:
    """Switch to WAL. SQLite's own time limit does not hold for this switch, so two programs that open a new file at
    once are kept apart here."""
    end = time.monotonic() + timeout_s
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if reason_of(error) != "locked" or time.monotonic() > end:
                raise
            time.sleep(0.01)
        else:
            return
