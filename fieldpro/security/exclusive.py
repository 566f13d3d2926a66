"""One process at a time: a lock on a file beside the one that is changed. It goes when the process does."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STEP_S = 0.02


@contextmanager
def exclusive(path: Path, *, timeout_s: float = 10.0) -> Iterator[None]:
    """Hold the lock of `path` (a file `.NAME.lock` beside it). Raises `TimeoutError`, and `OSError` as `open` does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        end = time.monotonic() + timeout_s
        while not _try_lock(descriptor):
            if time.monotonic() > end:
                raise TimeoutError(f"{path} is in use by another program")
            time.sleep(STEP_S)
        yield
    finally:
        os.close(descriptor)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
