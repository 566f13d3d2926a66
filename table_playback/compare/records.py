"""What a comparison finds, as frozen records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from fieldpro.records import MeterIdentity


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


class Verdict(StrEnum):
    """What became of one table, or one pair of steps."""

    EQUAL = "equal"
    VOLATILE = "volatile"  # equal but for volatile elements
    DIFFERS = "differs"
    ONLY_LEFT = "only-left"
    ONLY_RIGHT = "only-right"
    UNKNOWN = "unknown"  # refused on both sides, or no byte is known on both


@dataclass(frozen=True, slots=True)
class TableComparison:
    """One table. `differences` count, `volatile` ones were left out. `left_note`, `right_note`: why a side has no
    bytes of it."""

    number: int
    name: str
    title: str
    label: str  # "ST 23", "MT 3"
    verdict: Verdict
    differences: tuple[FieldDifference, ...] = ()
    volatile: tuple[FieldDifference, ...] = ()
    left_size: int | None = None
    right_size: int | None = None
    left_note: str = ""
    right_note: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class StepComparison:
    """A pair of steps that ask for the same, or one that the other tape has not. `left`, `right`: their numbers."""

    left: int | None
    right: int | None
    request: str  # "full-read of table 23"
    verdict: Verdict
    differences: tuple[FieldDifference, ...] = ()
    volatile: tuple[FieldDifference, ...] = ()
    left_answer: str = ""
    right_answer: str = ""


@dataclass(frozen=True, slots=True)
class SideFacts:
    """Whose tables a side holds."""

    kind: str
    title: str
    identity: MeterIdentity | None
    when: datetime | None
    tables: int
    steps: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Counts:
    """Differences counts element by element, the others table by table, or step by step."""

    differences: int = 0
    differing: int = 0
    equal: int = 0  # equal but for volatile elements among them
    volatile: int = 0  # elements
    only_left: int = 0
    only_right: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """`tables`: every table of either side by number, or with `only_differences` those that are not equal. `steps`:
    the pairs that are not equal; `step_counts` counts all of them, None where not both sides have steps."""

    left: SideFacts
    right: SideFacts
    tables: tuple[TableComparison, ...]
    counts: Counts
    steps: tuple[StepComparison, ...] = ()
    step_counts: Counts | None = None
    warnings: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()  # titles of the masks
    only_differences: bool = False

    @property
    def equal(self) -> bool:
        """Nothing that counts differs, nothing is missing, and something was compared."""
        both = [self.counts] if self.step_counts is None else [self.counts, self.step_counts]
        clean = all(not (each.differing or each.only_left or each.only_right) for each in both)
        return clean and any(each.equal for each in both)
