"""Names of elements, with wildcards: what changes by itself between two reads, and what somebody wants left out.

A mask names an element by its whole path as the dictionary writes it: `*` stands for any characters, and what is named
takes all below it with it. Numbers in brackets may be left out: `EVENT_LOG_DATA_TBL.ENTRIES.EVENT_TIME` is the time of
every entry.

The volatile ones that ship with the program are in `resources/playback/volatile.toml`, in groups with a title.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property

from fieldpro import resources
from fieldpro.errors import UsageError

_INDEX = re.compile(r"\[\d+\]")
LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class Mask:
    """Patterns under one title; `name` is what a person asks for it by."""

    name: str
    title: str
    elements: tuple[str, ...]


@dataclass(frozen=True)
class Masks:
    """Several masks as one. The first one that matches gives its title."""

    masks: tuple[Mask, ...] = ()
    _known: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, patterns: Iterable[str], title: str = LEFT_OUT) -> Masks:
        """One mask of these patterns; none when there are none."""
        elements = tuple(patterns)
        return cls((Mask("", title, elements),) if elements else ())

    def __bool__(self) -> bool:
        return bool(self.masks)

    def __add__(self, other: Masks) -> Masks:
        if not (self and other):
            return self or other
        return Masks(self.masks + other.masks)

    @property
    def patterns(self) -> tuple[str, ...]:
        return tuple(pattern for mask in self.masks for pattern in mask.elements)

    @cached_property
    def by_index(self) -> bool:
        """Whether a pattern names single elements of an array."""
        return any("[" in pattern for pattern in self.patterns)

    def title(self, path: str) -> str:
        """The title of the mask that covers the element at this path, "" for none."""
        if not self.masks:
            return ""
        bare = _INDEX.sub("", path) if "[" in path else path
        key = path if self.by_index else bare
        found = self._known.get(key)
        if found is None:
            regexes = ((mask, _regex(mask.elements)) for mask in self.masks)
            found = next((m.title for m, regex in regexes if regex.fullmatch(bare) or regex.fullmatch(path)), "")
            self._known[key] = found
        return found


def load_masks(names: Iterable[str] | None = None) -> Masks:
    """The volatile elements that ship with the program: all groups, or those of these names.

    Raises `UsageError` for a name that there is not.
    """
    groups = volatile_groups()
    if names is None:
        return Masks(groups)
    chosen = []
    for name in names:
        found = next((group for group in groups if group.name == name), None)
        if found is None:
            raise UsageError("volatile mask", f"one of {', '.join(group.name for group in groups)}", name)
        chosen.append(found)
    return Masks(tuple(chosen))


@cache
def volatile_groups() -> tuple[Mask, ...]:
    """Every group of `volatile.toml`."""
    groups = tomllib.loads(resources.text("playback", "volatile.toml"))["group"]
    return tuple(Mask(group["name"], group["title"], tuple(group["elements"])) for group in groups)


def matches(pattern: str, path: str) -> bool:
    """Whether one pattern covers the element at a path."""
    regex = _regex((pattern,))
    return regex.fullmatch(path) is not None or regex.fullmatch(_INDEX.sub("", path)) is not None


@cache
def _regex(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(map(_glob, patterns))})(?:[.\\[].*)?", re.DOTALL)


def _glob(pattern: str) -> str:
    """A pattern as a regular expression. What stands between two `*` is taken where it comes first and not given up
    again: where it comes does not matter to the next `*`, and a pattern with many of them would be tried for hours."""
    first, *rest = re.sub(r"\*+", "*", pattern).split("*")
    between = "".join(f"(?>.*?{re.escape(part)})" for part in rest[:-1])
    return re.escape(first) + between + "".join(f".*{re.escape(part)}" for part in rest[-1:])
