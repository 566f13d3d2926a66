"""Three densities of the same window: how large a target is and how much stands side by side. No Qt here.

Field mode is for gloves: 11 mm is 44 px at 96 dpi. All sizes are multiples of 4 px.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Density:
    name: str
    title: str
    target: int  # px, height of buttons and fields
    row: int  # px, height of a row of a table or tree
    columns: int  # cards side by side at most
    inside: int  # px, inside a card or field
    between: int  # px, between two things
    around: int  # px, around a page


FIELD = Density("field", "Field: large targets", target=44, row=44, columns=2, inside=12, between=16, around=24)
DESK = Density("desk", "Desk", target=32, row=28, columns=3, inside=8, between=16, around=24)
BENCH = Density("bench", "Bench: dense tables", target=28, row=20, columns=4, inside=8, between=8, around=16)

DENSITIES: tuple[Density, ...] = (FIELD, DESK, BENCH)


def density(name: str) -> Density:
    """The density of this name; desk when there is none."""
    return next((one for one in DENSITIES if one.name == name), DESK)
