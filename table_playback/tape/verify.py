"""How a step is held to what was recorded: exactly, in any order, without some elements, within a tolerance.

    VerifyRule(ignore=("CLOCK_TBL.*", "*.LAST_ENTRY_SEQ_NBR"), tolerance=(("INSTANTANEOUS_*", 50.0),))

Elements are named by their whole path as the dictionary writes it ("CURRENT_REG_DATA_TBL.NBR_DEMAND_RESETS").
`*` stands for any characters, as in file names, and a name without a wildcard for the element and all below it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Order(StrEnum):
    """RECORDED: an array's elements, and when serving the step itself, come in the order of the tape. ANY: the same
    elements in any order will do, and a client may ask for neighbouring steps of this kind in any order. UNCHECKED:
    only that there is an answer with the same response code."""

    RECORDED = "recorded"
    ANY = "any"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class VerifyRule:
    """`tolerance`: (element, largest difference) in the unit of the decoded value. `repeats`: when the tape is served
    strictly, the step may be asked for more than once."""

    order: Order = Order.RECORDED
    ignore: tuple[str, ...] = ()
    tolerance: tuple[tuple[str, float], ...] = ()
    repeats: bool = True


EXACT = VerifyRule()
