"""The versions of the database and the steps from each to the next.

    PRAGMA application_id   0x46504442 "FPDB": this file is ours
    PRAGMA user_version     number of steps that have been done

A step runs in one transaction with the change of `user_version`: it is done as a whole or not at all. A version that
has been released is never changed; a new one is a new step, and the old file stays in the tests.

    read_outs   one row a visit: meter, port, operator, times, note, counts
    tables      one row a table of a read-out: raw bytes, status, error, (2) decoded values and parts read as JSON
    deletions   what was deleted, when and why
    meters      (2) the meters met so far, for finding them again
    audit       (3) one row a record of the audit log: sealed and chained, see `fieldpro.security.chain`
    anchor      (3) one row: how many audit records there are, and the hash of the last one, sealed
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlite_utils import Database
from sqlite_utils.db import Table

from fieldpro.errors import StoreError

APPLICATION_ID = 0x46504442

Step = Callable[[Database], None]


def _table(db: Database, name: str) -> Table:
    table = db[name]
    assert isinstance(table, Table)  # a view of this name is never made
    return table


def version_1(db: Database) -> None:
    """Read-outs with their tables, and the book of deletions."""
    _table(db, "read_outs").create(
        {
            "id": int,
            "meter_key": str,
            "manufacturer": str,
            "model": str,
            "serial": str,
            "hardware": str,
            "firmware": str,
            "device_class": str,
            "identification": str,
            "started_at": str,
            "ended_at": str,
            "port": str,
            "operator": str,
            "device_profile": str,
            "note": str,
            "link": str,
            "table_count": int,
            "failed_count": int,
            "size": int,
            "search": str,
        },
        pk="id",
        not_null={"meter_key", "started_at", "ended_at", "search"},
    )
    _table(db, "read_outs").create_index(["started_at"])
    _table(db, "read_outs").create_index(["meter_key", "started_at"])
    _table(db, "tables").create(
        {
            "read_out_id": int,
            "number": int,
            "status": str,
            "data": bytes,
            "error_code": str,
            "error_data": str,
            "read_at": str,
        },
        pk=("read_out_id", "number"),
        foreign_keys=[("read_out_id", "read_outs", "id")],
        not_null={"status", "data"},
    )
    _table(db, "deletions").create(
        {
            "id": int,
            "read_out_id": int,
            "meter_key": str,
            "started_at": str,
            "table_count": int,
            "deleted_at": str,
            "reason": str,
        },
        pk="id",
        not_null={"read_out_id", "deleted_at", "reason"},
    )


def version_2(db: Database) -> None:
    """Decoded values beside the bytes, tables read in part, how far each load profile was read, the meters met."""
    _table(db, "tables").add_column("decoded", str)
    _table(db, "tables").add_column("parts", str)
    _table(db, "read_outs").add_column("profile_until", str)
    _table(db, "meters").create(
        {
            "meter_key": str,
            "manufacturer": str,
            "model": str,
            "serial": str,
            "hardware": str,
            "firmware": str,
            "device_class": str,
            "identification": str,
            "port": str,
            "last_seen": str,
        },
        pk="meter_key",
        not_null={"port", "last_seen"},
    )
    db.execute(
        "INSERT INTO meters SELECT meter_key, manufacturer, model, serial, hardware, firmware, device_class,"
        " identification, port, max(ended_at) FROM read_outs GROUP BY meter_key"
    )


def version_3(db: Database) -> None:
    """The audit log. `place` is the row's own number; `number` the record's, which `place` must be equal to."""
    text = ("kind", "at", "who", "role", "meter", "data", "previous", "hash", "seal")
    _table(db, "audit").create({"place": int, "number": int, **dict.fromkeys(text, str)}, pk="place")
    _table(db, "audit").create_index(["kind"])
    _table(db, "anchor").create({"id": int, "count": int, "head": str, "seal": str}, pk="id")


STEPS: tuple[Step, ...] = (version_1, version_2, version_3)


def _pragma(db: sqlite3.Connection, name: str) -> int:
    return int(db.execute(f"PRAGMA {name}").fetchone()[0])


def migrate(connection: sqlite3.Connection, path: Path, steps: Sequence[Step] = STEPS) -> int:
    """Bring the file to the newest version and return how many steps that took.

    Raises `StoreError`: newer-version when a later program wrote the file, damaged when it is another program's.
    Two programs that open an old file at once do each step once: the version is read again under the write lock.
    """
    db = Database(connection, recursive_triggers=False, execute_plugins=False)
    done = 0
    while True:
        version = _pragma(connection, "user_version")
        if version > len(steps):
            detail = f"version {version}, this program knows {len(steps)}"
            raise StoreError("newer-version", str(path), detail)
        if version == len(steps) and version > 0:
            _check_ours(connection, path)
            return done
        connection.execute("BEGIN IMMEDIATE")
        try:
            version = _pragma(connection, "user_version")
            if version < len(steps):
                _check_ours(connection, path)
                steps[version](db)
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {version + 1}")
                done += 1
            connection.execute("COMMIT")
        except BaseException:
            connection.rollback()
            raise


def _check_ours(connection: sqlite3.Connection, path: Path) -> None:
    application = _pragma(connection, "application_id")
    empty = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    if application != APPLICATION_ID and not (application == 0 and empty):
        raise StoreError("damaged", str(path), "a database of another program")
