"""A line to a served meter in a time of its own: no thread, no waiting, every byte kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from fieldpro.c12.link.monitor import Monitor, WireItem
from fieldpro.c12.psem import (
    FullRead,
    FullWrite,
    Identify,
    IdentifyReply,
    Logoff,
    Logon,
    Negotiate,
    NegotiateReply,
    Ok,
    ReadReply,
    Refusal,
    ResponseCode,
    Security,
    Standard,
    Terminate,
)
from fieldpro.secret import Secret
from fieldpro.session.meter_session import MeterSession
from fieldpro.session.plan import SessionPlan
from fieldpro.simulator import VirtualMeter, describe
from fieldpro.simulator.port import Port
from table_playback.tape import Header, Step, TableImage, Tape
from table_playback.tape.messages import step_of

MOMENT = datetime(2026, 3, 1, 12, 7, tzinfo=UTC)


class Line:
    """The client's end of a port, and the clock that both ends live by. `heard`: (direction, bytes, time)."""

    name = "line"

    def __init__(self, meter: Port) -> None:
        self.meter = meter
        self.now = 1000.0
        self.baud = 9600
        self.heard: list[tuple[str, bytes, float]] = []

    # a clock

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.read(seconds)

    # a transport

    def set_baud(self, baud: int) -> None:
        self.baud = baud

    def write(self, data: bytes) -> None:
        self.heard.append((">", data, self.now))
        self.meter.receive(data, self.now)

    def read(self, timeout_s: float) -> bytes:
        end = self.now + timeout_s
        while True:
            data = self.meter.outgoing(self.now)
            if data:
                self.heard.append(("<", data, self.now))
                return data
            deadline = self.meter.deadline
            if deadline is None or deadline > end:
                self.now = max(self.now, end)
                return b""
            self.now = max(self.now, deadline)
            self.meter.tick(self.now)

    def discard_input(self) -> None:
        self.meter.outgoing(self.now)

    def cancel_read(self) -> None:
        pass

    def close(self) -> None:
        pass

    # what a test wants to know

    def wire(self) -> list[WireItem]:
        """What went over the wire, as the monitor reads it."""
        monitor = Monitor()
        items = [item for direction, data, time in self.heard for item in monitor.feed(direction, data, time)]
        return items + monitor.flush()

    def session(self, password: str = "", **plan: Any) -> MeterSession:
        secret = Secret.from_text(password) if password else None
        return MeterSession(self, SessionPlan(password=secret, **plan), clock=self)


@pytest.fixture
def line() -> Callable[[Port], Line]:
    return Line


TABLE_1 = b"FPROVCENTRON\1\2\3\4" + b"0000000012345678"


class Taped:
    """A tape written by hand: `say(request, reply)` for every step."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def say(self, request: Any, reply: Any, duration_s: float | None = None, **more: Any) -> Taped:
        from dataclasses import replace

        number = len(self.steps) + 1
        message = request if isinstance(request, bytes) else request.encode()
        answer = reply if isinstance(reply, bytes | None) else reply.encode()
        step = step_of(message, answer, number=number, time_s=float(number), duration_s=duration_s)
        self.steps.append(replace(step, **more))
        return self

    def log_on(self, password: str = "") -> Taped:
        self.say(Identify(), IdentifyReply(Standard.C12_18, 1, 0))
        self.say(Negotiate(256, 32, (57600, 9600)), NegotiateReply(256, 32, 57600))
        self.say(Logon(1, "TEST"), Ok())
        return self.say(Security(Secret.from_text(password)), Ok()) if password else self

    def read(self, number: int, data: bytes, **more: Any) -> Taped:
        return self.say(FullRead(number), ReadReply(data), **more)

    def write(self, number: int, data: bytes, **more: Any) -> Taped:
        return self.say(FullWrite(number, data), Ok(), **more)

    def refuse(self, request: Any, code: ResponseCode, **more: Any) -> Taped:
        return self.say(request, Refusal(code), **more)

    def log_off(self) -> Taped:
        return self.say(Logoff(), Ok()).say(Terminate(), Ok())

    def tape(self, images: dict[int, TableImage] | None = None, **header: Any) -> Tape:
        return Tape(Header(None, MOMENT, MOMENT, **header), tuple(self.steps), images or {})


@pytest.fixture
def taped() -> Taped:
    return Taped()


@pytest.fixture(scope="session")
def real_tables() -> dict[int, bytes]:
    """Every table of a virtual meter, as it holds them at one moment."""
    meter = VirtualMeter(describe.overridden(describe.load("centron"), days=3), clock=MOMENT.timestamp)
    return {number: meter.device.bank.read(number) for number in sorted(meter.device.bank.numbers)}
