"""What a comparison finds, as frozen records."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How two sides differ in an element."""

    DIFFERS = "differs"
    ONLY_LEFT = "only-left"
    ONLY_RIGHT = "only-right"


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One element that differs; an array in which much differs is one of these too, with `parts`.

    path: as the dictionary writes it ("EVENT_LOG_DATA_TBL.ENTRIES[3].EVENT_CODE"). title: the titles on the way to it,
    "" where the dictionary has none. expected_text, found_text: the left and the right side for a person, "" on the
    side that has no such element; of passwords and keys only that there is one. offset, length: its bytes in the table
    of the left side (of the right side for ONLY_RIGHT). found_offset, found_length: its bytes on the right side.
    bits: the first and last bit for a part of a bit field. volatile: the title of the mask that leaves it out, "" when
    it counts. note: what else is to be said, such as why there are bytes instead of elements. parts: a choice of the
    elements below, the first ones.
    """

    path: str
    title: str
    unit: str
    expected_text: str
    found_text: str
    offset: int
    length: int
    kind: Kind = Kind.DIFFERS
    found_offset: int = 0
    found_length: int = 0
    bits: tuple[int, int] | None = None
    volatile: str = ""
    note: str = ""
    secret: bool = False
    parts: tuple[FieldDifference, ...] = ()
