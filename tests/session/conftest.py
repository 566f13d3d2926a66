"""A small meter and a wire in a time of their own: sessions are tested without waiting for anything.

The meter is made of the packet layer alone and a handful of tables. The wire carries real bytes through a real
transport (memory, pty, TCP) and keeps the time: a read moves the clock to the next byte or to its own time limit.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from fieldpro.c12.link.endpoint import Endpoint, LinkSettings
from fieldpro.c12.link.events import (
    Acknowledged,
    LinkFailed,
    MessageDelivered,
    MessageReceived,
    PacketReceived,
    Repeated,
)
from fieldpro.c12.link.timing import C12_18, Timing
from fieldpro.c12.psem.codes import ResponseCode
from fieldpro.c12.psem.full_read import FullRead
from fieldpro.c12.psem.full_write import FullWrite
from fieldpro.c12.psem.identification import Identify, IdentifyReply
from fieldpro.c12.psem.logoff import Logoff
from fieldpro.c12.psem.logon import Logon, LogonReply
from fieldpro.c12.psem.message import Ok, Refusal
from fieldpro.c12.psem.negotiate import Negotiate, NegotiateReply
from fieldpro.c12.psem.offset_read import OffsetRead
from fieldpro.c12.psem.order import State, is_allowed, next_state
from fieldpro.c12.psem.security import Security
from fieldpro.c12.psem.services import decode_request
from fieldpro.c12.psem.table_data import ReadReply
from fieldpro.c12.psem.terminate import Terminate
from fieldpro.c12.psem.timing_setup import TimingSetup, TimingSetupReply
from fieldpro.errors import MessageError
from fieldpro.transports import open_port
from fieldpro.transports.base import Transport
from fieldpro.transports.memory import pipe
from fieldpro.transports.probed import ProbedPort
from fieldpro.transports.pty import PtyPort
from fieldpro.transports.tcp import TcpListener

SMALL, MIDDLE, LARGE, SECRET = 1, 5, 64, 2049
TABLES = {
    SMALL: b"ACMEMODEL   \x01\x02\x03\x04" + b"0000000012345678",
    MIDDLE: random.Random(5).randbytes(700),
    LARGE: random.Random(64).randbytes(20_000),
    SECRET: b"not for you",
}


class FakeClock:
    def __init__(self) -> None:
        self.now = 1000.0
        self.slept = 0.0

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return 1_700_000_000 + self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept += seconds


@dataclass
class ScriptedMeter:
    """A meter of few words. `services` is what it was asked, by class name; `heard` the requests themselves."""

    tables: dict[int, bytes] = field(default_factory=lambda: dict(TABLES))
    refused: dict[int, int] = field(default_factory=lambda: {SECRET: ResponseCode.ISC})
    bauds: tuple[int, ...] = (9600, 14400, 19200, 28800)
    packet_size: int = 256
    packet_count: int = 32
    password: bytes | None = None
    standard: int = 0
    negotiates: bool = True
    offset_access: bool = True
    busy: list[int] = field(default_factory=list)  # response codes for the next reads
    deaf_bauds: frozenset[int] = frozenset()
    silent_after: int | None = None  # requests, then it says nothing more
    silent_for: int = 10**9  # requests it does not hear then
    identity: int = 0
    timing: Timing = C12_18

    def __post_init__(self) -> None:
        self.endpoint = Endpoint(LinkSettings(identity=self.identity), self.timing)
        self.state = State.BASE
        self.baud = 9600
        self.services: list[str] = []
        self.heard: list[Any] = []
        self.written: list[tuple[int, bytes]] = []
        self._agreed: NegotiateReply | None = None
        self._heard_at = 0.0

    @property
    def deadline(self) -> float | None:
        if self.state is State.BASE:
            return self.endpoint.deadline
        idle = self._heard_at + self.endpoint.timing.traffic_s
        due = self.endpoint.deadline
        return idle if due is None else min(due, idle)

    def receive(self, data: bytes, now: float) -> None:
        self._take(self.endpoint.receive(data, now), now)

    def tick(self, now: float) -> None:
        self._take(self.endpoint.tick(now), now)
        if self.state is not State.BASE and now >= self._heard_at + self.endpoint.timing.traffic_s:
            self.back_to_base()

    def outgoing(self) -> bytes:
        return self.endpoint.outgoing()

    def back_to_base(self) -> None:
        self.state = State.BASE
        self.baud = 9600
        self.endpoint.restart()
        self._agreed = None

    def _take(self, events: list[Any], now: float) -> None:
        for event in events:
            if isinstance(event, Acknowledged | PacketReceived | Repeated):
                self._heard_at = now
            match event:
                case MessageReceived(data):
                    reply = self._serve(data)
                    if reply is not None:
                        self.endpoint.send(reply, now)
                case MessageDelivered():
                    if self._agreed is not None:
                        agreed, self._agreed = self._agreed, None
                        self.endpoint.apply(agreed.packet_size, agreed.packet_count, baud=agreed.baud)
                        self.baud = agreed.baud or self.baud
                    if self.services and self.services[-1] == "Terminate":
                        self.back_to_base()
                case LinkFailed():
                    self.back_to_base()

    def _serve(self, data: bytes) -> bytes | None:
        try:
            request = decode_request(data)
        except MessageError:
            return Refusal(ResponseCode.SNS).encode()
        if self.silent_after is not None and len(self.services) >= self.silent_after and self.silent_for > 0:
            self.silent_for -= 1
            self.services.append("(silence)")
            return None
        self.services.append(type(request).__name__)
        self.heard.append(request)
        if not is_allowed(self.state, request):
            return Refusal(ResponseCode.ISSS).encode()
        answer = self._answer(request)
        if not isinstance(answer, Refusal):
            state = next_state(self.state, request)
            self.state = State.SESSION if isinstance(request, Terminate) else state
        return answer.encode()

    def _answer(self, request: Any) -> Any:
        match request:
            case Identify():
                return IdentifyReply(self.standard, 1, 0)
            case Negotiate():
                if not self.negotiates:
                    return Refusal(ResponseCode.SNS)
                baud = max((b for b in request.bauds if b in self.bauds), default=None)
                self._agreed = NegotiateReply(
                    min(self.packet_size, request.packet_size), min(self.packet_count, request.packet_count), baud
                )
                return self._agreed
            case TimingSetup():
                return TimingSetupReply(request.traffic_s, request.inter_character_s, request.response_s, 3)
            case Logon():
                return LogonReply()
            case Security():
                return Ok() if request.password.reveal().rstrip() == self.password else Refusal(ResponseCode.ISC)
            case FullRead() | OffsetRead():
                return self._read(request)
            case FullWrite():
                self.written.append((request.table, request.data))
                return Ok()
            case Logoff() | Terminate():
                return Ok()
            case _:
                return Refusal(ResponseCode.SNS)

    def _read(self, request: Any) -> Any:
        if self.busy:
            return Refusal(ResponseCode(self.busy.pop(0)))
        if request.table in self.refused:
            return Refusal(ResponseCode(self.refused[request.table]))
        if request.table not in self.tables:
            return Refusal(ResponseCode.IAR)
        data = self.tables[request.table]
        if isinstance(request, OffsetRead):
            if not self.offset_access:
                return Refusal(ResponseCode.SNS)
            data = data[request.offset : request.offset + request.count]
        if len(data) + 4 > self.endpoint.capacity:
            return Refusal(ResponseCode.ONP)
        return ReadReply(data)


Fault = Callable[[bytes, random.Random], list[tuple[float, bytes]]]


def clean(data: bytes, rng: random.Random) -> list[tuple[float, bytes]]:
    return [(0.0, data)]


class SimWire:
    """The client's end of the wire, a `Transport`. `to_meter` and `to_client` say what the wire does to bytes."""

    def __init__(
        self,
        meter: ScriptedMeter,
        ends: tuple[Transport, Transport],
        clock: FakeClock,
        *,
        to_meter: Fault = clean,
        to_client: Fault = clean,
        echo: bool = False,
        paced: bool = False,
        seed: int = 0,
    ) -> None:
        self.meter, self.clock = meter, clock
        self.client_end, self.meter_end = ends
        self.to_meter, self.to_client = to_meter, to_client
        self.echo, self.paced = echo, paced
        self.rng = random.Random(seed)
        self.transcript: list[tuple[float, str, bytes]] = []
        self.on_read: Callable[[], None] | None = None
        self.gone = False
        self._cancelled = False
        self._events: list[tuple[float, int, str, int, bytes]] = []
        self._order = itertools.count()
        self._busy_until = {">": 0.0, "<": 0.0}

    @property
    def name(self) -> str:
        return self.client_end.name

    @property
    def baud(self) -> int:
        return self.client_end.baud

    def set_baud(self, baud: int) -> None:
        self.client_end.set_baud(baud)

    def write(self, data: bytes) -> None:
        self.client_end.write(data)
        carried = _carry(self.meter_end, len(data))
        self.transcript.append((self.clock.now, ">", carried))
        if self.echo:
            self._schedule("<", carried, self.to_client, self.baud)
        self._schedule(">", carried, self.to_meter, self.baud)

    def read(self, timeout_s: float) -> bytes:
        until = self.clock.now + timeout_s
        while True:
            if self.on_read is not None:
                self.on_read()
            if self.gone or self._cancelled:
                self._cancelled = False
                return self.client_end.read(0)
            due = self._events[0][0] if self._events else None
            tick = self.meter.deadline
            nearest = min((time for time in (due, tick) if time is not None), default=None)
            if nearest is None or nearest > until:
                self.clock.now = max(self.clock.now, until)
                return b""
            self.clock.now = max(self.clock.now, nearest)
            if due is None or due > nearest:
                self.meter.tick(self.clock.now)
                self._from_meter()
                continue
            _, _, direction, baud, data = heapq.heappop(self._events)
            if direction == "<":
                self.transcript.append((self.clock.now, "<", data))
                self.meter_end.write(data)
                return _carry(self.client_end, len(data))
            if self.meter.baud == baud and baud not in self.meter.deaf_bauds:
                self.meter.receive(data, self.clock.now)
            self._from_meter()

    def _from_meter(self) -> None:
        data = self.meter.outgoing()
        if data:
            self._schedule("<", data, self.to_client, self.meter.baud)

    def _schedule(self, direction: str, data: bytes, fault: Fault, baud: int) -> None:
        at = max(self.clock.now, self._busy_until[direction])  # no wire lets bytes overtake each other
        for delay_s, chunk in fault(data, self.rng):
            if self.paced:
                at += len(chunk) * 10 / baud
            at += delay_s
            if chunk:
                heapq.heappush(self._events, (at, next(self._order), direction, baud, chunk))
        self._busy_until[direction] = at

    def discard_input(self) -> None:
        """What is still on the wire will come all the same."""
        self.client_end.discard_input()

    def cancel_read(self) -> None:
        self._cancelled = True
        self.client_end.cancel_read()

    def close(self) -> None:
        self.client_end.close()


def _carry(end: Transport, count: int) -> bytes:
    data = b""
    while len(data) < count:
        chunk = end.read(5.0)
        assert chunk, "the transport under the test lost bytes"
        data += chunk
    return data


def _memory_ends() -> Iterator[tuple[Transport, Transport]]:
    ends = pipe("memory")
    yield ends
    ends[0].close()


def _bare(port: Transport) -> Transport:
    """Without the probe on it: the session brings its own."""
    return port.inner if isinstance(port, ProbedPort) else port


def _pty_ends() -> Iterator[tuple[Transport, Transport]]:
    server = PtyPort()
    client = _bare(open_port(server.path))
    yield client, server
    client.close()
    server.close()


def _tcp_ends() -> Iterator[tuple[Transport, Transport]]:
    listener = TcpListener()
    client = _bare(open_port(listener.url))
    server = listener.accept(5.0)
    assert server is not None
    yield client, server
    client.close()
    server.close()
    listener.close()


CARRIERS = {"memory": _memory_ends, "pty": _pty_ends, "tcp": _tcp_ends}


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def memory_ends() -> Iterator[tuple[Transport, Transport]]:
    yield from _memory_ends()


@pytest.fixture(params=sorted(CARRIERS))
def ends(request: pytest.FixtureRequest) -> Iterator[tuple[Transport, Transport]]:
    """Both ends of every kind of transport that there is: whatever is added here inherits the bad-wire suite."""
    yield from CARRIERS[request.param]()


@pytest.fixture
def lab() -> Any:
    """The names of this module, for tests: importing between test files is not done here."""
    import sys

    return sys.modules[__name__]
