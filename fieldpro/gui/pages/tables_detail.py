"""One table: its elements in words and its bytes; choose one and the other is shown, change one and the other follows.

A `Content` is made outside the GUI thread and shown; with a `TableDraft` it can be changed too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QSplitter, QTreeView, QVBoxLayout, QWidget

from fieldpro.c12.dictionary.decoded import DecodedTable
from fieldpro.c12.dictionary.layout import Layout, Node
from fieldpro.c12.dictionary.shape import Array, Bits, Mixed
from fieldpro.errors import FieldProError, TableError, TableUnresolved, UsageError
from fieldpro.explain import explain
from fieldpro.gui.hexview import bytes_text
from fieldpro.gui.look import Look, mark_as
from fieldpro.gui.pages.tables_bytes import HexEdit
from fieldpro.gui.pages.tables_catalogue import TableEntry
from fieldpro.gui.pages.tables_draft import Edit, TableDraft, can_edit, is_same_layout, text_of
from fieldpro.gui.pages.tables_fields import ELEMENT, NAME, RUN, UNIT, VALUE, FieldsModel
from fieldpro.gui.pages.tables_values import ValueDelegate
from fieldpro.gui.parts import label
from fieldpro.gui.roles import Role
from fieldpro.gui.words import tr
from fieldpro.secret import holds_secrets

WIDE_FROM_PX = 1_000  # from here on there is room for sixteen bytes a row
OPEN_ROWS = 60  # what is unfolded at first, as far as it is no more than this
COLUMNS_PX = {UNIT: 44, NAME: 180}
NAMES_FROM_PX = 540  # a narrower tree leaves the elements' own names to the note and the tool tip


@dataclass(frozen=True, slots=True)
class Content:
    """What is shown of a table: its bytes, decoded where that is possible, or why it is not; `needs` are tables whose
    content shapes it and that are not here. `parts`: (offset, length) of the bytes that are here where that is not all
    of them. `editable`: it can be changed."""

    entry: TableEntry
    data: bytes
    table: DecodedTable | None = None
    reason: str = ""
    needs: tuple[int, ...] = ()
    is_secret: bool = False  # it holds passwords or keys and is not shown
    parts: tuple[tuple[int, int], ...] | None = None
    editable: bool = False

    @property
    def layout(self) -> Layout | None:
        return None if self.table is None else self.table.layout


def content_of(
    tables: Any,
    entry: TableEntry,
    data: bytes,
    *,
    reveal: bool = False,
    parts: tuple[tuple[int, int], ...] = (),
    layout_of: Callable[[bytes], Layout] | None = None,
) -> Content:
    """Decode a table of a `fieldpro.c12.dictionary.Tables`, outside the GUI thread. Passwords and keys are shown only
    to those who ask for them (`reveal`), and are not changed here. `layout_of`: of a procedure's parameters."""
    if not entry.has_bytes:
        return Content(entry, data, None, entry.reason)
    secret = holds_secrets(entry.number)
    if secret and not reveal:
        return Content(entry, b"", None, tr("This table holds passwords or keys. They are not shown."), is_secret=True)
    have = parts or None
    try:
        layout = tables.layout(entry.number, data) if layout_of is None else layout_of(data)
        reason = entry.reason
        if len(data) < layout.size:
            short = tr(
                "{have} of {all} bytes are here: it is decoded as far as they go.",
                have=f"{len(data):,}",
                all=f"{layout.size:,}",
            )
            reason = " ".join(filter(None, (reason, short)))
            have = have or ((0, len(data)),)
        elif len(data) > layout.size:
            more = tr("{more} behind the end of the table, shown as bytes.", more=bytes_text(len(data) - layout.size))
            reason = " ".join(filter(None, (reason, more)))
        table = DecodedTable(layout, data.ljust(layout.size, b"\0"))
        return Content(entry, data, table, reason, parts=have, editable=not secret)
    except UsageError:
        words = tr("The dictionary has no layout for this table: it is shown as bytes.")
        return Content(entry, data, None, words, parts=have, editable=not secret)
    except TableUnresolved as error:
        numbers = ", ".join(str(number) for number in error.needs)
        words = tr(
            "Its layout follows from table {numbers}, which was not read: it is shown as bytes.", numbers=numbers
        )
        return Content(entry, data, None, words, error.needs, parts=have, editable=not secret)
    except TableError as error:
        told = explain(error, translate=tr)
        words = f"{told.what}. {told.subject}. {told.next_step}"
        return Content(entry, data, None, words, parts=have, editable=not secret)
    except FieldProError as error:
        return Content(entry, data, None, explain(error, translate=tr).what, parts=have, editable=not secret)


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
    """`show_content` fills it; with a draft it can be changed, and says so by `edited`. `complained`: why something
    that was typed cannot be, "" when it is over."""

    edited = Signal()
    complained = Signal(str)

    def __init__(self, look: Look, *, stacked: bool = False) -> None:
        """stacked: the bytes below the elements, where there is no room beside them."""
        super().__init__()
        self._content: Content | None = None
        self._stacked = stacked
        self.draft: TableDraft | None = None
        self.model = FieldsModel(look)
        self.fields = FieldsView()
        self.fields.setModel(self.model)
        self.fields.setAccessibleName(tr("Elements of the table"))
        self.fields.setUniformRowHeights(True)
        self.fields.setAllColumnsShowFocus(True)
        self.fields.setAlternatingRowColors(True)
        self.fields.setIndentation(16)
        self.fields.setTabKeyNavigation(False)
        self.fields.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.SelectedClicked
        )
        self.delegate = ValueDelegate(self._held, self)
        self.delegate.said.connect(self.complain)
        self.fields.setItemDelegate(self.delegate)
        header = self.fields.header()
        header.setStretchLastSection(True)
        header.setMinimumSectionSize(COLUMNS_PX[UNIT])
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.hex = HexEdit(look)
        self.note = label(type="small", tone="weak", wrap=True, copyable=True)
        self.note.setAccessibleName(tr("About the chosen element"))
        self.complaint = label(type="small", tone="bad", wrap=True)
        self.complaint.hide()
        bytes_side = QFrame()
        bytes_side.setProperty("kind", "card")
        column_box = QVBoxLayout(bytes_side)
        column_box.setContentsMargins(0, 0, 0, 8)
        column_box.addWidget(self.hex, 1)
        note_box = QVBoxLayout()
        note_box.setContentsMargins(8, 0, 8, 0)
        note_box.addWidget(self.complaint)
        note_box.addWidget(self.note)
        column_box.addLayout(note_box)
        self.splitter = QSplitter(Qt.Orientation.Vertical if stacked else Qt.Orientation.Horizontal)
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
        self.hex.typed.connect(self._bytes_typed)
        self.hex.put_back.connect(self._put_back)
        self.hex.complained.connect(self.complain)
        self.model.refused.connect(lambda _path, what: self.complain(tr("Expected: {what}", what=what)))
        copy = QShortcut(QKeySequence.StandardKey.Copy, self.fields, self.copy_value)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)

    def set_look(self, look: Look) -> None:
        self.model.set_look(look)
        self.hex.set_look(look)
        self.delegate.bad_colour = look.hex(Role.BAD)
        self.fields.viewport().update()

    @property
    def content(self) -> Content | None:
        return self._content

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The bytes get what their rows need, the elements all the rest, unless a person has moved the line."""
        super().resizeEvent(event)
        if self._stacked and not self._by_hand:
            half = self.splitter.height() // 2
            self.splitter.setSizes([half, half])
        elif not self._by_hand:
            bytes_px = self.hex.width_for(16 if self.width() >= WIDE_FROM_PX else 8)
            self.splitter.setSizes([max(1, self.width() - bytes_px), bytes_px])

    def _moved_by_hand(self, _position: int, _index: int) -> None:
        self._by_hand = True

    def show_content(self, content: Content | None, draft: TableDraft | None = None) -> None:
        """`draft`: the table as it is being changed; its bytes are shown instead of those of the content."""
        if self._is_shown(content, draft):
            self._content = content
            return
        self._content, self.draft = content, draft
        data = b"" if content is None else content.data if draft is None else draft.data
        self.hex.set_data(data)
        self.hex.set_base(data if draft is None else draft.base)
        self.hex.set_editable(draft is not None)
        self.model.edit = None if draft is None else self._value_typed
        self.model.is_changed = None if draft is None else self._is_changed
        self.show_table()
        self.note.setText("")
        self.complain("")
        self._unfold()
        if content is not None and content.table is None:
            self.note.setText(bytes_text(len(data)))

    def _is_shown(self, content: Content | None, draft: TableDraft | None) -> bool:
        """Whether just this is on the screen: then what somebody is typing into it is left alone."""
        before, table = self._content, self.model.table
        if draft is None or draft is not self.draft or content is None or before is None:
            return False
        same = content.parts == before.parts and content.entry.number == before.entry.number
        layout = None if table is None else table.layout
        return same and self.hex.data == draft.data and is_same_layout(layout, draft.layout)

    def show_table(self) -> None:
        """The elements anew, where the layout may be another now; what is unfolded and chosen stays where it can."""
        content, draft = self._content, self.draft
        table = draft.decoded if draft is not None else None if content is None else content.table
        have = None if content is None else content.parts
        if draft is not None and draft.layout is not None and content is not None:
            whole = content.parts is None or content.parts == ((0, len(content.data)),)
            have = (None if len(draft.data) >= draft.layout.size else ((0, len(draft.data)),)) if whole else have
        unfolded = [(path, is_run) for index, path, is_run in self.model.made() if self.fields.isExpanded(index)]
        chosen = self.model.node(self.fields.currentIndex())
        self.model.set_table(table, have)
        self.fields.setVisible(table is not None)
        if table is None:
            return
        for path, is_run in unfolded:
            index = self.model.index_of(path)
            index = index.parent() if is_run else index
            if index.isValid():
                self.fields.expand(index)
        index = QModelIndex() if chosen is None else self.model.index_of(chosen.path)
        if index.isValid():
            selection = self.fields.selectionModel()
            selection.blockSignals(True)
            self.fields.setCurrentIndex(index)
            selection.blockSignals(False)

    # --- editing ----------------------------------------------------------------------------------------------

    def complain(self, words: str) -> None:
        """Why something cannot be, beside the bytes; "" for nothing."""
        self.complaint.setText(words)
        mark_as(self.complaint, tone="bad")
        self.complaint.setVisible(bool(words))
        self.complained.emit(words)

    def undo(self) -> None:
        if self.draft is not None:
            self._follow(self.draft.undo())

    def redo(self) -> None:
        if self.draft is not None:
            self._follow(self.draft.redo())

    def revert(self) -> None:
        """All of it as it was read."""
        if self.draft is not None:
            self._follow(self.draft.revert())

    def resize_table(self, size: int) -> None:
        """Make the table longer or shorter."""
        if self.draft is None:
            return
        try:
            self._follow(self.draft.resize(size))
        except ValueError as error:
            self.complain(str(error))

    def change_value(self) -> None:
        """Open the field of the chosen element."""
        index = self.fields.currentIndex().siblingAtColumn(VALUE)
        if index.isValid() and self.can_change_value:
            self.fields.setFocus()
            self.fields.edit(index)

    @property
    def can_change_value(self) -> bool:
        node = self.model.node(self.fields.currentIndex())
        return self.draft is not None and node is not None and can_edit(node)

    def _bytes_typed(self, offset: int, data: bytes, key: object) -> None:
        if self.draft is None:
            return
        try:
            self._follow(self.draft.write(offset, data, key=key))
        except ValueError as error:
            self.complain(str(error))

    def _put_back(self, offset: int, length: int) -> None:
        if self.draft is not None:
            self._follow(self.draft.put_back(offset, length))

    def _value_typed(self, node: Node, text: str) -> None:
        if self.draft is not None:
            self._follow(self.draft.set_value(node, text))

    def _follow(self, edit: Edit | None) -> None:
        """The other side shows what was changed on one."""
        draft = self.draft
        if edit is None or draft is None:
            return
        self.complain("")
        self.hex.replace_data(draft.data)
        table = draft.decoded
        in_place = len(edit.before) == len(edit.after)
        if not in_place or (table is not None and not self.model.update(table, edit.offset, edit.length)):
            self.show_table()
        if self.fields.currentIndex().isValid():
            self._say(self.fields.currentIndex())
        self.edited.emit()

    def set_layout(self, layout: Layout | None) -> None:
        """What is changed has given the table another layout."""
        if self.draft is not None:
            self.draft.layout = layout
            self.show_table()
            self.edited.emit()

    def _held(self, node: Node) -> bytes:
        data = b"" if self.draft is None else self.draft.data
        return data[node.offset : node.offset + node.length].ljust(node.length, b"\0")

    def _is_changed(self, node: Node) -> bool:
        draft = self.draft
        if draft is None or not draft.is_changed(node.offset, node.length):
            return False
        end = node.offset + node.length
        if node.bit is None or not isinstance(node.shape, Bits) or len(draft.base) < end:
            return True
        was, now = (node.shape.codec.decode(data[node.offset : end]) for data in (draft.base, draft.data))
        return node.bit.read(was) != node.bit.read(now)

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
        node = self.model.node(index)
        missing = node is not None and not self.model.is_here(node)
        absent = tr("Its bytes are not here: zeros stand for them.") if missing else ""
        was = (
            tr("It was read as {value}.", value=self._was(node)) if node is not None and self._is_changed(node) else ""
        )
        self.note.setText("\n".join(filter(None, (text, shown.help, was, absent, *shown.notes))))

    def _was(self, node: Node) -> str:
        draft = self.draft
        assert draft is not None
        base = draft.base[node.offset : node.offset + node.length]
        return text_of(node, base) if node.is_leaf and len(base) == node.length else base.hex(" ") or tr("nothing")

    # --- copy -------------------------------------------------------------------------------------------------

    def copy_value(self) -> None:
        """The chosen element's value, as it is shown, with its unit."""
        shown = self.model.field(self.fields.currentIndex())
        if shown is not None:
            QGuiApplication.clipboard().setText(f"{shown.text} {shown.unit}".strip())

    def copy_hex(self) -> None:
        """The chosen bytes, or all."""
        self.hex.copy()
