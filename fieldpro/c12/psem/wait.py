"""Wait, 70 (ANSI C12.18): keep the channel open for so long although nothing is said.

70 | seconds (1)                  ->  00
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from fieldpro.c12.psem.message import Ok, Reader, Request, fixed


@dataclass(frozen=True, slots=True)
class Wait(Request[Ok]):
    """Stretches the device's channel traffic limit until the next request."""

    title = "Wait"
    codes = fixed(0x70)
    reply = Ok

    seconds: int

    def __post_init__(self) -> None:
        self._check("seconds", self.seconds, 0xFF)

    def encode(self) -> bytes:
        return bytes([0x70, self.seconds])

    @classmethod
    def read(cls, code: int, reader: Reader) -> Self:
        return cls(reader.number(1, "seconds"))

    @property
    def subject(self) -> str:
        return f"{self.seconds} s"
