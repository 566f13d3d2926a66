"""A value that must not be seen: it never shows itself in a repr, a log, a tape or an exception."""

from __future__ import annotations

from fieldpro.errors import UsageError

SECRET_TABLES = frozenset({42, 45, 46})
"""The tables of passwords and keys (ANSI C12.19): SECURITY_TBL, KEY_TBL, EXTENDED_KEY_TBL."""


def holds_secrets(number: int) -> bool:
    """Whether a table, or the pending copy of it (4096 and on), is one of passwords or keys."""
    return number & 0x0FFF in SECRET_TABLES


class Secret:
    """Bytes of a password or key. Only `reveal` gives them, and only the encoder of a request calls it."""

    __slots__ = ("_value",)

    def __init__(self, value: bytes) -> None:
        self._value = bytes(value)

    @classmethod
    def from_text(cls, text: str) -> Secret:
        """A password as a person types it: ISO 8859-1, one byte a character. `UsageError` for any other character."""
        if any(ord(character) > 0xFF for character in text):
            raise UsageError("password", "letters, digits and signs of ISO 8859-1", "another character")
        return cls(text.encode("latin-1"))

    def reveal(self) -> bytes:
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __bool__(self) -> bool:
        return bool(self._value)

    def __reduce__(self) -> str:
        raise TypeError("a Secret is not pickled")
