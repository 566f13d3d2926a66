"""Values as a program file says them, and as the codecs of C12.19 take them.

integers, floats, true/false, texts, dates and times     as TOML has them
"engineering units"                                      the word that the dictionary has for a number
"12 AB 00"                                               BINARY, in hex
[1, 3, 60]                                               SET, the numbers of its members
"month=7 day=4 offset=8"                                 RDATE, by the parts of its bit field
"raw:00 00"                                              any element, the bytes as they are: a date that is not set
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from fieldpro.c12.codec import Bcd, Binary, Set, Text
from fieldpro.c12.times import Date, Rdate, RecurringDate, Time
from fieldpro.c12.values import Codec, Odd, Strange, odd
from fieldpro.secret import Secret

RAW = "raw:"
_TRUTH = {"true": 1, "yes": 1, "false": 0, "no": 0}
_RDATE_PARTS = {"month": 0, "offset": 4, "weekday": 8, "day": 11}
_PERIOD_PARTS = {"month": 0, "period": 4, "delta": 10}
_WIDTHS = {"month": 4, "offset": 4, "weekday": 3, "day": 5, "period": 6, "delta": 6}


def for_codec(value: Any, codec: Codec, words: Mapping[int, str]) -> Any:
    """What `codec` encodes; a value of the codec's own passes. Raises `ValueError` in words."""
    if isinstance(value, Secret):
        value = value.reveal()
        return value.decode("latin-1") if isinstance(codec, Text) else value.ljust(codec.size, b" ")
    if isinstance(value, Strange):
        return value
    if not isinstance(value, str):
        if isinstance(value, float) and value.is_integer() and not _takes_fractions(codec):
            raise ValueError("a whole number")
        return value
    if value.startswith(RAW):
        return odd(_hex(value[len(RAW) :], codec.size), "")
    if isinstance(codec, Text | Bcd):
        return value
    if isinstance(codec, Binary):
        return _hex(value, codec.size)
    if isinstance(codec, Rdate):
        return recurring_date(value)
    if isinstance(codec, Date | Time):
        return _moment(value, codec)
    if isinstance(codec, Set):
        return _members(value)
    return number_of(value, words)


def number_of(text: str, words: Mapping[int, str]) -> int | Decimal:
    """The number that a word of the dictionary stands for, or that the text writes. Raises `ValueError` in words."""
    wanted = text.strip().casefold()
    found = [number for number, word in words.items() if word.casefold() == wanted]
    if len(found) == 1:
        return found[0]
    if wanted in _TRUTH:
        return _TRUTH[wanted]
    try:
        number = Decimal(wanted)
    except InvalidOperation:
        known = f"one of {', '.join(repr(word) for word in list(words.values())[:8])}" if words else "a number"
        raise ValueError(known) from None
    return int(number) if number == number.to_integral_value() else number


def _moment(text: str, codec: Date | Time) -> date | time | datetime:
    """A date or time as ISO 8601 writes it. Raises `ValueError` in words."""
    kind = date if isinstance(codec, Date) else time if codec.kind == "TIME" else datetime
    sample = {date: "2026-07-04", time: "14:30", datetime: "2026-07-04 14:30"}[kind]
    try:
        return kind.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"a value such as {sample}") from None


def _members(text: str) -> list[int]:
    """The numbers of a set's members: "1, 3, 60"; "none" for none."""
    bare = text.strip()
    if bare.casefold() in ("", "none"):
        return []
    try:
        return [int(part) for part in bare.split(",")]
    except ValueError:
        raise ValueError("numbers such as 1, 3, 60") from None


def for_file(value: Any) -> Any:
    """A decoded value as TOML can say it; `for_codec` gives the same bytes from it."""
    if isinstance(value, Odd):
        return RAW + value.raw.hex(" ")
    if isinstance(value, bool):
        return value
    if isinstance(value, bytes):
        return value.hex(" ").upper()
    if isinstance(value, RecurringDate):
        return recurring_text(value)
    if isinstance(value, Decimal):
        exact = int(value) if value == value.to_integral_value() else float(value)
        return exact if Decimal(str(exact)) == value else str(Decimal(value))
    if isinstance(value, tuple):
        return [int(member) for member in value]
    for kind in (str, int, float):
        if isinstance(value, kind):
            return kind(value)
    return value


def file_values(value: Any) -> Any:
    """`for_file` of everything in nested values."""
    if isinstance(value, dict):
        return {name: file_values(part) for name, part in value.items()}
    if isinstance(value, list):
        return [file_values(part) for part in value]
    return for_file(value)


def recurring_date(text: str) -> RecurringDate:
    """An RDATE from its parts. Raises `ValueError` in words."""
    expected = "parts such as month=7 day=4 offset=8 weekday=0"
    parts: dict[str, int] = {}
    for part in text.split():
        name, _, number = part.partition("=")
        if name not in _WIDTHS or name in parts or not number.isdecimal() or int(number) >= 1 << _WIDTHS[name]:
            raise ValueError(expected)
        parts[name] = int(number)
    places = _PERIOD_PARTS if parts.get("month") == 15 else _RDATE_PARTS
    if "month" not in parts or not parts.keys() <= places.keys():
        raise ValueError(expected)
    return RecurringDate(sum(number << places[name] for name, number in parts.items()))


def recurring_text(value: RecurringDate) -> str:
    """The parts of an RDATE that are not 0."""
    places = _PERIOD_PARTS if value.month == 15 else _RDATE_PARTS
    parts = {name: value.number >> first & (1 << _WIDTHS[name]) - 1 for name, first in places.items()}
    return " ".join(f"{name}={number}" for name, number in parts.items() if number or name == "month")


def canonical(value: Any) -> Any:
    """A file's value for the hash: what JSON cannot say is named by its kind; a secret leaves no trace."""
    if isinstance(value, dict):
        return {str(name): canonical(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [canonical(part) for part in value]
    if isinstance(value, datetime | date | time):
        return {type(value).__name__: value.isoformat()}
    if isinstance(value, bool | int | str) or value is None:
        return value
    if isinstance(value, float):
        return {"float": repr(value)}
    return {type(value).__name__: "" if isinstance(value, Secret) else str(value)}


def _takes_fractions(codec: Codec) -> bool:
    return codec.name.startswith(("FLOAT", "number")) or "/" in codec.name


def _hex(text: str, size: int) -> bytes:
    bare = re.sub(r"\s", "", text)
    try:
        raw = bytes.fromhex(bare)
    except ValueError:
        raise ValueError(f"{size} bytes in hex") from None
    if len(raw) != size:
        raise ValueError(f"{size} bytes in hex")
    return raw


__all__ = ["RAW", "canonical", "file_values", "for_codec", "for_file", "number_of", "recurring_date"]
