"""The deck plays a tape as a meter, in the window, over TCP, with faults; a record becomes a virtual meter."""

from __future__ import annotations

from typing import Any

import pytest
from deck_driver import LONG_MS, click, connect, said

from fieldpro.gui.pages.tape_deck import TapeDeckPage
from fieldpro.gui.pages.tape_deck_serve import TCP, ServeOrder
from fieldpro.gui.window import Window


@pytest.fixture
def window(home_window: Window) -> Window:
    return home_window


def test_the_tape_becomes_the_meter_of_this_window_and_stops(deck: TapeDeckPage, window: Window, qtbot: Any) -> None:
    click(deck.serve_button, qtbot)
    click(deck.serve_panel.start_button, qtbot)
    qtbot.waitUntil(lambda: bool(deck.serving.url), timeout=LONG_MS)
    bench = window.workbench
    first = bench.view
    click(deck.serve_panel.connect_button, qtbot)
    qtbot.waitUntil(lambda: bench.view is not None and bench.view is not first and not bench.jobs.busy, timeout=LONG_MS)
    assert bench.view.identity.serial == "0000000061873204"
    qtbot.waitUntil(lambda: "answers" in deck.serve_panel.progress.accessibleName(), timeout=LONG_MS)
    window.go("tape-deck")
    click(deck.serve_panel.stop_button, qtbot)
    assert not deck.serving.is_on
    bench.disconnect_meter()


def test_a_fault_on_request_is_met_by_who_reads(deck: TapeDeckPage, window: Window, qtbot: Any) -> None:
    bench = window.workbench
    bench.disconnect_meter()
    deck.serve(ServeOrder(where=TCP, faults="time-out@6"))
    qtbot.waitUntil(lambda: bool(deck.serving.url), timeout=LONG_MS)
    assert deck.serving.url.startswith("socket://127.0.0.1:")
    deck.connect_to_served()
    qtbot.waitUntil(lambda: bench.view is not None and not bench.jobs.busy, timeout=LONG_MS)
    deck.stop()
    assert not deck.serving.is_on


def test_strictly_served_it_tells_what_was_asked_out_of_turn(deck: TapeDeckPage, window: Window, qtbot: Any) -> None:
    bench = window.workbench
    bench.disconnect_meter()
    deck.serve(ServeOrder(order="strict"))
    qtbot.waitUntil(lambda: bool(deck.serving.url), timeout=LONG_MS)
    bench.connect_to(deck.serving.url, title="strict")
    qtbot.waitUntil(lambda: deck.serving._step > 0, timeout=LONG_MS)
    qtbot.waitUntil(lambda: bench.jobs.job is not None and not bench.jobs.busy, timeout=LONG_MS)
    deck.serving._tick()
    assert "Step" in deck.serve_panel.progress.accessibleName()
    deck.serving.stop()


def test_faults_that_are_none_are_said(deck: TapeDeckPage, qtbot: Any) -> None:
    deck.serve(ServeOrder(faults="gremlins@3"))
    qtbot.waitUntil(lambda: bool(said(deck)), timeout=LONG_MS)
    assert "gremlins" in said(deck)[0]
    assert not deck.serving.is_on


def test_a_record_becomes_a_virtual_meter_in_one_step(window: Window, qtbot: Any) -> None:
    connect(window, qtbot)
    bench = window.workbench
    with qtbot.waitSignal(bench.records_changed, timeout=LONG_MS):
        bench.save()
    shown = bench.view.registers()
    window.go("records")
    page = window.page
    qtbot.waitUntil(lambda: len(page.model.rows) == 1, timeout=LONG_MS)
    first = bench.view
    click(page.virtual_button, qtbot)
    qtbot.waitUntil(lambda: bench.view is not None and bench.view is not first and not bench.jobs.busy, timeout=LONG_MS)
    assert window.page_id == "overview"
    assert bench.connected
    assert [(each.quantity, each.value) for each in bench.view.registers()] == [
        (each.quantity, each.value) for each in shown
    ]
