"""The steps of the tape: all of them, or those that somebody must look at. The step that is played stays in view."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHBoxLayout, QHeaderView, QTableView, QVBoxLayout, QWidget

from fieldpro.gui.figures import grouped
from fieldpro.gui.look import Look
from fieldpro.gui.models.tape_steps import ANSWER, NOTE, NUMBER, SERVICE, SIZE, TABLE, TIME, VERDICT, StepsModel
from fieldpro.gui.parts import button, label
from fieldpro.gui.segments import Segments
from fieldpro.gui.words import tr

ALL, BAD = "all", "bad"
WIDTHS = {NUMBER: 6, TIME: 8, SERVICE: 11, TABLE: 24, SIZE: 6, ANSWER: 9, VERDICT: 7, NOTE: 12}  # in letters
BOX_PX, BESIDE_PX = 44, 20
NARROW_PX, NARROW_NOTE = 940, 6
LEAST_ROWS = 4
BOX_HIGH_PX = 26  # a box with some room around it


class StepTable(QTableView):
    """The view. Space switches the step in hand on and off."""

    def __init__(self, model: StepsModel) -> None:
        super().__init__()
        self.setModel(model)
        self.setAccessibleName(tr("Steps"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(TABLE, QHeaderView.ResizeMode.Stretch)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() == Qt.Key.Key_Space and index.isValid():
            box = self.model().index(index.row(), NUMBER)
            is_on = box.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
            after = Qt.CheckState.Unchecked if is_on else Qt.CheckState.Checked
            self.model().setData(box, after.value, Qt.ItemDataRole.CheckStateRole)
            return
        super().keyPressEvent(event)

    def set_look(self, look: Look) -> None:
        row = max(look.density.row, BOX_HIGH_PX)
        self.verticalHeader().setMinimumSectionSize(row)
        self.verticalHeader().setDefaultSectionSize(row)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """What a table is called needs the room that is left; a note gives way to it."""
        metrics = self.fontMetrics()
        narrow = self.viewport().width() < NARROW_PX
        for column, letters in WIDTHS.items():
            beside = BOX_PX if column in (NUMBER, VERDICT) else BESIDE_PX
            shown = NARROW_NOTE if narrow and column == NOTE else letters
            self.setColumnWidth(column, shown * metrics.horizontalAdvance("0") + beside)


class StepList(QWidget):
    """`chosen(number)` when another step is in hand; `report_wanted` when what playing came to is to be kept."""

    chosen = Signal(int)
    report_wanted = Signal()

    def __init__(self, model: StepsModel) -> None:
        super().__init__()
        self.model = model
        self._bad: list[int] = []  # the steps that somebody must look at
        self.table = StepTable(model)
        self.table.selectionModel().currentRowChanged.connect(self._row_changed)
        self.which = Segments(((ALL, tr("All steps")), (BAD, tr("To look at"))), name=tr("Which steps"))
        self.which.changed.connect(lambda _key: self._show_which())
        self.count = label(type="small", tone="weak")
        self.report_button = button(tr("Save the summary"), self.report_wanted.emit, icon="export")
        self.nothing = label(tr("No step differs."), tone="weak")
        self.nothing.hide()
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(12)
        head.addWidget(self.which)
        head.addWidget(self.count)
        head.addStretch(1)
        head.addWidget(self.report_button)
        self.filter = QWidget()
        self.filter.setLayout(head)
        self.filter.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.filter)
        column.addWidget(self.nothing)
        column.addWidget(self.table, 1)
        model.modelReset.connect(self._count)

    def set_look(self, look: Look) -> None:
        self.table.set_look(look)
        self.setMinimumHeight(look.density.target + (LEAST_ROWS + 1) * look.density.row + 16)
        self.which.set_look(look)

    @property
    def number(self) -> int:
        """The step in hand, 0 for none."""
        index = self.table.currentIndex()
        return self.model.number_at(index.row()) if index.isValid() else 0

    def choose(self, number: int) -> None:
        """Take a step in hand, and bring it into view."""
        row = self.model.row_of(number)
        if row is None and not self.model.shows_all:
            self.show_all()
            row = self.model.row_of(number)
        if row is not None:
            self.table.selectRow(row)
            self.table.scrollTo(self.model.index(row, 0))

    def follow(self, number: int) -> None:
        """The step that is played: marked and in view, while the one in hand stays in hand."""
        self.model.set_current(number)
        row = self.model.row_of(number)
        if row is not None:
            self.table.scrollTo(self.model.index(row, 0))

    def show_all(self) -> None:
        self.which.choose(ALL)
        self._show_which()

    def show_bad(self, numbers: list[int]) -> None:
        """How many steps must be looked at; when these are shown, they follow."""
        self._bad = numbers
        words = tr("To look at") if not numbers else tr("To look at: {count}", count=grouped(len(numbers)))
        self.which.button(BAD).setText(words)
        self._show_filter()
        if self.which.chosen == BAD:
            self._show_which()

    def offer_report(self, possible: bool) -> None:
        """There is something to keep."""
        self.report_button.setEnabled(possible)
        self._show_filter()

    def _show_filter(self) -> None:
        """Only once something was played: before that there is nothing to look for."""
        self.filter.setVisible(bool(self._bad) or not self.model.shows_all or self.report_button.isEnabled())

    def _show_which(self) -> None:
        number = self.number
        only = self._bad if self.which.chosen == BAD else None
        self.model.show_only(only)
        self.nothing.setVisible(only is not None and not only)
        row = self.model.row_of(number)
        if row is None and self.model.rowCount():
            row = 0
        if row is not None:
            self.table.selectRow(row)
            self.table.scrollTo(self.model.index(row, 0))

    def _count(self) -> None:
        count = self.model.rowCount()
        self.count.setText(tr("1 step") if count == 1 else tr("{count} steps", count=grouped(count)))

    def _row_changed(self, current: QModelIndex) -> None:
        if current.isValid():
            self.chosen.emit(self.model.number_at(current.row()))
