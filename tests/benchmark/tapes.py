"""How long a tape of 100,000 steps takes to open: the file read, unpacked, hashed, and every step of it checked.

The tape has the packets of a real recording beside: request, acknowledgement, answer, acknowledgement. What the deck
does then is measured with the deck; here the first, the last and some hundred steps between are asked for as well.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from figure import Bound, Figure, Group, NotMeasured, median_s

STEPS = 100_000
RUNS = 5
ASKED_FOR = range(0, STEPS, 997)

OPEN = Figure("open a tape of 100,000 steps with its packets, all of it checked", Bound.AT_MOST, 0.5, "s")


def tape() -> Any:
    """Reads of registers, whole and in part, with a write and a refusal now and then; each answer another one."""
    from table_playback.tape import Header, Tape, WirePacket
    from table_playback.tape.messages import reply_bytes, request_bytes

    chance = random.Random(4)
    steps = [_step(number, chance) for number in range(1, STEPS + 1)]
    wire = []
    for step in steps:
        at_s = step.time_s
        for direction, data in (
            (">", b"\xee\0\0\0\0" + request_bytes(step)),
            ("<", b"\x06"),
            ("<", b"\xee\0\0\0\0" + (reply_bytes(step) or b"")),
            (">", b"\x06"),
        ):
            wire.append(WirePacket(at_s, direction, data, step.number))
            at_s += 0.002
    begun = datetime(2026, 3, 1, 12, tzinfo=UTC)
    return Tape(Header(None, begun, begun + timedelta(seconds=STEPS * 0.02)), steps, {}, wire)


def _step(number: int, chance: random.Random) -> Any:
    from table_playback.tape import Step

    at_s, took_s = round(number * 0.02, 6), round(0.01 + chance.random() / 100, 6)
    if number % 50 == 0:
        return Step(number, at_s, ">", "offset-write", 6, None, 170, data=chance.randbytes(8), response=0)
    if number % 33 == 0:
        return Step(number, at_s, "<", "full-read", 99, response=5, duration_s=took_s)
    if number % 3 == 0:
        return Step(number, at_s, "<", "full-read", 28, data=chance.randbytes(48), response=0, duration_s=took_s)
    offset = chance.randrange(60_000)
    return Step(
        number, at_s, "<", "offset-read", 64, None, offset, (), 32, chance.randbytes(32), 0, b"", duration_s=took_s
    )


def measure() -> Mapping[str, float]:
    from table_playback.tape import load, save

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.tape"
        made = tape()
        save(made, path)

        def open_it() -> None:
            opened = load(path)
            if len(opened.steps) != STEPS or any(opened.steps[n].number != n + 1 for n in (0, *ASKED_FOR, STEPS - 1)):
                raise NotMeasured("the tape is not the one that was saved")

        if load(path).steps != made.steps:
            raise NotMeasured("the tape is not the one that was saved")
        del made  # half a million objects that the collector would go through
        return {OPEN.name: median_s(open_it, runs=RUNS)}


GROUPS = (Group("tapes", (OPEN,), measure),)
