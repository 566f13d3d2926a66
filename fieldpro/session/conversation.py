"""What is said to a meter, written once and without I/O: a generator that yields requests and is sent replies.

    def read_table(number: int) -> Conversation[bytes]:
        reply = yield FullRead(number)
        return reply.data

A conversation yields requests of `fieldpro.c12.psem`, `Progress`, `Pause`, `AskFacts` and `AskQuality`; conversations
compose with `yield from`. The driver sends the reply in, or throws the `FieldProError` that happened
(`ServiceRefused`, `LinkError`, `Cancelled`), which a conversation may catch to go on with the next thing.
Logging on and off is the session's work, never a conversation's.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is. `total` is None while nobody knows; `unit` is what is counted ("bytes", "tables")."""

    done: int
    total: int | None
    unit: str
    text: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Ask the driver to wait, with the session kept alive."""

    seconds: float


@dataclass(frozen=True, slots=True)
class AskFacts:
    """Ask the driver what this session has agreed with the meter; answered with `SessionFacts`."""


@dataclass(frozen=True, slots=True)
class AskQuality:
    """Ask the driver how good the line has been so far; answered with `session.events.LinkQuality`."""


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """What a session has agreed with the meter.

    standard, version, revision: from Identification (0 = C12.18, 2 = C12.21, 3 = C12.22).
    packet_size: bytes of a whole packet; packet_count: packets in one message; baud: the agreed rate.
    """

    port: str
    standard: int
    version: int
    revision: int
    packet_size: int
    packet_count: int
    baud: int
    user: str
    authenticated: bool


Conversation: TypeAlias = Generator[Any, Any, T]
