"""Full read, 30 (ANSI C12.18): a whole table.

30 | table (2)                    ->  00 | count (2) | data | cksum
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from fieldpro.c12.psem.message import Reader, Request, fixed
from fieldpro.c12.psem.table_data import ReadReply
from fieldpro.c12.psem.table_number import table_name


@dataclass(frozen=True, slots=True)
class FullRead(Request[ReadReply]):
    """`table` is the number on the wire: manufacturer table n is 2048 + n, a pending table 4096 + ..."""

    title = "Read"
    codes = fixed(0x30)
    reply = ReadReply

    table: int

    def __post_init__(self) -> None:
        self._check("table", self.table, 0xFFFF)

    def encode(self) -> bytes:
        return b"\x30" + self.table.to_bytes(2, "big")

    @classmethod
    def read(cls, code: int, reader: Reader) -> Self:
        return cls(reader.number(2, "table number"))

    @property
    def subject(self) -> str:
        return table_name(self.table)
