"""What every page owes: names for what takes the focus, the four states, words that can be translated."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QApplication, QComboBox, QLabel, QWidget

from fieldpro.explain import Explanation
from fieldpro.gui.density import FIELD
from fieldpro.gui.look import Look
from fieldpro.gui.registry import PAGES
from fieldpro.gui.roles import LIGHT
from fieldpro.gui.states import Choice, PageState
from fieldpro.gui.window import Window

each_page = pytest.mark.parametrize("page_id", [page.id for page in PAGES])


def focusable(root: QWidget) -> Iterator[QWidget]:
    for widget in [root, *root.findChildren(QWidget)]:
        if QWidget.window(widget) is not QWidget.window(root):  # the list a combo box drops down is named by the box
            continue
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not widget.objectName().startswith("qt_"):
            yield widget


def has_name(widget: QWidget) -> bool:
    if widget.accessibleName():
        return True
    if isinstance(widget, QAbstractButton) and widget.text():
        return True
    if widget.focusProxy() is not None or (isinstance(widget.parentWidget(), QWidget) and _part_of_named(widget)):
        return True
    return any(label.buddy() is widget for label in QWidget.window(widget).findChildren(QLabel))


def _part_of_named(widget: QWidget) -> bool:
    """The line of a combo box or spin box, the viewport of a list: named by the whole."""
    parent = widget.parentWidget()
    return parent is not None and parent.focusProxy() is widget and bool(parent.accessibleName())


@each_page
def test_everything_that_takes_the_focus_has_a_name(page_id: str, shown: Window) -> None:
    shown.go(page_id)
    shown.page.states.show_full()
    nameless = [_told(widget) for widget in focusable(shown) if not has_name(widget)]
    assert nameless == []


@each_page
def test_every_button_has_a_word(page_id: str, shown: Window) -> None:
    shown.go(page_id)
    for made in shown.page.findChildren(QAbstractButton):
        if not made.objectName().startswith("qt_") and made.focusPolicy() != Qt.FocusPolicy.NoFocus:
            assert made.text().strip() or made.accessibleName(), made


@each_page
def test_targets_are_for_gloves_in_the_field(page_id: str, shown: Window) -> None:
    shown.set_look(Look(LIGHT, FIELD))
    shown.go(page_id)
    shown.page.states.show_full()
    QApplication.processEvents()
    small = [
        f"{_told(widget)}: {widget.height()}"
        for widget in focusable(shown)
        if widget.isVisible()
        and isinstance(widget, QAbstractButton | QComboBox | QAbstractSpinBox)
        and widget.height() < FIELD.target
    ]
    assert small == []


@each_page
def test_the_four_states(page_id: str, shown: Window) -> None:
    shown.go(page_id)
    states, pressed = shown.page.states, []
    states.show_empty("Nothing here", "Why, and what helps.", Choice("Help it", lambda: pressed.append(1)))
    assert states.state is PageState.EMPTY
    states.currentWidget().findChildren(QAbstractButton)[-1].click()
    assert pressed == [1]
    states.show_loading("Reading")
    assert states.state is PageState.LOADING
    states.show_failed(Explanation("It failed", "this", "Do that."), Choice("Try again", lambda: None))
    assert states.state is PageState.FAILED
    words = " ".join(label.text() for label in states.currentWidget().findChildren(QLabel))
    assert "It failed. " in f"{words} "
    assert "Do that." in words
    states.show_full()
    assert states.state is PageState.FULL


def _told(widget: QWidget) -> str:
    parents, at = [], widget
    while at is not None:
        parents.append(type(at).__name__)
        at = at.parentWidget()
    return f"{getattr(widget, 'text', lambda: '')()!r} in {' < '.join(parents)}"
