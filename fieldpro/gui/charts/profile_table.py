"""The same load profile as rows: a model over the arrays, made of nothing but the cell that is looked at."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from fieldpro.gui.charts.numbers import decimals_of, number
from fieldpro.gui.charts.profile_data import ProfileData
from fieldpro.gui.charts.summary import status_words
from fieldpro.gui.words import tr

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()


class ProfileTable(QAbstractTableModel):
    """Columns: end of interval, one a channel, status. Newest first, as one reads a log."""

    def __init__(self, data: ProfileData | None = None) -> None:
        super().__init__()
        self._data = data
        self._places = self._decimals(data)

    @staticmethod
    def _decimals(data: ProfileData | None) -> list[int]:
        return [] if data is None else [decimals_of(channel.value_per_pulse) for channel in data.series.channels]

    def set_data(self, data: ProfileData | None) -> None:
        self.beginResetModel()
        self._data, self._places = data, self._decimals(data)
        self.endResetModel()

    def row_of(self, index: int) -> int:
        """The row of an interval of the series, and the other way round."""
        return self.rowCount() - 1 - index

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() or self._data is None else len(self._data)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() or self._data is None else len(self._places) + 2

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or self._data is None:
            return None
        column, last = index.column(), len(self._places) + 1
        if role == Qt.ItemDataRole.DisplayRole:
            place = self.row_of(index.row())
            if column == 0:
                return f"{self._data.time.moment(float(self._data.x[place])):%a %Y-%m-%d %H:%M}"
            if column == last:
                return ", ".join(status_words(self._data, place, with_dst=True))
            return number(float(self._data.values[place, column - 1]), self._places[column - 1])
        if role == Qt.ItemDataRole.TextAlignmentRole and 0 < column < last:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or self._data is None:
            return None
        last = len(self._places) + 1
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if 0 < section < last else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if section == 0:
            return tr("End of interval")
        if section == last:
            return tr("Status")
        channel = self._data.series.channels[section - 1]
        return f"{channel.name}, {channel.unit}"
