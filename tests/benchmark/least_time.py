"""The least time that ANSI C12.18 allows for reading so many bytes of a table.

One full read in as few messages as the negotiated packets carry. On the wire, one direction at a time, 10 bits a byte
(a start bit, eight data bits, a stop bit):

    request   EE id ctrl seq len(2) | 30 tnum(2) | crc(2)             11 bytes, then the meter's ACK, 1 byte
    reply     EE id ctrl seq len(2) | part of the message | crc(2)    8 bytes, the part, and our ACK, for each packet
    message   code(1) count(2) data checksum(1)

No pause for turning round, none for thinking, nothing lost: no reader can be faster.
"""

from __future__ import annotations

import math

BITS_PER_BYTE = 10
PACKET_OVERHEAD = 8
REPLY_OVERHEAD = 4
ACK = 1
FULL_READ = 3
LARGEST_COUNT = 0xFFFF


def least_bytes(size: int, packet_size: int, packet_count: int) -> int:
    """Bytes on the wire, both ways, for `size` bytes of a table; packet sizes include their overhead."""
    payload = packet_size - PACKET_OVERHEAD
    largest = min(LARGEST_COUNT, payload * packet_count - REPLY_OVERHEAD)
    total = 0
    for offset in range(0, size, largest):
        message = min(largest, size - offset) + REPLY_OVERHEAD
        packets = math.ceil(message / payload)
        total += PACKET_OVERHEAD + FULL_READ + ACK + message + packets * (PACKET_OVERHEAD + ACK)
    return total


def least_time_s(size: int, *, packet_size: int, packet_count: int, baud: int) -> float:
    return least_bytes(size, packet_size, packet_count) * BITS_PER_BYTE / baud
