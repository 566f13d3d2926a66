"""Bytes of any kind, in pieces of any kind: no exception, no endless work, no endless memory."""

from __future__ import annotations

import sys
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldpro.c12.link import Endpoint, Event, LinkSettings, MessageReceived, Monitor, Packet, PacketControl

signals = st.sampled_from([b"\x06", b"\x15", b"\xee", b"\x55", b"\xee\x00\x00\x00\x00", b"\xee\x00\xc0\x02"])
packets = st.builds(
    lambda control, sequence, data: Packet(0, control, sequence if control & 0x80 else 0, data).encode(),
    st.sampled_from([0x00, 0x20, 0x80, 0xA0, 0xC0, 0xE0]),
    st.integers(0, 3),
    st.binary(max_size=20),
)
bytes_on_the_wire = signals | packets | st.binary(max_size=30)
steps = st.lists(
    st.tuples(st.sampled_from(["receive", "tick", "send", "restart", "outgoing"]), bytes_on_the_wire, st.floats(0, 3)),
    max_size=40,
)


@given(steps, st.booleans(), st.booleans())
@settings(max_examples=300, deadline=None)
def test_an_endpoint_takes_anything(script: list[tuple[str, bytes, float]], echo: bool, opened: bool) -> None:
    endpoint = Endpoint(LinkSettings(echo=echo))
    now = 0.0
    failed = False
    for action, data, pause in script:
        now += pause
        events: list[Event] = []
        if action == "receive":
            events = endpoint.receive(data, now)
        elif action == "tick":
            events = endpoint.tick(now)
        elif action == "outgoing":
            endpoint.outgoing()
        elif action == "restart":
            endpoint.restart()
            failed = False
        elif not endpoint.is_sending and endpoint.state.value == "open":
            events = endpoint.send(data[:56], now)
        assert not (failed and events), "an endpoint in error does nothing"
        failed = failed or any(type(event).__name__ == "LinkFailed" for event in events)
        assert failed == (endpoint.state.value == "error")


@given(st.lists(bytes_on_the_wire, max_size=12), st.integers(1, 9))
@settings(deadline=None)
def test_the_size_of_the_pieces_makes_no_difference(pieces: list[bytes], step: int) -> None:
    stream = b"".join(pieces)
    whole, chopped = Endpoint(), Endpoint()
    events = whole.receive(stream, 0.0)
    others: list[Event] = []
    for start in range(0, len(stream), step):
        others += chopped.receive(stream[start : start + step], 0.0)
    assert _got(others + chopped.tick(10.0)) == _got(events + whole.tick(10.0))
    assert chopped.outgoing() == whole.outgoing()


def _got(events: list[Event]) -> list[Event]:
    return [event for event in events if isinstance(event, MessageReceived)]


def test_a_long_packet_in_single_bytes_costs_the_same_for_each(frames: dict[str, bytes]) -> None:
    endpoint = Endpoint()
    raw = Packet(0, 0, 0, bytes(8184)).encode()
    started = time.process_time()
    events = [event for byte in raw for event in endpoint.receive(bytes([byte]), 0.0)]
    assert time.process_time() - started < 1.0
    assert [type(event).__name__ for event in events] == ["PacketReceived", "MessageReceived"]


def test_endless_noise_is_not_kept() -> None:
    endpoint = Endpoint()
    held = 0
    for step in range(200):
        endpoint.receive(b"\x55" * 10_000, step * 0.001)
        held = max(held, sys.getsizeof(endpoint._receiver._buffer))
    assert held < 100_000


@pytest.mark.parametrize("noise", [b"\xee" * 6, b"\xee\x00\x00\x00\x1f\xf8", b"\xee\xee\x00\x00\x00\x00"])
def test_noise_full_of_starts_is_searched_in_bounded_time(noise: bytes) -> None:
    endpoint = Endpoint()
    endpoint.receive(b"\x55" + noise * 2700, 0.0)
    started = time.process_time()
    endpoint.tick(1.0)
    assert time.process_time() - started < 1.0


@given(st.lists(st.tuples(st.sampled_from("><"), bytes_on_the_wire, st.floats(0, 2)), max_size=30))
@settings(max_examples=200, deadline=None)
def test_a_monitor_takes_anything_and_loses_no_byte(records: list[tuple[str, bytes, float]]) -> None:
    monitor, now, items = Monitor(), 0.0, []
    for direction, data, pause in records:
        now += pause
        items += monitor.feed(direction, data, now)
    items += monitor.flush()
    for side in "><":
        heard = sum(len(data) for direction, data, _ in records if direction == side)
        assert sum(len(item.raw) for item in items if item.direction == side) == heard
    assert all(item.summary for item in items)


def test_a_monitor_does_not_keep_a_message_that_never_ends() -> None:
    monitor: Any = Monitor()
    for step in range(400):
        toggle = PacketControl.TOGGLE if step % 2 else 0
        monitor.feed("<", Packet(0, 0x80 | toggle, 5, bytes(1000)).encode(), step * 0.01)
    assert monitor._lanes["<"].size <= 1000
