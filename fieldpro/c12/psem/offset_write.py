"""Offset write, 4F (ANSI C12.18): a run of bytes of a table.

4F | table (2) | offset (3) | count (2) | data | cksum    ->  00
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from fieldpro.c12.psem.message import Ok, Reader, Request, fixed
from fieldpro.c12.psem.offset_read import MAX_OFFSET
from fieldpro.c12.psem.table_data import MAX_COUNT, encode_table_data, read_table_data
from fieldpro.c12.psem.table_number import table_name


@dataclass(frozen=True, slots=True)
class OffsetWrite(Request[Ok]):
    title = "Write"
    codes = fixed(0x4F)
    reply = Ok

    table: int
    offset: int
    data: bytes

    def __post_init__(self) -> None:
        self._check("table", self.table, 0xFFFF)
        self._check("offset", self.offset, MAX_OFFSET)
        self._check("byte count", len(self.data), MAX_COUNT)

    def encode(self) -> bytes:
        head = b"\x4f" + self.table.to_bytes(2, "big") + self.offset.to_bytes(3, "big")
        return head + encode_table_data(self.data)

    @classmethod
    def read(cls, code: int, reader: Reader) -> Self:
        return cls(reader.number(2, "table number"), reader.number(3, "offset"), read_table_data(reader))

    @property
    def subject(self) -> str:
        return f"{table_name(self.table)}, {len(self.data)} bytes at {self.offset}"
