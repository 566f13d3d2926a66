"""The command palette finds every action, page, table and record."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from fieldpro.gui.actions import ACTIONS
from fieldpro.gui.models.entries import Entry, matches
from fieldpro.gui.palette import EntryModel
from fieldpro.gui.registry import PAGES
from fieldpro.gui.window import Window
from fieldpro.records import ReadOut

# The offscreen platform has no window manager: raising a popup and grabbing the keyboard do nothing there
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def entries(*titles: str) -> list[Entry]:
    return [Entry(title, "Action", lambda: None) for title in titles]


def test_every_word_must_be_there_in_any_order() -> None:
    found = matches(entries("Save the read-out", "Read the meter again", "Quit"), "read sav")
    assert [entry.title for entry in found] == ["Save the read-out"]


def test_starts_of_words_come_first() -> None:
    found = matches(entries("Spread", "Wide read", "Read"), "read")
    assert [entry.title for entry in found] == ["Read", "Wide read", "Spread"]


def test_the_model_keeps_its_contract(qtmodeltester: Any) -> None:
    model = EntryModel()
    model.set_entries(entries("One", "Two"))
    qtmodeltester.check(model)


def test_actions_pages_and_tables_are_there(window: Window) -> None:
    window.set_tables([(23, "Current register data")])
    window._open_palette()
    titles = {entry.title for entry in window.palette_._entries}
    assert {page.title for page in PAGES} <= titles
    assert {action.title for action in ACTIONS if action.id != "palette.open"} <= titles
    assert "Current register data" in titles
    window.palette_.hide()


def test_typing_and_enter_goes_there(window: Window, qtbot: Any) -> None:
    window._open_palette()
    palette = window.palette_
    qtbot.keyClicks(palette.field, "settings")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isHidden()
    assert window.page_id == "settings"


def test_arrows_choose(window: Window, qtbot: Any) -> None:
    window._open_palette()
    palette = window.palette_
    qtbot.keyClick(palette.field, Qt.Key.Key_Up)
    assert palette.view.currentIndex().row() == palette.model.rowCount() - 1
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    assert palette.view.currentIndex().row() == 0
    palette.hide()


def test_what_is_not_possible_is_not_run(window: Window, qtbot: Any) -> None:
    window._open_palette()
    palette = window.palette_
    qtbot.keyClicks(palette.field, "save the read-out")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert not palette.isHidden()
    palette.hide()


def test_records_are_found_in_the_store(window: Window, desk: Any, readout: ReadOut, qtbot: Any) -> None:
    desk.store.save(readout)
    window._open_palette()
    palette = window.palette_
    qtbot.keyClicks(palette.field, "61873204")
    qtbot.waitUntil(lambda: any(entry.kind == "Record" for entry in palette.model.entries))
    palette.hide()
