"""The service switch in the window: state, orders with a reason and two acts, refusals, the load limit."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from fieldpro.gui.pages import switch_work as work
from fieldpro.gui.states import PageState
from fieldpro.gui.window import Window
from fieldpro.meter.switch import Deed, SwitchState

LONG_MS = 30_000
LAST_DIGITS = "3204"


@pytest.fixture
def window(home_window: Window) -> Window:
    return home_window


def switch_of(window: Window, qtbot: Any, url: str, password: str = "PRIMARY") -> Any:
    bench = window.workbench
    bench.connect_to(url, title="the virtual meter", user_id=2, user_name="Ada", password=password)
    qtbot.waitUntil(lambda: bench.view is not None and not bench.jobs.busy, timeout=LONG_MS)
    window.go("switch")
    page = window.page
    qtbot.waitUntil(lambda: page.facts.state is not None and not bench.jobs.busy, timeout=LONG_MS)
    assert page.states.state is PageState.FULL
    return page


def choose(page: Any, qtbot: Any, deed: Deed) -> None:
    qtbot.mouseClick(page.deeds.button(deed), Qt.MouseButton.LeftButton)


def order(page: Any, qtbot: Any, deed: Deed) -> None:
    """Both acts, as a person does them."""
    choose(page, qtbot, deed)
    page.reason.setText("order 4711, non-payment")
    qtbot.mouseClick(page.order_button, Qt.MouseButton.LeftButton)
    dialog = page.dialog
    qtbot.keyClicks(dialog.typed_field, LAST_DIGITS)
    qtbot.waitUntil(lambda: dialog.do_button.isEnabled(), timeout=LONG_MS)
    qtbot.mouseClick(dialog.do_button, Qt.MouseButton.LeftButton)


def settled(page: Any, qtbot: Any, state: str) -> None:
    qtbot.waitUntil(
        lambda: page.facts.state is not None and page.facts.state.state == state and not page.workbench.jobs.busy,
        timeout=LONG_MS,
    )


def test_the_switch_is_read_when_the_page_is_opened(window: Window, qtbot: Any) -> None:
    page = switch_of(window, qtbot, "sim://centron?seed=71&days=2")
    assert page.state_label.text() == "Closed"
    assert page.load_side.text().endswith("V on the load side")
    assert page.limit_card.words.text() == "No load limit"


def test_an_order_takes_a_reason_and_two_acts(window: Window, qtbot: Any) -> None:
    page = switch_of(window, qtbot, "sim://centron?seed=72&days=2")
    assert page.order_button.text() == "Disconnect 0000000061873204"
    assert not page.order_button.isEnabled()
    qtbot.keyClicks(page.reason, "4711")
    assert not page.order_button.isEnabled(), "four letters are no reason"
    qtbot.keyClicks(page.reason, ", non-payment")
    qtbot.mouseClick(page.order_button, Qt.MouseButton.LeftButton)
    dialog = page.dialog
    assert not dialog.do_button.isEnabled()
    qtbot.keyClicks(dialog.typed_field, "9999")
    assert not dialog.do_button.isEnabled()
    dialog.typed_field.setText(LAST_DIGITS)
    assert not dialog.do_button.isEnabled(), "a double click is no second act"
    qtbot.waitUntil(lambda: dialog.do_button.isEnabled(), timeout=LONG_MS)
    dialog.keep_button.click()
    assert not window.workbench.jobs.busy
    assert page.facts.state.state == "closed"


def test_disconnect_arm_and_connect_with_the_way_to_rest_shown(window: Window, qtbot: Any) -> None:
    page = switch_of(window, qtbot, "sim://centron?seed=73&days=2")
    order(page, qtbot, Deed.DISCONNECT)
    qtbot.waitUntil(lambda: page.moving.isVisible(), timeout=LONG_MS)
    settled(page, qtbot, "open")
    qtbot.waitUntil(lambda: page.state_label.text() == "Open", timeout=LONG_MS)
    assert page.moving.isHidden()
    assert "open" in page.banners.banners[0].headline
    assert page.refused.text() == "It is open already."
    order(page, qtbot, Deed.ARM)
    settled(page, qtbot, "armed")
    order(page, qtbot, Deed.CONNECT)
    settled(page, qtbot, "closed")
    qtbot.waitUntil(lambda: page.state_label.text() == "Closed", timeout=LONG_MS)
    audited = window.workbench.desk.guard.audit.records("procedure")
    assert len(audited) == 3
    assert all("order 4711, non-payment" in record.data for record in audited)


def test_to_connect_with_voltage_on_the_load_side_is_refused_with_the_reason(window: Window, qtbot: Any) -> None:
    page = switch_of(window, qtbot, "sim://centron?seed=74&days=2&faults=backfeed:118&keep=1")
    order(page, qtbot, Deed.DISCONNECT)
    settled(page, qtbot, "open")
    choose(page, qtbot, Deed.CONNECT)
    page.reason.setText("order 4711, paid")
    assert "118 V" in page.refused.text()
    assert not page.order_button.isEnabled()


def test_a_switch_that_is_stuck_is_said_to_be(window: Window, qtbot: Any) -> None:
    page = switch_of(window, qtbot, "sim://centron?seed=75&days=2&faults=stuck:1&keep=1")
    order(page, qtbot, Deed.DISCONNECT)
    qtbot.waitUntil(lambda: bool(page.banners.banners), timeout=LONG_MS)
    assert "did not move" in page.banners.banners[0].headline
    assert page.outcome is None
    qtbot.waitUntil(lambda: page.facts.state.has_failed, timeout=LONG_MS)


def test_the_load_limit_is_shown_before_it_is_written(window: Window, qtbot: Any) -> None:
    page = switch_of(window, qtbot, "sim://centron?seed=76&days=2")
    qtbot.mouseClick(page.limit_card.change_button, Qt.MouseButton.LeftButton)
    page.limit_card.is_on.setChecked(True)
    page.limit_card.threshold.setValue(15_000)
    qtbot.mouseClick(page.limit_card.changes_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.dialog is not None, timeout=LONG_MS)
    dialog = page.dialog
    dialog.reason_field.setText("asked for by billing")
    dialog.typed_field.setText(LAST_DIGITS)
    qtbot.waitUntil(lambda: dialog.do_button.isEnabled(), timeout=LONG_MS)
    dialog.do_button.click()
    qtbot.waitUntil(lambda: page.limit_card.words.text().startswith("Above 15000 W for 300 s"), timeout=LONG_MS)
    jobs = window.workbench.desk.journal.jobs(window.workbench.view.identity)
    assert [str(job.outcome) for job in jobs] == ["done"]
    assert page.limit_card.form.isHidden()


def test_the_residential_meter_has_a_switch_of_its_own(window: Window, qtbot: Any) -> None:
    page = switch_of(window, qtbot, "sim://residential?seed=77&days=2", password="MASTER")
    assert page.state_label.text() == "Closed"


def test_without_the_right_the_page_says_so(window: Window, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    page = switch_of(window, qtbot, "sim://centron?seed=78&days=2")
    monkeypatch.setattr(window.workbench.rights, "may", lambda _right: False)
    page.reason.setText("order 4711, non-payment")
    assert not page.order_button.isEnabled()
    assert "role" in page.refused.text()
    assert not page.limit_card.change_button.isEnabled()


@pytest.mark.parametrize(
    ("deed", "state", "said"),
    [
        (Deed.DISCONNECT, SwitchState("closed"), ""),
        (Deed.DISCONNECT, SwitchState("armed"), ""),
        (Deed.DISCONNECT, SwitchState("moving"), "moving"),
        (Deed.DISCONNECT, SwitchState("unknown"), "not known"),
        (Deed.ARM, SwitchState("closed"), "Only an open switch"),
        (Deed.ARM, SwitchState("armed"), "armed already"),
        (Deed.CONNECT, SwitchState("open", load_side_voltage=False), ""),
        (Deed.CONNECT, SwitchState("open", load_side_voltage=True), "Refused"),
        (Deed.CONNECT, SwitchState("closed", load_side_voltage=True), "closed already"),
    ],
)
def test_what_does_not_fit_the_state_is_refused_in_words(deed: Deed, state: SwitchState, said: str) -> None:
    found = work.why_not(deed, state)
    assert said in found
    assert bool(found) is bool(said)
