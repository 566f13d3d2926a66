"""The last answers to requests made by hand: the list, and the one in hand by element, as bytes and on the wire."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from fieldpro.gui.look import Look
from fieldpro.gui.models.request_answers import Answer, Answers, Elements, elements_of, wire_lines
from fieldpro.gui.models.rows import Column, RowsModel
from fieldpro.gui.pages.request_form import hex_lines
from fieldpro.gui.pages.tables_bytes import HexEdit
from fieldpro.gui.parts import label
from fieldpro.gui.rows_view import RowsView
from fieldpro.gui.segments import Segments
from fieldpro.gui.words import tr

if TYPE_CHECKING:
    from fieldpro.gui.workbench import Workbench

ELEMENTS, BYTES, WIRE = "elements", "bytes", "wire"
MARGIN_S = 0.000_2  # a record's time and ours are taken by one clock, one after the other
HEX_SHOWN = 12  # bytes of an answer in its row


class AnswersView(QWidget):
    """`answers` are kept here; `show_new` when some came."""

    def __init__(self, workbench: Workbench, look: Look, on_chosen: Callable[[], object]) -> None:
        super().__init__()
        self._workbench = workbench
        self._on_chosen = on_chosen
        self.answers = Answers()
        self.answer: Answer | None = None
        self._follows = True  # the newest is shown as it comes
        self.model = RowsModel(
            (
                Column(tr("Time"), lambda row: row.when, mono=True),
                Column(tr("Request"), lambda row: row.built.title, tip=lambda row: row.message.hex(" ")),
                Column(tr("Answer"), lambda row: row.code_words, tone=lambda row: row.tone),
                Column(tr("Changed"), lambda row: row.changed_words, tone=_changed_tone),
                Column(tr("ms"), lambda row: f"{row.took_s * 1000:,.1f}", right=True),
                Column(tr("Bytes"), _short_hex, mono=True),
            ),
            self,
        )
        self.list = RowsView(self.model, tr("The last answers"), stretch=5)
        self.list.selectionModel().currentRowChanged.connect(lambda *_rows: self._row_chosen())
        self.which = Segments(
            ((ELEMENTS, tr("By element")), (BYTES, tr("Bytes")), (WIRE, tr("On the wire"))), name=tr("Answer")
        )
        self.which.changed.connect(lambda _which: self._show_which())
        self.elements = RowsModel(
            (
                Column(tr("Element"), lambda row: row.title, tip=lambda row: row.path),
                Column(
                    tr("Value"),
                    lambda row: f"\u26a0 {row.value}" if row.note else row.value,
                    strong=lambda _row: True,
                    tip=lambda row: row.note,
                    tone=lambda row: "warn" if row.changed or row.note else "",
                ),
                Column(tr("Unit"), lambda row: row.unit, tone=lambda _row: "weak"),
                Column("", lambda row: tr("changed") if row.changed else "", tone=lambda _row: "warn"),
                Column(tr("Bytes"), lambda row: row.raw, mono=True, tone=lambda _row: "weak"),
            ),
            self,
        )
        self.elements_view = RowsView(self.elements, tr("The answer by element"), stretch=4)
        self.reason = label(tone="weak", wrap=True)
        self.hex = HexEdit(look)
        self.hex.setAccessibleName(tr("Bytes of the answer"))
        self.wire = QPlainTextEdit()
        self.wire.setReadOnly(True)
        self.wire.setTabChangesFocus(True)
        self.wire.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.wire.setAccessibleName(tr("What went over the wire"))
        self.stack = QStackedWidget()
        by_element = QWidget()
        inside = QVBoxLayout(by_element)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.elements_view, 1)
        for made in (by_element, self.hex, self.wire):
            self.stack.addWidget(made)
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.which, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.reason)
        column.addWidget(self.stack, 1)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(8)
        splitter.addWidget(self.list)
        splitter.addWidget(below)
        splitter.setSizes([240, 320])
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(splitter, 1)
        workbench.wire_recorded.connect(lambda _records: self._show_wire())
        self._show(None)

    def set_look(self, look: Look) -> None:
        self.list.set_look(look)
        self.elements_view.set_look(look)
        self.which.set_look(look)
        self.hex.set_look(look)
        self.wire.setFont(look.mono("small"))

    @property
    def shown(self) -> list[Answer]:
        return list(self.answers.kept)

    def show_new(self) -> None:
        """Some came: the newest at the top, and in hand unless somebody looks at an older one."""
        follows = self._follows
        in_hand = self.answer
        rows = list(reversed(self.answers.kept))
        self.list.selectionModel().blockSignals(True)
        self.model.set_rows(rows)
        row = 0 if follows or in_hand is None else next((n for n, one in enumerate(rows) if one is in_hand), 0)
        if rows:
            self.list.selectRow(row)
        self.list.selectionModel().blockSignals(False)
        self._show(rows[row] if rows else None)
        self._on_chosen()

    def clear(self) -> None:
        self.answers.clear()
        self._follows = True
        self.show_new()

    def _row_chosen(self) -> None:
        row = self.list.row
        if 0 <= row < len(self.model.rows):
            self._follows = row == 0
            self._show(self.model.rows[row])
            self._on_chosen()

    def _show(self, answer: Answer | None) -> None:
        if answer is self.answer and answer is not None:
            return
        self.answer = answer
        if answer is None:
            self.elements.set_rows([])
            self.reason.setText(tr("Nothing was asked yet."))
            self.reason.show()
            self.hex.set_data(b"")
            self.wire.setPlainText("")
            return
        data = answer.data or answer.reply
        before = self.answers.before(answer)
        self.hex.set_data(data)
        if before is not None and answer.changed is not None:
            self.hex.set_base(before.data or before.reply)
        self._workbench.compute(
            lambda: elements_of(answer), lambda found: self._show_elements(answer, found), of_view=False
        )
        self._show_wire()

    def _show_elements(self, answer: Answer, found: Elements) -> None:
        if answer is self.answer:
            self.elements.set_rows(found.rows)
            self.reason.setText(found.reason)
            self.reason.setVisible(bool(found.reason))

    def _show_wire(self) -> None:
        """The packets, as soon as they are known here."""
        answer = self.answer
        if answer is None or self.which.chosen != WIRE:
            return
        lines = wire_of(self._workbench.wire.records, answer)
        self.wire.setPlainText("\n".join(lines) or tr("Nothing of it is kept any more."))

    def _show_which(self) -> None:
        self.stack.setCurrentIndex((ELEMENTS, BYTES, WIRE).index(self.which.chosen))
        self._show_wire()


def wire_of(records: Sequence[Any], answer: Answer) -> list[str]:
    """Every packet and acknowledgement of an exchange, with its bytes."""
    first, last = answer.at_s - MARGIN_S, answer.at_s + answer.took_s + MARGIN_S
    start = bisect_left(records, first, key=lambda record: record.time)
    stop = bisect_right(records, last, key=lambda record: record.time)
    lines = []
    for line in wire_lines(records[start:stop], first, last):
        lines.append(f"{(line.time - answer.at_s) * 1000:8.1f} ms  {line.direction}  {line.words}")
        lines += [f"        {text}" for text in hex_lines(line.raw)]
    return lines


def _short_hex(answer: Answer) -> str:
    data = answer.data or answer.reply
    return data[:HEX_SHOWN].hex(" ") + (" \u2026" if len(data) > HEX_SHOWN else "")


def _changed_tone(answer: Answer) -> str:
    return "warn" if answer.changed else "weak"
