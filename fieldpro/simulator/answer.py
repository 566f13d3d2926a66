"""What a port and the device behind it say to each other: a message in, an answer out.

`Device` (a meter that lives) is one such device; a tape that is served as a meter is another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias


@dataclass(frozen=True, slots=True)
class Negotiated:
    packet_size: int
    packet_count: int
    baud: int


@dataclass(frozen=True, slots=True)
class TimingSet:
    traffic_s: int
    inter_character_s: int
    response_s: int
    retries: int


@dataclass(frozen=True, slots=True)
class WaitGranted:
    seconds: int


@dataclass(frozen=True, slots=True)
class ToBase:
    """The session and the link end; the rate goes back to the first one."""


Effect: TypeAlias = Negotiated | TimingSet | WaitGranted | ToBase


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply, and what takes hold once the client has acknowledged it.

    data: the whole reply message; None when no answer comes. delay_s: how long the device takes for it.
    """

    data: bytes | None
    effect: Effect | None = None
    delay_s: float = 0.0


class Answering(Protocol):
    """A device behind a port."""

    def answer(self, message: bytes) -> Answer:
        """The answer to one message, whatever its bytes are."""

    def to_base(self, *, capacity: int) -> None:
        """Base state; `capacity`: bytes of the longest answer there."""

    def power_failed(self, start: float, end: float) -> None:
        """The power was away between these real times (UTC seconds)."""
