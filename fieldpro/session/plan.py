"""How a session is to be opened: who, with which password, how fast, and how patient.

Packet size: 1024 bytes by default. A larger packet saves less than one per cent of the wire, but at 9600 baud it
takes seconds, during which nothing can be cancelled and a meter may think the channel dead (C12.18, channel traffic
time-out 6 s); and on a noisy line it is lost more often.
"""

from __future__ import annotations

from dataclasses import dataclass

from fieldpro.c12.link.timing import Timing
from fieldpro.secret import Secret

START_BAUD = 9600  # C12.18, physical layer
START_PACKET_SIZE = 64  # C12.18, Negotiate: what holds before it
START_PACKET_COUNT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPlan:
    """What a session asks of the meter.

    max_baud: the fastest rate to offer, None for the fastest there is; start_baud: where every session begins.
    packet_size (bytes, overhead included), packet_count: the most to offer in Negotiate.
    identity: the identity byte of every packet (C12.21: the device addressed; C12.18: 0).
    timing: the time limits of the link; None takes those of the standard the meter names in Identification.
    negotiate: False stays with 64-byte packets, one a message, at the start rate.
    reconnects: how often in one job a dead link is opened again to repeat a read; a write is never repeated.
    busy_retries: how often a request is repeated that the meter refused with busy or data not ready.
    password_fill: what fills a short password up to 20 bytes, 20 (blanks) or 00.
    """

    user_id: int = 0
    user: str = "FieldPro"
    password: Secret | None = None
    password_fill: int = 0x20
    start_baud: int = START_BAUD
    max_baud: int | None = None
    packet_size: int = 1024
    packet_count: int = 255
    identity: int = 0
    timing: Timing | None = None
    negotiate: bool = True
    reconnects: int = 2
    busy_retries: int = 5
