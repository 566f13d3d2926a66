"""Logon, 50 (ANSI C12.18; idle time-out ANSI C12.22): who is talking. What the user may do comes from Security.

50 | user id (2) | user (10)                        ->  00
50 | user id (2) | user (10) | idle time-out (2)    ->  00 | idle time-out (2)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from fieldpro.c12.psem.message import Reader, Reply, Request, fixed
from fieldpro.errors import MessageError

USER_LENGTH = 10


@dataclass(frozen=True, slots=True)
class LogonReply(Reply):
    """`idle_timeout_s` is what a C12.22 device grants; 0 means never."""

    idle_timeout_s: int | None = None

    def __post_init__(self) -> None:
        if self.idle_timeout_s is not None and not 0 <= self.idle_timeout_s <= 0xFFFF:
            raise MessageError("Log on reply", 1, "idle time-out 0 to 65535 s", str(self.idle_timeout_s))

    def encode_results(self) -> bytes:
        return b"" if self.idle_timeout_s is None else self.idle_timeout_s.to_bytes(2, "big")

    @classmethod
    def read(cls, reader: Reader) -> Self:
        return cls(reader.number(2, "idle time-out") if reader.left else None)


@dataclass(frozen=True, slots=True)
class Logon(Request[LogonReply]):
    """`user` goes out in ISO 8859-1, filled up with blanks; trailing blanks and NULs are not part of the name."""

    title = "Log on"
    codes = fixed(0x50)
    reply = LogonReply

    user_id: int
    user: str
    idle_timeout_s: int | None = None

    def __post_init__(self) -> None:
        self._check("user id", self.user_id, 0xFFFF)
        self._check("idle time-out", self.idle_timeout_s or 0, 0xFFFF)
        if len(self.user) > USER_LENGTH or any(ord(character) > 0xFF for character in self.user):
            raise MessageError("Log on request", 3, f"at most {USER_LENGTH} ISO 8859-1 characters", repr(self.user))

    def encode(self) -> bytes:
        timeout = b"" if self.idle_timeout_s is None else self.idle_timeout_s.to_bytes(2, "big")
        user = self.user.encode("latin-1").ljust(USER_LENGTH, b" ")
        return b"\x50" + self.user_id.to_bytes(2, "big") + user + timeout

    @classmethod
    def read(cls, code: int, reader: Reader) -> Self:
        user_id = reader.number(2, "user id")
        user = reader.take(USER_LENGTH, "user").rstrip(b" \0").decode("latin-1")
        return cls(user_id, user, reader.number(2, "idle time-out") if reader.left else None)

    @property
    def subject(self) -> str:
        return f'user {self.user_id} "{self.user}"'
