"""A served tape on every kind of port: in memory, on a pty, on TCP, and inside the program by name."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

from fieldpro.app import open_transport
from fieldpro.errors import PortBusy, PortNotFound, TransportError
from fieldpro.session.meter_session import MeterSession
from fieldpro.session.tables import read_table
from fieldpro.simulator import MemoryServer, PtyServer, TcpServer
from fieldpro.transports.base import Transport
from table_playback.serve import TapeMeter, meter_of_tape
from table_playback.serve.inside import serve
from table_playback.tape import Tape


@pytest.fixture
def tape(taped: Any) -> Tape:
    made: Tape = taped.log_on().read(1, b"one").read(23, bytes(range(256)) * 8).log_off().tape()
    return made


def read(transport: Transport, *numbers: int) -> list[bytes]:
    with MeterSession(transport, close_transport=True) as session:
        return [session.run(read_table(number)) for number in numbers]


def test_in_memory(tape: Tape) -> None:
    with MemoryServer(meter_of_tape(tape, order="strict")) as server:
        assert read(server.client, 1, 23) == [b"one", bytes(range(256)) * 8]


SERVERS: list[Callable[[TapeMeter], Any]] = [
    TcpServer,
    pytest.param(PtyServer, marks=pytest.mark.skipif(os.name != "posix", reason="ptys are POSIX's")),
]


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("order", ["strict", "free"])
def test_on_a_port_for_one_client_after_the_other(tape: Tape, server: Callable[[TapeMeter], Any], order: Any) -> None:
    with server(meter_of_tape(tape, order=order, loop=True)) as served:
        for _ in range(2):
            assert read(open_transport(served.url), 1, 23) == [b"one", bytes(range(256)) * 8]
        assert not served.meter.mismatches


def test_inside_the_program_by_name_one_client_at_a_time(tape: Tape) -> None:
    served = serve(meter_of_tape(tape, order="strict"))
    assert read(open_transport(served.url), 1) == [b"one"]
    client = open_transport(served.url)  # the one before has just left
    with pytest.raises(PortBusy):
        open_transport(served.url)
    assert read(client, 23) == [bytes(range(256)) * 8]  # and the tape is where it was
    last = open_transport(served.url)
    served.close()
    with pytest.raises(TransportError):
        read(last, 1)
    with pytest.raises(PortNotFound):
        open_transport(served.url)
