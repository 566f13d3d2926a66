"""The middle of the Compare page: the verdict, the differences under their tables, and the bytes of both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QSplitter, QVBoxLayout, QWidget

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

DIFFERENT, EVERY = "different", "every"
FILTER_MS = 120
INDENT = "      "
ROWS_PX, BYTES_PX = 420, 170


def _is_heading(row: Row) -> bool:
    return isinstance(row, Heading)


def _title(row: Row) -> str:
    if isinstance(row, Heading):
        return f"{row.title}   {grouped(row.count)}" if row.count else row.title
    return f"{INDENT * (row.depth + 1)}{row.title}"


def _weak_in_headings(row: Row) -> str:
    return "weak" if isinstance(row, Heading) or row.depth else ""


COLUMNS = (
    lambda: Column(tr("Element"), _title, strong=_is_heading, tip=lambda row: row.path or None),
    lambda: Column(tr("Left"), lambda row: row.left, tone=_weak_in_headings, tip=lambda row: row.left),
    lambda: Column(tr("Right"), lambda row: row.right, tone=_weak_in_headings, tip=lambda row: row.right),
    lambda: Column(tr("State"), lambda row: row.state, tone=lambda row: row.tone, tip=lambda row: row.state),
    lambda: Column(tr("Name in the table"), lambda row: row.name, tone=lambda _row: "weak"),
)


class CompareResult(QWidget):
    """`save_wanted`; `bytes_wanted(key)` when a row of another table is chosen: answer with `show_bytes`."""

    save_wanted = Signal()
    bytes_wanted = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._done: Compared | None = None
        self._key: tuple[str, int, int] | None = None  # whose bytes are shown
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
        self.view = RowsView(self.model, tr("Differences"), stretch=0)
        self.view.selectionModel().currentRowChanged.connect(lambda *_rows: self._row_chosen())
        self.nothing = label(tone="weak", wrap=True)
        upper = QWidget()
        above = QVBoxLayout(upper)
        above.setContentsMargins(0, 0, 0, 0)
        above.setSpacing(8)
        above.addWidget(self.nothing)
        above.addWidget(self.view, 1)
        self.splitter.addWidget(upper)
        self.splitter.addWidget(self._bytes_panel())
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
        self.volatile_button: QPushButton = button(tr("Show volatile"), self._show_rows)
        self.volatile_button.setCheckable(True)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(tr("Table, element or value"))
        self.filter.setAccessibleName(tr("Filter the differences"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setMinimumWidth(160)
        self.filter.textChanged.connect(lambda _text: self._timer.start())
        self.filter.returnPressed.connect(lambda: self.view.setFocus())
        self.save_button = button(tr("Save"), self.save_wanted.emit, icon="save")
        row.addWidget(self.which)
        row.addWidget(self.volatile_button)
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
        return self.volatile_button.isChecked()

    def show_result(self, done: Compared) -> None:
        self._done, self._key = done, None
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
        self.volatile_button.setVisible(bool(done.comparison.counts.volatile))
        self._show_rows()

    def show_bytes(self, key: tuple[str, int, int], sides: tuple[bytes | None, bytes | None]) -> None:
        """The bytes of the row in hand, unless another one is in hand by now."""
        row = self._row()
        if row is None or row.key != key:
            return
        self._key = key
        for place, data in enumerate(sides):
            self.hexes[place].set_data(data or b"")
        self._select(row, sides)

    # --- inside -----------------------------------------------------------------------------------------------

    def _show_rows(self) -> None:
        if self._done is None:
            return
        comparison = self._done.comparison
        every = self.which.chosen == EVERY
        found = rows(comparison, every=every, volatile=self.with_volatile, text=self.filter.text())
        self.model.set_rows(found)
        self.view.setVisible(bool(found))
        self.nothing.setVisible(not found)
        self.nothing.setText(self._why_nothing())
        if found:
            first = next((place for place, row in enumerate(found) if isinstance(row, Element)), 0)
            self.view.selectRow(first)
            self.view.scrollToTop()
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
            self._select(row, (self.hexes[0].data, self.hexes[1].data))

    def _select(self, row: Row, sides: tuple[bytes | None, bytes | None]) -> None:
        spans = (row.left_span, row.right_span) if isinstance(row, Element) else ((0, 0), (0, 0))
        places = (tr("Left"), tr("Right"))
        for view, caption, span, data, place in zip(self.hexes, self.captions, spans, sides, places, strict=True):
            if data is None:
                caption.set_text(tr("{side}: no bytes to show", side=place))
            elif span is None:
                caption.set_text(tr("{side}: no such element", side=place))
                view.select(0, 0)
            else:
                view.select(*span)
                words = tr("{side}: bytes {first} to {last}", side=place, first=span[0], last=sum(span) - 1)
                caption.set_text(
                    words if span[1] else tr("{side}: {count} bytes", side=place, count=grouped(len(data)))
                )
