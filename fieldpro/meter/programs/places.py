"""On which line of a TOML text a key stands; `tomllib` keeps no lines."""

from __future__ import annotations

import re

_HEADER = re.compile(r"^\s*\[\[?\s*(.+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PIECE = re.compile(r"""[A-Za-z0-9_-]+|"([^"]*)"|'([^']*)'""")


def lines_of(text: str) -> dict[str, int]:
    """The line, counted from 1, of every key and header, by its dotted name ("elements.UTIL_INFO_TBL.OWNER_NAME")."""
    found: dict[str, int] = {}
    header = ""
    for number, line in enumerate(text.splitlines(), start=1):
        heading = _HEADER.match(line)
        if heading is not None and "=" not in _PIECE.sub("", heading[1]):
            header = _plain(heading[1])
            found.setdefault(header, number)
            continue
        key = _KEY.match(line)
        if key is not None:
            found.setdefault(f"{header}.{_plain(key[1])}".lstrip("."), number)
    return found


def place_of(text: str, name: str) -> str:
    """ "line 12, for.edition" for a key of the file; the name alone when it is nowhere."""
    line = _nearest(lines_of(text), name)
    return f"line {line}, {name}" if line else name


def line_of(text: str, path: str) -> int:
    """The line of an element, of what is around it, or of another key of the file; 0 when it is nowhere."""
    known = lines_of(text)
    return _nearest(known, f"elements.{path}") or _nearest(known, path)


def _nearest(known: dict[str, int], name: str) -> int:
    """The line of a key, or of the nearest one around it but the list of all elements."""
    while name and name != "elements":
        if name in known:
            return known[name]
        name = re.sub(r"(\[\d+\]|\.?[^.\[\]]+)$", "", name)
    return 0


def _plain(dotted: str) -> str:
    return ".".join(match[1] or match[2] or match[0] for match in _PIECE.finditer(dotted))
