"""Timing set-up, 71 (ANSI C12.21): agree on the time limits of the packet layer.

    71 | traffic (1) | inter-character (1) | response (1) | retries (1)    ->  00 | the same four

Times are whole seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from fieldpro.c12.psem.message import Reader, Reply, Request, fixed
from fieldpro.errors import MessageError

_WHAT = "traffic, inter-character and response limit and retries"


def _check(message: str, *values: int) -> None:
    if any(not 0 <= value <= 0xFF for value in values):
        raise MessageError(message, 1, f"{_WHAT} 0 to 255", repr(values))


@dataclass(frozen=True, slots=True)
class TimingSetupReply(Reply):
    """The limits the device will keep."""

    traffic_s: int
    inter_character_s: int
    response_s: int
    retries: int

    def __post_init__(self) -> None:
        _check("Timing set-up reply", self.traffic_s, self.inter_character_s, self.response_s, self.retries)

    def encode_results(self) -> bytes:
        return bytes([self.traffic_s, self.inter_character_s, self.response_s, self.retries])

    @classmethod
    def read(cls, reader: Reader) -> Self:
        return cls(*reader.take(4, _WHAT))


@dataclass(frozen=True, slots=True)
class TimingSetup(Request[TimingSetupReply]):
    """The limits the client asks for."""

    title = "Timing set-up"
    codes = fixed(0x71)
    reply = TimingSetupReply

    traffic_s: int
    inter_character_s: int
    response_s: int
    retries: int

    def __post_init__(self) -> None:
        _check("Timing set-up request", self.traffic_s, self.inter_character_s, self.response_s, self.retries)

    def encode(self) -> bytes:
        return bytes([0x71, self.traffic_s, self.inter_character_s, self.response_s, self.retries])

    @classmethod
    def read(cls, code: int, reader: Reader) -> Self:
        return cls(*reader.take(4, _WHAT))

    @property
    def subject(self) -> str:
        return f"traffic {self.traffic_s} s, response {self.response_s} s, {self.retries} retries"
