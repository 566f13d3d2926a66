"""Sentences for a person, made from an error's code and data: what happened, to what, and what to do next.

The words stand in one table, so that they can be read, checked and translated as a whole. `translate` is handed in by
the window; the command line takes the words as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fieldpro.errors import FieldProError
from fieldpro.explain.by_code import WORDS
from fieldpro.explain.by_reason import BY_FIELD
from fieldpro.explain.words import Words


@dataclass(frozen=True, slots=True)
class Explanation:
    """`what` happened, to which `subject`, and the `next_step`: three short texts."""

    what: str
    subject: str
    next_step: str

    def __str__(self) -> str:
        subject = f" ({self.subject})" if self.subject else ""
        return f"{self.what}{subject}. {self.next_step}"


def explain(error: FieldProError, *, translate: Callable[[str], str] = str) -> Explanation:
    """The sentences for one error. Never fails: an unknown code has the words of the root."""
    data = {name: _as_text(value) for name, value in error.data().items()}
    words = _words_of(error)
    filled = (translate(text).format_map(_Blanks(data)) for text in (words.what, words.subject, words.next_step))
    what, subject, next_step = (" ".join(text.split()) for text in filled)
    return Explanation(what, subject, next_step)


def _words_of(error: FieldProError) -> Words:
    field, table = BY_FIELD.get(type(error), ("", {}))
    found = table.get(getattr(error, field)) if field else None
    return found or WORDS.get(error.code) or WORDS["error"]


def _as_text(value: object) -> str:
    if isinstance(value, tuple | list):
        return ", ".join(str(item) for item in value)
    return str(value)


class _Blanks(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""
