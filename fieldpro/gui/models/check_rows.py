"""Rows with boxes: each row stands for some keys, a heading for those of all rows below it. Sorting is the records'."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from fieldpro.gui.models.rows import Column, RowsModel
from fieldpro.gui.words import tr

Index = QModelIndex | QPersistentModelIndex
BOX = 0  # the column of boxes


class CheckRowsModel(RowsModel):
    """`keys_of(row)` are the keys that the row's box stands for, () for a row without one."""

    checks_changed = Signal()

    def __init__(
        self, columns: Sequence[Column], keys_of: Callable[[Any], Sequence[str]], parent: QObject | None = None
    ) -> None:
        super().__init__((Column("", lambda _row: ""), *columns), parent)
        self._keys_of = keys_of
        self.checked: set[str] = set()

    def set_checked(self, keys: Collection[str]) -> None:
        """Check these and no others."""
        self.checked = set(keys)
        self._redraw()

    def toggle(self, row: int) -> None:
        """Check all that the row stands for; when all are checked already, none of them."""
        if not 0 <= row < len(self.rows):
            return
        keys = set(self._keys_of(self.rows[row]))
        if keys:
            self.checked = self.checked - keys if keys <= self.checked else self.checked | keys
            self._redraw()

    def state(self, row: Any) -> Qt.CheckState | None:
        """None for a row without a box."""
        keys = self._keys_of(row)
        if not keys:
            return None
        count = sum(key in self.checked for key in keys)
        if count == len(keys):
            return Qt.CheckState.Checked
        return Qt.CheckState.PartiallyChecked if count else Qt.CheckState.Unchecked

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if index.isValid() and index.column() == BOX:
            state = self.state(self.rows[index.row()])
            if role == Qt.ItemDataRole.CheckStateRole:
                return state
            if role == Qt.ItemDataRole.AccessibleTextRole:
                return "" if state is None else _WORDS[state]()
        return super().data(index, role)

    def _redraw(self) -> None:
        if self.rows:
            first, last = self.index(0, BOX), self.index(len(self.rows) - 1, len(self.columns) - 1)
            self.dataChanged.emit(first, last)
        self.checks_changed.emit()


_WORDS = {
    Qt.CheckState.Checked: lambda: tr("chosen"),
    Qt.CheckState.PartiallyChecked: lambda: tr("some chosen"),
    Qt.CheckState.Unchecked: lambda: tr("not chosen"),
}
