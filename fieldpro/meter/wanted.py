"""Which tables a read takes, and in which order: those that shape others first, the great ones last.

C12.19 numbers: 7 and 8 (procedure initiate and response) hold nothing between two procedures, and 42, 45 and 46 hold
passwords and keys: they are left out unless somebody asks for them by number. 7 and 8 come last then.
"""

from __future__ import annotations

from collections.abc import Iterable

from fieldpro.c12.dictionary.model import MANUFACTURER
from fieldpro.c12.dictionary.tables import Tables
from fieldpro.errors import FieldProError
from fieldpro.secret import SECRET_TABLES

PROCEDURE_TABLES = frozenset({7, 8})
LEFT_OUT = PROCEDURE_TABLES | SECRET_TABLES
PROFILE_DATA = (64, 65, 66, 67)

IDENTITY = frozenset({0, 1, 5})
STATUS = frozenset({0, 1, 3})
CLOCK = frozenset({0, 1, 52, 53, 55})
SOURCES = frozenset({10, 11, 12, 13, 14, 15, 16})
REGISTERS = frozenset({0, 1, 5}) | SOURCES | frozenset(range(20, 29))
EVENTS = frozenset({0, 1, 70, 71, 72, 74, 76})
PROFILE_CONTROL = frozenset({0, 1}) | SOURCES | frozenset({52, 53, 60, 61, 62, 63})
OVERVIEW = IDENTITY | STATUS | CLOCK | REGISTERS | EVENTS


def listed(tables: Tables) -> frozenset[int]:
    """The tables that table 0 says the meter has (STD_TBLS_USED, MFG_TBLS_USED). Raises as `Tables.decode` does."""
    values = tables.decode(0).values
    standard = frozenset(values.get("STD_TBLS_USED") or ())
    makers = frozenset(MANUFACTURER + number for number in values.get("MFG_TBLS_USED") or ())
    return standard | makers


def closure(tables: Tables, numbers: Iterable[int]) -> frozenset[int]:
    """These tables and all whose content shapes their layouts, directly or not."""
    found: set[int] = set()
    waiting = list(numbers)
    while waiting:
        number = waiting.pop()
        if number not in found:
            found.add(number)
            waiting += _needs(tables, number)
    return frozenset(found)


def in_order(tables: Tables, numbers: Iterable[int]) -> list[int]:
    """Table 0, then tables that others need, each after those it needs itself; then the rest by number, small ones
    before load profile data, procedure tables at the very end."""
    wanted = frozenset(numbers)
    needed = frozenset(need for number in wanted for need in _needs(tables, number)) & wanted
    done: list[int] = []

    def take(number: int, above: frozenset[int]) -> None:
        if number in done or number in above:
            return
        for need in sorted(_needs(tables, number) & wanted):
            take(need, above | {number})
        done.append(number)

    for number in sorted(needed):
        take(number, frozenset())
    for number in sorted(wanted - set(done), key=lambda n: (n in PROCEDURE_TABLES, n in PROFILE_DATA, n)):
        take(number, frozenset())
    return done


def size_of(tables: Tables, number: int) -> int | None:
    """The bytes of a table by its layout, None when they cannot be told (yet)."""
    try:
        return tables.layout(number).size
    except FieldProError:
        return None


def title_of(tables: Tables, number: int) -> str:
    """What the job bar calls a table: "load profile data, set 1"."""
    definition = tables.dictionary.tables.get(number)
    if definition is None or not definition.title:
        return f"manufacturer table {number - MANUFACTURER}" if number >= MANUFACTURER else f"table {number}"
    title = definition.title
    return title if title[:2].isupper() else title[0].lower() + title[1:]


def _needs(tables: Tables, number: int) -> frozenset[int]:
    try:
        return frozenset(tables.needs(number))
    except (FieldProError, KeyError):
        return frozenset({0})
