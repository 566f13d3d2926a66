"""Write default, 4E (ANSI C12.18): to the table or part of a table that the device has chosen for this.

4E | count (2) | data | cksum     ->  00
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from fieldpro.c12.psem.message import Ok, Reader, Request, fixed
from fieldpro.c12.psem.table_data import MAX_COUNT, encode_table_data, read_table_data


@dataclass(frozen=True, slots=True)
class DefaultWrite(Request[Ok]):
    title = "Write"
    codes = fixed(0x4E)
    reply = Ok

    data: bytes

    def __post_init__(self) -> None:
        self._check("byte count", len(self.data), MAX_COUNT)

    def encode(self) -> bytes:
        return b"\x4e" + encode_table_data(self.data)

    @classmethod
    def read(cls, code: int, reader: Reader) -> Self:
        return cls(read_table_data(reader))

    @property
    def subject(self) -> str:
        return f"default table, {len(self.data)} bytes"
