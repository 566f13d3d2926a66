"""Procedures: the list of what this meter can be told to do; what each takes and clears; its result in words.

What loses data is a button that names what it does to which meter, and takes a second act in the one dialog. Registers
and clock are shown as they were before and as they are now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSplitter, QVBoxLayout, QWidget

from fieldpro.errors import FieldProError
from fieldpro.gui.confirm import Confirm
from fieldpro.gui.look import Look, mark_as
from fieldpro.gui.models.procedure_entries import Entry, LockOut, entries, lock_out
from fieldpro.gui.models.procedure_outcome import BeforeAfter, Result
from fieldpro.gui.models.rows import Column, RowsModel
from fieldpro.gui.page import Page
from fieldpro.gui.pages.procedures_form import ParameterForm
from fieldpro.gui.pages.procedures_work import ProcedureRun
from fieldpro.gui.parts import Card, IconLabel, button, dress, label
from fieldpro.gui.rows_view import RowsView
from fieldpro.gui.standing import Standing
from fieldpro.gui.states import Choice
from fieldpro.gui.words import tr
from fieldpro.meter.procedure_note import Danger

if TYPE_CHECKING:
    from fieldpro.gui.workbench import Workbench

LIST_PX, DETAIL_PX = 420, 520
DEMAND_RESET = "demand-reset"

DANGER_WORDS = {
    Danger.NONE: (lambda: tr("harmless"), "weak"),
    Danger.SOME: (lambda: tr("a change"), "warn"),
    Danger.HIGH: (lambda: tr("data lost"), "bad"),
    Danger.UNKNOWN: (lambda: tr("not known"), "bad"),
}


class BeforeNowView(RowsView):
    """The first column has what the figures leave, however long its words are; they are shortened."""

    LEAST_PX = 120

    def _lay_out(self) -> None:
        super()._lay_out()
        header = self.horizontalHeader()
        figures = header.length() - header.sectionSize(0)
        header.resizeSection(0, max(self.LEAST_PX, self.viewport().width() - figures))


def _danger(entry: Entry) -> str:
    return DANGER_WORDS[entry.danger][0]()


class ProceduresPage(Page):
    """See the module. `entry` is the procedure in hand, `run` the one that runs, `result` what came of the last."""

    needs_meter = True

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench, tr("Procedures"))
        self.entry: Entry | None = None
        self.running: ProcedureRun | None = None
        self.result: Result | None = None
        self.dialog: Confirm | None = None
        self.lock_out: LockOut | None = None
        self._wanted = ""  # an entry that was asked for before the list was there
        self._build()
        workbench.meter_changed.connect(lambda _meter: self._set_possible())
        workbench.job_changed.connect(lambda _job: self._set_possible())

    # --- building ---------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.model = RowsModel(
            (
                Column(tr("Procedure"), lambda entry: entry.title, strong=lambda _entry: True),
                Column(tr("Effect"), _danger, tone=lambda entry: DANGER_WORDS[entry.danger][1]),
                Column(tr("No."), lambda entry: entry.label, right=True, tone=lambda _entry: "weak"),
            ),
            self,
        )
        self.list = RowsView(self.model, tr("Procedures of this meter"), stretch=0)
        self.list.setMinimumWidth(280)
        self.list.selectionModel().currentRowChanged.connect(lambda *_rows: self._row_changed())
        self.list.chosen.connect(lambda _row: self.run_button.setFocus())
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self.list)
        split.addWidget(self._detail())
        split.setSizes([LIST_PX, DETAIL_PX])
        split.setStretchFactor(1, 1)
        split.setHandleWidth(16)
        self.body_layout.addWidget(split, 1)

    def _detail(self) -> QWidget:
        """The procedure in hand, and below it what came of the last run."""
        inside = QWidget()
        inside.setProperty("kind", "page")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(self._procedure_card())
        column.addWidget(self._result_card())
        column.addStretch(1)
        area = self._area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        area.setWidget(inside)
        area.setMinimumWidth(360)
        return area

    def _procedure_card(self) -> Card:
        card = Card()
        self.title = label(type="title", wrap=True)
        card.add(self.title)
        row = QHBoxLayout()
        row.setSpacing(8)
        self._icon = IconLabel("info", size=24)
        self.warning = label(wrap=True)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.warning, 1)
        card.add(row)
        self.clears = label(wrap=True)
        self.locked = label(wrap=True)
        card.add(self.clears)
        card.add(self.locked)
        self.form = ParameterForm()
        self.form.changed.connect(self._set_possible)
        card.add(self.form)
        self.why_not = label(tone="warn", wrap=True)
        card.add(self.why_not)
        self.look_button = button(tr("Read what waits"), self._read_needed, icon="read")
        self.run_button = button(tr("Run"), self._press_run, kind="primary")
        self.stop_button = button(tr("End it now"), self._stop, icon="cancel")
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        for made in (self.look_button, self.stop_button, self.run_button):
            buttons.addWidget(made)
        card.add(buttons)
        self.look_button.hide()
        self.stop_button.hide()
        return card

    def _result_card(self) -> Card:
        self.result_card = Card()
        row = QHBoxLayout()
        row.setSpacing(12)
        self._result_icon = IconLabel("good", tone="good", size=24)
        self.headline = label(type="title", wrap=True)
        row.addWidget(self._result_icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.headline, 1)
        self.result_card.add(row)
        self.detail = label(tone="weak", wrap=True)
        self.result_card.add(self.detail)
        self.lines = RowsModel(
            (
                Column("", lambda line: line.what),
                Column(tr("Before"), lambda line: line.before, right=True),
                Column(tr("Now"), lambda line: line.after, right=True, strong=lambda line: line.changed),
            ),
            self,
        )
        self.lines_view = BeforeNowView(self.lines, tr("Before and now"), whole=True, stretch=-1)
        self.result_card.add(self.lines_view)
        self.notes = label(wrap=True)
        mark_as(self.notes, tone="warn")
        self.result_card.add(self.notes)
        self.record_button = button(tr("Open the record of what was there before"), self._open_record, kind="link")
        self.result_card.add(self.record_button)
        self.record_id: int | None = None
        self.result_card.hide()
        return self.result_card

    # --- Page -------------------------------------------------------------------------------------------------

    def set_theme(self, look: Look) -> None:
        super().set_theme(look)
        self.list.set_look(look)
        self.lines_view.set_look(look)
        if self.entry is not None:
            self._show_entry(self.entry, keep_form=True)

    def show_view(self, view: Any) -> None:
        """The list of this meter; the procedure in hand stays in hand."""
        if not self.model.rows:
            self.states.show_loading(tr("Looking what this meter can be told"))
        self.workbench.compute(
            lambda: (entries(view), lock_out(view)),
            self._listed,
            lambda error: self.states.show_failed(
                self.explain(error), Choice(tr("Read the meter again"), self.workbench.read_essentials)
            ),
        )

    def show_no_view(self) -> None:
        self.model.set_rows([])
        self.entry = self.result = None
        self.result_card.hide()
        super().show_no_view()

    def visited(self, place: str = "") -> None:
        self._wanted = place
        self._choose(place)
        if place == "" and self.model.rows:
            self.list.setFocus()

    def _listed(self, found: tuple[list[Entry], LockOut]) -> None:
        listed, self.lock_out = found
        if not listed:
            self.states.show_empty(
                tr("This meter lists no procedures"),
                tr("Its table 0 names none that it can be told. Read the meter again if that is new to you."),
                Choice(tr("Read the meter again"), self.workbench.read_essentials),
                icon="procedures",
            )
            return
        kept = self._wanted or ("" if self.entry is None else self.entry.id)
        same = self.entry is not None and kept == self.entry.id
        before = self.entry.parameters if self.entry is not None else None
        self.model.set_rows(listed)
        self.states.show_full()
        row = next((n for n, entry in enumerate(listed) if entry.id == kept), 0)
        self._keep_form = same and listed[row].parameters == before
        self.list.selectRow(row)
        self._keep_form = False

    _keep_form = False

    def _choose(self, entry_id: str) -> None:
        for row, entry in enumerate(self.model.rows):
            if entry.id == entry_id:
                self.list.selectRow(row)

    # --- the procedure in hand --------------------------------------------------------------------------------

    def _row_changed(self) -> None:
        row = self.list.row
        if 0 <= row < len(self.model.rows):
            self._show_entry(self.model.rows[row], keep_form=self._keep_form)

    def _show_entry(self, entry: Entry, *, keep_form: bool = False) -> None:
        another = self.entry is None or entry.id != self.entry.id
        self.entry = entry
        if another:
            self.result_card.hide()
        self.title.setText(entry.title)
        tone = DANGER_WORDS[entry.danger][1]
        self._icon.show_icon({"bad": "bad", "warn": "warn"}.get(tone, "info"), tone, self.look)
        self.warning.setText(entry.warning)
        mark_as(self.warning, tone=tone if entry.is_dangerous else "")
        cleared = ", ".join(entry.clears)
        self.clears.setText(tr("Clears: {what}. All of it is read and kept first.", what=cleared) if cleared else "")
        self.clears.setVisible(bool(cleared))
        is_reset = entry.id == DEMAND_RESET and self.lock_out is not None
        self.locked.setVisible(is_reset)
        if is_reset and self.lock_out is not None:
            self.locked.setText(self.lock_out.words)
            mark_as(self.locked, tone="warn" if self.lock_out.locked else "weak")
        if not keep_form or another:
            self.form.show_parameters(entry.parameters)
        self.run_button.setText(entry.verb.format(serial=self._serial))
        mark_as(self.run_button, kind="danger" if entry.is_dangerous else "primary")
        self.look_button.setVisible(entry.needs_table is not None)
        self._set_possible()

    @property
    def _serial(self) -> str:
        identity = self.workbench.meter.identity
        return "" if identity is None else identity.serial

    def _set_possible(self) -> None:
        entry, bench = self.entry, self.workbench
        if entry is None:
            return
        why_not = ""
        if bench.meter.standing is not Standing.CONNECTED:
            why_not = tr("Connect the meter to run it.")
        elif not bench.allowed(entry.right):
            why_not = tr("Your role may not run this.")
        elif entry.why_not:
            why_not = entry.why_not
        elif self._is_locked(entry):
            why_not = tr("Locked out; check the box if it is to be done all the same.")
        else:
            why_not = self.form.complaint
        busy = bench.jobs.busy
        self.why_not.setText(why_not)
        self.why_not.setVisible(bool(why_not))
        self.run_button.setEnabled(not why_not and not busy)
        self.look_button.setEnabled(bench.connected and not busy)
        self.stop_button.setVisible(self.running is not None and self.running.entry.stops)

    def _is_locked(self, entry: Entry) -> bool:
        if entry.id != DEMAND_RESET or self.lock_out is None or not self.lock_out.locked:
            return False
        return self.form.complaint == "" and not self.form.values.get("force")

    def _read_needed(self) -> None:
        if self.entry is not None and self.entry.needs_table is not None:
            self.workbench.read([self.entry.needs_table])

    # --- running ----------------------------------------------------------------------------------------------

    def _press_run(self) -> None:
        """What loses data is asked once more, at another place of the screen."""
        entry = self.entry
        if entry is None or self.form.complaint:
            return
        values = self.form.values
        if not entry.is_dangerous:
            self._run(entry, values, "")
            return
        verb = entry.verb.format(serial=self._serial)
        before = tr("What is there now is read first and saved as a record.")
        self.dialog = Confirm(
            self,
            self.look,
            title=verb,
            text=before,
            verb=verb,
            warnings=[entry.warning] if entry.warning else [],
            acknowledge=tr("I know what will be lost, and this is the meter"),
            ask_reason=True,
            danger=True,
            keep=tr("Leave the meter as it is"),
        )
        dialog = self.dialog
        dialog.accepted.connect(lambda: self._run(entry, values, dialog.reason))
        dialog.finished.connect(self._forget_dialog)
        dialog.open()

    def _forget_dialog(self) -> None:
        self.dialog = None

    def _run(self, entry: Entry, values: dict[str, Any], reason: str) -> None:
        bench, view = self.workbench, self.workbench.view
        if view is None:
            return
        run = ProcedureRun(
            entry, values, bench.rights, bench.settings.operator, view.identity, view.device_profile, reason
        )
        self.result_card.hide()
        self.record_id = None
        ticket = bench.submit(
            entry.title,
            run.conversation,
            then=lambda result: self._done(run, result),
            failed=lambda error: self._failed(run, error),
        )
        self.running = None if ticket is None else run
        self._set_possible()

    def _stop(self) -> None:
        if self.running is not None:
            self.running.stop.set()
            self.stop_button.setEnabled(False)

    def _done(self, run: ProcedureRun, result: Result) -> None:
        self._ended(run)
        self.result = result
        self._show_result(result)
        self.workbench.tell(result.headline, run.entry.title)
        if run.evidence.after is not None:
            self.workbench.merge(run.evidence.after)

    def _failed(self, run: ProcedureRun, error: FieldProError) -> None:
        self._ended(run)
        self.workbench.fail(error, conversation=True)

    def _ended(self, run: ProcedureRun) -> None:
        """Whatever came of it, what was there before is kept."""
        self.running = None
        self.stop_button.setEnabled(True)
        self._set_possible()
        snapshot = run.snapshot
        if snapshot is None:
            return

        def saved(record: int) -> None:
            self.record_id = record
            self.record_button.setVisible(True)
            self.workbench.records_changed.emit()

        self.workbench.store(lambda store: store.save(snapshot), saved)

    def _show_result(self, result: Result) -> None:
        self.result_card.show()  # before the rows come: the table fits its columns to the width it has
        self._result_icon.show_icon(result.tone, result.tone, self.look)
        self.headline.setText(result.headline)
        self.detail.setText(result.detail)
        self.detail.setVisible(bool(result.detail))
        lines: list[BeforeAfter] = list(result.lines)
        self.lines.set_rows(lines)
        self.lines_view.setVisible(bool(lines))
        self.notes.setText("\n".join(result.notes))
        self.notes.setVisible(bool(result.notes))
        self.record_button.setVisible(self.record_id is not None)
        self.result_card.setAccessibleName(result.headline)
        dress(self.result_card, self.look)
        QTimer.singleShot(0, lambda: self._area.ensureWidgetVisible(self.headline, 0, 160))

    def _open_record(self) -> None:
        if self.record_id is not None:
            self.workbench.go("records", str(self.record_id))
