"""Earlier values of a table: every saved read of it from this meter; choose one and see what is another now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from fieldpro.errors import FieldProError
from fieldpro.gui.figures import grouped
from fieldpro.gui.look import Look
from fieldpro.gui.models.rows import Column, RowsModel
from fieldpro.gui.pages.tables_work import Earlier, Step, changes_since, earlier_values
from fieldpro.gui.parts import button, label
from fieldpro.gui.rows_view import RowsView
from fieldpro.gui.words import tr
from fieldpro.secret import holds_secrets

if TYPE_CHECKING:
    from fieldpro.gui.workbench import Workbench


class TableHistory(QWidget):
    """`show_table` fills it; nothing is asked of the store before it is seen."""

    def __init__(self, workbench: Workbench, look: Look) -> None:
        super().__init__()
        self._workbench = workbench
        self._number = -1
        self._data = b""
        self._asked = 0  # counts questions: an answer to an earlier one is thrown away
        self.records = RowsModel(
            (
                Column(tr("Read"), lambda row: f"{row.at.astimezone():%Y-%m-%d %H:%M}", mono=True),
                Column(tr("Now"), _difference, tone=lambda row: "warn" if row.differs else "weak"),
                Column(tr("By"), lambda row: row.operator),
                Column(tr("Record"), lambda row: str(row.record), right=True, tone=lambda _row: "weak"),
            ),
            self,
        )
        self.list = RowsView(self.records, tr("Earlier reads of this table"), stretch=2)
        self.list.selectionModel().currentRowChanged.connect(lambda *_rows: self._chosen())
        self.steps = RowsModel(
            (
                Column(tr("Element"), lambda row: row.title, tip=lambda row: row.path),
                Column(tr("Then"), lambda row: row.then),
                Column(tr("Now"), lambda row: row.now, strong=lambda _row: True),
            ),
            self,
        )
        self.view = RowsView(self.steps, tr("What is another now"), stretch=0)
        self.said = label(tone="weak", wrap=True)
        self.open_button = button(tr("Open the record"), self._open, kind="link")
        head = QHBoxLayout()
        head.addWidget(self.said, 1)
        head.addWidget(self.open_button)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(12)
        splitter.addWidget(self.list)
        splitter.addWidget(self.view)
        splitter.setSizes([300, 460])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(splitter, 1)

    def set_look(self, look: Look) -> None:
        self.list.set_look(look)
        self.view.set_look(look)

    def show_table(self, number: int, data: bytes) -> None:
        """Every saved read of this table, held against these bytes."""
        self._number, self._data = number, data
        self._asked += 1
        asked, readout = self._asked, self._workbench.readout
        self.records.set_rows([])
        self.steps.set_rows([])
        self.open_button.hide()
        if holds_secrets(number):
            self.said.setText(tr("This table holds passwords or keys: earlier ones are not kept."))
            return
        if readout is None:
            return
        self.said.setText(tr("Looking through the records of this meter"))

        def found(earlier: list[Earlier]) -> None:
            if asked == self._asked:
                self._show(earlier)

        self._workbench.store(lambda store: earlier_values(store, readout, number, data), found, self._failed)

    def _show(self, earlier: list[Earlier]) -> None:
        self.records.set_rows(earlier)
        if not earlier:
            self.said.setText(tr("This table of this meter is in no record. Save what was read, and it will be."))
            return
        other = next((row for row, each in enumerate(earlier) if each.differs), 0)
        self.list.selectRow(other)

    def _chosen(self) -> None:
        row = self.list.row
        if not 0 <= row < len(self.records.rows):
            return
        earlier: Earlier = self.records.rows[row]
        self._asked += 1
        asked, readout, number, data = self._asked, self._workbench.readout, self._number, self._data
        self.open_button.show()
        if readout is None:
            return

        def found(steps: list[Step]) -> None:
            if asked == self._asked:
                self.steps.set_rows(steps)
                self.said.setText(_words(earlier, steps))

        self._workbench.store(
            lambda store: changes_since(store, earlier.record, readout, number, data), found, self._failed
        )

    def _failed(self, error: FieldProError) -> None:
        self._workbench.fail(error)
        self.said.setText(tr("The records could not be read."))

    def _open(self) -> None:
        row = self.list.row
        if 0 <= row < len(self.records.rows):
            self._workbench.go("records", str(self.records.rows[row].record))


def _difference(earlier: Earlier) -> str:
    if not earlier.differs:
        return tr("the same")
    count = earlier.differs
    return tr("1 byte differs") if count == 1 else tr("{count} bytes differ", count=grouped(count))


def _words(earlier: Earlier, steps: list[Step]) -> str:
    at = f"{earlier.at.astimezone():%Y-%m-%d %H:%M}"
    if not steps:
        return tr("What is shown is what was read at {at}.", at=at)
    if len(steps) == 1:
        return tr("One element is not as it was at {at}.", at=at)
    return tr("{count} elements are not as they were at {at}.", count=grouped(len(steps)), at=at)
