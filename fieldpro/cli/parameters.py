"""Parameters of a procedure as they are written in a command: PATH=VALUE, in the dictionary's names.

A value is a number (also 0x1F), yes or no for a flag, a word of the dictionary, a time as 2026-03-01T12:00:00, bytes in
hexadecimal, or text: whatever the parameter is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from fieldpro.errors import UsageError
from fieldpro.meter.procedures import Parameter, values_from

YES, NO = ("yes", "true", "on", "1"), ("no", "false", "off", "0")


def parse(texts: Iterable[str], known: Sequence[Parameter]) -> dict[str, Any]:
    """Nested values for the procedure; a flag that is not named is no. Raises `UsageError`."""
    by_path = {parameter.path: parameter for parameter in known}
    flat: dict[str, Any] = {}
    for text in texts:
        path, equals, value = text.partition("=")
        if not equals:
            raise UsageError("--param", "PATH=VALUE", text)
        if path not in by_path:
            raise UsageError("--param", f"one of {', '.join(by_path) or 'none: it takes no parameters'}", path)
        flat[path] = _value(value, by_path[path])
    for parameter in known:
        if parameter.path not in flat:
            if parameter.kind != "flag":
                raise UsageError("--param", f"{parameter.path}=VALUE ({describe(parameter)})", "nothing")
            flat[parameter.path] = False
    return values_from(flat)


def describe(parameter: Parameter) -> str:
    """What a parameter takes, in a few words."""
    unit = f" {parameter.unit}" if parameter.unit else ""
    match parameter.kind:
        case "flag":
            return "yes or no"
        case "choice":
            return ", ".join(f"{number} {word}" for number, word in sorted(parameter.words.items()))
        case "time":
            return "a date with a time"
        case "bytes":
            return f"{parameter.size} bytes in hexadecimal"
        case "text":
            return f"text of {parameter.size} characters at most"
    if parameter.low is None or parameter.high is None:
        return f"a number{unit}"
    return f"a number from {parameter.low} to {parameter.high}{unit}"


def _value(text: str, parameter: Parameter) -> Any:
    value = _read(text, parameter)
    if value is None:
        raise UsageError(parameter.path, describe(parameter), text or "nothing")
    return value


def _read(text: str, parameter: Parameter) -> Any:
    match parameter.kind:
        case "flag":
            word = text.casefold()
            return True if word in YES else False if word in NO else None
        case "choice":
            found = [number for number, word in parameter.words.items() if word.casefold() == text.strip().casefold()]
            return found[0] if found else _number(text, parameter)
        case "time":
            return _time(text)
        case "bytes":
            return _bytes(text, parameter.size)
        case "text":
            return text if len(text) <= parameter.size else None
    return _number(text, parameter)


def _number(text: str, parameter: Parameter) -> int | None:
    try:
        number = int(text, 0)
    except ValueError:
        return None
    is_low = parameter.low is not None and number < parameter.low
    is_high = parameter.high is not None and number > parameter.high
    return None if is_low or is_high else number


def _time(text: str) -> datetime | date | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _bytes(text: str, size: int) -> bytes | None:
    try:
        data = bytes.fromhex(text)
    except ValueError:
        return None
    return data if len(data) == size else None
