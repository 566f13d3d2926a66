"""Visits in the window on virtual meters: from the order to the report; the wrong meter; what is left out, and why."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fieldpro.gui.attendance import Presence
from fieldpro.gui.pages.visit import VisitPage
from fieldpro.gui.start import make_window
from fieldpro.gui.states import PageState
from fieldpro.gui.window import Window
from fieldpro.settings import Settings
from fieldpro.visit_record import StepState

LONG_MS = 40_000


@pytest.fixture
def window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: Any) -> Iterator[Window]:
    monkeypatch.setenv("FIELDPRO_HOME", str(tmp_path / "home"))
    made = make_window(Settings(tmp_path / "settings.json"))
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    qtbot.waitExposed(made)
    made.workbench.attendance.begin()
    qtbot.waitUntil(lambda: made.workbench.attendance.presence is Presence.OPEN, timeout=LONG_MS)
    yield made
    made.close()


def connect(window: Window, qtbot: Any, url: str, password: str = "PRIMARY") -> None:
    bench = window.workbench
    before = bench.view
    bench.connect_to(url, title="the meter", user_id=2, user_name="Ada", password=password)
    qtbot.waitUntil(lambda: bench.view is not None and bench.view is not before, timeout=LONG_MS)
    qtbot.waitUntil(lambda: not bench.jobs.busy and window.page_id == "overview", timeout=LONG_MS)
    window.go("visit")


def begun(window: Window, qtbot: Any, order: dict[str, str], tmp_path: Path) -> VisitPage:
    """A visit out of an order file."""
    window.go("visit")
    page = window.page
    assert isinstance(page, VisitPage)
    path = tmp_path / "order.json"
    path.write_text(json.dumps(order))
    page.open_order(path)
    qtbot.waitUntil(lambda: page.job is not None, timeout=LONG_MS)
    return page


def settled(page: VisitPage, qtbot: Any) -> None:
    bench = page.workbench
    qtbot.waitUntil(lambda: not page._busy and not bench.jobs.busy and bench._store_lane.idle, timeout=LONG_MS)


def came_to(page: VisitPage, qtbot: Any, there: Callable[[], bool]) -> None:
    """Until it is so, or until the page says that something went wrong."""
    qtbot.waitUntil(lambda: there() or bool(failures(page)), timeout=LONG_MS)
    settled(page, qtbot)
    assert failures(page) == []


def failures(page: VisitPage) -> list[str]:
    return [f"{each.headline} {each.text}" for each in page.banners.banners if each.property("tone") == "bad"]


def do(page: VisitPage, qtbot: Any, step: str) -> None:
    """Press the button of the step, which must be the next one; wait until it is done."""
    assert page.step is not None
    assert page.step.id == step
    assert page.do_button.isEnabled(), page.why_not.text()
    page.do_button.click()
    came_to(page, qtbot, lambda: page.step is None or page.step.id != step)


def press(page: VisitPage, qtbot: Any, words: str, what: Callable[[], Any]) -> None:
    page.words.setText(words)
    before = page.step
    what()
    qtbot.waitUntil(lambda: page.step is not before, timeout=LONG_MS)
    settled(page, qtbot)


def states(page: VisitPage) -> dict[str, StepState]:
    assert page.record is not None
    return {step.id: step.state for step in page.record.steps}


def test_there_is_no_visit_until_one_is_begun(window: Window, qtbot: Any) -> None:
    window.go("visit")
    page = window.page
    assert isinstance(page, VisitPage)
    assert page.states.state is PageState.EMPTY
    page._show_start()
    page.start.begin_button.click()
    assert page.start.trouble.text() == "An order has a number."
    page.start.fields["number"].setText("4711")
    page.start.begin_button.click()
    qtbot.waitUntil(lambda: page.job is not None, timeout=LONG_MS)
    assert page.step is not None
    assert page.step.id == "order"
    do(page, qtbot, "order")
    assert page.why_not.text() == "Connect the meter for this step."
    assert not page.do_button.isEnabled()


def test_an_order_file_that_is_none_says_what_is_wrong(window: Window, qtbot: Any, tmp_path: Path) -> None:
    window.go("visit")
    page = window.page
    path = tmp_path / "order.toml"
    path.write_text('number = "1"\nkind = "dance"\n')
    page.open_order(path)
    qtbot.waitUntil(lambda: bool(page.banners.banners), timeout=LONG_MS)
    assert "order.toml" in page.banners.banners[0].text + page.banners.banners[0].headline


def test_a_meter_is_reprogrammed_and_the_report_tells_of_it(window: Window, qtbot: Any, tmp_path: Path) -> None:
    order = {"number": "4711", "kind": "program", "program": "commercial-tou", "premise": "12 Elm Street"}
    page = begun(window, qtbot, order, tmp_path)
    do(page, qtbot, "order")
    connect(window, qtbot, "sim://centron?seed=9031&days=2")
    do(page, qtbot, "identify")
    do(page, qtbot, "before")
    page.do_button.click()
    qtbot.waitUntil(lambda: page.change_set is not None, timeout=LONG_MS)
    settled(page, qtbot)
    assert page.change_set is not None
    count = len(page.change_set.different)
    assert page.do_button.text() == f"Write {count} changes"
    page.do_button.click()
    assert page.dialog is not None
    page.dialog.do_button.click()
    came_to(page, qtbot, lambda: page.step is not None and page.step.id == "clock")
    do(page, qtbot, "clock")
    do(page, qtbot, "after")
    press(page, qtbot, "no time left", page.skip_button.click)
    do(page, qtbot, "close")
    record = page.record
    assert record is not None
    assert record.closed
    assert sum(line.written and line.verified for line in record.differences) == count
    assert states(page)["diagnose"] is StepState.SKIPPED
    assert record.before is not None
    assert record.after is not None
    assert record.audit_number is not None
    assert page._outcome.word == "Completed, with steps left out"
    for name in ("report.pdf", "report.html"):
        page.save_report(tmp_path / name)
        settled(page, qtbot)
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    html = (tmp_path / "report.html").read_text()
    assert "4711" in html
    assert "12 Elm Street" in html
    kinds = [each.kind for each in window.workbench.desk.guard.audit.records()]
    assert kinds.count("export") == 2
    assert {"write", "procedure", "visit"} <= set(kinds)
    assert [each.note for each in window.workbench.desk.store.find("4711")] != []


def test_another_meter_than_the_ordered_one_is_refused(window: Window, qtbot: Any, tmp_path: Path) -> None:
    page = begun(window, qtbot, {"number": "12", "kind": "read-only", "serial": "555"}, tmp_path)
    do(page, qtbot, "order")
    connect(window, qtbot, "sim://centron?seed=9032&days=2")
    page.do_button.click()
    qtbot.waitUntil(lambda: bool(page.banners.banners), timeout=LONG_MS)
    settled(page, qtbot)
    assert page.step is not None
    assert page.step.id == "identify"
    assert "555" in page.banners.banners[0].headline + page.banners.banners[0].text
    assert not page.refuse_button.isEnabled()
    press(page, qtbot, "another meter hangs here", page.refuse_button.click)
    assert states(page)["identify"] is StepState.REFUSED
    assert page.step_title.text() == "The visit was refused"
    page.do_button.click()
    qtbot.waitUntil(lambda: page.record is not None and page.record.closed, timeout=LONG_MS)
    settled(page, qtbot)
    assert page._outcome.word == "Refused"
    assert not page.pdf_button.isHidden()


def test_a_site_is_diagnosed_and_a_visit_is_taken_up_again(window: Window, qtbot: Any, tmp_path: Path) -> None:
    page = begun(window, qtbot, {"number": "13", "kind": "read-only"}, tmp_path)
    do(page, qtbot, "order")
    connect(window, qtbot, "sim://centron?seed=9033&days=2")
    do(page, qtbot, "identify")
    do(page, qtbot, "before")
    page.leave_button.click()
    assert page.job is None
    settled(page, qtbot)
    resumes = page.start._open_rows
    assert resumes.count() == 1
    item = resumes.itemAt(0)
    assert item is not None
    item.widget().click()
    qtbot.waitUntil(lambda: page.job is not None, timeout=LONG_MS)
    settled(page, qtbot)
    do(page, qtbot, "diagnose")
    assert page.record is not None
    assert page.record.diagnosis is not None
    assert [line.code for line in page.record.diagnosis.checks] == ["D1", "D2", "D3", "D4", "D5", "D6"]
    do(page, qtbot, "close")
    assert page._outcome.word == "Completed"


def test_a_disconnect_wants_a_reason_and_a_second_act(window: Window, qtbot: Any, tmp_path: Path) -> None:
    page = begun(window, qtbot, {"number": "14", "kind": "disconnect"}, tmp_path)
    do(page, qtbot, "order")
    connect(window, qtbot, "sim://residential?seed=9034&days=2", "MASTER")
    do(page, qtbot, "identify")
    do(page, qtbot, "before")
    do(page, qtbot, "switch-before")
    assert page.why_not.text() == "Type the reason for disconnecting first."
    page.words.setText("Non-payment, order 14")
    assert page.do_button.isEnabled()
    page.do_button.click()
    dialog = page.dialog
    assert dialog is not None
    assert not dialog.do_button.isEnabled()
    readout = window.workbench.readout
    assert readout is not None
    qtbot.keyClicks(dialog.typed_field, readout.identity.serial[-4:])
    qtbot.waitUntil(dialog.do_button.isEnabled, timeout=LONG_MS)  # the second act lies apart from the first
    dialog.do_button.click()
    came_to(page, qtbot, lambda: page.step is not None and page.step.id == "after")
    assert page.record is not None
    assert page.record.switch.startswith("closed")
    assert page.record.switch_after.startswith("open")


def test_an_exchange_reads_the_old_meter_and_identifies_the_new_one(window: Window, qtbot: Any, tmp_path: Path) -> None:
    page = begun(window, qtbot, {"number": "15", "kind": "exchange", "program": "residential-display"}, tmp_path)
    do(page, qtbot, "order")
    connect(window, qtbot, "sim://residential?seed=9035&days=2", "MASTER")
    do(page, qtbot, "final-read")
    press(page, qtbot, "none there", page.skip_button.click)
    page.words.setText("seal 883214")
    do(page, qtbot, "swap")
    page.do_button.click()  # still the old meter on the line
    qtbot.waitUntil(lambda: bool(page.banners.banners), timeout=LONG_MS)
    settled(page, qtbot)
    assert page.step is not None
    assert page.step.id == "identify"
    page.banners.clear()
    connect(window, qtbot, "sim://centron?seed=9036&days=2")
    do(page, qtbot, "identify")
    record = page.record
    assert record is not None
    assert record.removed is not None
    assert record.meter is not None
    assert record.removed.meter.serial != record.meter.serial
    assert next(step.note for step in record.steps if step.id == "swap") == "seal 883214"
