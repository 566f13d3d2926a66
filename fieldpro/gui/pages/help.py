"""Help: the topics at the left, the text at the right; links go to pages, run actions, open other topics."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, QUrl
from PySide6.QtGui import QTextBlockFormat, QTextCharFormat, QTextCursor, QTextFormat
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QTextBrowser

from fieldpro.gui.look import Look
from fieldpro.gui.models.help_topics import Topic, topic_of_page, topics
from fieldpro.gui.page import Page
from fieldpro.gui.roles import Role
from fieldpro.gui.words import tr

if TYPE_CHECKING:
    from fieldpro.gui.workbench import Workbench

LIST_PX = 200
LINE_PX = 720  # longer lines are hard to read


class HelpPage(Page):
    """See the module."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench, tr("Help"))
        self.topics: list[Topic] = topics()
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Topics"))
        self.list.setFixedWidth(LIST_PX)
        self.list.addItems([topic.title for topic in self.topics])
        self.list.currentRowChanged.connect(self._show)
        self.text = QTextBrowser()
        self.text.setAccessibleName(tr("Help text"))
        self.text.setOpenLinks(False)
        self.text.anchorClicked.connect(self.follow)
        self.text.setMaximumWidth(LINE_PX)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.list)
        row.addWidget(self.text, 1)
        row.addStretch(0)
        self.body_layout.addLayout(row, 1)
        self.list.setCurrentRow(0)

    def visited(self, place: str = "") -> None:
        wanted = topic_of_page(place)
        for row, topic in enumerate(self.topics):
            if topic.id == wanted:
                self.list.setCurrentRow(row)

    def set_theme(self, look: Look) -> None:
        super().set_theme(look)
        sheet = f"a {{ color: {look.hex(Role.ACCENT)}; }} code, pre {{ color: {look.hex(Role.TEXT)}; }}"
        self.text.document().setDefaultStyleSheet(sheet)
        self.text.document().setDefaultFont(look.font())
        for row in range(self.list.count()):
            self.list.item(row).setSizeHint(QSize(0, look.density.row + 4))
        self._show(self.list.currentRow())

    def places(self) -> Iterator[tuple[str, str, str]]:
        for topic in self.topics:
            yield topic.id, topic.title, tr("Help")

    def follow(self, url: QUrl) -> None:
        """A link was clicked."""
        kind, _colon, target = url.toString().partition(":")
        match kind:
            case "page":
                self.workbench.go(target)
            case "action":
                self.workbench.action_wanted.emit(target)
            case "help":
                self.visited(target)

    def _show(self, row: int) -> None:
        if 0 <= row < len(self.topics):
            self.text.setMarkdown(self.topics[row].text)
            self._space_out()

    def _space_out(self) -> None:
        """Room around paragraphs and headings, and the sizes of the window; Markdown knows neither."""
        cursor = QTextCursor(self.text.document())
        cursor.beginEditBlock()
        block = self.text.document().begin()
        while block.isValid():
            cursor.setPosition(block.position())
            layout = block.blockFormat()
            level = layout.headingLevel()
            if QTextCursor(block).currentTable() is None:
                layout.setTopMargin({0: 4, 1: 0}.get(level, 16))
                layout.setBottomMargin(8 if level else 4)
                layout.setLineHeight(130, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
                cursor.setBlockFormat(layout)
            if level:
                cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
                words = QTextCharFormat(cursor.charFormat())
                words.clearProperty(QTextFormat.Property.FontSizeAdjustment)
                words.setFont(self.look.font("title" if level == 1 else "body", strong=True))
                cursor.setCharFormat(words)
            block = block.next()
        cursor.endEditBlock()
        self.text.moveCursor(QTextCursor.MoveOperation.Start)
