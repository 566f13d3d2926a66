"""One table: its name and state, its elements in words, and its bytes; choose one and the other is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFrame, QHeaderView, QSplitter, QTreeView, QVBoxLayout, QWidget

from fieldpro.c12.dictionary.decoded import DecodedTable
from fieldpro.c12.dictionary.layout import Node
from fieldpro.c12.dictionary.shape import Array, Mixed
from fieldpro.errors import FieldProError, TableError, TableUnresolved, UsageError
from fieldpro.explain import explain
from fieldpro.gui.hexview import HexView, bytes_text
from fieldpro.gui.look import Look
from fieldpro.gui.pages.tables_catalogue import TableEntry
from fieldpro.gui.pages.tables_fields import ELEMENT, NAME, RUN, UNIT, VALUE, FieldsModel
from fieldpro.gui.parts import label
from fieldpro.gui.words import tr
from fieldpro.secret import holds_secrets

WIDE_FROM_PX = 1_000  # from here on there is room for sixteen bytes a row
OPEN_ROWS = 60  # what is unfolded at first, as far as it is no more than this
COLUMNS_PX = {UNIT: 44, NAME: 180}
NAMES_FROM_PX = 540  # a narrower tree leaves the elements' own names to the note and the tool tip


@dataclass(frozen=True, slots=True)
class Content:
    """What is shown of a table: its bytes, decoded where that is possible, or why it is not; `needs` are tables whose
    content shapes it and that are not here."""

    entry: TableEntry
    data: bytes
    table: DecodedTable | None = None
    reason: str = ""
    needs: tuple[int, ...] = ()
    is_secret: bool = False  # it holds passwords or keys and is not shown


def content_of(tables: Any, entry: TableEntry, data: bytes, *, reveal: bool = False) -> Content:
    """Decode a table of a `fieldpro.c12.dictionary.Tables`, outside the GUI thread. Passwords and keys are shown only
    to those who ask for them (`reveal`)."""
    if not entry.has_bytes:
        return Content(entry, data, None, entry.reason)
    if holds_secrets(entry.number) and not reveal:
        return Content(entry, b"", None, tr("This table holds passwords or keys. They are not shown."), is_secret=True)
    try:
        return Content(entry, data, tables.decode(entry.number, data), entry.reason)
    except UsageError:
        return Content(entry, data, None, tr("The dictionary has no layout for this table: it is shown as bytes."))
    except TableUnresolved as error:
        numbers = ", ".join(str(number) for number in error.needs)
        words = tr(
            "Its layout follows from table {numbers}, which was not read: it is shown as bytes.", numbers=numbers
        )
        return Content(entry, data, None, words, error.needs)
    except TableError as error:
        told = explain(error, translate=tr)
        return Content(entry, data, None, f"{told.what}. {told.subject}. {told.next_step}")
    except FieldProError as error:
        return Content(entry, data, None, explain(error, translate=tr).what)


def first_match(node: Node, words: list[str]) -> Node | None:
    """Depth first; of an array, only the first element is looked into: the others are called the same."""
    children = node.children
    inside = children[:1] if isinstance(node.shape, Array | Mixed) else children
    for child in inside:
        told = f"{child.name} {child.title}".lower()
        if all(word in told for word in words):
            return child
        found = first_match(child, words)
        if found is not None:
            return found
    return None


class FieldsView(QTreeView):
    """The tree of elements, its columns as wide as there is room; that of the names only where there is enough."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = self.viewport().width()
        self.setColumnHidden(NAME, width < NAMES_FROM_PX)
        room = width - COLUMNS_PX[UNIT] - (0 if width < NAMES_FROM_PX else COLUMNS_PX[NAME])
        self.setColumnWidth(ELEMENT, room * 4 // 7)
        self.setColumnWidth(VALUE, room - room * 4 // 7)
        self.setColumnWidth(UNIT, COLUMNS_PX[UNIT])


class TableDetail(QWidget):
    """`show_content` fills it."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._content: Content | None = None
        self.model = FieldsModel(look)
        self.fields = FieldsView()
        self.fields.setModel(self.model)
        self.fields.setAccessibleName(tr("Elements of the table"))
        self.fields.setUniformRowHeights(True)
        self.fields.setAllColumnsShowFocus(True)
        self.fields.setAlternatingRowColors(True)
        self.fields.setIndentation(16)
        self.fields.setTabKeyNavigation(False)
        header = self.fields.header()
        header.setStretchLastSection(True)
        header.setMinimumSectionSize(COLUMNS_PX[UNIT])
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.hex = HexView(look)
        self.note = label(type="small", tone="weak", wrap=True, copyable=True)
        self.note.setAccessibleName(tr("About the chosen element"))
        bytes_side = QFrame()
        bytes_side.setProperty("kind", "card")
        column_box = QVBoxLayout(bytes_side)
        column_box.setContentsMargins(0, 0, 0, 8)
        column_box.addWidget(self.hex, 1)
        note_box = QVBoxLayout()
        note_box.setContentsMargins(8, 0, 8, 0)
        note_box.addWidget(self.note)
        column_box.addLayout(note_box)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(12)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.fields)
        self.splitter.addWidget(bytes_side)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 0)
        self.splitter.splitterMoved.connect(self._moved_by_hand)
        self._by_hand = False
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.splitter, 1)
        self.fields.selectionModel().currentChanged.connect(self._field_chosen)
        self.hex.byte_chosen.connect(self._byte_chosen)
        copy = QShortcut(QKeySequence.StandardKey.Copy, self.fields, self.copy_value)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)

    def set_look(self, look: Look) -> None:
        self.model.set_look(look)
        self.hex.set_look(look)
        self.fields.viewport().update()

    @property
    def content(self) -> Content | None:
        return self._content

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The bytes get what their rows need, the elements all the rest, unless a person has moved the line."""
        super().resizeEvent(event)
        if not self._by_hand:
            bytes_px = self.hex.width_for(16 if self.width() >= WIDE_FROM_PX else 8)
            self.splitter.setSizes([max(1, self.width() - bytes_px), bytes_px])

    def _moved_by_hand(self, _position: int, _index: int) -> None:
        self._by_hand = True

    def show_content(self, content: Content | None) -> None:
        self._content = content
        self.hex.set_data(b"" if content is None else content.data)
        self.model.set_table(None if content is None else content.table)
        self.fields.setVisible(content is not None and content.table is not None)
        self.note.setText("")
        self._unfold()
        if content is not None and content.table is None:
            self.note.setText(bytes_text(len(content.data)))

    def _unfold(self) -> None:
        """Unfold from the top while the rows stay few."""
        waiting = [QModelIndex()]
        rows = self.model.rowCount()
        while waiting:
            parent = waiting.pop(0)
            for row in range(min(self.model.rowCount(parent), RUN)):
                index = self.model.index(row, 0, parent)
                count = self.model.rowCount(index)
                if count and rows + count <= OPEN_ROWS:
                    rows += count
                    self.fields.expand(index)
                    waiting.append(index)

    # --- one and the other ------------------------------------------------------------------------------------

    def _field_chosen(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid():
            self.hex.select(*self.model.bytes_of(current))
            self._say(current)

    def _byte_chosen(self, offset: int) -> None:
        table = self.model.table
        if table is None or offset >= table.layout.size:
            self.note.setText(tr("Offset {offset}: behind the end of the table", offset=offset) if table else "")
            return
        index = self.model.index_of(table.layout.at(offset).path)
        if not index.isValid():
            return
        self._show(index)
        self.hex.select(*self.model.bytes_of(index))

    def show_path(self, path: str) -> None:
        """Choose an element by its path."""
        if self.model.table is not None:
            index = self.model.index_of(self.model.table.layout.node(path).path)
            if index.isValid():
                self._show(index)

    def show_match(self, text: str) -> None:
        """Choose the first element in whose name or title every word of a search occurs."""
        table, words = self.model.table, text.lower().split()
        if table is None or not words:
            return
        found = first_match(table.layout.root, words)
        if found is not None:
            self._show(self.model.index_of(found.path))

    def _show(self, index: QModelIndex) -> None:
        parent = index.parent()
        while parent.isValid():
            self.fields.expand(parent)
            parent = parent.parent()
        self.fields.setCurrentIndex(index)
        self.fields.scrollTo(index)

    def _say(self, index: QModelIndex) -> None:
        """Path, type, place and notes of the chosen element."""
        offset, length = self.model.bytes_of(index)
        place = tr("offset {at}, {size}", at=f"{offset:,}", size=bytes_text(length))
        shown = self.model.field(index)
        if shown is None:
            self.note.setText(place)
            return
        bits = shown.span.bits
        parts = [shown.path, shown.type, place]
        if bits is not None:
            parts.append(
                tr("bit {first}", first=bits[0])
                if bits[0] == bits[1]
                else tr("bits {first} to {last}", first=bits[0], last=bits[1])
            )
        text = " \u00b7 ".join(parts)
        self.note.setText("\n".join(filter(None, (text, shown.help, *shown.notes))))

    # --- copy -------------------------------------------------------------------------------------------------

    def copy_value(self) -> None:
        """The chosen element's value, as it is shown, with its unit."""
        shown = self.model.field(self.fields.currentIndex())
        if shown is not None:
            QGuiApplication.clipboard().setText(f"{shown.text} {shown.unit}".strip())

    def copy_hex(self) -> None:
        """The chosen bytes, or all."""
        self.hex.copy()
