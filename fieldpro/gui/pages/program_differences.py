"""The middle of the Program page: the verdict, the differences as rows with boxes, and what can be done with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QDate, QDateTime, QEvent, QObject, Qt, QTime, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDateTimeEdit, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from fieldpro.gui.fields import Choose
from fieldpro.gui.figures import grouped
from fieldpro.gui.look import Look, mark_as
from fieldpro.gui.models.check_rows import BOX, CheckRowsModel
from fieldpro.gui.models.differences import Difference, Heading, Row, Shown, Verdict, rows, verdict, with_unit
from fieldpro.gui.models.rows import Column, RowsModel
from fieldpro.gui.parts import IconLabel, button, dress, label
from fieldpro.gui.rows_view import RowsView
from fieldpro.gui.segments import Segments
from fieldpro.gui.words import tr

if TYPE_CHECKING:
    from fieldpro.gui.pages.program_work import PastWrite
    from fieldpro.meter.changes import ChangeSet
    from fieldpro.meter.programs import Complaint

PAST = "past"
LEAST_ROWS = 5  # that are always to be seen; below that the page scrolls


def _is_heading(row: Row) -> bool:
    return isinstance(row, Heading)


def _keys(row: Row) -> tuple[str, ...]:
    if isinstance(row, Heading):
        return row.paths
    return (row.path,) if row.can_write else ()


def _cell(name: str) -> Any:
    return lambda row: "" if isinstance(row, Heading) else getattr(row, name)


def _columns(wanted: str = "") -> tuple[Column, ...]:
    """`wanted`: what the column of new values is called."""
    return (
        Column(
            tr("Element"),
            lambda row: f"{row.title}   {grouped(row.count)}" if isinstance(row, Heading) else row.title,
            strong=_is_heading,
            tip=_cell("path"),
        ),
        Column(
            tr("In the meter"), lambda row: "" if isinstance(row, Heading) else with_unit(row.old, row.unit), right=True
        ),
        Column(
            wanted or tr("In the program"),
            lambda row: "" if isinstance(row, Heading) else with_unit(row.new, row.unit),
            right=True,
            strong=lambda row: isinstance(row, Difference) and row.can_write,
        ),
        Column(tr("State"), _cell("state"), tone=lambda row: "" if isinstance(row, Heading) else row.tone),
        Column(tr("Name in the table"), _cell("name"), tone=lambda _row: "weak"),
    )


def _complaint_columns() -> tuple[Column, ...]:
    return (
        Column(tr("Line"), lambda each: str(each.line or ""), right=True),
        Column(tr("Where"), lambda each: each.path, mono=True),
        Column(tr("Expected"), lambda each: each.expected, strong=lambda _each: True),
        Column(tr("Found"), lambda each: each.found, tone=lambda _each: "bad"),
    )


def _past_columns() -> tuple[Column, ...]:
    return (
        Column(tr("When"), lambda each: each.at),
        Column(tr("What"), lambda each: each.what, strong=lambda _each: True),
        Column(tr("Held before"), lambda each: each.before, mono=True),
        Column(tr("Was written"), lambda each: each.after, mono=True),
        Column(tr("Outcome"), lambda each: each.outcome, tone=lambda each: "warn" if each.is_open else ""),
        Column(tr("Program"), lambda each: each.program),
        Column(tr("By"), lambda each: each.who, tone=lambda _each: "weak"),
    )


class Differences(QWidget):
    """`write_wanted(paths)`, `undo_wanted`, `past_wanted`, `again_wanted`, `record_wanted`. `foot`, with the buttons
    that write, is put by the page where it is always seen."""

    write_wanted = Signal(object)  # list[str]
    undo_wanted = Signal()
    past_wanted = Signal()
    again_wanted = Signal()
    record_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._look = Look()
        self._change_set: ChangeSet | None = None
        self._results: Mapping[str, tuple[str, str]] = {}
        self._whole = False
        self._possible = True
        self._why_not = ""
        self._can_wait = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._verdict_row())
        column.addLayout(self._filter_row())
        self._build_lists()
        column.addWidget(self.lists, 1)
        self.foot = self._foot()

    # --- building ---------------------------------------------------------------------------------------------

    def _verdict_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        self._icon = IconLabel("none", size=32)
        self.headline = label(type="title", wrap=True)
        self.detail = label(tone="weak", wrap=True)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.headline)
        words.addWidget(self.detail)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self.again_button = button(tr("Compare again"), self.again_wanted.emit, icon="read")
        row.addWidget(self.again_button, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _filter_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.filter = Segments(
            (
                (Shown.DIFFERENT, tr("Differences")),
                (Shown.ALL, tr("All elements")),
                (Shown.UNKNOWN, tr("Not known here")),
                (PAST, tr("Written before")),
            ),
            name=tr("Rows"),
        )
        self.filter.changed.connect(self._filter_changed)
        self.all_button = button(tr("Choose all"), self._choose_all, kind="link")
        self.none_button = button(tr("Choose none"), lambda: self.model.set_checked(()), kind="link")
        row.addWidget(self.filter)
        row.addStretch(1)
        row.addWidget(self.all_button)
        row.addWidget(self.none_button)
        return row

    def _build_lists(self) -> None:
        self.model = CheckRowsModel(_columns(), _keys, self)
        self.model.checks_changed.connect(self._checks_changed)
        self.view = RowsView(self.model, tr("Differences"), stretch=1)
        self.view.clicked.connect(lambda index: self.model.toggle(index.row()) if index.column() == BOX else None)
        self.view.installEventFilter(self)
        self.complaints = RowsModel(_complaint_columns(), self)
        self.complaints_view = RowsView(self.complaints, tr("What is wrong with the program"), stretch=2)
        self.past = RowsModel(_past_columns(), self)
        self.past_view = RowsView(self.past, tr("Written to this meter before"), stretch=1)
        self.lists = QStackedWidget()
        for view in (self.view, self.complaints_view, self.past_view):
            self.lists.addWidget(view)

    def _foot(self) -> QWidget:
        """What can be done with the rows: stands below them, also where they scroll."""
        foot = QWidget()
        row = QHBoxLayout(foot)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.count_label = label(tone="weak", wrap=True)
        self.undo_button = button(tr("Take back"), self.undo_wanted.emit, icon="undo")
        self.record_button = button(tr("Open the record"), self.record_wanted.emit, icon="records")
        self.write_button = button(tr("Write"), self._write, kind="primary")
        self.when = Choose(tr("When it takes hold"), lambda _when: self._checks_changed())
        self.when.offer(
            [("now", tr("takes hold now")), ("at", tr("takes hold at")), ("told", tr("takes hold when told"))],
            "now",
        )
        self.when.setMinimumContentsLength(18)
        tomorrow = QDateTime(QDate.currentDate().addDays(1), QTime(0, 0))
        self.at = QDateTimeEdit(tomorrow)
        self.at.setDisplayFormat("yyyy-MM-dd HH:mm")
        self.at.lineEdit().setTextMargins(8, 0, 8, 0)
        self.at.setAccessibleName(tr("Takes hold at"))
        row.addWidget(self.count_label, 1)
        row.addWidget(self.when)
        row.addWidget(self.at)
        for made in (self.undo_button, self.record_button, self.write_button):
            row.addWidget(made)
        self.undo_button.hide()
        self.record_button.hide()
        return foot

    # --- what is shown ----------------------------------------------------------------------------------------

    def set_look(self, look: Look) -> None:
        self._look = look
        for view in (self.view, self.complaints_view, self.past_view):
            view.set_look(look)
        self.filter.set_look(look)
        self.lists.setMinimumHeight(LEAST_ROWS * look.density.row)
        dress(self, look)
        dress(self.foot, look)

    @property
    def chosen(self) -> list[str]:
        """The paths that are checked, in the order of writing."""
        if self._change_set is None:
            return []
        return [change.path for change in self._change_set.different if change.path in self.model.checked]

    @property
    def takes_hold(self) -> tuple[str, datetime]:
        """When: "now", "at" or "told"; and the time that stands in the field, of the meter's own clock."""
        at = self.at.dateTime()
        day, time = at.date(), at.time()
        moment = datetime(day.year(), day.month(), day.day(), time.hour(), time.minute())
        return (str(self.when.chosen) if self._can_wait else "now"), moment

    def offer_to_wait(self, possible: bool) -> None:
        """Whether the meter takes what is to take hold later."""
        self._can_wait = possible
        self.when.choose("now")
        self._checks_changed()

    def set_possible(self, possible: bool, why_not: str = "") -> None:
        """Whether anything can be written now, and why not."""
        self._possible, self._why_not = possible, why_not
        self._checks_changed()

    def show_changes(self, change_set: ChangeSet, *, whole: bool = False, said: Verdict | None = None) -> None:
        """Differences to choose from, all of them chosen; with `whole` they can only be written together."""
        self._change_set, self._whole, self._results = change_set, whole, {}
        self._say(said or verdict(change_set))
        self._offer_after(undo="", record=False)
        counts = change_set.counts
        self.filter.button(Shown.UNKNOWN).setVisible(bool(counts.unknown))
        differs = counts.different or counts.read_only
        self._show_rows(Shown.DIFFERENT if differs else Shown.UNKNOWN if counts.unknown else Shown.ALL)
        self.model.set_checked({change.path for change in change_set.different})

    def show_written(self, said: Verdict, results: Mapping[str, tuple[str, str]], *, undo: str) -> None:
        """What became of each row; `undo` names the button that takes it back, "" for none."""
        self._results = results
        self._say(said)
        self.model.set_checked(())
        self._change_set_done()
        self._show_rows(Shown.DIFFERENT)
        self._offer_after(undo=undo, record=False)

    def offer_record(self) -> None:
        self.record_button.show()

    def show_complaints(self, complaints: Sequence[Complaint], said: Verdict) -> None:
        """The program cannot be used as it is."""
        self._change_set = None
        self._say(said)
        self._offer_after(undo="", record=False)
        self.complaints.set_rows(complaints)
        self.lists.setCurrentWidget(self.complaints_view)
        self._show_filter(False)

    def show_elements(self, elements: Sequence[Row], said: Verdict) -> None:
        """What the program says, while there is no meter to compare it with."""
        self._change_set = None
        self._say(said)
        self._offer_after(undo="", record=False)
        self.model.set_rows(elements)
        self.lists.setCurrentWidget(self.view)
        self._show_filter(False)

    def show_past(self, writes: Sequence[PastWrite]) -> None:
        self.past.set_rows(writes)
        self.lists.setCurrentWidget(self.past_view)

    # --- inside -----------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Space checks the row in hand, wherever in it the focus stands."""
        pressed = event.key() if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress else None
        if watched is self.view and pressed == Qt.Key.Key_Space and self.view.row >= 0:
            self.model.toggle(self.view.row)
            return True
        return super().eventFilter(watched, event)

    def _say(self, said: Verdict) -> None:
        icon = {"good": "good", "bad": "bad", "warn": "warn"}.get(said.tone, "program")
        self._icon.show_icon(icon, said.tone, self._look)
        self.headline.setText(said.headline)
        self.detail.setText(said.detail)
        self.detail.setVisible(bool(said.detail))
        self.setAccessibleName(f"{said.headline}. {said.detail}")

    def _show_filter(self, shown: bool) -> None:
        for each in (self.filter, self.all_button, self.none_button, self.write_button, self.count_label):
            each.setVisible(shown)
        self.when.setVisible(shown and self._can_wait)
        self.at.setVisible(shown and self._can_wait)

    def _show_rows(self, shown: str) -> None:
        self._show_filter(True)
        self.filter.choose(shown)
        self.lists.setCurrentWidget(self.view)
        if self._change_set is not None:
            wanted = "" if self._change_set.purpose == "write" else tr("Will be")
            self.model.set_table(
                (self.model.columns[BOX], *_columns(wanted)), rows(self._change_set, Shown(shown), self._results)
            )
            if self.model.rows:
                self.view.selectRow(0)
        self._checks_changed()

    def _filter_changed(self, key: str) -> None:
        if key == PAST:
            self.past_wanted.emit()
        else:
            self._show_rows(key)

    def _choose_all(self) -> None:
        if self._change_set is not None and not self._results:
            self.model.set_checked({change.path for change in self._change_set.different})

    def _change_set_done(self) -> None:
        """Nothing of it can be written again."""
        self._whole = False

    def _offer_after(self, *, undo: str, record: bool) -> None:
        self.undo_button.setText(undo or tr("Take back"))
        self.undo_button.setVisible(bool(undo))
        self.record_button.setVisible(record)

    def _checks_changed(self) -> None:
        change_set = self._change_set
        if change_set is None:
            return
        total = len(change_set.different)
        if self._whole and len(self.model.checked) != total and not self._results:
            self.model.set_checked({change.path for change in change_set.different})
            return
        count = len(self.chosen)
        choosing = bool(total) and not self._results
        self.write_button.setText(
            tr("Write 1 change") if count == 1 else tr("Write {count} changes", count=grouped(count))
        )
        self.write_button.setVisible(choosing)
        self.write_button.setEnabled(choosing and bool(count) and self._possible)
        self.when.setVisible(choosing and self._can_wait)
        self.at.setVisible(choosing and self._can_wait and self.when.chosen == "at")
        self.all_button.setVisible(choosing and not self._whole)
        self.none_button.setVisible(choosing and not self._whole)
        words = tr("{count} of {total} chosen", count=grouped(count), total=grouped(total)) if choosing else ""
        if choosing and not self._possible:
            words = f"{words}. {self._why_not}"
        self.count_label.setText(words)
        mark_as(self.count_label, tone="weak" if self._possible else "warn")

    def _write(self) -> None:
        chosen = self.chosen
        if chosen:
            self.write_wanted.emit(chosen)
