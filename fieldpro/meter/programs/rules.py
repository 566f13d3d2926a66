"""What programming has to know beyond the layouts of ANSI C12.19, as data: resources/changes/rules.toml.

Order of writing, tables that are configuration, elements that are per meter, secret or volatile, tolerance of floats.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fieldpro import resources
from fieldpro.errors import FileError

FILE = ("changes", "rules.toml")
TableName = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]
ElementName = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*(\[(\d+|\*)\]|\.[A-Z][A-Z0-9_]*)*$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Order(_Part):
    first: tuple[TableName, ...] = ()
    last: tuple[TableName, ...] = ()

    def rank(self, table: str) -> tuple[int, int]:
        """Where a table stands among all: less is written earlier."""
        if table in self.first:
            return 0, self.first.index(table)
        return (2, self.last.index(table)) if table in self.last else (1, 0)


class Tables(_Part):
    tables: tuple[TableName, ...] = ()


class Tolerance(_Part):
    """As a part of the value."""

    float32: Annotated[float, Field(ge=0, lt=0.01)] = 0.0
    float64: Annotated[float, Field(ge=0, lt=0.01)] = 0.0


class Elements(_Part):
    """A set of elements: paths, with [*] for any index; everything below one of them belongs to it."""

    elements: tuple[ElementName, ...] = ()

    @cached_property
    def tables(self) -> frozenset[str]:
        return frozenset(re.split(r"[.\[]", path, maxsplit=1)[0] for path in self.elements)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        names = (re.escape(path).replace(r"\[\*\]", r"\[\d+\]") for path in self.elements)
        return re.compile(rf"(?:{'|'.join(names) or '(?!)'})(?=$|[.\[])")

    def has(self, path: str) -> bool:
        return self._pattern.match(path) is not None


class Rules(_Part):
    order: Order = Order()
    configuration: Tables = Tables()
    per_meter: Elements = Elements()
    secret: Elements = Elements()
    volatile: Elements = Elements()
    tolerance: Tolerance = Tolerance()

    def in_order(self, names: Iterable[str], needed: Sequence[str]) -> list[str]:
        """Tables in the order in which they are written; `needed`: all tables, each after those that shape it."""
        return sorted(names, key=lambda name: (*self.order.rank(name), needed.index(name)))


def parse(text: str, path: str) -> Rules:
    """Raises `FileError`."""
    try:
        return Rules.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise FileError(path, "the file", "TOML", str(error)) from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise FileError(path, place, first["msg"], repr(first.get("input"))) from error


@cache
def rules() -> Rules:
    """Those that ship with the program."""
    return parse(resources.text(*FILE), "/".join(FILE))
