"""A row of buttons of which one is chosen: views of the same thing, ranges, filters."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from fieldpro.gui.look import Look
from fieldpro.gui.roles import Role

_SHEET = """
QPushButton {{ border-radius: 0px; margin-left: -{line}px; padding: 0px 12px; }}
QPushButton[place="first"] {{ border-top-left-radius: 6px; border-bottom-left-radius: 6px; margin-left: 0px; }}
QPushButton[place="last"] {{ border-top-right-radius: 6px; border-bottom-right-radius: 6px; }}
QPushButton:checked {{ background: {chosen}; color: {accent}; border-color: {accent}; }}
QPushButton:focus {{ border-color: {focus}; }}
"""


class Segments(QWidget):
    """`choices` are (id, words). `changed` says the id that a person chose. With `optional`, none may be chosen."""

    changed = Signal(str)

    def __init__(self, choices: Sequence[tuple[str, str]], *, name: str, optional: bool = False) -> None:
        super().__init__()
        self.setAccessibleName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._group = QButtonGroup(self)
        self._group.setExclusive(not optional)
        self._buttons: dict[str, QPushButton] = {}
        for place, (key, words) in enumerate(choices):
            button = QPushButton(words)
            button.setCheckable(True)
            button.setAccessibleName(f"{name}: {words}")
            button.setProperty("place", "first" if place == 0 else "last" if place == len(choices) - 1 else "middle")
            button.clicked.connect(lambda _checked=False, key=key: self._clicked(key))
            self._group.addButton(button)
            self._buttons[key] = button
            row.addWidget(button)
        self._optional = optional
        if choices and not optional:
            self._buttons[choices[0][0]].setChecked(True)

    @property
    def chosen(self) -> str:
        """The id of the chosen one, "" when there is none."""
        return next((key for key, button in self._buttons.items() if button.isChecked()), "")

    def button(self, key: str) -> QPushButton:
        return self._buttons[key]

    def choose(self, key: str) -> None:
        """Show one as chosen, without saying so; an unknown id chooses none where that is allowed."""
        for own, button in self._buttons.items():
            button.setChecked(own == key)

    def set_look(self, look: Look) -> None:
        self.setStyleSheet(
            _SHEET.format(
                line=look.theme.sizes.focus,
                chosen=look.hex(Role.CHOSEN),
                accent=look.hex(Role.ACCENT),
                focus=look.hex(Role.FOCUS),
            )
        )

    def _clicked(self, key: str) -> None:
        if self._optional:
            self.choose(key)
        self.changed.emit(key)
