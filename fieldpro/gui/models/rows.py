"""One table model for plain records: the columns are declared, the rows are any objects."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
TONE_ROLE = int(Qt.ItemDataRole.UserRole) + 1


@dataclass(frozen=True, slots=True)
class Column:
    """`text` makes the cell of a row; `tone` a tone of `look` or ""; numbers and units stand at the right."""

    title: str
    text: Callable[[Any], str]
    right: bool = False
    mono: bool = False
    strong: Callable[[Any], bool] | None = None
    tip: Callable[[Any], str] | None = None
    tone: Callable[[Any], str] | None = None


class RowsModel(QAbstractTableModel):
    """`rows` of records under `columns`. Sort and filter the records, not the model."""

    def __init__(self, columns: Sequence[Column], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._rows: list[Any] = []
        self.body_font = self.strong_font = self.mono_font = QFont()
        self.set_fonts(QFont(), QFont())

    @property
    def rows(self) -> list[Any]:
        return self._rows

    @property
    def columns(self) -> tuple[Column, ...]:
        return self._columns

    def set_fonts(self, body: QFont, mono: QFont) -> None:
        self.body_font, self.mono_font = body, mono
        self.strong_font = QFont(body)
        self.strong_font.setWeight(QFont.Weight.DemiBold)

    def set_rows(self, rows: Sequence[Any]) -> None:
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def set_table(self, columns: Sequence[Column], rows: Sequence[Any]) -> None:
        """Columns and rows at once, for tables whose columns depend on the meter."""
        self.beginResetModel()
        self._columns, self._rows = tuple(columns), list(rows)
        self.endResetModel()

    def append(self, rows: Sequence[Any]) -> None:
        if rows:
            first = len(self._rows)
            self.beginInsertRows(NOWHERE, first, first + len(rows) - 1)
            self._rows.extend(rows)
            self.endInsertRows()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        column, row = self._columns[index.column()], self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return column.text(row)
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{column.title}: {column.text(row)}"
            case Qt.ItemDataRole.ToolTipRole:
                return column.tip(row) if column.tip is not None else None
            case Qt.ItemDataRole.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
                return int(side | Qt.AlignmentFlag.AlignVCenter)
            case Qt.ItemDataRole.FontRole:
                if column.mono:
                    return self.mono_font
                return self.strong_font if column.strong is not None and column.strong(row) else None
        if role == TONE_ROLE and column.tone is not None:
            return column.tone(row)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        column = self._columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None
