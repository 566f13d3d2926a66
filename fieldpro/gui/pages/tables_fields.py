"""The elements of one decoded table as a Qt tree, made as far as it is unfolded.

A year of load profile has hundreds of thousands of elements. Nothing is decoded before its row is asked for, and a
long array is shown in runs of a hundred ([0..99], [100..199] ...), so that unfolding one never costs more than a
hundred rows.

Where the table is edited, `edit` takes what was typed; `update` shows other bytes in the same layout, and what is
unfolded stays so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFont

from fieldpro.c12.dictionary.decoded import DecodedTable, Field
from fieldpro.c12.dictionary.layout import Node
from fieldpro.c12.dictionary.shape import Array, Bits, Leaf, Mixed, Record
from fieldpro.gui.look import Look
from fieldpro.gui.pages.tables_draft import can_edit
from fieldpro.gui.roles import Role
from fieldpro.gui.words import mark, tr

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
RUN = 100
GROUPED_FROM = 10_000
HEADERS = (mark("Element"), mark("Value"), mark("Unit"), mark("Name"))
ELEMENT, VALUE, UNIT, NAME = range(4)
PLAIN = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
EDITABLE = PLAIN | Qt.ItemFlag.ItemIsEditable


@dataclass(eq=False, slots=True)
class Item:
    """One row: an element, or a run of an array's elements (`first`..`stop`)."""

    node: Node
    parent: Item | None
    row: int
    first: int = 0
    stop: int = -1  # -1: not a run
    children: dict[int, Item] = field(default_factory=dict)
    shown: Field | None = None
    kept: list[int] | None = None  # of a record or bit field: the parts that are shown

    @property
    def is_run(self) -> bool:
        return self.stop >= 0

    @property
    def count(self) -> int:
        if self.is_run:
            return self.stop - self.first
        number = len(self.node.children) if self.kept is None else len(self.kept)
        return number if number <= RUN else -(-number // RUN)

    @property
    def has_runs(self) -> bool:
        return not self.is_run and self.kept is None and len(self.node.children) > RUN

    def child(self, row: int) -> Item:
        made = self.children.get(row)
        if made is None:
            if self.has_runs:
                first = row * RUN
                made = Item(self.node, self, row, first, min(first + RUN, len(self.node.children)))
            else:
                place = self.first + row if self.kept is None else self.kept[row]
                made = Item(self.node.children[place], self, row)
            self.children[row] = made
        return made


def _is_filler(node: Node) -> bool:
    if node.bit is not None:
        return node.bit.filler
    return isinstance(node.shape, Leaf) and node.shape.filler


def _is_zero(shown: Field) -> bool:
    return not (any(shown.value) if isinstance(shown.value, bytes) else shown.value)


def _is_shown(table: DecodedTable, node: Node) -> bool:
    return not (_is_filler(node) and _is_zero(table.field(node)))


def _touched(root: Item, offset: int, length: int) -> Iterator[Item]:
    """The rows made so far whose bytes are among these."""
    waiting = [root]
    while waiting:
        item = waiting.pop()
        node = item.node
        if node.offset < offset + max(length, 1) and offset < node.offset + max(node.length, 1):
            yield item
            waiting += item.children.values()


class FieldsModel(QAbstractItemModel):
    """`set_table` fills it; None empties it. `edit(node, text)` does what a person typed or raises `ValueError`; with
    None nothing can be changed. `is_changed(node)` marks a value. `refused`: the path, and what was expected."""

    refused = Signal(str, str)

    def __init__(self, look: Look, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._table: DecodedTable | None = None
        self._root: Item | None = None
        self._have: tuple[tuple[int, int], ...] | None = None
        self.edit: Callable[[Node, str], object] | None = None
        self.is_changed: Callable[[Node], bool] | None = None
        self.set_look(look)

    def set_look(self, look: Look) -> None:
        self._mono = look.mono("small")
        self._strong = look.font(strong=True)
        self._marked = QFont(self._strong)
        self._marked.setUnderline(True)
        self._weak, self._warn = look.color(Role.WEAK), look.color(Role.WARN)

    def set_table(self, table: DecodedTable | None, have: Sequence[tuple[int, int]] | None = None) -> None:
        """have: (offset, length) of the bytes that are here, where that is not all of them."""
        self.beginResetModel()
        self._table = table
        self._have = None if have is None else tuple(have)
        self._root = None if table is None else Item(table.layout.root, None, 0)
        self.endResetModel()

    def update(self, table: DecodedTable, offset: int, length: int) -> bool:
        """Other bytes in the same layout; False when rows come or go with that (a filler that is zero no more), and
        `set_table` is to be called."""
        self._table = table
        if self._root is None:
            return True
        touched = list(_touched(self._root, offset, length))
        for item in touched:
            item.shown = None
        for item in touched:
            kept, item.kept = item.kept, None
            if kept is not None and self._kept(item).kept != kept:
                return False
        for item in touched:
            if item.parent is not None:
                self.dataChanged.emit(self.createIndex(item.row, VALUE, item), self.createIndex(item.row, VALUE, item))
        return True

    def is_here(self, node: Node) -> bool:
        """Whether all bytes of an element are here."""
        if self._have is None:
            return True
        first, end = node.offset, node.offset + node.length
        return any(offset <= first and end <= offset + length for offset, length in self._have)

    def node(self, index: Index) -> Node | None:
        """The element of a row; None for a run."""
        item = self.item(index) if index.isValid() else None
        return None if item is None or item.is_run else item.node

    def made(self) -> Iterator[tuple[QModelIndex, tuple[str | int, ...], bool]]:
        """Every row that was made so far and has rows below: its index, the path of its first element or its own, and
        whether it is a run."""
        waiting = [] if self._root is None else [self._root]
        while waiting:
            item = waiting.pop()
            waiting += item.children.values()
            if item.parent is not None and item.children:
                path = (*item.node.path, item.first) if item.is_run else item.node.path
                yield self.createIndex(item.row, 0, item), path, item.is_run

    @property
    def table(self) -> DecodedTable | None:
        return self._table

    def item(self, index: Index) -> Item | None:
        if not index.isValid():
            return None if self._root is None else self._kept(self._root)
        found: Item = index.internalPointer()
        return self._kept(found)

    def _kept(self, item: Item) -> Item:
        """Leave out fillers that are zero, as they should be."""
        table = self._table
        if item.kept is None and table is not None and isinstance(item.node.shape, Record | Bits):
            parts = enumerate(item.node.children)
            item.kept = [place for place, node in parts if _is_shown(table, node)]
        return item

    def field(self, index: Index) -> Field | None:
        """The element with its value; None for a run."""
        item = self.item(index)
        if item is None or item.is_run or self._table is None:
            return None
        if item.shown is None:
            item.shown = self._table.field(item.node)
        return item.shown

    def bytes_of(self, index: Index) -> tuple[int, int]:
        """(offset, length) of the bytes of a row."""
        item = self.item(index)
        if item is None:
            return 0, 0
        if not item.is_run:
            return item.node.offset, item.node.length
        first, last = item.node.children[item.first], item.node.children[item.stop - 1]
        return first.offset, last.offset + last.length - first.offset

    def index_of(self, path: Sequence[str | int]) -> QModelIndex:
        """The row of an element, by the path of its node."""
        item = self._root
        for depth in range(len(path)):
            if item is None:
                break
            item = self._step(item, path[: depth + 1])
        if item is None or item.parent is None:
            return QModelIndex()
        return self.createIndex(item.row, 0, item)

    def _step(self, item: Item, path: Sequence[str | int]) -> Item | None:
        part = path[-1]
        if isinstance(part, int):
            if item.has_runs:
                item = item.child(part // RUN)
            row = part - item.first
            return item.child(row) if 0 <= row < item.count else None
        shown = self._kept(item).kept or []
        row = next((row for row, place in enumerate(shown) if item.node.children[place].path[-1] == part), -1)
        return item.child(row) if row >= 0 else None

    # --- the Qt model -----------------------------------------------------------------------------------------

    def index(self, row: int, column: int, parent: Index = NO_INDEX) -> QModelIndex:
        item = self.item(parent)
        if item is None or not 0 <= row < item.count or not 0 <= column < len(HEADERS):
            return QModelIndex()
        return self.createIndex(row, column, item.child(row))

    def parent(self, index: Index = NO_INDEX) -> Any:
        item = self.item(index) if index.isValid() else None
        if item is None or item.parent is None or item.parent.parent is None:
            return QModelIndex()
        return self.createIndex(item.parent.row, 0, item.parent)

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        item = self.item(parent)
        return 0 if item is None or parent.column() > 0 else item.count

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return len(HEADERS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        item = self.item(index) if index.isValid() else None
        if item is None:
            return None
        column = index.column()
        if item.is_run:
            if role == Qt.ItemDataRole.DisplayRole and column == ELEMENT:
                return f"[{item.first} .. {item.stop - 1}]"
            return self._weak if role == Qt.ItemDataRole.ForegroundRole else None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(index, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            text = self._text(index, column)
            return tr("{value}, changed", value=text) if column == VALUE and self._is_marked(item.node) else text
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(index)
        if role == Qt.ItemDataRole.FontRole:
            if column == NAME:
                return self._mono
            if column != VALUE or not item.node.is_leaf:
                return None
            return self._marked if self._is_marked(item.node) else self._strong
        if role == Qt.ItemDataRole.ForegroundRole:
            shown = self.field(index)
            strange = shown is not None and (shown.notes or not self.is_here(item.node) or self._is_marked(item.node))
            if column == VALUE and strange:
                return self._warn
            if column in (UNIT, NAME) or (column == VALUE and not item.node.is_leaf):
                return self._weak
        return None

    def _text(self, index: Index, column: int) -> str:
        shown = self.field(index)
        if shown is None:
            return ""
        if column == ELEMENT:
            inside = isinstance(self._last(index), int)
            return shown.name if inside else shown.title or shown.name
        if column == VALUE:
            item = self.item(index)
            if item is not None and item.node.is_leaf and not self.is_here(item.node):
                return tr("\u26a0 not here")
            text = self._value_text(index, shown)
            return f"\u26a0 {text}" if shown.notes else text
        return shown.unit if column == UNIT else shown.name

    def _value_text(self, index: Index, shown: Field) -> str:
        """The value as a person reads it: long numbers grouped, arrays counted."""
        item = self.item(index)
        if item is not None and isinstance(item.node.shape, Array | Mixed):
            count = len(item.node.children)
            return tr("1 element") if count == 1 else tr("{count} elements", count=f"{count:,}")
        value = shown.value
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= GROUPED_FROM:
            return f"{value:,}" if shown.text == str(value) else shown.text
        return shown.text

    def _is_marked(self, node: Node) -> bool:
        return node.is_leaf and self.is_changed is not None and self.is_changed(node)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if index.column() != VALUE or self.edit is None:
            return PLAIN if index.isValid() else Qt.ItemFlag.NoItemFlags
        node = self.node(index)
        return PLAIN if node is None or not can_edit(node) else EDITABLE

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """What a person typed. When it does not fit, `refused` says what is expected, and the value stays."""
        node = self.node(index)
        if role != Qt.ItemDataRole.EditRole or node is None or self.edit is None:
            return False
        try:
            self.edit(node, str(value))
        except ValueError as error:
            self.refused.emit(node.full_path, str(error))
            return False
        return True

    def _last(self, index: Index) -> str | int:
        item = self.item(index)
        return item.node.path[-1] if item is not None and item.node.path else ""

    def _tip(self, index: Index) -> str:
        shown = self.field(index)
        if shown is None:
            return ""
        return "\n".join(
            filter(None, (f"{shown.text} {shown.unit}".strip(), shown.path, shown.type, shown.help, *shown.notes))
        )

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return tr(HEADERS[section])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None
