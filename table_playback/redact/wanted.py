"""What somebody wants taken out of a tape, by name.

passwords, keys          what opens a meter; `table_playback.redact.credentials` says where they lie
identifiers, users       the groups of `resources/playback/identifiers.toml`
UTIL_INFO_TBL.*          elements of tables, by path or pattern
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from fieldpro import resources
from fieldpro.c12.dictionary import Dictionary
from fieldpro.errors import UsageError
from table_playback.compare.masks import Mask, matches

PASSWORDS, KEYS = "passwords", "keys"
CREDENTIALS = (PASSWORDS, KEYS)
LOGON_USER, DEVICE_IDENTITY, WHO = "Logon.USER", "Identify.DEVICE_IDENTITY", "Header.WHO"
_OF_NO_TABLE = (LOGON_USER, DEVICE_IDENTITY, WHO)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing that was asked for. `elements`: patterns of element paths; none for credentials."""

    what: str
    elements: tuple[str, ...] = ()

    def covers(self, path: str) -> bool:
        return any(matches(pattern, path) for pattern in self.elements)

    def touches(self, table: str) -> bool:
        """Whether an element of this table may be meant."""
        return any(_head_matches(pattern, table) for pattern in self.elements)


def wanted(what: Iterable[str], dictionary: Dictionary) -> tuple[Wanted, ...]:
    """Everything that was asked for, once each. Raises `UsageError` for a name that nothing has."""
    found: dict[str, Wanted] = {}
    for name in what:
        name = name.strip()
        group = next((group for group in groups() if group.name == name), None)
        if group is not None:
            found[name] = Wanted(name, group.elements)
        elif name in CREDENTIALS:
            found[name] = Wanted(name)
        else:
            _check(name, dictionary)
            found[name] = Wanted(name, (name,))
    return tuple(found.values())


def _check(pattern: str, dictionary: Dictionary) -> None:
    names = [table.name for table in dictionary.tables.values()]
    if pattern in _OF_NO_TABLE or any(_head_matches(pattern, name) for name in names):
        return
    known = ", ".join([*CREDENTIALS, *(group.name for group in groups())])
    raise UsageError("what to redact", f"{known}, or an element such as UTIL_INFO_TBL.OWNER_NAME", pattern)


def _head_matches(pattern: str, table: str) -> bool:
    head = pattern.partition(".")[0].partition("[")[0]
    return bool(head) and matches(head, table)


@cache
def groups() -> tuple[Mask, ...]:
    """Every group of `identifiers.toml`."""
    found = tomllib.loads(resources.text("playback", "identifiers.toml"))["group"]
    return tuple(Mask(group["name"], group["title"], tuple(group["elements"])) for group in found)
