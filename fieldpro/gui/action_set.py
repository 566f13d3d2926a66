"""The declared actions as Qt actions of one window: bound to what they do, possible when what they need is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from fieldpro.gui import icons
from fieldpro.gui.actions import ACTIONS, Action
from fieldpro.gui.look import Look
from fieldpro.gui.models.entries import Entry
from fieldpro.gui.words import tr


class ActionSet(QObject):
    """Every action of `actions.ACTIONS` by id. `handlers` names what each does; one that is missing is a defect."""

    def __init__(self, window: QWidget, handlers: Mapping[str, Callable[[], object]]) -> None:
        super().__init__(window)
        self.by_id: dict[str, QAction] = {}
        for declared in ACTIONS:
            made = QAction(tr(declared.title), window)
            if declared.shortcut:
                made.setShortcut(QKeySequence(declared.shortcut))
                made.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            handler = handlers[declared.id]
            made.triggered.connect(lambda _checked=False, handler=handler: handler())
            window.addAction(made)
            self.by_id[declared.id] = made

    def set_possible(self, have: set[str]) -> None:
        """`have` is what there is now: of "meter", "view", "job", "user"."""
        for declared in ACTIONS:
            self.by_id[declared.id].setEnabled(not declared.needs or declared.needs in have)

    def set_look(self, look: Look, shown: tuple[str, ...]) -> None:
        """Icons for the actions that stand in a menu."""
        for action_id in shown:
            declared = next(one for one in ACTIONS if one.id == action_id)
            if declared.icon:
                self.by_id[action_id].setIcon(icons.icon(declared.icon, look))

    def entries(self) -> list[Entry]:
        """All of them for the command palette."""
        return [self._entry(declared) for declared in ACTIONS if declared.id != "palette.open"]

    def _entry(self, declared: Action) -> Entry:
        made = self.by_id[declared.id]
        hint = made.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        kind = tr("Page") if declared.id.startswith("go.") else tr("Action")
        return Entry(tr(declared.title), kind, made.trigger, hint, made.isEnabled())
