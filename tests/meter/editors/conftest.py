"""Virtual meters on a wire in memory, read once for every editor."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from fieldpro.errors import FieldProError
from fieldpro.meter.changes import Journal
from fieldpro.meter.read import read_tables
from fieldpro.meter.view import MeterView
from fieldpro.records import ReadOut

BENCHMARKS = Path(__file__).parents[2] / "benchmark"


@cache
def kit() -> Any:
    sys.path.insert(0, str(BENCHMARKS))
    try:
        import power_cut
    finally:
        sys.path.remove(str(BENCHMARKS))
    return power_cut


@dataclass
class Site:
    """One virtual meter and its journal. `answers`: what a request is answered with instead of asking the meter."""

    name: str
    journal: Journal
    answers: Callable[[Any], FieldProError | None] = lambda request: None
    asked: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.meter, self.clock = kit().make_meter(self.name)

    def run(self, conversation: Any) -> Any:
        wire = kit().Wire(self.meter, self.clock)
        with kit().open_session(wire, self.name) as session:
            return session.run(self._watched(conversation))

    def _watched(self, conversation: Any) -> Generator[Any, Any, Any]:
        try:
            step = next(conversation)
            while True:
                self.asked.append(step)
                refusal = self.answers(step)
                if refusal is not None:
                    step = conversation.throw(refusal)
                    continue
                try:
                    answer = yield step
                except FieldProError as error:
                    step = conversation.throw(error)
                else:
                    step = conversation.send(answer)
        except StopIteration as end:
            return end.value

    def read(self) -> MeterView:
        return MeterView(self.run(read_tables()))

    def opens(self, password: str) -> bool:
        """Whether a password is one of this meter's."""
        from fieldpro.secret import Secret

        return bool(self.meter.device.bank.access.groups_of(Secret(password.encode().ljust(20))))


@cache
def read_out(name: str) -> ReadOut:
    meter, clock = kit().make_meter(name)
    with kit().open_session(kit().Wire(meter, clock), name) as session:
        found: ReadOut = session.run(read_tables())
    return found


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal", sync=lambda descriptor: None)


@pytest.fixture
def site(journal: Journal) -> Callable[[str], Site]:
    return lambda name: Site(name, journal)


@pytest.fixture
def view() -> Callable[[str], MeterView]:
    """What a saved read-out of a virtual meter shows."""
    return lambda name: MeterView(read_out(name))


@pytest.fixture
def centron(view: Callable[[str], MeterView]) -> MeterView:
    return view("centron")
