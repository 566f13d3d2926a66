"""A listener on a recorded conversation: what went over the wire, packet by packet, in words.

    12.310  >  packet  Read      Read table 23
    12.342  <  ack               acknowledged
    12.420  <  packet  Read      ok, 412 bytes

It hears both directions, says nothing itself and works for a wire that is as bad as wires are. Passwords and keys are
masked in everything it gives away, together with the CRC, which would tell a short one; bytes that may be the remains
of a packet with a secret are masked as well. Recordings whose secrets are masked already are read, too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from fieldpro.c12.link.packet import ACK, HEADER_SIZE, NAK, START, Packet
from fieldpro.c12.link.receiver import Arrival, Damaged, GoodPacket, Receiver, Signal
from fieldpro.c12.link.timing import C12_18, Timing
from fieldpro.c12.psem.codes import FIRST_SERVICE, response_words
from fieldpro.c12.psem.message import Request
from fieldpro.c12.psem.secrets import PREFIX_SIZE, REPLY_START, reads_secret, secret_start
from fieldpro.c12.psem.services import decode_request, service_of
from fieldpro.c12.psem.table_number import table_name
from fieldpro.errors import MessageError, ServiceRefused

TO_METER = ">"
FROM_METER = "<"
MASK = b"*"
_BEGINNINGS = (bytes([START]), bytes([ACK]), bytes([NAK]))
_HIDDEN = "(hidden)"
_LARGEST_HARMLESS = 3  # of a damaged packet: the head of one that lost no more than half of it


class WireKind(StrEnum):
    PACKET = "packet"
    ACK = "ack"
    NAK = "nak"
    GARBAGE = "garbage"


@dataclass(frozen=True, slots=True)
class WireItem:
    """One thing that went over the wire, secrets masked.

    time: when its first byte was heard, as given to `feed`. service: title of the service, empty when it has none.
    message: the whole message, at its last packet; empty before. repeated: a retry of the packet before. echo: what was
    sent, heard again on its way back. headless: a part of a message whose beginning was not heard.
    """

    time: float
    direction: str
    raw: bytes
    kind: WireKind
    service: str
    summary: str
    packet: Packet | None = None
    message: bytes = b""
    repeated: bool = False
    echo: bool = False
    headless: bool = False


class _Lane:
    """One direction: the message that is coming in, and the packet before."""

    def __init__(self, direction: str, timing: Timing) -> None:
        self.direction = direction
        self.receiver = Receiver(identity=None, data_format=None, timing=timing, crc_mask=MASK * 2)
        self.started = 0.0
        self.torn = False  # the next bytes may be the rest of something that was given up
        self.wary = False  # the bytes that are coming in may be the echo of a secret
        self.last: tuple[GoodPacket, WireItem] | None = None
        self.unacknowledged = False
        self.answered = True  # something the other direction sent after `last` was acknowledged
        self.begin()

    def begin(self) -> None:
        """A new message."""
        self.parts: list[bytes] = []
        self.size = 0
        self.prefix = b""
        self.total = 0
        self.has_start = True

    def add(self, packet: Packet) -> int:
        """Take the next packet of the message; where its data begins in it."""
        if packet.is_first or not self.parts or packet.sequence != self.total - len(self.parts) - 1:
            self.begin()
            self.total = packet.sequence + 1
            self.has_start = packet.is_first
        start = self.size
        self.parts.append(packet.data)
        self.size += len(packet.data)
        self.prefix = (self.prefix + packet.data)[:PREFIX_SIZE]
        return start


class Monitor:
    """Feed it the records of a tap in the order of time; memory is bounded by a message each way."""

    def __init__(self, timing: Timing = C12_18) -> None:
        self._lanes = {direction: _Lane(direction, timing) for direction in (TO_METER, FROM_METER)}
        self._request: Request[Any] | None = None
        self._service = ""
        self._secret_is_about = False  # the request that is open has a secret, or its reply, or nobody knows

    def feed(self, direction: str, data: bytes, time: float) -> list[WireItem]:
        """What `data` completes. `direction` is ">" towards the meter or "<" from it, `time` in seconds."""
        items = self._settle(time)
        lane = self._lanes[direction]
        if data[:1] in _BEGINNINGS:
            items += self._noise_before(self._other(lane))
        if lane.receiver.is_idle:
            lane.started = time
        lane.wary = lane.wary or self._secret_is_about
        for arrival in lane.receiver.feed(data, time):
            items += self._items(lane, arrival)
            lane.started = time
        lane.wary = lane.wary and not lane.receiver.is_idle
        return items

    def flush(self) -> list[WireItem]:
        """What is left at the end of a recording."""
        return [
            item
            for lane in self._lanes.values()
            for arrival in lane.receiver.flush()
            for item in self._items(lane, arrival)
        ]

    def _noise_before(self, lane: _Lane) -> list[WireItem]:
        """Half duplex: when one end speaks, what the other one said is over. Where it is not, the rest is masked."""
        if not lane.receiver.is_noisy:
            return []
        items = [item for arrival in lane.receiver.flush() for item in self._items(lane, arrival)]
        lane.torn = True
        return items

    def _settle(self, time: float) -> list[WireItem]:
        return [
            item
            for lane in self._lanes.values()
            for arrival in lane.receiver.settle(time)
            for item in self._items(lane, arrival)
        ]

    def _items(self, lane: _Lane, arrival: Arrival) -> list[WireItem]:
        match arrival:
            case GoodPacket():
                return [self._packet(lane, arrival)]
            case Signal(byte):
                return [self._signal(lane, byte)]
            case Damaged(raw):
                return [self._garbage(lane, raw, f"damaged packet, {len(raw)} bytes")]
            case _:
                return [self._garbage(lane, arrival.raw, f"{len(arrival.raw)} bytes of noise")]

    # --- acknowledgements and garbage ---------------------------------------------------------------------------

    def _signal(self, lane: _Lane, byte: int) -> WireItem:
        other = self._other(lane)
        kind, words = (WireKind.ACK, "acknowledged") if byte == ACK else (WireKind.NAK, "refused: send it again")
        if byte == ACK and other.unacknowledged:
            other.unacknowledged = False
            lane.answered = True
        return WireItem(lane.started, lane.direction, bytes([byte]), kind, "", words)

    def _garbage(self, lane: _Lane, raw: bytes, words: str) -> WireItem:
        harmless = 0 if lane.torn else _LARGEST_HARMLESS
        if self._may_be_secret(lane) and len(raw) > harmless:
            self._secret_is_about = True
            raw = raw[:harmless] + MASK * (len(raw) - harmless)
            words = f"{words} {_HIDDEN}"
        return WireItem(lane.started, lane.direction, raw, WireKind.GARBAGE, "", words)

    def _may_be_secret(self, lane: _Lane) -> bool:
        """What cannot be read may be a part of a secret, sent or echoed."""
        sent = self._lanes[TO_METER]
        return lane is sent or lane.wary or self._secret_is_about or not sent.receiver.is_idle

    def _other(self, lane: _Lane) -> _Lane:
        return self._lanes[FROM_METER if lane.direction == TO_METER else TO_METER]

    # --- packets ------------------------------------------------------------------------------------------------

    def _packet(self, lane: _Lane, arrival: GoodPacket) -> WireItem:
        lane.torn = False
        if lane.last is not None and arrival == lane.last[0] and not lane.answered:
            lane.unacknowledged = True
            item = lane.last[1]
            return replace(item, time=lane.started, summary=f"{item.summary} (again)", repeated=True)
        sent = self._lanes[TO_METER]
        if lane is not sent and sent.last is not None and arrival == sent.last[0]:  # no reply begins as a request
            item = sent.last[1]
            summary = f"echo of: {item.summary}"
            return replace(item, time=lane.started, direction=lane.direction, summary=summary, echo=True)
        item = self._new_packet(lane, arrival)
        lane.last = arrival, item
        lane.unacknowledged, lane.answered = True, False
        self._other(lane).unacknowledged = False
        return item

    def _new_packet(self, lane: _Lane, arrival: GoodPacket) -> WireItem:
        packet = arrival.packet
        start = lane.add(packet)
        is_request = lane.has_start and lane.prefix[:1] >= bytes([FIRST_SERVICE])
        if is_request and packet.is_first:
            service = service_of(lane.prefix[0])
            self._service = service.title if service else ""
            self._request = None
        hidden_from = secret_start(lane.prefix) if is_request else None
        if is_request:
            self._secret_is_about = hidden_from is not None or reads_secret(lane.prefix)
        elif not lane.has_start and self._may_be_secret(lane):
            hidden_from = 0
        elif self._secret_is_about:
            hidden_from = REPLY_START
        message = b""
        part = f"packet {lane.total - packet.sequence} of {lane.total}"
        summary = f"{self._service or 'request'}, {part}" if is_request else f"reply, {part}"
        headless = not lane.has_start
        if headless:
            summary = "the rest of a message without its beginning"
        if packet.sequence == 0:
            message = b"".join(lane.parts)
            if lane.has_start:
                summary = self._request_words(message) if is_request else self._reply_words(message)
            lane.begin()
        raw = arrival.raw
        if hidden_from is not None:
            message = _masked(message, hidden_from)
            packet, raw = _masked_packet(arrival, max(0, hidden_from - start))
        return WireItem(
            lane.started,
            lane.direction,
            raw,
            WireKind.PACKET,
            self._service,
            summary,
            packet,
            message,
            headless=headless,
        )

    def _request_words(self, message: bytes) -> str:
        try:
            self._request = decode_request(message)
        except MessageError as error:
            if secret_start(message) is None:
                return _unreadable(error)
            return f"{self._service} {table_name(int.from_bytes(message[1:3], 'big'))} {_HIDDEN}"
        return self._request.summary

    def _reply_words(self, message: bytes) -> str:
        if not message:
            return "empty message"
        if self._request is None:
            return response_words(message[0])
        try:
            words: str = self._request.decode_reply(message).summary
        except ServiceRefused as refused:
            limit = "" if refused.limit is None else f", at most {refused.limit} bytes"
            return f"refused: {response_words(refused.response)}{limit}"
        except MessageError as error:
            if not self._secret_is_about:
                return _unreadable(error)
            return f"ok, {int.from_bytes(message[1:3], 'big')} bytes {_HIDDEN}"
        return words


def _unreadable(error: MessageError) -> str:
    return f"unreadable: at byte {error.offset} expected {error.expected}, found {error.found}"


def _masked(data: bytes, start: int) -> bytes:
    return data[:start] + MASK * (len(data) - start)


def _masked_packet(arrival: GoodPacket, start: int) -> tuple[Packet, bytes]:
    """The packet and its bytes with the data from `start` on masked, and then the CRC as well."""
    packet, raw = arrival.packet, arrival.raw
    if start >= len(packet.data):
        return packet, raw
    return replace(packet, data=_masked(packet.data, start)), _masked(raw, HEADER_SIZE + start)
