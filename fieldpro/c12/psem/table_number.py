"""Table numbers on the wire (ANSI C12.19, TABLE_IDB): one 16-bit number says which table of which kind.

    | 15 14 13 |   12    |      11      | 10 ... 0 |
    |    -     | pending | manufacturer |  number  |

So manufacturer table n is 2048 + n, and its pending copy 4096 + 2048 + n.
"""

from __future__ import annotations

MANUFACTURER = 0x0800
PENDING = 0x1000
NUMBER_MASK = 0x07FF


def wire_number(number: int, *, manufacturer: bool = False, pending: bool = False) -> int:
    """Put a table's own number and its kind together."""
    return (number & NUMBER_MASK) | (MANUFACTURER if manufacturer else 0) | (PENDING if pending else 0)


def is_manufacturer(table: int) -> bool:
    return bool(table & MANUFACTURER)


def is_pending(table: int) -> bool:
    return bool(table & PENDING)


def own_number(table: int) -> int:
    """The number within its kind: 5 for manufacturer table 5."""
    return table & NUMBER_MASK


def table_name(table: int) -> str:
    """For a person: "table 23", "manufacturer table 5", "pending table 12"."""
    kind = ("pending " if is_pending(table) else "") + ("manufacturer " if is_manufacturer(table) else "")
    return f"{kind}table {own_number(table)}"
