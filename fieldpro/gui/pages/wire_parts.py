"""One item of the wire taken apart: name, meaning, and the bytes that say so.

The packet is drawn in `fieldpro.c12.link.packet` (ANSI C12.18, packet layer).
"""

from __future__ import annotations

from dataclasses import dataclass

from fieldpro.c12.link.monitor import WireItem, WireKind
from fieldpro.c12.link.packet import HEADER_SIZE, Packet, PacketControl
from fieldpro.c12.psem.codes import FIRST_SERVICE, response_words
from fieldpro.gui.words import mark, tr

CONTROL_WORDS = {
    PacketControl.MULTI: mark("one of several"),
    PacketControl.FIRST: mark("first of several"),
    PacketControl.TOGGLE: mark("toggle"),
    PacketControl.TRANSPARENT: mark("transparent"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """`offset` and `length` count in the bytes that are shown; length 0: the meaning has no bytes of its own."""

    name: str
    meaning: str
    offset: int = 0
    length: int = 0


def packet_parts(item: WireItem) -> list[Part]:
    """The bytes of one packet, acknowledgement or piece of noise."""
    packet = item.packet
    if packet is None or item.kind is not WireKind.PACKET:
        return [Part(tr("What"), item.summary, 0, len(item.raw))]
    size = len(item.raw)
    parts = [
        Part(tr("Start"), tr("start of packet"), 0, 1),
        Part(tr("Identity"), str(packet.identity), 1, 1),
        Part(tr("Control"), control_words(packet), 2, 1),
        Part(tr("Sequence"), sequence_words(packet), 3, 1),
        Part(tr("Length"), tr("{count} bytes of data", count=f"{len(packet.data):,}"), 4, 2),
    ]
    if packet.data:
        parts.append(Part(tr("Data"), item.summary, HEADER_SIZE, size - HEADER_SIZE - 2))
    parts.append(Part(tr("CRC"), item.raw[-2:].hex(" "), size - 2, 2))
    return parts


def message_parts(item: WireItem) -> list[Part]:
    """The bytes of the whole message, which may have come in several packets."""
    message = item.message
    if not message:
        return []
    code = message[0]
    if code >= FIRST_SERVICE:
        parts = [Part(tr("Service"), f"{item.service} ({code:02X})", 0, 1)]
    else:
        parts = [Part(tr("Response"), f"{response_words(code)} ({code:02X})", 0, 1)]
    if len(message) > 1:
        parts.append(Part(tr("Content"), item.summary, 1, len(message) - 1))
    return parts


def control_words(packet: Packet) -> str:
    words = [tr(text) for bit, text in CONTROL_WORDS.items() if packet.control & bit]
    return ", ".join(words) or tr("single packet")


def sequence_words(packet: Packet) -> str:
    if packet.sequence == 0:
        return tr("the last one")
    return tr("{count} more to come", count=packet.sequence)


def part_at(parts: list[Part], offset: int) -> int | None:
    """Which part a byte belongs to."""
    inside = (place for place, part in enumerate(parts) if part.offset <= offset < part.offset + part.length)
    return next(inside, None)
