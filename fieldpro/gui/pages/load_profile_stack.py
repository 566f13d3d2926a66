"""Three views of one load profile, chart, heat map and table, that stay on the same interval as one changes them."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStackedWidget, QTableView

from fieldpro.gui.charts.heat_map import HeatMap
from fieldpro.gui.charts.profile_chart import ProfileChart
from fieldpro.gui.charts.profile_data import ProfileData
from fieldpro.gui.charts.profile_table import ProfileTable
from fieldpro.gui.look import Look
from fieldpro.gui.pages.load_profile_bar import CHART, HEAT
from fieldpro.gui.words import tr

TIME_PX, VALUE_PX, PAD_PX = 180, 96, 28


class ProfileStack(QStackedWidget):
    """`picked`: an interval was chosen in the heat map."""

    picked = Signal(int)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.chart = ProfileChart(look)
        self.heat = HeatMap(look)
        self.model = ProfileTable()
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setAccessibleName(tr("Load profile as a table"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.horizontalHeader().setHighlightSections(False)
        for widget in (self.chart, self.heat, self.table):
            self.addWidget(widget)
        self._data: ProfileData | None = None
        self._channel = 0
        self._heat_stale = True
        self.heat.picked.connect(self.picked)
        self.set_look(look)

    def set_look(self, look: Look) -> None:
        self.chart.set_look(look)
        self.heat.set_look(look)
        self.table.verticalHeader().setDefaultSectionSize(look.density.row)
        self._heading = look.font("small", strong=True)

    def set_data(self, data: ProfileData) -> None:
        self._data = data
        self._channel = min(self._channel, len(data.series.channels) - 1)
        self._heat_stale = True
        self.chart.set_data(data)
        self.model.set_data(data)
        self.table.setColumnWidth(0, TIME_PX)
        for column in range(1, len(data.series.channels) + 1):
            self.table.setColumnWidth(column, self._width_of(column))
        if self.currentWidget() is self.heat:
            self._fill_heat()

    def _width_of(self, column: int) -> int:
        """Room for the heading; the values are shorter."""
        words = str(self.model.headerData(column, Qt.Orientation.Horizontal))
        return max(VALUE_PX, QFontMetrics(self._heading).horizontalAdvance(words) + PAD_PX)

    def set_channel(self, channel: int) -> None:
        """The channel of the heat map."""
        if channel != self._channel:
            self._channel = channel
            self._heat_stale = True
        if self.currentWidget() is self.heat:
            self._fill_heat()

    @property
    def channel(self) -> int:
        return self._channel

    def show_view(self, view: str) -> None:
        if view == CHART:
            row = self.table.currentIndex()
            if self.currentWidget() is self.table and row.isValid():
                self.chart.show_index(self.model.row_of(row.row()))
            self.setCurrentWidget(self.chart)
        elif view == HEAT:
            self.setCurrentWidget(self.heat)
            self._fill_heat()
        else:
            self.setCurrentWidget(self.table)
            self._show_row()

    def _fill_heat(self) -> None:
        if self._data is not None and self._heat_stale:
            self._heat_stale = False
            self.heat.set_data(self._data, self._channel)

    def _show_row(self) -> None:
        """The row of the chart's cursor, or of the newest interval that the chart shows."""
        if self._data is None or self.chart.window is None:
            return
        index = self.chart.cursor_index
        place = index if index is not None else self._data.nearest(self.chart.window.right)
        row: QModelIndex = self.model.index(self.model.row_of(place), 0)
        self.table.setCurrentIndex(row)
        self.table.scrollTo(row, QAbstractItemView.ScrollHint.PositionAtCenter)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
