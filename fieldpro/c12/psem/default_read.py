"""Read default, 3E (ANSI C12.18): the table or part of a table that the device has chosen for this.

3E                                ->  00 | count (2) | data | cksum
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from fieldpro.c12.psem.message import Reader, Request, fixed
from fieldpro.c12.psem.table_data import ReadReply


@dataclass(frozen=True, slots=True)
class DefaultRead(Request[ReadReply]):
    title = "Read"
    codes = fixed(0x3E)
    reply = ReadReply

    def encode(self) -> bytes:
        return b"\x3e"

    @classmethod
    def read(cls, code: int, reader: Reader) -> Self:
        return cls()

    @property
    def subject(self) -> str:
        return "default table"
