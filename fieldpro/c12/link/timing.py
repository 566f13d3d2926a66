"""The time limits of the packet layer as data (ANSI C12.18 and C12.21, default settings)."""

from __future__ import annotations

from dataclasses import dataclass

BITS_PER_CHARACTER = 10  # start bit, 8 data bits, stop bit


@dataclass(frozen=True, slots=True)
class Timing:
    """All in seconds.

    inter_character_s: between two bytes of a packet; then what there is of it is dropped and answered with NAK.
    response_s: from the end of our packet to its acknowledgement; then it is sent again, at most `retries` times.
    traffic_s: from the end of our message until something good is heard; then the channel is given up.
    turn_round_s: between hearing and sending, for probes that need it; kept by whoever writes to the port.
    quiet_s: a line that began with noise is taken to be at rest after so long (not of the standard).
    """

    inter_character_s: float = 0.5
    response_s: float = 2.0
    traffic_s: float = 6.0
    retries: int = 3
    turn_round_s: float = 0.0
    quiet_s: float = 0.1


C12_18 = Timing()
C12_21 = Timing(inter_character_s=1.0, response_s=4.0, traffic_s=30.0)


def transmit_time_s(count: int, baud: int) -> float:
    """How long `count` bytes are on the wire."""
    return count * BITS_PER_CHARACTER / baud
