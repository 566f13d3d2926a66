"""Wire: every packet both ways, decoded by service, as it goes over the wire.

What a port records comes from the workbench five times a second, is taken apart by a `Monitor` in a lane of its own,
and reaches the list in batches: a fast read costs the window nothing but one insertion a batch.
"""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QSplitter,
    QTableView,
    QVBoxLayout,
)

from fieldpro.c12.link.monitor import FROM_METER, TO_METER, Monitor, WireItem
from fieldpro.gui.lanes import Lane
from fieldpro.gui.look import Look
from fieldpro.gui.page import Page
from fieldpro.gui.pages.wire_detail import WireDetail
from fieldpro.gui.pages.wire_file import save
from fieldpro.gui.pages.wire_model import AFTER, SERVICE, SIZE, TIME, WAY, WHAT, Filter, Show, WireModel
from fieldpro.gui.parts import button, label
from fieldpro.gui.save_file import choose_file
from fieldpro.gui.segments import Segments
from fieldpro.gui.states import Choice
from fieldpro.gui.words import tr

if TYPE_CHECKING:
    from fieldpro.gui.workbench import Workbench

BATCH = 500  # records a step of the lane: the answers of a long history come in pieces
FILTER_MS = 150
WIDTHS_PX = {TIME: 112, AFTER: 88, WAY: 84, SERVICE: 140, WHAT: 420, SIZE: 64}


class WirePage(Page):
    """The page of the wire."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench, tr("Wire"))
        self.choose_file = choose_file
        self.model = WireModel(self.look)
        self._monitor = Monitor()
        self._lane = Lane("wire", workbench.bridge)
        self._moment: float | None = None
        self._cleared = 0  # counts clearings: what was on its way is thrown away
        self._make_head()
        self._make_list()
        self.detail = WireDetail(self.look)
        lower = QFrame()
        lower.setProperty("kind", "card")
        inside = QVBoxLayout(lower)
        inside.setContentsMargins(16, 12, 12, 12)
        inside.addWidget(self.detail)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setHandleWidth(12)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.table)
        self.splitter.addWidget(lower)
        self.splitter.setSizes([420, 220])
        self.body_layout.setSpacing(12)
        self.body_layout.addLayout(self._make_filters())
        self.body_layout.addWidget(self.splitter, 1)
        self.model.counted.connect(self._count)
        self._filter_timer = QTimer(self, singleShot=True, interval=FILTER_MS)
        self._filter_timer.timeout.connect(self._filter)
        QShortcut(QKeySequence.StandardKey.Find, self, self.search.setFocus)
        workbench.wire_recorded.connect(self._feed)
        lane = self._lane
        self.destroyed.connect(lambda: lane.close(0.0))
        self._count(0, 0)
        self._feed(list(workbench.wire.records))

    def _make_head(self) -> None:
        self.count_label = label(tone="weak")
        self.follow_button = QCheckBox(tr("Follow"))
        self.follow_button.setChecked(True)
        self.follow_button.setAccessibleDescription(tr("Keep the newest packet in view"))
        self.follow_button.toggled.connect(lambda on: self.table.scrollToBottom() if on else None)
        self.clear_button = button(tr("Clear"), self.clear)
        self.save_button = button(tr("Save"), self.save, icon="save")
        for widget in (self.count_label, self.follow_button, self.clear_button, self.save_button):
            self.head.addWidget(widget)

    def _make_filters(self) -> QHBoxLayout:
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search service or words"))
        self.search.setAccessibleName(tr("Search the wire"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _text: self._filter_timer.start())
        self.ways = Segments(
            (("", tr("Both ways")), (TO_METER, tr("To meter")), (FROM_METER, tr("From meter"))), name=tr("Direction")
        )
        self.shows = Segments(
            (
                (Show.ALL.value, tr("Everything")),
                (Show.SERVICES.value, tr("Services")),
                (Show.PROBLEMS.value, tr("Problems")),
            ),
            name=tr("Show"),
        )
        self.ways.changed.connect(lambda _way: self._filter())
        self.shows.changed.connect(lambda _show: self._filter())
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.search, 1)
        row.addWidget(self.ways)
        row.addWidget(self.shows)
        return row

    def _make_list(self) -> None:
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setAccessibleName(tr("Packets"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        for column, width in WIDTHS_PX.items():
            self.table.setColumnWidth(column, width)
        header.setSectionResizeMode(WHAT, QHeaderView.ResizeMode.Stretch)
        self.table.selectionModel().currentRowChanged.connect(self._row_chosen)
        self.model.modelReset.connect(lambda: self.detail.show_item(None))
        self.table.verticalScrollBar().sliderMoved.connect(self._scrolled)

    # --- what comes -------------------------------------------------------------------------------------------

    def _feed(self, records: list[Any]) -> None:
        for start in range(0, len(records), BATCH):
            self._take_apart(records[start : start + BATCH], self._cleared)

    def _take_apart(self, records: list[Any], cleared: int) -> None:
        self._lane.run(lambda: self._decode(records), lambda items: self._add(items, cleared))

    def _decode(self, records: list[Any]) -> list[WireItem]:
        """In the lane: nobody else touches the monitor."""
        return [item for record in records for item in self._monitor.feed(record.direction, record.data, record.time)]

    def _add(self, items: list[WireItem], cleared: int) -> None:
        if cleared != self._cleared:
            return
        self.model.append(items)
        if self._moment is not None:
            self._show_pending_moment()
        elif self.follow_button.isChecked():
            self.table.scrollToBottom()

    def _count(self, shown: int, total: int) -> None:
        if total == 0:
            self.states.show_empty(
                tr("Nothing has gone over the wire yet"),
                tr("Connect a meter, and every packet shows up here, both ways, as it passes."),
                Choice(tr("Connect a meter"), lambda: self.workbench.go("connect")),
                icon="wire",
            )
        else:
            self.states.show_full()
        words = f"{total:,}" if shown == total else tr("{shown} of {total}", shown=f"{shown:,}", total=f"{total:,}")
        self.count_label.setText(tr("{count} items", count=words) if total else "")
        for widget in (self.follow_button, self.clear_button, self.save_button):
            widget.setVisible(total > 0)
        self.save_button.setEnabled(shown > 0)

    def clear(self) -> None:
        """Empty the list; what comes from now on is shown."""
        self._cleared += 1
        self.model.clear()

    # --- filter and place -------------------------------------------------------------------------------------

    def _filter(self) -> None:
        self._filter_timer.stop()
        chosen = self._chosen_time()
        self.model.set_filter(Filter(self.search.text().strip(), self.ways.chosen, Show(self.shows.chosen)))
        if self.follow_button.isChecked():
            self.table.scrollToBottom()
        elif chosen is not None:
            self._choose(chosen)

    def _chosen_time(self) -> float | None:
        item = self.detail.item
        return None if item is None else item.time

    def _row_chosen(self, current: QModelIndex) -> None:
        if not current.isValid():
            return
        self.detail.show_item(self.model.item(current.row()))
        if current.row() < self.model.rowCount() - 1:
            self.follow_button.setChecked(False)

    def _scrolled(self, value: int) -> None:
        self.follow_button.setChecked(value >= self.table.verticalScrollBar().maximum())

    def _choose(self, time_s: float) -> None:
        row = self.model.row_at(time_s)
        if row is not None:
            self.table.selectRow(row)
            self.table.scrollTo(self.model.index(row, 0), QAbstractItemView.ScrollHint.PositionAtCenter)

    def show_moment(self, time_s: float) -> None:
        """The conversation at a moment (epoch seconds); waits for it when it is still on its way."""
        self._moment = time_s
        self.search.clear()
        self.ways.choose("")
        self.shows.choose(Show.ALL.value)
        self._filter()
        self.follow_button.setChecked(False)
        self._show_pending_moment()

    def _show_pending_moment(self) -> None:
        if self._moment is None:
            return
        self._choose(self._moment)
        newest = self.model.newest_s
        if self._lane.idle or (newest is not None and newest >= self._moment):
            self._moment = None

    def visited(self, place: str = "") -> None:
        """`place` is a moment in epoch seconds."""
        if place:
            self.show_moment(float(place))

    def set_theme(self, look: Look) -> None:
        super().set_theme(look)
        self.model.set_look(look)
        self.detail.set_look(look)
        self.ways.set_look(look)
        self.shows.set_look(look)
        self.table.verticalHeader().setDefaultSectionSize(look.density.row)

    # --- save -------------------------------------------------------------------------------------------------

    def save(self) -> None:
        """Save what is shown."""
        items = self.model.shown()

        def write(path: Path) -> None:
            self._lane.run(
                lambda: save(path, items),
                lambda count: self.workbench.tell(tr("Saved {count} items in {path}", count=f"{count:,}", path=path)),
                self.workbench.fail,
            )

        name = f"wire {datetime.fromtimestamp(time.time()):%Y-%m-%d %H%M}.txt"
        kinds = tr("Text (*.txt);;JSON lines (*.jsonl)")
        self.choose_file(self, tr("Save the conversation"), name, kinds, write)
