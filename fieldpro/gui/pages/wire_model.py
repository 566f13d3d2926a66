"""The list of what went over the wire, as a Qt model: appended in batches, filtered by plain lists.

A `QSortFilterProxyModel` over a hundred thousand rows blocks the window; a list of row numbers does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFont

from fieldpro.c12.link.monitor import TO_METER, WireItem, WireKind
from fieldpro.c12.psem.codes import FIRST_SERVICE
from fieldpro.gui.look import Look
from fieldpro.gui.roles import Role
from fieldpro.gui.words import mark, tr

MOST = 200_000  # items; the oldest tenth goes when it is full
Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
HEADERS = (mark("Time"), mark("After"), mark("Way"), mark("Service"), mark("What"), mark("Bytes"))
TIME, AFTER, WAY, SERVICE, WHAT, SIZE = range(6)


class Show(StrEnum):
    ALL = "all"
    SERVICES = "services"
    PROBLEMS = "problems"


@dataclass(frozen=True, slots=True)
class Filter:
    """`direction` is ">", "<" or "" for both; `text` is looked for in service and summary, any case."""

    text: str = ""
    direction: str = ""
    show: Show = Show.ALL

    @property
    def is_open(self) -> bool:
        return self == Filter()

    def takes(self, item: WireItem, words: str) -> bool:
        """`words` are the item's, in lower case."""
        if self.direction and item.direction != self.direction:
            return False
        if self.show is Show.SERVICES and not item.message:
            return False
        if self.show is Show.PROBLEMS and not is_problem(item):
            return False
        return self.text.lower() in words


def is_problem(item: WireItem) -> bool:
    """Damage, a request to repeat, a retry, or an answer with a response code other than ok."""
    if item.kind in (WireKind.NAK, WireKind.GARBAGE) or item.repeated:
        return True
    return bool(item.message) and 0 < item.message[0] < FIRST_SERVICE


def time_text(time_s: float) -> str:
    """Local time of day to the millisecond."""
    return f"{datetime.fromtimestamp(time_s):%H:%M:%S.%f}"[:-3]


def gap_text(gap_s: float | None) -> str:
    """`+12 ms`, `+3.20 s`."""
    if gap_s is None:
        return ""
    return f"+{gap_s * 1000:.0f} ms" if gap_s < 1 else f"+{gap_s:.2f} s"


def _words(item: WireItem) -> str:
    return f"{item.service} {item.summary}".lower()


class WireModel(QAbstractTableModel):
    """Rows are the items that the filter takes, oldest first."""

    counted = Signal(int, int)  # shown, all

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._items: list[WireItem] = []
        self._texts: list[str] = []
        self._rows: list[int] = []  # positions in `_items`
        self._filter = Filter()
        self.set_look(look)

    def set_look(self, look: Look) -> None:
        self._mono: QFont = look.mono("small")
        self._weak: QColor = look.color(Role.WEAK)
        self._bad: QColor = look.color(Role.BAD)
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, SIZE))

    # --- items ------------------------------------------------------------------------------------------------

    @property
    def filter(self) -> Filter:
        return self._filter

    def item(self, row: int) -> WireItem:
        return self._items[self._rows[row]]

    def shown(self) -> list[WireItem]:
        return [self._items[place] for place in self._rows]

    def append(self, items: Sequence[WireItem]) -> None:
        """Add a batch."""
        if not items:
            return
        if len(self._items) + len(items) > MOST:
            self._drop_oldest(len(items))
        start = len(self._items)
        texts = [_words(item) for item in items]
        self._items.extend(items)
        self._texts.extend(texts)
        new = [
            start + place
            for place, (item, words) in enumerate(zip(items, texts, strict=True))
            if self._filter.takes(item, words)
        ]
        if new:
            self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows) + len(new) - 1)
            self._rows.extend(new)
            self.endInsertRows()
        self.counted.emit(len(self._rows), len(self._items))

    def _drop_oldest(self, coming: int) -> None:
        gone = max(MOST // 10, len(self._items) + coming - MOST)
        self.beginResetModel()
        del self._items[:gone], self._texts[:gone]
        self._rows = [place - gone for place in self._rows if place >= gone]
        self.endResetModel()

    def clear(self) -> None:
        self.beginResetModel()
        self._items, self._texts, self._rows = [], [], []
        self.endResetModel()
        self.counted.emit(0, 0)

    def set_filter(self, wanted: Filter) -> None:
        if wanted == self._filter:
            return
        self.beginResetModel()
        self._filter = wanted
        if wanted.is_open:
            self._rows = list(range(len(self._items)))
        else:
            pairs = enumerate(zip(self._items, self._texts, strict=True))
            self._rows = [place for place, (item, words) in pairs if wanted.takes(item, words)]
        self.endResetModel()
        self.counted.emit(len(self._rows), len(self._items))

    def row_at(self, time_s: float) -> int | None:
        """The last shown row that is not after a moment, or the first one; None when nothing is shown."""
        if not self._rows:
            return None
        low, high = 0, len(self._rows)
        while low < high:
            middle = (low + high) // 2
            if self.item(middle).time <= time_s:
                low = middle + 1
            else:
                high = middle
        return max(low - 1, 0)

    @property
    def newest_s(self) -> float | None:
        """When the newest item was heard."""
        return self._items[-1].time if self._items else None

    # --- the Qt model -----------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(HEADERS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        item, column = self.item(index.row()), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(index.row(), item, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self._text(index.row(), item, column)}"
        if role == Qt.ItemDataRole.TextAlignmentRole and column in (AFTER, SIZE):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole and column in (TIME, AFTER):
            return self._mono
        if role == Qt.ItemDataRole.ForegroundRole:
            if is_problem(item):
                return self._bad
            if column in (TIME, AFTER, SIZE) or not item.message:
                return self._weak
        return None

    def _text(self, row: int, item: WireItem, column: int) -> str:
        if column == TIME:
            return time_text(item.time)
        if column == AFTER:
            return gap_text(item.time - self.item(row - 1).time if row else None)
        if column == WAY:
            return tr("\u2192 meter") if item.direction == TO_METER else tr("\u2190 meter")
        if column == SERVICE:
            return item.service if item.kind is WireKind.PACKET else ""
        if column == WHAT:
            return item.summary
        return f"{len(item.raw):,}"

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return tr(HEADERS[section])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section in (AFTER, SIZE) else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None
