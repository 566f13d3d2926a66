"""The command palette: Ctrl+K, a few letters, Enter. Every action, page, table and record can be reached from it.

`Entry` lists come from the window; records are searched in the store while one types. Matching is on plain lists.
"""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from fieldpro.gui.look import Look
from fieldpro.gui.models.entries import MOST, Entry, matches
from fieldpro.gui.models.rows import NOWHERE, Index
from fieldpro.gui.roles import Role
from fieldpro.gui.words import tr

WIDTH_PX = 640
WAIT_MS = 150  # after the last key, before the store is asked

KIND_ROLE = int(Qt.ItemDataRole.UserRole) + 1
HINT_ROLE = KIND_ROLE + 1


class EntryModel(QAbstractListModel):
    """The entries found, best first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []

    def set_entries(self, entries: list[Entry]) -> None:
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.entries):
            return None
        entry = self.entries[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return entry.title
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{entry.kind}: {entry.title} {entry.hint}".strip()
        return {KIND_ROLE: entry.kind, HINT_ROLE: entry.hint}.get(role)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        enabled = self.entries[index.row()].enabled
        return Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled if enabled else Qt.ItemFlag.ItemIsSelectable


class _EntryDelegate(QStyledItemDelegate):
    """Title at the left, kind in weak type at the right, shortcut before it."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.look = Look()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, max(self.look.density.row + 4, 32))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look = self.look
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, look.color(Role.CHOSEN))
        box = option.rect.adjusted(12, 0, -12, 0)
        enabled = bool(index.flags() & Qt.ItemFlag.ItemIsEnabled)
        painter.setFont(look.font("small"))
        painter.setPen(look.color(Role.WEAK))
        right = "   ".join(text for text in (index.data(HINT_ROLE), index.data(KIND_ROLE)) if text)
        taken = painter.fontMetrics().horizontalAdvance(right) + 16
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box, int(middle | Qt.AlignmentFlag.AlignRight), right)
        painter.setFont(look.font())
        painter.setPen(look.color(Role.TEXT if enabled else Role.WEAK))
        room = box.adjusted(0, 0, -taken, 0)
        title = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(middle | Qt.AlignmentFlag.AlignLeft), title)
        painter.restore()


class CommandPalette(QDialog):
    """`search_wanted(text)` when the store may know more; `add_found` adds what it knew."""

    search_wanted = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAccessibleName(tr("Find an action, page, table or record"))
        self._entries: list[Entry] = []
        self._over = parent
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame = QFrame()
        frame.setProperty("kind", "popup")
        outer.addWidget(frame)
        column = QVBoxLayout(frame)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        self.field = QLineEdit()
        self.field.setPlaceholderText(tr("What do you want to do or see?"))
        self.field.setAccessibleName(tr("What do you want to do or see?"))
        self.field.textChanged.connect(self._typed)
        self.field.installEventFilter(self)
        self.model = EntryModel(self)
        self.view = QListView()
        self.view.setAccessibleName(tr("Found"))
        self.view.setModel(self.model)
        self.view.setUniformItemSizes(True)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._delegate = _EntryDelegate(self)
        self.view.setItemDelegate(self._delegate)
        self.view.clicked.connect(self._run)
        column.addWidget(self.field)
        column.addWidget(self.view)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WAIT_MS)
        self._timer.timeout.connect(lambda: self.search_wanted.emit(self.field.text()))

    def open_with(self, entries: list[Entry], look: Look) -> None:
        self._entries = entries
        self._delegate.look = look
        self.field.clear()
        self._show("")
        parent = self._over
        width = min(WIDTH_PX, parent.width() - 48)
        self.setFixedSize(width, min(480, parent.height() - 96))
        self.move(parent.mapToGlobal(QPoint((parent.width() - width) // 2, 56)))
        self.show()
        self.field.setFocus()

    def add_found(self, text: str, entries: list[Entry]) -> None:
        """What the store found for `text`; too late when something else was typed since."""
        if text == self.field.text():
            chosen = self.view.currentIndex().row()
            self.model.set_entries([*matches(self._entries, text), *entries][:MOST])
            self._choose(max(0, chosen))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            rows = max(1, self.model.rowCount())
            page = max(1, self.view.height() // 40)
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: page, Qt.Key.Key_PageUp: -page}
            key = Qt.Key(event.key())
            if key in step:
                self._choose((self.view.currentIndex().row() + step[key]) % rows)
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._run(self.view.currentIndex())
                return True
        return super().eventFilter(watched, event)

    def _typed(self, text: str) -> None:
        self._show(text)
        if len(text.strip()) >= 2:
            self._timer.start()

    def _show(self, text: str) -> None:
        self.model.set_entries(matches(self._entries, text))
        self._choose(0)

    def _choose(self, row: int) -> None:
        self.view.setCurrentIndex(self.model.index(row, 0))

    def _run(self, index: QModelIndex) -> None:
        if index.isValid() and index.flags() & Qt.ItemFlag.ItemIsEnabled:
            entry = self.model.entries[index.row()]
            self.hide()
            entry.run()
