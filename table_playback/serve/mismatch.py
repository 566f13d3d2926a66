"""What a strict tape was asked out of turn."""

from __future__ import annotations

from dataclasses import dataclass

from fieldpro.c12.psem import decode_request
from fieldpro.errors import FieldProError
from table_playback.tape import Step
from table_playback.tape.messages import request_bytes


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A request that is not the next one. expected: the step that is, None at the end of the tape. found: the request
    in words, without secrets. reason: not-next, end, no-repeat, or too-long (for the packets agreed on)."""

    reason: str
    expected: Step | None
    found: str

    def __str__(self) -> str:
        match self.reason:
            case "end":
                return f"the tape is at its end, got {self.found}"
            case "no-repeat":
                return f"step {self.number} may not be repeated, got {self.found} again"
            case "too-long":
                return f"the answer of step {self.number} is too long for the packets agreed on ({self.found})"
            case _:
                return f"expected step {self.number}, {self.wanted}; got {self.found}"

    @property
    def number(self) -> int:
        """Of the step expected; 0 at the end of the tape."""
        return 0 if self.expected is None else self.expected.number

    @property
    def wanted(self) -> str:
        """The expected request in words."""
        if self.expected is None:
            return ""
        try:
            return words(request_bytes(self.expected))
        except FieldProError:
            return self.expected.service


def words(message: bytes) -> str:
    """A request in words, without secrets."""
    try:
        return decode_request(message).summary
    except FieldProError:
        return f"{len(message)} bytes that begin with {message[:1].hex().upper()}" if message else "nothing"
