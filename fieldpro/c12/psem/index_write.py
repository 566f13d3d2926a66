"""Index write, 41 to 49 (ANSI C12.18): elements of a table, found by their index path.

4n | table (2) | index (2) x n | count (2) | data | cksum    ->  00
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from fieldpro.c12.psem.index_path import MAX_INDICES, check_indices, encode_indices, index_text, read_indices
from fieldpro.c12.psem.message import Ok, Reader, Request
from fieldpro.c12.psem.table_data import MAX_COUNT, encode_table_data, read_table_data
from fieldpro.c12.psem.table_number import table_name


@dataclass(frozen=True, slots=True)
class IndexWrite(Request[Ok]):
    title = "Write"
    codes = range(0x41, 0x41 + MAX_INDICES)
    reply = Ok

    table: int
    indices: tuple[int, ...]
    data: bytes

    def __post_init__(self) -> None:
        self._check("table", self.table, 0xFFFF)
        self._check("byte count", len(self.data), MAX_COUNT)
        check_indices(self.indices, "Write request")

    def encode(self) -> bytes:
        head = bytes([0x40 + len(self.indices)]) + self.table.to_bytes(2, "big")
        return head + encode_indices(self.indices) + encode_table_data(self.data)

    @classmethod
    def read(cls, code: int, reader: Reader) -> Self:
        table = reader.number(2, "table number")
        return cls(table, read_indices(reader, code - 0x40), read_table_data(reader))

    @property
    def subject(self) -> str:
        return f"{table_name(self.table)} at index {index_text(self.indices)}, {len(self.data)} bytes"
