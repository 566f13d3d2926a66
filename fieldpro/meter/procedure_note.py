"""What has to be known of a procedure before one runs it: who may, what it clears, what is read before and after.

The standard's procedures are described in resources/procedures/standard.toml, a maker's in its device profile
(`[[procedures]]`); both hold the keys of `ProcedureNote`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

ProcedureNumber = Annotated[int, Field(ge=0, le=0x0FFF)]
TableNumber = Annotated[int, Field(ge=0, le=0x1FFF)]


class Danger(StrEnum):
    NONE = "none"  # changes nothing that cannot be had again
    SOME = "some"  # changes how the meter works, or marks data as read
    HIGH = "high"  # data is lost for good, or the customer's supply changes
    UNKNOWN = "unknown"  # nobody has said


class ProcedureNote(BaseModel):
    """One procedure. `number` counts manufacturer procedures from 2048.

    right: the right that a user needs, as `fieldpro.security.rights` names it. warning: what a person has to know
    before. clears: what is gone afterwards. before: the tables that are read before, so that nothing is lost; after:
    those that show what came of it; tables that the meter does not have are left out. finish_s: how long it may take.
    restarts: the meter starts anew in it. own_job: the typed conversation that is to be used instead of the bare
    procedure; guarded: only by that one. final_results: codes of table 8 that this make means otherwise than the
    standard, such as 1 for "nothing fits" and not for "not finished". offered: False for what belongs to sessions and
    not to people.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: ProcedureNumber
    right: Annotated[str, Field(pattern=r"^[a-z-]+(\.[a-z-]+)*$")] = "procedure.clear"
    danger: Danger = Danger.UNKNOWN
    warning: str = ""
    clears: tuple[str, ...] = ()
    before: tuple[TableNumber, ...] = ()
    after: tuple[TableNumber, ...] = ()
    finish_s: Annotated[float, Field(gt=0, le=3600)] = 60.0
    restarts: bool = False
    own_job: str = ""
    guarded: bool = False
    final_results: frozenset[Annotated[int, Field(ge=0, le=255)]] = frozenset()
    offered: bool = True
