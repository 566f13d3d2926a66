"""Tapes served inside the program: opened by their URL, one client at a time, gone once they are closed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fieldpro.app import open_transport
from fieldpro.c12.psem import FullRead
from fieldpro.errors import PortBusy, PortNotFound, TransportError
from fieldpro.session.meter_session import MeterSession
from fieldpro.session.plan import SessionPlan
from table_playback.serve import meter_of_images
from table_playback.serve.inside import Served, serve

TABLE = bytes(range(12))


@pytest.fixture
def served() -> Iterator[Served]:
    made = serve(meter_of_images({5: TABLE}))
    yield made
    made.close()


def read_once(url: str) -> bytes:
    transport = open_transport(url)
    try:
        with MeterSession(transport, SessionPlan()) as session:
            return session.run(ask())
    finally:
        transport.close()


def ask():  # type: ignore[no-untyped-def]  # a conversation
    return (yield FullRead(5)).data


def test_it_is_read_again_and_again(served: Served) -> None:
    assert read_once(served.url) == TABLE
    assert read_once(served.url) == TABLE
    assert served.is_serving


def test_two_are_two(served: Served) -> None:
    other = serve(meter_of_images({5: TABLE[::-1]}))
    assert other.url != served.url
    assert (read_once(served.url), read_once(other.url)) == (TABLE, TABLE[::-1])
    other.close()


def test_one_client_at_a_time(served: Served) -> None:
    first = open_transport(served.url)
    with pytest.raises(PortBusy):
        open_transport(served.url)
    first.close()


def test_closed_it_is_gone_for_those_who_come_and_those_who_are_there(served: Served) -> None:
    there = open_transport(served.url)
    served.close()
    served.close()
    assert not served.is_serving
    with pytest.raises(TransportError):
        there.read(5.0)
    with pytest.raises(PortNotFound):
        open_transport(served.url)
