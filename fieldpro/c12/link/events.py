"""What an `Endpoint` tells of: one small record for each thing that happened on the link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from fieldpro.c12.link.packet import Packet


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """A whole message from the other end, put together from its packets."""

    data: bytes


@dataclass(frozen=True, slots=True)
class MessageDelivered:
    """The other end has acknowledged every packet of our message."""


@dataclass(frozen=True, slots=True)
class PacketReceived:
    packet: Packet


@dataclass(frozen=True, slots=True)
class PacketSent:
    """`attempt` is 1 the first time, more for a retry."""

    packet: Packet
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Our packet was acknowledged, by a byte or by the answer to it."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Our packet was answered with NAK."""


@dataclass(frozen=True, slots=True)
class Repeated:
    """A packet we had already; acknowledged again and thrown away."""

    packet: Packet


@dataclass(frozen=True, slots=True)
class Garbage:
    """Bytes that are no part of the conversation. `refused`: they were answered with NAK."""

    data: bytes
    refused: bool = False


@dataclass(frozen=True, slots=True)
class LinkFailed:
    """The link is dead until `restart()`. `reason`: silent, naks, noise, echo or sequence."""

    reason: str
    attempts: int = 0


Event: TypeAlias = (
    MessageReceived
    | MessageDelivered
    | PacketReceived
    | PacketSent
    | Acknowledged
    | Refused
    | Repeated
    | Garbage
    | LinkFailed
)
