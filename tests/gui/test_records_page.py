"""Records: searched, grouped, opened without a meter, deleted with a reason."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from fieldpro.gui.pages.records import RecordsPage
from fieldpro.gui.standing import Standing
from fieldpro.gui.states import PageState
from fieldpro.gui.window import Window


@pytest.fixture
def page(window: Window, desk: Any, readout_maker: Any, qtbot: Any) -> RecordsPage:
    for number, serial in enumerate(("1111", "2222", "1111")):
        desk.store.save(readout_maker(serial, minutes=number))
    window.go("records")
    page = window.page
    assert isinstance(page, RecordsPage)
    qtbot.waitUntil(lambda: len(page.model.rows) == 3)
    return page


def serials(page: RecordsPage) -> list[str]:
    return [record.identity.serial for record in page.model.rows]


def test_newest_first(page: RecordsPage) -> None:
    assert [record.id for record in page.model.rows] == [3, 2, 1]


def test_by_meter(page: RecordsPage, qtbot: Any) -> None:
    qtbot.mouseClick(page.by_meter_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: serials(page) == ["1111", "1111", "2222"])


def test_searching(page: RecordsPage, qtbot: Any) -> None:
    qtbot.keyClicks(page.search, "2222")
    qtbot.waitUntil(lambda: serials(page) == ["2222"])
    page.search.setText("9999")
    qtbot.waitUntil(lambda: page.states.state is PageState.EMPTY)
    page.search.clear()
    qtbot.waitUntil(lambda: page.states.state is PageState.FULL)


def test_opening_one_shows_it_as_if_it_were_connected(page: RecordsPage, window: Window, qtbot: Any) -> None:
    page.view.selectRow(1)
    with qtbot.waitSignal(page.workbench.view_changed):
        qtbot.keyClick(page.view, Qt.Key.Key_Return)
    assert window.page_id == "overview"
    assert page.workbench.meter.standing is Standing.SAVED
    assert page.workbench.meter.identity.serial == "2222"
    assert page.workbench.meter.record_id == 2


def test_deleting_wants_a_reason_and_names_the_meter(page: RecordsPage, desk: Any, qtbot: Any) -> None:
    page.view.selectRow(1)
    qtbot.mouseClick(page.delete_button, Qt.MouseButton.LeftButton)
    assert page.panel.isVisible()
    assert page.confirm_button.text() == "Delete FPRO VCENTRON 2222"
    assert not page.confirm_button.isEnabled()
    qtbot.keyClicks(page.reason, "wrong meter")
    qtbot.mouseClick(page.confirm_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: serials(page) == ["1111", "1111"])
    assert [(one.read_out_id, one.reason) for one in desk.store.deletions()] == [(2, "wrong meter")]


def test_choosing_another_record_takes_the_question_back(page: RecordsPage, qtbot: Any) -> None:
    page.view.selectRow(0)
    qtbot.mouseClick(page.delete_button, Qt.MouseButton.LeftButton)
    page.view.selectRow(2)
    assert page.panel.isHidden()


def test_a_record_saved_meanwhile_shows_up(page: RecordsPage, desk: Any, readout_maker: Any, qtbot: Any) -> None:
    desk.store.save(readout_maker("3333", minutes=9))
    page.workbench.records_changed.emit()
    qtbot.waitUntil(lambda: "3333" in serials(page))


def test_no_records_yet(window: Window, qtbot: Any) -> None:
    window.go("records")
    qtbot.waitUntil(lambda: window.page.states.state is PageState.EMPTY)
