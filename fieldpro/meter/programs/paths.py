"""Dotted names of elements as they stand in programs: "PRI_DISP_LIST_TBL.PRI_DISP_LIST[0].DISP_SCROLL1.ON_TIME"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from fieldpro.errors import UsageError

Part: TypeAlias = str | int
Tree: TypeAlias = dict[Part, Any]  # parts of an element by name or index; what is no dict is a value

_PART = re.compile(r"\.?([A-Za-z_][A-Za-z0-9_]*)|\[(\d+)\]")


def split(path: str) -> list[Part]:
    """The names and indices of a path. Raises `UsageError` for what is no path."""
    parts: list[Part] = []
    position = 0
    while position < len(path):
        match = _PART.match(path, position)
        if match is None or (position == 0 and path[0] in ".["):
            raise UsageError("element", "a name such as TABLE_TBL.ELEMENT[3].PART", path)
        parts.append(match[1] or int(match[2]))
        position = match.end()
    if not parts:
        raise UsageError("element", "a name such as TABLE_TBL.ELEMENT[3].PART", "an empty one")
    return parts


def join(parts: Sequence[Part]) -> str:
    """The path of these names and indices."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).lstrip(".")


def table_of(path: str) -> str:
    """The table's name, with which every path begins."""
    return path.partition(".")[0].partition("[")[0]


def below(path: str, group: str) -> bool:
    """Whether an element is `group` itself or a part of it."""
    return path == group or path.startswith((f"{group}.", f"{group}["))


def flatten(values: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """(path, value) of what nested tables of a file say; a list is one value."""
    for name, value in values.items():
        path = f"{before}.{name}" if before else name
        if isinstance(value, Mapping):
            yield from flatten(value, path)
        else:
            yield path, value


def tree(elements: Mapping[str, Any]) -> dict[str, Tree | Any]:
    """Elements by table, name and index. Raises `UsageError` for one that is given twice."""
    root: Tree = {}
    for path, value in elements.items():
        parts = split(path)
        node = root
        for part in parts[:-1]:
            node = node.setdefault(part, {})
            if not isinstance(node, dict):
                raise UsageError("element", "each element once", f"{path}, which is within another one given")
        if parts[-1] in node:
            raise UsageError("element", "each element once", f"{path}, which is given twice")
        node[parts[-1]] = value
    return root  # type: ignore[return-value] # a path begins with a name
