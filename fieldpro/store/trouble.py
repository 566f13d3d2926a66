"""What SQLite says, as a `StoreError` with the reason a person can act on.

SQLite result codes: https://www.sqlite.org/rescode.html
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fieldpro.errors import StoreError

REASONS = {
    "SQLITE_BUSY": "locked",
    "SQLITE_LOCKED": "locked",
    "SQLITE_PROTOCOL": "locked",
    "SQLITE_CORRUPT": "damaged",
    "SQLITE_NOTADB": "damaged",
    "SQLITE_FULL": "full",
    "SQLITE_READONLY": "denied",
    "SQLITE_CANTOPEN": "denied",
    "SQLITE_PERM": "denied",
    "SQLITE_AUTH": "denied",
    "SQLITE_IOERR": "disk",
}


def reason_of(error: sqlite3.Error) -> str:
    """The reason in one word. Extended codes (SQLITE_IOERR_WRITE) fall under their primary one."""
    if isinstance(error, sqlite3.ProgrammingError):
        return "closed"
    name = getattr(error, "sqlite_errorname", "")
    primary = "_".join(name.split("_")[:2])
    return REASONS.get(primary, "damaged")


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Run a block; whatever SQLite or the file system raises leaves it as `StoreError`."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(reason_of(error), str(path), str(error)) from error
    except (PermissionError, NotADirectoryError, FileExistsError) as error:
        raise StoreError("denied", str(path), str(error)) from error
    except OSError as error:
        raise StoreError("disk", str(path), str(error)) from error
