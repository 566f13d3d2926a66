"""A virtual meter and a conversation on one table: no thread, no line, time that moves only when somebody waits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from fieldpro.c12.psem import FullWrite, Identify, Logon, Negotiate, Security
from fieldpro.errors import FieldProError
from fieldpro.meter.procedures import Evidence
from fieldpro.secret import Secret
from fieldpro.session.conversation import AskFacts, Conversation, Pause, Progress, SessionFacts
from fieldpro.simulator import VirtualMeter, describe
from fieldpro.simulator.faults import FaultPlan

PASSWORDS = {"centron": "PRIMARY", "residential": "MASTER"}
MOMENT = "2026-03-20T16:34:20"
REQUEST_S = 0.05  # what one request takes on the line


@dataclass
class Bench:
    """One virtual meter and a client with a session on it. `hook` sees every request before it is answered."""

    name: str
    start: str = MOMENT
    password: str | None = None
    days: int = 10
    faults: str = ""
    hook: Callable[[Any], None] | None = None
    progress: list[Progress] = field(default_factory=list)
    asked: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.real = datetime.fromisoformat(self.start).replace(tzinfo=UTC).timestamp()
        description = describe.overridden(describe.load(self.name), days=self.days)
        self.meter = VirtualMeter(description, clock=lambda: self.real, faults=FaultPlan.parse(self.faults))
        self.log_on(self.password_now)

    def log_on(self, password: str) -> None:
        self.meter.line_dropped()
        self._say(Identify())
        if self.meter.description.link.negotiate:
            self._say(Negotiate(1024, 255, (9600,)))
        self._say(Logon(7, "TEST"))
        if password:
            self._say(Security(Secret.from_text(password)))

    @property
    def password_now(self) -> str:
        return PASSWORDS[self.name] if self.password is None else self.password

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.real, UTC)

    def evidence(self) -> Evidence:
        return Evidence(operator="Ada", now=self.now)

    def run(self, conversation: Conversation[Any]) -> Any:
        reply: Any = None
        error: FieldProError | None = None
        while True:
            try:
                item = conversation.send(reply) if error is None else conversation.throw(error)
            except StopIteration as end:
                return end.value
            reply, error = None, None
            try:
                reply = self._answer(item)
            except FieldProError as raised:
                error = raised

    def values(self, number: int) -> Any:
        """A table's content now, taken from inside the meter."""
        bank = self.meter.device.bank
        return bank.layout(number).decode(bank.read(number)).values

    @property
    def procedures_sent(self) -> list[int]:
        order = "big" if self.meter.device.bank.big else "little"
        writes = [item.data for item in self.asked if isinstance(item, FullWrite) and item.table == 7]
        return [int.from_bytes(data[:2], order) & 0x0FFF for data in writes]  # type: ignore[arg-type] # one of two

    def _answer(self, item: Any) -> Any:
        if isinstance(item, AskFacts):
            return SessionFacts("memory", 0, 1, 0, 1024, 255, 9600, "TEST", True)
        if isinstance(item, Progress):
            self.progress.append(item)
            return None
        if isinstance(item, Pause):
            self.real += item.seconds
            return None
        self.asked.append(item)
        if self.hook is not None:
            self.hook(item)
        return self._say(item)

    def _say(self, request: Any) -> Any:
        self.real += REQUEST_S
        return request.decode_reply(self.meter.device.answer(request.encode()).data)


@pytest.fixture
def bench() -> Callable[..., Bench]:
    return Bench


@pytest.fixture(params=["centron", "residential"])
def both(request: pytest.FixtureRequest) -> Bench:
    return Bench(request.param)
