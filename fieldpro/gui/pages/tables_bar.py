"""The bar over an edited table: how much is changed, back and forth, and what becomes of it."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QWidget

from fieldpro.gui.figures import grouped
from fieldpro.gui.look import mark_as
from fieldpro.gui.pages.tables_detail import TableDetail
from fieldpro.gui.pages.tables_draft import MOST_COUNTED
from fieldpro.gui.parts import Elided, button
from fieldpro.gui.words import tr


class EditBar(QWidget):
    """Buttons over a `TableDetail`: undo, redo, change the chosen value, all as it was read. `extra`: the row, for
    more buttons at its right."""

    def __init__(self, detail: TableDetail) -> None:
        super().__init__()
        self.detail = detail
        self.extra = QHBoxLayout(self)
        self.extra.setContentsMargins(0, 0, 0, 0)
        self.extra.setSpacing(8)
        self.change_button = button(tr("Change value"), detail.change_value)
        self.undo_button = button(tr("Undo"), detail.undo, kind="quiet", icon="undo")
        self.redo_button = button(tr("Redo"), detail.redo, kind="quiet")
        self.revert_button = button(tr("All as read"), detail.revert, kind="quiet")
        self.said = Elided(type="small")
        for made in (self.change_button, self.undo_button, self.redo_button, self.revert_button):
            self.extra.addWidget(made)
        self.extra.addWidget(self.said)
        self.extra.addStretch(1)
        for keys, act in ((QKeySequence.StandardKey.Undo, detail.undo), (QKeySequence.StandardKey.Redo, detail.redo)):
            QShortcut(keys, detail, act)
        detail.edited.connect(self.show_state)
        detail.fields.selectionModel().currentChanged.connect(lambda *_indices: self._allow_change())

    def show_state(self) -> None:
        """What can be done now, and how much is changed."""
        draft = self.detail.draft
        self.undo_button.setEnabled(draft is not None and draft.can_undo)
        self.redo_button.setEnabled(draft is not None and draft.can_redo)
        self.revert_button.setEnabled(draft is not None and draft.changed)
        self._allow_change()
        words = "" if draft is None or not draft.changed else changed_words(draft.count(), draft.layout is not None)
        self.said.set_text(words)
        mark_as(self.said, tone="warn" if words else "weak")

    def _allow_change(self) -> None:
        self.change_button.setEnabled(self.detail.can_change_value)


def changed_words(count: int, has_fields: bool) -> str:
    """ "3 elements changed", or places where there are no elements."""
    if count > MOST_COUNTED:
        return tr("more than {count} changes", count=grouped(MOST_COUNTED))
    if has_fields:
        return tr("1 element changed") if count == 1 else tr("{count} elements changed", count=grouped(count))
    return tr("changed in 1 place") if count == 1 else tr("changed in {count} places", count=grouped(count))
