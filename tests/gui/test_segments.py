"""A row of buttons of which one is chosen."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt

from fieldpro.gui.look import Look
from fieldpro.gui.segments import Segments


def test_one_is_chosen_and_a_click_says_which(qtbot: Any) -> None:
    segments = Segments((("a", "First"), ("b", "Second")), name="Which")
    qtbot.addWidget(segments)
    segments.set_look(Look())
    assert segments.chosen == "a"
    with qtbot.waitSignal(segments.changed) as changed:
        qtbot.mouseClick(segments.button("b"), Qt.MouseButton.LeftButton)
    assert changed.args == ["b"]
    assert segments.chosen == "b"
    assert segments.button("b").accessibleName() == "Which: Second"


def test_none_may_be_chosen_where_that_is_allowed(qtbot: Any) -> None:
    segments = Segments((("a", "First"), ("b", "Second")), name="Which", optional=True)
    qtbot.addWidget(segments)
    assert segments.chosen == ""
    segments.choose("a")
    qtbot.mouseClick(segments.button("a"), Qt.MouseButton.LeftButton)
    assert segments.chosen == "a"
    segments.choose("")
    assert segments.chosen == ""
