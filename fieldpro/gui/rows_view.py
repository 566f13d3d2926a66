"""A table view as the window wears it: no grid, whole rows, the height it needs or the height it gets."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from fieldpro.gui.look import TONES, Look
from fieldpro.gui.models.rows import TONE_ROLE, RowsModel

BAR_PX = 12
BESIDE_PX = 20  # what a cell needs beside its text
ROWS_MEASURED = 200


class _ToneDelegate(QStyledItemDelegate):
    """Draws a cell in the colour of its tone."""

    look = Look()

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        tone = index.data(TONE_ROLE)
        if tone:
            color = self.look.color(TONES[tone])
            option.palette.setColor(QPalette.ColorRole.Text, color)
            option.palette.setColor(QPalette.ColorRole.HighlightedText, color)


class RowsView(QTableView):
    """`chosen(row)` when Enter is pressed on a row or it is double-clicked. `whole`: as high as its rows. `most`: what
    part of the room each column may take where there is not enough for all; longer texts are shortened then."""

    chosen = Signal(int)

    def __init__(
        self, model: RowsModel, name: str, *, whole: bool = False, stretch: int = 0, most: Sequence[float] = ()
    ) -> None:
        super().__init__()
        self._most = tuple(most)
        self._whole, self._stretch = whole, stretch
        self._rows_model = model
        self._widths: list[int] = []  # what each column needs
        self._delegate = _ToneDelegate(self)
        self.setItemDelegate(self._delegate)
        self.setModel(model)
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setMinimumSectionSize(48)
        if whole:
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        model.modelReset.connect(self._fit)
        model.rowsInserted.connect(self._fit)
        self.doubleClicked.connect(lambda index: self.chosen.emit(index.row()))
        self._fit()

    def setModel(self, model: QAbstractItemModel | None) -> None:
        super().setModel(model)

    def set_look(self, look: Look) -> None:
        self._delegate.look = look
        self._rows_model.set_fonts(look.font(), look.mono())
        self.verticalHeader().setMinimumSectionSize(look.density.row)
        self.verticalHeader().setDefaultSectionSize(look.density.row)
        self._fit()

    @property
    def row(self) -> int:
        """The row in hand, -1 for none."""
        index = self.currentIndex()
        return index.row() if index.isValid() else -1

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.row >= 0:
            self.chosen.emit(self.row)
            return
        super().keyPressEvent(event)

    def _fit(self) -> None:
        """Columns as wide as what stands in them. Qt's own way asks the model for every cell many times over."""
        model = self._rows_model
        body, strong, mono = (QFontMetrics(font) for font in (model.body_font, model.strong_font, model.mono_font))
        self._widths = []
        for column in model.columns:
            metrics = mono if column.mono else strong if column.strong is not None else body
            texts = [column.text(row) for row in model.rows[:ROWS_MEASURED]]
            widest = max((metrics.horizontalAdvance(text) for text in texts), default=0)
            self._widths.append(max(widest, strong.horizontalAdvance(column.title)) + BESIDE_PX)
        self._lay_out()

    def _lay_out(self) -> None:
        """One column takes the room that is left; when there is none, a bar goes sideways and nothing is squeezed."""
        header = self.horizontalHeader()
        widths = self._within_room()
        room = sum(widths) <= self.viewport().width()
        for number, width in enumerate(widths):
            if number == self._stretch and room:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)
            else:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Interactive)
                header.resizeSection(number, width)
        self._fit_height()

    def _within_room(self) -> list[int]:
        """What each column gets. What one leaves of its part goes to those that need more, the first ones first."""
        room = self.viewport().width()
        if not self._most or sum(self._widths) <= room:
            return self._widths
        widths = [min(width, int(part * room)) for width, part in zip(self._widths, self._most, strict=True)]
        for number, needed in enumerate(self._widths):
            widths[number] += min(needed - widths[number], max(0, room - sum(widths)))
        return widths

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def _fit_height(self) -> None:
        """As high as the rows, and the bar below them when the columns are wider than the view."""
        if not self._whole:
            return
        header = self.horizontalHeader()
        rows = self._rows_model.rowCount() * self.verticalHeader().defaultSectionSize()
        bar = BAR_PX if sum(self._widths) > self.viewport().width() > 0 else 0
        self.setFixedHeight(header.sizeHint().height() + rows + bar + 8)
