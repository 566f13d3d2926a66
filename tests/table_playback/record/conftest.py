"""Conversations as a tap hears them, packet by packet, and sessions with a virtual meter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from fieldpro.c12.crc import crc_bytes
from fieldpro.simulator import MemoryServer, VirtualMeter, describe
from fieldpro.transports.base import Transport
from table_playback.record.exchanges import Exchanges

MOMENT = datetime(2026, 3, 1, 12, 7, tzinfo=UTC).timestamp()
ACK, NAK = b"\x06", b"\x15"


def packet(data: bytes, control: int = 0, sequence: int = 0) -> bytes:
    """ANSI C12.18: EE, identity, control, sequence, length (2), data, CRC."""
    body = bytes([0xEE, 0, control, sequence]) + len(data).to_bytes(2, "big") + data
    return body + crc_bytes(body)


class Wire:
    """What a tap hears, written down by hand: `wire >> bytes` is said to the meter, `wire << bytes` comes from it. Each
    record is `step_s` later than the one before."""

    def __init__(self) -> None:
        self.exchanges = Exchanges()
        self.now = MOMENT
        self.step_s = 0.01

    def __rshift__(self, data: bytes) -> Wire:
        return self._say(">", data)

    def __lshift__(self, data: bytes) -> Wire:
        return self._say("<", data)

    def wait(self, seconds: float) -> Wire:
        self.now += seconds
        return self

    def _say(self, direction: str, data: bytes) -> Wire:
        self.exchanges.feed(direction, data, self.now)
        self.now += self.step_s
        return self

    @property
    def steps(self) -> list[tuple[Any, ...]]:
        """(service, table, response, data) of every step."""
        return [(step.service, step.table, step.response, step.data) for step in self.exchanges.steps]

    @property
    def belongs(self) -> list[int]:
        """The step of every packet."""
        return [each.step for each in self.exchanges.wire]


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def open_meter() -> Iterator[Callable[..., Transport]]:
    """A virtual meter in memory, at a moment that does not move."""
    servers: list[MemoryServer] = []

    def make(name: str = "centron", **more: Any) -> Transport:
        meter = VirtualMeter(describe.load(name), clock=lambda: MOMENT, **more)
        servers.append(MemoryServer(meter))
        return servers[-1].client

    yield make
    for server in servers:
        server.client.close()
        server.close()
