"""The index path of indexed reads and writes (ANSI C12.18 Read and Write; ANSI C12.19 index selection).

    | index 1 (2) | index 2 (2) | ... up to 9      the low digit of the service code says how many

Index 1 counts the elements of the table, index 2 those of that element, and so on.
"""

from __future__ import annotations

from fieldpro.c12.psem.message import Reader
from fieldpro.errors import MessageError

MAX_INDICES = 9
_MAX_INDEX = 0xFFFF


def check_indices(indices: tuple[int, ...], message: str) -> None:
    if not 1 <= len(indices) <= MAX_INDICES or any(not 0 <= index <= _MAX_INDEX for index in indices):
        raise MessageError(message, 3, f"1 to {MAX_INDICES} indices, 0 to {_MAX_INDEX}", repr(indices))


def encode_indices(indices: tuple[int, ...]) -> bytes:
    return b"".join(index.to_bytes(2, "big") for index in indices)


def read_indices(reader: Reader, count: int) -> tuple[int, ...]:
    return tuple(reader.number(2, f"index {position + 1}") for position in range(count))


def index_text(indices: tuple[int, ...]) -> str:
    """For a person: "3.0.1"."""
    return ".".join(map(str, indices))
