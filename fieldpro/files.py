"""Files a person keeps: written whole or not at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def write_atomically(path: Path, content: bytes, *, private: bool = False) -> None:
    """Put `content` at `path` so that a reader, or a power cut, finds the old file or the new one, whole.

    private: only this computer's user may read it, from the first byte on (mode 0600; on Windows the folder's rights
    hold). Raises `OSError` as `open` does; nothing is left behind then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with open(temporary, "xb", opener=open_private if private else None) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def open_private(path: str, flags: int) -> int:
    """An `opener` for `open`: a new file is for this computer's user alone."""
    return os.open(path, flags, 0o600)
