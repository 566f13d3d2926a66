"""One link to a meter over one port: a request goes out, its reply comes in, or a clear error.

The packet layer itself (`fieldpro.c12.link`) does no I/O; this is the loop that reads and writes for it. It waits for
nothing but the next byte or the link's next time limit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from fieldpro.c12.link.endpoint import Endpoint, LinkSettings
from fieldpro.c12.link.events import (
    Event,
    Garbage,
    LinkFailed,
    MessageReceived,
    PacketReceived,
    PacketSent,
    Refused,
    Repeated,
)
from fieldpro.c12.link.timing import Timing
from fieldpro.c12.psem.identification import Identify
from fieldpro.c12.psem.message import Request
from fieldpro.errors import Cancelled, LinkError
from fieldpro.session.events import LinkQuality
from fieldpro.session.ticket import Ticket
from fieldpro.transports.base import Transport
from fieldpro.transports.clock import Clock
from fieldpro.transports.probed import ProbedPort

# A cancel lets the exchange under way come to its end, for only then can we log off: as long as bytes keep coming,
# but no longer than this.
CANCEL_SILENCE_S = 0.5
CANCEL_LIMIT_S = 10.0
_MOST_LISTENING = 4  # times the quiet that is waited for


class Channel:
    """`ticket` is the job of the moment: its cancel ends a wait. `on_bytes` hears of the data of every packet."""

    def __init__(
        self, port: Transport, *, probe: ProbedPort, identity: int, timing: Timing, baud: int, clock: Clock
    ) -> None:
        self.port = port
        self.probe = probe  # somewhere in `port`
        self.clock = clock
        self.in_exchange = False  # a request went out and its reply did not come to its end
        self.doubtful_s = 0.0  # how long to listen before the next request: an answer may come a second time
        self.quality = LinkQuality()
        self.ticket: Ticket | None = None
        self.on_bytes: Callable[[int], None] | None = None
        self.last_sent = clock.monotonic()
        self._refused = False  # the event before was a NAK
        self._start_baud = baud
        self._agreed: tuple[int, int] | None = None
        self._endpoint = Endpoint(LinkSettings(identity=identity, baud=baud, name=port.name), timing)

    @property
    def timing(self) -> Timing:
        return self._endpoint.timing

    @timing.setter
    def timing(self, timing: Timing) -> None:
        self._endpoint.timing = timing

    @property
    def capacity(self) -> int:
        """Bytes of the longest message that can be sent."""
        return self._endpoint.capacity

    def restart(self) -> None:
        """Base state at the start rate; what the line still holds is thrown away."""
        self.port.set_baud(self._start_baud)
        self.port.discard_input()
        self._endpoint.restart()
        self._endpoint.outgoing()  # acknowledgements of a link that is no more
        self.in_exchange = False
        self.doubtful_s = 0.0
        self._agreed = None

    def apply(self, packet_size: int, packet_count: int, baud: int) -> None:
        """Use what was negotiated. Raises `MessageError`, `PortUnsupported`, `PortGone` or `PortHung`."""
        self._endpoint.apply(packet_size, packet_count, baud=baud)
        self._agreed = (packet_size, packet_count)
        self.port.set_baud(baud)

    def abandon(self) -> None:
        """Give the exchange under way up, but stay at the agreed rate: what is said next may still be heard."""
        self.port.discard_input()
        self._endpoint.restart()
        self._endpoint.outgoing()
        self.in_exchange = False
        if self._agreed is not None:
            self._endpoint.apply(*self._agreed, baud=self.port.baud)

    def ask(self, request: Request[Any], *, limit_s: float | None = None) -> bytes:
        """The bytes of the reply to `request`.

        Raises `LinkError`, `TransportError`, or `Cancelled` when the job was cancelled before, or is now and the
        meter is silent.
        `limit_s` bounds the whole exchange and makes cancels wait: it is for log-off.
        """
        if limit_s is None:
            self._raise_if_cancelled()
            self._listen_for_late_answers()
        clock = self.clock
        now = clock.monotonic()
        ends = None if limit_s is None else now + limit_s
        heard = now
        cancelled_at: float | None = None
        reply: bytes | None = None
        message = request.encode()
        events = self._endpoint.send(message, now)
        self.in_exchange = True
        while True:
            self._flush()
            for event in events:
                reply = self._note(event, request, reply)
            self._flush()
            if reply == message:
                raise LinkError("echo", self.port.name, service=request.title)
            if reply is not None:
                self.in_exchange = False
                return reply
            now = clock.monotonic()
            if ends is not None and now >= ends:
                raise LinkError("silent", self.port.name, service=request.title)
            stop = ends
            if ends is None and self.ticket is not None and self.ticket.cancelled:
                cancelled_at = now if cancelled_at is None else cancelled_at
                stop = min(max(cancelled_at, heard) + CANCEL_SILENCE_S, cancelled_at + CANCEL_LIMIT_S)
                if now >= stop:
                    raise Cancelled(self.ticket.name)
            due = self._endpoint.deadline
            wait_s = min(time for time in (due, stop, now + self.timing.traffic_s) if time is not None) - now
            data = self.port.read(max(0.0, wait_s))
            now = clock.monotonic()
            if data:
                heard = now
                events = self._endpoint.receive(data, now)
            else:
                events = self._endpoint.tick(now)

    def rest(self, seconds: float) -> None:
        """Let time pass, deaf to the line; a cancel ends it. Raises `PortGone` when the port vanishes meanwhile."""
        until = self.clock.monotonic() + seconds
        while (left := until - self.clock.monotonic()) > 0:
            self._raise_if_cancelled()
            self.port.read(left)

    def let_meter_time_out(self) -> None:
        """Be silent until the meter has given the channel up and is in its base state, at the start rate."""
        since_s = self.clock.monotonic() - self.last_sent
        self.rest(self.timing.traffic_s + 1.0 - since_s)

    def doubt(self, request: Request[Any]) -> None:
        """The meter may have got `request` twice and answer it twice, and no answer says what it answers.

        An answer late by more than we then listen for cannot be told from the next one. Identification is often
        repeated because nobody was awake to hear it, so less is waited for then.
        """
        timing = self.timing
        longest_s = max(timing.response_s, min(timing.traffic_s - 1.0, 2 * timing.response_s + 1.0))
        self.doubtful_s = timing.response_s if isinstance(request, Identify) else longest_s

    def _listen_for_late_answers(self) -> None:
        """Take what comes, and throw it away, until the line has been quiet for as long as there is doubt."""
        quiet_s, self.doubtful_s = self.doubtful_s, 0.0
        now = self.clock.monotonic()
        until, ends = now + quiet_s, now + _MOST_LISTENING * quiet_s
        while now < min(until, ends):
            self._raise_if_cancelled()
            data = self.port.read(min(until, ends) - now)
            now = self.clock.monotonic()
            events = self._endpoint.receive(data, now) if data else self._endpoint.tick(now)
            self._flush()
            if any(isinstance(event, PacketReceived | Repeated) for event in events):
                until = now + quiet_s

    def _raise_if_cancelled(self) -> None:
        if self.ticket is not None and self.ticket.cancelled:
            raise Cancelled(self.ticket.name)

    def _flush(self) -> None:
        data = self._endpoint.outgoing()
        if data:
            self.port.write(data)
            self.last_sent = self.clock.monotonic()

    def _note(self, event: Event, request: Request[Any], reply: bytes | None) -> bytes | None:
        quality = self.quality
        refused, self._refused = self._refused, isinstance(event, Refused)
        match event:
            case MessageReceived(data):
                return data
            case PacketReceived(packet):
                self.quality = replace(quality, packets=quality.packets + 1)
                if self.on_bytes is not None:
                    self.on_bytes(len(packet.data))
            case PacketSent(_, 1):
                self.quality = replace(quality, sent=quality.sent + 1)
            case PacketSent():
                self.quality = replace(quality, retries=quality.retries + 1)
                if not refused:
                    self.doubt(request)
            case Refused():
                self.quality = replace(quality, naks=quality.naks + 1)
            case Repeated():
                self.quality = replace(quality, repeats=quality.repeats + 1)
            case Garbage(data):
                self.quality = replace(quality, garbage_bytes=quality.garbage_bytes + len(data))
            case LinkFailed(reason, attempts):
                raise LinkError(reason, self.port.name, attempts, request.title)
            case _:
                pass
        return reply
