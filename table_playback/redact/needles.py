"""Values that were taken out of one place, looked for in every other.

A value is looked for as its bytes, as text in any case, and as hex. A tape's bytes are written as hex, so that the
digits of a serial number can be read in them wherever they begin: between two bytes, too.

What is shorter than four bytes, or of one character only, is not looked for: it would be found everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from table_playback.redact.spans import joined
from table_playback.tape.model import Spans

LEAST_BYTES = 4
LEAST_DIGITS = 6  # of a number that is looked for among hex digits
_PADDING = b" \0*"
_HEX = re.compile(r"[0-9a-f]+")


class Needles:
    """The values to look for, in the forms that they may have."""

    def __init__(self, values: Iterable[str | bytes] = ()) -> None:
        self._hex: set[str] = set()
        self._texts: set[str] = set()
        for value in set(values):
            self._add(value)

    def __bool__(self) -> bool:
        return bool(self._hex or self._texts)

    def _add(self, value: str | bytes) -> None:
        if isinstance(value, bytes):
            bare = value.strip(_PADDING)
            if len(bare) < LEAST_BYTES or len(set(bare)) < 2:
                return
            self._hex.add(bare.hex())
            self._texts |= {bare.hex(), bare.hex(" ")}
            if bare.isascii() and bare.decode("ascii").isprintable():
                self._add_text(bare.decode("ascii"))
            return
        self._add_text(value)

    def _add_text(self, value: str) -> None:
        value = value.strip(" \0*")
        for text in {value, value.lstrip("0")} if value.isdecimal() else {value}:
            if len(text) < LEAST_BYTES or len(set(text)) < 2:
                continue
            self._texts.add(text)
            for form in {text, text.lower(), text.upper()}:
                self._hex.add(form.encode().hex())
                self._texts.add(form.encode().hex())
            if len(text) >= LEAST_DIGITS and _HEX.fullmatch(text.lower()):
                self._hex.add(text.lower())

    @cached_property
    def _in_hex(self) -> re.Pattern[str]:
        return re.compile("|".join(sorted(self._hex, key=len, reverse=True)))

    @cached_property
    def _in_text(self) -> re.Pattern[str]:
        return re.compile("|".join(map(re.escape, sorted(self._texts, key=len, reverse=True))), re.IGNORECASE)

    def spans(self, data: bytes) -> Spans:
        """The bytes that a value is in."""
        if not self._hex or not data:
            return ()
        found = []
        digits, at = data.hex(), 0
        while (match := self._in_hex.search(digits, at)) is not None:
            first, last = match.start() // 2, (match.end() - 1) // 2
            found.append((first, last - first + 1))
            at = match.start() + 1
        return joined(found)

    def hide(self, text: str) -> str:
        """The text with asterisks where a value was."""
        return self._in_text.sub(lambda match: "*" * len(match[0]), text) if self._texts and text else text
