"""The catalogue of tables as a Qt tree: decades and their tables; strong what the meter has, weak what it lacks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from fieldpro.gui.look import Look
from fieldpro.gui.pages.tables_catalogue import Group, Presence, TableEntry
from fieldpro.gui.roles import Role
from fieldpro.gui.words import tr

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
TOP = 0  # internal id of a group; 1 + group for a table


class TablesTree(QAbstractItemModel):
    """Column 0: number and title; column 1: size, or why there is none."""

    def __init__(self, look: Look, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._groups: tuple[Group, ...] = ()
        self._changed: frozenset[int] = frozenset()
        self.set_look(look)

    def set_look(self, look: Look) -> None:
        self._strong, self._body, self._small = look.font(strong=True), look.font(), look.font("small")
        self._colours = {
            Presence.REFUSED: look.color(Role.WARN),
            Presence.FAILED: look.color(Role.BAD),
            Presence.PARTIAL: look.color(Role.WARN),
        }
        self._weak, self._warn = look.color(Role.WEAK), look.color(Role.WARN)

    def set_groups(self, groups: Sequence[Group]) -> None:
        self.beginResetModel()
        self._groups = tuple(groups)
        self.endResetModel()

    def set_changed(self, numbers: frozenset[int]) -> None:
        """The tables that are not as they were read."""
        touched, self._changed = self._changed ^ numbers, numbers
        for number in touched:
            index = self.index_of(number)
            if index.isValid():
                self.dataChanged.emit(index, index.siblingAtColumn(1))

    @property
    def groups(self) -> tuple[Group, ...]:
        return self._groups

    def entry(self, index: Index) -> TableEntry | None:
        """The table at an index; None for a decade."""
        if not index.isValid() or index.internalId() == TOP:
            return None
        return self._groups[index.internalId() - 1].entries[index.row()]

    def index_of(self, number: int) -> QModelIndex:
        for place, group in enumerate(self._groups):
            for row, entry in enumerate(group.entries):
                if entry.number == number:
                    return self.createIndex(row, 0, place + 1)
        return QModelIndex()

    # --- the Qt model -----------------------------------------------------------------------------------------

    def index(self, row: int, column: int, parent: Index = NO_INDEX) -> QModelIndex:
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() + 1 if parent.isValid() else TOP)

    def parent(self, index: Index = NO_INDEX) -> Any:
        if not index.isValid() or index.internalId() == TOP:
            return QModelIndex()
        return self.createIndex(index.internalId() - 1, 0, TOP)

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        if not parent.isValid():
            return len(self._groups)
        if parent.column() or parent.internalId() != TOP:
            return 0
        return len(self._groups[parent.row()].entries)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 2

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        entry = self.entry(index)
        if entry is None:
            return self._group_data(self._groups[index.row()], index.column(), role)
        if role == Qt.ItemDataRole.DisplayRole:
            if index.column():
                if entry.number in self._changed:
                    return tr("changed")
                return entry.state if entry.in_meter else ""
            return f"{entry.label}  {self._short(index, entry.title)}"
        if role == Qt.ItemDataRole.FontRole:
            if index.column():
                return self._small
            return self._strong if entry.in_meter else self._body
        if role == Qt.ItemDataRole.ForegroundRole:
            if not entry.in_meter:
                return self._weak
            if index.column() and entry.number in self._changed:
                return self._warn
            return self._colours.get(entry.presence, self._weak) if index.column() else None
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column():
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(filter(None, (f"{entry.label}  {entry.title}", entry.name, entry.reason)))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{entry.label} {entry.title}, {entry.state}"
        return None

    def _short(self, index: Index, title: str) -> str:
        """The title without the name of the decade that it stands under."""
        rest = title.removeprefix(f"{self._groups[index.internalId() - 1].title}: ")
        return rest[:1].upper() + rest[1:]

    def _group_data(self, group: Group, column: int, role: int) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            if column:
                return tr("{there} of {all}", there=group.in_meter, all=len(group.entries))
            return f"{group.decade}x  {group.title}" if group.decade >= 0 else group.title
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._weak
        if role == Qt.ItemDataRole.FontRole:
            return self._small if column else self._body
        if role == Qt.ItemDataRole.TextAlignmentRole and column:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None
