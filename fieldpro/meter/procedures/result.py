"""What a procedure came to: the result codes of ANSI C12.19 table 8, and what was answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any


class Selector(IntEnum):
    """When table 8 shall hold an answer (table 7, SELECTOR)."""

    WHEN_DONE = 0
    ON_EXCEPTION = 1
    NEVER = 2
    AT_ONCE_AND_WHEN_DONE = 3


class ResultCode(IntEnum):
    """Table 8, RESULT_CODE."""

    DONE = 0
    NOT_FINISHED = 1
    BAD_PARAMETER = 2
    CONFLICT = 3
    NOT_NOW = 4
    NO_AUTHORISATION = 5
    UNKNOWN = 6


_WORDS: Mapping[int, str] = {
    ResultCode.DONE: "done",
    ResultCode.NOT_FINISHED: "accepted, not finished yet",
    ResultCode.BAD_PARAMETER: "bad parameter",
    ResultCode.CONFLICT: "conflicts with the meter's set-up",
    ResultCode.NOT_NOW: "not at this time",
    ResultCode.NO_AUTHORISATION: "not authorised",
    ResultCode.UNKNOWN: "unknown procedure",
}


@dataclass(frozen=True, slots=True)
class ProcedureResult:
    """What the meter said. `number` counts manufacturer procedures from 2048; `code` may be one the standard lacks.

    response: the answer's values by element name, {} when there are none or their layout is not known; `raw` its bytes.
    answered: False when nothing was to be answered (selectors 1 and 2), or the meter restarted before it could.
    """

    number: int
    title: str
    code: int
    response: Mapping[str, Any] = field(default_factory=dict)
    raw: bytes = b""
    sequence: int = 0
    waited_s: float = 0.0
    answered: bool = True

    @property
    def done(self) -> bool:
        return self.code == ResultCode.DONE

    @property
    def words(self) -> str:
        """The result for a person."""
        if not self.answered:
            return "sent; no answer was to come"
        return _WORDS.get(self.code, f"result code {self.code}")
