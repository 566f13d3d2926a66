"""Boxes: a row's own, a heading's for all below it."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from fieldpro.gui.models.check_rows import BOX, CheckRowsModel
from fieldpro.gui.models.rows import Column

ROWS = [("fruit", ("apple", "pear")), ("apple", ("apple",)), ("pear", ("pear",)), ("stone", ())]
CHECKED, PARTLY, UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.PartiallyChecked, Qt.CheckState.Unchecked


@pytest.fixture
def model() -> CheckRowsModel:
    made = CheckRowsModel([Column("Name", lambda row: row[0])], lambda row: row[1])
    made.set_rows(ROWS)
    return made


def boxes(model: CheckRowsModel) -> list[Any]:
    return [model.data(model.index(row, BOX), Qt.ItemDataRole.CheckStateRole) for row in range(model.rowCount())]


def test_qt_finds_nothing_wrong_with_the_model(model: CheckRowsModel, qtmodeltester: Any) -> None:
    qtmodeltester.check(model)


def test_a_heading_stands_for_what_is_below_it(model: CheckRowsModel) -> None:
    assert boxes(model) == [UNCHECKED, UNCHECKED, UNCHECKED, None]
    model.toggle(1)
    assert boxes(model) == [PARTLY, CHECKED, UNCHECKED, None]
    model.toggle(0)
    assert boxes(model) == [CHECKED, CHECKED, CHECKED, None]
    model.toggle(0)
    assert boxes(model) == [UNCHECKED, UNCHECKED, UNCHECKED, None]


def test_what_has_no_box_cannot_be_checked(model: CheckRowsModel, qtbot: Any) -> None:
    with qtbot.assertNotEmitted(model.checks_changed):
        model.toggle(3)
        model.toggle(99)
    assert model.checked == set()


def test_a_box_is_said_in_words(model: CheckRowsModel) -> None:
    model.set_checked({"pear"})
    said = [model.data(model.index(row, BOX), Qt.ItemDataRole.AccessibleTextRole) for row in range(4)]
    assert said == ["some chosen", "not chosen", "chosen", ""]
