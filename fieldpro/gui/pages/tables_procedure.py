"""A procedure on the bench: its parameters and its answer, decoded and as bytes; run with the rights that it takes.

The parameters are edited from either side, as a table is. What loses data takes a second act, and what is there before
is read and kept, as on the page Procedures.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldpro.c12.dictionary.decoded import DecodedTable
from fieldpro.c12.dictionary.layout import Layout
from fieldpro.c12.dictionary.tables import Tables
from fieldpro.errors import FieldProError
from fieldpro.gui.confirm import Confirm
from fieldpro.gui.look import Look, mark_as
from fieldpro.gui.models.procedure_entries import Entry
from fieldpro.gui.models.procedure_outcome import Result
from fieldpro.gui.pages.procedures_work import ProcedureRun
from fieldpro.gui.pages.tables_bar import EditBar
from fieldpro.gui.pages.tables_catalogue import PROCEDURE, TableEntry
from fieldpro.gui.pages.tables_detail import Content, TableDetail
from fieldpro.gui.pages.tables_draft import TableDraft, is_same_layout
from fieldpro.gui.parts import button, label, number_field
from fieldpro.gui.segments import Segments
from fieldpro.gui.standing import Standing
from fieldpro.gui.words import tr
from fieldpro.meter import procedures
from fieldpro.meter.procedures import Offer
from fieldpro.security.rights import Right

if TYPE_CHECKING:
    from fieldpro.gui.page import Page

PARAMETERS, ANSWER = "parameters", "answer"
LONGEST = 255  # bytes of parameters: C12.19 table 0, MAX_PROC_PARM_LENGTH is one byte
LAYOUT_MS = 60


@dataclass(frozen=True)
class Known:
    """What is known of a procedure. `request`, `response` None: the dictionary has no layout for it."""

    offer: Offer
    request: Layout | None
    response: Layout | None


def known(tables: Tables, number: int, profile: Any = None) -> Known:
    offer = next(each for each in procedures.offers(tables, profile) if each.number == number)
    return Known(offer, request_layout(tables, number, bytes(LONGEST)), response_layout(tables, number, bytes(LONGEST)))


def request_layout(tables: Tables, number: int, data: bytes) -> Layout | None:
    try:
        return tables.procedure_request(number, data.ljust(LONGEST, b"\0"))
    except FieldProError:
        return None


def response_layout(tables: Tables, number: int, data: bytes) -> Layout | None:
    try:
        return tables.procedure_response(number, data.ljust(LONGEST, b"\0"))
    except FieldProError:
        return None


class ProcedureBench(QWidget):
    """`show_procedure` fills it. `run_` is what runs, `result` what came of the last."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._bench = page.workbench
        self._view: Any = None
        self.known: Known | None = None
        self.running: ProcedureRun | None = None
        self.result: Result | None = None
        self.dialog: Confirm | None = None
        self.drafts: dict[int, TableDraft] = {}
        self.answers: dict[int, bytes] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.warning = label(wrap=True)
        column.addWidget(self.warning)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.which = Segments(((PARAMETERS, tr("Parameters")), (ANSWER, tr("Answer"))), name=tr("Procedure"))
        self.which.changed.connect(lambda _which: self._show_which())
        self.size_field = number_field(0, 0, LONGEST)
        self.size_field.setAccessibleName(tr("Bytes of parameters"))
        self.size_field.setSuffix(tr(" bytes"))
        self.size_field.valueChanged.connect(self._size_chosen)
        self.run_button = button(tr("Run"), self.run, kind="primary")
        row.addWidget(self.which)
        row.addWidget(self.size_field)
        row.addStretch(1)
        row.addWidget(self.run_button)
        column.addLayout(row)
        self.said = label(tone="weak", wrap=True)
        column.addWidget(self.said)
        self.request = TableDetail(page.look)
        self.response = TableDetail(page.look)
        self.bar = EditBar(self.request)
        column.addWidget(self.bar)
        column.addWidget(self.request, 1)
        column.addWidget(self.response, 1)
        self.request.edited.connect(self._edited)
        self._layout_timer = QTimer(self, singleShot=True, interval=LAYOUT_MS)
        self._layout_timer.timeout.connect(self._look_at_layout)
        self._bench.job_changed.connect(lambda _job: self._allow())
        self._bench.meter_changed.connect(lambda _meter: self._allow())

    def set_look(self, look: Look) -> None:
        self.which.set_look(look)
        self.request.set_look(look)
        self.response.set_look(look)

    def forget(self) -> None:
        """Another meter: nothing of the one before is kept."""
        self.known = None
        self.drafts.clear()
        self.answers.clear()

    def show_procedure(self, entry: TableEntry, view: Any) -> None:
        number = entry.number - PROCEDURE
        self._view = view
        profile = getattr(view, "device_profile", None)
        self._bench.compute(lambda: known(view.tables, number, profile), self._show)

    def _show(self, found: Known) -> None:
        another = self.known is None or self.known.offer.number != found.offer.number
        self.known = found
        number, layout = found.offer.number, found.request
        draft = self.drafts.get(number)
        if draft is None:
            draft = self.drafts[number] = TableDraft(-1, bytes(0 if layout is None else layout.size), layout)
        self.request.show_content(_content(draft.base, layout), draft)
        note = found.offer.note
        clears = tr(" Clears: {what}.", what=", ".join(note.clears)) if note.clears else ""
        self.warning.setText(f"{note.warning}{clears}".strip())
        self.warning.setVisible(bool(self.warning.text()))
        mark_as(self.warning, tone="bad" if procedures.is_dangerous(note) else "weak")
        self.bar.show_state()
        self._show_size()
        if another:
            self.which.choose(PARAMETERS)
        self._show_answer()
        self._show_which()
        self._allow()

    def _show_answer(self) -> None:
        """The answer of the last run; before, its layout with nothing in it."""
        assert self.known is not None
        data, layout = self.answers.get(self.known.offer.number), self.known.response
        self.response.show_content(_content(data or b"", layout, have=data is not None))

    def _show_which(self) -> None:
        parameters = self.which.chosen == PARAMETERS
        self.request.setVisible(parameters)
        self.bar.setVisible(parameters)
        self.response.setVisible(not parameters)
        self._say()

    def _say(self) -> None:
        found = self.known
        if found is None:
            return
        parameters = self.which.chosen == PARAMETERS
        layout = found.request if parameters else found.response
        self.size_field.setVisible(parameters and layout is None)
        words = ""
        if layout is None:
            words = tr("The dictionary has no layout for this: it is shown as bytes.")
        elif layout.size == 0:
            words = tr("It takes nothing.") if parameters else tr("It answers nothing but how it went.")
        elif not parameters and found.offer.number not in self.answers:
            words = tr("It was not run yet.")
        why_not = self.why_not
        text = " ".join(filter(None, (words, why_not if parameters else "")))
        self.said.setText(text)
        self.said.setVisible(bool(text))

    # --- parameters -------------------------------------------------------------------------------------------

    def _show_size(self) -> None:
        draft = self.request.draft
        self.size_field.blockSignals(True)
        self.size_field.setValue(0 if draft is None else len(draft.data))
        self.size_field.blockSignals(False)

    def _size_chosen(self, size: int) -> None:
        self.request.resize_table(size)

    def _edited(self) -> None:
        self._show_size()
        self._layout_timer.start()

    def _look_at_layout(self) -> None:
        """A parameter may say what the ones behind it are."""
        draft, found, view = self.request.draft, self.known, self._view
        if draft is None or found is None or view is None or draft.layout is None:
            return
        data, version, number = draft.data, draft.version, found.offer.number

        def take(layout: Layout | None) -> None:
            if self.request.draft is draft and draft.version == version and not is_same_layout(layout, draft.layout):
                self.request.set_layout(layout)
                if layout is not None and layout.size != len(draft.data):
                    self.request.resize_table(layout.size)

        self._bench.compute(lambda: request_layout(view.tables, number, data), take)

    # --- running ----------------------------------------------------------------------------------------------

    @property
    def why_not(self) -> str:
        """Why it cannot be run as things are."""
        found, bench = self.known, self._bench
        if found is None:
            return ""
        if found.offer.note.guarded:
            return tr("Orders to the service switch are given on the page Switch, with their approval.")
        if bench.meter.standing is not Standing.CONNECTED or not bench.connected:
            return tr("Connect the meter to run it.")
        if not bench.allowed(Right(found.offer.note.right)):
            return tr("Your role may not run this.")
        return ""

    def _allow(self) -> None:
        self.run_button.setEnabled(self.known is not None and not self.why_not and not self._bench.jobs.busy)
        self.run_button.setToolTip(self.why_not)
        self.run_button.setAccessibleDescription(self.why_not)
        if self.known is not None:
            dangerous = procedures.is_dangerous(self.known.offer.note)
            mark_as(self.run_button, kind="danger" if dangerous else "primary")
            serial = "" if self._bench.readout is None else self._bench.readout.identity.serial
            words = tr("Run on {serial}", serial=serial)
            self.run_button.setText(words)
            self._say()

    def run(self) -> None:
        """What loses data is asked once more."""
        found, draft = self.known, self.request.draft
        if found is None or draft is None or self.why_not:
            return
        entry, data = _entry(found), draft.data
        if not entry.is_dangerous:
            self._run(entry, data, "")
            return
        readout = self._bench.readout
        serial = "" if readout is None else readout.identity.serial
        verb = tr("Run “{title}” on {serial}", title=entry.title, serial=serial)
        self.dialog = dialog = Confirm(
            self._page,
            self._page.look,
            title=verb,
            text=tr("What is there now is read first and saved as a record."),
            verb=verb,
            warnings=[entry.warning] if entry.warning else [],
            acknowledge=tr("I know what will be lost, and this is the meter"),
            ask_reason=True,
            danger=True,
            keep=tr("Leave the meter as it is"),
        )
        dialog.accepted.connect(lambda: self._run(entry, data, dialog.reason))
        dialog.finished.connect(self._forget_dialog)
        dialog.open()

    def _forget_dialog(self) -> None:
        self.dialog = None

    def _run(self, entry: Entry, data: bytes, reason: str) -> None:
        bench, view = self._bench, self._view
        if view is None:
            return
        run = ProcedureRun(
            entry, {"": data}, bench.rights, bench.settings.operator, view.identity, view.device_profile, reason
        )
        self.result = None
        ticket = bench.submit(
            entry.title,
            run.conversation,
            then=lambda result: self._done(run, result),
            failed=lambda error: self._failed(run, error),
        )
        self.running = None if ticket is None else run
        self._allow()

    def _done(self, run: ProcedureRun, result: Result) -> None:
        self._ended(run)
        self.result = result
        raw = run.evidence.results[-1].raw if run.evidence.results else b""
        number = run.entry.number
        self.answers[number] = raw
        self._page.banners.say(result.tone, f"{result.headline}.", "\n".join(result.notes))
        view = self._view
        if run.evidence.after is not None:
            self._bench.merge(run.evidence.after)
        if self.known is not None and self.known.offer.number == number and view is not None:
            self.known = replace(self.known, response=response_layout(view.tables, number, raw))
            self._show_answer()
            self.which.choose(ANSWER)
            self._show_which()

    def _failed(self, run: ProcedureRun, error: FieldProError) -> None:
        self._ended(run)
        self._bench.fail(error, conversation=True)

    def _ended(self, run: ProcedureRun) -> None:
        """Whatever came of it, what was there before is kept."""
        self.running = None
        self._allow()
        snapshot = run.snapshot
        if snapshot is not None:
            self._bench.store(lambda store: store.save(snapshot), lambda _record: self._bench.records_changed.emit())


def _content(data: bytes, layout: Layout | None, *, have: bool = True) -> Content:
    entry = TableEntry(-1, "", "", "")
    if layout is None:
        return Content(entry, data, None, editable=True)
    table = DecodedTable(layout, data.ljust(layout.size, b"\0"))
    return Content(entry, data, table, parts=None if have else (), editable=True)


def _entry(found: Known) -> Entry:
    """The procedure with its parameters as bytes, whatever form the page Procedures gives it."""
    offer, note = found.offer, found.offer.note
    return Entry(
        str(offer.number),
        offer.number,
        offer.label,
        offer.title,
        tr("Run “{title}” on {serial}", title=offer.title, serial="{serial}"),
        note.danger,
        note.warning,
        note.clears,
        Right(note.right),
        None,
        lambda values, evidence, terms: procedures.carry_out(offer.number, values[""], evidence=evidence, terms=terms),
    )
