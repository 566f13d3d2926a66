"""The meter's lists: marked as read, or emptied (ANSI C12.19 procedures 4 and 5).

A list is named in the words of the dictionary ("event log", "load profile set 1"), whose codes are those of the device
profile's PROC4_LIST_CODING; where no profile knows the coding a list can be named by its code alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fieldpro.c12.dictionary.tables import Tables
from fieldpro.errors import FieldProError, UsageError
from fieldpro.meter import wanted
from fieldpro.meter.procedures.catalogue import note_of, parameters
from fieldpro.meter.procedures.job import TERMS, Evidence, Job, Outcome, Terms
from fieldpro.records import ReadOut
from fieldpro.session.conversation import Conversation

RESET_LIST_POINTERS, UPDATE_LAST_READ = 4, 5
ALL_LISTS = "all lists"

_PROFILE = wanted.SOURCES | {52, 53, 55, 61, 62, 63}
_TABLES: Mapping[str, frozenset[int]] = {
    "event log": frozenset({71, 76}),
    "history log": frozenset({71, 74}),
    "self reads": wanted.REGISTERS - {0, 1, 5},
    **{f"load profile set {nth}": _PROFILE | {63 + nth} for nth in (1, 2, 3, 4)},
}
_UNREAD: Mapping[str, tuple[int, tuple[str, ...]]] = {
    "event log": (76, ("NBR_UNREAD_ENTRIES",)),
    "history log": (74, ("NBR_UNREAD_ENTRIES",)),
    "self reads": (26, ("NBR_UNREAD_ENTRIES",)),
    **{f"load profile set {nth}": (63, (f"LP_STATUS_SET{nth}", "NBR_UNREAD_BLOCKS")) for nth in (1, 2, 3, 4)},
}


@dataclass(frozen=True, slots=True)
class ListOutcome(Outcome):
    """unread: entries that nobody had read, before and after, by list; without those lists that do not say."""

    unread_before: Mapping[str, int] | None = None
    unread_after: Mapping[str, int] | None = None


def reset_list_pointers(
    which: str | int, *, evidence: Evidence | None = None, terms: Terms = TERMS
) -> Conversation[ListOutcome]:
    """Empty a list; what was in it is in the outcome's `before`."""
    job = Job(evidence, terms)
    yield from job.begin(RESET_LIST_POINTERS)
    code, names = _list(which, RESET_LIST_POINTERS, job.tables)
    before = yield from job.look_before(_tables_of(names, job))
    unread = _unread(job, before, names)
    result = yield from job.run(RESET_LIST_POINTERS, {"LIST": code})
    after = yield from job.look_after({_UNREAD[name][0] for name in names})
    return ListOutcome(result, before, after, (), unread, _unread(job, after, names))


def update_last_read(
    which: str | int, entries: int | None = None, *, evidence: Evidence | None = None, terms: Terms = TERMS
) -> Conversation[ListOutcome]:
    """Mark so many entries of a list as read, the oldest first; None for all that are unread.

    Raises `UsageError` before anything is sent when all are asked for and the list does not say how many there are,
    or when there is nothing to mark.
    """
    job = Job(evidence, terms)
    yield from job.begin(UPDATE_LAST_READ)
    code, names = _list(which, UPDATE_LAST_READ, job.tables)
    tables = {_UNREAD[name][0] for name in names}
    before = yield from job.look_before(tables)
    unread = _unread(job, before, names)
    if entries is None:
        if len(names) != 1 or names[0] not in unread:
            raise UsageError("entries read", "a number, for this list does not say how many are unread", "none")
        entries = unread[names[0]]
    if entries < 1:
        raise UsageError("entries read", "at least one unread entry", str(entries))
    result = yield from job.run(UPDATE_LAST_READ, {"LIST": code, "ENTRIES_READ": entries})
    after = yield from job.look_after(tables)
    return ListOutcome(result, before, after, (), unread, _unread(job, after, names))


def list_names(tables: Tables) -> Mapping[int, str]:
    """The lists by code, as this meter's profile codes them; {} where nobody knows. Raises as `parameters` does."""
    for parameter in parameters(RESET_LIST_POINTERS, tables) or ():
        if parameter.path == "LIST":
            return parameter.words
    return {}


def _list(which: str | int, number: int, tables: Tables) -> tuple[int, list[str]]:
    """The code of a list, and the names of the lists it stands for (all of them where that is not known)."""
    words = list_names(tables)
    code = which if isinstance(which, int) else next((code for code, word in words.items() if word == which), None)
    if code is None:
        expected = (
            f"one of {', '.join(words.values())}" if words else "a code, for nobody knows this meter's list codes"
        )
        raise UsageError("list", expected, str(which))
    word = words.get(code, "")
    return code, [word] if word in _UNREAD else list(_UNREAD)


def _tables_of(names: list[str], job: Job) -> frozenset[int]:
    if len(names) > 1:
        return frozenset(note_of(RESET_LIST_POINTERS, job.profile).before)
    return frozenset().union(*(_TABLES[name] for name in names))


def _unread(job: Job, read_out: ReadOut, names: list[str]) -> dict[str, int]:
    tables = job.view(read_out).tables
    found = {}
    for name in names:
        number, path = _UNREAD[name]
        try:
            value: Any = tables.decode(number).values
            for part in path:
                value = value[part]
        except (FieldProError, KeyError):
            continue
        found[name] = int(value)
    return found
