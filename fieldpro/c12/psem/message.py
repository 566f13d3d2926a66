"""What every service has in common: a request, its reply, a refusal, and the reading of their bytes.

    request   +------+----------------+          reply   +------+----------------+
              | code | parameters ... |                  | resp | results ...    |
              +------+----------------+                  +------+----------------+
               20..7F                                     00 ok, 01..12 refused

Numbers are big-endian in the service layer, whatever the byte order of the meter's tables (ANSI C12.18, services).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Self, TypeVar

from fieldpro.c12.psem.codes import FIRST_SERVICE, ResponseCode
from fieldpro.errors import MessageError, ServiceRefused

_SHOWN_BYTES = 8


class Reader:
    """Takes a message apart from left to right; every miss is a `MessageError` with the offset it happened at."""

    def __init__(self, data: bytes, message: str) -> None:
        self._data = bytes(data)
        self._message = message
        self.offset = 0

    @property
    def left(self) -> int:
        return len(self._data) - self.offset

    def take(self, count: int, what: str) -> bytes:
        if count > self.left:
            raise self.wrong(f"{what} ({count} bytes)", f"{self.left} bytes")
        taken = self._data[self.offset : self.offset + count]
        self.offset += count
        return taken

    def number(self, width: int, what: str) -> int:
        """An unsigned big-endian number of `width` bytes."""
        return int.from_bytes(self.take(width, what), "big")

    def rest(self) -> bytes:
        return self.take(self.left, "the rest")

    def end(self) -> None:
        if self.left:
            extra = self._data[self.offset : self.offset + _SHOWN_BYTES].hex(" ")
            raise self.wrong("the end of the message", f"{self.left} more bytes, {extra}")

    def wrong(self, expected: str, found: str, *, at: int | None = None) -> MessageError:
        return MessageError(self._message, self.offset if at is None else at, expected, found)


@dataclass(frozen=True, slots=True)
class Reply(ABC):
    """The results of a service that was carried out. `encode` gives the whole reply, response code included."""

    def encode(self) -> bytes:
        return bytes([ResponseCode.OK]) + self.encode_results()

    @abstractmethod
    def encode_results(self) -> bytes: ...

    @classmethod
    @abstractmethod
    def read(cls, reader: Reader) -> Self:
        """Read the results that follow the response code."""

    @property
    def summary(self) -> str:
        """One line for a person."""
        return "ok"


@dataclass(frozen=True, slots=True)
class Ok(Reply):
    """Done; the service has no results."""

    def encode_results(self) -> bytes:
        return b""

    @classmethod
    def read(cls, reader: Reader) -> Self:
        return cls()


@dataclass(frozen=True, slots=True)
class Refusal:
    """The answer of a device that does not do what was asked. `extra` follows rqtl and rstl: the limit, 4 bytes."""

    code: ResponseCode
    extra: bytes = b""

    def encode(self) -> bytes:
        return bytes([self.code]) + self.extra


ReplyT_co = TypeVar("ReplyT_co", bound=Reply, covariant=True)


@dataclass(frozen=True, slots=True)
class Request(ABC, Generic[ReplyT_co]):
    """One service request. A request that could not be sent cannot be made: `MessageError` when it is built."""

    title: ClassVar[str]  # what a person calls the service
    codes: ClassVar[range]  # the service codes this class encodes to
    reply: ClassVar[type[Any]]  # the class of its ok reply

    @abstractmethod
    def encode(self) -> bytes: ...

    @classmethod
    @abstractmethod
    def read(cls, code: int, reader: Reader) -> Self:
        """Read the parameters that follow the service code."""

    @property
    def subject(self) -> str:
        """What the request is about ("table 23"), empty for the session itself."""
        return ""

    @property
    def summary(self) -> str:
        """One line for a person."""
        return f"{self.title} {self.subject}".rstrip()

    def decode_reply(self, data: bytes) -> ReplyT_co:
        """The reply to this request. Raises `ServiceRefused` when it is a refusal, `MessageError` for bad bytes."""
        reader = Reader(data, f"{self.title} reply")
        code = reader.number(1, "a response code")
        if code >= FIRST_SERVICE:
            raise reader.wrong("a response code, 00 to 12", f"{code:02X}", at=0)
        if code != ResponseCode.OK:
            too_large = code in (ResponseCode.RQTL, ResponseCode.RSTL) and reader.left >= 4
            limit = reader.number(4, "limit") if too_large else None
            raise ServiceRefused(self.title, code, self.subject, limit)
        reply: ReplyT_co = self.reply.read(reader)
        reader.end()
        return reply

    def _check(self, name: str, value: int, limit: int) -> None:
        if not 0 <= value <= limit:
            raise MessageError(f"{self.title} request", 0, f"{name} 0 to {limit}", str(value))


def fixed(code: int) -> range:
    """The codes of a service that has only one."""
    return range(code, code + 1)
