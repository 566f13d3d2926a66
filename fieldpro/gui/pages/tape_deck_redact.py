"""What is to be taken out of a tape: named groups with a box each, and elements by name."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLineEdit, QVBoxLayout

from fieldpro.gui.parts import button, label
from fieldpro.gui.words import mark, tr

GROUPS = (
    ("passwords", mark("Passwords")),
    ("keys", mark("Keys")),
    ("identifiers", mark("Serial numbers and other identifiers")),
)


class RedactPanel(QFrame):
    """`wanted(list of names)`."""

    wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "banner")
        self.setProperty("tone", "warn")
        self.setAccessibleName(tr("Redact the tape"))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 8, 8, 8)
        outer.setSpacing(8)
        outer.addWidget(
            label(tr("What is to be taken out? It still plays; what is taken out is not compared."), wrap=True)
        )
        self.boxes = {name: QCheckBox(tr(text)) for name, text in GROUPS}
        row = QHBoxLayout()
        row.setSpacing(12)
        for name, box in self.boxes.items():
            box.setChecked(True)
            box.toggled.connect(lambda _on: self._look_again())
            row.addWidget(box)
            box.setProperty("group", name)
        self.elements = QLineEdit()
        self.elements.setAccessibleName(tr("Elements to take out"))
        self.elements.setPlaceholderText(tr("Elements, such as UTIL_INFO_TBL.MISC_ID"))
        self.elements.textChanged.connect(lambda _text: self._look_again())
        row.addWidget(self.elements, 1)
        outer.addLayout(row)
        acts = QHBoxLayout()
        acts.addStretch(1)
        acts.addWidget(button(tr("Leave it as it is"), self.hide))
        self.do_button = button(tr("Take out"), self._do, kind="danger")
        acts.addWidget(self.do_button)
        outer.addLayout(acts)
        self.hide()

    @property
    def chosen(self) -> list[str]:
        groups = [name for name, box in self.boxes.items() if box.isChecked()]
        return groups + [part.strip() for part in self.elements.text().split(",") if part.strip()]

    def _look_again(self) -> None:
        self.do_button.setEnabled(bool(self.chosen))

    def _do(self) -> None:
        self.hide()
        self.wanted.emit(self.chosen)
