"""A client of a few lines for the virtual meter: no thread, no real time, nothing of FieldPro's own client."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from fieldpro.c12.link import Endpoint, LinkFailed, MessageReceived
from fieldpro.c12.psem import FullRead, FullWrite, Identify, Logon, Negotiate, Request, Security
from fieldpro.secret import Secret
from fieldpro.simulator import VirtualMeter, describe
from fieldpro.simulator.faults import FaultPlan

MOMENT = datetime(2026, 3, 1, 12, 7, 20, tzinfo=UTC).timestamp()


class Time:
    """Real time for the meter and the steady clock of the link, moved by hand."""

    def __init__(self, real: float = MOMENT) -> None:
        self.real = real
        self.steady = 1000.0

    def __call__(self) -> float:
        return self.real

    def pass_by(self, seconds: float) -> None:
        self.real += seconds
        self.steady += seconds


class Talk:
    """A client on a line to one meter. `ask` raises `ServiceRefused` as the services do, `LinkLost` when it is dead."""

    def __init__(self, meter: VirtualMeter, time: Time) -> None:
        self.meter, self.time = meter, time
        self.link = Endpoint()
        self.baud = 9600

    def ask(self, request: Request[Any]) -> Any:
        return request.decode_reply(self.say(request.encode()))

    def say(self, message: bytes) -> bytes:
        events = self.link.send(message, self.time.steady)
        while True:
            sent = self.link.outgoing()
            if self.baud == self.meter.baud:
                self.meter.receive(sent, self.time.steady)
            answer = self.meter.outgoing(self.time.steady)
            if answer and self.baud == self.meter.baud:
                events = self.link.receive(answer, self.time.steady)
            else:
                self.wait()
                events = self.link.tick(self.time.steady)
            for event in events:
                if isinstance(event, LinkFailed):
                    raise LinkLost(event.reason)
                if isinstance(event, MessageReceived):
                    self.meter.receive(self.link.outgoing(), self.time.steady)
                    return event.data

    def start_again(self) -> None:
        """The client's end in the base state."""
        self.link.restart()
        self.baud = 9600

    def wait(self) -> None:
        """Until the next moment at which either end has something to do."""
        due = [at for at in (self.link.deadline, self.meter.deadline) if at is not None]
        assert due, "both ends wait for ever"
        self.time.pass_by(max(min(due) - self.time.steady, 0.001))
        self.meter.tick(self.time.steady)

    def log_on(self, password: str = "", *, negotiate: bool = True) -> Talk:
        self.ask(Identify())
        if negotiate:
            agreed = self.ask(Negotiate(1024, 255, (57600, 9600)))
            self.link.apply(agreed.packet_size, agreed.packet_count, baud=agreed.baud)
            self.baud = agreed.baud
        self.ask(Logon(7, "TEST"))
        if password:
            self.ask(Security(Secret.from_text(password)))
        return self

    def log_on_again(self, password: str = "") -> Talk:
        """A new session, after the old one was left."""
        self.meter.line_dropped()
        self.start_again()
        return self.log_on(password)

    def read(self, number: int) -> bytes:
        data: bytes = self.ask(FullRead(number)).data
        return data

    def values(self, number: int) -> Any:
        return self.meter.device.bank.layout(number).decode(self.read(number)).values

    def run(self, number: int, parameters: bytes = b"", *, selector: int = 0) -> tuple[int, bytes]:
        """A procedure: its result and its response data. Least significant byte first, as `centron` has it."""
        self.ask(FullWrite(7, (number | selector << 12).to_bytes(2, "little") + b"\x2a" + parameters))
        answer = self.read(8)
        assert answer[:3] == (number | selector << 12).to_bytes(2, "little") + b"\x2a"
        return answer[3], answer[4:]


class LinkLost(Exception):
    pass


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def talk(time: Time) -> Callable[..., Talk]:
    """Makes a client on a new meter: `talk("centron", faults="nak:2", days=10)`."""

    def make(name: str = "centron", *, faults: str = "", description: Any = None, **overrides: int) -> Talk:
        described = describe.overridden(description or describe.load(name), **overrides)
        return Talk(VirtualMeter(described, clock=time, faults=FaultPlan.parse(faults)), time)

    return make


@pytest.fixture
def link_lost() -> type[LinkLost]:
    return LinkLost
