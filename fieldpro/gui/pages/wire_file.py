"""A recorded conversation as a file: text for a person, JSON lines for a program. Secrets are masked in the items."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from fieldpro.c12.link.monitor import WireItem
from fieldpro.errors import FileError
from fieldpro.files import write_atomically

JSON_SUFFIXES = (".jsonl", ".json")


def save(path: Path, items: Sequence[WireItem]) -> int:
    """Write the items, in the form that the suffix names; how many there are. Raises `FileError`."""
    lines = json_lines(items) if path.suffix.lower() in JSON_SUFFIXES else text_lines(items)
    try:
        write_atomically(path, "".join(f"{line}\n" for line in lines).encode())
    except OSError as error:
        raise FileError(str(path), "the file", "a place that can be written", error.strerror or str(error)) from error
    return len(items)


def text_lines(items: Iterable[WireItem]) -> Iterable[str]:
    """`2026-03-01 12:00:00.123  >  packet   Read               Read table 23  | ee 00 ...`, UTC."""
    for item in items:
        moment = f"{datetime.fromtimestamp(item.time, UTC):%Y-%m-%d %H:%M:%S.%f}"[:-3]
        yield (
            f"{moment}  {item.direction}  {item.kind:<7}  {item.service:<12}  {item.summary:<32}  | {item.raw.hex(' ')}"
        )


def json_lines(items: Iterable[WireItem]) -> Iterable[str]:
    """One object an item; `time` is UTC in ISO form, `raw` and `message` are hex."""
    for item in items:
        yield json.dumps(
            {
                "time": datetime.fromtimestamp(item.time, UTC).isoformat(),
                "direction": item.direction,
                "kind": str(item.kind),
                "service": item.service,
                "summary": item.summary,
                "repeated": item.repeated,
                "raw": item.raw.hex(),
                "message": item.message.hex(),
            }
        )
