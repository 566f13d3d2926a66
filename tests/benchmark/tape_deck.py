"""How quick the Tape deck opens a tape of 100,000 steps and scrolls it, in the window, offscreen."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from figure import Bound, Figure, Group, NotMeasured

LIMIT_S = 300

OPEN = Figure("a tape of 100,000 steps: from the file to the first steps on the screen", Bound.AT_MOST, 0.5, "s")
SCROLL = Figure("that tape: the slowest of 60 jumps through it, painted", Bound.AT_MOST, 0.5, "s")


def measure() -> Mapping[str, float]:
    """In a process of its own."""
    script = str(Path(__file__).with_name("scroll_a_tape.py"))
    outcome = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=LIMIT_S)
    try:
        opened, scrolled = (float(word) for word in outcome.stdout.split()[-2:])
    except ValueError:
        raise NotMeasured((outcome.stderr or outcome.stdout).strip().rpartition("\n")[2] or "nothing came") from None
    return {OPEN.name: opened, SCROLL.name: scrolled}


GROUPS = (Group("tape deck", (OPEN, SCROLL), measure),)
