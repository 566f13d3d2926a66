"""What the comment in braces after an element says: `{ Title [unit] | 0 = "word", 1 = "word" | more about it }`.

The parts between bars are told by their form: numbers with words, the dotted name of an ENUM, the word `secret`, or
further text.
A comment without bars is a title, as in the makers' manuals.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from fieldpro.c12.dictionary.model import Annotation, Place

COMMENT = re.compile(r"\{([^}]*)\}")
_TITLE = re.compile(r"(.*?)\s*(?:\[([^\]]*)\])?", re.DOTALL)
_ENUM_NAME = re.compile(r"[A-Z][A-Z0-9_]*(\.[A-Z][A-Z0-9_]*)+")
_WORDS_BEGIN = re.compile(r"\d+(\s*\+\s*\d+)?\s*=")
_WORD = re.compile(r'\s*(\d+)(?:\s*\+\s*(\d+))?\s*=\s*"([^"]*)"\s*(,|$)')


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment: its text, and where its braces begin and end in the source text."""

    text: str
    start: int
    end: int
    at: Place


def parse_annotation(comment: Comment) -> Annotation:
    """The annotation in a comment. Raises `DictionaryError` when a list of words is broken."""
    title_part, *parts = _split(comment.text)
    title = _TITLE.fullmatch(" ".join(title_part.split()))
    words: dict[int, str] = {}
    enumeration, help_text, secret = "", [], False
    for part in (" ".join(part.split()) for part in parts):
        if _WORDS_BEGIN.match(part):
            words |= _words(part, comment.at)
        elif _ENUM_NAME.fullmatch(part):
            enumeration = part
        elif part == "secret":
            secret = True
        else:
            help_text.append(part)
    text, unit = title.groups(default="") if title else ("", "")
    return Annotation(text, unit, words, enumeration, " ".join(help_text), secret)


def _split(text: str) -> list[str]:
    """The parts between bars; a bar inside quotes is part of the word."""
    return re.split(r'\|(?=(?:[^"]*"[^"]*")*[^"]*$)', text.strip())


def _words(part: str, at: Place) -> dict[int, str]:
    words: dict[int, str] = {}
    position = 0
    while position < len(part):
        match = _WORD.match(part, position)
        if match is None:
            raise at.error('words such as 0 = "first", 1 = "second" in the comment', part[position:].strip()[:40])
        number = int(match[1]) + int(match[2] or 0)
        if number in words:
            raise at.error("each number once in the comment", str(number))
        words[number] = match[3]
        position = match.end()
    return words
