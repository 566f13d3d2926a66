"""Security, 51 (ANSI C12.18; user id ANSI C12.22 sessionless): the password that opens an access level.

51 | password (20)                ->  00
51 | password (20) | user id (2)  ->  00
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from fieldpro.c12.psem.message import Ok, Reader, Request, fixed
from fieldpro.errors import MessageError
from fieldpro.secret import Secret

PASSWORD_LENGTH = 20
BLANK = 0x20


@dataclass(frozen=True, slots=True)
class Security(Request[Ok]):
    """`fill` fills a short password up: blanks as the standard has it; some makes of meter want NULs (00)."""

    title = "Security"
    codes = fixed(0x51)
    reply = Ok

    password: Secret
    user_id: int | None = None
    fill: int = BLANK

    def __post_init__(self) -> None:
        self._check("user id", self.user_id or 0, 0xFFFF)
        self._check("fill", self.fill, 0xFF)
        length = len(self.password.reveal())
        if length > PASSWORD_LENGTH:
            raise MessageError(
                "Security request", 1, f"a password of at most {PASSWORD_LENGTH} bytes", f"{length} bytes"
            )

    def encode(self) -> bytes:
        password = self.password.reveal().ljust(PASSWORD_LENGTH, bytes([self.fill]))
        return b"\x51" + password + (b"" if self.user_id is None else self.user_id.to_bytes(2, "big"))

    @classmethod
    def read(cls, code: int, reader: Reader) -> Self:
        """The password keeps its fill, all 20 bytes: nobody can tell fill from password."""
        password = Secret(reader.take(PASSWORD_LENGTH, "password"))
        return cls(password, reader.number(2, "user id") if reader.left else None)

    @property
    def subject(self) -> str:
        return "password (hidden)"
