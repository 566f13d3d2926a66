"""The field in which a value of a table is changed: its words to choose from, or a line; what does not fit is said
while it is typed, and Enter does not take it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Signal
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QComboBox, QLineEdit, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from fieldpro.c12.dictionary.layout import Node
from fieldpro.gui.look import mark_as
from fieldpro.gui.pages.tables_draft import choices_of, expected_of, raw_of, text_of
from fieldpro.gui.pages.tables_fields import FieldsModel
from fieldpro.gui.words import tr

Index = QModelIndex | QPersistentModelIndex
SHEET = """
QLineEdit, QComboBox { min-height: 0px; border-radius: 0px; padding: 0px 2px; }
QLineEdit[tone="bad"], QComboBox[tone="bad"] { border-color: %s; }
"""


class Fits(QValidator):
    """`complaint(text)` is "" for what fits; what does not is not there yet."""

    def __init__(self, complaint: Callable[[str], str], parent: QObject) -> None:
        super().__init__(parent)
        self._complaint = complaint

    def validate(self, text: str, position: int) -> object:
        state = QValidator.State.Intermediate if self._complaint(text) else QValidator.State.Acceptable
        return state, text, position


class ValueDelegate(QStyledItemDelegate):
    """`held(node)`: the element's bytes. `said`: what is expected while what is typed does not fit, "" when it does."""

    said = Signal(str)

    def __init__(self, held: Callable[[Node], bytes], parent: QObject) -> None:
        super().__init__(parent)
        self._held = held
        self.bad_colour = "#c00000"

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        node = _node(index)
        if node is None:
            return super().createEditor(parent, option, index)

        def complaint(text: str) -> str:
            try:
                raw_of(node, text, self._held(node))
            except ValueError as error:
                return str(error)
            return ""

        choices = choices_of(node)
        field: QComboBox | QLineEdit
        if choices:
            field = QComboBox(parent)
            field.setEditable(True)
            field.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
            field.addItems(choices)
            line = field.lineEdit() or QLineEdit(field)  # an editable box has one
            field.activated.connect(lambda _index: self._take(field))
        else:
            field = line = QLineEdit(parent)
        line.setValidator(Fits(complaint, line))
        line.textChanged.connect(lambda text: self._say(field, complaint(text)))
        field.setStyleSheet(SHEET % self.bad_colour)
        field.setAccessibleName(tr("New value of {element}", element=node.title or node.name))
        field.setAccessibleDescription(" ".join(filter(None, (expected_of(node), node.unit))))
        return field

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """As far as the row goes: a narrow column is no reason to type blindly."""
        super().updateEditorGeometry(editor, option, index)
        room = editor.parentWidget()
        if room is not None:
            editor.resize(max(editor.width(), room.width() - editor.x()), editor.height())

    def _take(self, field: QWidget) -> None:
        self.commitData.emit(field)
        self.closeEditor.emit(field)

    def _say(self, field: QWidget, complaint: str) -> None:
        mark_as(field, tone="bad" if complaint else "")
        field.setToolTip(complaint)
        self.said.emit(tr("Expected: {what}", what=complaint) if complaint else "")

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        node = _node(index)
        if node is None:
            return
        text = text_of(node, self._held(node))
        line = editor.lineEdit() if isinstance(editor, QComboBox) else editor
        if isinstance(editor, QComboBox):
            editor.setCurrentIndex(editor.findText(text))
        if isinstance(line, QLineEdit):
            line.setText(text)
            line.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        self.said.emit("")
        node = _node(index)
        text = editor.currentText() if isinstance(editor, QComboBox) else getattr(editor, "text", str)()
        if node is not None and text != text_of(node, self._held(node)):
            model.setData(index, text)

    def destroyEditor(self, editor: QWidget, index: Index) -> None:
        self.said.emit("")
        super().destroyEditor(editor, index)


def _node(index: Index) -> Node | None:
    model = index.model()
    return model.node(index) if isinstance(model, FieldsModel) else None
