"""The ledger of uses: how often each authorisation was used, and the latest time this computer has shown.

Each use is a file of its own, made with "only if it is not there": two programs cannot take the same use, and a use
that was taken stays taken through a crash. The ledger is as safe as the folder; every use is in the
audit log too, which nobody can take it out of, and `Guard` counts there as well.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fieldpro.errors import FileError
from fieldpro.files import write_atomically
from fieldpro.security.authorisation import Authorisation
from fieldpro.security.canonical import canonical

CLOCK = "latest-time"
STEP_S = 60
"""The latest time is written again only when it has moved by so much."""


class Ledger:
    """The uses in one folder. Raises `FileError` when the folder cannot be read or written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def used(self, authorisation: Authorisation) -> int:
        """How many uses were taken."""
        with self._told():
            return sum(1 for _ in self.folder.glob(f"{_name(authorisation)}.*"))

    def take(self, authorisation: Authorisation, what: Mapping[str, Any], *, spent: int = 0) -> int | None:
        """Take one use and return its number, from 1; None when all have been taken.

        spent: uses known from elsewhere, that the ledger may have lost.
        """
        with self._told():
            self.folder.mkdir(parents=True, exist_ok=True)
            for number in range(max(spent, 0) + 1, authorisation.uses + 1):
                path = self.folder / f"{_name(authorisation)}.{number}"
                try:
                    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                except FileExistsError:
                    continue
                with os.fdopen(descriptor, "wb") as file:
                    entry = {"id": authorisation.id, "issuer": authorisation.issuer, "use": number, **what}
                    file.write(canonical(entry).encode())
                    file.flush()
                    os.fsync(file.fileno())
                self._sync_folder()
                return number
        return None

    def latest(self) -> datetime | None:
        """The latest time that was seen here."""
        try:
            return datetime.fromisoformat((self.folder / CLOCK).read_text(encoding="ascii")).astimezone(UTC)
        except (FileNotFoundError, ValueError):
            return None

    def see(self, now: datetime) -> None:
        """Remember that it is so late; an earlier time changes nothing."""
        latest = self.latest()
        if latest is None or (now - latest).total_seconds() >= STEP_S:
            with self._told():
                write_atomically(self.folder / CLOCK, now.astimezone(UTC).isoformat().encode())

    def _sync_folder(self) -> None:
        """A new file's name is on the disk only when its folder is."""
        if os.name != "posix":
            return
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    @contextlib.contextmanager
    def _told(self) -> Any:
        try:
            yield
        except OSError as problem:
            raise FileError(str(self.folder), "the ledger of uses", "a folder to write in", str(problem)) from problem


def _name(authorisation: Authorisation) -> str:
    """One file name for one authorisation, whatever its id is made of."""
    return hashlib.sha256(canonical([authorisation.issuer, authorisation.id]).encode()).hexdigest()[:40]
