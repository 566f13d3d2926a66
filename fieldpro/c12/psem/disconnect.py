"""Disconnect, 22 (ANSI C12.21 modem, C12.22): leave the channel.

22                                ->  00
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from fieldpro.c12.psem.message import Ok, Reader, Request, fixed


@dataclass(frozen=True, slots=True)
class Disconnect(Request[Ok]):
    """Hang up the telephone line or leave the network."""

    title = "Disconnect"
    codes = fixed(0x22)
    reply = Ok

    def encode(self) -> bytes:
        return b"\x22"

    @classmethod
    def read(cls, code: int, reader: Reader) -> Self:
        return cls()
