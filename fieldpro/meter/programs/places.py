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
    """ "line 12, for.edition" for the key, or the nearest one around it; the name alone when there is none."""
    known = lines_of(text)
    around = name
    while around:
        if around in known:
            return f"line {known[around]}, {name}"
        around = re.sub(r"(\[\d+\]|\.?[^.\[\]]+)$", "", around)
    return name


def _plain(dotted: str) -> str:
    return ".".join(match[1] or match[2] or match[0] for match in _PIECE.finditer(dotted))
