"""Someone opens the window, connects the virtual meter, looks at its pages, saves, restarts, opens the record again."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from fieldpro.gui.registry import PAGES
from fieldpro.gui.stall import StallWatch
from fieldpro.gui.standing import JobOutcome, Standing
from fieldpro.gui.start import make_window
from fieldpro.gui.states import PageState
from fieldpro.gui.window import Window
from fieldpro.settings import Settings

LONG_MS = 60_000
PAST_DAYS = 20
METER = f"sim://centron?seed=5&days={PAST_DAYS}"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FIELDPRO_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def open_window(home: Path, qtbot: Any) -> Iterator[Any]:
    """Opens a window on this home, as the program does; closes what was opened."""
    opened: list[Window] = []

    def make() -> Window:
        window = make_window(Settings(home / "settings.json"))
        opened.append(window)
        qtbot.addWidget(window)
        window.show()
        qtbot.waitExposed(window)
        window.workbench.attendance.begin()
        return window

    yield make
    for window in opened:
        window.close()


def connect(window: Window, qtbot: Any, url: str = METER) -> None:
    window.page.port.setEditText(url)
    with qtbot.waitSignal(
        window.workbench.view_changed, timeout=LONG_MS, check_params_cb=lambda view: view is not None
    ):
        qtbot.mouseClick(window.page.connect_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.page_id == "overview" and window.page.facts is not None, timeout=LONG_MS)


def read_everything(window: Window, qtbot: Any) -> None:
    before = window.workbench.view
    window.actions_.by_id["meter.read-all"].trigger()
    qtbot.waitUntil(lambda: window.workbench.view is not before, timeout=LONG_MS)


def what_is_shown(window: Window, qtbot: Any) -> tuple[Any, ...]:
    """What the Overview says, without what depends on whether the meter is there."""
    window.go("overview")
    qtbot.waitUntil(lambda: window.page.facts is not None and window.page.states.state is PageState.FULL)
    facts = window.page.facts
    return facts.figures, facts.registers, facts.flags, facts.events, facts.day, facts.phases, facts.identity


def test_from_connecting_to_opening_the_record_after_a_restart(open_window: Any, qtbot: Any) -> None:
    window = open_window()
    connect(window, qtbot)
    assert window.workbench.meter.standing is Standing.CONNECTED
    assert window.meter_bar.serial_label.text()
    read_everything(window, qtbot)
    assert 64 in window.workbench.readout.tables
    for page in PAGES:
        window.go(page.id)
        qtbot.waitUntil(lambda: window.page.states.state in (PageState.FULL, PageState.EMPTY), timeout=LONG_MS)
        if page.needs_meter:
            assert window.page.states.state is PageState.FULL, page.id
    shown = what_is_shown(window, qtbot)
    assert shown[4] is not None, "the strip of the last 24 hours"
    with qtbot.waitSignal(window.workbench.records_changed, timeout=LONG_MS):
        window.actions_.by_id["meter.save"].trigger()
    assert window.close()

    again = open_window()
    again.go("records")
    qtbot.waitUntil(lambda: len(again.page.model.rows) == 1, timeout=LONG_MS)
    with qtbot.waitSignal(again.workbench.view_changed, timeout=LONG_MS, check_params_cb=lambda view: view is not None):
        again.page.view.chosen.emit(0)
    assert again.workbench.meter.standing is Standing.SAVED
    assert what_is_shown(again, qtbot) == shown
    assert again.workbench.readout.tables[64].data == window.workbench.readout.tables[64].data


def test_cancelling_a_read_keeps_what_was_read_and_the_meter(open_window: Any, qtbot: Any) -> None:
    window = open_window()
    connect(window, qtbot, f"{METER}&pace=1")
    bench = window.workbench
    window.actions_.by_id["meter.read-all"].trigger()
    qtbot.waitUntil(lambda: bench.jobs.job.outcome is JobOutcome.RUNNING and bench.jobs.job.done > 0, timeout=LONG_MS)
    qtbot.mouseClick(window.job_bar.cancel_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bench.jobs.job.outcome is not JobOutcome.RUNNING, timeout=LONG_MS)
    assert bench.jobs.job.outcome is JobOutcome.CANCELLED
    assert bench.connected
    assert bench.view is not None


def test_closing_the_window_while_a_job_runs_ends_it_in_time(open_window: Any, qtbot: Any) -> None:
    window = open_window()
    connect(window, qtbot, f"{METER}&pace=1")
    window.actions_.by_id["meter.read-all"].trigger()
    bench = window.workbench
    qtbot.waitUntil(lambda: bench.jobs.job.outcome is JobOutcome.RUNNING, timeout=LONG_MS)
    started = time.monotonic()
    assert window.close()
    assert window.closed_in_time
    assert time.monotonic() - started < 10


def test_a_meter_that_does_not_exist_ends_in_a_message_on_connect(open_window: Any, qtbot: Any) -> None:
    window = open_window()
    window.page.port.setEditText("sim://no-such-meter")
    window.page.connect_meter()
    qtbot.waitUntil(lambda: bool(window.page.banners.banners), timeout=LONG_MS)
    assert window.workbench.meter.standing is Standing.NONE
    assert window.page_id == "connect"


def test_the_password_is_nowhere_on_the_wire_page_or_in_the_store(open_window: Any, home: Path, qtbot: Any) -> None:
    window = open_window()
    qtbot.keyClicks(window.page.password, "TERTIARY")
    connect(window, qtbot)
    bench = window.workbench
    qtbot.waitUntil(lambda: bool(bench.wire.take() or bench.wire.records))
    said = b"".join(record.data for record in bench.wire.records)
    assert b"TERTIARY" not in said
    assert said
    with qtbot.waitSignal(bench.records_changed, timeout=LONG_MS):
        bench.save()
    window.close()
    for file in home.rglob("*"):
        if file.is_file():
            assert b"TERTIARY" not in file.read_bytes(), file


@pytest.mark.figure
def test_the_window_never_stalls_while_a_read_runs(open_window: Any, qtbot: Any) -> None:
    window = open_window()
    connect(window, qtbot)
    watch = StallWatch()
    watch.start()
    read_everything(window, qtbot)
    assert watch.stop() < 0.05, f"{os.getloadavg()}"
