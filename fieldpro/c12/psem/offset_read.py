"""Offset read, 3F (ANSI C12.18): a run of bytes of a table.

3F | table (2) | offset (3) | count (2)    ->  00 | count (2) | data | cksum
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from fieldpro.c12.psem.message import Reader, Request, fixed
from fieldpro.c12.psem.table_data import ReadReply
from fieldpro.c12.psem.table_number import table_name

MAX_OFFSET = 0xFF_FFFF


@dataclass(frozen=True, slots=True)
class OffsetRead(Request[ReadReply]):
    """`offset` and `count` are bytes."""

    title = "Read"
    codes = fixed(0x3F)
    reply = ReadReply

    table: int
    offset: int
    count: int

    def __post_init__(self) -> None:
        self._check("table", self.table, 0xFFFF)
        self._check("offset", self.offset, MAX_OFFSET)
        self._check("byte count", self.count, 0xFFFF)

    def encode(self) -> bytes:
        return b"\x3f" + self.table.to_bytes(2, "big") + self.offset.to_bytes(3, "big") + self.count.to_bytes(2, "big")

    @classmethod
    def read(cls, code: int, reader: Reader) -> Self:
        return cls(reader.number(2, "table number"), reader.number(3, "offset"), reader.number(2, "byte count"))

    @property
    def subject(self) -> str:
        return f"{table_name(self.table)}, {self.count} bytes from {self.offset}"
