"""Records: saved read-outs, searched, newest first or by meter; opened without a meter; two compared; deleted with a
reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHBoxLayout, QLineEdit, QPushButton

from fieldpro.gui.figures import data_size, grouped, short_port
from fieldpro.gui.look import Look
from fieldpro.gui.models.rows import Column, RowsModel
from fieldpro.gui.page import Page
from fieldpro.gui.parts import button, dress, label
from fieldpro.gui.rows_view import RowsView
from fieldpro.gui.snapshot import virtual_meter_of_record
from fieldpro.gui.states import Choice
from fieldpro.gui.words import tr

if TYPE_CHECKING:
    from fieldpro.errors import FieldProError
    from fieldpro.gui.workbench import Workbench

PAGE_ROWS = 200
WAIT_MS = 150  # after the last key, before the store is asked


def _name(record: Any) -> str:
    return f"{record.identity.manufacturer} {record.identity.model}".strip()


def _tables(record: Any) -> str:
    if record.failed:
        return tr("{tables}, {failed} not read", tables=record.tables, failed=record.failed)
    return grouped(record.tables)


COLUMNS = (
    lambda: Column(tr("Read"), lambda record: f"{record.ended_at.astimezone():%Y-%m-%d %H:%M}"),
    lambda: Column(tr("Meter"), _name, strong=lambda _record: True),
    lambda: Column(tr("Serial number"), lambda record: record.identity.serial, mono=True),
    lambda: Column(tr("Tables"), _tables, right=True, tone=lambda record: "warn" if record.failed else ""),
    lambda: Column(tr("Size"), lambda record: data_size(record.size), right=True, tone=lambda _record: "weak"),
    lambda: Column(tr("By"), lambda record: record.operator),
    lambda: Column(
        tr("Port"), lambda record: short_port(record.port), tip=lambda record: record.port, tone=lambda _record: "weak"
    ),
    lambda: Column(tr("No."), lambda record: str(record.id), right=True, tone=lambda _record: "weak"),
)


class RecordsPage(Page):
    """See the module."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench, tr("Records"))
        self._asked = ""
        self._by_meter = False
        self._build_head()
        self.model = RowsModel([column() for column in COLUMNS], self)
        self.view = RowsView(self.model, tr("Saved read-outs"), stretch=1)
        self.view.chosen.connect(self._open_row)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.view.selectionModel().selectionChanged.connect(lambda *_rows: self._row_changed())
        self.model.modelReset.connect(self._row_changed)
        self.body_layout.addWidget(self._delete_panel())
        self.body_layout.addWidget(self.view, 1)
        self.more_button = button(tr("Show older ones"), self._more, kind="link")
        self.more_button.hide()
        foot = QHBoxLayout()
        foot.addWidget(self.virtual_button)
        foot.addStretch(1)
        foot.addWidget(self.more_button)
        self.body_layout.addLayout(foot)
        workbench.records_changed.connect(self.look_again)
        self._row_changed()
        self.look_again()

    def _build_head(self) -> None:
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WAIT_MS)
        self._timer.timeout.connect(self.look_again)
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Meter, serial number, operator, port or date"))
        self.search.setAccessibleName(tr("Search the records"))
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(220)
        self.search.textChanged.connect(lambda _text: self._timer.start())
        self.search.returnPressed.connect(lambda: self.view.setFocus())
        self.by_meter_button = button(tr("By meter"), self._toggle_by_meter)
        self.by_meter_button.setCheckable(True)
        self.compare_button = button(tr("Compare"), self._compare, icon="compare")
        self.compare_button.setToolTip(tr("Two rows, chosen with Ctrl, or the one in hand with something else"))
        self.virtual_button = button(tr("Make a virtual meter"), self._make_virtual_meter, icon="virtual")
        self.virtual_button.setToolTip(tr("A meter with these tables, connected at once"))
        self.open_button = button(tr("Open"), lambda: self._open_row(self.view.row), kind="primary", icon="open")
        self.delete_button = button(tr("Delete"), self._ask_reason, icon="delete")
        self.head.insertWidget(1, self.search, 3)
        for made in (self.by_meter_button, self.delete_button, self.compare_button, self.open_button):
            self.head.addWidget(made)

    def _delete_panel(self) -> QFrame:
        """Where a reason is given; the button that deletes stands apart from the one that asks."""
        self.panel = QFrame()
        self.panel.setProperty("kind", "banner")
        row = QHBoxLayout(self.panel)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(12)
        self._why = label(type="strong")
        self.reason = QLineEdit()
        self.reason.setPlaceholderText(tr("Why? It stays in the book of deletions."))
        self.reason.setAccessibleName(tr("Reason for deleting"))
        self.reason.textChanged.connect(lambda text: self.confirm_button.setEnabled(bool(text.strip())))
        self.confirm_button: QPushButton = button(tr("Delete"), self._delete, kind="danger", icon="delete")
        row.addWidget(self._why)
        row.addWidget(self.reason, 1)
        row.addWidget(button(tr("Keep it"), self.panel.hide))
        row.addWidget(self.confirm_button)
        self.panel.hide()
        return self.panel

    # --- Page -------------------------------------------------------------------------------------------------

    def set_theme(self, look: Look) -> None:
        super().set_theme(look)
        self.view.set_look(look)

    def visited(self, place: str = "") -> None:
        if place:
            self.search.setText(place)
        self.search.setFocus()

    # --- asking the store -------------------------------------------------------------------------------------

    def look_again(self) -> None:
        """Ask the store for what fits the search."""
        asked = self.search.text()
        self._asked = asked
        if not self.model.rows:
            self.states.show_loading(tr("Looking through the records"))
        self.workbench.store(
            lambda store: store.find(asked, limit=PAGE_ROWS), lambda found: self._found(asked, found), self._failed
        )

    def _more(self) -> None:
        asked, offset = self._asked, len(self.model.rows)
        self.workbench.store(
            lambda store: store.find(asked, limit=PAGE_ROWS, offset=offset),
            lambda found: self._found(asked, [*self.model.rows, *found], len(found)),
            self._failed,
        )

    def _found(self, asked: str, records: list[Any], fresh: int | None = None) -> None:
        if asked != self._asked:
            return
        self.more_button.setVisible((len(records) if fresh is None else fresh) == PAGE_ROWS)
        if self._by_meter:
            newest: dict[str, Any] = {}
            for record in records:
                newest[record.identity.key] = max(newest.get(record.identity.key, record.ended_at), record.ended_at)
            records = sorted(
                records, key=lambda one: (newest[one.identity.key], one.identity.key, one.ended_at), reverse=True
            )
        self.model.set_rows(records)
        if records:
            self.view.selectRow(0)
            self.states.show_full()
        elif asked.strip():
            self.states.show_empty(
                tr("Nothing fits “{text}”", text=asked),
                tr("Every word must stand in the meter, serial number, operator, port, date or note."),
                Choice(tr("Show all records"), self.search.clear),
                icon="search",
            )
        else:
            self.states.show_empty(
                tr("No records yet"),
                tr("Connect a meter and save what was read; it stands here then, and opens without the meter."),
                Choice(tr("Connect a meter"), lambda: self.workbench.go("connect")),
                icon="records",
            )
        self._row_changed()

    def _failed(self, error: FieldProError) -> None:
        self.states.show_failed(self.explain(error), Choice(tr("Look again"), self.look_again))

    def _toggle_by_meter(self) -> None:
        self._by_meter = self.by_meter_button.isChecked()
        self.look_again()

    # --- one record -------------------------------------------------------------------------------------------

    def _record(self) -> Any:
        row = self.view.row
        return self.model.rows[row] if 0 <= row < len(self.model.rows) else None

    def _selected(self) -> list[Any]:
        """The records of the rows that are chosen, in the order of the list."""
        places = sorted(index.row() for index in self.view.selectionModel().selectedRows())
        return [self.model.rows[place] for place in places if place < len(self.model.rows)]

    def _row_changed(self) -> None:
        count = len(self._selected())
        self.open_button.setEnabled(count == 1)
        self.virtual_button.setEnabled(count == 1)
        self.delete_button.setEnabled(count == 1)
        self.compare_button.setEnabled(count in (1, 2))
        self.panel.hide()

    def _make_virtual_meter(self) -> None:
        record = self._record()
        if record is not None:
            virtual_meter_of_record(self.workbench, record.id)

    def _compare(self) -> None:
        """Two rows with each other, the older one left; one with what is chosen there."""
        records = sorted(self._selected(), key=lambda record: record.ended_at)
        if records:
            self.workbench.go("compare", " ".join(str(record.id) for record in records))

    def _open_row(self, row: int) -> None:
        if 0 <= row < len(self.model.rows):
            self.workbench.open_record(self.model.rows[row].id)

    def _ask_reason(self) -> None:
        record = self._record()
        if record is None:
            return
        self._why.setText(tr("Delete record {number}?", number=record.id))
        self.confirm_button.setText(tr("Delete {meter} {serial}", meter=_name(record), serial=record.identity.serial))
        self.confirm_button.setEnabled(False)
        self.reason.clear()
        self.panel.show()
        dress(self.panel, self.look)
        self.reason.setFocus()

    def _delete(self) -> None:
        record = self._record()
        reason = self.reason.text().strip()
        if record is None or not reason:
            return
        self.panel.hide()

        def deleted(_none: object) -> None:
            self.workbench.tell(tr("Deleted record {number}", number=record.id))
            self.workbench.records_changed.emit()

        self.workbench.store(lambda store: store.delete(record.id, reason), deleted)
