"""The hex view: what it writes, where a byte is, and how one is chosen."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication

from fieldpro.gui.hexview import HexView, bytes_text, column_of, plain_text, row_text
from fieldpro.gui.look import Look


@pytest.fixture
def view(qtbot: Any) -> HexView:
    made = HexView(Look())
    qtbot.addWidget(made)
    made.resize(640, 300)
    made.set_data(bytes(range(256)) * 4)
    made.show()
    return made


def test_zeros_and_others_overlay_to_the_whole_row() -> None:
    data = bytes([0, 1, 0, 255] * 4)
    zeros, others = row_text(data, zeros=True), row_text(data, zeros=False)
    both = "".join(b if a == " " else a for a, b in zip(zeros.ljust(60), others.ljust(60), strict=True))
    assert both.rstrip() == "00 01 00 ff 00 01 00 ff  00 01 00 ff 00 01 00 ff"
    assert plain_text(b"AB\x00~\x7f") == "AB.~."
    assert [column_of(place) for place in (0, 7, 8, 15)] == [0, 21, 25, 46]
    assert (bytes_text(1), bytes_text(1234)) == ("1 byte", "1,234 bytes")


def test_every_byte_is_found_where_it_is_painted(view: HexView) -> None:
    assert view.bytes_per_row == 16
    for offset in (0, 7, 8, 15, 16, 47):
        row, place = divmod(offset, 16)
        y = round(4 + (row + 0.5) * view._line)
        hex_x = round(view._hex_left() + (column_of(place) + 1) * view._char)
        text_x = round(view._text_left() + (place + 0.5) * view._char)
        assert view.offset_at(QPoint(hex_x, y)) == offset
        assert view.offset_at(QPoint(text_x, y)) == offset
    assert view.offset_at(QPoint(0, 100_000)) is None


def test_a_click_chooses_a_byte_and_says_which(qtbot: Any, view: HexView) -> None:
    x = round(view._hex_left() + (column_of(3) + 1) * view._char)
    with qtbot.waitSignal(view.byte_chosen) as chosen:
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(x, round(4 + view._line / 2)))
    assert chosen.args == [3]
    assert view.span == (3, 1)


@pytest.mark.parametrize(
    ("key", "modifier", "offset"),
    [
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, 101),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier, 99),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier, 116),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.NoModifier, 84),
        (Qt.Key.Key_Home, Qt.KeyboardModifier.NoModifier, 96),
        (Qt.Key.Key_End, Qt.KeyboardModifier.NoModifier, 111),
        (Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier, 0),
        (Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier, 1023),
    ],
)
def test_keys_walk_through_the_bytes(
    qtbot: Any, view: HexView, key: Qt.Key, modifier: Qt.KeyboardModifier, offset: int
) -> None:
    view.select(100, 1)
    qtbot.keyClick(view, key, modifier)
    assert view.span == (offset, 1)


def test_a_field_chosen_by_its_byte_keeps_the_cursor_on_the_byte(qtbot: Any, view: HexView) -> None:
    view.byte_chosen.connect(lambda _offset: view.select(96, 16))
    view.select(100, 1)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.span == (96, 16)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view._caret == 102


def test_what_is_chosen_comes_into_view_and_can_be_copied(qtbot: Any, view: HexView) -> None:
    view.select(800, 4)
    first = view.verticalScrollBar().value()
    assert first <= 800 // 16 < first + view.verticalScrollBar().pageStep()
    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "20 21 22 23"
    assert view.accessibleDescription() == "Offset 800, 4 bytes: 20 21 22 23"


def test_a_narrow_view_has_fewer_bytes_a_row(view: HexView) -> None:
    view.resize(360, 300)
    assert view.bytes_per_row == 8
    view.resize(200, 300)
    assert view.bytes_per_row == 4


def test_nothing_to_show_is_no_trouble(qtbot: Any, view: HexView) -> None:
    view.set_data(b"")
    view.select(5, 5)
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.span == (0, 0)
    assert view.grab().height() == 300


def test_a_span_outside_is_cut_to_the_bytes(view: HexView) -> None:
    view.select(1020, 100)
    assert view.span == (1020, 4)
