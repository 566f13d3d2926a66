"""The data link of ANSI C12.18 and C12.21, without I/O: feed it bytes, get events.

`Endpoint` is one end of it, `Packet` what goes over it, `Timing` its limits. `Monitor` listens to a recorded
conversation and says in words what went over the wire.
"""

from fieldpro.c12.link.endpoint import Endpoint, LinkSettings, LinkState
from fieldpro.c12.link.events import (
    Acknowledged,
    Event,
    Garbage,
    LinkFailed,
    MessageDelivered,
    MessageReceived,
    PacketReceived,
    PacketSent,
    Refused,
    Repeated,
)
from fieldpro.c12.link.monitor import Monitor, WireItem, WireKind
from fieldpro.c12.link.packet import ACK, MAX_PACKET_SIZE, NAK, OVERHEAD, Packet, PacketControl
from fieldpro.c12.link.timing import C12_18, C12_21, Timing

__all__ = [
    "ACK",
    "C12_18",
    "C12_21",
    "MAX_PACKET_SIZE",
    "NAK",
    "OVERHEAD",
    "Acknowledged",
    "Endpoint",
    "Event",
    "Garbage",
    "LinkFailed",
    "LinkSettings",
    "LinkState",
    "MessageDelivered",
    "MessageReceived",
    "Monitor",
    "Packet",
    "PacketControl",
    "PacketReceived",
    "PacketSent",
    "Refused",
    "Repeated",
    "Timing",
    "WireItem",
    "WireKind",
]
