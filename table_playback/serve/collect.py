"""What serving needs to know of a tape, gathered in one walk over its steps.

A tape of 100,000 steps is read from its file step by step; so everybody who wants to know something of all of them
takes each in turn: `walk(tape, [one, another])`. Steps that are not enabled are not there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from table_playback.tape import Step, Tape


class Collector(Protocol):
    def take(self, step: Step) -> None:
        """The next enabled step."""


def walk(tape: Tape, collectors: Iterable[Collector]) -> None:
    """Give every enabled step to every collector."""
    takers = [collector.take for collector in collectors]
    for step in tape.steps:
        if step.enabled:
            for take in takers:
                take(step)
