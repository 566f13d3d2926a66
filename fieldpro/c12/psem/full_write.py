"""Full write, 40 (ANSI C12.18): a whole table.

40 | table (2) | count (2) | data | cksum    ->  00
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from fieldpro.c12.psem.message import Ok, Reader, Request, fixed
from fieldpro.c12.psem.table_data import MAX_COUNT, encode_table_data, read_table_data
from fieldpro.c12.psem.table_number import table_name


@dataclass(frozen=True, slots=True)
class FullWrite(Request[Ok]):
    title = "Write"
    codes = fixed(0x40)
    reply = Ok

    table: int
    data: bytes

    def __post_init__(self) -> None:
        self._check("table", self.table, 0xFFFF)
        self._check("byte count", len(self.data), MAX_COUNT)

    def encode(self) -> bytes:
        return b"\x40" + self.table.to_bytes(2, "big") + encode_table_data(self.data)

    @classmethod
    def read(cls, code: int, reader: Reader) -> Self:
        return cls(reader.number(2, "table number"), read_table_data(reader))

    @property
    def subject(self) -> str:
        return f"{table_name(self.table)}, {len(self.data)} bytes"
