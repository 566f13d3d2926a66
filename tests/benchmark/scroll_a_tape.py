"""Prints how long a tape of 100,000 steps takes to be open in the deck of a window, and its slowest jump, in s."""

from __future__ import annotations

import os
import random
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

STEPS = 100_000
JUMPS = 60
LIMIT_S = 60.0


def main() -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with tempfile.TemporaryDirectory(prefix="fieldpro-deck-", ignore_cleanup_errors=True) as home:
        os.environ["FIELDPRO_HOME"] = home
        from fieldpro.gui.start import make_app, make_window
        from fieldpro.gui.warm import known_tables
        from fieldpro.settings import Settings
        from table_playback.tape import save

        known_tables()
        path = Path(home) / "long.tape"
        save(a_tape(), path)
        app = make_app()
        window = make_window(Settings())
        window.resize(1280, 800)
        window.show()
        window.go("tape-deck")
        app.processEvents()
        page = window.page
        began = time.perf_counter()
        page.open_file(path)
        while page.model.rowCount() != STEPS:
            app.processEvents()
            if time.perf_counter() - began > LIMIT_S:
                raise TimeoutError("the tape was not opened")
        page.steps.table.viewport().repaint()
        opened = time.perf_counter() - began
        bar = page.steps.table.verticalScrollBar()
        jumps = [
            *range(0, bar.maximum(), bar.maximum() // (JUMPS // 2)),
            *random.Random(1).sample(range(bar.maximum()), JUMPS // 2),
        ]
        slowest = 0.0
        for place in jumps:
            began = time.perf_counter()
            bar.setValue(place)
            page.steps.table.viewport().repaint()
            app.processEvents()
            slowest = max(slowest, time.perf_counter() - began)
        window.close()
    print(opened, slowest)


def a_tape() -> object:
    """Reads of registers, of the clock and of parts of a load profile, as a day of polling makes them."""
    from table_playback.tape import Header, Step, Tape

    now = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    random_bytes = random.Random(7).randbytes
    kinds = (
        {"service": "full-read", "table": 23, "data": random_bytes(92)},
        {"service": "full-read", "table": 52, "data": random_bytes(14)},
        {"service": "offset-read", "table": 64, "offset": 1200, "count": 120, "data": random_bytes(120)},
        {"service": "full-read", "table": 2053, "data": random_bytes(40)},
    )
    steps = [
        Step(number, number * 0.05, "<", response=0, duration_s=0.02, **kinds[number % len(kinds)])
        for number in range(1, STEPS + 1)
    ]
    return Tape(Header(None, now, now, title="A day of polling"), steps, {})


if __name__ == "__main__":
    main()
