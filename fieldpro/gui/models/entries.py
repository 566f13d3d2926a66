"""What the command palette offers, and which of it fits what was typed. No Qt here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

MOST = 60  # entries shown; nobody reads more


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to go to or do. `kind` is what it is ("Action", "Table"), `hint` its shortcut or number."""

    title: str
    kind: str
    run: Callable[[], object]
    hint: str = ""
    enabled: bool = True

    @property
    def haystack(self) -> str:
        return f"{self.title} {self.kind} {self.hint}".casefold()


def score(entry: Entry, words: list[str]) -> int | None:
    """How well an entry fits; smaller is better, None when a word is missing. Starts of words come first."""
    haystack = entry.haystack
    total = 0
    for word in words:
        at = haystack.find(word)
        if at < 0:
            return None
        at_start = at == 0 or haystack[at - 1] in " -_/"
        total += at if at_start else 40 + at
    return total


def matches(entries: Iterable[Entry], text: str) -> list[Entry]:
    """The entries that hold every word of `text`, the best first; all of them for an empty text."""
    words = text.casefold().split()
    scored = [
        (found, number, entry) for number, entry in enumerate(entries) if (found := score(entry, words)) is not None
    ]
    return [entry for _score, _number, entry in sorted(scored, key=lambda one: one[:2])[:MOST]]
