"""Terminate, 21 (ANSI C12.18): end the conversation at once, whatever its state.

21                                ->  00
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from fieldpro.c12.psem.message import Ok, Reader, Request, fixed


@dataclass(frozen=True, slots=True)
class Terminate(Request[Ok]):
    """Afterwards the device is in its base state, at its first baud rate, with its first packet size."""

    title = "Terminate"
    codes = fixed(0x21)
    reply = Ok

    def encode(self) -> bytes:
        return b"\x21"

    @classmethod
    def read(cls, code: int, reader: Reader) -> Self:
        return cls()
