"""Index read, 31 to 39 (ANSI C12.18): elements of a table, found by their index path.

3n | table (2) | index (2) x n | element count (2)    ->  00 | count (2) | data | cksum
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from fieldpro.c12.psem.index_path import MAX_INDICES, check_indices, encode_indices, index_text, read_indices
from fieldpro.c12.psem.message import Reader, Request
from fieldpro.c12.psem.table_data import ReadReply
from fieldpro.c12.psem.table_number import table_name


@dataclass(frozen=True, slots=True)
class IndexRead(Request[ReadReply]):
    """`count` is the number of elements wanted, from the one the path leads to."""

    title = "Read"
    codes = range(0x31, 0x31 + MAX_INDICES)
    reply = ReadReply

    table: int
    indices: tuple[int, ...]
    count: int

    def __post_init__(self) -> None:
        self._check("table", self.table, 0xFFFF)
        self._check("element count", self.count, 0xFFFF)
        check_indices(self.indices, "Read request")

    def encode(self) -> bytes:
        head = bytes([0x30 + len(self.indices)]) + self.table.to_bytes(2, "big")
        return head + encode_indices(self.indices) + self.count.to_bytes(2, "big")

    @classmethod
    def read(cls, code: int, reader: Reader) -> Self:
        table = reader.number(2, "table number")
        indices = read_indices(reader, code - 0x30)
        return cls(table, indices, reader.number(2, "element count"))

    @property
    def subject(self) -> str:
        return f"{table_name(self.table)} from index {index_text(self.indices)}, {self.count} elements"
