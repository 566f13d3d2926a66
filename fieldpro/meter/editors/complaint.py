"""What an editor or a calendar finds wrong while it is typed: where, and in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Weight(StrEnum):
    ERROR = "error"  # cannot be written like this
    WARNING = "warning"  # can be, but is hardly meant


@dataclass(frozen=True, slots=True)
class Complaint:
    """place: the part as a person knows it ("tier switch 4"). name: the field, or the entry as `kind[index]`, for the
    screen to find it by."""

    place: str
    text: str
    name: str = ""
    weight: Weight = Weight.ERROR

    @property
    def is_error(self) -> bool:
        return self.weight is Weight.ERROR

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


def errors(complaints: Iterable[Complaint]) -> tuple[Complaint, ...]:
    """Those that stand in the way of a write."""
    return tuple(complaint for complaint in complaints if complaint.is_error)
