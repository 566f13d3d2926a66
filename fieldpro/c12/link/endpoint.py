"""One end of the data link, meter or client, without I/O and without a clock (ANSI C12.18 packet layer).

    send(message) -> packets -> outgoing()        ... the wire ...        receive(bytes) -> packets -> MessageReceived

Every good packet is answered with ACK (06), a damaged one with NAK (15). A packet that is not acknowledged in time, or
is refused, is sent again, at most `retries` times. The toggle bit flips for every new packet of each direction.

What the rules leave open, and how it is read here:

* *The acknowledgement was lost but the answer is here.* A new packet from the other end acknowledges the last packet
  of our message; if more of ours was to come, the other end has begun something new and the rest is dropped.
* *Repeats.* A packet equal to the one before, byte for byte, is a repeat until something we sent after it was
  acknowledged, and for ever when the other end has toggled every packet so far: there are clients that never toggle and
  such that begin with either toggle. It is acknowledged again and thrown away.
* *ACK and NAK have no number.* They count only for a packet that has left (`outgoing` gave it away) and waits.
* *Silence.* After our message was delivered, and between the packets of theirs, something good must be heard within the
  traffic limit. It holds for both ends: the client waits for its reply, the meter for the next request.
* *Our own bytes.* A packet that comes back unchanged while it waits for its acknowledgement is an echo.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import Enum

from fieldpro.c12.link.echo import EchoFilter
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
from fieldpro.c12.link.packet import ACK, MAX_PACKET_SIZE, NAK, OVERHEAD, Packet, PacketControl
from fieldpro.c12.link.receiver import Arrival, Damaged, GoodPacket, Noise, Receiver, Signal
from fieldpro.c12.link.timing import C12_18, Timing, transmit_time_s
from fieldpro.errors import LinkError, MessageError, ProtocolError

MAX_PACKETS = 255


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """What holds from the base state on, before anything is negotiated (ANSI C12.18: 64 bytes, 1 packet, 9600 baud).

    identity: 0 in C12.18, the number of the device on a C12.21 multi-drop line. echo: the probe hears itself.
    name: what errors call the link.
    """

    identity: int = 0
    packet_size: int = 64
    packet_count: int = 1
    baud: int = 9600
    data_format: int = 0
    echo: bool = False
    name: str = ""


class LinkState(Enum):
    OPEN = "open"
    ERROR = "error"  # and stays so until restart()


@dataclass(slots=True)
class _InFlight:
    packet: Packet
    raw: bytes
    is_last: bool
    resend_at: float
    attempt: int = 1
    has_left: bool = False
    noise: bool = False


class Endpoint:
    """Both ends use it alike; whoever holds it moves bytes, keeps the time (`now`, seconds) and obeys `deadline`."""

    packet_size: int  # bytes of a whole packet of ours at most
    packet_count: int  # packets in a message of ours at most
    baud: int

    def __init__(self, settings: LinkSettings | None = None, timing: Timing = C12_18) -> None:
        self.settings = settings or LinkSettings()
        self._receiver = Receiver(identity=self.settings.identity, data_format=self.settings.data_format, timing=timing)
        self._echo = EchoFilter()
        self._signals = bytearray()  # ACK and NAK on their way out
        self.restart()

    # --- what holds now -----------------------------------------------------------------------------------------

    @property
    def state(self) -> LinkState:
        return LinkState.ERROR if self._failure else LinkState.OPEN

    @property
    def timing(self) -> Timing:
        return self._receiver.timing

    @timing.setter
    def timing(self, timing: Timing) -> None:
        self._receiver.timing = timing

    @property
    def capacity(self) -> int:
        """Bytes of the longest message that can be sent with the packets agreed on."""
        return self.packet_count * (self.packet_size - OVERHEAD)

    @property
    def is_sending(self) -> bool:
        """A message of ours is not yet acknowledged to its end."""
        return self._flight is not None

    @property
    def deadline(self) -> float | None:
        """When `tick` has something to do, if nothing is received before; None when only bytes can change anything."""
        if self._failure:
            return None
        if self._receiver.deadline is not None:
            return self._receiver.deadline
        return self._flight.resend_at if self._flight is not None else self._silence_ends

    # --- changing it --------------------------------------------------------------------------------------------

    def apply(self, packet_size: int, packet_count: int, *, baud: int | None = None) -> None:
        """Use what was negotiated, for messages from now on. Raises `MessageError` for sizes no packet can have."""
        if not OVERHEAD < packet_size <= MAX_PACKET_SIZE or not 1 <= packet_count <= MAX_PACKETS:
            expected = f"packets of {OVERHEAD + 1} to {MAX_PACKET_SIZE} bytes, 1 to {MAX_PACKETS} of them"
            raise MessageError("Negotiate reply", 1, expected, f"{packet_size} bytes, {packet_count} packets")
        self.packet_size = packet_size
        self.packet_count = packet_count
        self.baud = baud or self.baud

    def stretch(self, seconds: float) -> None:
        """Let the other end be silent for so long, once (Wait service); for the end that granted the wait."""
        self._stretch_s = seconds
        if self._silent_since is not None:
            self._expect(self._silent_since)

    def restart(self) -> None:
        """Base state: toggles at 0, first packet size, nothing under way. Acknowledgements still go out."""
        self.packet_size = self.settings.packet_size
        self.packet_count = self.settings.packet_count
        self.baud = self.settings.baud
        self._failure = ""
        self._receiver.clear()
        self._echo.forget()
        self._toggle = False
        self._queue: deque[tuple[int, int, bytes]] = deque()  # control, sequence, data
        self._flight: _InFlight | None = None
        self._previous = b""  # the packet received last
        self._answered = True  # something we sent after it was acknowledged
        self._peer_toggles: bool | None = None  # None until two packets were heard
        self._parts: list[bytes] = []
        self._next_sequence = 0
        self._rejected = 0  # damaged packets in a row
        self._heard_noise = False
        self._stretch_s = 0.0
        self._silent_since: float | None = None
        self._silence_ends: float | None = None

    # --- sending ------------------------------------------------------------------------------------------------

    def send(self, message: bytes, now: float) -> list[Event]:
        """Send one message. Raises `LinkError` when the link is dead or the message too long for its packets,
        `ProtocolError` when the message before has not been delivered."""
        if self._failure:
            raise LinkError(self._failure, self.settings.name)
        if self._flight is not None:
            raise ProtocolError("link", "the message before delivered", "still being sent")
        if len(message) > self.capacity:
            raise LinkError("too-long", self.settings.name)
        self._no_longer_expect()
        self._queue.extend(self._packets(message))
        return self._send_next(now)

    def outgoing(self) -> bytes:
        """The bytes to write now; they are taken to be on the wire afterwards."""
        data = bytes(self._signals)
        self._signals.clear()
        if self._flight is not None and not self._flight.has_left:
            self._flight.has_left = True
            data += self._flight.raw
        if self.settings.echo:
            self._echo.sent(data)
        return data

    def _packets(self, message: bytes) -> list[tuple[int, int, bytes]]:
        step = self.packet_size - OVERHEAD
        pieces = [message[start : start + step] for start in range(0, len(message), step)] or [b""]
        last = len(pieces) - 1
        multi = PacketControl.MULTI if last else PacketControl(0)
        first = PacketControl.FIRST if last else PacketControl(0)
        return [(multi | (0 if place else first), last - place, piece) for place, piece in enumerate(pieces)]

    def _send_next(self, now: float) -> list[Event]:
        control, sequence, data = self._queue.popleft()
        control |= self.settings.data_format | (PacketControl.TOGGLE if self._toggle else 0)
        self._toggle = not self._toggle
        packet = Packet(self.settings.identity, int(control), sequence, data)
        raw = packet.encode()
        self._flight = _InFlight(packet, raw, not self._queue, self._acknowledged_by(now, raw))
        return [PacketSent(packet)]

    def _acknowledged_by(self, now: float, raw: bytes) -> float:
        return now + self.timing.response_s + transmit_time_s(len(raw), self.baud)

    def _send_again(self, flight: _InFlight, now: float, reason: str) -> list[Event]:
        if flight.attempt > self.timing.retries:
            return self._fail(reason, flight.attempt)
        flight.attempt += 1
        flight.has_left = False
        flight.resend_at = self._acknowledged_by(now, flight.raw)
        return [PacketSent(flight.packet, flight.attempt)]

    # --- receiving ----------------------------------------------------------------------------------------------

    def receive(self, data: bytes, now: float) -> list[Event]:
        """Take bytes in pieces of any size. A damaged packet is never delivered."""
        if self._failure:
            return []
        if self.settings.echo:
            data, damaged = self._echo.strip(data)
            if damaged:
                self._receiver.distrust(now)
        events: list[Event] = []
        self._handle(self._receiver.feed(data, now), now, events)
        if not self._failure:
            events += self._give_up_on_noise(now)
        return events

    def tick(self, now: float) -> list[Event]:
        """Do what is due. Call it when `deadline` has come; any other time does no harm."""
        events: list[Event] = []
        if self._failure:
            return events
        self._handle(self._receiver.settle(now), now, events)
        if self._failure or self._receiver.deadline is not None:  # dead, or the other end is speaking
            return events
        flight = self._flight
        if flight is not None and now >= flight.resend_at:
            events += self._send_again(flight, now, "noise" if flight.noise else "silent")
        elif flight is None and self._silence_ends is not None and now >= self._silence_ends:
            events += self._fail("noise" if self._heard_noise else "silent")
        return events

    def _handle(self, arrivals: list[Arrival], now: float, events: list[Event]) -> None:
        for arrival in arrivals:
            if self._failure:
                return
            match arrival:
                case GoodPacket():
                    events += self._packet(arrival, now)
                case Signal():
                    events += self._signal(arrival.byte, now)
                case Damaged():
                    events += self._reject(arrival.raw, now, "noise")
                case Noise(raw, may_be_packet) if may_be_packet and self._is_expecting:
                    events += self._reject(raw, now, "noise")
                case _:
                    self._note_noise()
                    events.append(Garbage(arrival.raw))

    def _signal(self, byte: int, now: float) -> list[Event]:
        flight = self._flight
        if flight is None or not flight.has_left:
            return [Garbage(bytes([byte]))]
        self._rejected = 0
        if byte == NAK:
            return [Refused(), *self._send_again(flight, now, "naks")]
        self._answered = True
        self._flight = None
        if self._queue:
            return [Acknowledged(), *self._send_next(now)]
        self._expect(now)
        return [Acknowledged(), MessageDelivered()]

    def _packet(self, arrival: GoodPacket, now: float) -> list[Event]:
        packet, raw = arrival.packet, arrival.raw
        if self._flight is not None and self._flight.has_left and raw == self._flight.raw:
            return [Garbage(raw)] if self.settings.echo else self._fail("echo")
        if raw == self._previous and (self._peer_toggles or not self._answered):
            self._signals.append(ACK)
            if self._silent_since is not None:
                self._expect(now)
            return [Repeated(packet)]
        events: list[Event] = []
        if packet.is_first:
            if self._parts:
                events.append(Garbage(b"".join(self._parts)))
                self._parts.clear()
        elif not self._parts or packet.sequence != self._next_sequence:
            return self._reject(raw, now, "sequence")
        events += self._answer_has_come()
        self._signals.append(ACK)
        if self._previous:
            flipped = bool((self._previous[2] ^ raw[2]) & PacketControl.TOGGLE)
            self._peer_toggles = flipped and self._peer_toggles is not False
        self._previous, self._answered = raw, False
        self._rejected = 0
        self._parts.append(packet.data)
        self._next_sequence = packet.sequence - 1
        events.append(PacketReceived(packet))
        if packet.sequence:
            self._expect(now)
            return events
        message = b"".join(self._parts)
        self._parts.clear()
        self._no_longer_expect()
        self._stretch_s = 0.0
        return [*events, MessageReceived(message)]

    def _answer_has_come(self) -> list[Event]:
        """A new packet is here while ours waits: it was received, or nobody waits for it any more."""
        flight, self._flight = self._flight, None
        self._queue.clear()
        if flight is not None and flight.has_left and flight.is_last:
            return [Acknowledged(), MessageDelivered()]
        return []

    def _reject(self, raw: bytes, now: float, reason: str) -> list[Event]:
        """Ask for the packet again. Its sender stops asking after its last retry, and so do we."""
        self._note_noise()
        if self._is_expecting:
            self._rejected += 1
            if self._rejected > self.timing.retries:
                return [Garbage(raw), *self._fail(reason, self._rejected)]
        self._signals.append(NAK)
        if self._flight is not None:
            self._flight.resend_at = self._acknowledged_by(now, self._flight.raw)
        elif self._silent_since is not None:
            self._expect(now)
        return [Garbage(raw, refused=True)]

    # --- silence, noise and the end -----------------------------------------------------------------------------

    @property
    def _is_expecting(self) -> bool:
        return self._flight is not None or self._silent_since is not None

    def _expect(self, since: float) -> None:
        self._silent_since = since
        self._silence_ends = since + max(self.timing.traffic_s, self._stretch_s)

    def _no_longer_expect(self) -> None:
        self._silent_since = self._silence_ends = None
        self._heard_noise = False

    def _note_noise(self) -> None:
        self._heard_noise = True
        if self._flight is not None:
            self._flight.noise = True

    def _give_up_on_noise(self, now: float) -> list[Event]:
        """A line that is never quiet would hold every other time limit off."""
        since = self._receiver.noisy_since
        if since is None or not self._is_expecting or now - since <= self.timing.traffic_s:
            return []
        return self._fail("noise")

    def _fail(self, reason: str, attempts: int = 0) -> list[Event]:
        self._failure = reason
        self._flight = None
        self._queue.clear()
        self._parts.clear()
        self._signals.clear()
        self._receiver.clear()
        self._no_longer_expect()
        return [LinkFailed(reason, attempts)]
