"""The window when things go wrong in the middle: a meter that vanishes, a hurried person, broken files, no mouse."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from fieldpro.gui.registry import PAGES
from fieldpro.gui.standing import JobOutcome
from fieldpro.gui.start import make_window
from fieldpro.gui.states import PageState
from fieldpro.gui.window import Window
from fieldpro.settings import Settings
from fieldpro.simulator import TcpServer, VirtualMeter, describe

LONG_MS = 60_000
METER = "sim://centron?seed=6&days=3"


@pytest.fixture
def open_window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: Any) -> Iterator[Any]:
    monkeypatch.setenv("FIELDPRO_HOME", str(tmp_path))
    opened: list[Window] = []

    def make() -> Window:
        window = make_window(Settings(tmp_path / "settings.json"))
        opened.append(window)
        qtbot.addWidget(window)
        window.show()
        qtbot.waitExposed(window)
        return window

    yield make
    for window in opened:
        window.close()


def connect(window: Window, qtbot: Any, url: str) -> None:
    window.page.port.setEditText(url)
    qtbot.mouseClick(window.page.connect_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.page_id == "overview" and window.page.facts is not None, timeout=LONG_MS)


def test_a_meter_that_vanishes_in_the_middle_leaves_what_was_read_and_may_come_back(
    open_window: Any, qtbot: Any
) -> None:
    meter = VirtualMeter(describe.overridden(describe.load("centron"), days=20))
    window = open_window()
    with TcpServer(meter, pace=True) as server:
        connect(window, qtbot, server.url)
        had = len(window.workbench.readout.tables)
        window.actions_.by_id["meter.read-all"].trigger()
        jobs = window.workbench.jobs
        qtbot.waitUntil(lambda: jobs.job.outcome is JobOutcome.RUNNING and jobs.job.done > 0, timeout=LONG_MS)
    qtbot.waitUntil(lambda: jobs.job.outcome is not JobOutcome.RUNNING, timeout=LONG_MS)
    assert jobs.job.outcome is JobOutcome.FAILED
    assert len(window.workbench.readout.tables) >= had
    with TcpServer(meter, port=server.port):  # plugged in again
        window.actions_.by_id["meter.read-all"].trigger()
        qtbot.waitUntil(lambda: jobs.job.outcome is JobOutcome.RUNNING, timeout=LONG_MS)
        qtbot.waitUntil(lambda: jobs.job.outcome is not JobOutcome.RUNNING, timeout=LONG_MS)
        assert jobs.job.outcome is JobOutcome.DONE
    assert 64 in window.workbench.readout.tables


def test_twenty_pages_in_a_hurry_while_everything_is_read(open_window: Any, qtbot: Any) -> None:
    window = open_window()
    connect(window, qtbot, METER)
    before = window.workbench.view
    window.actions_.by_id["meter.read-all"].trigger()
    names = [page.id for page in PAGES]
    for turn in range(20):
        window.go(names[turn % len(names)])
        QApplication.processEvents()
    qtbot.waitUntil(lambda: window.workbench.view is not before, timeout=LONG_MS)
    assert 64 in window.workbench.readout.tables


@pytest.mark.parametrize("content", [b"\xff{nonsense", b"[1, 2]", b"", b'{"theme": 7, "scale": "wide"}'])
def test_broken_settings_are_no_reason_not_to_open(open_window: Any, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "settings.json").write_bytes(content)
    assert open_window().page_id == "connect"


def test_a_record_with_damaged_bytes_opens_and_says_so(open_window: Any, tmp_path: Path, qtbot: Any) -> None:
    window = open_window()
    connect(window, qtbot, METER)
    before = window.workbench.view
    window.actions_.by_id["meter.read-all"].trigger()
    qtbot.waitUntil(lambda: window.workbench.view is not before, timeout=LONG_MS)
    with qtbot.waitSignal(window.workbench.records_changed, timeout=LONG_MS):
        window.workbench.save()
    window.close()
    with sqlite3.connect(tmp_path / "fieldpro.sqlite3") as db:
        db.execute("UPDATE tables SET data = substr(data, 1, 7) WHERE number IN (0, 23, 64, 76)")
    db.close()
    again = open_window()
    again.workbench.open_record(1)
    qtbot.waitUntil(lambda: again.workbench.view is not None, timeout=LONG_MS)
    for page in ("overview", "load-profile", "tables", "wire", "records"):
        again.go(page)
        qtbot.wait(50)
    again.go("overview")
    qtbot.waitUntil(lambda: again.page.states.state in (PageState.FULL, PageState.FAILED), timeout=LONG_MS)
