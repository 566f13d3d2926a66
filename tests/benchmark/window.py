"""How quick the window is: its first paint, a frame of the chart, the longest stall while a read runs.

Each is measured in a process of its own, offscreen, as the window's own modules define it.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from figure import Bound, Figure, Group, NotMeasured

STARTS = 9
READS = 3
LIMIT_S = 300

FIRST_PAINT = Figure("first paint after the process starts, median of 9 starts", Bound.AT_MOST, 0.35, "s")
FRAME = Figure("pan and zoom of the year's chart, median frame", Bound.AT_MOST, 16, "ms")
STALL = Figure("longest stall of the window's thread while a read runs", Bound.AT_MOST, 50, "ms")


def measure_first_paint() -> Mapping[str, float]:
    """With byte code, as an installed program has it, also where the environment forbids to write any."""
    from fieldpro.gui.first_paint import measure

    with tempfile.TemporaryDirectory(prefix="fieldpro-bytecode-") as folder:
        os.environ["PYTHONPYCACHEPREFIX"] = folder
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        return {FIRST_PAINT.name: statistics.median(measure(STARTS))}


def measure_frame() -> Mapping[str, float]:
    return {
        FRAME.name: 1000 * _seconds_printed_by("-c", "import fieldpro.gui.charts.benchmark as b; print(b.measure())")
    }


def measure_stall() -> Mapping[str, float]:
    """The median of several reads' longest stalls: one read's alone is the worst of what else the machine did."""
    script = str(Path(__file__).with_name("stall_while_reading.py"))
    return {STALL.name: 1000 * statistics.median(_seconds_printed_by(script) for _ in range(READS))}


def _seconds_printed_by(*arguments: str) -> float:
    """The number on the last line of what a Python process prints."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    outcome = subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, text=True, timeout=LIMIT_S
    )
    try:
        return float(outcome.stdout.strip().rpartition("\n")[2])
    except ValueError:
        raise NotMeasured((outcome.stderr or outcome.stdout).strip().rpartition("\n")[2] or "nothing came") from None


GROUPS = (
    Group("start", (FIRST_PAINT,), measure_first_paint),
    Group("chart", (FRAME,), measure_frame),
    Group("stall", (STALL,), measure_stall),
)
