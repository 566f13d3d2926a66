"""The one dialog: a decision that changes a meter. What will be done stands in it; the button that does it names it.

    dialog = Confirm(page, look, title=..., text=..., verb=tr("Write 2 changes"), rows=[...])
    dialog.accepted.connect(...) ; dialog.open()

With `acknowledge`, a box at the other end of the dialog has to be checked first; with `ask_reason`, a reason typed;
with `type_it`, these letters, and not before a moment has passed, so that a double click is no second act. Enter alone
never does it: the focus begins on what keeps everything as it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QLayout, QLineEdit, QVBoxLayout, QWidget

from fieldpro.gui.look import Look
from fieldpro.gui.models.rows import Column, RowsModel
from fieldpro.gui.parts import button, dress, label
from fieldpro.gui.rows_view import RowsView
from fieldpro.gui.words import tr

WIDTH_PX, MOST_HIGH_PX = 640, 320
APART_MS = 700  # between the act that opened the dialog and the one in it

Line = tuple[str, str, str]  # what, as it is, as it will be


class Confirm(QDialog):
    """See the module. `reason` is the text that was typed."""

    def __init__(
        self,
        parent: QWidget,
        look: Look,
        *,
        title: str,
        text: str = "",
        verb: str,
        rows: Sequence[Line] = (),
        warnings: Sequence[str] = (),
        acknowledge: str = "",
        ask_reason: bool = False,
        type_it: str = "",
        danger: bool = False,
        keep: str = "",
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        column = QVBoxLayout(self)
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(16)
        column.addWidget(label(title, type="title", wrap=True))
        self.box = QCheckBox(acknowledge)
        self.box.toggled.connect(lambda _on: self._look_again())
        for warning in warnings:
            column.addWidget(label(warning, tone="warn", wrap=True))
        if text:
            column.addWidget(label(text, wrap=True))
        column.addWidget(self.box)
        self.box.setVisible(bool(acknowledge))
        if rows:
            column.addWidget(self._table(rows, look))
        self._asks_reason = ask_reason
        self.reason_field = QLineEdit()
        self.reason_field.setAccessibleName(tr("Reason"))
        self.reason_field.setPlaceholderText(tr("Why? It stands in the record."))
        self.reason_field.textChanged.connect(lambda _text: self._look_again())
        column.addWidget(self.reason_field)
        self.reason_field.setVisible(ask_reason)
        self._type_it = type_it
        self.typed_field = QLineEdit()
        self.typed_field.setAccessibleName(tr("Type {letters}", letters=type_it))
        self.typed_field.setPlaceholderText(tr("Type {letters}", letters=type_it))
        self.typed_field.textChanged.connect(lambda _text: self._look_again())
        column.addWidget(self.typed_field)
        self.typed_field.setVisible(bool(type_it))
        self._too_soon = bool(type_it)
        if type_it:
            QTimer.singleShot(APART_MS, self, self._a_moment_later)
        buttons = QHBoxLayout()
        self.keep_button = button(keep or tr("Leave it as it is"), self.reject)
        self.do_button = button(verb, self.accept, kind="danger" if danger else "primary")
        self.do_button.setAutoDefault(False)
        buttons.addWidget(self.keep_button)
        buttons.addStretch(1)
        buttons.addWidget(self.do_button)
        column.addSpacing(8)
        column.addLayout(buttons)
        dress(self, look)
        self.keep_button.setDefault(True)
        self.keep_button.setFocus()
        self._look_again()
        for child in self.findChildren(QWidget):
            child.ensurePolished()
        self.setFixedSize(WIDTH_PX, column.totalHeightForWidth(WIDTH_PX))

    @property
    def reason(self) -> str:
        return self.reason_field.text().strip()

    def _look_again(self) -> None:
        known = self.box.isHidden() or self.box.isChecked()
        typed = not self._type_it or self.typed_field.text().strip() == self._type_it
        why = not self._asks_reason or bool(self.reason)
        self.do_button.setEnabled(known and typed and why and not self._too_soon)

    def _a_moment_later(self) -> None:
        self._too_soon = False
        self._look_again()

    def _table(self, rows: Sequence[Line], look: Look) -> RowsView:
        model = RowsModel(
            (
                Column(tr("Element"), lambda row: row[0], strong=lambda _row: True),
                Column(tr("In the meter"), lambda row: row[1]),
                Column(tr("Will be"), lambda row: row[2]),
            ),
            self,
        )
        model.set_rows(rows)
        view = RowsView(model, tr("What will be written"), stretch=0)
        view.set_look(look)
        high = view.horizontalHeader().sizeHint().height() + len(rows) * look.density.row + 8
        view.setFixedHeight(min(high, MOST_HIGH_PX))
        return view
