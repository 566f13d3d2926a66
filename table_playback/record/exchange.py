"""A step from the two messages of an exchange, secrets hidden in them already.

51 | ********************      the tap has masked it; the step says so, and can be sent as it is
"""

from __future__ import annotations

from dataclasses import replace

from fieldpro.c12.crc import crc_bytes
from fieldpro.c12.link.monitor import WireItem
from table_playback.redact.places import mask_step, with_checksum
from table_playback.redact.spans import joined, moved
from table_playback.tape.messages import READS, step_of
from table_playback.tape.model import Spans, Step

HIDDEN = b"**"
_CRC = 2


class Message:
    """The packets of one message, joined. `masked`: parts that are hidden."""

    def __init__(self) -> None:
        self.data = b""
        self.masked: Spans = ()
        self.left = 0  # packets to come
        self.is_whole = False

    def add(self, item: WireItem) -> None:
        packet = item.packet
        assert packet is not None
        if is_hidden(item.raw):
            start = len(packet.data.rstrip(b"*"))
            self.masked = joined((*self.masked, *moved(((start, len(packet.data) - start),), len(self.data))))
        self.data += packet.data
        self.left = packet.sequence
        self.is_whole = packet.sequence == 0

    def follows(self, item: WireItem) -> bool:
        """Whether a packet is the next one of this message."""
        packet = item.packet
        return packet is not None and not packet.is_first and not self.is_whole and packet.sequence == self.left - 1


def is_hidden(raw: bytes) -> bool:
    """A packet with something masked in it has no CRC that holds."""
    return raw[-_CRC:] == HIDDEN and crc_bytes(raw[:-_CRC]) != HIDDEN


def step_of_exchange(
    request: Message, reply: Message | None, *, number: int, time_s: float, duration_s: float | None, note: str = ""
) -> Step:
    """The step; table 7 is not looked into here."""
    sent, answer = request.data, None if reply is None else reply.data
    if request.masked:
        sent = with_checksum(sent, is_request=True, of_read=False)
    step = step_of(sent, answer, number=number, time_s=time_s, duration_s=duration_s)
    if reply is not None and reply.masked and answer is not None:
        answer = with_checksum(answer, is_request=False, of_read=step.service in READS)
        step = step_of(sent, answer, number=number, time_s=time_s, duration_s=duration_s)
    masked, masked_answer = mask_step(step, request.masked, reply.masked if reply else ())
    return replace(step, masked=masked, masked_answer=masked_answer, note=note)
