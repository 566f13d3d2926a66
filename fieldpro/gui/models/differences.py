"""A change set as the window shows it: the verdict in one line, rows under the tables they belong to. No Qt here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from fieldpro.gui.figures import grouped
from fieldpro.gui.words import tr
from fieldpro.secret import Secret

if TYPE_CHECKING:
    from fieldpro.meter.changes import Change, ChangeSet, Counts
    from fieldpro.meter.programs import Program

MASK = "••••••"
_INDEX = re.compile(r"\[(\d+)\]")


class Shown(StrEnum):
    """Which rows."""

    DIFFERENT = "different"  # what differs, what cannot be written among it
    ALL = "all"
    UNKNOWN = "unknown"  # what this meter does not have, or what was not read


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the comparison came to. `tone` is good when there is nothing to do."""

    headline: str
    detail: str
    tone: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A table. `paths`: the rows below it that can be written."""

    title: str
    count: int
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One element. `state` in words with the reason; `tone` of it; `can_write`: it has a box."""

    path: str
    title: str
    name: str
    old: str
    new: str
    unit: str
    state: str
    tone: str
    can_write: bool


Row = Heading | Difference


def verdict(change_set: ChangeSet) -> Verdict:
    """ "12 differences in 3 groups, 2 read-only"."""
    counts = change_set.counts
    differ = counts.different + counts.read_only
    detail = ", ".join(_rest(counts))
    if not differ:
        if counts.unknown and not counts.same:
            return Verdict(tr("Nothing of this program could be compared"), detail, "warn")
        headline = (
            tr("What could be compared is as the program wants it")
            if counts.unknown
            else tr("The meter holds what the program wants")
        )
        return Verdict(headline, detail, "warn" if counts.unknown else "good")
    groups = len({change.group for change in change_set.changes if change.state in ("different", "read-only")})
    headline = tr(
        "{differences} in {groups}",
        differences=_several(differ, tr("difference"), tr("differences")),
        groups=_several(groups, tr("group"), tr("groups")),
    )
    if counts.read_only:
        headline += ", " + tr("{count} read-only", count=grouped(counts.read_only))
    return Verdict(headline, detail, "warn")


def rows(change_set: ChangeSet, shown: Shown, results: Mapping[str, tuple[str, str]] | None = None) -> list[Row]:
    """The rows under the headings of their tables. `results`: (words, tone) that stand instead of the state."""
    found: list[Row] = []
    for group, changes in change_set.groups.items():
        chosen = [change for change in changes if _is_shown(change, shown)]
        if chosen:
            paths = () if results else tuple(change.path for change in chosen if change.state == "different")
            found.append(Heading(group, len(chosen), paths))
            found += (_row(change, (results or {}).get(change.path)) for change in chosen)
    return found


def elements_of(program: Program) -> list[Row]:
    """What a program says, by table, where there is no meter to compare it with."""
    by_table: dict[str, list[Difference]] = {}
    for path, value in program.wanted.items():
        name = within_table(path)
        table = path[: len(path) - len(name)].rstrip(".")
        hidden = isinstance(value, Secret)
        shown = MASK if hidden else tr("{count} values", count=len(value)) if isinstance(value, list) else str(value)
        row = Difference(path, _words(name), name, "", shown, "", "", "", False)
        by_table.setdefault(table or path, []).append(row)
    found: list[Row] = []
    for table, elements in by_table.items():
        found += [Heading(table, len(elements), ()), *elements]
    return found


def title_of(change: Change) -> str:
    """The element in words, with what it stands in: "Tier switches [2], hour"."""
    first, *below = within_table(change.path).split(".")
    own = change.title or _words(_INDEX.sub("", (below or [first])[-1]))
    places = " ".join(f"[{place}]" for place in _INDEX.findall((below or [first])[-1]))
    own = f"{own} {places}".strip()
    if not below or "[" not in first:
        return own
    inside = " ".join(f"[{place}]" for place in _INDEX.findall(first))
    own = own if own[1:2].isupper() else own[:1].lower() + own[1:]
    return f"{_words(_INDEX.sub('', first))} {inside}, {own}"


def _words(name: str) -> str:
    """TIER_SWITCHES as "Tier switches"."""
    return name.replace("_", " ").capitalize()


def within_table(path: str) -> str:
    """The path below its table's name."""
    match = re.search(r"[.\[]", path)
    return path if match is None else path[match.start() :].lstrip(".")


def with_unit(text: str, unit: str) -> str:
    return f"{text} {unit}" if unit and text else text


def _rest(counts: Counts) -> Iterator[str]:
    if counts.same:
        yield tr("{count} as wanted", count=_several(counts.same, tr("element"), tr("elements")))
    if counts.unknown:
        yield tr("{count} not known here", count=grouped(counts.unknown))


def _several(count: int, one: str, many: str) -> str:
    return f"{grouped(count)} {one if count == 1 else many}"


def _is_shown(change: Change, shown: Shown) -> bool:
    if shown is Shown.ALL:
        return True
    if shown is Shown.UNKNOWN:
        return change.state == "unknown"
    return change.state in ("different", "read-only")


def _row(change: Change, result: tuple[str, str] | None) -> Difference:
    words, tone = result or _STATES[change.state.value](change)
    return Difference(
        change.path,
        title_of(change),
        within_table(change.path),
        change.old_text,
        change.new_text,
        change.unit,
        words,
        tone,
        change.state == "different" and result is None,
    )


_STATES = {
    "different": lambda _change: (tr("differs"), "warn"),
    "same": lambda _change: (tr("as wanted"), "weak"),
    "read-only": lambda _change: (tr("differs, read-only"), "weak"),
    "unknown": lambda change: (change.reason or tr("not known"), "weak"),
}
