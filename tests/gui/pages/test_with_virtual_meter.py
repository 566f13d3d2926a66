"""The three pages on a virtual meter, through the program's own desk: what a person does with them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from fieldpro.app import Desk
from fieldpro.gui.look import Look
from fieldpro.gui.pages.load_profile import LoadProfilePage
from fieldpro.gui.pages.tables import TablesPage
from fieldpro.gui.pages.tables_catalogue import find
from fieldpro.gui.pages.tables_detail import content_of
from fieldpro.gui.pages.wire import WirePage
from fieldpro.gui.pages.wire_model import is_problem
from fieldpro.gui.states import PageState
from fieldpro.gui.workbench import Workbench
from fieldpro.records import TableStatus
from fieldpro.settings import Settings

URL = "sim://centron?seed=3&days=40&at=2026-03-10T12:05"


@pytest.fixture
def bench(settings: Settings, qtbot: Any) -> Iterator[Workbench]:
    made = Workbench(settings, lambda: Desk(settings), Look())
    troubles: list[Any] = []
    made.troubled.connect(troubles.append)
    with qtbot.waitSignal(made.view_changed, timeout=30_000):
        made.connect_to(URL, title="the virtual meter")
    yield made
    assert made.close()
    assert troubles == []


def wait_for_view(bench: Workbench, qtbot: Any, page: Any, read: Any) -> None:
    with qtbot.waitSignal(bench.view_changed, timeout=60_000):
        read()
    page.show_view(bench.view)


def test_a_profile_is_read_then_only_what_is_new(bench: Workbench, qtbot: Any, hosted: Any) -> None:
    page = LoadProfilePage(bench)
    hosted(page, 1100, 700)
    page.show_view(bench.view)
    qtbot.waitUntil(lambda: page.states.state is PageState.EMPTY)
    wait_for_view(bench, qtbot, page, page.read_all)
    qtbot.waitUntil(lambda: page.data is not None, timeout=20_000)
    first = page.data
    assert first is not None
    assert len(first) >= 39 * 96
    assert [fold.begins for fold in first.time.folds] == [True]
    assert page.range_label.text().endswith("10 Mar 2026 07:00, UTC-06:00, in summer UTC-05:00")
    qtbot.waitUntil(lambda: not bench.jobs.busy)
    wait_for_view(bench, qtbot, page, page.read_new)
    qtbot.waitUntil(lambda: page.data is not first, timeout=20_000)
    second = page.data
    assert second is not None
    shared = min(len(first), len(second))
    assert len(second) >= len(first)
    assert np.array_equal(first.values[:shared], second.values[:shared], equal_nan=True)
    readout = bench.readout
    assert readout is not None
    assert readout.tables[64].status is TableStatus.READ
    assert readout.tables[64].parts == ()


def test_every_table_of_the_meter_is_decoded_or_says_why(bench: Workbench, qtbot: Any, hosted: Any) -> None:
    page = TablesPage(bench)
    hosted(page, 1100, 700)
    wait_for_view(bench, qtbot, page, bench.read)
    qtbot.waitUntil(lambda: page.detail.content is not None, timeout=20_000)
    readout = bench.readout
    assert readout is not None
    for number, reading in readout.tables.items():
        entry = find(page.groups, number)
        assert entry is not None
        content = content_of(bench.view.tables, entry, reading.data)
        if reading.status is TableStatus.READ:
            assert content.table is not None, (number, content.reason)
        else:
            assert content.reason, number


def test_the_wire_shows_the_conversation_without_a_problem(bench: Workbench, qtbot: Any, hosted: Any) -> None:
    page = WirePage(bench)
    hosted(page, 1100, 700)
    bench._tick_wire()
    qtbot.waitUntil(lambda: page.model.rowCount() > 50 and page._lane.idle, timeout=20_000)
    shown = page.model.shown()
    assert {"Identify", "Log on", "Read"} <= {item.service for item in shown}
    refused = [item.summary for item in shown if is_problem(item)]
    assert all(summary.startswith("refused") for summary in refused)
