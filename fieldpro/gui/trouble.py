"""A failure as the window shows it: what happened, and the buttons that help."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fieldpro.explain import Explanation


@dataclass(frozen=True, slots=True)
class Remedy:
    """A button that helps: its verb and what it does."""

    text: str
    run: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Trouble:
    """A failure as the window shows it. `at_s` is when, in the time of the wire records; None without a conversation.
    `mild` failures lost nothing (a job stopped, a table refused)."""

    explanation: Explanation
    remedies: tuple[Remedy, ...] = ()
    at_s: float | None = None
    mild: bool = False
