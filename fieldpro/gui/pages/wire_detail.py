"""The detail of one item of the wire: its parts in words, its bytes, and each beside the other."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QTableView, QVBoxLayout, QWidget

from fieldpro.c12.link.monitor import TO_METER, WireItem
from fieldpro.gui.hexview import HexView
from fieldpro.gui.look import Look
from fieldpro.gui.pages.wire_model import time_text
from fieldpro.gui.pages.wire_parts import Part, message_parts, packet_parts, part_at
from fieldpro.gui.parts import Elided, label
from fieldpro.gui.roles import Role
from fieldpro.gui.segments import Segments
from fieldpro.gui.words import tr

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
PACKET, MESSAGE = "packet", "message"
NAME_PX = 88


class PartsModel(QAbstractTableModel):
    """Name and meaning of each part."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.parts: list[Part] = []
        self._weak = look.color(Role.WEAK)

    def set_rows(self, parts: list[Part]) -> None:
        self.beginResetModel()
        self.parts = parts
        self.endResetModel()

    def set_look(self, look: Look) -> None:
        self._weak = look.color(Role.WEAK)

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.parts)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else 2

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        part = self.parts[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return part.name if index.column() == 0 else part.meaning
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == 0:
            return self._weak
        return None


class WireDetail(QWidget):
    """`show_item` fills it."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._item: WireItem | None = None
        self.title = Elided(type="strong")
        self.when = label(type="small", tone="weak")
        self.which = Segments(((PACKET, tr("Packet")), (MESSAGE, tr("Message"))), name=tr("Bytes of"))
        self.which.changed.connect(lambda _which: self._fill())
        self.hex = HexView(look)
        self.hex.setAccessibleName(tr("Bytes of the packet"))
        self.hex.byte_chosen.connect(self._byte_chosen)
        self.model = PartsModel(look)
        self.parts = QTableView()
        self.parts.setModel(self.model)
        self.parts.setAccessibleName(tr("Parts of the packet"))
        self.parts.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.parts.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.parts.setShowGrid(False)
        self.parts.setTabKeyNavigation(False)
        self.parts.horizontalHeader().hide()
        self.parts.horizontalHeader().setStretchLastSection(True)
        self.parts.verticalHeader().hide()
        self.parts.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.parts.selectionModel().currentRowChanged.connect(self._part_chosen)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self.title)
        words.addWidget(self.when)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addLayout(words, 1)
        head.addWidget(self.which)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addLayout(head)
        left.addWidget(self.parts, 1)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(16)
        outer.addLayout(left, 2)
        outer.addWidget(self.hex, 3)
        self.set_look(look)
        self._fill()

    def set_look(self, look: Look) -> None:
        self.hex.set_look(look)
        self.which.set_look(look)
        self.model.set_look(look)
        self.parts.verticalHeader().setDefaultSectionSize(look.density.row)
        self.parts.setColumnWidth(0, NAME_PX)

    @property
    def item(self) -> WireItem | None:
        return self._item

    def show_item(self, item: WireItem | None) -> None:
        self._item = item
        has_message = item is not None and bool(item.message)
        if not has_message:
            self.which.choose(PACKET)
        self.which.button(MESSAGE).setEnabled(has_message)
        self._fill()

    def _fill(self) -> None:
        item = self._item
        if item is None:
            self.title.set_text(tr("Choose a row to see its bytes and what they mean"))
            self.when.setText("")
            self.hex.set_data(b"")
            self.model.set_rows([])
            self.which.hide()
            return
        self.which.show()
        way = tr("to the meter") if item.direction == TO_METER else tr("from the meter")
        self.title.set_text(item.summary)
        self.when.setText(f"{time_text(item.time)} {way}")
        whole = self.which.chosen == MESSAGE
        self.hex.set_data(item.message if whole else item.raw)
        self.model.set_rows(message_parts(item) if whole else packet_parts(item))

    def _part_chosen(self, current: QModelIndex) -> None:
        if current.isValid():
            part = self.model.parts[current.row()]
            self.hex.select(part.offset, part.length)

    def _byte_chosen(self, offset: int) -> None:
        row = part_at(self.model.parts, offset)
        if row is not None:
            self.parts.selectRow(row)
