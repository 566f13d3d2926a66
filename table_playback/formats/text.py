"""Small files of other programs, read within bounds."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from table_playback.tape.limits import MiB
from table_playback.tape.trouble import Trouble, file_errors

MAX_FILE = 256 * MiB


def read_bounded(path: Path, trouble: Trouble, limit: int = MAX_FILE) -> bytes:
    """The bytes of a file. Raises `TapeError` "denied" and "too-large"."""
    with file_errors(path):
        if not path.is_file():
            raise trouble("denied", "the file", "it is no file" if path.exists() else "there is no such file")
        with path.open("rb") as file:
            content = file.read(limit + 1)
    if len(content) > limit:
        raise trouble("too-large", f"byte {limit}", f"the file has more than {limit:,} bytes")
    return content


def changed_at(path: Path) -> datetime:
    """When the file was last written, in UTC: the nearest one can come to when its tables were read."""
    with file_errors(path):
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
