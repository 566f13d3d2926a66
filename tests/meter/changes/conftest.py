"""Virtual meters on a wire that can be cut, and the change sets written to them; nothing waits in real time."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from fieldpro.errors import FieldProError
from fieldpro.meter.changes import ChangeSet, Journal, Written, apply, edit
from fieldpro.meter.read import read_tables
from fieldpro.meter.view import MeterView

GENERAL = (0, 1, 2, 5, 6)
LIMITS = (21, 31, 41, 51, 61)
CONFIGURATION = (*GENERAL, *LIMITS, *range(10, 17), 22, 27, 32, 33, 34, 43, 44, 53, 54, 62, 2048)
BENCHMARKS = Path(__file__).parents[2] / "benchmark"


@pytest.fixture(scope="session")
def power_cut() -> Any:
    sys.path.insert(0, str(BENCHMARKS))
    try:
        import power_cut
    finally:
        sys.path.remove(str(BENCHMARKS))
    return power_cut


@dataclass
class Site:
    """One virtual meter, its journal, and whoever stands before it."""

    kit: Any
    name: str
    journal: Journal
    packet_size: int = 1024
    asked: list[Any] = field(default_factory=list)  # requests of the last conversation

    def __post_init__(self) -> None:
        self.meter, self.clock = self.kit.make_meter(self.name)

    def run(self, conversation: Any) -> Any:
        """A session of its own."""
        self.asked.clear()
        wire = self.kit.Wire(self.meter, self.clock)
        with self.kit.open_session(wire, self.name, packet_size=self.packet_size) as session:
            return session.run(self._watched(conversation))

    def view(self, *numbers: int) -> MeterView:
        return MeterView(self.run(read_tables(numbers or CONFIGURATION, only_listed=True)))

    def held(self, number: int) -> bytes:
        """What the meter really holds."""
        data: bytes = self.meter.device.bank.read(number)
        return data

    def edited(self, values: Mapping[str, Any]) -> ChangeSet:
        return edit(self.view(), values)

    def write(self, change_set: ChangeSet, **more: Any) -> Written:
        written: Written = self.run(apply(change_set, journal=self.journal, who="Ada", **more))
        return written

    def _watched(self, conversation: Any) -> Iterator[Any]:
        """Every step passes, and is noted."""
        try:
            step = next(conversation)
            while True:
                self.asked.append(step)
                try:
                    answer = yield step
                except FieldProError as error:
                    step = conversation.throw(error)
                else:
                    step = conversation.send(answer)
        except StopIteration as end:
            return end.value


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal", sync=lambda descriptor: None)


@pytest.fixture
def centron(power_cut: Any, journal: Journal) -> Site:
    return Site(power_cut, "centron", journal)


@pytest.fixture(params=["centron", "residential"])
def site(request: pytest.FixtureRequest, power_cut: Any, journal: Journal) -> Site:
    return Site(power_cut, request.param, journal)


@pytest.fixture
def make_site(power_cut: Any, journal: Journal) -> Callable[[str], Site]:
    return lambda name: Site(power_cut, name, journal)
