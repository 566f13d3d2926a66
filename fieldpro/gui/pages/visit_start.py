"""The beginning of a visit: an order typed or out of a file, or a visit that is not finished."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QDir, Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from fieldpro.errors import UsageError
from fieldpro.gui.fields import above
from fieldpro.gui.look import Look
from fieldpro.gui.pages.visit_work import kind_choices
from fieldpro.gui.parts import Card, button, label
from fieldpro.gui.segments import Segments
from fieldpro.gui.words import tr
from fieldpro.meter.visit import WorkOrder

ORDERS = "Orders (*.toml *.json)"


class VisitStart(QWidget):
    """`begin_wanted(WorkOrder)`, `file_chosen(Path)`, `resume_wanted(Path)`."""

    begin_wanted = Signal(object)
    file_chosen = Signal(object)
    resume_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        self._open = Card(tr("Not finished yet"))
        self._open_rows = QVBoxLayout()
        self._open.add(self._open_rows)
        self._open.hide()
        column.addWidget(self._open)
        card = Card(tr("A new visit"))
        self.kinds = Segments([(name, title) for name, title, _help in kind_choices()], name=tr("Kind of visit"))
        self._helps = {name: help for name, _title, help in kind_choices()}
        self.kinds.changed.connect(lambda _kind: self._show_kind())
        row = QHBoxLayout()
        row.addWidget(self.kinds)
        row.addStretch(1)
        card.add(row)
        self._kind_help = label(tone="weak", wrap=True)
        card.add(self._kind_help)
        self.fields: dict[str, QLineEdit] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        titles = (
            ("number", tr("Order number")),
            ("premise", tr("Premise")),
            ("serial", tr("Serial number of the meter")),
            ("old_serial", tr("Serial number of the old meter")),
            ("device_class", tr("Device class")),
            ("form", tr("Form")),
            ("program", tr("Program")),
            ("note", tr("Note")),
        )
        self._holders: dict[str, QWidget] = {}
        for number, (name, title) in enumerate(titles):
            field = QLineEdit()
            field.setAccessibleName(title)
            field.returnPressed.connect(self.begin)
            holder = QWidget()
            holder.setLayout(above(title, field))
            self.fields[name], self._holders[name] = field, holder
            grid.addWidget(holder, number // 2, number % 2)
        card.add(grid)
        self.trouble = label(tone="bad", wrap=True)
        card.add(self.trouble)
        buttons = QHBoxLayout()
        self.begin_button = button(tr("Begin the visit"), self.begin, kind="primary")
        self.file_button = button(tr("Open an order file"), self.ask_file, icon="open")
        buttons.addWidget(self.begin_button)
        buttons.addWidget(self.file_button)
        buttons.addStretch(1)
        card.add(buttons)
        column.addWidget(card)
        column.addStretch(1)
        self._show_kind()

    def set_look(self, look: Look) -> None:
        self.kinds.set_look(look)

    def show_open(self, visits: list[Path]) -> None:
        """Those that are not finished, the newest first."""
        while (item := self._open_rows.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for path in visits:
            name = path.name.partition(".")[0]
            words = tr(
                "Go on with the visit of {when}", when=f"{name[:4]}-{name[4:6]}-{name[6:8]} {name[9:11]}:{name[11:13]}"
            )
            self._open_rows.addWidget(button(words, partial(self.resume_wanted.emit, path), icon="recent"))
        self._open.setVisible(bool(visits))

    def begin(self) -> None:
        values = {name: field.text() for name, field in self.fields.items() if not self._holders[name].isHidden()}
        if not values["number"].strip():
            self.trouble.setText(tr("An order has a number."))
            self.fields["number"].setFocus()
            return
        try:
            order = WorkOrder(kind=self.kinds.chosen, **values)
        except (ValueError, UsageError) as problem:
            self.trouble.setText(str(problem))
            return
        self.trouble.setText("")
        self.begin_wanted.emit(order)

    def ask_file(self) -> None:
        dialog = QFileDialog(self, tr("Open an order file"), QDir.homePath(), tr(ORDERS))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda chosen: self.file_chosen.emit(Path(chosen)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _show_kind(self) -> None:
        kind = self.kinds.chosen
        self._kind_help.setText(tr(self._helps[kind]))
        self._holders["old_serial"].setVisible(kind == "exchange")
        self._holders["program"].setVisible(kind in ("exchange", "program"))
