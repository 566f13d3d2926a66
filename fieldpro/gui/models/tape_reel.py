"""A tape in hand: what is in the file, what was changed since, and what playing it came to. No Qt here.

The reels of a playlist stand in order in a `Playlist`, of which one is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from table_playback.tape.edit import edited
from table_playback.tape.model import Header, Step, Tape

if TYPE_CHECKING:
    from fieldpro.c12.dictionary.tables import Tables
    from fieldpro.gui.models.tape_words import Sum
    from table_playback.play.verdicts import StepResult


@dataclass(frozen=True)
class Opened:
    """A tape as it comes from outside the GUI thread: with the context of its tables and their titles.

    path None: it is not in a file yet. notes: what opening it left out, one sentence each.
    """

    tape: Tape
    path: Path | None
    tables: Tables
    titles: Mapping[int, str]
    procedures: Mapping[int, str]
    notes: tuple[str, ...] = ()


@dataclass
class Reel:
    """One tape in hand. `changed`: steps by number, over those of the tape. `saved`: nothing would be lost. `part`: the
    rest of an interrupted recording, which goes when the tape is saved."""

    opened: Opened
    changed: dict[int, Step] = field(default_factory=dict)
    results: dict[int, StepResult] = field(default_factory=dict)
    bad: set[int] = field(default_factory=set)  # the steps that somebody must look at
    came_to: Sum | None = None  # what the last playing came to
    saved: bool = True
    part: Path | None = None

    @property
    def tape(self) -> Tape:
        return self.opened.tape

    @property
    def header(self) -> Header:
        return self.opened.tape.header

    @property
    def path(self) -> Path | None:
        return self.opened.path

    def step(self, number: int) -> Step:
        found = self.changed.get(number)
        return self.tape.steps[number - 1] if found is None else found

    def change(self, step: Step) -> None:
        """A step was switched, got a note or another rule."""
        self.changed[step.number] = step
        self.saved = False

    def with_changes(self) -> Tape:
        """The tape as it would be saved. Takes a while for many steps: not in the GUI thread."""
        return edited(self.tape, dict(self.changed)) if self.changed else self.tape

    def take(self, results: Iterable[StepResult]) -> None:
        """The last verdict of a step counts."""
        for result in results:
            number = result.step.number
            self.results[number] = result
            if result.verdict.is_bad:
                self.bad.add(number)
            else:
                self.bad.discard(number)

    def forget_results(self, number: int = 0) -> None:
        """Of all steps, or of one."""
        self.came_to = None
        if number:
            self.results.pop(number, None)
            self.bad.discard(number)
        else:
            self.results.clear()
            self.bad.clear()


@dataclass
class Playlist:
    """The tapes that are open, in the order in which they are played; `at` is the one that is shown."""

    reels: list[Reel] = field(default_factory=list)
    at: int = 0

    @property
    def reel(self) -> Reel | None:
        return self.reels[self.at] if self.reels else None

    def add(self, reel: Reel) -> None:
        """At the end; it is shown."""
        self.reels.append(reel)
        self.at = len(self.reels) - 1

    def replace(self, reel: Reel) -> None:
        """In the place of the one that is shown."""
        if self.reels:
            self.reels[self.at] = reel
        else:
            self.add(reel)

    def next(self) -> None:
        if self.reels:
            self.at = (self.at + 1) % len(self.reels)

    def close(self) -> None:
        """Take the one that is shown out."""
        if self.reels:
            del self.reels[self.at]
            self.at = max(0, min(self.at, len(self.reels) - 1))
