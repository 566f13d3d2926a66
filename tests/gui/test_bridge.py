"""From worker threads into the GUI thread: in order, in one thread, in short pieces."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from fieldpro.errors import UsageError
from fieldpro.gui.bridge import SLICE_S, Bridge
from fieldpro.gui.lanes import Lane


def test_calls_come_in_order_and_in_the_gui_thread(qtbot: Any) -> None:
    bridge, seen = Bridge(), []

    def work() -> None:
        for number in range(1000):
            bridge.post(lambda number=number: seen.append((number, threading.current_thread())))

    threads = [threading.Thread(target=work)]
    for thread in threads:
        thread.start()
    qtbot.waitUntil(lambda: len(seen) == 1000)
    assert [number for number, _thread in seen] == list(range(1000))
    assert {thread for _number, thread in seen} == {threading.current_thread()}


def test_a_flood_lets_the_window_breathe(qtbot: Any) -> None:
    bridge, done = Bridge(), []
    for _ in range(40):
        bridge.post(lambda: (time.sleep(SLICE_S / 4), done.append(1)))
    bridge._drain()
    assert 0 < len(done) < 40
    qtbot.waitUntil(lambda: len(done) == 40)


def test_a_defect_in_one_call_does_not_lose_the_next(qtbot: Any) -> None:
    bridge, seen = Bridge(), []

    def defect() -> None:
        raise ValueError("a defect")

    with qtbot.captureExceptions() as caught:
        bridge.post(defect)
        bridge.post(lambda: seen.append(1))
        qtbot.waitUntil(lambda: seen == [1])
    assert [kind for kind, *_rest in caught] == [ValueError]


def test_nothing_comes_after_close(qtbot: Any) -> None:
    bridge, seen = Bridge(), []
    bridge.post(lambda: seen.append(1))
    bridge.close()
    bridge.post(lambda: seen.append(2))
    qtbot.wait(20)
    assert seen == []


@pytest.fixture
def lane(qtbot: Any) -> Any:
    made = Lane("test", Bridge())
    yield made
    assert made.close(2.0)


def test_a_lane_does_one_thing_after_the_other_elsewhere(lane: Lane, qtbot: Any) -> None:
    seen: list[Any] = []
    for number in range(5):
        lane.run(lambda number=number: (number, threading.current_thread().name), seen.append)
    qtbot.waitUntil(lambda: len(seen) == 5)
    assert seen == [(number, "fieldpro-test") for number in range(5)]
    qtbot.waitUntil(lambda: lane.idle)


def test_an_error_of_ours_goes_to_failed(lane: Lane, qtbot: Any) -> None:
    seen: list[Any] = []

    def work() -> None:
        raise UsageError("a", "b", "c")

    lane.run(work, None, seen.append)
    qtbot.waitUntil(lambda: len(seen) == 1)
    assert isinstance(seen[0], UsageError)


def test_a_defect_in_a_lane_is_raised_where_it_is_seen(lane: Lane, qtbot: Any) -> None:
    with qtbot.captureExceptions() as caught:
        lane.run(lambda: 1 // 0, None, None)
        qtbot.waitUntil(lambda: bool(caught))
    assert caught[0][0] is ZeroDivisionError
    seen: list[int] = []
    lane.run(lambda: 7, seen.append)
    qtbot.waitUntil(lambda: seen == [7])


def test_what_waits_is_dropped_at_close(qtbot: Any) -> None:
    lane, gate, seen = Lane("closing", Bridge()), threading.Event(), []
    lane.run(gate.wait)
    lane.run(lambda: seen.append(1))
    threading.Timer(0.05, gate.set).start()
    assert lane.close(2.0)
    assert seen == []
