"""Virtual meters whose clock a test moves, and their tables as a reader has them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from fieldpro.c12.dictionary import Tables
from fieldpro.dictionaries import load_dictionary
from fieldpro.meter.calendar import TABLES, Calendar, read_calendar
from fieldpro.simulator import VirtualMeter, describe


@dataclass
class Wall:
    """One meter on a wall. `now` is real time, UTC."""

    name: str
    now: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC)
    meter: VirtualMeter = field(init=False)

    def __post_init__(self) -> None:
        self.meter = VirtualMeter(describe.load(self.name), clock=lambda: self.now.timestamp())

    def held(self, number: int) -> bytes:
        return self.meter.device.bank.read(number)

    def tables(self) -> Tables:
        bank = self.meter.device.bank
        raw = {number: bank.read(number) for number in TABLES if bank.has(number)}
        return Tables(load_dictionary(["fieldpro-virtual"]), raw=raw)

    def calendar(self) -> Calendar:
        return read_calendar(self.tables())


@pytest.fixture
def wall() -> Callable[[str], Wall]:
    return Wall


@pytest.fixture
def centron() -> Wall:
    return Wall("centron")
