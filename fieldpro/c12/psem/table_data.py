"""Table data as reads and writes carry it (ANSI C12.18 Read and Write services).

+-----------+------------------+--------+
| count (2) | data (count)     | cksum  |        cksum = two's complement of the byte sum of the data
+-----------+------------------+--------+
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from fieldpro.c12.psem.message import Reader, Reply

MAX_COUNT = 0xFFFF


def checksum(data: bytes) -> int:
    """Two's complement of the byte sum, so that data and checksum add up to 0."""
    return -sum(data) & 0xFF


def encode_table_data(data: bytes) -> bytes:
    return len(data).to_bytes(2, "big") + data + bytes([checksum(data)])


def read_table_data(reader: Reader) -> bytes:
    """Count, data and checksum. Raises `MessageError` when they do not agree."""
    count = reader.number(2, "byte count")
    data = reader.take(count, "table data")
    found = reader.number(1, "checksum")
    if found != checksum(data):
        raise reader.wrong(f"checksum {checksum(data):02X}", f"{found:02X}", at=reader.offset - 1)
    return data


@dataclass(frozen=True, slots=True)
class ReadReply(Reply):
    """What every read service answers: the bytes of the table, or of the part of it that was asked for."""

    data: bytes

    def encode_results(self) -> bytes:
        return encode_table_data(self.data)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        return cls(read_table_data(reader))

    @property
    def summary(self) -> str:
        return f"ok, {len(self.data)} bytes"
