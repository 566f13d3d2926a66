"""Virtual meters on a wire in memory, in a time of its own; tapes recorded from them, and played to them again."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from fieldpro.c12.dictionary import Tables
from fieldpro.c12.link.monitor import Monitor, WireKind
from fieldpro.c12.psem import FullRead, OffsetRead
from fieldpro.dictionaries import load_dictionary
from fieldpro.errors import FieldProError
from fieldpro.meter.changes import Journal
from fieldpro.meter.identity import identity_of
from fieldpro.secret import Secret
from fieldpro.session.conversation import Conversation, Pause
from fieldpro.session.meter_session import MeterSession
from fieldpro.session.plan import SessionPlan
from fieldpro.session.ticket import Ticket
from fieldpro.simulator import VirtualMeter, describe
from fieldpro.simulator.faults import FaultPlan
from fieldpro.transports.tap import Tap, TapRecord
from table_playback.play import PlayResult, StepResult, finish, plan, play
from table_playback.play.verbatim import Verbatim
from table_playback.tape.messages import step_of
from table_playback.tape.model import Header, Step, TableImage, Tape

BENCHMARKS = Path(__file__).parents[2] / "benchmark"
MOMENT = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEPT = (0, 1, 5, 6, 10, 11, 20, 21, 22, 23, 31, 33, 51, 52, 53, 2048, 2049)


@pytest.fixture(scope="session")
def kit() -> Any:
    sys.path.insert(0, str(BENCHMARKS))
    try:
        import power_cut
    finally:
        sys.path.remove(str(BENCHMARKS))
    return power_cut


class Listener:
    """What was said, message by message, as any listener on the transport hears it."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._monitor = Monitor()
        self._asked: tuple[float, bytes] | None = None

    def hear(self, record: TapRecord) -> None:
        for item in self._monitor.feed(record.direction, record.data, record.time):
            if item.kind is not WireKind.PACKET or not item.message or item.repeated:
                continue
            if item.direction == ">":
                self._asked = (item.time, item.message)
            elif self._asked is not None:
                at, request = self._asked
                number, duration_s = len(self.steps) + 1, item.time - at
                self.steps.append(step_of(request, item.message, number=number, time_s=at, duration_s=duration_s))
                self._asked = None


@dataclass
class Site:
    """One virtual meter and whoever stands before it."""

    kit: Any
    name: str
    journal: Journal
    told: list[StepResult] = field(default_factory=list)
    shown: list[Any] = field(default_factory=list)
    rights: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.meter, self.clock = self.kit.make_meter(self.name)
        self.listener = Listener()
        self.wire: Tap | None = None

    def another_meter(self, faults: str) -> None:
        """The same meter, as it was in the beginning, with faults."""
        description = describe.overridden(describe.load(self.name), days=1)
        self.meter = VirtualMeter(description, seed=3, clock=self.clock, faults=FaultPlan.parse(faults))

    @property
    def bank(self) -> Any:
        return self.meter.device.bank

    def held(self, number: int) -> bytes:
        data: bytes = self.bank.read(number)
        return data

    def session(self, run: Callable[[Any], Any]) -> Any:
        self.listener = Listener()
        wire = self.wire = Tap(self.kit.Wire(self.meter, self.clock), self.listener.hear, clock=self.clock)
        password = Secret.from_text(self.kit.PASSWORDS[self.name])
        session_plan = SessionPlan(password=password, packet_size=1024, packet_count=16, max_baud=9600)
        with MeterSession(wire, session_plan, clock=self.clock) as session:
            return run(session)

    def run(self, conversation: Conversation[Any], ticket: Ticket | None = None) -> Any:
        return self.session(lambda session: session.run(conversation, ticket))

    def record(self, requests: Iterable[Any], *, images: Sequence[int] = KEPT, title: str = "recorded") -> Tape:
        """A tape of a session in which these requests were made."""
        began = self.clock.time()

        def ask() -> Conversation[None]:
            for request in requests:
                if isinstance(request, float):
                    yield Pause(request)
                    continue
                try:
                    yield Verbatim(request.encode())
                except FieldProError:
                    continue

        self.run(ask())
        steps = [replace(s, number=n, time_s=s.time_s - began) for n, s in enumerate(self.listener.steps, 1)]
        tables = {n: TableImage(n, self.held(n), MOMENT) for n in images if self.bank.has(n)}
        identity = identity_of(tables_of(tables))
        header = Header(identity, MOMENT, MOMENT, "fieldpro-virtual", ("fieldpro-virtual",), title=title)
        return Tape(header, steps, tables)

    def play(self, tapes: Tape | Sequence[Tape], *, listen: bool = True, **more: Any) -> PlayResult:
        """Play it with everybody agreeing to everything, unless told otherwise."""
        planned = {key: more.pop(key) for key in ("first", "last", "only", "any_meter", "any_class") if key in more}
        ticket = more.pop("ticket", None)
        self.told.clear()
        options: dict[str, Any] = {
            "allow": self.rights.append,
            "confirm": self._confirm,
            "journal": self.journal,
            "on_step": self.told.append,
            "clock": self.clock,
            "now": lambda: datetime.fromtimestamp(self.clock.time(), UTC),
        }
        if listen:
            options["heard"] = lambda: self.listener.steps
        conversation = play(plan(tapes, **planned), **(options | more))
        result: PlayResult = self.run(conversation, ticket)
        return finish(result, self.listener.steps)

    def _confirm(self, writes: Any) -> bool:
        self.shown.append(writes)
        return True


def tables_of(tables: dict[int, TableImage]) -> Tables:
    return Tables(load_dictionary(("fieldpro-virtual",)), raw={n: image.data for n, image in tables.items()})


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal", sync=lambda descriptor: None)


@pytest.fixture
def centron(kit: Any, journal: Journal) -> Site:
    return Site(kit, "centron", journal)


@pytest.fixture(params=["centron", "residential"])
def site(request: pytest.FixtureRequest, kit: Any, journal: Journal) -> Site:
    return Site(kit, request.param, journal)


@pytest.fixture
def make_site(kit: Any, journal: Journal) -> Callable[[str], Site]:
    return lambda name: Site(kit, name, journal)


READS = (FullRead(0), FullRead(1), FullRead(6), OffsetRead(6, 4, 30), FullRead(52), FullRead(23), FullRead(21))
