"""One session with one meter, and the blocking driver that runs conversations in it.

    with MeterSession(transport, SessionPlan()) as session:
        data = session.run(read_table(1))

Whatever happens, the meter is logged off and told that it is over, within bounds. A link that dies in the middle of
a read is opened again and the read repeated; a write is never repeated, for nobody knows whether it was done.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import Any, Self, TypeVar

from fieldpro.c12.link.timing import C12_18
from fieldpro.c12.psem.codes import ResponseCode
from fieldpro.c12.psem.default_read import DefaultRead
from fieldpro.c12.psem.full_read import FullRead
from fieldpro.c12.psem.index_read import IndexRead
from fieldpro.c12.psem.message import Request
from fieldpro.c12.psem.offset_read import OffsetRead
from fieldpro.c12.psem.wait import Wait
from fieldpro.errors import (
    Cancelled,
    FieldProError,
    LinkError,
    MessageError,
    ProtocolError,
    ServiceRefused,
    TransportError,
)
from fieldpro.session.channel import Channel
from fieldpro.session.conversation import AskFacts, AskQuality, Conversation, Pause, Progress, SessionFacts
from fieldpro.session.events import Busy, Closed, LinkQuality, Opened, Quality, Reconnecting, SessionEvent
from fieldpro.session.opening import Limits, Opener, exchange
from fieldpro.session.plan import SessionPlan
from fieldpro.session.tables import REPLY_OVERHEAD
from fieldpro.session.ticket import Ticket
from fieldpro.transports.base import Transport
from fieldpro.transports.clock import SYSTEM_CLOCK, Clock
from fieldpro.transports.probed import ProbedPort, find_probed

T = TypeVar("T")

_READS = (FullRead, IndexRead, OffsetRead, DefaultRead)
_BUSY_FIRST_S = 0.25
_BUSY_LONGEST_S = 4.0
_KEEP_ALIVE_SHARE = 0.5  # of the channel traffic limit
_MOST_REFUSED_CANCELS = 1000
_SMALL_PACKET = 128  # after noise: shorter packets get through where long ones do not
_MANY_PACKETS = 255


class MeterSession:
    """`on_event` is called in the thread that runs the session. The transport is closed only when asked to."""

    def __init__(
        self,
        transport: Transport,
        plan: SessionPlan | None = None,
        *,
        on_event: Callable[[SessionEvent], None] | None = None,
        clock: Clock = SYSTEM_CLOCK,
        close_transport: bool = False,
    ) -> None:
        self.plan = plan or SessionPlan()
        self.was_cancelled = False  # the conversation run last was told of a cancel
        self._transport = transport
        self._on_event = on_event
        self._clock = clock
        self._close_transport = close_transport
        probe = find_probed(transport)
        if probe is None:
            transport = probe = ProbedPort(transport, clock=clock)
        self._channel = Channel(
            transport,
            probe=probe,
            identity=self.plan.identity,
            timing=self.plan.timing or C12_18,
            baud=self.plan.start_baud,
            clock=clock,
        )
        self._opener = Opener(self._channel, self.plan, self._tell)
        self._facts: SessionFacts | None = None
        self._alive = False
        self._reconnects_left = 0
        self._told_quality = LinkQuality()

    # --- opening and closing ------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @property
    def facts(self) -> SessionFacts:
        """What was agreed on. Raises `ProtocolError` before the session was opened."""
        if self._facts is None:
            raise ProtocolError("session", "an open session", "none")
        return self._facts

    @property
    def alive(self) -> bool:
        """Whether the meter is logged on and the link between two exchanges."""
        return self._alive and not self._channel.in_exchange

    @property
    def probe(self) -> ProbedPort:
        """The probe that the session talks through: its profile, and whether it echoes."""
        return self._channel.probe

    @property
    def quality(self) -> LinkQuality:
        """How good the line has been so far."""
        return replace(self._channel.quality, echo_damage=self._channel.probe.damaged_echo)

    def open(self, ticket: Ticket | None = None) -> SessionFacts:
        """Identify, negotiate, log on. On any failure the meter is terminated before the error goes on.

        Raises `LinkError`, `ServiceRefused`, `TransportError`, `Cancelled`.
        """
        self._reconnects_left = self.plan.reconnects
        with self._working_for(ticket):
            while True:
                try:
                    return self._open_once()
                except LinkError as error:
                    if not self._opener.identified or not self._reconnects_left:
                        raise
                    self._count_reconnect(error)
                finally:
                    if not self._alive:
                        self._end_session()
                self._channel.let_meter_time_out()

    def close(self) -> None:
        """Log off, terminate, and close the transport if that was asked for. A second call does nothing.

        Raises only what closing the transport raises.
        """
        try:
            self._end_session()
        finally:
            if self._close_transport:
                self._transport.close()

    def _open_once(self) -> SessionFacts:
        facts = self._facts = self._opener.open()
        self._alive = True
        self._tell(Opened(facts))
        return facts

    def _end_session(self) -> None:
        if not self._opener.identified:
            self._alive = False
            return
        clean = self._opener.close(alive=not self._channel.in_exchange)
        self._alive = False
        with contextlib.suppress(TransportError):
            self._channel.restart()
        self._tell_quality()
        self._tell(Closed(clean))

    # --- running conversations ----------------------------------------------------------------------------------

    def run(
        self,
        conversation: Conversation[T],
        ticket: Ticket | None = None,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> T:
        """Run a conversation to its end and give its result; what it does not catch is raised.

        A cancel is thrown into it as `Cancelled`, again at every request it still makes.
        """
        self.was_cancelled = False
        self._reconnects_left = self.plan.reconnects
        with self._working_for(ticket), contextlib.closing(conversation):
            answer: object = None
            error: FieldProError | None = None
            progress = _ByteProgress(on_progress)
            cancels = 0
            while True:
                try:
                    step = conversation.send(answer) if error is None else conversation.throw(error)
                except StopIteration as stop:
                    result: T = stop.value
                    return result
                answer = error = None
                if isinstance(step, Progress):
                    progress.report(step)
                    continue
                try:
                    self._raise_if_cancelled(ticket)
                    answer = self._answer(step, progress)
                except FieldProError as caught:
                    error = caught
                    if isinstance(caught, Cancelled):
                        self.was_cancelled = True
                        cancels += 1
                        if cancels > _MOST_REFUSED_CANCELS:
                            raise

    def _answer(self, step: object, progress: _ByteProgress) -> object:
        match step:
            case AskFacts():
                return self.facts
            case AskQuality():
                return self.quality
            case Pause(seconds):
                self._pause(seconds)
                return None
            case Request():
                progress.begin()
                self._channel.on_bytes = progress.add if isinstance(step, _READS) else None
                try:
                    return self._ask(step)
                finally:
                    self._channel.on_bytes = None
                    self._tell_quality()
            case _:
                raise TypeError(f"a conversation cannot yield {step!r}")

    def _ask(self, request: Request[Any]) -> object:
        """The reply; busy is waited for, a read outlives its link, and a session that the meter forgot is opened again.

        A refusal is a definite "not done": after one, a write may be asked for again.
        """
        is_read = isinstance(request, _READS)
        misread = False
        busy = 0
        while True:
            try:
                self._revive()
                return exchange(self._channel, request)
            except ServiceRefused as error:
                if error.response == ResponseCode.ISSS and self._reconnects_left:
                    self._alive = False
                    self._reconnects_left -= 1
                    self._tell(Reconnecting(error, self.plan.reconnects - self._reconnects_left))
                    continue
                worth = error.response == ResponseCode.BSY or (is_read and error.response == ResponseCode.DNR)
                if not worth or busy >= self.plan.busy_retries:
                    raise
                pause_s = min(_BUSY_LONGEST_S, _BUSY_FIRST_S * 2**busy)
                busy += 1
                self._tell(Busy(request.subject, error.response, pause_s))
                self._pause(pause_s)
            except MessageError:
                self._channel.doubt(request)
                if misread or not is_read:
                    raise
                misread = True
            except LinkError as error:
                self._alive = False
                if not is_read or not self._reconnects_left or error.reason == "too-long":
                    raise
                self._count_reconnect(error)

    def _revive(self) -> None:
        """Open the session again when the link died, or when the meter must have given it up in the meantime."""
        idle_s = self._clock.monotonic() - self._channel.last_sent
        if self.alive and idle_s <= self._channel.timing.traffic_s:
            return
        self._alive = False
        self._channel.let_meter_time_out()
        self._open_once()

    def _count_reconnect(self, error: LinkError) -> None:
        """One more attempt: slower and in shorter packets when noise ended the one before."""
        self._reconnects_left -= 1
        facts = self._facts
        if facts is not None and error.reason != "silent":
            limits = self._opener.limits
            size = limits.packet_size or facts.packet_size
            self._opener.limits = Limits(
                failed_bauds=limits.failed_bauds | ({facts.baud} - {self.plan.start_baud}),
                packet_size=max(_SMALL_PACKET, size // 4) if facts.packet_count == _MANY_PACKETS else size,
            )
        self._tell(Reconnecting(error, self.plan.reconnects - self._reconnects_left))

    def _pause(self, seconds: float) -> None:
        """Let time pass; a Wait request, granted or refused, keeps the channel open meanwhile."""
        until = self._clock.monotonic() + seconds
        traffic_s = self._channel.timing.traffic_s
        while True:
            now = self._clock.monotonic()
            silent_until = self._channel.last_sent + _KEEP_ALIVE_SHARE * traffic_s
            if self._alive and now >= silent_until and now < until:
                with contextlib.suppress(ServiceRefused, MessageError):
                    exchange(self._channel, Wait(min(255, math.ceil(traffic_s))))
                continue
            if now >= until:
                return
            self._channel.rest(min(until, silent_until if self._alive else until) - now)

    @contextlib.contextmanager
    def _working_for(self, ticket: Ticket | None) -> Any:
        self._channel.ticket = ticket
        try:
            if ticket is None:
                yield
            else:
                with ticket.waking(self._transport.cancel_read):
                    self._raise_if_cancelled(ticket)
                    yield
        finally:
            self._channel.ticket = None

    def _raise_if_cancelled(self, ticket: Ticket | None) -> None:
        if ticket is not None and ticket.cancelled:
            raise Cancelled(ticket.name)

    def _tell(self, event: SessionEvent) -> None:
        if self._on_event is not None:
            self._on_event(event)

    def _tell_quality(self) -> None:
        quality = self.quality
        if self._on_event is not None and quality != self._told_quality:
            self._told_quality = quality
            self._tell(Quality(quality))


class _ByteProgress:
    """Passes progress on, and between two reports of a read the bytes that have come in so far."""

    def __init__(self, on_progress: Callable[[Progress], None] | None) -> None:
        self._on_progress = on_progress
        self._last: Progress | None = None
        self._extra = 0

    def report(self, progress: Progress) -> None:
        self._last = progress
        self._extra = 0
        if self._on_progress is not None:
            self._on_progress(progress)

    def begin(self) -> None:
        self._extra = -REPLY_OVERHEAD

    def add(self, count: int) -> None:
        self._extra += count
        last = self._last
        if self._on_progress is None or last is None or last.unit != "bytes" or self._extra <= 0:
            return
        done = last.done + self._extra
        self._on_progress(replace(last, done=done if last.total is None else min(done, last.total)))
