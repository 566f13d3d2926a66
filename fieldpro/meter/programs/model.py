"""A program: what a meter shall be told, by the dotted names of C12.19, readable and versioned.

    program = load(text, path) ; program.elements["UTIL_INFO_TBL.OWNER_NAME"]
    ready = program.filled_with({"service_point": "SP-4711"})

The hash covers everything that the file says but notes; what is filled in for one meter is not part of it, so that
the records of all meters of one revision name the same hash.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from fieldpro.errors import UsageError
from fieldpro.meter.programs.paths import Tree, table_of, tree
from fieldpro.meter.programs.values import canonical
from fieldpro.secret import Secret

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Target:
    """The meters a program is for: patterns on the identity ("*" fits anything), the form as the nameplate writes it,
    the edition of C12.19 (STD_VERSION_NO), and how the dictionary is built."""

    manufacturer: str = "*"
    model: str = "*"
    device_class: str = "*"
    form: str = "*"
    edition: int | None = None
    overlays: tuple[str, ...] = ()
    settings: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Blank:
    """Something to fill in for each meter. A secret one is never written to a file."""

    name: str
    title: str
    element: str
    example: str = ""
    required: bool = True
    secret: bool = False


@dataclass(frozen=True)
class Program:
    """One revision of a program. `elements`: file values by path; a path may be a whole array, as a list.

    filled: values for blanks, by the blank's name.
    """

    name: str
    revision: int
    target: Target
    elements: Mapping[str, Any]
    title: str = ""
    note: str = ""
    blanks: Mapping[str, Blank] = field(default_factory=dict)
    filled: Mapping[str, Any] = field(default_factory=dict)

    @property
    def device_class(self) -> str:
        return self.target.device_class

    @property
    def edition(self) -> int | None:
        return self.target.edition

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical form, in hex."""
        target = self.target
        content = {
            "schema": SCHEMA,
            "name": self.name,
            "revision": self.revision,
            "for": {
                **{name: getattr(target, name) for name in ("manufacturer", "model", "device_class", "form")},
                "edition": target.edition,
                "overlays": list(target.overlays),
                "settings": dict(target.settings),
            },
            "elements": {path: canonical(value) for path, value in self.elements.items()},
            "fields": {
                blank.name: [blank.title, blank.element, blank.example, blank.required, blank.secret]
                for blank in self.blanks.values()
            },
        }
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def wanted(self) -> dict[str, Any]:
        """The elements with what was filled in."""
        return {**self.elements, **{self.blanks[name].element: value for name, value in self.filled.items()}}

    @cached_property
    def tree(self) -> dict[str, Tree | Any]:
        """The wanted values by table, name and index."""
        return tree(self.wanted)

    @property
    def open_blanks(self) -> tuple[Blank, ...]:
        """What is still to be filled in."""
        return tuple(blank for blank in self.blanks.values() if blank.name not in self.filled)

    @property
    def table_names(self) -> tuple[str, ...]:
        """The tables that it says something about, in the order of the file; blanks count."""
        paths = [*self.elements, *(blank.element for blank in self.blanks.values())]
        return tuple(dict.fromkeys(table_of(path) for path in paths))

    def filled_with(self, values: Mapping[str, Any]) -> Program:
        """The same program for one meter. Raises `UsageError` for a blank that there is not, and for a secret that
        comes as a plain text."""
        for name, value in values.items():
            if name not in self.blanks:
                raise UsageError("field of the program", f"one of {', '.join(self.blanks) or 'none'}", name)
            if self.blanks[name].secret and not isinstance(value, Secret):
                raise UsageError(f"field {name}", "a secret", "a plain text")
        return replace(self, filled={**self.filled, **values})


def fill(program: Program, values: Mapping[str, Any]) -> Program:
    """See `Program.filled_with`."""
    return program.filled_with(values)
