"""Logoff, 52 (ANSI C12.18): end the session, keep the channel.

52                                ->  00
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from fieldpro.c12.psem.message import Ok, Reader, Request, fixed


@dataclass(frozen=True, slots=True)
class Logoff(Request[Ok]):
    """Afterwards the device is in its ID state; another user may log on."""

    title = "Log off"
    codes = fixed(0x52)
    reply = Ok

    def encode(self) -> bytes:
        return b"\x52"

    @classmethod
    def read(cls, code: int, reader: Reader) -> Self:
        return cls()
