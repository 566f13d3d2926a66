"""The tapes that were open last, newest first, in a plain file of this user. A file that is no such list is empty."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

from fieldpro.files import write_atomically
from fieldpro.settings import data_folder

FILE = "recent-tapes.json"
MOST = 8


def recent(folder: Path | None = None) -> list[Path]:
    """Those that are still there."""
    try:
        said = json.loads((_file(folder)).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return []
    paths = [Path(each) for each in said if isinstance(each, str)] if isinstance(said, list) else []
    return [path for path in paths[:MOST] if path.is_file()]


def remember(path: Path, folder: Path | None = None) -> list[Path]:
    """Put one at the front; the list as it is now. A disk that does not take it changes nothing but the memory."""
    path = path.absolute()
    kept = [path, *(each for each in recent(folder) if each != path)][:MOST]
    with contextlib.suppress(OSError):
        write_atomically(_file(folder), json.dumps([str(each) for each in kept]).encode())
    return kept


def _file(folder: Path | None) -> Path:
    return (folder or data_folder()) / FILE
