"""Authenticate, 53 (ANSI C12.21): both ends prove that they hold a key, without saying it.

    53 | length | key id | ticket     ->  00 | length | key id | ticket

The length counts the key id. The client enciphers the ticket of the Identification reply once, the device answers
with it enciphered twice: 8 bytes with DES (length 09), 16 with AES (length 11).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from fieldpro.c12.psem.message import Reader, Reply, Request, fixed
from fieldpro.errors import MessageError

MAX_TICKET = 0xFF - 1


def _check(message: str, key_id: int, ticket: bytes) -> None:
    if not 0 <= key_id <= 0xFF or len(ticket) > MAX_TICKET:
        expected = f"key id 0 to 255 and a ticket of at most {MAX_TICKET} bytes"
        raise MessageError(message, 1, expected, f"key id {key_id}, {len(ticket)} bytes")


def _encode(key_id: int, ticket: bytes) -> bytes:
    return bytes([len(ticket) + 1, key_id]) + ticket


def _read(reader: Reader) -> tuple[int, bytes]:
    length = reader.number(1, "length")
    if length == 0:
        raise reader.wrong("a length that counts the key id", "00", at=reader.offset - 1)
    return reader.number(1, "key id"), reader.take(length - 1, "ticket")


@dataclass(frozen=True, slots=True)
class AuthenticateReply(Reply):
    """`ticket` is enciphered twice."""

    key_id: int
    ticket: bytes

    def __post_init__(self) -> None:
        _check("Authenticate reply", self.key_id, self.ticket)

    def encode_results(self) -> bytes:
        return _encode(self.key_id, self.ticket)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        return cls(*_read(reader))


@dataclass(frozen=True, slots=True)
class Authenticate(Request[AuthenticateReply]):
    """`ticket` is enciphered once; the enciphering itself is not the service's business."""

    title = "Authenticate"
    codes = fixed(0x53)
    reply = AuthenticateReply

    key_id: int
    ticket: bytes

    def __post_init__(self) -> None:
        _check("Authenticate request", self.key_id, self.ticket)

    def encode(self) -> bytes:
        return b"\x53" + _encode(self.key_id, self.ticket)

    @classmethod
    def read(cls, code: int, reader: Reader) -> Self:
        return cls(*_read(reader))

    @property
    def subject(self) -> str:
        return f"key {self.key_id}"
