"""The middle of the Compare page: the verdict, the differences under their tables, and the bytes of both sides."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QAbstractItemView, QCheckBox, QHBoxLayout, QLineEdit, QSplitter, QVBoxLayout, QWidget

from fieldpro.gui.figures import grouped
from fieldpro.gui.hexview import HexView
from fieldpro.gui.look import Look
from fieldpro.gui.models.compare_rows import Element, Heading, Row, rows, said
from fieldpro.gui.models.rows import Column, RowsModel
from fieldpro.gui.parts import Elided, IconLabel, button, dress, label
from fieldpro.gui.rows_view import RowsView
from fieldpro.gui.segments import Segments
from fieldpro.gui.words import tr

if TYPE_CHECKING:
    from fieldpro.gui.pages.compare_work import Compared

Compute = Callable[[Callable[[], Any], Callable[[Any], object]], object]
DIFFERENT, EVERY = "different", "every"
FILTER_MS = 120
WIDTHS = (0.3, 0.2, 0.2, 0.2, 0.1)  # parts of the room that the columns may take
TOP_ROWS = 6  # a row among these is seen from the top
INDENT = "      "
ROWS_PX, BYTES_PX = 420, 170


def _is_heading(row: Row) -> bool:
    return isinstance(row, Heading)


def _title(row: Row) -> str:
    if isinstance(row, Heading):
        return f"{row.title}   {grouped(row.count)}" if row.count else row.title
    return f"{INDENT * (row.depth + 1)}{row.title}"


def _same(one: Row, two: Row) -> bool:
    return (one.key, one.path, type(one)) == (two.key, two.path, type(two))


def _weak_in_headings(row: Row) -> str:
    return "weak" if isinstance(row, Heading) or row.depth else ""


COLUMNS = (
    lambda: Column(tr("Element"), _title, strong=_is_heading, tip=lambda row: row.path),
    lambda: Column(tr("Left"), lambda row: row.left, tone=_weak_in_headings, tip=lambda row: row.left),
    lambda: Column(tr("Right"), lambda row: row.right, tone=_weak_in_headings, tip=lambda row: row.right),
    lambda: Column(tr("State"), lambda row: row.state, tone=lambda row: row.tone, tip=lambda row: row.state),
    lambda: Column(tr("Name"), lambda row: row.name, tone=lambda _row: "weak"),
)


class CompareResult(QWidget):
    """`save_wanted`; `bytes_wanted(key)` when a row of another table is chosen: answer with `show_bytes`."""

    save_wanted = Signal()
    bytes_wanted = Signal(object)

    def __init__(self, look: Look, compute: Compute) -> None:
        """`compute(work, then)` runs work outside the GUI thread: a tape may have very many differences."""
        super().__init__()
        self._look = look
        self._compute = compute
        self._asked = 0  # counts what was asked for; an answer to an earlier question is thrown away
        self._done: Compared | None = None
        self._key: tuple[str, int, int] | None = None  # whose bytes are shown,
        self._sides: tuple[bytes | None, bytes | None] = (None, None)  # and what they are
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._verdict_row())
        self.warnings = label(tone="warn", wrap=True)
        column.addWidget(self.warnings)
        column.addLayout(self._filter_row())
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setHandleWidth(12)
        self.splitter.setChildrenCollapsible(False)
        self.model = RowsModel([made() for made in COLUMNS], self)
        self.view = RowsView(self.model, tr("Differences"), stretch=0, most=WIDTHS)
        self.view.selectionModel().currentRowChanged.connect(lambda *_rows: self._row_chosen())
        self.nothing = label(tone="weak", wrap=True)
        upper = QWidget()
        above = QVBoxLayout(upper)
        above.setContentsMargins(0, 0, 0, 0)
        above.setSpacing(8)
        above.addWidget(self.nothing, 0, Qt.AlignmentFlag.AlignTop)
        above.addWidget(self.view, 1)
        self.bytes_panel = self._bytes_panel()
        self.splitter.addWidget(upper)
        self.splitter.addWidget(self.bytes_panel)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([ROWS_PX, BYTES_PX])
        column.addWidget(self.splitter, 1)
        self._timer = QTimer(self, singleShot=True, interval=FILTER_MS)
        self._timer.timeout.connect(self._show_rows)

    # --- building ---------------------------------------------------------------------------------------------

    def _verdict_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        self._icon = IconLabel("none", size=32)
        self.headline = label(type="title", wrap=True)
        self.detail = label(tone="weak", wrap=True)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.headline)
        words.addWidget(self.detail)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        return row

    def _filter_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.which = Segments(((DIFFERENT, tr("Only differences")), (EVERY, tr("Every table"))), name=tr("Rows"))
        self.which.changed.connect(lambda _which: self._show_rows())
        self.volatile_box = QCheckBox(tr("Volatile ones too"))
        self.volatile_box.toggled.connect(lambda _checked: self._show_rows())
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(tr("Table, element or value"))
        self.filter.setAccessibleName(tr("Filter the differences"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setMinimumWidth(160)
        self.filter.textChanged.connect(lambda _text: self._timer.start())
        self.filter.returnPressed.connect(lambda: self.view.setFocus())
        self.save_button = button(tr("Save"), self.save_wanted.emit, icon="save")
        row.addWidget(self.which)
        row.addWidget(self.volatile_box)
        row.addWidget(self.filter, 1)
        row.addWidget(self.save_button)
        return row

    def _bytes_panel(self) -> QWidget:
        panel = QWidget()
        row = QHBoxLayout(panel)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        self.captions: list[Elided] = []
        self.hexes: list[HexView] = []
        for words in (tr("Bytes of the left side"), tr("Bytes of the right side")):
            column = QVBoxLayout()
            column.setSpacing(4)
            caption = Elided(type="small", tone="weak")
            view = HexView(self._look)
            view.setAccessibleName(words)
            view.setMinimumHeight(72)
            column.addWidget(caption)
            column.addWidget(view, 1)
            row.addLayout(column, 1)
            self.captions.append(caption)
            self.hexes.append(view)
        return panel

    # --- what is shown ----------------------------------------------------------------------------------------

    def set_look(self, look: Look) -> None:
        self._look = look
        self.view.set_look(look)
        self.which.set_look(look)
        for view in self.hexes:
            view.set_look(look)
        dress(self, look)

    @property
    def with_volatile(self) -> bool:
        return self.volatile_box.isChecked()

    def show_result(self, done: Compared) -> None:
        self._done, self._key = done, None
        self.model.set_rows(())
        self.nothing.setText("")
        verdict = said(done.comparison)
        icon = {"good": "good", "warn": "warn"}.get(verdict.tone, "none")
        self._icon.show_icon(icon, verdict.tone, self._look)
        self.headline.setText(verdict.headline)
        self.detail.setText(verdict.detail)
        self.detail.setVisible(bool(verdict.detail))
        warnings = "\n".join(done.comparison.warnings)
        self.warnings.setText(warnings)
        self.warnings.setVisible(bool(warnings))
        self.setAccessibleName(f"{verdict.headline}. {verdict.detail} {warnings}".strip())
        self.volatile_box.setVisible(bool(done.comparison.counts.volatile))
        self._show_rows()

    def show_bytes(self, key: tuple[str, int, int], sides: tuple[bytes | None, bytes | None]) -> None:
        """The bytes of the row in hand, unless another one is in hand by now."""
        row = self._row()
        if row is None or row.key != key:
            return
        self._key, self._sides = key, sides
        for place, data in enumerate(sides):
            self.hexes[place].set_data(data or b"")
        self._select(row, sides)

    # --- inside -----------------------------------------------------------------------------------------------

    def _show_rows(self) -> None:
        if self._done is None:
            return
        self._asked += 1
        asked, comparison = self._asked, self._done.comparison
        every, volatile, text = self.which.chosen == EVERY, self.with_volatile, self.filter.text()

        def found(made: list[Row]) -> None:
            if asked == self._asked:
                self._put(made)

        self._compute(lambda: rows(comparison, every=every, volatile=volatile, text=text), found)

    def _put(self, found: list[Row]) -> None:
        before = self._row()
        self.model.set_rows(found)
        self.view.setVisible(bool(found))
        self.bytes_panel.setVisible(bool(found))
        self.nothing.setVisible(not found)
        self.nothing.setText(self._why_nothing())
        if found:
            first = next((place for place, row in enumerate(found) if isinstance(row, Element)), 0)
            same = (place for place, row in enumerate(found) if before and _same(row, before))
            place = next(same, first)
            self.view.selectRow(place)
            if place == first < TOP_ROWS:
                self.view.scrollToTop()
            else:
                self.view.scrollTo(self.model.index(place, 0), QAbstractItemView.ScrollHint.PositionAtCenter)
        self._row_chosen()

    def _why_nothing(self) -> str:
        if self.filter.text().strip():
            return tr("No difference has “{text}” in its table, element or values.", text=self.filter.text().strip())
        assert self._done is not None
        if not self._done.comparison.tables:
            return tr("Neither side holds a table.")
        return tr("Nothing differs that counts. “Every table” lists what was compared.")

    def _row(self) -> Any:
        row = self.view.row
        return self.model.rows[row] if 0 <= row < len(self.model.rows) else None

    def _row_chosen(self) -> None:
        row = self._row()
        if row is None:
            self._key = None
            for view, caption in zip(self.hexes, self.captions, strict=True):
                view.set_data(b"")
                caption.set_text("")
        elif row.key != self._key:
            self.bytes_wanted.emit(row.key)
        else:
            self._select(row, self._sides)

    def _select(self, row: Row, sides: tuple[bytes | None, bytes | None]) -> None:
        spans = (row.left_span, row.right_span) if isinstance(row, Element) else ((0, 0), (0, 0))
        for place, (words, span, data) in enumerate(zip((tr("Left"), tr("Right")), spans, sides, strict=True)):
            if span is not None:
                self.hexes[place].select(*span)
            self.captions[place].set_text(f"{words}: {_place(row, span, data)}")


def _place(row: Row, span: tuple[int, int] | None, data: bytes | None) -> str:
    """Which bytes are marked, in words."""
    if data is None:
        return tr("no bytes to show")
    if span is None:
        return tr("no such element")
    offset, length = span
    if not length:
        return tr("{count} bytes", count=grouped(len(data)))
    if length == 1:
        return tr("byte {offset}, {path}", offset=grouped(offset), path=row.path)
    return tr(
        "bytes {first} to {last}, {path}", first=grouped(offset), last=grouped(offset + length - 1), path=row.path
    )
