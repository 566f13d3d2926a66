"""What a program leaves open for each meter, as fields to fill in. A password is taken as a `Secret` and not shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from fieldpro.gui.look import mark_as
from fieldpro.gui.parts import Card, button, label
from fieldpro.gui.words import tr
from fieldpro.secret import Secret

if TYPE_CHECKING:
    from fieldpro.meter.programs import Blank

WAIT_MS = 300  # after the last key, before it is compared again
FEW = 6  # more fields than this stay folded until they are wanted
LOW_PX = 760  # in a window lower than this, all of them do


class ProgramFields(Card):
    """`changed` a moment after the last key. `texts` and `secrets` by the field's name, empty ones left out."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__(tr("For this meter"))
        self.fields: dict[str, QLineEdit] = {}
        self._said: dict[str, QWidget] = {}
        self._secret: set[str] = set()
        self._form = QWidget()
        self._grid = QGridLayout(self._form)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(8)
        self.fold_button = button(tr("Show the fields"), self._fold, kind="link")
        self.heading_row.addWidget(self.fold_button)
        self.add(self._form)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WAIT_MS)
        self._timer.timeout.connect(self.changed)
        self.hide()

    @property
    def texts(self) -> dict[str, str]:
        return {n: field.text() for n, field in self.fields.items() if n not in self._secret and field.text()}

    @property
    def secrets(self) -> dict[str, Secret]:
        found = ((name, self.fields[name].text()) for name in self._secret)
        return {name: Secret.from_text(text) for name, text in found if text}

    def show_blanks(self, blanks: Mapping[str, Blank]) -> None:
        """Fields for a program's blanks; hidden when it has none."""
        self._timer.stop()
        while (item := self._grid.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.fields, self._said, self._secret = {}, {}, set()
        for number, blank in enumerate(blanks.values()):
            self._add(blank, number)
        for column in (1, 4):
            self._grid.setColumnStretch(column, 1)
        self.setVisible(bool(blanks))
        self._form.setVisible(len(blanks) <= FEW and self.window().height() >= LOW_PX)
        self._name_fold()

    def show_wrong(self, wrong: Mapping[str, str]) -> None:
        """Beside each field what it expects, where what was typed does not fit."""
        for name, said in self._said.items():
            text = wrong.get(name, "")
            said.setText(tr("expected {what}", what=text) if text else "")  # type: ignore[attr-defined] # a QLabel
            said.setVisible(bool(text))
        if wrong:
            self._form.show()
            self._name_fold()

    def forget_secrets(self) -> None:
        """What was typed as a password is gone from the screen."""
        for name in self._secret:
            self.fields[name].clear()
        self._timer.stop()

    def _add(self, blank: Blank, number: int) -> None:
        row, side = 2 * (number // 2), 3 * (number % 2)
        field = QLineEdit()
        field.setAccessibleName(blank.title)
        field.setAccessibleDescription(blank.element)
        field.setToolTip(blank.element)
        if blank.secret:
            self._secret.add(blank.name)
            field.setEchoMode(QLineEdit.EchoMode.Password)
            field.setPlaceholderText(tr("unchanged"))
        else:
            keeps = tr("required") if blank.required else tr("unchanged")
            field.setPlaceholderText(tr("such as {example}", example=blank.example) if blank.example else keeps)
        field.textChanged.connect(lambda _text: self._timer.start())
        title = label(blank.title if not blank.required else f"{blank.title} *")
        title.setBuddy(field)
        said = label(type="small", wrap=True)
        mark_as(said, tone="bad")
        said.hide()
        self._grid.addWidget(title, row, side, Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(field, row, side + 1)
        self._grid.addWidget(said, row + 1, side + 1)
        if side == 0:
            self._grid.setColumnMinimumWidth(2, 16)
        self.fields[blank.name], self._said[blank.name] = field, said

    def _fold(self) -> None:
        self._form.setVisible(self._form.isHidden())
        self._name_fold()

    def _name_fold(self) -> None:
        count = len(self.fields)
        self.fold_button.setText(
            tr("Show {count} fields", count=count) if self._form.isHidden() else tr("Hide the fields")
        )
